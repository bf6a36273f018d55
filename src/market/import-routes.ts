import { Elysia } from 'elysia'
import { ImportForm, ImportPage } from '../../views/admin-import.tsx'
import type { Context } from '../context.ts'
import { respond } from '../http/respond.ts'
import { adminsOnly } from '../moderation/admins-only.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields } from '../platform/fields.ts'
import { currencyOf } from '../settings/look.ts'
import type { ImportReport } from '../text/csv.ts'
import { writeCsv } from './csv.ts'
import { importItems } from './import.ts'
import { items } from './items.ts'
import { itemDescriptions } from './queries.ts'

/** The market's stock as a CSV file, out and in. */
export const stockImport = (context: Context) =>
  new Elysia({ name: 'stock-import' })
    .use(adminsOnly(context))
    .get('/admin/items.csv', async ({ request }) => {
      const [{ value }, described] = await Promise.all([items(context), itemDescriptions(context.db)])
      const descriptions = new Map(described.map(({ id, description }) => [id, description]))
      const names = new Map(value.map(({ id, name }) => [id, name]))
      const rows = value.map((item) => ({
        ...item,
        description: descriptions.get(item.id) ?? '',
        variantOf: item.variantOf === null ? '' : (names.get(item.variantOf) ?? ''),
      }))
      const decimals = new URL(request.url).searchParams.get('decimals') === 'comma' ? ',' : '.'
      const headers = { 'content-type': 'text/csv; charset=utf-8', 'cache-control': 'no-store' }
      const asFile = { 'content-disposition': 'attachment; filename="items.csv"' }
      return new Response(await writeCsv(rows, currencyOf(context), decimals), {
        headers: { ...headers, ...asFile },
      })
    })

    .get('/admin/import', ({ pageContext }) => ImportPage({ pageContext }))

    .post('/admin/import', async ({ body, pageContext, request, set }) => {
      const { report, errors } = await imported(context, body)
      return respond(
        { request, set },
        {
          page: () => ImportPage({ pageContext, report, errors }),
          fragment: () => ImportForm({ report, errors }),
          ...(report?.isStored ? {} : { status: 422 }),
        },
      )
    })

/** Puts an error of the file as a whole beside the field it was chosen in. */
async function imported(
  context: Context,
  body: unknown,
): Promise<{ report?: ImportReport; errors?: FieldErrors }> {
  const { file, partial } = asFields(body)
  if (!(file instanceof Blob) || file.size === 0) return { errors: { file: 'Choose a file.' } }
  try {
    return { report: await importItems(context, await file.bytes(), partial === 'yes') }
  } catch (error) {
    if (error instanceof Refusal && error.status === 422) return { errors: error.fields }
    throw error
  }
}

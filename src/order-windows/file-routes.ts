import { Elysia } from 'elysia'
import { WindowsImportForm, WindowsImportPage } from '../../views/windows-import.tsx'
import type { Viewer } from '../accounts/queries.ts'
import type { Context } from '../context.ts'
import { respond } from '../http/respond.ts'
import { adminsOnly } from '../moderation/admins-only.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields } from '../platform/fields.ts'
import { csvFile, type ImportReport } from '../text/csv.ts'
import { importWindows, windowColumns } from './import.ts'
import { typedOf } from './read-window.ts'
import { windowsOf } from './service.ts'

/** Order windows as a CSV file, out and in. */
export const windowsFile = (context: Context) =>
  new Elysia({ name: 'windows-file' })
    .use(adminsOnly(context))
    .get('/admin/windows.csv', () => csvFile('windows.csv', [...windowColumns], pages(context), (row) => row))

    .get('/admin/windows/import', ({ pageContext }) => WindowsImportPage({ pageContext }))

    .post('/admin/windows/import', async ({ body, pageContext, request, set }) => {
      const { report, errors } = await imported(context, pageContext.viewer, body)
      return respond(
        { request, set },
        {
          page: () => WindowsImportPage({ pageContext, report, errors }),
          fragment: () => WindowsImportForm({ report, errors }),
          ...(report?.isStored ? {} : { status: 422 }),
        },
      )
    })

const windowsAtOnce = 100
const farAway = new Date('2200-01-01')

/** A row for each pick-up, of the last window first. */
async function* pages({ db }: Context) {
  let before = farAway
  while (true) {
    const windows = await windowsOf(db, before, windowsAtOnce)
    const last = windows.at(-1)
    if (!last) return
    yield windows.flatMap((window) => {
      const { name, opens, closes, timeZone, pickups } = typedOf(window)
      return pickups.map(({ place, starts, ends }) => [
        ...[name, shown(opens), shown(closes), timeZone, place, shown(starts), shown(ends)],
      ])
    })
    before = new Date(last.closesAt)
  }
}

const shown = (moment: string) => moment.replace('T', ' ')

/** Puts an error of the file as a whole beside the field it was chosen in. */
async function imported(
  context: Context,
  admin: Viewer,
  body: unknown,
): Promise<{ report?: ImportReport; errors?: FieldErrors }> {
  const { file, partial } = asFields(body)
  if (!(file instanceof Blob) || file.size === 0) return { errors: { file: 'Choose a file.' } }
  try {
    return { report: await importWindows(context, admin, await file.bytes(), partial === 'yes') }
  } catch (error) {
    if (error instanceof Refusal && error.status === 422) return { errors: error.fields }
    throw error
  }
}

import { Elysia } from 'elysia'
import { SellerPage } from '../../views/payment-settings.tsx'
import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { overtakenBy, refuseOvertaken, versionOf } from '../http/form-version.ts'
import { seeOther } from '../http/page-context.ts'
import { type AdminPageContext, adminsOnly } from '../moderation/admins-only.ts'
import { stayAdmin } from '../moderation/members.ts'
import type { FieldErrors } from '../platform/errors.ts'
import { asFields, textOf } from '../platform/fields.ts'
import { noteAdmin } from '../removal/queries.ts'
import { lockedSettings, putSetting } from '../settings/queries.ts'
import { type Seller, sellerFields, typedSeller } from '../settings/seller.ts'
import { settingsIn, settingsOf } from '../settings/service.ts'

/** Who is paid, and what stands on invoices. */
export const sellerAdmin = (context: Context) => {
  const now = async () => (await settingsOf(context)).SELLER ?? ''

  const page = async (pageContext: AdminPageContext, more: Shown = {}) => {
    const stored = await now()
    return SellerPage({ pageContext, seller: typedSeller(stored), version: versionOf(stored), ...more })
  }

  const change = (request: Request, { viewer }: AdminPageContext, seller: Seller, expected: Expected) =>
    context.db.transaction(async (sql) => {
      await stayAdmin(sql, request, viewer)
      const before = settingsIn(await lockedSettings(sql)).SELLER ?? ''
      expected(before)
      const isAny = Object.values(seller).some((value) => value !== '')
      const value = isAny ? JSON.stringify(seller) : ''
      if (value === before) return
      await putSetting(sql, 'SELLER', value, viewer.id)
      const detail = isAny ? `${seller.name} ${seller.iban}`.trim() : ''
      await noteAdmin(sql, 'setting', { subject: 'SELLER', detail, by: viewer.id })
    })

  return new Elysia({ name: 'seller-admin' })
    .use(adminsOnly(context))
    .get('/admin/payment', ({ pageContext, request }) =>
      page(pageContext, new URL(request.url).searchParams.has('saved') ? { said: 'It is saved.' } : {}),
    )

    .post('/admin/payment', async ({ body, pageContext, request, set }) => {
      const fields = asFields(body)
      // Nobody else needs the tables of all countries' IBANs.
      const { readSeller } = await import('../settings/read-seller.ts')
      const { draft, errors: wrong } = readSeller(fields)
      const errors = draft
        ? await overtakenBy(() =>
            change(request, pageContext, draft, (before) => refuseOvertaken(body, versionOf(before), 'name')),
          )
        : wrong
      await context.cache.invalidate(invalidatedBy.settingsChanged())
      if (!errors) return seeOther('/admin/payment?saved')
      set.status = draft ? 409 : 422
      return page(pageContext, { seller: typedIn(fields), errors })
    })
}

type Expected = (before: string) => void
type Shown = { seller?: Seller; said?: string; errors?: FieldErrors }

const typedIn = (fields: Record<string, unknown>) =>
  Object.fromEntries(sellerFields.map((field) => [field, textOf(fields[field])])) as Seller

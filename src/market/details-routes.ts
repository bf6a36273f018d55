import { Elysia } from 'elysia'
import { AdminItemPage } from '../../views/admin-item.tsx'
import type { Context } from '../context.ts'
import { overtakenErrors, refuseOvertaken } from '../http/form-version.ts'
import { seeOther } from '../http/page-context.ts'
import { idIn } from '../http/params.ts'
import { type AdminPageContext, adminsOnly } from '../moderation/admins-only.ts'
import type { PictureAct } from '../pictures/arranged.ts'
import { readPicture } from '../pictures/service.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, textOf } from '../platform/fields.ts'
import { currencyOf } from '../settings/look.ts'
import { readDetails, type TypedDetails, versionOfDetails } from './details.ts'
import { addPicture, changePicture } from './item-pictures.ts'
import { items, readItem, type TypedItem, wholeItem } from './items.ts'
import { categoriesOf } from './listing.ts'
import type { ItemInFull } from './queries.ts'
import { addVariant, changeItem, itemInFullById } from './stock.ts'

/** An item's own page for admins: what it is, and its pictures. */
export const itemAdmin = (context: Context) => {
  const draw = async (pageContext: AdminPageContext, item: ItemInFull, more: More = {}) => {
    const { value } = await items(context)
    return AdminItemPage({
      pageContext,
      item,
      categories: categoriesOf(value),
      variants: value.filter(({ variantOf }) => variantOf === item.id),
      typed: {
        ...{ ...item, mostEach: `${item.mostEach ?? ''}`, lowAt: `${item.lowAt ?? ''}` },
        post: `${item.postId ?? ''}`,
      },
      version: versionOfDetails(item),
      currency: currencyOf(context),
      ...more,
    })
  }
  const itemAt = (id: string) => itemInFullById(context.db, idIn(id, 'There is no such item.'))

  return new Elysia({ name: 'item-admin' })
    .use(adminsOnly(context))
    .get('/admin/items/:id/details', async ({ params: { id }, pageContext }) =>
      draw(pageContext, await itemAt(id)),
    )

    .post('/admin/items/:id/details', async ({ params: { id }, body, pageContext, set }) => {
      const item = await itemAt(id)
      const { typed, errors: misread, details } = readDetails(body)
      const expected = (now: ItemInFull) => refuseOvertaken(body, versionOfDetails(now))
      try {
        const errors =
          filled(misread) ?? (await refusedFields(() => changeItem(context, item.id, details, expected)))
        if (!errors) return seeOther(`/admin/items/${item.id}/details`)
        set.status = 422
        return draw(pageContext, item, { typed, errors, version: textOf(asFields(body).version) })
      } catch (error) {
        const overtaken = overtakenErrors(error)
        if (!overtaken) throw error
        set.status = 409
        return draw(pageContext, await itemAt(id), { typed, errors: overtaken })
      }
    })

    .post('/admin/items/:id/pictures', async ({ params: { id }, body, pageContext, set }) => {
      const item = await itemAt(id)
      const { added, errors } = await readPicture(context, body)
      const wrong = added
        ? await refusedFields(() => addPicture(context, item.id, added))
        : { image: 'Choose a picture.', ...errors }
      if (!wrong) return seeOther(`/admin/items/${item.id}/details#pictures`)
      set.status = 422
      return draw(pageContext, item, { errors: wrong })
    })

    .post('/admin/items/:id/pictures/:hash', async ({ params: { id, hash }, body, pageContext, set }) => {
      const item = await itemAt(id)
      const act = actIn(body)
      const errors = await refusedFields(() => changePicture(context, item.id, hash, act))
      if (!errors) return seeOther(`/admin/items/${item.id}/details#pictures`)
      set.status = 422
      return draw(pageContext, item, { errors, wrong: { hash, alt: textOf(asFields(body).alt) } })
    })

    .post('/admin/items/:id/variants', async ({ params: { id }, body, pageContext, set }) => {
      const item = await itemAt(id)
      const { typed, ...read } = readItem(body, currencyOf(context))
      const variant = wholeItem({ typed, ...read })
      const errors = variant ? await refusedFields(() => addVariant(context, item.id, variant)) : read.errors
      if (!errors) return seeOther(`/admin/items/${item.id}/details#variants`)
      set.status = 422
      return draw(pageContext, item, { variant: { typed, errors } })
    })
}

type More = {
  typed?: TypedDetails
  errors?: FieldErrors
  version?: string
  wrong?: { hash: string; alt: string }
  variant?: { typed: TypedItem; errors: FieldErrors }
}

const filled = (errors: FieldErrors) => (Object.keys(errors).length > 0 ? errors : undefined)

/** Returns what is wrong with the fields where `work` refuses them. */
async function refusedFields(work: () => Promise<unknown>): Promise<FieldErrors | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    if (error instanceof Refusal && error.status === 422) return error.fields
    throw error
  }
}

/** Returns what is to be done with a picture. Throws a 422 for what is none of it. */
function actIn(body: unknown): PictureAct {
  const { do: does, alt } = asFields(body)
  if (does === 'describe') return { does, alt: textOf(alt) }
  if (does === 'earlier' || does === 'later' || does === 'remove') return { does }
  throw new Refusal(422, 'Something in this request cannot be taken as it is.')
}

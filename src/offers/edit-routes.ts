import { Elysia } from 'elysia'
import { typedAmount } from '../../views/money.tsx'
import { EditOfferPage } from '../../views/offer-form.tsx'
import { memberOf, refuseAllButAuthor } from '../accounts/access.ts'
import type { Viewer } from '../accounts/queries.ts'
import { categories, categoryInForm } from '../categories/service.ts'
import type { Context } from '../context.ts'
import { overtakenErrors, refuseOvertaken, versionOf } from '../http/form-version.ts'
import { pageContextFor, seeOther } from '../http/page-context.ts'
import { refuseChange } from '../newcomers/service.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, textOf } from '../platform/fields.ts'
import { currencyOf, lookOf } from '../settings/look.ts'
import { readOffer, type TypedOffer } from './draft.ts'
import { changeOffer, offerAt, refuseGone, type WholeOffer } from './service.ts'

/** Changing an offer of one's own. */
export const offerEditing = (context: Context) => {
  const ownOffer = async (request: Request, id: string) => {
    const viewer = await memberOf(context, request)
    const whole = await offerAt(context, id)
    refuseAllButAuthor(viewer, whole.post.authorId)
    refuseGone(whole.offer)
    return { viewer, whole }
  }
  const draw = async (request: Request, viewer: Viewer, id: number, form: Form) =>
    EditOfferPage({
      ...{ id, currency: currencyOf(context), ...form },
      pageContext: await pageContextFor(context, request),
      categories: context.doors.writable(await categories(context), viewer),
    })

  return new Elysia({ name: 'offer-editing' })
    .get('/offers/:id/edit', async ({ params: { id }, request }) => {
      const { viewer, whole } = await ownOffer(request, id)
      await lookOf(context)
      const form = { typed: typedOf(whole, currencyOf(context)), version: versionOfOffer(whole) }
      return draw(request, viewer, whole.post.id, form)
    })

    .post('/offers/:id/edit', async ({ params: { id }, body, request, set }) => {
      const { viewer, whole } = await ownOffer(request, id)
      await lookOf(context)
      const { post } = whole
      const own = { id: post.categoryId, name: post.category }
      const category = await categoryInForm(context, textOf(asFields(body).category), own)
      const { typed, errors, draft } = readOffer(body, category, currencyOf(context))
      const form = { typed, version: textOf(asFields(body).version) }
      const again = (status: number, more: Partial<Form>) => {
        set.status = status
        return draw(request, viewer, post.id, { ...form, ...more })
      }
      if (!draft) return again(422, { errors })
      try {
        await refuseChange(context, viewer, { ...draft.post, alt: draft.offer.place })
        const expected = (now: WholeOffer) => refuseOvertaken(body, versionOfOffer(now))
        await changeOffer(context, whole, draft, { by: viewer, expected })
        return seeOther(`/offers/${post.id}`)
      } catch (error) {
        if (error instanceof Refusal && error.status === 422 && error.fields.body)
          return await again(422, { errors: error.fields })
        const overtaken = overtakenErrors(error)
        if (!overtaken) throw error
        const now = await offerAt(context, id)
        const says = Object.values(typedOf(now, currencyOf(context))).join('\n\n')
        return await again(409, { version: versionOfOffer(now), errors: overtaken, now: says })
      }
    })
}

type Form = { typed: TypedOffer; version: string; errors?: FieldErrors; now?: string }

const typedOf = ({ post, offer }: WholeOffer, currency: string): TypedOffer => ({
  ...{ title: post.title, body: post.body, category: post.category },
  ...{ kind: offer.kind, place: offer.place },
  price: offer.price === null ? '' : typedAmount(offer.price, currency),
})

const versionOfOffer = ({ post, offer }: WholeOffer) =>
  versionOf(post.category, post.title, post.body, offer.kind, offer.price ?? '', offer.place)

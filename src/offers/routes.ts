import { Elysia } from 'elysia'
import { OfferPage, type RefusedPicture, type TypedMessage } from '../../views/offer.tsx'
import { NewOfferPage } from '../../views/offer-form.tsx'
import { OffersPage } from '../../views/offers.tsx'
import { memberOf, refuseAllButAuthor, refuseBystanders } from '../accounts/access.ts'
import type { Viewer } from '../accounts/queries.ts'
import { categories, categoryInForm } from '../categories/service.ts'
import type { Context } from '../context.ts'
import { idempotentForm } from '../http/idempotency/idempotency.ts'
import { signInPath } from '../http/local-path.ts'
import { type PageContext, pageContextFor, seeOther, viewerIn } from '../http/page-context.ts'
import { heldIn, refuseChange } from '../newcomers/service.ts'
import { picturesOf } from '../pictures/queries.ts'
import { type AddedPicture, readPicture } from '../pictures/service.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, isId, textOf } from '../platform/fields.ts'
import { contentOf, postAdded } from '../posts/service.ts'
import { lookOf } from '../settings/look.ts'
import { htmlOf } from '../text/markdown.ts'
import { readOffer, type TypedOffer, type WholeDraft } from './draft.ts'
import { offerQueryIn, offersFound } from './list.ts'
import { interestOf, interestsIn, offerStates } from './queries.ts'
import {
  addPicture,
  changePicture,
  changeState,
  endInterest,
  offerAt,
  showInterest,
  storingOffer,
  type WholeOffer,
} from './service.ts'

/** What members offer one another: lists, an offer, its pictures and its state. */
export const offers = (context: Context) => {
  const offerPage = async (
    pageContext: PageContext,
    whole: WholeOffer,
    more: { refused?: RefusedPicture; typed?: TypedMessage } = {},
  ) => {
    const { db } = context
    const { post } = whole
    const { viewer } = pageContext
    const isOwn = viewer !== undefined && viewer.id === post.authorId
    const [pictures, interests, said] = await Promise.all([
      picturesOf(db, 'Offer', post.id),
      isOwn ? interestsIn(db, post.id) : [],
      viewer && !isOwn ? interestOf(db, post.id, viewer.id) : undefined,
    ])
    return OfferPage({
      ...{ pageContext, ...whole, currency: pageContext.look.currency, pictures, interests, said, ...more },
      html: htmlOf(post.body),
    })
  }

  const newOfferPage = async (pageContext: PageContext, viewer: Viewer, form: Form = empty) =>
    NewOfferPage({
      ...{ pageContext, currency: pageContext.look.currency, ...form },
      categories: context.doors.writable(await categories(context), viewer),
      once: crypto.randomUUID(),
    })

  return new Elysia({ name: 'offers' })
    .get('/offers', async ({ request }) => {
      const query = offerQueryIn(new URL(request.url))
      const [found, pageContext] = await Promise.all([
        offersFound(context, request, query),
        pageContextFor(context, request),
      ])
      return OffersPage({ pageContext, query, currency: pageContext.look.currency, ...found })
    })

    .get('/offers/new', async ({ request }) => {
      const pageContext = await pageContextFor(context, request)
      const viewer = viewerIn(pageContext)
      return viewer ? newOfferPage(pageContext, viewer) : seeOther(signInPath(request))
    })

    .post('/offers', async ({ body, request, set }) => {
      const author = await memberOf(context, request, 'Please sign in to write.')
      const category = await categoryInForm(context, textOf(asFields(body).category))
      const { typed, errors: wrong, draft } = readOffer(body, category, (await lookOf(context)).currency)
      const picture = draft ? await readPicture(context, body) : { errors: {} }
      const errors = { ...wrong, ...picture.errors }
      const isFine = draft && Object.keys(errors).length === 0
      const outcome = isFine
        ? await written(context, request, body, author, draft, picture.added)
        : { wrong: errors }
      if (outcome.place !== undefined) return seeOther(outcome.place)
      set.status = 422
      return newOfferPage(await pageContextFor(context, request), author, { typed, errors: outcome.wrong })
    })

    .get('/offers/:id', async ({ params: { id }, request }) => {
      const whole = await offerAt(context, id)
      return offerPage(await pageContextFor(context, request), whole)
    })

    .post('/offers/:id/state', async ({ params: { id }, body, request }) => {
      const by = await memberOf(context, request)
      const whole = await offerAt(context, id)
      refuseBystanders(by, whole.post.authorId, whole.post.categoryId)
      const state = offerStates.find((each) => each === asFields(body).state)
      if (!state) throw new Refusal(422, 'An offer is available, reserved or gone.')
      const member = textOf(asFields(body).for)
      await changeState(context, whole, { state, reservedFor: isId(member) ? Number(member) : null }, { by })
      return seeOther(`/offers/${id}`)
    })

    .post('/offers/:id/interest', async ({ params: { id }, body, request, set }) => {
      const by = await memberOf(context, request)
      const whole = await offerAt(context, id)
      const { message } = asFields(body)
      try {
        await showInterest(context, by, whole, message)
        return seeOther(`/offers/${id}`)
      } catch (error) {
        if (!(error instanceof Refusal) || error.status !== 422) throw error
        set.status = 422
        const typed = { message: textOf(message), error: error.message }
        return offerPage(await pageContextFor(context, request), whole, { typed })
      }
    })

    .post('/offers/:id/interest/remove', async ({ params: { id }, request }) => {
      const by = await memberOf(context, request)
      await endInterest(context, by, await offerAt(context, id))
      return seeOther(`/offers/${id}`)
    })

    .post('/offers/:id/pictures', async ({ params: { id }, body, request, set }) => {
      const by = await memberOf(context, request)
      const whole = await offerAt(context, id)
      refuseAllButAuthor(by, whole.post.authorId)
      try {
        const { added, errors } = await readPicture(context, body)
        if (!added) throw new Refusal(422, 'Choose a picture.', missing(errors))
        await refuseChange(context, by, { body: added.alt })
        await addPicture(context, by, whole, added)
        return seeOther(`/offers/${id}`)
      } catch (error) {
        if (!(error instanceof Refusal) || error.status !== 422) throw error
        set.status = 422
        const { body: says, ...errors } = error.fields
        const refused = {
          alt: textOf(asFields(body).alt),
          errors: says === undefined ? errors : { ...errors, alt: says },
        }
        return offerPage(await pageContextFor(context, request), whole, { refused })
      }
    })

    .post('/offers/:id/pictures/:hash', async ({ params: { id, hash }, body, request }) => {
      const by = await memberOf(context, request)
      const whole = await offerAt(context, id)
      refuseAllButAuthor(by, whole.post.authorId)
      const { move } = asFields(body)
      if (move !== 'forward' && move !== 'away')
        throw new Refusal(422, 'A picture is put further to the front, or taken away.')
      await changePicture(context, by, whole, hash, { does: move === 'forward' ? 'earlier' : 'remove' })
      return seeOther(`/offers/${id}`)
    })
}

type Form = { typed: TypedOffer; errors?: FieldErrors }

const empty: Form = { typed: { kind: 'sale', category: '', title: '', body: '', price: '', place: '' } }

const missing = (errors: FieldErrors): FieldErrors =>
  Object.keys(errors).length > 0 ? errors : { image: 'Choose a picture.' }

/** Stores an offer, or has it wait. Returns where that stands, or what was wrong with it by then. */
async function written(
  context: Context,
  request: Request,
  body: unknown,
  author: Viewer,
  draft: WholeDraft,
  added: AddedPicture | undefined,
): Promise<{ place: string; wrong?: undefined } | { place?: undefined; wrong: FieldErrors }> {
  try {
    const post = { ...draft.post, authorId: author.id }
    const identity = { by: author.id, content: [contentOf(post, added), draft.offer] }
    const rows = [`category ${post.categoryId}`, `writer ${author.id}`]
    const store = await storingOffer(context, author, draft, added)
    const { result } = await idempotentForm(context, request, body, identity, store, rows)
    if (heldIn(result) !== undefined) return { place: '/held' }
    await postAdded(context, Number(result), post)
    return { place: `/offers/${result}` }
  } catch (error) {
    if (error instanceof Refusal && error.status === 422 && Object.keys(error.fields).length > 0)
      return { wrong: error.fields }
    throw error
  }
}

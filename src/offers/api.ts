import { type Static, Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { memberOf, refuseAllButAuthor, refuseBystanders } from '../accounts/access.ts'
import type { Viewer } from '../accounts/queries.ts'
import { categoryIn, longestName } from '../categories/service.ts'
import type { Context } from '../context.ts'
import { idempotent, orGone } from '../http/idempotency/idempotency.ts'
import { largestLimit, usualLimit } from '../http/paging.ts'
import { created, gone, list, one, refuseStale, refuseUntagged, unkept } from '../http/respond.ts'
import { currencyCode, exactPrice, priceIn } from '../market/money.ts'
import { waitingSchema, waits } from '../newcomers/answer.ts'
import { heldIn, refuseChange } from '../newcomers/service.ts'
import { etag, newAddress, nextPage, operation } from '../openapi/operation.ts'
import { readBody, readQuery } from '../openapi/read.ts'
import { changeOf, id as idSchema, nullOr, object, oneOf, time } from '../openapi/schema.ts'
import { picturesOf, type ShownPicture } from '../pictures/queries.ts'
import { longestAlt, readPicture } from '../pictures/service.ts'
import type { Sql } from '../platform/db.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields } from '../platform/fields.ts'
import { longestBody, longestTitle } from '../posts/draft.ts'
import type { Post } from '../posts/queries.ts'
import { removePostBy } from '../posts/removal.ts'
import { contentOf, postAdded } from '../posts/service.ts'
import { groundsOfRemoval } from '../rules/grounds.ts'
import { currencyOf, lookOf } from '../settings/look.ts'
import { longestPlace, readOffer, type WholeDraft } from './draft.ts'
import { listOffers, offerQueryIn } from './list.ts'
import { interestsIn, type ListedOffer, offerKinds, offerOf, offerStates } from './queries.ts'
import {
  addPicture,
  changeOffer,
  changeState,
  type Expected,
  endInterest,
  longestMessage,
  type OfferChange,
  offerAt,
  showInterest,
  storingOffer,
  type WholeOffer,
} from './service.ts'

/** Offers for programs. */
export const offersApi = (context: Context) => {
  const currency = () => currencyOf(context)
  const serialize = ({ post, offer }: WholeOffer, pictures: ShownPicture[]): Static<typeof offerSchema> => ({
    ...{ id: post.id, kind: offer.kind, title: post.title, body: post.body },
    price: offer.price && priceIn(offer.price, currency()),
    ...{
      currency: currency(),
      place: offer.place,
      state: offer.state,
      category: post.category,
      author: post.author,
    },
    pictures: pictures.map(({ hash, alt, width, height }) => ({
      ...{ url: `/images/${hash}-large.webp`, width, height, alt },
    })),
    ...{ post: `/api/posts/${post.id}`, createdAt: post.createdAt, editedAt: post.editedAt },
  })
  const whole = async (offer: WholeOffer) =>
    serialize(offer, await picturesOf(context.db, 'Offer', offer.post.id))
  /** Looks at the offer as it is when nobody else changes it any more. */
  const expectedBy =
    (request: Request): Expected =>
    (now, pictures) =>
      refuseStale(request, serialize(now, pictures))
  const listed = (offer: ListedOffer): Static<typeof listedSchema> => ({
    ...{ id: offer.id, kind: offer.kind, title: offer.title },
    price: offer.price && priceIn(offer.price, currency()),
    ...{
      currency: currency(),
      place: offer.place,
      state: offer.state,
      author: offer.author,
      createdAt: offer.createdAt,
    },
    picture: offer.imageHash && `/images/${offer.imageHash}-large.webp`,
  })

  async function add(request: Request, author: Viewer): Promise<Response> {
    const body = await readBody(request, operations.add)
    const { errors: wrong, draft } = readOffer(body, await categoryIn(context, body.category), currency())
    const { errors, added } = draft ? await readPicture(context, body) : { errors: {} }
    const checked = orRefuse(draft, { ...wrong, ...errors })
    const post = { ...checked.post, authorId: author.id }
    const identity = { by: author.id, content: [contentOf(post, added), checked.offer] }
    const rows = [`category ${post.categoryId}`, `writer ${author.id}`]
    const store = await storingOffer(context, author, checked, added)
    const { result } = await idempotent(context, request, identity, store, rows)
    const held = heldIn(result)
    if (held !== undefined) return waits(held)
    await postAdded(context, Number(result), post)
    return created(`/api/offers/${result}`, await whole(await offerAt(context, `${result}`)))
  }

  return new Elysia({ name: 'offers-api', prefix: '/api' })
    .onBeforeHandle(async () => {
      await lookOf(context)
    })
    .get(
      '/offers',
      async ({ request }) => {
        const { limit } = readQuery(request, operations.list)
        const query = offerQueryIn(new URL(request.url))
        const { offers, next } = await listOffers(context, query, limit, request.signal)
        return list(request, offers.map(listed), next === undefined ? undefined : { before: `${next}` })
      },
      operations.list,
    )
    .post(
      '/offers',
      async ({ request }) => {
        const author = await memberOf(context, request)
        const find = (result: string | number) => offerOf(context.db, Number(result))
        return orGone(context, request, author.id, () => add(request, author), find)
      },
      operations.add,
    )
    .get(
      '/offers/:id',
      async ({ request, params: { id } }) => one(request, await whole(await offerAt(context, id))),
      operations.read,
    )
    .patch(
      '/offers/:id',
      async ({ request, params: { id } }) => {
        const by = await memberOf(context, request)
        const at = await offerAt(context, id)
        refuseBystanders(by, at.post.authorId, at.post.categoryId)
        const { state, reservedFor, ...fields } = await readBody(request, operations.change)
        const expected = expectedBy(request)
        if (Object.keys(fields).length === 0)
          return unkept(
            await whole(await changeState(context, at, wantedIn(state, reservedFor), { by, expected })),
          )
        if (state !== undefined)
          throw new Refusal(422, 'Change what an offer says, or its state, not both at once.')
        refuseAllButAuthor(by, at.post.authorId)
        const { post, offer } = at
        const { title, body, category } = post
        const now = { title, body, category, kind: offer.kind, price: offer.price ?? '', place: offer.place }
        const own = { id: post.categoryId, name: post.category }
        const named = fields.category === undefined ? own : await categoryIn(context, fields.category)
        const { errors = {}, draft } = readOffer({ ...now, ...asFields(fields) }, named, currency())
        const change = orRefuse(draft, errors)
        await refuseChange(context, by, { ...change.post, alt: change.offer.place })
        return unkept(await whole(await changeOffer(context, at, namedIn(fields, change), { by, expected })))
      },
      operations.change,
    )
    .delete(
      '/offers/:id',
      async ({ request, params: { id } }) => {
        const viewer = await memberOf(context, request)
        const at = await offerAt(context, id)
        refuseBystanders(viewer, at.post.authorId, at.post.categoryId)
        const { rule, reason = '' } = readQuery(request, operations.remove)
        const expected = async (post: Post, sql: Sql) => {
          const offer = await offerOf(sql, post.id)
          if (offer) expectedBy(request)({ post, offer }, await picturesOf(sql, 'Offer', post.id))
        }
        await removePostBy(context, viewer, at.post, { rule: `${rule ?? ''}`, reason }, expected)
        return gone()
      },
      operations.remove,
    )
    .post(
      '/offers/:id/pictures',
      async ({ request, params: { id } }) => {
        const by = await memberOf(context, request)
        const at = await offerAt(context, id)
        refuseAllButAuthor(by, at.post.authorId)
        const body = await readBody(request, operations.addPicture)
        const { added, errors } = await readPicture(context, body)
        const picture = orRefuse(added, added ? {} : { ...noPicture, ...errors })
        await refuseChange(context, by, { body: picture.alt })
        const content = [picture.picture.hash, picture.alt]
        await addPicture(context, by, at, picture, (work, rows) =>
          idempotent(context, request, { by: by.id, content }, work, rows),
        )
        return created(`/api/offers/${id}`, await whole(await offerAt(context, id)))
      },
      operations.addPicture,
    )
    .get(
      '/offers/:id/interests',
      async ({ request, params: { id } }) => {
        const by = await memberOf(context, request)
        const { post } = await offerAt(context, id)
        refuseAllButAuthor(by, post.authorId)
        const interests = await interestsIn(context.db, post.id)
        return unkept(
          interests.map(({ userId, name, message, createdAt }) => ({
            ...{ id: userId, member: name, message, createdAt },
          })) satisfies Static<typeof interestSchema>[],
        )
      },
      operations.interests,
    )
    .put(
      '/offers/:id/interest',
      async ({ request, params: { id } }) => {
        const by = await memberOf(context, request)
        const at = await offerAt(context, id)
        refuseUntagged(request)
        const { message } = await readBody(request, operations.putInterest)
        await showInterest(context, by, at, message)
        return gone()
      },
      operations.putInterest,
    )
    .delete(
      '/offers/:id/interest',
      async ({ request, params: { id } }) => {
        const by = await memberOf(context, request)
        const at = await offerAt(context, id)
        refuseUntagged(request)
        await endInterest(context, by, at)
        return gone()
      },
      operations.endInterest,
    )
}

const noPicture: FieldErrors = { image: 'Choose a picture.' }

/** Returns what was read. Throws a 422 that says of each field what is wrong with it. */
function orRefuse<Draft>(draft: Draft | undefined, errors: FieldErrors): Draft {
  if (draft !== undefined && Object.keys(errors).length === 0) return draft
  throw new Refusal(422, 'Something in this request cannot be taken as it is.', errors)
}

/** The part of a change that a body names: the rest may be another by now. */
function namedIn(fields: object, { post, offer, currency }: WholeDraft): OfferChange {
  const named = <Of extends object>(of: Of, nameOf = (field: string) => field) =>
    Object.fromEntries(
      Object.entries(of).filter(([field]) => Object.hasOwn(fields, nameOf(field))),
    ) as Partial<Of>
  return {
    post: named(post, (field) => (field === 'categoryId' ? 'category' : field)),
    offer: named(offer),
    currency,
  }
}

function wantedIn(state: (typeof offerStates)[number] | undefined, reservedFor: number | null | undefined) {
  if (state === undefined) throw new Refusal(422, 'An offer is available, reserved or gone.')
  return { state, reservedFor: state === 'reserved' ? reservedFor : null }
}

const kind = oneOf(offerKinds)
const state = oneOf(offerStates)
const fields = {
  kind,
  title: t.String({ judged: { minLength: 1, maxLength: longestTitle } }),
  body: t.String({ judged: { minLength: 1, maxLength: longestBody } }),
  category: t.String({ judged: { minLength: 1, maxLength: longestName } }),
}
const price = t.Union([t.String(), t.Number()], {
  description: 'From 0 to 1,000,000, with at most as many decimals as the currency has; "" for none.',
})
const place = t.String({ judged: { maxLength: longestPlace } })

const listedSchema = object(
  {
    id: idSchema,
    kind,
    title: t.String(),
    price: nullOr(exactPrice),
    currency: currencyCode,
    place: t.String(),
    state,
    author: nullOr(t.String(), { description: 'null when the account is gone.' }),
    createdAt: time,
    picture: nullOr(t.String(), { description: 'The first one.' }),
  },
  { $id: 'ListedOffer' },
)

const offerSchema = object(
  {
    id: idSchema,
    kind,
    title: t.String(),
    body: t.String({ description: 'Markdown as it was typed.' }),
    price: nullOr(exactPrice),
    currency: currencyCode,
    place: t.String(),
    state,
    category: t.String(),
    author: nullOr(t.String(), { description: 'null when the account is gone.' }),
    pictures: t.Array(object({ url: t.String(), width: idSchema, height: idSchema, alt: t.String() }), {
      description: 'In their order.',
    }),
    post: t.String({ description: 'The post that it is, by which it is talked about, liked and reported.' }),
    createdAt: time,
    editedAt: nullOr(time),
  },
  { $id: 'Offer' },
)

const interestSchema = object(
  { id: idSchema, member: t.String(), message: t.String(), createdAt: time },
  { $id: 'Interest' },
)

const image = t.Unknown({
  judged: { type: 'string', format: 'binary' },
  description: 'As in POST /api/posts.',
})
const alt = t.Optional(t.String({ judged: { maxLength: longestAlt } }))

const operations = {
  list: operation({
    tag: 'market',
    summary: 'A page of what members offer, the newest first',
    query: object({
      q: t.Optional(
        t.String({ description: 'Of the newest 2,000 posts with all these words; as q of /api/posts.' }),
      ),
      kind: t.Optional(kind),
      state: oneOf([...offerStates, 'any'], { default: 'open' }),
      place: t.Optional(t.String({ description: 'How the place begins, whatever case and accents.' })),
      before: t.Optional(
        t.String({ pattern: '^[1-9]\\d{0,15}$', description: 'From the Link header of the page before.' }),
      ),
      limit: t.Integer({ minimum: 1, maximum: largestLimit, default: usualLimit, description: 'Offers.' }),
    }),
    answers: { 200: t.Array(listedSchema) },
    headers: nextPage,
    problems: [422],
  }),
  add: operation({
    tag: 'market',
    summary: 'Offers something, with a picture when it is sent as a form',
    description: 'What is given away has no price.',
    needs: 'member',
    body: object({ ...fields, price: t.Optional(price), place: t.Optional(place) }),
    form: object({
      ...fields,
      price: t.Optional(price),
      place: t.Optional(place),
      image: t.Optional(image),
      alt,
    }),
    answers: { 201: offerSchema, 202: waitingSchema },
    headers: newAddress,
    isIdempotent: true,
  }),
  read: operation({
    tag: 'market',
    summary: 'One offer',
    answers: { 200: offerSchema, 304: null },
    headers: etag,
    problems: [404, 410],
  }),
  change: operation({
    tag: 'market',
    summary: 'Changes an offer of one’s own, or its state',
    description:
      'What is left out stays as it is. One that is gone is opened again first. Who keeps order in its category may change its state, too. reservedFor is one of those who are interested, or null.',
    needs: 'member',
    body: changeOf({ ...fields, price, place, state, reservedFor: nullOr(idSchema) }),
    answers: { 200: offerSchema },
    problems: [403, 404, 409, 410],
    isConditional: true,
  }),
  remove: operation({
    tag: 'market',
    summary: 'Removes an offer of one’s own, or as who keeps order another one, with a reason',
    needs: 'member',
    query: object(groundsOfRemoval),
    answers: { 204: null },
    problems: [403, 404, 410, 422],
    isConditional: true,
  }),
  addPicture: operation({
    tag: 'market',
    summary: 'Adds a picture to an offer of one’s own, eight at most',
    needs: 'member',
    body: object({ image, alt }),
    form: object({ image, alt }),
    answers: { 201: offerSchema },
    headers: newAddress,
    problems: [404, 409],
    isIdempotent: true,
  }),
  interests: operation({
    tag: 'market',
    summary: 'Who is interested in an offer of one’s own',
    needs: 'member',
    answers: { 200: t.Array(interestSchema) },
    problems: [404, 410],
  }),
  putInterest: operation({
    tag: 'market',
    summary: 'Says that one is interested in an offer; its author is told once, and reads the message',
    needs: 'member',
    body: object({
      message: t.String({ judged: { maxLength: longestMessage }, description: 'May be empty.' }),
    }),
    answers: { 204: null },
    problems: [404, 409, 410],
    isConditional: true,
  }),
  endInterest: operation({
    tag: 'market',
    summary: 'Takes that back; what was reserved is available again',
    needs: 'member',
    answers: { 204: null },
    problems: [404, 410],
    isConditional: true,
  }),
}

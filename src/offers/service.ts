import { say } from '../../texts/say.ts'
import type { Viewer } from '../accounts/queries.ts'
import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { idIn } from '../http/params.ts'
import { heldIn, refusalOfWaiting } from '../newcomers/service.ts'
import { noticeInterest, noticeReserved } from '../notices/queries.ts'
import { tellMembers } from '../notices/service.ts'
import { afterAct, type PictureAct, withAdded } from '../pictures/arranged.ts'
import {
  insertPictures,
  picturesOf,
  type Shown,
  type ShownPicture,
  setPictures,
} from '../pictures/queries.ts'
import type { AddedPicture } from '../pictures/service.ts'
import type { Sql } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'
import { writtenIn } from '../platform/fields.ts'
import type { Patch } from '../posts/draft.ts'
import { lockPost, type Post, postById } from '../posts/queries.ts'
import { offerGone, patchPost, postChanged, postOrRefuse, rowsOfPatch, storing } from '../posts/service.ts'
import { sweepPictures } from '../removal/forget.ts'
import { noteAdmin } from '../removal/queries.ts'
import { refuseSilent } from '../sanctions/refuse.ts'
import { keepCurrency } from '../settings/look.ts'
import { type WholeDraft, wrongPrice } from './draft.ts'
import { placeKeyOf } from './place-key.ts'
import {
  deleteInterest,
  insertHeldOffer,
  insertOffer,
  interestOf,
  interestsIn,
  mostInterests,
  type Offer,
  type OfferDraft,
  type OfferState,
  offerOf,
  putInterest,
  setOfferState,
  showFirstPicture,
  updateOffer,
} from './queries.ts'

/** An offer and the post that it is. */
export type WholeOffer = { post: Post; offer: Offer }

const noSuchOffer = 'There is no such offer.'

/** Returns the offer at an address. Throws a 404, a 410 where it was taken off the board. */
export async function offerAt(context: Context, id: string): Promise<WholeOffer> {
  const number = idIn(id, noSuchOffer)
  const [{ post }, offer] = await Promise.all([
    postOrRefuse(context, `${number}`),
    offerOf(context.db, number),
  ])
  if (!offer) throw new Refusal(404, noSuchOffer)
  return { post, offer }
}

/** What stores an offer in a transaction, or has it wait, as `storing` does a post. */
export async function storingOffer(
  context: Context,
  author: Viewer,
  { post, offer, currency }: WholeDraft,
  added?: AddedPicture,
): Promise<(sql: Sql) => Promise<number | string>> {
  const store = await storing(context, author, { ...post, authorId: author.id }, added, offer.place)
  return async (sql) => {
    if (offer.price !== null) await keepCurrency(context, sql, currency)
    const result = await store(sql)
    const held = heldIn(result)
    if (held !== undefined) await insertHeldOffer(sql, held, offer)
    else await putOffer(sql, Number(result), offer, added)
    return result
  }
}

/** Makes an offer of a post, in the transaction that stores it. */
export async function putOffer(sql: Sql, post: number, offer: OfferDraft, added?: AddedPicture) {
  await insertOffer(sql, post, offer, placeKeyOf(offer.place))
  if (added) await insertPictures(sql, 'Offer', post, [{ hash: added.picture.hash, alt: added.alt }])
}

/** Throws when an offer, with these pictures, is not as somebody thought. */
export type Expected = (now: WholeOffer, pictures: ShownPicture[]) => void

/** What of an offer is changed: `currency` is that of its price. */
export type OfferChange = { post: Patch; offer: Partial<OfferDraft>; currency: string }

/**
 * Changes what an offer says and offers. Leaves as it is now what the change does not name: somebody may have
 * changed it since it was read. Throws a 409 for one that is gone, and where the price is of another currency
 * by now; a 422 for a gift that would have a price.
 */
export async function changeOffer(
  context: Context,
  { post }: WholeOffer,
  { post: text, offer: change, currency }: OfferChange,
  { by, expected }: { by: Viewer; expected?: Expected },
): Promise<WholeOffer> {
  const places = await context.db.transaction(
    async (sql) => {
      if (change.price != null) await keepCurrency(context, sql, currency)
      const now = await heldOffer(sql, post.id, expected)
      refuseGone(now)
      const offer = { kind: now.kind, price: now.price, place: now.place, ...change }
      const wrong = wrongPrice(offer)
      if (wrong) throw new Refusal(422, wrong.price, wrong)
      await refuseSilent(sql, by.id)
      const places = await patchPost(sql, post, text, { by })
      await updateOffer(sql, post.id, offer, placeKeyOf(offer.place))
      return places
    },
    [...rowsOfPatch(post, text), `post ${post.id}`],
  )
  await context.cache.invalidate([post, ...places].flatMap(invalidatedBy.postAddedOrChanged))
  await postChanged(context, post.id, text, places)
  return offerAt(context, `${post.id}`)
}

/** The offer, which nobody else changes until the transaction is over. Throws a 404 for one that is gone. */
async function heldOffer(sql: Sql, id: number, expected?: Expected): Promise<Offer> {
  const isThere = (await lockPost(sql, id)) !== undefined
  const offer = isThere ? await offerOf(sql, id) : undefined
  if (!offer) throw new Refusal(404, noSuchOffer)
  const post = expected && (await postById(sql, `${id}`))
  if (post) expected({ post, offer }, await picturesOf(sql, 'Offer', id))
  return offer
}

/** Throws a 409 for an offer that is gone. */
export function refuseGone({ state }: Offer): void {
  if (state === 'gone') throw offerGone()
}

/** What may become of an offer, by what it is. */
const nextStates: Record<OfferState, OfferState[]> = {
  open: ['reserved', 'gone'],
  reserved: ['open', 'gone'],
  gone: ['open'],
}

/** What somebody wants an offer to be, and for which of those who are interested. */
export type WantedState = { state: OfferState; reservedFor?: number | null | undefined }

/**
 * Opens an offer, reserves it or lets it be gone. Whom it is reserved for is told. Said again, nothing is
 * done. Throws a 409 for what was reserved for somebody else meanwhile, and for what cannot follow what it
 * is, a 422 for somebody who is not interested.
 */
export async function changeState(
  context: Context,
  { post }: WholeOffer,
  { state, reservedFor = null }: WantedState,
  { by, expected }: { by: Viewer; expected?: Expected },
): Promise<WholeOffer> {
  const isDone = await context.db.transaction(
    async (sql) => {
      const now = await heldOffer(sql, post.id, expected)
      if (now.state === state && (reservedFor === null || now.reservedForId === reservedFor)) return false
      if (!nextStates[now.state].includes(state)) throw overtaken()
      if (reservedFor !== null && (await interestOf(sql, post.id, reservedFor)) === undefined)
        throw new Refusal(422, 'Reserve it for somebody who is interested.')
      if (!(await setOfferState(sql, post.id, now.state, { state, reservedFor }))) throw overtaken()
      // Admins read whose offer somebody else set.
      if (by.id !== post.authorId) await noteAdmin(sql, `offer-${state}`, { subject: post.title, by: by.id })
      if (reservedFor !== null) await noticeReserved(sql, reservedFor, post.id)
      return true
    },
    [`post ${post.id}`],
  )
  if (isDone && reservedFor !== null) await tellMembers(context, [reservedFor])
  return offerAt(context, `${post.id}`)
}

export const longestMessage = 500

/**
 * Notes that a member is interested in an offer, with what they say to its author, who is told once. Said
 * again, it is what they say now. Throws a 409 for an offer that is gone, a 403 for one of their own, a 422
 * for what would wait for moderators.
 */
export async function showInterest(
  context: Context,
  by: Viewer,
  { post }: WholeOffer,
  typed: unknown,
): Promise<void> {
  const message = messageIn(typed)
  if (post.authorId === by.id) throw new Refusal(403, 'This offer is your own.')
  const refuse = await refusalOfWaiting(context, by, { body: message })
  await context.db.transaction(
    async (sql) => {
      if ((await heldOffer(sql, post.id)).state === 'gone') throw new Refusal(409, 'This offer is gone.')
      const isNew = (await interestOf(sql, post.id, by.id)) === undefined
      if (isNew && (await interestsIn(sql, post.id)).length >= mostInterests)
        throw new Refusal(409, 'Very many are interested already.')
      await refuse(sql)
      if (!(await putInterest(sql, post.id, by.id, message))) await refuseSilent(sql, by.id)
      if (post.authorId !== null)
        await noticeInterest(sql, { author: post.authorId, post: post.id, by: by.id })
    },
    [`post ${post.id}`, `writer ${by.id}`],
  )
  if (post.authorId !== null) await tellMembers(context, [post.authorId])
}

function messageIn(typed: unknown): string {
  const message = writtenIn(typed)
  const says =
    [...message].length > longestMessage
      ? say('A message has at most {longest} characters.', { longest: longestMessage })
      : message.includes('\0') || !message.isWellFormed()
        ? 'This holds half a character, or none.'
        : undefined
  if (says !== undefined) throw new Refusal(422, says, { message: says })
  return message
}

/** Takes it back. What was reserved for them is available again. Throws a 404 where they were not. */
export async function endInterest(context: Context, by: Viewer, { post }: WholeOffer): Promise<void> {
  const wasThere = await context.db.transaction(
    async (sql) => {
      await heldOffer(sql, post.id)
      return deleteInterest(sql, post.id, by.id)
    },
    [`post ${post.id}`],
  )
  if (!wasThere) throw new Refusal(404, 'You are not interested in this offer.')
}

const overtaken = () => new Refusal(409, 'This offer is another by now. Look again before you change it.')

const mostPictures = 8

/** Does `work` in a transaction; its result is the offer's id. */
type Run = (work: (sql: Sql) => Promise<number>, rows: string[]) => Promise<unknown>

/** Adds a picture behind the others, by a transaction of its own or by `run`. */
export const addPicture = (
  context: Context,
  by: Viewer,
  whole: WholeOffer,
  added: AddedPicture,
  run: Run = context.db.transaction,
) =>
  changePictures(
    context,
    by,
    whole,
    (sql, now) =>
      withAdded(sql, now, added, {
        most: mostPictures,
        tooMany: say('An offer has at most {most} pictures.', { most: mostPictures }),
      }),
    run,
  )

/** Does that to a picture, known by its hash. Throws a 404. */
export async function changePicture(
  context: Context,
  by: Viewer,
  whole: WholeOffer,
  hash: string,
  act: PictureAct,
) {
  await changePictures(context, by, whole, async (_, now) => afterAct(now, hash, act))
  if (act.does === 'remove') await sweepPictures(context)
}

/** Writes all pictures of an offer anew, in the order that `change` gives them. */
async function changePictures(
  context: Context,
  by: Viewer,
  { post }: WholeOffer,
  change: (sql: Sql, pictures: Shown[]) => Promise<Shown[]>,
  run: Run = context.db.transaction,
): Promise<void> {
  await run(
    async (sql) => {
      refuseGone(await heldOffer(sql, post.id))
      await refuseSilent(sql, by.id)
      const now = await picturesOf(sql, 'Offer', post.id)
      const after = await change(
        sql,
        now.map(({ hash, alt }) => ({ hash, alt })),
      )
      await setPictures(sql, 'Offer', post.id, after)
      await showFirstPicture(sql, post.id, after[0])
      return post.id
    },
    [`post ${post.id}`],
  )
  await context.cache.invalidate(invalidatedBy.postAddedOrChanged(post))
}

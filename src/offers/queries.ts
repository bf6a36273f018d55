import type { Decimal } from '../market/money.ts'
import type { Sql, SqlValue } from '../platform/db.ts'
import { nameStart } from '../platform/names.ts'
import type { PostPicture } from '../posts/queries.ts'
import { type Hidden, isOnBoard } from '../removal/queries.ts'
import { mayWrite } from '../sanctions/queries.ts'
import { likeOf } from '../text/like.ts'

export const offerKinds = ['sale', 'gift', 'loan', 'wanted'] as const
export type OfferKind = (typeof offerKinds)[number]

export const offerStates = ['open', 'reserved', 'gone'] as const
export type OfferState = (typeof offerStates)[number]

/** What a post offers, beside its title and its text. */
export type OfferDraft = { kind: OfferKind; price: Decimal | null; place: string }

/** `reservedFor` is null, too, where it is reserved for somebody who was not named. */
export type Offer = OfferDraft & {
  id: number
  state: OfferState
  reservedForId: number | null
  reservedFor: string | null
}

export async function insertOffer(
  sql: Sql,
  post: number,
  { kind, price, place }: OfferDraft,
  placeKey: string,
): Promise<void> {
  await sql.write(
    'insertOffer',
    'INSERT INTO offers (post_id, kind, price, place, place_key) VALUES (?, ?, ?, ?, ?)',
    [post, kind, price, place, placeKey],
  )
}

/** Keeps what a text offers that waits for moderators. */
export const insertHeldOffer = (sql: Sql, held: number, { kind, price, place }: OfferDraft) =>
  sql.write('insertHeldOffer', 'INSERT INTO held_offers (held_id, kind, price, place) VALUES (?, ?, ?, ?)', [
    held,
    kind,
    price,
    place,
  ])

/** What a text offers that waits, if it offers something. */
export async function heldOfferOf(sql: Sql, held: number): Promise<OfferDraft | undefined> {
  const [offer] = await sql.rows<OfferDraft>(
    'heldOfferOf',
    'SELECT kind, price, place FROM held_offers WHERE held_id = ?',
    [held],
  )
  return offer
}

export const updateOffer = (sql: Sql, post: number, { kind, price, place }: OfferDraft, placeKey: string) =>
  sql.write(
    'updateOffer',
    'UPDATE offers SET kind = ?, price = ?, place = ?, place_key = ? WHERE post_id = ?',
    [kind, price, place, placeKey, post],
  )

/** Returns whether it was in the state `from`, and now is in the other, for this member or for nobody. */
export async function setOfferState(
  sql: Sql,
  post: number,
  from: OfferState,
  { state, reservedFor }: { state: OfferState; reservedFor: number | null },
): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'setOfferState',
    'UPDATE offers SET state = ?, reserved_for = ? WHERE post_id = ? AND state = ?',
    [state, reservedFor, post, from],
  )
  return affectedRows > 0
}

/** What the post of this id offers. Undefined: it offers nothing, or is gone. */
export async function offerOf(sql: Sql, post: number): Promise<Offer | undefined> {
  const [offer] = await sql.rows<Offer>(
    'offerOf',
    `SELECT offers.post_id AS id, offers.kind, offers.price, offers.place, offers.state,
            users.id AS reservedForId, ${nameStart('users.name')} AS reservedFor
       FROM offers
       LEFT JOIN users ON users.id = offers.reserved_for AND users.removed_at IS NULL
      WHERE offers.post_id = ?`,
    [post],
  )
  return offer
}

/** Who is interested in an offer, and what they say. */
export type Interest = { userId: number; name: string; message: string; createdAt: string }

/** An offer has so many at most, so they stand on its page. */
export const mostInterests = 200

/** Those who are interested in an offer, the first first. */
export const interestsIn = (sql: Sql, post: number) =>
  sql.rows<Interest>(
    'interestsIn',
    `SELECT users.id AS userId, ${nameStart('users.name')} AS name, offer_interests.message,
            offer_interests.created_at AS createdAt
       FROM offer_interests
       JOIN users ON users.id = offer_interests.user_id AND users.removed_at IS NULL
      WHERE offer_interests.post_id = ?
      ORDER BY offer_interests.created_at, users.id
      LIMIT ?`,
    [post, mostInterests],
  )

/** What a member said who is interested in an offer; undefined where they are not. */
export async function interestOf(sql: Sql, post: number, member: number): Promise<string | undefined> {
  const [interest] = await sql.rows<{ message: string }>(
    'interestOf',
    'SELECT message FROM offer_interests WHERE post_id = ? AND user_id = ?',
    [post, member],
  )
  return interest?.message
}

/** Notes it, or what they say now. Returns false, and does nothing, where that member may not write now. */
export async function putInterest(sql: Sql, post: number, member: number, message: string): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'putInterest',
    `INSERT INTO offer_interests (post_id, user_id, message)
     SELECT offers.post_id, ?, ?
       FROM offers
      WHERE offers.post_id = ? AND ${mayWrite}
         ON DUPLICATE KEY UPDATE message = VALUES(message)`,
    [member, message, post, member],
  )
  return affectedRows > 0
}

/** Returns whether they were interested. What was reserved for them is open again. */
export async function deleteInterest(sql: Sql, post: number, member: number): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'deleteInterest',
    'DELETE FROM offer_interests WHERE post_id = ? AND user_id = ?',
    [post, member],
  )
  await sql.write(
    'releaseOffer',
    `UPDATE offers
        SET state = 'open', reserved_for = NULL
      WHERE post_id = ? AND reserved_for = ? AND state = 'reserved'`,
    [post, member],
  )
  return affectedRows > 0
}

/** An offer as lists show it. */
export type ListedOffer = Omit<Offer, 'reservedForId' | 'reservedFor'> & {
  title: string
  authorId: number | null
  author: string | null
  createdAt: string
} & PostPicture

/** Which offers are listed, the newest first. */
export type OfferFilter = {
  kind?: OfferKind | undefined
  state?: OfferState | undefined
  /** How their place begins, in the letters that search compares. */
  placeKey?: string | undefined
  /** Of these alone. */
  ids?: number[] | undefined
  /** Where the page before ended. */
  before?: number | undefined
  /** Only those among so many of the newest of this kind and state. */
  amongNewest?: number | undefined
  limit: number
  hidden: Hidden
}

/**
 * A page of offers. Their ids are found first, by an index alone, which has them in their order but where
 * they are looked for by how their place begins.
 */
export function listedOffers(sql: Sql, filter: OfferFilter): Promise<ListedOffer[]> {
  const { placeKey, amongNewest, limit, hidden } = filter
  const isNarrowed = hidden.categories.length > 0 || hidden.authors.length > 0
  const walked = walkedBy(filter)
  const kept: Condition[] = [
    ...(placeKey ? [['found.place_key LIKE ?', likeOf(placeKey)] as Condition] : []),
    ...(hidden.categories.length === 0
      ? []
      : [['kept.category_id NOT IN (?)', hidden.categories] as Condition]),
    ...(hidden.authors.length === 0
      ? []
      : [['(kept.author_id IS NULL OR kept.author_id NOT IN (?))', hidden.authors] as Condition]),
  ]
  const [found, conditions] =
    amongNewest === undefined
      ? [`offers AS found ${indexFor(filter)}`, [...walked, ...kept]]
      : [newestOffers(filter), kept]
  return sql.rows<ListedOffer>(
    'listedOffers',
    `SELECT offers.post_id AS id, offers.kind, offers.price, offers.place, offers.state,
            posts.title, posts.author_id AS authorId, ${nameStart('users.name')} AS author,
            posts.created_at AS createdAt, posts.image_hash AS imageHash, posts.image_alt AS imageAlt,
            images.width AS imageWidth, images.height AS imageHeight
       FROM (SELECT found.post_id AS id
               FROM ${found}
               ${isNarrowed ? 'JOIN posts AS kept ON kept.id = found.post_id' : ''}
              WHERE ${isOnBoard('found.post_id')}${conditions.map(([text]) => ` AND ${text}`).join('')}
              ORDER BY found.post_id DESC
              LIMIT ?) AS page
       JOIN offers ON offers.post_id = page.id
       JOIN posts ON posts.id = page.id
       LEFT JOIN users ON users.id = posts.author_id AND users.removed_at IS NULL
       LEFT JOIN images ON images.hash = posts.image_hash
      ORDER BY page.id DESC`,
    [
      ...(amongNewest === undefined ? [] : [...walked.map(([, value]) => value), amongNewest]),
      ...conditions.map(([, value]) => value),
      limit,
    ],
  )
}

type Condition = [text: string, value: SqlValue]

/** Conditions on what an index has in order. */
const walkedBy = ({ kind, state, ids, before }: OfferFilter): Condition[] => [
  ...(kind === undefined ? [] : [['found.kind = ?', kind] as Condition]),
  ...(state === undefined ? [] : [['found.state = ?', state] as Condition]),
  ...(ids === undefined ? [] : [['found.post_id IN (?)', ids] as Condition]),
  ...(before === undefined ? [] : [['found.post_id < ?', before] as Condition]),
]

/** In a statement: so many of them, the newest, wherever they are. */
function newestOffers(filter: OfferFilter): string {
  const conditions = walkedBy(filter).map(([text]) => text)
  return `(SELECT found.post_id, found.place_key
                       FROM offers AS found ${indexFor({ ...filter, placeKey: undefined })}
                      ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`}
                      ORDER BY found.post_id DESC
                      LIMIT ?) AS found`
}

/** Those that search found are read by their ids. */
function indexFor({ kind, state, placeKey, ids }: OfferFilter): string {
  if (ids !== undefined) return ''
  if (placeKey) return 'FORCE INDEX (offers_by_place)'
  if (kind === undefined) return `FORCE INDEX (${state === undefined ? 'PRIMARY' : 'offers_by_state'})`
  return `FORCE INDEX (${state === undefined ? 'offers_by_kind' : 'offers_by_kind_and_state'})`
}

/** Makes the first picture of an offer the one of its post, which lists of posts show. */
export const showFirstPicture = (sql: Sql, post: number, first: { hash: string; alt: string } | undefined) =>
  sql.write('showFirstPicture', 'UPDATE posts SET image_hash = ?, image_alt = ? WHERE id = ?', [
    first?.hash ?? null,
    first?.alt ?? '',
    post,
  ])

import { translated } from '../../texts/say.ts'
import type { Context } from '../context.ts'
import { newestIds } from '../finding/collect.ts'
import { soughtBy } from '../finding/question.ts'
import { pageOf, usualLimit } from '../http/paging.ts'
import type { Sql } from '../platform/db.ts'
import { Refusal, Unavailable } from '../platform/errors.ts'
import { isId } from '../platform/fields.ts'
import { whatIsHidden } from '../removal/hidden.ts'
import { isSearchable, longestQuestion, wantedIn } from '../text/question.ts'
import { longestPlace } from './draft.ts'
import { placeKeyOf } from './place-key.ts'
import {
  type ListedOffer,
  listedOffers,
  type OfferFilter,
  type OfferKind,
  type OfferState,
  offerKinds,
  offerStates,
} from './queries.ts'

/** The parameters of the list of offers; `state` undefined is any. */
export type OfferQuery = {
  q: string
  kind: OfferKind | undefined
  state: OfferState | undefined
  place: string
  before: number | undefined
}

export type OfferList = { offers: ListedOffer[]; next: number | undefined }

/** Returns the parameters of an address; one that makes no sense is as if it was not there. */
export function offerQueryIn({ searchParams }: URL): OfferQuery {
  const typed = (name: string) => (searchParams.get(name) ?? '').toWellFormed().trim()
  const before = typed('before')
  const state = searchParams.get('state') ?? 'open'
  return {
    q: [...typed('q')].slice(0, longestQuestion).join(''),
    kind: offerKinds.find((each) => each === searchParams.get('kind')),
    state: state === 'any' ? undefined : (offerStates.find((each) => each === state) ?? 'open'),
    place: [...typed('place')].slice(0, longestPlace).join(''),
    before: isId(before) ? Number(before) : undefined,
  }
}

/**
 * Returns a page of offers, the newest first. With words, of those among the newest 2,000 posts that have
 * them. Throws a 422 for a name in it that nobody has, `Unavailable` where nobody searches now.
 */
export async function listOffers(
  context: Context,
  { q, place, ...filter }: OfferQuery,
  limit = usualLimit,
  signal?: AbortSignal,
): Promise<OfferList> {
  const ids = q === '' ? undefined : await idsFor(context, q, signal)
  if (ids?.length === 0) return { offers: [], next: undefined }
  const hidden = await whatIsHidden(context)
  const placeKey = placeKeyOf(place)
  const sought = { ...filter, ids, placeKey, hidden, limit: limit + 1 }
  const { rows, last } = pageOf(await offersLike(context.db, sought), limit)
  return { offers: rows, next: last?.id }
}

/** A place that many have fills a page from the newest; of one that few have, all are looked through. */
async function offersLike(sql: Sql, sought: OfferFilter): Promise<ListedOffer[]> {
  if (!sought.placeKey || sought.ids) return listedOffers(sql, sought)
  const newest = await listedOffers(sql, { ...sought, amongNewest })
  return newest.length < sought.limit ? listedOffers(sql, sought) : newest
}

const amongNewest = 1_000

async function idsFor(context: Context, q: string, signal: AbortSignal | undefined): Promise<number[]> {
  const { wanted } = wantedIn(q)
  if (!isSearchable(wanted)) return []
  const criteria = { ...(await soughtBy(context, wanted)), kind: 'post' as const }
  return (await newestIds(context, criteria, signal)).ids
}

/** The same for a page, which says why nothing was looked for. */
export async function offersFound(
  context: Context,
  request: Request,
  query: OfferQuery,
): Promise<OfferList & { problem?: string }> {
  try {
    return await listOffers(context, query, usualLimit, request.signal)
  } catch (error) {
    const nothing = { offers: [], next: undefined }
    if (error instanceof Unavailable && error.what === 'search')
      return { ...nothing, problem: 'Nobody can search at the moment.' }
    if (!(error instanceof Refusal && error.status === 422)) throw error
    return { ...nothing, problem: translated(error.message) }
  }
}

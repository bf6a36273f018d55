import type { Redis } from 'ioredis'
import { say } from '../../texts/say.ts'
import type { Breaker } from '../platform/breaker.ts'
import { Refusal, Unavailable } from '../platform/errors.ts'
import type { Identity } from '../platform/identity.ts'
import type { Log } from '../platform/log.ts'
import { requestId } from '../platform/trace.ts'
import { type Address, fetchFrom, openAddress } from './address.ts'
import { openBatchSender, type UnsentLike } from './batch-sender.ts'
import {
  type Accepted,
  authorized,
  keyedId,
  type LikedAnswer,
  ownerOf,
  type VersionedTotal,
} from './protocol.ts'
import { type KnownBatcher, openTotals } from './totals.ts'

const longestKey = 255
const askWithinMs = 1_000

export type LikesClient = {
  /**
   * Counts a like, once however often the same `id` (an Idempotency-Key) comes within a day. Resolves when
   * the like is on a disk, with the post's new total. Throws a Refusal: 404 when the post is gone, 422 when
   * the id was used for another like or is too long, 503 when the batcher did not answer for 2 s, where
   * others take its place for 9 s.
   */
  add(post: number, options?: { id?: string }): Promise<Accepted>
  /** `LIKES=once`: makes the member like the post or not. Doing it again changes nothing. Throws as `add`. */
  set(post: number, user: number, liked: boolean, options?: { id?: string }): Promise<Required<Accepted>>
  /** `LIKES=once`: likes the post, or takes the like back. Throws as `add`. */
  toggle(post: number, user: number, options?: { id?: string }): Promise<Required<Accepted>>
  /**
   * Returns totals by post, with every like answered before the call. Posts that are missing have no likes
   * but those in MySQL. Never throws: with Redis and the batchers away the map is empty. `stored` gives
   * MySQL's number of a post: the higher one is returned where Redis alone has what a batcher left behind.
   */
  totals(posts: number[], stored?: (post: number) => number | undefined): Promise<Map<number, number>>
  /** As `totals`, each with its version. */
  versionedTotals(posts: number[]): Promise<Map<number, VersionedTotal>>
  /** `LIKES=once`: returns those of the posts that the member likes. Throws Unavailable. */
  likedBy(user: number, posts: number[]): Promise<Set<number>>
  /**
   * Notifies the batchers of deleted posts: they accept no more likes for them. Never throws; a flush
   * finds out too.
   */
  forget(posts: number[]): Promise<void>
  /** Returns `GET /stats` of each batcher, in their order; undefined for one that doesn't answer. */
  stats(): Promise<(Record<string, unknown> | undefined)[]>
  /** Whether all batchers answer. */
  answers(): Promise<boolean>
  /** Resolves when no like is in flight. */
  close(): Promise<void>
}

export type LikesOptions = {
  batchers: string[]
  secret?: string | undefined
  /** Shown to batchers of a cluster. */
  identity?: Identity | undefined
  redis: Redis
  /** That of this Redis, shared with everything else that asks it. */
  breaker: Breaker
  log: Log
  /** A clock in milliseconds that only rises. */
  now?: () => number
}

/** A replica's side of the likes: sends each like to the batcher that owns the post, and reads totals. */
export function openLikes(options: LikesOptions): LikesClient {
  const { batchers, secret, identity, redis, breaker, log, now = () => performance.now() } = options
  const known: KnownBatcher[] = batchers.map((url) => ({
    address: openAddress(url, identity),
    name: undefined,
  }))
  const senders = known.map((batcher) => {
    const onName = (name: string) => {
      batcher.name = name
    }
    return openBatchSender({ address: batcher.address, secret, log, now, onName })
  })
  const totals = openTotals({ batchers: known, secret, redis, breaker, log })

  const send = async (like: UnsentLike): Promise<Accepted> => {
    const sender = senders[ownerOf(like.post, senders.length)]
    if (!sender) throw new Unavailable('batcher')
    return sender.send(like.id === undefined ? like : { ...like, id: checkedKey(like.id, like.user) })
  }

  const sendMembers = async (like: UnsentLike): Promise<Required<Accepted>> => {
    const accepted = await send(like)
    return { ...accepted, liked: accepted.liked === true }
  }

  const askOwners = <T>(posts: number[], ask: (batcher: KnownBatcher, own: number[]) => Promise<T>) =>
    Promise.all(
      [...Map.groupBy(posts, (post) => ownerOf(post, known.length))].map(([place, own]) =>
        ask(known[place] as KnownBatcher, own),
      ),
    )

  return {
    add: (post, { id } = {}) => send({ post, id }),
    set: (post, user, liked, { id } = {}) => sendMembers({ post, user, liked, id }),
    toggle: (post, user, { id } = {}) => sendMembers({ post, user, toggle: true, id }),
    versionedTotals: totals.read,

    async totals(posts, stored = () => undefined) {
      const found = await totals.read(posts)
      const shown = (post: number, { total, isLeast }: { total: number; isLeast?: boolean }) =>
        isLeast ? Math.max(total, stored(post) ?? 0) : total
      return new Map([...found].map(([post, it]) => [post, shown(post, it)]))
    },

    async likedBy(user, posts) {
      const answers = await askOwners(posts, async ({ address }, own) => {
        const { liked } = await askBatcher<LikedAnswer>(address, `/liked?user=${user}&posts=${own.join(',')}`)
        return liked
      })
      return new Set(answers.flat())
    },

    async forget(posts) {
      await askOwners(posts, ({ address }, own) =>
        askBatcher(address, '/forget', { method: 'POST', body: JSON.stringify({ posts: own }) }).catch(
          () => {},
        ),
      )
    },

    stats: () =>
      Promise.all(
        known.map(({ address }) =>
          askBatcher<Record<string, unknown>>(address, '/stats').catch(() => undefined),
        ),
      ),

    async answers() {
      const answers = await Promise.all(
        known.map(({ address }) =>
          askBatcher(address, '/ready').then(
            () => true,
            () => false,
          ),
        ),
      )
      return answers.every(Boolean)
    },

    async close() {
      await Promise.all(senders.map((sender) => sender.close()))
      totals.close()
    },
  }

  async function askBatcher<T>(address: Address, path: string, options: RequestInit = {}): Promise<T> {
    try {
      const id = requestId()
      const headers = { ...authorized(secret), ...(id !== undefined && { 'x-request-id': id }) }
      const signal = AbortSignal.timeout(askWithinMs)
      const response = await fetchFrom(address, path, { ...options, headers, signal })
      if (!response.ok) throw new Error(`${response.url} answered ${response.status}`)
      return (await response.json()) as T
    } catch (cause) {
      throw new Unavailable('batcher', { cause })
    }
  }
}

function checkedKey(id: string, user: number | undefined): string {
  if (id.length === 0 || id.length > longestKey) {
    throw new Refusal(422, say('An Idempotency-Key has 1 to {longest} characters.', { longest: longestKey }))
  }
  return keyedId(id, user)
}

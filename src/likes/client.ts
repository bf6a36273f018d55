import type { Redis } from 'ioredis'
import { say } from '../../texts/say.ts'
import type { Breaker } from '../platform/breaker.ts'
import { Refusal, Unavailable } from '../platform/errors.ts'
import type { Log } from '../platform/log.ts'
import { requestId } from '../platform/trace.ts'
import { openBatchSender, type UnsentLike } from './batch-sender.ts'
import { authorized, keyedId, type LikedAnswer, ownerOf, type VersionedTotal } from './protocol.ts'
import { type KnownBatcher, openTotals } from './totals.ts'

const longestKey = 255
const askWithinMs = 1_000

export type LikesClient = {
  /**
   * Counts a like, once however often the same `id` (an Idempotency-Key) comes within a day, and gives the post's new
   * total. Resolves when the like is on a disk. Throws a Refusal: 404 when the post is gone, 409 when the id was used
   * for another post, 422 when it is too long, 503 when the batcher did not answer for 2 s.
   */
  add(post: number, options?: { id?: string }): Promise<VersionedTotal>
  /** `LIKES=once`: makes the member like the post or not. Doing it again changes nothing. Throws as `add`. */
  set(
    post: number,
    user: number,
    liked: boolean,
    options?: { id?: string },
  ): Promise<VersionedTotal & { liked: boolean }>
  /** `LIKES=once`: likes the post, or takes the like back. Throws as `add`. */
  toggle(post: number, user: number, options?: { id?: string }): Promise<VersionedTotal & { liked: boolean }>
  /**
   * Totals by post, with every like answered before the call. Posts that are missing have no likes but those in MySQL.
   * Never throws: with Redis and the batchers away it is empty.
   */
  totals(posts: number[]): Promise<Map<number, number>>
  /** The same, each with its version. */
  versionedTotals(posts: number[]): Promise<Map<number, VersionedTotal>>
  /** `LIKES=once`: those of the posts that the member likes. Throws Unavailable. */
  likedBy(user: number, posts: number[]): Promise<Set<number>>
  /** Call it when posts were deleted: no more likes are taken for them. Never throws; a flush finds out too. */
  forget(posts: number[]): Promise<void>
  /** `GET /stats` of each batcher, in their order; undefined for one that doesn't answer. */
  stats(): Promise<(Record<string, unknown> | undefined)[]>
  /** Do all batchers answer? */
  answers(): Promise<boolean>
  /** Waits for likes under way. */
  close(): Promise<void>
}

/** `breaker`: the one of this Redis, shared with whoever else asks it. */
export type LikesOptions = {
  batchers: string[]
  secret?: string | undefined
  redis: Redis
  breaker: Breaker
  log: Log
}

/** A replica's side of the likes: sends presses to the batcher that owns the post, and reads totals. */
export function openLikes({ batchers, secret, redis, breaker, log }: LikesOptions): LikesClient {
  const known: KnownBatcher[] = batchers.map((address) => ({ address, name: undefined }))
  const senders = known.map((batcher) =>
    openBatchSender(batcher.address, log, secret, (name) => {
      batcher.name = name
    }),
  )
  const totals = openTotals({ batchers: known, secret, redis, breaker })

  const press = async (wish: UnsentLike, id: string | undefined) => {
    const sender = senders[ownerOf(wish.post, senders.length)]
    if (!sender) throw new Unavailable('batcher')
    const taken = await sender.send(id === undefined ? wish : { ...wish, key: checkedKey(id) })
    return { total: taken.total, version: taken.version, liked: taken.liked === true }
  }

  const each = <T>(posts: number[], ask: (address: string, own: number[]) => Promise<T>) =>
    Promise.all(
      [...Map.groupBy(posts, (post) => ownerOf(post, batchers.length))].map(([place, own]) =>
        ask(batchers[place] ?? '', own),
      ),
    )

  return {
    add: (post, { id } = {}) => press({ post }, id),
    set: (post, user, liked, { id } = {}) => press({ post, user, liked }, id),
    toggle: (post, user, { id } = {}) => press({ post, user, toggle: true }, id),
    versionedTotals: totals.read,

    async totals(posts) {
      const found = await totals.read(posts)
      return new Map([...found].map(([post, { total }]) => [post, total]))
    },

    async likedBy(user, posts) {
      const answers = await each(posts, async (address, own) => {
        const { liked } = await askBatcher<LikedAnswer>(
          `${address}/liked?user=${user}&posts=${own.join(',')}`,
        )
        return liked
      })
      return new Set(answers.flat())
    },

    async forget(posts) {
      await each(posts, (address, own) =>
        askBatcher(`${address}/forget`, { method: 'POST', body: JSON.stringify({ posts: own }) }).catch(
          () => {},
        ),
      )
    },

    stats: () =>
      Promise.all(
        batchers.map((address) =>
          askBatcher<Record<string, unknown>>(`${address}/stats`).catch(() => undefined),
        ),
      ),

    async answers() {
      const answers = await Promise.all(
        batchers.map((address) =>
          askBatcher(`${address}/up`).then(
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

  async function askBatcher<T>(url: string, options: RequestInit = {}): Promise<T> {
    try {
      const id = requestId()
      const headers = { ...authorized(secret), ...(id !== undefined && { 'x-request-id': id }) }
      const response = await fetch(url, { ...options, headers, signal: AbortSignal.timeout(askWithinMs) })
      if (!response.ok) throw new Error(`${url} answered ${response.status}`)
      return (await response.json()) as T
    } catch (cause) {
      throw new Unavailable('batcher', { cause })
    }
  }
}

function checkedKey(id: string): string {
  if (id.length === 0 || id.length > longestKey) {
    throw new Refusal(422, say('An Idempotency-Key has 1 to {longest} characters.', { longest: longestKey }))
  }
  return keyedId(id)
}

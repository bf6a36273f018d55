/**
 * What replicas and batchers say to each other, over HTTP and through Redis. Nothing here does any I/O.
 */

/** One request to like a post. Under `LIKES=once` it has a `user` and either `liked` or `toggle`. */
export type LikeRequest = { id: string; post: number; user?: number; liked?: boolean; toggle?: boolean }

/**
 * The like is counted, now or when the same id came before. `liked` is the member's state under `LIKES=once`;
 * it is missing when the id came before and MySQL, which would know, is away.
 */
export type Accepted = { id: string; post: number; liked?: boolean } & VersionedTotal

/**
 * The like is not counted. 400: it makes no sense; 404: there is no such post; 409: the id belongs to another
 * post or, under `LIKES=once`, to another request; 503: the same like may be accepted later.
 */
export type Refused = { id: string; post: number; error: string; status: 400 | 404 | 409 | 503 }

/**
 * A post's likes, and how many changes its batcher had journaled by then: of two totals of one post the one
 * with the higher version is newer.
 */
export type VersionedTotal = { total: number; version: number }

/** Why a batcher accepts no likes for longer than anybody waits. In the texts, because a visitor reads it. */
export const closedBecause = {
  full: 'Likes are not taken at the moment: the disk that keeps them is full.',
  parted: 'Likes are not taken at the moment: somebody has to look at the count first.',
} as const

/** The header by which a batcher knows its replicas. */
export const authorized = (secret: string | undefined): Record<string, string> =>
  secret === undefined ? {} : { authorization: `Bearer ${secret}` }

export type LikesAnswer = { batcher: string; likes: (Accepted | Refused)[] }

/**
 * `GET /totals?posts=1,2`: posts of which the batcher holds no total are left out, MySQL has their number.
 */
export type TotalsAnswer = { batcher: string; version: number; totals: [post: number, total: number][] }

/** `GET /liked?user=7&posts=1,2`: those of the posts that the member likes. */
export type LikedAnswer = { liked: number[] }

export const maxLikesPerRequest = 5_000
export const maxIdLength = 300

/**
 * A like to which its replica gave the id is numbered, as Kafka numbers the records of an idempotent producer
 * (KIP-98): each producer has at most one request in flight and its sequence numbers rise, so the batcher
 * need only keep each producer's high-water mark, the highest number that it has seen, to know every like
 * that comes twice.
 */
export const numberedId = (producer: string, sequence: number) => `s:${producer}:${sequence}`

/** Returns the parts of a numbered id, or undefined for an id of any other kind. */
export function readNumberedId(id: string): { producer: string; sequence: number } | undefined {
  if (id.charCodeAt(0) !== 115 || id.charCodeAt(1) !== 58) return undefined
  const end = id.lastIndexOf(':')
  const sequence = Number(id.slice(end + 1))
  if (end < 3 || end > 40 || !Number.isSafeInteger(sequence) || sequence < 1) return undefined
  return { producer: id.slice(2, end), sequence }
}

/**
 * The id of a like that a client named by itself, so that no client can pretend to be a replica. A member's
 * keys are their own; under `LIKES=open` likes are nobody's, and a key is one for everybody.
 */
export const keyedId = (key: string, user?: number) => (user === undefined ? `k:${key}` : `u:${user}:${key}`)

/**
 * Which of `count` batchers a post belongs to, by rendezvous hashing over their places in the list: an
 * address may change from one start to the next, a place does not, and a batcher added at the end takes an
 * equal share from each of the others. Before the list changes, every journal must be empty (`POST /flush`,
 * then `waiting` 0 in `/stats`): a post's old owner must have nothing left to add to the number its new owner
 * reads.
 */
export function ownerOf(post: number, count: number): number {
  let owner = 0
  let best = -1
  for (let place = 0; place < count; place++) {
    const weight = mixed((post >>> 0) ^ mixed(Math.floor(post / 2 ** 32) ^ mixed(place + 1)))
    if (weight > best) {
      best = weight
      owner = place
    }
  }
  return owner
}

/** MurmurHash3's finalizer: every bit of the input moves half the bits of the result. */
function mixed(value: number): number {
  let hash = value | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** How long a lease lasts at most. */
export const leaseMs = 1_000
/** Redis: names the epoch whose totals are true, for `leaseMs` at most. See `batcher/publish/totals.ts`. */
export const leaseKey = (batcher: string) => `likes:lease:${batcher}`
/** Redis: the newest epoch, without an end. */
export const epochKey = (batcher: string) => `likes:epoch:${batcher}`
/** Redis: the hash post -> "total:version" of one epoch. Its field `epoch` shows that it is whole. */
export const totalsKey = (batcher: string, epoch: string) => `likes:totals:${batcher}:${epoch}`
/** Redis: the set of all batchers' names, for replicas that have heard from no batcher yet. */
export const namesKey = 'likes:batchers'
export const wholeField = 'epoch'

/** Redis: the channel of totals that changed in the last tenth of a second, JSON, a list of `NewTotal`. */
export const likesChannel = 'likes'
export type NewTotal = { post: number } & VersionedTotal

/**
 * An epoch is `<generation>-<random>.<run id of the Redis it was written to>`; generations of one batcher
 * rise, but for a journal that was put back while the clock is back, too.
 */
export const epochOf = (generation: number, redisRun: string) =>
  `${generation}-${crypto.randomUUID()}.${redisRun}`
export const redisRunOf = (epoch: string) => epoch.slice(epoch.indexOf('.') + 1)

/**
 * Redis's own `INFO server`: another run id means another process, which may have lost or restored anything.
 */
export const runIdIn = (info: string) => /run_id:(\w+)/.exec(info)?.[1]

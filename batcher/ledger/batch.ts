import { sha256 } from '../../src/platform/sha256.ts'

/** `[post, user, liked]`, under `LIKES=once`. */
export type MemberLike = [post: number, user: number, liked: boolean]

export type Batch = {
  number: number
  /** What it adds in all. */
  likes: number
  entries: [post: number, added: number][]
  memberLikes: MemberLike[]
  hash: string
}

/** A place in a chain of batches: all before it are meant by it, because each hash is over the one before. */
export type ChainEnd = { number: number; hash: string }

export const firstHash = '0'.repeat(64)
export const emptyChain: ChainEnd = { number: 0, hash: firstHash }

/** The formula stands in sql/schema.sql, at `like_batches`. */
export function hashOf(previous: string, batcher: string, number: number, entries: Batch['entries']): string {
  return sha256(`${previous}|${batcher}|${number}|${JSON.stringify(entries)}`)
}

/** Whether the batch is the one after this. */
export const follows = (batcher: string, previous: ChainEnd, { number, entries, hash }: Batch) =>
  hashOf(previous.hash, batcher, number, entries) === hash

/** Likes that wait for one post: `waiting` in all, `memberLikes` of them by members who are named. */
export type BatchInput = { post: number; waiting: number; memberLikes: MemberLike[] }

/** Puts what waits for some posts into the batch that follows `previous`. */
export function formBatch(batcher: string, previous: ChainEnd, input: BatchInput[]): Batch {
  const entries = input
    .map(({ post, waiting, memberLikes }): [number, number] => [post, netLikes(waiting, memberLikes)])
    .sort(([a], [b]) => a - b)
  const number = previous.number + 1
  return {
    number,
    entries,
    likes: entries.reduce((sum, [, added]) => sum + added, 0),
    memberLikes: input.flatMap(({ memberLikes }) => memberLikes),
    hash: hashOf(previous.hash, batcher, number, entries),
  }
}

/** The reverse of `formBatch`. */
export function inputOf({ entries, memberLikes }: Batch): BatchInput[] {
  const byPost = Map.groupBy(memberLikes, ([post]) => post)
  return entries.map(([post, added]) => {
    const own = byPost.get(post) ?? []
    return { post, waiting: added + 2 * unlikesIn(own), memberLikes: own }
  })
}

/** Returns by how much `waiting` likes change a total, when these are those of members among them. */
export const netLikes = (waiting: number, memberLikes: MemberLike[]) => waiting - 2 * unlikesIn(memberLikes)

const unlikesIn = (memberLikes: MemberLike[]) => memberLikes.filter(([, , liked]) => !liked).length

/** Returns by how much the batches change each post's total. */
export const addedByPost = (batches: Batch[]) => sumByPost(batches.flatMap(({ entries }) => entries))

/** Returns how many likes of each post are in the batches. */
export const waitingByPost = (batches: Batch[]) =>
  sumByPost(batches.flatMap(inputOf).map(({ post, waiting }) => [post, waiting]))

function sumByPost(counts: [post: number, count: number][]): Map<number, number> {
  const sums = new Map<number, number>()
  for (const [post, count] of counts) sums.set(post, (sums.get(post) ?? 0) + count)
  return sums
}

import { checkLog, type LogCheck } from '../action-log/chain.ts'
import type { Db, Sql } from '../platform/db.ts'
import { sha256 } from '../platform/sha256.ts'
import {
  type Batch,
  batchesAfter,
  type Checkpoint,
  checkpoints,
  foldedBetween,
  likesAfter,
} from './queries.ts'

/** A post whose number is not what its batches add up to. */
type Drift = { post: number; likes: number; counted: number }

/**
 * How many likes a batcher answered that neither wait nor are in the database; below 0 when there are more
 * than that.
 */
type Unaccounted = { batcher: string; likes: number }

/** A batcher's own account of its batches in the database: up to a number, and what they add in all. */
export type Chain = { batcher: string; number: number; likes: number }

/** A batch that is not as its batcher wrote it, or is missing before the one named. */
type Flaw = { batcher: string; number: number; wrong: string }

export type Recount = {
  at: string
  tookMs: number
  batches: number
  posts: number
  /** Likes of all batches, those of posts that are gone included. */
  applied: number
  /** Likes that came with the sample board or an import: batches like any other, but nobody pressed here. */
  imported: number
  /** The sum of all differences, each taken as positive: 0 when every number is right and no like is lost. */
  drift: number
  drifted: Drift[]
  unaccounted: Unaccounted[]
  flaws: Flaw[]
  /** The last hash of each batcher's chain. `batches` counts those that are folded, too. */
  chains: { batcher: string; number: number; hash: string }[]
  /** Of the moderation log. */
  moderation: LogCheck
}

const batchesAtOnce = 500
const postsAtOnce = 10_000
const namedAtMost = 50
/** Stand as the batcher's name in sql/sample.sql and in what `./agora import` brings. */
const notPressed = ['sample', 'import']
const firstHash = '0'.repeat(64)

/**
 * Counts every like anew: takes what the checkpoints hold of folded batches, walks the others in order,
 * checks the chain of hashes (formula: sql/schema.sql, at like_batches) from each checkpoint on, adds up what
 * all gave to each post, and compares. One transaction sees one moment of the database, so a flush or a fold
 * under way changes nothing. It begins after the batchers reported their `chains`, so what they call
 * delivered has to be there. Memory grows with the number of posts that the newest batches like, time with
 * those batches and the number of posts.
 */
export function recount(db: Db, chains: Chain[]): Promise<Recount> {
  const startedAt = performance.now()
  return db.transaction(async (sql) => {
    const folded = await checkpoints(sql)
    const expected = new Map<number, number>()
    const found = new Map(chains.map(({ batcher, number }) => [batcher, { number, likes: 0 }]))
    for (const { batcher, likes } of folded) {
      const claimed = found.get(batcher)
      if (claimed) claimed.likes += likes
    }
    const { flaws, ...chain } = await walkBatches(sql, folded, expected, found)
    const { posts, drift: ofPosts, drifted, sums } = await compare(sql, expected)
    const unaccounted = chains
      .map(({ batcher, likes }) => ({ batcher, likes: likes - (found.get(batcher)?.likes ?? 0) }))
      .filter(({ likes }) => likes !== 0)
    const drift = unaccounted.reduce((sum, { likes }) => sum + Math.abs(likes), ofPosts)
    const tookMs = Math.round(performance.now() - startedAt)
    const all = [...foldedFlaws(folded, sums), ...flaws].slice(0, namedAtMost)
    return {
      ...{ at: new Date().toISOString(), tookMs, posts, drift, drifted, unaccounted, flaws: all },
      ...chain,
      moderation: await checkLog(sql),
    }
  })
}

/** Returns flaws where the likes of posts in folded batches are not what those added in all. */
function foldedFlaws(folded: Checkpoint[], sums: Map<string, number>): Flaw[] {
  const strangers = [...sums.keys()].filter((batcher) => !folded.some((each) => each.batcher === batcher))
  const wrong = 'the likes of the batches up to it do not add up'
  return [
    ...folded.filter(({ batcher, likes }) => (sums.get(batcher) ?? 0) !== likes),
    ...strangers.map((batcher) => ({ batcher, number: 0 })),
  ].map(({ batcher, number }) => ({ batcher, number, wrong }))
}

type Link = Pick<Batch, 'batcher' | 'number' | 'hash'>

async function walkBatches(
  sql: Sql,
  folded: Checkpoint[],
  expected: Map<number, number>,
  found: Map<string, { number: number; likes: number }>,
) {
  const flaws: Flaw[] = []
  const ends = new Map<string, Link>(folded.map((each) => [each.batcher, each]))
  const of = (sum: 'number' | 'likes') => folded.reduce((total, each) => total + each[sum], 0)
  let batches = of('number')
  let applied = of('likes')
  let imported = 0
  let last: Batch | undefined
  while (true) {
    const some = await batchesAfter(sql, last?.batcher ?? '', last?.number ?? 0, batchesAtOnce)
    for (const batch of some) {
      const wrong = flawOf(batch, ends.get(batch.batcher))
      if (wrong && flaws.length < namedAtMost)
        flaws.push({ batcher: batch.batcher, number: batch.number, wrong })
      const added = addUp(batch, expected)
      const claimed = found.get(batch.batcher)
      if (claimed && batch.number <= claimed.number) claimed.likes += added
      if (notPressed.includes(batch.batcher)) imported += added
      else applied += added
      batches++
      ends.set(batch.batcher, batch)
      last = batch
    }
    if (some.length < batchesAtOnce) break
  }
  return { batches, applied, imported, flaws, chains: [...ends.values()].map(endOf) }
}

const endOf = ({ batcher, number, hash }: Link) => ({ batcher, number, hash })

function flawOf(batch: Batch, previous: Link | undefined): string | undefined {
  const expected = (previous?.number ?? 0) + 1
  if (batch.number !== expected) return 'the batch before it is missing'
  const entries = entriesOf(batch)
  if (!entries) return 'its entries cannot be read'
  if (hashOf(previous?.hash ?? firstHash, batch) !== batch.hash) return 'its hash does not fit its content'
  if (entries.length !== batch.posts || sumOf(entries) !== batch.likes)
    return 'its sums do not fit its entries'
  return undefined
}

function hashOf(previous: string, { batcher, number, entries }: Batch): string {
  return sha256(`${previous}|${batcher}|${number}|${entries}`)
}

type Entry = [post: number, added: number]

const sumOf = (entries: Entry[]) => entries.reduce((sum, [, added]) => sum + added, 0)

function entriesOf({ entries }: Batch): Entry[] | undefined {
  try {
    const list: unknown = JSON.parse(entries)
    return Array.isArray(list) && list.every(isEntry) ? list : undefined
  } catch {
    return undefined
  }
}

const isEntry = (entry: unknown): entry is Entry =>
  Array.isArray(entry) && entry.length === 2 && entry.every((each) => Number.isSafeInteger(each))

function addUp(batch: Batch, expected: Map<number, number>): number {
  const entries = entriesOf(batch) ?? []
  for (const [post, added] of entries) expected.set(post, (expected.get(post) ?? 0) + added)
  return sumOf(entries)
}

async function compare(sql: Sql, counted: Map<number, number>) {
  const drifted: Drift[] = []
  const sums = new Map<string, number>()
  let drift = 0
  let posts = 0
  let last = 0
  while (true) {
    const some = await likesAfter(sql, last, postsAtOnce)
    const isEnd = some.length < postsAtOnce
    const end = isEnd ? Number.MAX_SAFE_INTEGER : (some.at(-1)?.id ?? last)
    const folded = new Map<number, number>()
    for (const { post, batcher, likes } of await foldedBetween(sql, last, end)) {
      folded.set(post, (folded.get(post) ?? 0) + likes)
      sums.set(batcher, (sums.get(batcher) ?? 0) + likes)
    }
    for (const { id, likes } of some) {
      const expected = (counted.get(id) ?? 0) + (folded.get(id) ?? 0)
      drift += Math.abs(likes - expected)
      if (likes !== expected && drifted.length < namedAtMost)
        drifted.push({ post: id, likes, counted: expected })
    }
    posts += some.length
    last = end
    if (isEnd) return { posts, drift, drifted, sums }
  }
}

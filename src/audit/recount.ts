import type { Db, Sql } from '../platform/db.ts'
import { type Batch, batchesAfter, likesAfter } from './queries.ts'

/** A post whose number is not what its batches add up to. */
export type Drift = { post: number; likes: number; counted: number }

/** How many likes a batcher answered that neither wait nor are in the database; below 0 when there are more than that. */
export type Unaccounted = { batcher: string; likes: number }

/** What a batcher says the database has of it: the batches up to a number, and what they add in all. */
export type Claim = { batcher: string; number: number; likes: number }

/** A batch that is not as its batcher wrote it, or is missing before the one named. */
export type Flaw = { batcher: string; number: number; wrong: string }

export type Recount = {
  at: string
  tookMs: number
  batches: number
  posts: number
  /** What all batchers' batches added, those of posts that are gone included. */
  applied: number
  /** Likes that came with the sample board: they are a batch like any other, but nobody pressed them. */
  imported: number
  /** The sum of all differences, each taken as positive: 0 when every number is right and no like is lost. */
  drift: number
  drifted: Drift[]
  unaccounted: Unaccounted[]
  flaws: Flaw[]
  /** The last hash of each batcher's chain. */
  chains: { batcher: string; number: number; hash: string }[]
}

const batchesAtOnce = 500
const postsAtOnce = 10_000
const namedAtMost = 50
/** Stands as the batcher's name in sql/sample.sql. */
const sample = 'sample'
const firstHash = '0'.repeat(64)

/**
 * Counts every like anew: walks all batches in order, checks the chain of hashes (formula: sql/schema.sql, at
 * like_batches), adds up what they gave to each post, and compares. One transaction sees one moment of the database,
 * so a flush under way changes nothing. It begins after the batchers made their `claims`, so what they call delivered has
 * to be there. Memory grows with the number of liked posts, time with that of batches.
 */
export function recount(db: Db, claims: Claim[]): Promise<Recount> {
  const startedAt = performance.now()
  return db.transaction(async (sql) => {
    const counted = new Map<number, number>()
    const found = new Map(claims.map(({ batcher, number }) => [batcher, { number, likes: 0 }]))
    const chain = await walkBatches(sql, counted, found)
    const { posts, drift: ofPosts, drifted } = await compare(sql, counted)
    const unaccounted = claims
      .map(({ batcher, likes }) => ({ batcher, likes: likes - (found.get(batcher)?.likes ?? 0) }))
      .filter(({ likes }) => likes !== 0)
    const drift = unaccounted.reduce((sum, { likes }) => sum + Math.abs(likes), ofPosts)
    const tookMs = Math.round(performance.now() - startedAt)
    return { at: new Date().toISOString(), tookMs, posts, drift, drifted, unaccounted, ...chain }
  })
}

async function walkBatches(
  sql: Sql,
  counted: Map<number, number>,
  found: Map<string, { number: number; likes: number }>,
) {
  const flaws: Flaw[] = []
  const chains: Recount['chains'] = []
  let batches = 0
  let applied = 0
  let imported = 0
  let last: Batch | undefined
  while (true) {
    const some = await batchesAfter(sql, last?.batcher ?? '', last?.number ?? 0, batchesAtOnce)
    for (const batch of some) {
      const previous = last?.batcher === batch.batcher ? last : undefined
      if (last && !previous) chains.push(endOf(last))
      const wrong = flawOf(batch, previous)
      if (wrong && flaws.length < namedAtMost)
        flaws.push({ batcher: batch.batcher, number: batch.number, wrong })
      const added = addUp(batch, counted)
      const claimed = found.get(batch.batcher)
      if (claimed && batch.number <= claimed.number) claimed.likes += added
      if (batch.batcher === sample) imported += added
      else applied += added
      batches++
      last = batch
    }
    if (some.length < batchesAtOnce) break
  }
  if (last) chains.push(endOf(last))
  return { batches, applied, imported, flaws, chains }
}

const endOf = ({ batcher, number, hash }: Batch) => ({ batcher, number, hash })

function flawOf(batch: Batch, previous: Batch | undefined): string | undefined {
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
  return new Bun.CryptoHasher('sha256').update(`${previous}|${batcher}|${number}|${entries}`).digest('hex')
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

function addUp(batch: Batch, counted: Map<number, number>): number {
  const entries = entriesOf(batch) ?? []
  for (const [post, added] of entries) counted.set(post, (counted.get(post) ?? 0) + added)
  return sumOf(entries)
}

async function compare(sql: Sql, counted: Map<number, number>) {
  const drifted: Drift[] = []
  let drift = 0
  let posts = 0
  let last = 0
  while (true) {
    const some = await likesAfter(sql, last, postsAtOnce)
    for (const { id, likes } of some) {
      const expected = counted.get(id) ?? 0
      drift += Math.abs(likes - expected)
      if (likes !== expected && drifted.length < namedAtMost)
        drifted.push({ post: id, likes, counted: expected })
    }
    posts += some.length
    last = some.at(-1)?.id ?? last
    if (some.length < postsAtOnce) return { posts, drift, drifted }
  }
}

import { chunks } from '../../src/platform/async.ts'
import { type Db, isDuplicate, type Sql } from '../../src/platform/db.ts'
import type { Failpoint } from '../failpoint.ts'
import { type Batch, type ChainEnd, emptyChain, follows, type MemberLike } from '../ledger/batch.ts'
import {
  addBatch,
  addLikes,
  deleteLikes,
  existingUsers,
  hashOfBatch,
  insertLikes,
  lastBatch,
  likesOfPosts,
  type Members,
  storedLikes,
} from './queries.ts'

/** One statement of this many posts takes the time of its rows; one of ten thousand takes its square. */
const postsPerStatement = 500

/**
 * `applied`: MySQL has it, now or from an earlier try. `conflict`: MySQL's newest batch is not the one before
 * it. `stale`: the rows of `likes` are not those it was formed for. Nothing of it is in MySQL in the last two
 * cases.
 */
type Outcome = 'applied' | 'conflict' | 'stale'

/**
 * `gone`: posts of the batch that don't exist any more. `previous`: MySQL's newest batch when this one was
 * tried.
 */
export type Result = { outcome: Outcome; gone: number[]; previous: ChainEnd }

class Applied extends Error {}
class Conflict extends Error {}
class Stale extends Error {}

/**
 * Applies a batch unless it was applied. `settle` is done in the same transaction, as the last in it. Throws
 * when MySQL can't be asked; then its outcome is not known.
 */
export async function apply(
  db: Db,
  batcher: string,
  batch: Batch,
  failpoint: Failpoint,
  settle?: (sql: Sql, batch: Batch) => Promise<void>,
): Promise<Result> {
  const entries = batch.entries.filter(([, added]) => added !== 0)
  let previous = emptyChain
  try {
    const found = await db.transaction(async (sql) => {
      previous = await lastBatch(sql, batcher)
      if (previous.hash === batch.hash) throw new Applied()
      if (previous.number >= batch.number || !follows(batcher, previous, batch)) throw new Conflict()
      await addBatch(sql, {
        batcher,
        ...batch,
        posts: batch.entries.length,
        entries: JSON.stringify(batch.entries),
      })
      let sum = 0
      for (const some of chunks(entries, postsPerStatement)) sum += await addLikes(sql, some)
      await writeMemberLikes(sql, batch.memberLikes)
      await settle?.(sql, batch)
      failpoint('before mysql commit')
      return sum
    })
    failpoint('after mysql commit')
    return { outcome: 'applied', previous, gone: found < entries.length ? await gonePosts(db, entries) : [] }
  } catch (error) {
    if (error instanceof Applied) return { outcome: 'applied', gone: [], previous }
    if (error instanceof Conflict) return { outcome: 'conflict', gone: [], previous }
    if (error instanceof Stale) return { outcome: 'stale', gone: [], previous }
    if (!isDuplicate(error)) throw error
    // A transaction that was still open when the newest was asked for.
    const isOurs = (await hashOfBatch(db, batcher, batch.number)) === batch.hash
    return { outcome: isOurs ? 'applied' : 'conflict', gone: [], previous }
  }
}

async function writeMemberLikes(sql: Sql, memberLikes: MemberLike[]) {
  for (const some of chunks(memberLikes, postsPerStatement)) {
    const added = some.filter(([, , liked]) => liked)
    const removed = some.filter(([, , liked]) => !liked)
    const inserted = added.length > 0 ? await insertLikes(sql, membersOf(added)) : 0
    const deleted = removed.length > 0 ? await deleteLikes(sql, membersOf(removed)) : 0
    if (inserted !== added.length || deleted !== removed.length) throw new Stale()
  }
}

/** Returns those of the members' likes that would change a row of `likes` as it is now. */
export async function effectiveLikes(db: Db, memberLikes: MemberLike[]): Promise<MemberLike[]> {
  const effective: MemberLike[] = []
  for (const some of chunks(memberLikes, postsPerStatement)) {
    const rows = await storedLikes(db, membersOf(some))
    const stored = new Set(rows.map(({ post_id, user_id }) => `${post_id}:${user_id}`))
    const posts = new Set((await likesOfPosts(db, unique(some.map(([post]) => post)))).map(({ id }) => id))
    const users = new Set((await existingUsers(db, unique(some.map(([, user]) => user)))).map(({ id }) => id))
    effective.push(
      ...some.filter(([post, user, liked]) => {
        const isStored = stored.has(`${post}:${user}`)
        return liked ? !isStored && posts.has(post) && users.has(user) : isStored
      }),
    )
  }
  return effective
}

async function gonePosts(db: Db, entries: Batch['entries']): Promise<number[]> {
  const posts = entries.map(([post]) => post)
  const there = new Set<number>()
  for (const some of chunks(posts, postsPerStatement)) {
    for (const { id } of await likesOfPosts(db, some)) there.add(id)
  }
  return posts.filter((post) => !there.has(post))
}

function membersOf(memberLikes: MemberLike[]): Members[] {
  const byPost = Map.groupBy(memberLikes, ([post]) => post)
  return [...byPost]
    .sort(([a], [b]) => a - b)
    .map(([post, own]) => ({ post, users: own.map(([, user]) => user).sort((a, b) => a - b) }))
}

const unique = (list: number[]) => [...new Set(list)]

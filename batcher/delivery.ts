import { type Db, isDuplicate, type Sql } from '../src/platform/db.ts'
import type { At, Batch, Choice } from './journal.ts'
import { chunks } from './lookup.ts'
import {
  addBatch,
  addLikes,
  deleteLikes,
  existingUsers,
  hashOfBatch,
  insertLikes,
  likesOfPosts,
  type Members,
  storedLikes,
} from './queries.ts'

/** One statement of this many posts takes the time of its rows; one of ten thousand takes its square. */
const postsPerStatement = 500

/**
 * `applied`: MySQL has it, now or from an earlier try. `taken`: another batch has its number. `mismatched`: the rows of
 * `likes` are not those it was formed for. Nothing of it is in MySQL in the last two cases.
 */
export type Fate = 'applied' | 'taken' | 'mismatched'

/** `gone`: posts of the batch that don't exist any more. */
export type Delivery = { fate: Fate; gone: number[] }

class Mismatch extends Error {}

/** Applies a batch unless it was applied. Throws when MySQL can't be asked; then its fate is not known. */
export async function deliver(db: Db, batcher: string, batch: Batch, at: At): Promise<Delivery> {
  const entries = batch.entries.filter(([, added]) => added !== 0)
  try {
    const found = await db.transaction(async (sql) => {
      await addBatch(sql, {
        batcher,
        ...batch,
        posts: batch.entries.length,
        entries: JSON.stringify(batch.entries),
      })
      let sum = 0
      for (const some of chunks(entries, postsPerStatement)) sum += await addLikes(sql, some)
      await writeChoices(sql, batch.choices)
      at('before mysql commit')
      return sum
    })
    at('after mysql commit')
    return { fate: 'applied', gone: found < entries.length ? await gonePosts(db, entries) : [] }
  } catch (error) {
    if (error instanceof Mismatch) return { fate: 'mismatched', gone: [] }
    if (!isDuplicate(error)) throw error
    const isOurs = (await hashOfBatch(db, batcher, batch.number)) === batch.hash
    return { fate: isOurs ? 'applied' : 'taken', gone: [] }
  }
}

async function writeChoices(sql: Sql, choices: Choice[]) {
  for (const some of chunks(choices, postsPerStatement)) {
    const wanted = some.filter(([, , liked]) => liked)
    const unwanted = some.filter(([, , liked]) => !liked)
    const inserted = wanted.length > 0 ? await insertLikes(sql, membersOf(wanted)) : 0
    const deleted = unwanted.length > 0 ? await deleteLikes(sql, membersOf(unwanted)) : 0
    if (inserted !== wanted.length || deleted !== unwanted.length) throw new Mismatch()
  }
}

/** Those choices that would change a row of `likes` as it is now. */
export async function effectiveChoices(db: Db, choices: Choice[]): Promise<Choice[]> {
  const effective: Choice[] = []
  for (const some of chunks(choices, postsPerStatement)) {
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

function membersOf(choices: Choice[]): Members[] {
  const byPost = Map.groupBy(choices, ([post]) => post)
  return [...byPost]
    .sort(([a], [b]) => a - b)
    .map(([post, own]) => ({ post, users: own.map(([, user]) => user).sort((a, b) => a - b) }))
}

const unique = (list: number[]) => [...new Set(list)]

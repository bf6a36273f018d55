import { untrueAfter } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { deleteUnusedPicture } from '../pictures/queries.ts'
import type { Sql } from '../platform/db.ts'
import {
  categoryToSweep,
  deleteSweptCategory,
  deleteSweptPosts,
  postsToSweep,
  type SweptPost,
  sweepComments,
  sweepLikes,
} from './queries.ts'

const sweepEveryMs = 5_000

/** What one transaction deletes: so many posts or, before them, rows that hang on them. */
export type Piece = {
  posts: number
  rows: number
  /** A category's row goes this many seconds after it was removed, or later. */
  keptSeconds: number
}
const usualPiece: Piece = { posts: 100, rows: 1_000, keptSeconds: 120 }

/**
 * Sweeps what is removed, in pieces: each is a short transaction that holds the category's row, so that one replica does it
 * at a time and any of them goes on where another was killed. Between two pieces it rests as long as one took. Foreign
 * keys would do it in one statement, which for 600,000 comments takes minutes and holds up everyone.
 */
export function startSweeping(context: Context): { stop(): void } {
  let isStopped = false
  let underWay = Promise.resolve()
  const timer = setInterval(() => {
    underWay = underWay
      .then(() => sweep(context, usualPiece, () => isStopped))
      .catch((error) => context.log.warn('what is removed could not be swept', { error }))
  }, sweepEveryMs)
  timer.unref()
  return {
    stop() {
      isStopped = true
      clearInterval(timer)
    },
  }
}

/** Sweeps until nothing is left to do now, or another replica is about it. */
export async function sweep(context: Context, piece: Piece, isStopped = () => false): Promise<void> {
  while (!isStopped()) {
    const began = performance.now()
    if (!(await sweepSome(context, piece))) return
    await Bun.sleep(performance.now() - began)
  }
}

/** Sweeps one piece. Gives false when there is none. */
export async function sweepSome(context: Context, piece: Piece): Promise<boolean> {
  const { isDone, gone } = await context.db.transaction((sql) => sweepPiece(sql, piece))
  if (gone.length > 0) await forget(context, gone)
  return !isDone
}

type Swept = { isDone: boolean; gone: SweptPost[] }

async function sweepPiece(sql: Sql, { posts: most, rows, keptSeconds }: Piece): Promise<Swept> {
  const category = await categoryToSweep(sql, keptSeconds)
  if (category === undefined) return { isDone: true, gone: [] }
  const posts = await postsToSweep(sql, category, most)
  if (posts.length === 0)
    return { isDone: !(await deleteSweptCategory(sql, category, keptSeconds)), gone: [] }

  const ids = posts.map(({ id }) => id).sort((a, b) => a - b)
  if ((await sweepComments(sql, ids, rows)) === rows) return { isDone: false, gone: [] }
  if ((await sweepLikes(sql, ids, rows)) === rows) return { isDone: false, gone: [] }
  await deleteSweptPosts(sql, ids)
  return { isDone: false, gone: posts }
}

/** Batchers take no more likes for them; pictures that were theirs alone go. */
async function forget({ cache, likes, db }: Context, posts: SweptPost[]): Promise<void> {
  await Promise.all([
    cache.forget(untrueAfter.bylinesChanged(posts)),
    likes.forget(posts.map(({ id }) => id)),
  ])
  const hashes = new Set(posts.flatMap(({ imageHash }) => imageHash ?? []))
  for (const hash of hashes) await deleteUnusedPicture(db, hash)
}

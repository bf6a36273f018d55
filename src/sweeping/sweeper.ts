import { invalidatedBy, type PostPlace } from '../cache-policy.ts'
import { countPosts } from '../categories/queries.ts'
import { deleteOldChanges } from '../changes/queries.ts'
import type { Context } from '../context.ts'
import { deleteNoticesOfComments, deleteOldFanOuts, deleteOldNotices } from '../notices/queries.ts'
import type { Sql } from '../platform/db.ts'
import { deleteUnusedPicture, type RemovedAccount, removedAccounts } from '../removal/queries.ts'
import {
  categoryToSweep,
  commentsBySwept,
  deleteSweptAccount,
  deleteSweptCategory,
  deleteSweptPosts,
  holdRemovedAccount,
  letGoOf,
  postsBySwept,
  postsToSweep,
  removeSweptComments,
  type SweptPost,
  sweepFollowers,
  sweepHiddenComments,
  sweepWhatHangs,
} from './queries.ts'

const sweepEveryMs = 5_000

/** The most that one transaction changes: so many posts or, before them, rows that hang on them. */
export type Piece = {
  posts: number
  rows: number
  /** The row of a category or an account goes this many seconds after it was removed, or later. */
  retentionSeconds: number
}
const usualPiece: Piece = { posts: 100, rows: 1_000, retentionSeconds: 120 }

/**
 * Sweeps what is removed, in pieces: each is a short transaction that holds the row of the category or
 * account, so that one replica does it at a time and any of them goes on where another was killed. Between
 * two pieces it rests as long as one took. Foreign keys would do it in one statement, which for 600,000
 * comments takes minutes and holds up everyone.
 */
export function startSweeping(context: Context, sweepOne: SweepOne): { stop(): void } {
  let isStopped = false
  let underWay = Promise.resolve()
  const timer = setInterval(() => {
    underWay = underWay
      .then(() => sweep(context, usualPiece, sweepOne, () => isStopped))
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

/** Sweeps one piece. Returns false when there is none. */
export type SweepOne = (context: Context, piece: Piece) => Promise<boolean>

/** Sweeps until nothing is left to do now, or another replica is about it. */
export async function sweep(
  context: Context,
  piece: Piece,
  sweepOne: SweepOne = sweepSome,
  isStopped = () => false,
): Promise<void> {
  while (!isStopped()) {
    const began = performance.now()
    if (!(await sweepOne(context, piece))) return
    await Bun.sleep(performance.now() - began)
  }
}

/** Sweeps one piece of a category, of what was noted for search, and of old notices. */
export async function sweepSome(context: Context, piece: Piece): Promise<boolean> {
  await deleteOldChanges(context.db, piece.rows)
  await deleteOldNotices(context.db, piece.rows)
  await deleteOldFanOuts(context.db, piece.rows)
  const { isDone, gone } = await context.db.transaction((sql) => sweepPiece(sql, piece))
  if (gone.length > 0) await forget(context, gone)
  return !isDone
}

type Swept = { isDone: boolean; gone: SweptPost[] }

async function sweepPiece(sql: Sql, { posts: most, rows, retentionSeconds }: Piece): Promise<Swept> {
  const category = await categoryToSweep(sql, retentionSeconds)
  if (category === undefined) return { isDone: true, gone: [] }
  const posts = await postsToSweep(sql, category, most)
  if (posts.length === 0) {
    const isMore =
      !(await sweepFollowers(sql, category, rows)) ||
      (await deleteSweptCategory(sql, category, retentionSeconds))
    return { isDone: !isMore, gone: [] }
  }

  return { isDone: false, gone: await sweepPosts(sql, posts, rows) }
}

/** Deletes posts, or some of what hangs on them where that is much. Returns those that are gone. */
async function sweepPosts<P extends SweptPost>(sql: Sql, posts: P[], rows: number): Promise<P[]> {
  const ids = posts.map(({ id }) => id).sort((a, b) => a - b)
  if (!(await sweepWhatHangs(sql, ids, rows))) return []
  await deleteSweptPosts(sql, ids)
  return posts
}

/** Sweeps one piece of an account: by who may delete one. */
export async function sweepAccount(context: Context, piece: Piece): Promise<boolean> {
  for (const account of await removedAccounts(context.db)) {
    const { isDone, gone, commented } = await context.db.transaction(async (sql) =>
      (await holdRemovedAccount(sql, account.id)) ? pieceOf(sql, account, piece) : nothingLeft,
    )
    if (gone.length > 0) await forget(context, gone)
    if (commented.length > 0) await context.cache.invalidate(invalidatedBy.bylinesChanged(commented))
    if (!isDone) return true
  }
  return false
}

type SweptOfAccount = Swept & { commented: PostPlace[] }

const nothingLeft: SweptOfAccount = { isDone: true, gone: [], commented: [] }

async function pieceOf(
  sql: Sql,
  { id, postsRemoved }: RemovedAccount,
  { posts: most, rows, retentionSeconds }: Piece,
): Promise<SweptOfAccount> {
  const posts = postsRemoved ? await postsBySwept(sql, id, most) : []
  if (posts.length > 0) {
    const gone = await sweepPosts(sql, posts, rows)
    const counted = gone.filter(({ isCounted }) => isCounted)
    const byCategory = [...Map.groupBy(counted, ({ categoryId }) => categoryId)]
    // In order of their ids, as everyone who locks several does.
    for (const [category, some] of byCategory.sort(([a], [b]) => a - b)) {
      const acts = some.filter(({ isAct }) => isAct).length
      await countPosts(sql, category, { posts: -some.length, acts: -acts })
    }
    return { isDone: false, gone, commented: [] }
  }
  const said = postsRemoved ? await commentsBySwept(sql, id, most) : []
  if (said.length > 0) {
    const comments = said.map(({ comment }) => comment)
    if (!(await deleteNoticesOfComments(sql, comments, rows))) return { ...nothingLeft, isDone: false }
    await removeSweptComments(sql, id, comments)
    return { isDone: false, gone: [], commented: said }
  }
  if (postsRemoved && (await sweepHiddenComments(sql, id, most)) > 0) return { ...nothingLeft, isDone: false }
  const isMore = (await letGoOf(sql, id, most)) || (await deleteSweptAccount(sql, id, retentionSeconds))
  return { ...nothingLeft, isDone: !isMore }
}

/** Batchers take no more likes for them; pictures that were theirs alone go. */
async function forget({ cache, likes, db }: Context, posts: SweptPost[]): Promise<void> {
  await Promise.all([
    cache.invalidate(invalidatedBy.bylinesChanged(posts)),
    likes.forget(posts.map(({ id }) => id)),
  ])
  const hashes = new Set(posts.flatMap(({ imageHash }) => imageHash ?? []))
  for (const hash of hashes) await deleteUnusedPicture(db, hash)
}

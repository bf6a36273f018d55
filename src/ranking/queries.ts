import type { Sql } from '../platform/db.ts'

const hot = 'ROUND(100 * LOG10(1 + likes)) + FLOOR(TO_SECONDS(created_at) / 450)'

/** Gives a new post its place in every order. */
export const rankPost = (sql: Sql, post: number) =>
  sql.write(
    'rankPost',
    `INSERT INTO post_ranks (post_id, category_id, likes, hot)
     SELECT id, category_id, likes, ${hot}
       FROM posts
      WHERE id = ?`,
    [post],
  )

/** Locks ranking until the transaction is over. Returns false while another replica has it. */
export async function lockRanking(sql: Sql): Promise<boolean> {
  const rows = await sql.rows('rankingTurn', 'SELECT id FROM ranking WHERE id = 1 FOR UPDATE SKIP LOCKED')
  return rows.length > 0
}

/** The batches of a batcher that ranks have followed: those up to `number`. */
export type Ranked = { batcher: string; number: string }

/**
 * A batcher with batches that ranks have not followed: those after `number`. Of them all up to `folded` are
 * gone.
 */
export type Behind = Ranked & { folded: string; isFolded: 0 | 1 }

export const rankingBehind = (sql: Sql) =>
  sql.rows<Behind>(
    'rankingBehind',
    `SELECT kept.batcher, CAST(COALESCE(ranked_batches.number, 0) AS CHAR) AS number,
            CAST(kept.oldest - 1 AS CHAR) AS folded,
            kept.oldest - 1 > COALESCE(ranked_batches.number, 0) AS isFolded
       FROM (SELECT batcher, MIN(number) AS oldest, MAX(number) AS newest
               FROM like_batches
              GROUP BY batcher) AS kept
       LEFT JOIN ranked_batches ON ranked_batches.batcher = kept.batcher
      WHERE kept.newest > COALESCE(ranked_batches.number, 0)`,
  )

export type CheckedRank = { post: number; isStale: 0 | 1 }

/** The posts after this one in order of their ids, and which have other likes than their rank says. */
export const checkedRanks = (sql: Sql, after: number, limit: number) =>
  sql.rows<CheckedRank>(
    'rankingChecked',
    `SELECT posts.id AS post, posts.likes <> COALESCE(post_ranks.likes, 0) AS isStale
       FROM posts
       LEFT JOIN post_ranks ON post_ranks.post_id = posts.id
      WHERE posts.id > ?
      ORDER BY posts.id
      LIMIT ?`,
    [after, limit],
  )

/** `entries` is the JSON list [[post, added], ...] */
export type RankingBatch = { number: string; entries: string }

export const batchesToRank = (sql: Sql, { batcher, number }: Ranked, limit: number) =>
  sql.rows<RankingBatch>(
    'rankingBatches',
    `SELECT CAST(number AS CHAR) AS number, entries
       FROM like_batches
      WHERE batcher = ? AND number > ?
      ORDER BY number
      LIMIT ?`,
    [batcher, number, limit],
  )

export const setRanked = (sql: Sql, { batcher, number }: Ranked) =>
  sql.write(
    'rankingDone',
    `INSERT INTO ranked_batches (batcher, number)
     VALUES (?, ?)
         ON DUPLICATE KEY UPDATE number = VALUES(number)`,
    [batcher, number],
  )

export type Rank = { id: number; categoryId: number; likes: number; hot: number }

/** Returns what the ranks of these posts should be. A plain read: it holds up no flush of likes. */
export const ranksOf = (sql: Sql, posts: number[]) =>
  sql.rows<Rank>(
    'rankingPosts',
    `SELECT id, category_id AS categoryId, likes, ${hot} AS hot
       FROM posts
      WHERE id IN (?)
      ORDER BY id`,
    [posts],
  )

/** Throws when one of the posts is gone. */
export const setRanks = (sql: Sql, ranks: Rank[]) =>
  sql.write(
    'rankingUpdate',
    `INSERT INTO post_ranks (post_id, category_id, likes, hot)
     VALUES ?
         ON DUPLICATE KEY UPDATE likes = VALUES(likes), hot = VALUES(hot)`,
    [ranks.map(({ id, categoryId, likes, hot: place }) => [id, categoryId, likes, place])],
  )

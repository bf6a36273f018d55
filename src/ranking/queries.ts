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

/** Up to when ranks have followed, held until the transaction is over; undefined while somebody else holds it. */
export async function rankedUntil(sql: Sql): Promise<string | undefined> {
  const [row] = await sql.rows<{ rankedUntil: string }>(
    'rankingTurn',
    'SELECT ranked_until AS rankedUntil FROM ranking WHERE id = 1 FOR UPDATE SKIP LOCKED',
  )
  return row?.rankedUntil
}

export const setRankedUntil = (sql: Sql, time: string) =>
  sql.write('rankingDone', 'UPDATE ranking SET ranked_until = ? WHERE id = 1', [new Date(time)])

export type RankingBatch = { batcher: string; number: string; appliedAt: string }

export const batchesSince = (sql: Sql, time: string, overlapSeconds: number, limit: number) =>
  sql.rows<RankingBatch>(
    'rankingBatches',
    `SELECT batcher, CAST(number AS CHAR) AS number, applied_at AS appliedAt
       FROM like_batches
      WHERE applied_at > ? - INTERVAL ? SECOND
      ORDER BY applied_at
      LIMIT ?`,
    [new Date(time), overlapSeconds, limit],
  )

/** JSON: the list [[post, added], ...] */
export async function entriesOf(sql: Sql, { batcher, number }: RankingBatch): Promise<string> {
  const [row] = await sql.rows<{ entries: string }>(
    'rankingEntries',
    'SELECT entries FROM like_batches WHERE batcher = ? AND number = ?',
    [batcher, number],
  )
  return row?.entries ?? '[]'
}

export type Rank = { id: number; categoryId: number; likes: number; hot: number }

/** What the ranks of these posts should be. A plain read: it holds up no flush of likes. */
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

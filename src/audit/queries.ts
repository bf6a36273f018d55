import type { Limits, Sql } from '../platform/db.ts'

/** One flush of one batcher, as it stands in the database. `entries` is the JSON list [[post, added], ...]. */
export type Batch = {
  batcher: string
  number: number
  likes: number
  posts: number
  entries: string
  hash: string
  appliedAt: string
}

const columns = 'batcher, number, likes, posts, entries, hash, applied_at AS appliedAt'

/** Batches in order of batcher and number, after the given one. */
export const batchesAfter = (sql: Sql, batcher: string, number: number, limit: number) =>
  sql.rows<Batch>(
    'batchesAfter',
    `SELECT ${columns}
       FROM like_batches
      WHERE batcher > ? OR (batcher = ? AND number > ?)
      ORDER BY batcher, number
      LIMIT ?`,
    [batcher, batcher, number, limit],
  )

export const likesAfter = (sql: Sql, post: number, limit: number) =>
  sql.rows<{ id: number; likes: number }>(
    'likesAfter',
    `SELECT id, likes
       FROM posts
      WHERE id > ?
      ORDER BY id
      LIMIT ?`,
    [post, limit],
  )

/** The newest batches of all batchers. */
export const newestBatches = (sql: Sql, limit: number) =>
  sql.rows<Batch>(
    'newestBatches',
    `SELECT ${columns}
       FROM like_batches
      ORDER BY applied_at DESC, batcher DESC, number DESC
      LIMIT ?`,
    [limit],
  )

export type Addition = { batcher: string; number: number; added: number; appliedAt: string }

/** What each batch added to one post, newest first. Walks back through all batches, so `limit` them. */
export const additionsTo = (sql: Sql, post: number, limit: number, limits: Limits) =>
  sql.rows<Addition>(
    'additionsTo',
    `SELECT batcher, number, entry.added, applied_at AS appliedAt
       FROM like_batches
      CROSS JOIN JSON_TABLE(entries, '$[*]'
              COLUMNS (post BIGINT PATH '$[0]', added BIGINT PATH '$[1]')) AS entry
      WHERE entry.post = ?
      ORDER BY applied_at DESC, batcher, number DESC
      LIMIT ?`,
    [post, limit],
    limits,
  )

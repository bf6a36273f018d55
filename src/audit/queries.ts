import type { Limits, Sql } from '../platform/db.ts'

/**
 * One flush of one batcher, as it stands in the database. `entries` is the JSON list [[post, added], ...].
 */
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

/** All batches of a batcher up to `number` are folded. */
export type Checkpoint = { batcher: string; number: number; likes: number; hash: string }

export const checkpoints = (sql: Sql) =>
  sql.rows<Checkpoint>(
    'checkpoints',
    `SELECT batcher, number, likes, hash
       FROM like_checkpoints
      WHERE number > 0
      ORDER BY batcher`,
  )

export type Folded = { post: number; batcher: string; likes: number }

/** Returns what folded batches added to posts after the first of these and up to the last. */
export const foldedBetween = (sql: Sql, after: number, last: number) =>
  sql.rows<Folded>(
    'foldedBetween',
    `SELECT post_id AS post, batcher, likes
       FROM folded_likes
      WHERE post_id > ? AND post_id <= ?`,
    [after, last],
  )

/** Returns what folded batches added to one post, by batcher, with the last batch that may have. */
export const foldedOf = (sql: Sql, post: number) =>
  sql.rows<{ batcher: string; number: number; added: number }>(
    'foldedOf',
    `SELECT batcher, like_checkpoints.number, folded_likes.likes AS added
       FROM folded_likes
       JOIN like_checkpoints USING (batcher)
      WHERE post_id = ?
      ORDER BY batcher`,
    [post],
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

/** Returns what each batch that is not folded added to one post, newest first. */
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

import type { Sql, SqlValue } from '../../src/platform/db.ts'
import { type ChainEnd, emptyChain, firstHash } from '../ledger/batch.ts'

export type PostLikes = { id: number; likes: number }

/** A post in a removed category, or removed with its author, is removed, though it is not swept yet. */
const isThere = `NOT EXISTS (SELECT 1 FROM categories
                         WHERE categories.id = posts.category_id AND removed_at IS NOT NULL)
       AND NOT EXISTS (SELECT 1 FROM users WHERE users.id = posts.author_id AND posts_removed)`

export const likesOfPosts = (sql: Sql, posts: number[]) =>
  sql.rows<PostLikes>(
    'likesOfPosts',
    `SELECT id, likes
     FROM posts
     WHERE id IN (?) AND ${isThere}`,
    [posts],
  )

export const likesOfNewestPosts = (sql: Sql, limit: number) =>
  sql.rows<PostLikes>(
    'likesOfNewestPosts',
    `SELECT id, likes
     FROM posts
     WHERE ${isThere}
     ORDER BY id DESC
     LIMIT ?`,
    [limit],
  )

export type BatchRow = {
  batcher: string
  number: number
  likes: number
  posts: number
  entries: string
  hash: string
}

export const addBatch = (sql: Sql, { batcher, number, likes, posts, entries, hash }: BatchRow) =>
  sql.write(
    'addBatch',
    `INSERT INTO like_batches (batcher, number, likes, posts, entries, hash)
     VALUES (?)`,
    [[batcher, number, likes, posts, entries, hash]],
  )

export async function hashOfBatch(sql: Sql, batcher: string, number: number): Promise<string | undefined> {
  const rows = await sql.rows<{ hash: string }>(
    'hashOfBatch',
    `SELECT hash
     FROM like_batches
     WHERE batcher = ? AND number = ?`,
    [batcher, number],
  )
  return rows[0]?.hash
}

/** Returns the newest batch of the batcher's chain, the empty chain when there is none. */
export async function lastBatch(sql: Sql, batcher: string): Promise<ChainEnd> {
  const rows = await sql.rows<ChainEnd>(
    'lastBatch',
    `SELECT number, hash
     FROM like_batches
     WHERE batcher = ?
     ORDER BY number DESC
     LIMIT 1`,
    [batcher],
  )
  return rows[0] ?? emptyChain
}

/** Returns what the batches of one batcher added, up to a number that is not folded alone. */
export async function likesOfChain(sql: Sql, batcher: string, number: number): Promise<number> {
  const [row] = await sql.rows<{ likes: string }>(
    'likesOfChain',
    `SELECT COALESCE((SELECT likes FROM like_checkpoints WHERE batcher = ?), 0)
          + COALESCE((SELECT SUM(likes) FROM like_batches WHERE batcher = ? AND number <= ?), 0) AS likes`,
    [batcher, batcher, number],
  )
  return Number(row?.likes ?? 0)
}

/** Everything up to `number` is folded. */
export type Checkpoint = { number: number; hash: string; likes: number }

/**
 * Returns the checkpoint of one batcher, locked until the transaction is over. Makes one when there is none.
 */
export async function openCheckpoint(sql: Sql, batcher: string): Promise<Checkpoint> {
  await sql.write(
    'makeCheckpoint',
    `INSERT IGNORE INTO like_checkpoints (batcher, number, likes, hash)
     VALUES (?, 0, 0, ?)`,
    [batcher, firstHash],
  )
  const [row] = await sql.rows<Checkpoint>(
    'checkpoint',
    `SELECT number, hash, likes
     FROM like_checkpoints
     WHERE batcher = ?
     FOR UPDATE`,
    [batcher],
  )
  return row ?? { number: 0, hash: firstHash, likes: 0 }
}

export const setCheckpoint = (sql: Sql, batcher: string, { number, hash, likes }: Checkpoint) =>
  sql.write(
    'setCheckpoint',
    `UPDATE like_checkpoints
     SET number = ?, hash = ?, likes = ?, folded_at = CURRENT_TIMESTAMP(3)
     WHERE batcher = ?`,
    [number, hash, likes, batcher],
  )

/** Returns how many entries each of the newest batches has, newest first. */
export const sizesOfNewest = (sql: Sql, batcher: string, limit: number) =>
  sql.rows<{ number: number; posts: number }>(
    'sizesOfNewest',
    `SELECT number, posts
     FROM like_batches
     WHERE batcher = ?
     ORDER BY number DESC
     LIMIT ?`,
    [batcher, limit],
  )

/** `entries` is the JSON list [[post, added], ...] */
export type BatchToFold = { number: number; likes: number; posts: number; entries: string; hash: string }

export const batchesToFold = (
  sql: Sql,
  batcher: string,
  {
    after,
    last,
    olderThanSeconds,
    limit,
  }: { after: number; last: number; olderThanSeconds: number; limit: number },
) =>
  sql.rows<BatchToFold>(
    'batchesToFold',
    `SELECT number, likes, posts, entries, hash
     FROM like_batches
     WHERE batcher = ? AND number > ? AND number <= ?
       AND applied_at <= CURRENT_TIMESTAMP(3) - INTERVAL ? SECOND
     ORDER BY number
     LIMIT ?`,
    [batcher, after, last, olderThanSeconds, limit],
  )

export const addFolded = (sql: Sql, batcher: string, entries: [post: number, added: number][]) =>
  sql.write(
    'addFolded',
    `INSERT INTO folded_likes (post_id, batcher, likes)
     VALUES ?
     ON DUPLICATE KEY UPDATE likes = likes + VALUES(likes)`,
    [entries.map(([post, added]) => [post, batcher, added])],
  )

export const dropFoldedBatches = (sql: Sql, batcher: string, last: number) =>
  sql.write(
    'dropFoldedBatches',
    `DELETE FROM like_batches
     WHERE batcher = ? AND number <= ?`,
    [batcher, last],
  )

/** Adds to each post its number, in one statement. Returns how many of the posts exist. */
export async function addLikes(sql: Sql, entries: [post: number, added: number][]): Promise<number> {
  const added = `CASE id ${'WHEN ? THEN ? '.repeat(entries.length)}ELSE 0 END`
  // The column is unsigned and MySQL refuses a difference below 0, which would hold up every later batch.
  const isRising = entries.every(([, likes]) => likes >= 0)
  const likes = isRising ? `likes + ${added}` : `GREATEST(CAST(likes AS SIGNED) + ${added}, 0)`
  const { affectedRows } = await sql.write(
    'addLikes',
    `UPDATE posts
     SET likes = ${likes}
     WHERE id IN (?)`,
    [...entries.flat(), entries.map(([post]) => post)],
  )
  return affectedRows
}

/** Who likes which post: `users` of one `post`. */
export type Members = { post: number; users: number[] }

const eachMember = (list: Members[]) => list.map(() => '(post_id = ? AND user_id IN (?))').join(' OR ')
const memberValues = (list: Members[]): SqlValue[] => list.flatMap(({ post, users }) => [post, users])

export const storedLikes = (sql: Sql, members: Members[]) =>
  sql.rows<{ post_id: number; user_id: number }>(
    'storedLikes',
    `SELECT post_id, user_id
     FROM likes
     WHERE ${eachMember(members)}`,
    memberValues(members),
  )

/** Adds rows, but those that are there already or whose post or member is gone. Returns how many were new. */
export async function insertLikes(sql: Sql, members: Members[]): Promise<number> {
  const rows = members.flatMap(({ post, users }) => users.map((user) => [post, user]))
  const { affectedRows } = await sql.write(
    'insertLikes',
    `INSERT IGNORE INTO likes (post_id, user_id)
     VALUES ?`,
    [rows],
  )
  return affectedRows
}

/** Returns how many rows there were. */
export async function deleteLikes(sql: Sql, members: Members[]): Promise<number> {
  const { affectedRows } = await sql.write(
    'deleteLikes',
    `DELETE FROM likes
     WHERE ${eachMember(members)}`,
    memberValues(members),
  )
  return affectedRows
}

export const existingUsers = (sql: Sql, users: number[]) =>
  sql.rows<{ id: number }>(
    'existingUsers',
    `SELECT id
     FROM users
     WHERE id IN (?)`,
    [users],
  )

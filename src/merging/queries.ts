import { noteChanged } from '../changes/queries.ts'
import { chunks } from '../platform/async.ts'
import type { Sql } from '../platform/db.ts'

/** A post that was merged into another, and the comment there that has its text. */
type Merged = { post: number; into: number; opening: number }

/** How a post was merged, held until the transaction is over; undefined where it is not. */
export async function lockMerged(sql: Sql, post: number): Promise<Merged | undefined> {
  const [merged] = await sql.rows<Merged>(
    'lockMerged',
    `SELECT post_id AS post, into_id AS \`into\`, comment_id AS opening
       FROM merged_posts
      WHERE post_id = ?
        FOR UPDATE`,
    [post],
  )
  return merged
}

export const noteMerged = (sql: Sql, { post, into, opening }: Merged) =>
  sql.write('noteMerged', 'INSERT INTO merged_posts (post_id, into_id, comment_id) VALUES (?, ?, ?)', [
    ...[post, into, opening],
  ])

export const forgetMerged = (sql: Sql, post: number) =>
  sql.write('forgetMerged', 'DELETE FROM merged_posts WHERE post_id = ?', [post])

/** A comment on `into` with this text, by the author of a post and of its time. Returns its id. */
export async function insertOpening(
  sql: Sql,
  { post, into, body }: { post: number; into: number; body: string },
): Promise<number> {
  const { insertId } = await sql.write(
    'insertOpening',
    `INSERT INTO comments (post_id, author_id, body, created_at)
     SELECT ?, author_id, ?, created_at
       FROM posts
      WHERE id = ?`,
    [into, body, post],
  )
  return insertId
}

/** A comment, and what it answers. */
export type Reply = { id: number; parent: number | null; isThere: 0 | 1 }

const replyColumns = 'id, parent_id AS parent, removed_at IS NULL AS isThere'

/** Comments of a post, removed ones too, in the order in which they were written, held. */
export const lockCommentsOf = (sql: Sql, post: number, limit: number) =>
  sql.rows<Reply>(
    'lockCommentsOf',
    `SELECT ${replyColumns}
       FROM comments FORCE INDEX (comments_by_post)
      WHERE post_id = ?
      ORDER BY id
      LIMIT ?
        FOR UPDATE`,
    [post, limit],
  )

/** A comment itself and all below it, likewise. */
export const lockThreadOf = (sql: Sql, root: number) =>
  sql.rows<Reply>(
    'lockThreadOf',
    `SELECT ${replyColumns}
       FROM comments
      WHERE id = ? OR root_id = ?
      ORDER BY id
        FOR UPDATE`,
    [root, root],
  )

const commentsAtOnce = 500

/** Where comments go: each with the comment that it answers, and the first above it. */
export type Moved = { id: number; parent: number | null; root: number | null }

/** Moves comments to another post, with the notices of them. */
export async function moveComments(sql: Sql, post: number, comments: Moved[]): Promise<void> {
  for (const some of chunks(comments, commentsAtOnce)) {
    const ids = some.map(({ id }) => id)
    const cases = some.map(() => 'WHEN ? THEN ?').join(' ')
    await sql.write(
      'moveComments',
      `UPDATE comments
          SET post_id = ?, parent_id = CASE id ${cases} END, root_id = CASE id ${cases} END
        WHERE id IN (?)`,
      [
        post,
        ...some.flatMap(({ id, parent }) => [id, parent]),
        ...some.flatMap(({ id, root }) => [id, root]),
        ids,
      ],
    )
    for (const table of ['notices', 'fan_outs'])
      await sql.write(`moveTo_${table}`, `UPDATE ${table} SET post_id = ? WHERE comment_id IN (?)`, [
        post,
        ids,
      ])
    await noteChanged(sql, 'comment', ids)
  }
}

export async function deleteOpening(sql: Sql, id: number): Promise<void> {
  await sql.write('deleteOpening', 'DELETE FROM comments WHERE id = ?', [id])
  await noteChanged(sql, 'comment', [id])
}

export const addToComments = (sql: Sql, post: number, more: number) =>
  sql.write('addToComments', 'UPDATE posts SET comments = comments + ? WHERE id = ?', [more, post])

import type { Db } from '../src/platform/db.ts'

/** Adds one like to a post, at once. Returns the new number. One statement, its own transaction. */
export async function addOneLike(db: Db, post: number): Promise<number> {
  const { insertId } = await db.write(
    'addOneLike',
    `UPDATE posts
        SET likes = LAST_INSERT_ID(likes + 1)
      WHERE id = ?`,
    [post],
  )
  return insertId
}

/** Lets web replicas do what `addOneLike` does. On the site they may not write this column. */
export const mayAddLikes = "GRANT UPDATE (likes) ON agora.posts TO 'agora_web'@'%'"

/**
 * Adds 10 to the power of `digits` posts; their titles begin with `title`. MySQL and MariaDB have no common
 * series.
 */
export const addPosts = (title: string, digits: number, body = 'A post to like.') =>
  `INSERT INTO posts (category_id, title, body)
    SELECT (SELECT MIN(id) FROM categories), '${title}', '${body}'
      FROM ${rowsOf(digits)}`

/** Adds mails to the outbox, 100,000 at most. All are due. */
export const addMails = (count: number) =>
  `INSERT INTO outbox (kind, address, recipient_key, language, content)
    SELECT 'test', 'bo@board.example', REPEAT('b', 32), 'en', '{"by":"ana"}'
      FROM ${rowsOf(5)}
     LIMIT ${count}`

/** 10 to the power of `digits` rows. */
export function rowsOf(digits: number): string {
  const digit = (at: number) =>
    `(SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4
      UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8
      UNION ALL SELECT 9) AS digit${at}`
  return Array.from({ length: digits }, (_, index) => digit(index)).join(' CROSS JOIN ')
}

export const mailsWaiting = "SELECT COUNT(*) AS mails FROM outbox WHERE state = 'waiting'"

/** What the menu shows; `addPosts` does not count. */
export const countAgain =
  'UPDATE categories SET posts = (SELECT COUNT(*) FROM posts WHERE posts.category_id = categories.id)'

export const firstAndLast = (title: string) =>
  `SELECT MIN(id), MAX(id), COUNT(*) FROM posts WHERE title = '${title}'`

export const newestOf = (title: string, count: number) =>
  `SELECT id FROM posts WHERE title = '${title}' ORDER BY id DESC LIMIT ${count}`

/** One on each post, by each of five members in turn; and an answer to each of those. */
export const addComments =
  "INSERT INTO comments (post_id, author_id, body) SELECT id, 1 + id % 5, 'Well said.' FROM posts"
export const addAnswers = `INSERT INTO comments (post_id, root_id, parent_id, author_id, body)
    SELECT post_id, id, id, 1 + (id + 1) % 5, 'So it is.' FROM comments WHERE root_id IS NULL`
export const countAllComments =
  'UPDATE posts SET comments = (SELECT COUNT(*) FROM comments WHERE comments.post_id = posts.id)'
export const likeByNumber = 'UPDATE posts SET likes = id % 50'

/** Those on the front page. */
export const idsOfNewest = 'SELECT id FROM posts ORDER BY id DESC LIMIT 20'

export const likesOf = (first: number, last: number) =>
  `SELECT id, likes FROM posts WHERE id BETWEEN ${first} AND ${last}`

export const likesInAll = (first: number, last: number) =>
  `SELECT COALESCE(SUM(likes), 0) FROM posts WHERE id BETWEEN ${first} AND ${last}`

/** All that clients asked of the server since it was started. */
export const statementsSoFar = "SHOW GLOBAL STATUS LIKE 'Questions'"

export const serverVersion = 'SELECT VERSION()'

/** The number of the newest batch in MySQL; 0 when there is none. */
export const newestBatch = 'SELECT COALESCE(MAX(number), 0) FROM like_batches'

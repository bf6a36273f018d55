import type { Sql } from '../platform/db.ts'

/** What becomes of a text that holds something of a list: it waits for moderators, or is not taken. */
export type Effect = 'hold' | 'refuse'

/** A list as admins typed it, and as texts are compared with it, as JSON. */
type WordList = { effect: Effect; body: string; entries: string }

export const wordLists = (sql: Sql) =>
  sql.rows<Pick<WordList, 'effect' | 'entries'>>('wordLists', 'SELECT effect, entries FROM word_lists')

export const typedLists = (sql: Sql) =>
  sql.rows<Pick<WordList, 'effect' | 'body'>>('typedLists', 'SELECT effect, body FROM word_lists')

export const putWordList = (sql: Sql, { effect, body, entries }: WordList) =>
  sql.write(
    'putWordList',
    `INSERT INTO word_lists (effect, body, entries)
     VALUES (?, ?, ?)
         ON DUPLICATE KEY UPDATE body = VALUES(body), entries = VALUES(entries)`,
    [effect, body, entries],
  )

/** The newest texts, to see what a list would match. */
export const newestTexts = (sql: Sql, limit: number) =>
  sql.rows<{ title: string; body: string }>(
    'newestTexts',
    `SELECT title, LEFT(body, 5000) AS body
       FROM posts
      WHERE NOT EXISTS (SELECT 1 FROM removed_posts WHERE removed_posts.post_id = posts.id)
      ORDER BY id DESC
      LIMIT ?`,
    [limit],
  )

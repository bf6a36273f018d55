import type { Sql } from '../platform/db.ts'
import { isByNobodyWhoLeft, isShown } from '../removal/queries.ts'

/** Comments that are new in a thread, and the first of them. */
export type NewInThread = { post: number; comments: number; first: number }

/** So many are counted; of more it is enough to know that there are many. */
const mostCounted = 1_000

/** How many comments of others stand in threads behind one each; a thread without any is missing. */
export const newInThreads = (sql: Sql, member: number, threads: { post: number; behind: number }[]) =>
  sql.rows<NewInThread>(
    'newInThreads',
    threads
      .map(
        () =>
          `(SELECT ? AS post, COUNT(*) AS comments, MIN(id) AS first
              FROM (SELECT id
                      FROM comments FORCE INDEX (comments_by_post)
                     WHERE post_id = ? AND id > ? AND removed_at IS NULL
                       AND NOT author_id <=> ? AND ${isByNobodyWhoLeft}
                     ORDER BY id
                     LIMIT ${mostCounted}) AS behind
            HAVING COUNT(*) > 0)`,
      )
      .join(' UNION ALL '),
    threads.flatMap(({ post, behind }) => [post, post, behind, member]),
  )

/** How many posts of others stand in each category behind one, without those that the member has read. */
export const newInCategories = (sql: Sql, member: number, behind: number, read: number[]) =>
  sql.rows<{ category: number; posts: number }>(
    'newInCategories',
    `SELECT posts.category_id AS category, COUNT(*) AS posts
       FROM (SELECT id FROM posts WHERE id > ? ORDER BY id DESC LIMIT ${mostCounted}) AS newest
       JOIN posts ON posts.id = newest.id
       JOIN categories ON categories.id = posts.category_id AND categories.removed_at IS NULL
      WHERE NOT posts.author_id <=> ? AND posts.id NOT IN (?) AND ${isShown('posts')}
      GROUP BY posts.category_id
      ORDER BY posts.category_id`,
    [behind, member, [0, ...read]],
  )

/** Notes up to which comment a member has read a thread; another device may have come further. */
export const putThreadRead = (sql: Sql, member: number, post: number, comment: number) =>
  sql.write(
    'putThreadRead',
    `INSERT INTO thread_reads (user_id, post_id, comment_id)
     VALUES (?, ?, ?)
         ON DUPLICATE KEY UPDATE comment_id = GREATEST(comment_id, VALUES(comment_id))`,
    [member, post, comment],
  )

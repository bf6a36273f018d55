import { noteChanged } from '../changes/queries.ts'
import { isReadable, mayEnterThread } from '../doors/queries.ts'
import type { Sql } from '../platform/db.ts'
import { nameStart } from '../platform/names.ts'

/**
 * What is removed and not swept yet: whatever is in these categories or by these authors is gone for
 * everyone.
 */
export type Hidden = { categories: number[]; authors: number[] }

export const nothingHidden: Hidden = { categories: [], authors: [] }

/** A condition: this column names nobody whose posts and comments were removed with the account. */
export const isByLiveAccount = (author: string) =>
  `(SELECT COUNT(*) FROM users AS leavers WHERE leavers.id = ${author} AND leavers.posts_removed) = 0`

/**
 * The same of `author_id`, where thousands of rows are looked at: those few who left are read once, and not
 * the account of each author.
 */
export const isByNobodyWhoLeft = `(author_id IS NULL
         OR author_id NOT IN (SELECT id FROM users WHERE removed_at IS NOT NULL AND posts_removed))`

/**
 * A condition: no notice stands where this post was. An admin took it off the board, and may bring it back:
 * its row stays, with its comments and its likes, which go on being counted. Counted, and not asked for by
 * `NOT EXISTS`: for that MariaDB reads all that was ever hidden, whenever a page of posts is read.
 */
export const isOnBoard = (post: string) =>
  `(SELECT COUNT(*) FROM removed_posts WHERE removed_posts.post_id = ${post}) = 0`

/** A condition on `notices`: what it tells of is neither hidden nor removed, and who is told may read it. */
export const isNoticeShown = `${isOnBoard('notices.post_id')}
        AND (SELECT COUNT(*)
               FROM comments AS told
              WHERE told.id = notices.comment_id AND told.removed_at IS NOT NULL) = 0
        AND ${mayEnterThread('notices.post_id', 'notices.user_id')}`

/** So many unread notices are counted: of more it is enough to know that there are many. */
export const mostUnread = 1_000

/** A condition: the reader may see this post, as far as it, its author and its category say. */
export const isShown = (posts: string) =>
  `(${isOnBoard(`${posts}.id`)} AND ${isByLiveAccount(`${posts}.author_id`)}
         AND ${isReadable(`${posts}.category_id`)})`

/** Those of these posts that the reader may read, as far as their category says. */
export async function readablePosts(sql: Sql, ids: number[]): Promise<number[]> {
  const rows = await sql.rows<{ id: number }>(
    'readablePosts',
    `SELECT id FROM posts WHERE id IN (?) AND ${isReadable('posts.category_id')}`,
    [ids],
  )
  return rows.map(({ id }) => id)
}

/** The same of comments: those on such posts. */
export async function readableComments(sql: Sql, ids: number[]): Promise<number[]> {
  const rows = await sql.rows<{ id: number }>(
    'readableComments',
    `SELECT comments.id
       FROM comments
       JOIN posts ON posts.id = comments.post_id
      WHERE comments.id IN (?) AND ${isReadable('posts.category_id')}`,
    [ids],
  )
  return rows.map(({ id }) => id)
}

/**
 * A condition: the user of this id, a `?`, keeps order in this category, as its moderator, the whole board's,
 * or an admin.
 */
export const mayModerate = (category: string) =>
  `EXISTS (SELECT 1
             FROM users AS keepers
            WHERE keepers.id = ? AND keepers.disabled_at IS NULL AND keepers.removed_at IS NULL
              AND (keepers.role = 'admin'
                   OR EXISTS (SELECT 1
                                FROM moderators
                               WHERE moderators.user_id = keepers.id
                                 AND moderators.category_id IN (0, ${category}))))`

/** Whether this member keeps order in the category. */
export async function keepsOrderNow(sql: Sql, moderator: number, category: number): Promise<boolean> {
  const rows = await sql.rows(
    'keepsOrderNow',
    `SELECT place.id FROM (SELECT ? AS id) AS place WHERE ${mayModerate('place.id')}`,
    [category, moderator],
  )
  return rows.length > 0
}

/** Categories that are removed and not swept yet. */
export async function removedCategoryIds(sql: Sql): Promise<number[]> {
  const rows = await sql.rows<{ id: number }>(
    'removedCategoryIds',
    'SELECT id FROM categories WHERE removed_at IS NOT NULL ORDER BY id',
  )
  return rows.map(({ id }) => id)
}

/**
 * What is done to what is not one's own: a category or an account that is removed, a link for a new password.
 */
export type Logged = 'category' | 'account' | 'password-link'

/** Notes it for admins. `by` is null for everyone: who uses the open /api/v1 has no account there. */
export const logModeration = (sql: Sql, what: Logged, name: string, by: number | null) =>
  sql.write(
    'logModeration',
    `INSERT INTO moderation_log (what, subject, done_by, is_open)
     VALUES (?, ${nameStart('?')}, ?, ?)`,
    [what, name, by, by === null],
  )

/**
 * What an admin does beside that: moves a post, changes a member's role, shuts or opens an account, sets
 * something of the board.
 */
export type Noted =
  | 'moved'
  | 'make-admin'
  | 'make-member'
  | 'make-moderator'
  | 'end-moderator'
  | 'disable'
  | 'enable'
  | 'let-in'
  | 'turned-away'
  | 'invite'
  | 'setting'
  | 'add-group'
  | 'remove-group'
  | 'put-in-group'
  | 'take-out-of-group'
  | 'set-door'
  | 'paid'
  | 'unpaid'
  | `offer-${'open' | 'reserved' | 'gone'}`

/**
 * Notes it for the others. `subject` is a post's title, a member's name, a setting's or an order; `detail`
 * where the post went, what was set, or why.
 */
export const noteAdmin = (
  sql: Sql,
  what: Noted,
  { subject, detail = '', by }: { subject: string; detail?: string; by: number },
) =>
  sql.write(
    'noteAdmin',
    `INSERT INTO admin_notes (what, subject, detail, done_by)
     VALUES (?, LEFT(?, 200), ${nameStart('?')}, ?)`,
    [what, subject, detail, by],
  )

/** A category that nobody ever sees, for what is removed by itself. Returns its id. */
export async function insertRemovedCategory(sql: Sql): Promise<number> {
  const { insertId } = await sql.write(
    'insertRemovedCategory',
    `INSERT INTO categories (name, name_key, removed_at)
     VALUES ('', UNHEX(SHA2(CONCAT('removed ', UUID()), 256)), CURRENT_TIMESTAMP(3))`,
  )
  return insertId
}

export async function movePostAway(sql: Sql, post: number, category: number): Promise<void> {
  await sql.write('movePostAway', 'UPDATE posts SET category_id = ? WHERE id = ?', [category, post])
  await noteChanged(sql, 'post', [post])
}

/**
 * What may hang on a post by the thousand, and how it names that. Notices first: those of a comment would go
 * with it, however many there are.
 */
export const onPosts = [
  ['notices', 'post_id'],
  ['comments', 'post_id'],
  ['likes', 'post_id'],
  ['post_follows', 'subject_id'],
  ['thread_reads', 'post_id'],
  ['confirmations', 'post_id'],
] as const

/** Whether a post has more than so many of what hangs on posts. */
export const isLargePost = (sql: Sql, post: number, most: number): Promise<boolean> =>
  isAnyLarge(
    sql,
    'isLargePost',
    onPosts.map(([table, column]) => `SELECT 1 FROM ${table} WHERE ${column} = ?`),
    { of: post, most },
  )

/** SELECTs of what hangs on the posts that have this value, a `?`, in that column. */
export const hangingOnPosts = (its: 'category_id' | 'author_id') =>
  onPosts.map(
    ([table, column]) =>
      `SELECT 1 FROM posts JOIN ${table} ON ${table}.${column} = posts.id WHERE posts.${its} = ?`,
  )

/** Whether one of these SELECTs, each with one `?`, has more than so many rows. */
export async function isAnyLarge(
  sql: Sql,
  name: string,
  selects: string[],
  { of, most }: { of: number; most: number },
): Promise<boolean> {
  const rows = await sql.rows(
    name,
    selects.map((each) => `(${each} LIMIT 1 OFFSET ?)`).join(' UNION ALL '),
    selects.flatMap(() => [of, most]),
  )
  return rows.length > 0
}

export type RemovedAccount = { id: number; postsRemoved: 0 | 1 }

/** Accounts that are removed and not swept yet. */
export const removedAccounts = (sql: Sql) =>
  sql.rows<RemovedAccount>(
    'removedAccounts',
    `SELECT id, posts_removed AS postsRemoved
       FROM users
      WHERE removed_at IS NOT NULL
      ORDER BY removed_at, id`,
  )

/**
 * Whether more than so many rows refer to an account or, where its posts go along, hang on them. These are
 * looked at last: of very many posts it would take long.
 */
export async function isLargeAccount(
  sql: Sql,
  user: number,
  most: number,
  withPosts: boolean,
): Promise<boolean> {
  const those = [
    'SELECT id FROM posts WHERE author_id = ?',
    'SELECT id FROM comments WHERE author_id = ?',
    'SELECT comment_id FROM hidden_comments WHERE author_id = ?',
    'SELECT post_id FROM likes WHERE user_id = ?',
    'SELECT id FROM orders WHERE user_id = ?',
    'SELECT user_id FROM notices WHERE user_id = ?',
    'SELECT user_id FROM post_follows WHERE user_id = ?',
    'SELECT user_id FROM category_follows WHERE user_id = ?',
    'SELECT user_id FROM tag_follows WHERE user_id = ?',
    'SELECT user_id FROM member_follows WHERE user_id = ?',
    'SELECT user_id FROM member_follows WHERE subject_id = ?',
    'SELECT user_id FROM thread_reads WHERE user_id = ?',
    'SELECT user_id FROM confirmations WHERE user_id = ?',
    'SELECT user_id FROM offer_interests WHERE user_id = ?',
    'SELECT 1 FROM offers WHERE reserved_for = ?',
    'SELECT 1 FROM removed_posts WHERE author_id = ?',
    'SELECT 1 FROM removed_posts WHERE removed_by = ?',
    'SELECT 1 FROM moderation_log WHERE done_by = ?',
    'SELECT 1 FROM admin_notes WHERE done_by = ?',
    'SELECT 1 FROM payment_notes WHERE noted_by = ?',
    'SELECT 1 FROM moderators WHERE made_by = ?',
  ]
  if (await isAnyLarge(sql, 'isLargeAccount', those, { of: user, most })) return true
  const onComments =
    'SELECT 1 FROM comments JOIN notices ON notices.comment_id = comments.id WHERE comments.author_id = ?'
  const theirs = [...hangingOnPosts('author_id'), onComments]
  return withPosts && isAnyLarge(sql, 'isMuchOnAccount', theirs, { of: user, most })
}

/**
 * Removes an account for everyone, frees its name and shuts it; its sign-ins and picture go. Returns whether
 * it was there.
 */
export async function markAccountRemoved(sql: Sql, user: number, withPosts: boolean): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'markAccountRemoved',
    `UPDATE users
        SET removed_at = CURRENT_TIMESTAMP(3), posts_removed = ?, disabled_at = CURRENT_TIMESTAMP(3),
            role = 'member', password_hash = NULL, name = '',
            name_key = UNHEX(SHA2(CONCAT('removed ', id, ' ', UUID()), 256)),
            look_key = name_key, look_twin = ''
      WHERE id = ? AND removed_at IS NULL`,
    [withPosts, user],
  )
  await sql.write('endRemovedSessions', 'DELETE FROM sessions WHERE user_id = ?', [user])
  await sql.write('endRemovedTokens', 'DELETE FROM tokens WHERE user_id = ?', [user])
  await sql.write('endModerating', 'DELETE FROM moderators WHERE user_id = ?', [user])
  await sql.write('deleteRemovedAvatar', 'DELETE FROM avatars WHERE user_id = ?', [user])
  return affectedRows > 0
}

/** What somebody offered is gone when they leave. */
export const endOffersOf = (sql: Sql, user: number) =>
  sql.write(
    'endOffersOf',
    `UPDATE offers
       JOIN posts ON posts.id = offers.post_id
        SET offers.state = 'gone', offers.reserved_for = NULL
      WHERE posts.author_id = ?`,
    [user],
  )

/** Pictures that neither a post shows nor an offer. */
export async function unusedPictures(sql: Sql, limit: number): Promise<string[]> {
  const rows = await sql.rows<{ hash: string }>(
    'unusedPictures',
    `SELECT images.hash
       FROM images
       LEFT JOIN posts ON posts.image_hash = images.hash
       LEFT JOIN offer_pictures ON offer_pictures.image_hash = images.hash
       LEFT JOIN item_pictures ON item_pictures.image_hash = images.hash
      WHERE posts.id IS NULL AND offer_pictures.image_hash IS NULL AND item_pictures.image_hash IS NULL
      LIMIT ?`,
    [limit],
  )
  return rows.map(({ hash }) => hash)
}

export const deleteUnusedPicture = (sql: Sql, hash: string) =>
  sql.write(
    'deleteUnusedPicture',
    `DELETE FROM images
      WHERE hash = ? AND NOT EXISTS (SELECT id FROM posts WHERE posts.image_hash = images.hash)
        AND NOT EXISTS (SELECT 1 FROM offer_pictures WHERE offer_pictures.image_hash = images.hash)
        AND NOT EXISTS (SELECT 1 FROM item_pictures WHERE item_pictures.image_hash = images.hash)`,
    [hash],
  )

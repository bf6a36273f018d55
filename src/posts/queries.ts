import type { PostPlace } from '../cache-policy.ts'
import { noteChanged } from '../changes/queries.ts'
import { isPostReadable, isReadable, mayEnter } from '../doors/queries.ts'
import type { Sql, SqlValue } from '../platform/db.ts'
import { nameStart } from '../platform/names.ts'
import { rankPost } from '../ranking/queries.ts'
import { type Hidden, isOnBoard, isShown, mayModerate, nothingHidden } from '../removal/queries.ts'
import { mayWrite } from '../sanctions/queries.ts'

/** A post as lists and its own page show it. `author` is null when the account is gone. */
export type Post = {
  id: number
  title: string
  body: string
  categoryId: number
  category: string
  /** The category's colour; null: one by its id. */
  hue: number | null
  authorId: number | null
  author: string | null
  /** The name of the author's picture, if they have one. */
  avatar: string | null
  likes: number
  comments: number
  /** It came through /api/v1: its text is a caption, no Markdown. */
  isAct: 0 | 1
  /** There is more of the text than `body` has: a caption may have megabytes. */
  isCut: 0 | 1
  /** Whether it takes no more comments. */
  isLocked: 0 | 1
  /** What kind of offer it is (`src/offers/`), if it is one. */
  offer?: string | null
  /** `LIKES=once`, for a member: whether they like it. Not part of the row. */
  liked?: boolean
  createdAt: string
  editedAt: string | null
} & PostPicture

/** Its picture, if it has one, and what that shows in words. */
export type PostPicture = {
  imageHash: string | null
  imageAlt: string
  imageWidth: number | null
  imageHeight: number | null
}

export type Draft = {
  categoryId: number
  authorId: number | null
  title: string
  body: string
  image?: { hash: string; alt: string }
}

const columns = `posts.id, posts.title, posts.category_id AS categoryId,
       ${nameStart('categories.name')} AS category, categories.hue, posts.author_id AS authorId,
       ${nameStart('users.name')} AS author, avatars.hash AS avatar, posts.likes, posts.comments,
       acts.post_id IS NOT NULL AS isAct, offers.kind AS offer,
       EXISTS (SELECT 1 FROM locked_posts WHERE locked_posts.post_id = posts.id) AS isLocked,
       posts.created_at AS createdAt, posts.edited_at AS editedAt,
       posts.image_hash AS imageHash, posts.image_alt AS imageAlt,
       images.width AS imageWidth, images.height AS imageHeight`
const joins = `JOIN categories ON categories.id = posts.category_id
  LEFT JOIN users ON users.id = posts.author_id AND users.removed_at IS NULL
  LEFT JOIN images ON images.hash = posts.image_hash
  LEFT JOIN avatars ON avatars.user_id = posts.author_id
  LEFT JOIN acts ON acts.post_id = posts.id
  LEFT JOIN offers ON offers.post_id = posts.id`
const startOfBody = `LEFT(posts.body, 400) AS body,
       LENGTH(posts.body) > LENGTH(LEFT(posts.body, 400)) AS isCut`
const fullBody = `LEFT(posts.body, 20000) AS body,
       LENGTH(posts.body) > LENGTH(LEFT(posts.body, 20000)) AS isCut`
const longBody = `LEFT(posts.body, 100000) AS body,
       LENGTH(posts.body) > LENGTH(LEFT(posts.body, 100000)) AS isCut`

export type Sort = 'new' | 'top' | 'hot'

/** Where a page of a list ends: the number that the list is sorted by, and the id. */
export type Cursor = { place: number; id: number }

/** `newestComment`: by its id, whoever may see it; null where there is none. */
export type ListedPost = Post & { newestComment: number | null }

/** With the number that it is sorted by. */
export type RankedPost = ListedPost & { place: number }

/** A page of posts, newest or highest first. Categories, authors and tags are ids. */
type ListFilter = {
  sort: Sort
  category?: number
  author?: number
  tag?: number
  /** Of these posts alone. */
  ids?: number[]
  cursor?: Cursor
  limit: number
  hidden?: Hidden
  /** How much of each text: up to 20,000 characters, or as much as a card shows. */
  text: 'full' | 'card'
}

/**
 * A page of posts. Its ids are found first, by an index alone: joined in one go, both servers would rather
 * sort all posts than walk the index when there are few categories.
 */
export function rankedPosts(sql: Sql, filter: ListFilter): Promise<RankedPost[]> {
  const { from, id, place, category } = placesOf(filter)
  const { hidden = nothingHidden } = filter
  const conditions: [string, SqlValue[]][] = [
    ...when(filter.category, (value) => [`${category} = ?`, [value]]),
    ...when(some(hidden.categories), (value) => [`${category} NOT IN (?)`, [value]]),
    ...when(some(hidden.authors), (value) => [
      '(found.author_id IS NULL OR found.author_id NOT IN (?))',
      [value],
    ]),
    ...when(filter.tag, (value) => ['tagged.tag_id = ?', [value]]),
    ...when(filter.author, (value) => ['found.author_id = ?', [value]]),
    ...when(filter.ids, (value) => [`${id} IN (?)`, [value]]),
    ...when(filter.cursor, (last) =>
      place === id
        ? [`${id} < ?`, [last.id]]
        : [`${place} <= ? AND (${place} < ? OR ${id} < ?)`, [last.place, last.place, last.id]],
    ),
  ]
  return sql.rows<RankedPost>(
    'rankedPosts',
    `SELECT ${columns}, ${filter.text === 'card' ? startOfBody : fullBody}, page.place,
            (SELECT id
               FROM comments FORCE INDEX (comments_by_post)
              WHERE post_id = page.id
              ORDER BY id DESC
              LIMIT 1) AS newestComment
       FROM (SELECT ${id} AS id, ${place} AS place
               FROM ${from}
              WHERE ${isOnBoard(id)}${conditions.map(([text]) => ` AND ${text}`).join('')}
              ORDER BY ${place === id ? `${id} DESC` : `${place} DESC, ${id} DESC`}
              LIMIT ?) AS page
       JOIN posts ON posts.id = page.id
       ${joins}
      ORDER BY page.place DESC, posts.id DESC`,
    [...conditions.flatMap(([, values]) => values), filter.limit],
  )
}

const some = (ids: number[]) => (ids.length > 0 ? ids : undefined)

const when = <T>(value: T | undefined, condition: (value: T) => [string, SqlValue[]]) =>
  value === undefined ? [] : [condition(value)]

/**
 * Where the ids come from, in their order: an index alone wherever there is one. An author's posts, and those
 * that search found, are read first and then sorted.
 */
function placesOf(filter: ListFilter) {
  return filter.tag === undefined ? placesOfPosts(filter) : placesOfTagged(filter)
}

/** A tag's posts stand in `post_tags` in each order; only other conditions need the posts themselves. */
function placesOfTagged({ sort, category, author, hidden = nothingHidden }: ListFilter) {
  const key = { new: 'PRIMARY', top: 'post_tags_by_likes', hot: 'post_tags_by_hot' }[sort]
  const place = { new: 'tagged.post_id', top: 'tagged.likes', hot: 'tagged.hot' }[sort]
  const isAlone = [category, author, ...hidden.categories, ...hidden.authors].every(
    (each) => each === undefined,
  )
  return {
    from: `post_tags AS tagged FORCE INDEX (${key})${isAlone ? '' : ' JOIN posts AS found ON found.id = tagged.post_id'}`,
    id: 'tagged.post_id',
    place,
    category: 'found.category_id',
  }
}

function placesOfPosts({ sort, category, author, ids, hidden = nothingHidden }: ListFilter) {
  const isFound = author !== undefined || ids !== undefined
  const byAuthor = author !== undefined && ids === undefined ? ' FORCE INDEX (posts_by_author)' : ''
  if (sort === 'new') {
    const key = category === undefined ? 'PRIMARY' : 'posts_by_category'
    const index = isFound ? byAuthor : ` FORCE INDEX (${key})`
    return {
      from: `posts AS found${index}`,
      id: 'found.id',
      place: 'found.id',
      category: 'found.category_id',
    }
  }
  const column = sort === 'top' ? 'likes' : 'hot'
  const key = `post_ranks_by_${column}${category === undefined ? '' : '_in_category'}`
  return {
    from: isFound
      ? `posts AS found${byAuthor} JOIN post_ranks AS ranks ON ranks.post_id = found.id`
      : `post_ranks AS ranks FORCE INDEX (${key})${hidden.authors.length > 0 ? ' JOIN posts AS found ON found.id = ranks.post_id' : ''}`,
    id: 'ranks.post_id',
    place: `ranks.${column}`,
    category: 'ranks.category_id',
  }
}

/** With its text, up to 100,000 characters of it. */
export async function postById(sql: Sql, id: string): Promise<Post | undefined> {
  const [post] = await sql.rows<Post>(
    'postById',
    `SELECT ${columns}, ${longBody}
       FROM posts
      ${joins}
      WHERE posts.id = ? AND categories.removed_at IS NULL AND ${isShown('posts')}`,
    [id],
  )
  return post
}

/** All of a post's text, which may be megabytes. */
export async function wholeBodyOf(sql: Sql, id: number): Promise<string | undefined> {
  const [post] = await sql.rows<{ body: string }>(
    'wholeBodyOf',
    `SELECT body
       FROM posts
      WHERE id = ? AND ${isOnBoard('posts.id')} AND ${isReadable('posts.category_id')}`,
    [id],
  )
  return post?.body
}

/** Without a `body` the text stays. Returns false, and does nothing, where `by` may not write now. */
export async function updatePost(
  sql: Sql,
  id: number,
  {
    categoryId,
    title,
    body,
    isEdited,
  }: { categoryId: number; title: string; body: string | undefined; isEdited: boolean },
  by: number,
): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'updatePost',
    `UPDATE posts
        SET category_id = ?, title = ?, body = COALESCE(?, body),
            edited_at = IF(?, CURRENT_TIMESTAMP(3), edited_at)
      WHERE id = ? AND ${mayWrite} AND ${mayEnter('posts.category_id', '?', 'write')}`,
    [categoryId, title, body ?? null, isEdited, id, by, by],
  )
  await noteChanged(sql, 'post', [id])
  return affectedRows > 0
}

/** Its words stay. Returns false, and does nothing, where `by` may not write now. */
export async function setCategoryOf(sql: Sql, id: number, category: number, by: number): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'setCategoryOf',
    `UPDATE posts
        SET category_id = ?
      WHERE id = ? AND ${mayWrite}`,
    [category, id, by],
  )
  await noteChanged(sql, 'post', [id])
  return affectedRows > 0
}

export const moveRank = (sql: Sql, post: number, category: number) =>
  sql.write('moveRank', 'UPDATE post_ranks SET category_id = ? WHERE post_id = ?', [category, post])

export const moveAct = (sql: Sql, post: number, category: number) =>
  sql.write('moveAct', 'UPDATE acts SET category_id = ? WHERE post_id = ?', [category, post])

export async function insertPost(
  sql: Sql,
  { categoryId, authorId, title, body, image }: Draft,
): Promise<number> {
  const { insertId } = await sql.write(
    'insertPost',
    `INSERT INTO posts (category_id, author_id, title, body, image_hash, image_alt)
     VALUES (?, ?, ?, ?, ?, ?)`,
    [categoryId, authorId, title, body, image?.hash ?? null, image?.alt ?? ''],
  )
  await rankPost(sql, insertId)
  return insertId
}

export type LockedPost = PostPlace & { title: string; body: string }

/**
 * The post as it is now, which nobody moves, changes or removes until the transaction is over. Whoever counts
 * it in its category or out of it calls this first: what was read before may be untrue by now, and two would
 * count it twice. Undefined when it is gone or hidden. Of its text it has a character more than anybody may
 * write, to compare.
 */
export async function lockPost(sql: Sql, id: number): Promise<LockedPost | undefined> {
  const post = await lockAnyPost(sql, id)
  return post && (await isHidden(sql, id)) ? undefined : post
}

/** The same of one that may be hidden. */
export async function lockAnyPost(sql: Sql, id: number): Promise<LockedPost | undefined> {
  const [post] = await sql.rows<LockedPost>(
    'lockPost',
    `SELECT id, category_id AS categoryId, author_id AS authorId, title, LEFT(body, 20001) AS body
       FROM posts
      WHERE id = ?
        FOR UPDATE`,
    [id],
  )
  return post
}

/** Asked apart from the lock, behind it: within, a server might look before it has waited. */
async function isHidden(sql: Sql, id: number): Promise<boolean> {
  const rows = await sql.rows('isHidden', 'SELECT post_id FROM removed_posts WHERE post_id = ?', [id])
  return rows.length > 0
}

/** Whether a post offers something that is gone. */
export async function isOfferGone(sql: Sql, post: number): Promise<boolean> {
  const rows = await sql.rows(
    'isOfferGone',
    `SELECT post_id FROM offers WHERE post_id = ? AND state = 'gone'`,
    [post],
  )
  return rows.length > 0
}

export async function deletePost(sql: Sql, id: number): Promise<void> {
  await sql.write('deletePost', 'DELETE FROM posts WHERE id = ?', [id])
  await noteChanged(sql, 'post', [id])
}

/** Why a post is taken off the board, and by whom: null for everyone, who may through the open /api/v1. */
export type Notice = { by: number | null; reason: string }

/** Keeps of a post what its removal's notice shows. As long as it is there, the post is hidden. */
export const rememberRemoval = (
  sql: Sql,
  { id, title, authorId }: { id: number; title: string; authorId: number | null },
  { by, reason }: Notice,
) =>
  sql.write(
    'rememberRemoval',
    `INSERT INTO removed_posts (post_id, title, author_id, removed_by, is_open, reason)
     VALUES (?, ?, ?, ?, ?, ?)`,
    [id, title, authorId, by, by === null, reason],
  )

/** The same for who keeps order in its category. Returns false, and does nothing, for everyone else. */
export async function hideWithNotice(
  sql: Sql,
  post: number,
  { by, reason }: { by: number; reason: string },
): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'hideWithNotice',
    `INSERT INTO removed_posts (post_id, title, author_id, removed_by, reason)
     SELECT posts.id, posts.title, posts.author_id, ?, ?
       FROM posts
      WHERE posts.id = ? AND ${mayModerate('posts.category_id')}`,
    [by, reason, post, by],
  )
  return affectedRows > 0
}

/**
 * Takes the notice away, for who keeps order in the post's category. Returns false, and does nothing, where
 * there is none, and for everyone else.
 */
export async function deleteNotice(sql: Sql, post: number, by: number): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'deleteNotice',
    `DELETE removed_posts
       FROM removed_posts
       JOIN posts ON posts.id = removed_posts.post_id
      WHERE removed_posts.post_id = ? AND ${mayModerate('posts.category_id')}`,
    [post, by],
  )
  return affectedRows > 0
}

/** `mergedAs`: the comment that has the text of a post which was merged into another; one may read there. */
type Removal = { reason: string; mergedAs: number | null; isReadThere: 0 | 1 }

/** Why an admin removed the post, if one did. */
export async function reasonOfRemoval(sql: Sql, post: string): Promise<Removal | undefined> {
  const [removal] = await sql.rows<Removal>(
    'reasonOfRemoval',
    `SELECT removed_posts.reason, merged_posts.comment_id AS mergedAs,
            ${isPostReadable('merged_posts.into_id')} AS isReadThere
       FROM removed_posts
       LEFT JOIN merged_posts ON merged_posts.post_id = removed_posts.post_id
      WHERE removed_posts.post_id = ? AND ${isPostReadable('removed_posts.post_id')}`,
    [post],
  )
  return removal
}

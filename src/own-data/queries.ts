import { mayEnter } from '../doors/queries.ts'
import type { Sql } from '../platform/db.ts'

/**
 * What a member downloads of what this board keeps of them; what is NULL is left out of a line. A list is
 * read some rows at a time, after the last one of before.
 */

export type Account = {
  id: number
  name: string
  role: string
  language: string | null
  createdAt: string
  address: string | null
  addressLanguage: string | null
  mailPace: string | null
  timeZone: string | null
  secondFactorSince: string | null
  singleSignOnSince: string | null
  followsByHand: 0 | 1
  avatar: string | null
  lastHereAt: string | null
}

export async function accountOf(sql: Sql, user: number): Promise<Account | undefined> {
  const [found] = await sql.rows<Account>(
    'ownAccount',
    `SELECT users.id, users.name, users.role, users.language, users.created_at AS createdAt,
            addresses.address, addresses.language AS addressLanguage, notice_mails.pace AS mailPace,
            notice_mails.time_zone AS timeZone, second_factors.created_at AS secondFactorSince,
            single_sign_ons.created_at AS singleSignOnSince,
            follow_refusals.user_id IS NOT NULL AS followsByHand, avatars.hash AS avatar,
            visits.seen_at AS lastHereAt
       FROM users
       LEFT JOIN addresses ON addresses.user_id = users.id
       LEFT JOIN notice_mails ON notice_mails.user_id = users.id
       LEFT JOIN second_factors ON second_factors.user_id = users.id
       LEFT JOIN single_sign_ons ON single_sign_ons.user_id = users.id
       LEFT JOIN follow_refusals ON follow_refusals.user_id = users.id
       LEFT JOIN avatars ON avatars.user_id = users.id
       LEFT JOIN visits ON visits.user_id = users.id
      WHERE users.id = ?`,
    [user],
  )
  return found
}

export const sessionsOf = (sql: Sql, user: number) =>
  sql.rows<{ browser: string; signedInAt: string; usedAt: string }>(
    'ownSessions',
    `SELECT agent AS browser, created_at AS signedInAt, used_at AS usedAt
       FROM sessions
      WHERE user_id = ?
      ORDER BY used_at`,
    [user],
  )

export const passkeysOf = (sql: Sql, user: number) =>
  sql.rows<{ name: string; createdAt: string; usedAt: string | null }>(
    'ownPasskeys',
    'SELECT name, created_at AS createdAt, used_at AS usedAt FROM passkeys WHERE user_id = ? ORDER BY id',
    [user],
  )

export const tokensOf = (sql: Sql, user: number) =>
  sql.rows<{ name: string; scopes: string | null; createdAt: string; usedAt: string | null }>(
    'ownTokens',
    `SELECT name, scopes, created_at AS createdAt, used_at AS usedAt
       FROM tokens
      WHERE user_id = ?
      ORDER BY id`,
    [user],
  )

export const eventsOf = (sql: Sql, user: number) =>
  sql.rows<{ what: string; detail: string; at: string }>(
    'ownEvents',
    'SELECT what, detail, happened_at AS at FROM account_events WHERE user_id = ? ORDER BY id',
    [user],
  )

export const sanctionsOf = (sql: Sql, user: number) =>
  sql.rows<{ kind: string; until: string }>(
    'ownSanctions',
    'SELECT kind, until_at AS until FROM sanctions WHERE user_id = ? ORDER BY kind',
    [user],
  )

export const groupsOf = (sql: Sql, user: number) =>
  sql.rows<{ name: string; since: string }>(
    'ownGroups',
    `SELECT member_groups.name, group_members.since
       FROM group_members
       JOIN member_groups ON member_groups.id = group_members.group_id
      WHERE user_id = ?
      ORDER BY group_id`,
    [user],
  )

/** Of which categories they are a moderator; 0 is the whole board. */
export const moderatedBy = (sql: Sql, user: number) =>
  sql.rows<{ category: number }>(
    'ownModerated',
    'SELECT category_id AS category FROM moderators WHERE user_id = ? ORDER BY category_id',
    [user],
  )

/** How often something happened to an account within the last hour. */
export async function timesWithinHour(sql: Sql, user: number, what: string): Promise<number> {
  const [found] = await sql.rows<{ times: number }>(
    'ownDataTimes',
    `SELECT COUNT(*) AS times
       FROM account_events
      WHERE user_id = ? AND what = ? AND happened_at > CURRENT_TIMESTAMP(3) - INTERVAL 1 HOUR`,
    [user, what],
  )
  return found?.times ?? 0
}

/** Which avatar, and its bytes. */
export async function avatarOf(sql: Sql, user: number): Promise<Uint8Array | undefined> {
  const [found] = await sql.rows<{ picture: Uint8Array }>(
    'ownAvatar',
    'SELECT picture FROM avatars WHERE user_id = ?',
    [user],
  )
  return found?.picture
}

export async function pictureOf(sql: Sql, hash: string): Promise<Uint8Array | undefined> {
  const [found] = await sql.rows<{ large: Uint8Array }>(
    'ownPicture',
    'SELECT large FROM images WHERE hash = ?',
    [hash],
  )
  return found?.large
}

/** What a category is called now is for those alone who may read in it. */
const nameOfReadableTo = (texts: 'posts' | 'held_texts') =>
  `IF(${mayEnter(`${texts}.category_id`, `${texts}.author_id`, 'read')}, categories.name, NULL)`

export type OwnPost = {
  id: number
  category: string | null
  title: string
  body: string
  picture: string | null
  pictureText: string | null
  likes: number
  createdAt: string
  editedAt: string | null
  offer: string | null
  price: string | null
  place: string | null
  state: string | null
  hiddenAt: string | null
  hiddenBecause: string | null
}

/** Those too that a moderator hid. */
export const postsOf = (sql: Sql, user: number, after: number, limit: number) =>
  sql.rows<OwnPost>(
    'ownPosts',
    `SELECT posts.id, ${nameOfReadableTo('posts')} AS category, posts.title, posts.body,
            posts.image_hash AS picture, NULLIF(posts.image_alt, '') AS pictureText, posts.likes,
            posts.created_at AS createdAt, posts.edited_at AS editedAt, offers.kind AS offer,
            CAST(offers.price AS CHAR) AS price, NULLIF(offers.place, '') AS place, offers.state,
            removed_posts.removed_at AS hiddenAt, removed_posts.reason AS hiddenBecause
       FROM posts
       JOIN categories ON categories.id = posts.category_id
       LEFT JOIN offers ON offers.post_id = posts.id
       LEFT JOIN removed_posts ON removed_posts.post_id = posts.id
      WHERE posts.author_id = ? AND posts.id > ?
      ORDER BY posts.id
      LIMIT ?`,
    [user, after, limit],
  )

/** The pictures of what they offer. */
export const offerPicturesOf = (sql: Sql, posts: number[]) =>
  sql.rows<{ post: number; picture: string }>(
    'ownOfferPictures',
    `SELECT post_id AS post, image_hash AS picture
       FROM offer_pictures
      WHERE post_id IN (?)
      ORDER BY post_id, place`,
    [posts],
  )

export type OwnComment = {
  id: number
  post: number
  body: string
  createdAt: string
  editedAt: string | null
}

/** In the order of posts, as they are found by author. */
export const commentsOf = (sql: Sql, user: number, [post, id]: [number, number], limit: number) =>
  sql.rows<OwnComment>(
    'ownComments',
    `SELECT comments.id, comments.post_id AS post, comments.body, comments.created_at AS createdAt,
            comments.edited_at AS editedAt
       FROM comments
      WHERE comments.author_id = ? AND (comments.post_id > ? OR (comments.post_id = ? AND comments.id > ?))
      ORDER BY comments.post_id, comments.id
      LIMIT ?`,
    [user, post, post, id, limit],
  )

export type HiddenComment = {
  id: number
  post: number
  body: string
  createdAt: string
  hiddenAt: string
  hiddenBecause: string | null
}

/** Those that a moderator hid. */
export const hiddenCommentsOf = (sql: Sql, user: number, after: number, limit: number) =>
  sql.rows<HiddenComment>(
    'ownHiddenComments',
    `SELECT comments.id, comments.post_id AS post, hidden_comments.body, comments.created_at AS createdAt,
            hidden_comments.hidden_at AS hiddenAt, comments.reason AS hiddenBecause
       FROM hidden_comments
       JOIN comments ON comments.id = hidden_comments.comment_id
      WHERE hidden_comments.author_id = ? AND hidden_comments.comment_id > ?
      ORDER BY hidden_comments.comment_id
      LIMIT ?`,
    [user, after, limit],
  )

export type Waiting = {
  id: number
  category: string | null
  post: number | null
  title: string | null
  body: string
  createdAt: string
  refusedAt: string | null
  reason: string | null
}

/** Texts that wait for moderators, or that they refused. */
export const heldTextsOf = (sql: Sql, user: number, after: number, limit: number) =>
  sql.rows<Waiting>(
    'ownHeldTexts',
    `SELECT held_texts.id, ${nameOfReadableTo('held_texts')} AS category, held_texts.post_id AS post,
            NULLIF(held_texts.title, '') AS title, held_texts.body, held_texts.created_at AS createdAt,
            held_texts.refused_at AS refusedAt, NULLIF(held_texts.reason, '') AS reason
       FROM held_texts
       JOIN categories ON categories.id = held_texts.category_id
      WHERE held_texts.author_id = ? AND held_texts.id > ?
      ORDER BY held_texts.id
      LIMIT ?`,
    [user, after, limit],
  )

export const likesOf = (sql: Sql, user: number, after: number, limit: number) =>
  sql.rows<{ id: number; at: string }>(
    'ownLikes',
    `SELECT post_id AS id, created_at AS at
       FROM likes
      WHERE user_id = ? AND post_id > ?
      ORDER BY post_id
      LIMIT ?`,
    [user, after, limit],
  )

export type OwnOrder = {
  id: number
  state: string
  createdAt: string
  closedAt: string | null
  paidAt: string | null
  pickUpAt: string | null
  pickUpFrom: string | null
  pickUpUntil: string | null
}

export const ordersOf = (sql: Sql, user: number, after: number, limit: number) =>
  sql.rows<OwnOrder>(
    'ownOrderList',
    `SELECT orders.id, orders.state, orders.created_at AS createdAt, orders.closed_at AS closedAt,
            orders.paid_at AS paidAt, pickups.place AS pickUpAt, pickups.starts_at AS pickUpFrom,
            pickups.ends_at AS pickUpUntil
       FROM orders
       LEFT JOIN window_orders ON window_orders.order_id = orders.id
       LEFT JOIN pickups ON pickups.id = window_orders.pickup_id
      WHERE orders.user_id = ? AND orders.id > ?
      ORDER BY orders.id
      LIMIT ?`,
    [user, after, limit],
  )

export const orderLinesOf = (sql: Sql, orders: number[]) =>
  sql.rows<{ order: number; name: string; quantity: number; price: string }>(
    'ownOrderLines',
    `SELECT order_id AS \`order\`, name, quantity, CAST(price AS CHAR) AS price
       FROM order_lines
      WHERE order_id IN (?)
      ORDER BY order_id, line`,
    [orders],
  )

/** Those with a content are invoices, the others cancel theirs. */
export const invoicesOf = (sql: Sql, orders: number[]) =>
  sql.rows<{ order: number; year: number; number: number; issuedAt: string; content: string | null }>(
    'ownInvoices',
    `SELECT order_id AS \`order\`, year, number, issued_at AS issuedAt, content
       FROM invoices
      WHERE order_id IN (?)
      ORDER BY order_id, kind DESC`,
    [orders],
  )

const followed = {
  post: 'post_follows',
  category: 'category_follows',
  member: 'member_follows',
  tag: 'tag_follows',
}

export type Followed = keyof typeof followed
export const followedKinds = Object.keys(followed) as Followed[]

export const followsOf = (sql: Sql, kind: Followed, user: number, after: number, limit: number) =>
  sql.rows<{ id: number; level: string }>(
    'ownFollows',
    `SELECT subject_id AS id, level
       FROM ${followed[kind]}
      WHERE user_id = ? AND subject_id > ?
      ORDER BY subject_id
      LIMIT ?`,
    [user, after, limit],
  )

/** What they said to somebody who offers something. */
export const interestsOf = (sql: Sql, user: number, after: number, limit: number) =>
  sql.rows<{ id: number; message: string; createdAt: string }>(
    'ownInterests',
    `SELECT post_id AS id, message, created_at AS createdAt
       FROM offer_interests
      WHERE user_id = ? AND post_id > ?
      ORDER BY post_id
      LIMIT ?`,
    [user, after, limit],
  )

/** Items that they want to be told of when these are in stock again. */
export const stockWaitsOf = (sql: Sql, user: number, after: number, limit: number) =>
  sql.rows<{ id: number; askedAt: string }>(
    'ownStockWaits',
    `SELECT item_id AS id, asked_at AS askedAt
       FROM stock_waits
      WHERE user_id = ? AND item_id > ?
      ORDER BY item_id
      LIMIT ?`,
    [user, after, limit],
  )

/** Whether they are told of order windows. */
export const windowsTold = (sql: Sql, user: number) =>
  sql.rows<{ level: string }>('ownWindowsTold', 'SELECT level FROM market_follows WHERE user_id = ?', [user])

export type OwnReport = {
  id: number
  kind: string
  subject: number
  reason: string
  body: string
  createdAt: string
  closedAt: string | null
}

export const reportsOf = (sql: Sql, user: number, after: number, limit: number) =>
  sql.rows<OwnReport>(
    'ownReports',
    `SELECT id, kind, subject_id AS subject, reason, body, created_at AS createdAt, closed_at AS closedAt
       FROM reports
      WHERE reporter_id = ? AND id > ?
      ORDER BY id
      LIMIT ?`,
    [user, after, limit],
  )

export type OwnAppeal = {
  id: number
  body: string
  createdAt: string
  decidedAt: string | null
  isGranted: 0 | 1
  answer: string | null
}

/** By the number of what moderators had decided. */
export const appealsOf = (sql: Sql, user: number, after: number, limit: number) =>
  sql.rows<OwnAppeal>(
    'ownAppeals',
    `SELECT action_number AS id, body, created_at AS createdAt, decided_at AS decidedAt,
            is_granted AS isGranted, NULLIF(answer, '') AS answer
       FROM appeals
      WHERE user_id = ? AND action_number > ?
      ORDER BY action_number
      LIMIT ?`,
    [user, after, limit],
  )

/** Posts that they confirmed to have read. */
export const confirmationsOf = (sql: Sql, user: number, after: number, limit: number) =>
  sql.rows<{ id: number; at: string | null }>(
    'ownConfirmations',
    `SELECT post_id AS id, confirmed_at AS at
       FROM confirmations
      WHERE user_id = ? AND post_id > ?
      ORDER BY post_id
      LIMIT ?`,
    [user, after, limit],
  )

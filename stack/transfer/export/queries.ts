import type { Sql } from '../../../src/platform/db.ts'

/**
 * What a line is made of: a column `a.b` goes into an object `a` of the line, what is NULL is left out.
 */
export type Row = Record<string, string | number | null>

export async function identityOf(sql: Sql): Promise<string> {
  const [row] = await sql.rows<{ identity: string }>('boardIdentity', 'SELECT identity FROM board_identity')
  if (!row) throw new Error('board_identity has lost its row')
  return row.identity
}

export const members = (sql: Sql, after: number, limit: number) =>
  sql.rows<Row>(
    'exportMembers',
    `SELECT users.id, users.name, users.password_hash AS passwordHash, users.role,
            users.created_at AS createdAt, users.disabled_at AS disabledAt, users.language,
            avatars.hash AS avatar,
            addresses.address AS 'address.address', addresses.language AS 'address.language',
            addresses.refused_at AS 'address.refusedAt',
            second_factors.secret AS 'secondFactor.secret',
            second_factors.last_step AS 'secondFactor.lastStep',
            second_factors.created_at AS 'secondFactor.createdAt',
            LOWER(HEX(single_sign_ons.identity_key)) AS 'singleSignOn.identity',
            single_sign_ons.made_admin AS 'singleSignOn.madeAdmin',
            single_sign_ons.created_at AS 'singleSignOn.createdAt',
            notice_mails.pace AS 'mails.pace', notice_mails.time_zone AS 'mails.timeZone',
            IF(follow_refusals.user_id IS NULL, NULL, 1) AS followsByHand, market_follows.level AS market
       FROM (SELECT id, name, password_hash, role, created_at, disabled_at, language
               FROM users
              WHERE id > ? AND removed_at IS NULL
              ORDER BY id
              LIMIT ?) AS users
       LEFT JOIN avatars ON avatars.user_id = users.id
       LEFT JOIN addresses ON addresses.user_id = users.id AND addresses.address IS NOT NULL
       LEFT JOIN second_factors ON second_factors.user_id = users.id
       LEFT JOIN single_sign_ons ON single_sign_ons.user_id = users.id
       LEFT JOIN notice_mails ON notice_mails.user_id = users.id
       LEFT JOIN follow_refusals ON follow_refusals.user_id = users.id
       LEFT JOIN market_follows ON market_follows.user_id = users.id
      ORDER BY users.id`,
    [after, limit],
  )

export const recoveryCodes = (sql: Sql, members: number[]) =>
  sql.rows<Row>(
    'exportRecoveryCodes',
    `SELECT user_id AS owner, LOWER(HEX(code_key)) AS code
       FROM recovery_codes
      WHERE user_id IN (?)
      ORDER BY user_id, code_key`,
    [members],
  )

export const sanctions = (sql: Sql, members: number[]) =>
  sql.rows<Row>(
    'exportSanctions',
    `SELECT user_id AS owner, kind, until_at AS until
       FROM sanctions
      WHERE user_id IN (?)
      ORDER BY user_id, kind`,
    [members],
  )

export const passkeys = (sql: Sql, members: number[]) =>
  sql.rows<Row>(
    'exportPasskeys',
    `SELECT user_id AS owner, name, LOWER(HEX(credential_id)) AS credentialId,
            LOWER(HEX(public_key)) AS publicKey, counter, created_at AS createdAt, used_at AS usedAt
       FROM passkeys
      WHERE user_id IN (?)
      ORDER BY user_id, id`,
    [members],
  )

export const avatarsOf = (sql: Sql, members: number[]) =>
  sql.rows<{ hash: string; picture: Uint8Array }>(
    'exportAvatars',
    'SELECT hash, picture FROM avatars WHERE user_id IN (?) ORDER BY user_id',
    [members],
  )

export const categories = (sql: Sql, after: number, limit: number) =>
  sql.rows<Row>(
    'exportCategories',
    `SELECT id, name, NULLIF(description, '') AS description, place, hue,
            (SELECT TRUE FROM doors WHERE category_id = categories.id AND read_by <> 'everyone') AS isClosed
       FROM categories
      WHERE id > ? AND removed_at IS NULL
      ORDER BY id
      LIMIT ?`,
    [after, limit],
  )

/** A text by its id, and about how many bytes it has. */
export type Sized = { id: number; bytes: number }

/**
 * Of posts that are on the board or hidden; others are being swept. Category and author are asked for of each
 * post: a join has both servers sort all posts for each portion. MariaDB takes the sum for a decimal number,
 * which would arrive as text.
 */
export const postSizes = (sql: Sql, after: number, limit: number) =>
  sql.rows<Sized>(
    'exportPostSizes',
    `SELECT posts.id, CAST(LENGTH(posts.body) + COALESCE(acts.bytes, 0) AS SIGNED) AS bytes
       FROM posts
       LEFT JOIN acts ON acts.post_id = posts.id
      WHERE posts.id > ?
        AND (SELECT categories.removed_at IS NULL FROM categories WHERE categories.id = posts.category_id)
        AND NOT COALESCE((SELECT users.posts_removed FROM users WHERE users.id = posts.author_id), FALSE)
      ORDER BY posts.id
      LIMIT ?`,
    [after, limit],
  )

export const posts = (sql: Sql, ids: number[]) =>
  sql.rows<Row>(
    'exportPosts',
    `SELECT posts.id, posts.category_id AS category, posts.author_id AS author, posts.title, posts.body,
            posts.image_hash AS 'picture.hash', IF(posts.image_hash IS NULL, NULL, posts.image_alt) AS 'picture.alt',
            images.width AS 'picture.width', images.height AS 'picture.height',
            posts.likes, posts.created_at AS createdAt, posts.edited_at AS editedAt,
            IF(locked_posts.post_id IS NULL, NULL, 1) AS isLocked,
            offers.kind AS 'offer.kind', offers.price AS 'offer.price', offers.place AS 'offer.place',
            offers.state AS 'offer.state',
            removed_posts.title AS 'removed.title', removed_posts.author_id AS 'removed.author',
            removed_posts.removed_by AS 'removed.by', removed_posts.is_open AS 'removed.isOpen',
            removed_posts.reason AS 'removed.reason', removed_posts.removed_at AS 'removed.at',
            acts.act_id AS 'act.id', acts.username AS 'act.username', acts.timestamp AS 'act.timestamp',
            acts.moment AS 'act.moment', acts.image AS 'act.image', acts.bytes AS 'act.bytes'
       FROM posts
       LEFT JOIN images ON images.hash = posts.image_hash
       LEFT JOIN locked_posts ON locked_posts.post_id = posts.id
       LEFT JOIN offers ON offers.post_id = posts.id
       LEFT JOIN removed_posts ON removed_posts.post_id = posts.id
       LEFT JOIN acts ON acts.post_id = posts.id
      WHERE posts.id IN (?)
      ORDER BY posts.id`,
    [ids],
  )

export const offerPicturesOf = (sql: Sql, posts: number[]) =>
  sql.rows<Row>(
    'exportOfferPictures',
    `SELECT offer_pictures.post_id AS owner, offer_pictures.image_hash AS hash, offer_pictures.alt,
            images.width, images.height
       FROM offer_pictures
       JOIN images ON images.hash = offer_pictures.image_hash
      WHERE offer_pictures.post_id IN (?)
      ORDER BY offer_pictures.post_id, offer_pictures.place`,
    [posts],
  )

export const tagsOf = (sql: Sql, posts: number[]) =>
  sql.rows<Row>(
    'exportTags',
    `SELECT post_tags.post_id AS owner, tags.name
       FROM post_tags
       JOIN tags ON tags.id = post_tags.tag_id
      WHERE post_tags.post_id IN (?)
      ORDER BY post_tags.post_id, tags.name`,
    [posts],
  )

export const pictures = (sql: Sql, hashes: string[]) =>
  sql.rows<{ hash: string; small: Uint8Array; large: Uint8Array }>(
    'exportPictures',
    'SELECT hash, small, large FROM images WHERE hash IN (?) ORDER BY hash',
    [hashes],
  )

export const commentSizes = (sql: Sql, after: number, limit: number) =>
  sql.rows<Sized>(
    'exportCommentSizes',
    `SELECT id, LENGTH(body) AS bytes
       FROM comments
      WHERE id > ?
      ORDER BY id
      LIMIT ?`,
    [after, limit],
  )

/** One whose author went with all that they wrote is as one that its author removed. */
export const comments = (sql: Sql, ids: number[]) =>
  sql.rows<Row>(
    'exportComments',
    `SELECT comments.id, comments.post_id AS post, comments.root_id AS root, comments.parent_id AS parent,
            comments.author_id AS author, IF(users.posts_removed, '', comments.body) AS body,
            comments.created_at AS createdAt, comments.edited_at AS editedAt,
            COALESCE(comments.removed_at, IF(users.posts_removed, users.removed_at, NULL)) AS removedAt,
            comments.reason, hidden_comments.author_id AS 'hidden.author',
            hidden_comments.body AS 'hidden.body', hidden_comments.hidden_at AS 'hidden.at'
       FROM comments
       LEFT JOIN users ON users.id = comments.author_id
       LEFT JOIN hidden_comments ON hidden_comments.comment_id = comments.id
      WHERE comments.id IN (?)
      ORDER BY comments.id`,
    [ids],
  )

/** After the like of `member` of `post`. */
export const likes = (sql: Sql, { post, member }: { post: number; member: number }, limit: number) =>
  sql.rows<Row>(
    'exportLikes',
    `SELECT post_id AS post, user_id AS member, created_at AS at
       FROM likes
      WHERE post_id > ? OR (post_id = ? AND user_id > ?)
      ORDER BY post_id, user_id
      LIMIT ?`,
    [post, post, member, limit],
  )

export const items = (sql: Sql, after: number, limit: number) =>
  sql.rows<Row>(
    'exportItems',
    `SELECT id, name, quantity, CAST(price AS CHAR) AS price, NULLIF(description, '') AS description,
            NULLIF(category, '') AS category, NULLIF(unit, '') AS unit, most_each AS mostEach,
            low_at AS lowAt, post_id AS post
       FROM items
      WHERE id > ?
      ORDER BY id
      LIMIT ?`,
    [after, limit],
  )

export const itemPictures = (sql: Sql, items: number[]) =>
  sql.rows<Row>(
    'exportItemPictures',
    `SELECT item_pictures.item_id AS owner, images.hash, item_pictures.image_alt AS alt, images.width,
            images.height
       FROM item_pictures
       JOIN images ON images.hash = item_pictures.image_hash
      WHERE item_pictures.item_id IN (?)
      ORDER BY item_pictures.item_id, item_pictures.place`,
    [items],
  )

export const variants = (sql: Sql, after: number, limit: number) =>
  sql.rows<Row>(
    'exportVariants',
    `SELECT id AS item, variant_of AS \`of\`
       FROM items
      WHERE id > ? AND variant_of IS NOT NULL
      ORDER BY id
      LIMIT ?`,
    [after, limit],
  )

export const windows = (sql: Sql, after: number, limit: number) =>
  sql.rows<Row>(
    'exportWindows',
    `SELECT id, name, opens_at AS opens, closes_at AS closes, time_zone AS timeZone
       FROM order_windows
      WHERE id > ?
      ORDER BY id
      LIMIT ?`,
    [after, limit],
  )

/** What of these windows all have been told. */
export const tellings = (sql: Sql, windows: number[]) =>
  sql.rows<Row>(
    'exportTellings',
    `SELECT window_id AS owner, stage
       FROM window_tellings
      WHERE window_id IN (?) AND told_at IS NOT NULL
      ORDER BY window_id, stage`,
    [windows],
  )

export const pickups = (sql: Sql, after: number, limit: number) =>
  sql.rows<Row>(
    'exportPickups',
    `SELECT id, window_id AS \`window\`, place, starts_at AS starts, ends_at AS ends
       FROM pickups
      WHERE id > ?
      ORDER BY id
      LIMIT ?`,
    [after, limit],
  )

export const orders = (sql: Sql, after: number, limit: number) =>
  sql.rows<Row>(
    'exportOrders',
    `SELECT id, user_id AS member, state, created_at AS createdAt, closed_at AS closedAt, paid_at AS paidAt,
            window_orders.pickup_id AS pickup
       FROM orders
       LEFT JOIN window_orders ON window_orders.order_id = orders.id
      WHERE id > ?
      ORDER BY id
      LIMIT ?`,
    [after, limit],
  )

export const orderLines = (sql: Sql, orders: number[]) =>
  sql.rows<Row>(
    'exportOrderLines',
    `SELECT order_id AS owner, item_id AS item, name, quantity, CAST(price AS CHAR) AS price
       FROM order_lines
      WHERE order_id IN (?)
      ORDER BY order_id, line`,
    [orders],
  )

/** The oldest first. */
export const paymentNotes = (sql: Sql, orders: number[]) =>
  sql.rows<Row>(
    'exportPaymentNotes',
    `SELECT order_id AS owner, is_paid AS isPaid, reason, noted_by AS \`by\`, noted_at AS at
       FROM payment_notes
      WHERE order_id IN (?)
      ORDER BY order_id, id`,
    [orders],
  )

export const invoices = (sql: Sql, orders: number[]) =>
  sql.rows<Row>(
    'exportInvoices',
    `SELECT order_id AS owner, year, number, kind, issued_at AS issuedAt, content
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

/** `subject` is an id; of a tag `named` is its name. */
export const follows = (
  sql: Sql,
  kind: Followed,
  { subject, member }: { subject: number; member: number },
  limit: number,
) =>
  sql.rows<Row>(
    'exportFollows',
    `SELECT ? AS kind, subject_id AS subject, tags.name AS named, user_id AS member, level
       FROM ${followed[kind]}
       LEFT JOIN tags ON tags.id = subject_id AND ?
      WHERE subject_id > ? OR (subject_id = ? AND user_id > ?)
      ORDER BY subject_id, user_id
      LIMIT ?`,
    [kind, kind === 'tag', subject, subject, member, limit],
  )

export const moderators = (
  sql: Sql,
  { member, category }: { member: number; category: number },
  limit: number,
) =>
  sql.rows<Row>(
    'exportModerators',
    `SELECT user_id AS member, category_id AS category, made_by AS madeBy, by_group AS byGroup,
            made_at AS madeAt
       FROM moderators
      WHERE user_id > ? OR (user_id = ? AND category_id > ?)
      ORDER BY user_id, category_id
      LIMIT ?`,
    [member, member, category, limit],
  )

/** Notices of posts whose text earlier releases deleted. */
export const gonePosts = (sql: Sql, after: number, limit: number) =>
  sql.rows<Row>(
    'exportGonePosts',
    `SELECT post_id AS post, title, author_id AS author, removed_by AS 'by', is_open AS isOpen, reason,
            removed_at AS at
       FROM removed_posts
      WHERE post_id > ? AND NOT EXISTS (SELECT 1 FROM posts WHERE posts.id = removed_posts.post_id)
      ORDER BY post_id
      LIMIT ?`,
    [after, limit],
  )

export const moderationLog = (sql: Sql, after: number, limit: number) =>
  sql.rows<Row>(
    'exportModerationLog',
    `SELECT id, what, subject, done_by AS 'by', is_open AS isOpen, done_at AS at
       FROM moderation_log
      WHERE id > ?
      ORDER BY id
      LIMIT ?`,
    [after, limit],
  )

export const adminNotes = (sql: Sql, after: number, limit: number) =>
  sql.rows<Row>(
    'exportAdminNotes',
    `SELECT id, what, subject, detail, done_by AS 'by', done_at AS at
       FROM admin_notes
      WHERE id > ?
      ORDER BY id
      LIMIT ?`,
    [after, limit],
  )

export const actions = (sql: Sql, after: number, limit: number) =>
  sql.rows<Row>(
    'exportActions',
    `SELECT number, act, kind, subject_id AS subject, reason, done_by AS 'by', done_at AS doneAt, hash, rule,
            detail, until_at AS until, refers_to AS refersTo, concerns, appeals.user_id AS 'appeal.member',
            appeals.body AS 'appeal.body', appeals.created_at AS 'appeal.createdAt',
            appeals.decided_at AS 'appeal.decidedAt', appeals.decided_by AS 'appeal.decidedBy',
            appeals.is_granted AS 'appeal.isGranted', appeals.answer AS 'appeal.answer'
       FROM moderation_actions
       LEFT JOIN appeals ON appeals.action_number = number
            AND EXISTS (SELECT 1 FROM users WHERE users.id = appeals.user_id AND users.removed_at IS NULL)
      WHERE number > ?
      ORDER BY number
      LIMIT ?`,
    [after, limit],
  )

export const rules = (sql: Sql, after: number, limit: number) =>
  sql.rows<Row>(
    'exportRules',
    `SELECT id, place, title, body
       FROM rules
      WHERE id > ?
      ORDER BY id
      LIMIT ?`,
    [after, limit],
  )

export const reports = (sql: Sql, after: number, limit: number) =>
  sql.rows<Row>(
    'exportReports',
    `SELECT id, kind, subject_id AS subject, reporter_id AS reporter, reason, body, address, language,
            created_at AS createdAt, closed_at AS closedAt, NULLIF(closed_by, 0) AS closedBy,
            action_number AS action
       FROM reports
      WHERE id > ?
      ORDER BY id
      LIMIT ?`,
    [after, limit],
  )

export const moderatorNotes = (sql: Sql, after: number, limit: number) =>
  sql.rows<Row>(
    'exportModeratorNotes',
    `SELECT id, kind, subject_id AS subject, NULLIF(author_id, 0) AS 'by', body, created_at AS at
       FROM moderator_notes
      WHERE id > ?
      ORDER BY id
      LIMIT ?`,
    [after, limit],
  )

/** Of boards of other programs: their addresses lead here. */
export const foreignImports = (sql: Sql) =>
  sql.rows<{ id: number; board: string; program: string }>(
    'exportImports',
    `SELECT id, board, program
       FROM imports
      WHERE program <> 'agora'
      ORDER BY id`,
  )

/** After the number `source` there. */
export const placesByNumber = (sql: Sql, from: number, kind: string, source: number, limit: number) =>
  sql.rows<Row>(
    'exportPlacesByNumber',
    `SELECT kind, local_id AS subject, source_id AS source
       FROM imported
      WHERE import_id = ? AND kind = ? AND source_id > ?
      ORDER BY source_id
      LIMIT ?`,
    [from, kind, source, limit],
  )

/** After the path whose SHA-256, in hex, is `path`. */
export const placesByPath = (sql: Sql, from: number, path: string, limit: number) =>
  sql.rows<Row>(
    'exportPlacesByPath',
    `SELECT kind, local_id AS subject, LOWER(HEX(path_key)) AS path
       FROM imported_paths
      WHERE import_id = ? AND path_key > UNHEX(?)
      ORDER BY path_key
      LIMIT ?`,
    [from, path, limit],
  )

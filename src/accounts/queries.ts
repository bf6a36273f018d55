import type { Language } from '../../texts/languages.ts'
import type { PostPlace } from '../cache-policy.ts'
import { noteAllChanged } from '../changes/queries.ts'
import type { Sql } from '../platform/db.ts'
import { nameStart } from '../platform/names.ts'
import { isNoticeShown, isOnBoard, mostUnread } from '../removal/queries.ts'

export type Role = 'member' | 'admin'

/** The member who is signed in. */
export type Viewer = {
  id: number
  name: string
  /** What they may do. */
  role: Role
  /** The ids of categories that they moderate, with commas between; 0 is the whole board. */
  moderates?: string | null
  /** The ids of the groups that they are in, with commas between. */
  inGroups?: string | null
  /** Until when moderators decided that they do nothing but read. */
  suspendedUntil?: string | null
  /** They sign in with a code of their app, too. */
  hasFactor?: 0 | 1
  /** They may do as a member until they have the second factor that they need here for what they are. */
  lacksFactor?: boolean
  /** Notices that they have not read; missing where a program signed in. */
  unread?: number
  /** What is new to them; missing where a program signed in, and until their first visit is noted. */
  since?: Since
  /** The ids of members whose texts are folded away for them; missing where they have muted nobody. */
  muted?: number[]
}

/**
 * Posts and comments behind these are new to a member, but in threads that they have `read` since, up to some
 * comment, by the ids of their posts.
 */
export type Since = { post: number; comment: number; read: Record<string, number> }

/** For a statement about `users`: what they moderate. */
const moderates =
  '(SELECT GROUP_CONCAT(category_id) FROM moderators WHERE moderators.user_id = users.id) AS moderates'

/** The same: the groups that they are in. */
const inGroups = `(SELECT GROUP_CONCAT(DISTINCT group_id)
               FROM group_members
              WHERE group_members.user_id = users.id) AS inGroups`

/** The same: until when they are suspended. */
const suspendedUntil = `(SELECT until_at
               FROM sanctions
              WHERE sanctions.user_id = users.id AND sanctions.kind = 'suspend'
                AND sanctions.until_at > CURRENT_TIMESTAMP(3)) AS suspendedUntil`

/** A member as everyone may see them. */
export type Member = { id: number; name: string; role: Role; createdAt: string }

/** For a statement about `users`: whether they have a second factor. */
const hasFactor = 'EXISTS (SELECT 1 FROM second_factors WHERE user_id = users.id)'

export async function memberNamed(sql: Sql, name: string): Promise<Member | undefined> {
  const [member] = await sql.rows<Member>(
    'memberNamed',
    `SELECT id, name, role, created_at AS createdAt
       FROM users
      WHERE name_key = UNHEX(SHA2(?, 256))`,
    [name],
  )
  return member
}

/** A member as the database knows them, whatever they may do just now. */
type Known = Omit<Viewer, 'lacksFactor' | 'unread' | 'since' | 'muted'>

type WithPassword = Known & {
  passwordHash: string | null
  disabledAt: string | null
  hasFactor: 0 | 1
}

/** Returns the member with the first of these names that anybody has. */
export async function passwordOf(sql: Sql, ...names: string[]): Promise<WithPassword | undefined> {
  const found = await sql.rows<WithPassword>(
    'passwordOf',
    `SELECT id, name, role, password_hash AS passwordHash, disabled_at AS disabledAt,
            ${hasFactor} AS hasFactor
       FROM users
      WHERE name_key IN (${names.map(() => 'UNHEX(SHA2(?, 256))').join(', ')})`,
    names,
  )
  return found.sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name))[0]
}

export type NewUser = {
  name: string
  /** What the name looks like. */
  look: string
  /** Whether others may look the same. */
  isTwin: boolean
  passwordHash: string | null
}

export async function insertUser(sql: Sql, { name, look, isTwin, passwordHash }: NewUser): Promise<number> {
  const { insertId } = await sql.write(
    'insertUser',
    `INSERT INTO users (name, name_key, password_hash, look_key, look_twin)
     VALUES (?, UNHEX(SHA2(?, 256)), ?, UNHEX(SHA2(?, 256)), IF(?, UNHEX(SHA2(?, 256)), ''))`,
    [name, name, passwordHash, look, isTwin, name],
  )
  return insertId
}

/** The language that a member chose; undefined where they chose none. */
export async function chosenBy(sql: Sql, member: number): Promise<Language | undefined> {
  const [found] = await sql.rows<{ language: Language | null }>(
    'languageOfMember',
    'SELECT language FROM users WHERE id = ?',
    [member],
  )
  return found?.language ?? undefined
}

/** Null: pages are in the language that each browser asks for. */
export const setLanguage = (sql: Sql, member: number, language: Language | null) =>
  sql.write('setLanguage', 'UPDATE users SET language = ? WHERE id = ?', [language, member])

/** Who proved themselves a moment ago, and the hash of their password then; null for who has none. */
export type Proven = {
  id: number
  passwordHash: string | null
  /** So was a code, or within the last minutes. */
  hasGivenCode?: boolean
}

/**
 * `token` is the SHA-256, in hex, of what the visitor's cookie holds. Returns whether the session began: it
 * does not when the password has changed since it was looked at, the account was shut, or it has a second
 * factor and no code was given. It waits for whoever changes them.
 */
export async function insertSession(
  sql: Sql,
  token: string,
  { id, passwordHash, hasGivenCode = false }: Proven,
  seconds: number,
  agent: string,
): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'insertSession',
    `INSERT INTO sessions (token_key, user_id, expires_at, agent, code_at)
     SELECT UNHEX(?), id, CURRENT_TIMESTAMP(3) + INTERVAL ? SECOND, ?, IF(?, CURRENT_TIMESTAMP(3), NULL)
       FROM users
      WHERE id = ? AND password_hash <=> ? AND disabled_at IS NULL AND (? OR NOT ${hasFactor})`,
    [token, seconds, agent, hasGivenCode, id, passwordHash, hasGivenCode],
  )
  return affectedRows > 0
}

/** The same for who signed in by a passkey, which is as good as a password and a code. */
export async function insertPasskeySession(
  sql: Sql,
  token: string,
  passkey: { id: number; user: number },
  seconds: number,
  agent: string,
): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'insertPasskeySession',
    `INSERT INTO sessions (token_key, user_id, expires_at, agent, code_at)
     SELECT UNHEX(?), users.id, CURRENT_TIMESTAMP(3) + INTERVAL ? SECOND, ?, CURRENT_TIMESTAMP(3)
       FROM users
       JOIN passkeys ON passkeys.user_id = users.id
      WHERE users.id = ? AND passkeys.id = ? AND users.disabled_at IS NULL AND users.removed_at IS NULL`,
    [token, seconds, agent, passkey.user, passkey.id],
  )
  return affectedRows > 0
}

/** What `Since` is made of: ids where there was a visit before, and threads as JSON. */
type SinceRow = { sincePost: number | null; sinceComment: number | null; threadsRead: string | null }

/** `mutedIds`: as JSON; null is nobody. */
type BySession = Known & SinceRow & { unread: number; mutedIds: string | null } & Idle

/**
 * How long ago a use of the session, and of the board by its member, was last written down; null is never.
 */
type Idle = { idleSeconds: number; awaySeconds: number | null }

/** In a statement about `visits`: a member who was away for so long begins a new visit. */
const isOver = 'visits.seen_at < CURRENT_TIMESTAMP(3) - INTERVAL 1 HOUR'

/** In a statement about `visits`: what is new in the visit that is under way, or begins. */
const newInVisit = (member: string) =>
  `IF(${isOver}, visits.seen_post, visits.since_post) AS sincePost,
            IF(${isOver}, visits.seen_comment, visits.since_comment) AS sinceComment,
            (SELECT CAST(JSON_OBJECTAGG(post_id, comment_id) AS CHAR)
               FROM thread_reads
              WHERE thread_reads.user_id = ${member}) AS threadsRead`

const sinceIn = ({ sincePost, sinceComment, threadsRead }: SinceRow): Since | undefined =>
  sincePost === null || sinceComment === null
    ? undefined
    : { post: sincePost, comment: sinceComment, read: JSON.parse(threadsRead ?? '{}') }

export async function viewerBySession(sql: Sql, token: string): Promise<(Viewer & Idle) | undefined> {
  const [found] = await sql.rows<BySession>(
    'viewerBySession',
    `SELECT users.id, users.name, users.role, ${hasFactor} AS hasFactor, ${moderates},
            ${inGroups}, ${suspendedUntil},
            (SELECT COUNT(*)
               FROM (SELECT notices.user_id
                       FROM sessions AS asking
                       JOIN notices ON notices.user_id = asking.user_id
                      WHERE asking.token_key = UNHEX(?) AND notices.read_at IS NULL
                        AND ${isNoticeShown}
                      LIMIT ${mostUnread}) AS counted) AS unread,
            ${newInVisit('users.id')},
            (SELECT CAST(JSON_ARRAYAGG(subject_id) AS CHAR)
               FROM member_follows
              WHERE member_follows.user_id = users.id AND member_follows.level = 'mute') AS mutedIds,
            TIMESTAMPDIFF(SECOND, sessions.used_at, CURRENT_TIMESTAMP(3)) AS idleSeconds,
            TIMESTAMPDIFF(SECOND, visits.seen_at, CURRENT_TIMESTAMP(3)) AS awaySeconds
       FROM sessions
       JOIN users ON users.id = sessions.user_id
       LEFT JOIN visits ON visits.user_id = users.id
      WHERE sessions.token_key = UNHEX(?)
        AND sessions.expires_at > CURRENT_TIMESTAMP(3)
        AND users.disabled_at IS NULL`,
    [token, token],
  )
  if (!found) return undefined
  const { sincePost, sinceComment, threadsRead, mutedIds, ...viewer } = found
  const since = sinceIn({ sincePost, sinceComment, threadsRead })
  const muted = mutedIds === null ? undefined : (JSON.parse(mutedIds) as number[])
  return { ...viewer, ...(since && { since }), ...(muted && { muted }) }
}

/** The same of a member whose program asks. */
export async function sinceOf(sql: Sql, member: number): Promise<Since | undefined> {
  const [found] = await sql.rows<SinceRow>(
    'sinceOf',
    `SELECT ${newInVisit('visits.user_id')}
       FROM visits
      WHERE visits.user_id = ?`,
    [member],
  )
  return found && sinceIn(found)
}

/** The newest post and comment, which are the last that are old from now on. */
async function newestOfAll(sql: Sql): Promise<[post: number, comment: number]> {
  const [newest] = await sql.rows<{ post: number; comment: number }>(
    'newestOfAll',
    `SELECT (SELECT COALESCE(MAX(id), 0) FROM posts) AS post,
            (SELECT COALESCE(MAX(id), 0) FROM comments) AS comment`,
  )
  return [newest?.post ?? 0, newest?.comment ?? 0]
}

/** Notes that a member is here, and what is the newest now; who was away begins a new visit. */
export async function noteVisit(sql: Sql, member: number): Promise<void> {
  // In one statement it would hold the ends of both tables, and whoever writes would wait for it.
  const newest = await newestOfAll(sql)
  await sql.write(
    'noteVisit',
    `INSERT INTO visits (user_id, since_post, since_comment, seen_post, seen_comment, seen_at)
     VALUES (?, CURRENT_TIMESTAMP(3))
         ON DUPLICATE KEY UPDATE
            since_post = IF(${isOver}, visits.seen_post, visits.since_post),
            since_comment = IF(${isOver}, visits.seen_comment, visits.since_comment),
            seen_post = VALUES(seen_post), seen_comment = VALUES(seen_comment), seen_at = VALUES(seen_at)`,
    [[member, ...newest, ...newest]],
  )
  await sql.write('noteDay', 'INSERT IGNORE INTO active_days (day, user_id) VALUES (CURRENT_DATE, ?)', [
    member,
  ])
  await sql.write(
    'deleteOldReads',
    `DELETE thread_reads
       FROM thread_reads
       JOIN visits ON visits.user_id = thread_reads.user_id
      WHERE thread_reads.user_id = ?
        AND thread_reads.post_id <= visits.since_post AND thread_reads.comment_id <= visits.since_comment`,
    [member],
  )
}

/** From now on nothing of what is there is new to a member. */
export async function endUnread(sql: Sql, member: number): Promise<void> {
  const newest = await newestOfAll(sql)
  await sql.write(
    'endUnread',
    `INSERT INTO visits (user_id, since_post, since_comment, seen_post, seen_comment, seen_at)
     VALUES (?, CURRENT_TIMESTAMP(3))
         ON DUPLICATE KEY UPDATE
            since_post = VALUES(since_post), since_comment = VALUES(since_comment),
            seen_post = VALUES(seen_post), seen_comment = VALUES(seen_comment), seen_at = VALUES(seen_at)`,
    [[member, ...newest, ...newest]],
  )
}

/** For how long a code that was given in a session is not asked for again. */
const codeMinutes = 5

/** Whether a code of the second factor was given in this session a few minutes ago at most. */
export async function isCodeFresh(sql: Sql, session: string): Promise<boolean> {
  const found = await sql.rows(
    'isCodeFresh',
    `SELECT user_id
       FROM sessions
      WHERE token_key = UNHEX(?) AND code_at > CURRENT_TIMESTAMP(3) - INTERVAL ${codeMinutes} MINUTE`,
    [session],
  )
  return found.length > 0
}

export const markCodeGiven = (sql: Sql, session: string) =>
  sql.write(
    'markCodeGiven',
    'UPDATE sessions SET code_at = CURRENT_TIMESTAMP(3) WHERE token_key = UNHEX(?)',
    [session],
  )

export const markSessionUsed = (sql: Sql, token: string) =>
  sql.write(
    'markSessionUsed',
    `UPDATE sessions
        SET used_at = CURRENT_TIMESTAMP(3)
      WHERE token_key = UNHEX(?)`,
    [token],
  )

export type Session = { token: string; agent: string; createdAt: string; usedAt: string }

export const sessionsOf = (sql: Sql, user: number) =>
  sql.rows<Session>(
    'sessionsOf',
    `SELECT LOWER(HEX(token_key)) AS token, agent, created_at AS createdAt, used_at AS usedAt
       FROM sessions
      WHERE user_id = ? AND expires_at > CURRENT_TIMESTAMP(3)
      ORDER BY used_at DESC, created_at DESC`,
    [user],
  )

/** The sessions of a member that stand behind the `most` that were used last. */
export const sessionsBeyond = (sql: Sql, user: number, most: number) =>
  sql.rows<{ token: string }>(
    'sessionsBeyond',
    `SELECT LOWER(HEX(token_key)) AS token
       FROM sessions
      WHERE user_id = ?
      ORDER BY used_at DESC, created_at DESC
      LIMIT 100 OFFSET ?`,
    [user, most],
  )

export const deleteSessionOf = (sql: Sql, user: number, token: string) =>
  sql.write('deleteSessionOf', 'DELETE FROM sessions WHERE token_key = UNHEX(?) AND user_id = ?', [
    token,
    user,
  ])

export const deleteSessionsOf = (sql: Sql, user: number) =>
  sql.write('deleteSessionsOf', 'DELETE FROM sessions WHERE user_id = ?', [user])

/** Returns whether it was done: not when the password is no longer the one that fitted. */
export async function setPassword(sql: Sql, was: Proven, passwordHash: string): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'setPassword',
    `UPDATE users
        SET password_hash = ?
      WHERE id = ? AND password_hash <=> ? AND disabled_at IS NULL`,
    [passwordHash, was.id, was.passwordHash],
  )
  return affectedRows > 0
}

export type LinkedMember = { id: number; name: string; hasFactor: 0 | 1 }

/**
 * Keeps a member's password as it is until the transaction is over. Returns false when it is another by now
 * than the one that fitted, or the account is shut.
 */
export async function holdPassword(sql: Sql, proven: Proven): Promise<boolean> {
  const held = await sql.rows(
    'holdPassword',
    `SELECT id
       FROM users
      WHERE id = ? AND password_hash <=> ? AND disabled_at IS NULL
        FOR UPDATE`,
    [proven.id, proven.passwordHash],
  )
  return held.length > 0
}

/**
 * The member whose link this is, by the SHA-256 of its token in hex, while the link is good and the member
 * not shut out.
 */
export async function memberOfPasswordLink(sql: Sql, token: string): Promise<LinkedMember | undefined> {
  const [member] = await sql.rows<LinkedMember>(
    'memberOfPasswordLink',
    `SELECT users.id, users.name, ${hasFactor} AS hasFactor
       FROM password_links
       JOIN users ON users.id = password_links.user_id
      WHERE password_links.token_hash = UNHEX(?)
        AND password_links.expires_at > CURRENT_TIMESTAMP(3)
        AND users.disabled_at IS NULL`,
    [token],
  )
  return member
}

/** Returns whether this was the one who took the link, while it was good. */
export async function takePasswordLink(sql: Sql, user: number, token: string): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'takePasswordLink',
    `DELETE FROM password_links
      WHERE user_id = ? AND token_hash = UNHEX(?) AND expires_at > CURRENT_TIMESTAMP(3)`,
    [user, token],
  )
  return affectedRows > 0
}

export const deletePasswordLinkOf = (sql: Sql, user: number) =>
  sql.write('deletePasswordLinkOf', 'DELETE FROM password_links WHERE user_id = ?', [user])

/** Whatever the password was, if there was one. Returns whether it was done: not to who is shut out. */
export async function replacePassword(sql: Sql, user: number, passwordHash: string): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'replacePassword',
    `UPDATE users
        SET password_hash = ?
      WHERE id = ? AND disabled_at IS NULL`,
    [passwordHash, user],
  )
  return affectedRows > 0
}

export const deleteSession = (sql: Sql, token: string) =>
  sql.write('deleteSession', 'DELETE FROM sessions WHERE token_key = UNHEX(?)', [token])

export const deleteExpiredSessions = (sql: Sql) =>
  sql.write(
    'deleteExpiredSessions',
    'DELETE FROM sessions WHERE expires_at < CURRENT_TIMESTAMP(3) LIMIT 1000',
  )

type TokenUse = Known & { scopes: string | null; expiresAt: string | null; idleSeconds: number | null }

/**
 * `token` is the SHA-256, in hex, of what the program sends; `idleSeconds` is null when it was never used.
 */
export async function viewerByToken(sql: Sql, token: string): Promise<TokenUse | undefined> {
  const [viewer] = await sql.rows<TokenUse>(
    'viewerByToken',
    `SELECT users.id, users.name, users.role, ${hasFactor} AS hasFactor, ${moderates}, tokens.scopes,
            ${inGroups}, ${suspendedUntil},
            tokens.expires_at AS expiresAt,
            TIMESTAMPDIFF(SECOND, tokens.used_at, CURRENT_TIMESTAMP(3)) AS idleSeconds
       FROM tokens
       JOIN users ON users.id = tokens.user_id
      WHERE tokens.token_key = UNHEX(?)
        AND users.disabled_at IS NULL`,
    [token],
  )
  return viewer
}

/** The secret address of their feeds is good for nothing any more. */
export const deleteFeedKeyOf = (sql: Sql, user: number) =>
  sql.write('deleteFeedKeyOf', 'DELETE FROM feed_keys WHERE user_id = ?', [user])

/** By the SHA-256, in hex, of what the secret address of their feeds holds. */
export async function viewerByFeedKey(sql: Sql, hash: string): Promise<Known | undefined> {
  const [viewer] = await sql.rows<Known>(
    'viewerByFeedKey',
    `SELECT users.id, users.name, users.role, ${hasFactor} AS hasFactor, ${moderates}, ${inGroups}
       FROM feed_keys
       JOIN users ON users.id = feed_keys.user_id
      WHERE feed_keys.token_hash = UNHEX(?)
        AND users.disabled_at IS NULL AND users.removed_at IS NULL`,
    [hash],
  )
  return viewer
}

export const markTokenUsed = (sql: Sql, token: string) =>
  sql.write(
    'markTokenUsed',
    `UPDATE tokens
        SET used_at = CURRENT_TIMESTAMP(3)
      WHERE token_key = UNHEX(?)`,
    [token],
  )

/** Begins like a session, by the SHA-256, in hex, of what the form with the code will hold. */
export const insertHalfSignIn = (sql: Sql, token: string, { id, passwordHash }: Proven) =>
  sql.write(
    'insertHalfSignIn',
    `INSERT INTO half_sign_ins (token_key, user_id, expires_at)
     SELECT UNHEX(?), id, CURRENT_TIMESTAMP(3) + INTERVAL 10 MINUTE
       FROM users
      WHERE id = ? AND password_hash <=> ? AND disabled_at IS NULL`,
    [token, id, passwordHash],
  )

/** Whose half of a sign-in this is. A new password ends all of them. */
export async function halfSignIn(
  sql: Sql,
  token: string,
): Promise<{ id: number; passwordHash: string | null } | undefined> {
  const [found] = await sql.rows<{ id: number; passwordHash: string | null }>(
    'halfSignIn',
    `SELECT users.id, users.password_hash AS passwordHash
       FROM half_sign_ins
       JOIN users ON users.id = half_sign_ins.user_id
      WHERE half_sign_ins.token_key = UNHEX(?)
        AND half_sign_ins.expires_at > CURRENT_TIMESTAMP(3)
        AND users.disabled_at IS NULL`,
    [token],
  )
  return found
}

/** Returns whether this was the one who took it. */
export async function takeHalfSignIn(sql: Sql, token: string): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'takeHalfSignIn',
    'DELETE FROM half_sign_ins WHERE token_key = UNHEX(?)',
    [token],
  )
  return affectedRows > 0
}

export const deleteHalvesOf = (sql: Sql, user: number) =>
  sql.write('deleteHalvesOf', 'DELETE FROM half_sign_ins WHERE user_id = ?', [user])

export const deleteExpiredHalves = (sql: Sql) =>
  sql.write(
    'deleteExpiredHalves',
    'DELETE FROM half_sign_ins WHERE expires_at < CURRENT_TIMESTAMP(3) LIMIT 1000',
  )

/** Everything by which a member may be remembered: sessions, tokens. */
export const signInsOf = (sql: Sql, user: number) =>
  sql.rows<{ session: string | null; token: string | null }>(
    'signInsOf',
    `SELECT LOWER(HEX(token_key)) AS session, NULL AS token FROM sessions WHERE user_id = ?
      UNION ALL
     SELECT NULL, LOWER(HEX(token_key)) FROM tokens WHERE user_id = ?`,
    [user, user],
  )

/** The account as it is now. Nothing that refers to it is added until the transaction is over. */
export async function lockUser(sql: Sql, user: number) {
  const [found] = await sql.rows<{ id: number; name: string; role: Role; passwordHash: string | null }>(
    'lockUser',
    `SELECT id, name, role, password_hash AS passwordHash
       FROM users
      WHERE id = ?
        FOR UPDATE`,
    [user],
  )
  return found
}

/**
 * Admins who can sign in: by a password, or at the other service, `signOn`, if there is one. None of them
 * goes, and nobody becomes one, until the transaction is over: whoever counts them calls this, because a
 * plain count is of a moment before the others' changes.
 */
export const lockAdmins = (sql: Sql, signOn: { isOnly: boolean } | undefined) =>
  sql.rows<{ id: number }>(
    'lockAdmins',
    `SELECT id
       FROM users FORCE INDEX (users_by_role)
      WHERE role = 'admin' AND disabled_at IS NULL AND (${waysIn(signOn).join(' OR ')})
      ORDER BY id
        FOR UPDATE`,
  )

const byPassword = 'password_hash IS NOT NULL'
const bySignOn = 'EXISTS (SELECT 1 FROM single_sign_ons WHERE single_sign_ons.user_id = users.id)'

function waysIn(signOn: { isOnly: boolean } | undefined): string[] {
  if (!signOn) return [byPassword]
  return signOn.isOnly ? [bySignOn] : [byPassword, bySignOn]
}

export const deleteUser = (sql: Sql, user: number) =>
  sql.write('deleteUser', 'DELETE FROM users WHERE id = ?', [user])

const postsOf = 'SELECT id, category_id AS categoryId, author_id AS authorId FROM posts WHERE author_id = ?'

export const postsBy = (sql: Sql, author: number) => sql.rows<PostPlace>('postsBy', postsOf, [author])

/** The same, and nobody moves one of them until the transaction is over. */
export const lockPostsBy = (sql: Sql, author: number) =>
  sql.rows<PostPlace>('lockPostsBy', `${postsOf} FOR UPDATE`, [author])

/** Counts an author's posts out of a category. One that is removed counts nothing any more. */
export const discountPostsBy = (sql: Sql, author: number, category: number) =>
  sql.write(
    'discountPostsBy',
    `UPDATE categories
        SET acts = acts - (SELECT COUNT(*)
                             FROM acts
                             JOIN posts ON posts.id = acts.post_id
                            WHERE posts.author_id = ? AND posts.category_id = ? AND ${isOnBoard('posts.id')}),
            posts = posts - (SELECT COUNT(*)
                               FROM posts
                              WHERE author_id = ? AND category_id = ? AND ${isOnBoard('posts.id')})
      WHERE id = ? AND removed_at IS NULL`,
    [author, category, author, category, category],
  )

export async function deletePostsBy(sql: Sql, author: number): Promise<void> {
  await noteAllChanged(sql, 'post', author)
  await sql.write('deletePostsBy', 'DELETE FROM posts WHERE author_id = ?', [author])
}

export const membersAfter = (sql: Sql, after: string, limit: number) =>
  sql.rows<Member>(
    'membersAfter',
    `SELECT id, ${nameStart('name')} AS name, role, created_at AS createdAt
       FROM users
      WHERE id > ? AND disabled_at IS NULL
      ORDER BY id
      LIMIT ?`,
    [after, limit],
  )

export async function memberById(sql: Sql, id: string): Promise<Member | undefined> {
  const [member] = await sql.rows<Member>(
    'memberById',
    `SELECT id, name, role, created_at AS createdAt
       FROM users
      WHERE id = ? AND removed_at IS NULL`,
    [id],
  )
  return member
}

/** A token without what it is worth. */
export type Token = {
  id: number
  name: string
  /** With spaces between; null for one that was made before there were scopes. */
  scopes: string | null
  createdAt: string
  usedAt: string | null
  /** Null: it has no end. */
  expiresAt: string | null
}

export const tokensOf = (sql: Sql, user: number) =>
  sql.rows<Token>(
    'tokensOf',
    `SELECT id, name, scopes, created_at AS createdAt, used_at AS usedAt, expires_at AS expiresAt
       FROM tokens
      WHERE user_id = ?
      ORDER BY id`,
    [user],
  )

/**
 * `token` is the SHA-256, in hex, of what the program will send. Returns nothing when the session that asks
 * for it has ended meanwhile: it waits for whoever ends it.
 */
export async function insertToken(
  sql: Sql,
  session: string,
  user: number,
  { name, scopes, days }: { name: string; scopes: string; days: number },
  token: string,
): Promise<number | undefined> {
  const { affectedRows, insertId } = await sql.write(
    'insertToken',
    `INSERT INTO tokens (user_id, name, scopes, token_key, expires_at)
     SELECT user_id, ?, ?, UNHEX(?), CURRENT_TIMESTAMP(3) + INTERVAL ? DAY
       FROM sessions
      WHERE token_key = UNHEX(?) AND user_id = ?`,
    [name, scopes, token, days, session, user],
  )
  return affectedRows > 0 ? insertId : undefined
}

/** Returns the token's secret hash and name, which stay so until the transaction is over. */
export async function lockToken(
  sql: Sql,
  user: number,
  id: string,
): Promise<{ token: string; name: string } | undefined> {
  const [found] = await sql.rows<{ token: string; name: string }>(
    'lockToken',
    'SELECT LOWER(HEX(token_key)) AS token, name FROM tokens WHERE id = ? AND user_id = ? FOR UPDATE',
    [id, user],
  )
  return found
}

export const changeToken = (sql: Sql, user: number, id: string, token: string) =>
  sql.write('changeToken', 'UPDATE tokens SET token_key = UNHEX(?) WHERE id = ? AND user_id = ?', [
    token,
    id,
    user,
  ])

export const deleteTokensOf = (sql: Sql, user: number) =>
  sql.write('deleteTokensOf', 'DELETE FROM tokens WHERE user_id = ?', [user])

export const deleteToken = (sql: Sql, user: number, id: string) =>
  sql.write('deleteToken', 'DELETE FROM tokens WHERE id = ? AND user_id = ?', [id, user])

/** Posts that a member commented on. */
export const postsCommentedBy = (sql: Sql, author: number) =>
  sql.rows<PostPlace>(
    'postsCommentedBy',
    `SELECT DISTINCT posts.id, posts.category_id AS categoryId, posts.author_id AS authorId
       FROM comments
       JOIN posts ON posts.id = comments.post_id
      WHERE comments.author_id = ?`,
    [author],
  )

/** Counts a member's comments off their posts. */
export const discountCommentsBy = (sql: Sql, author: number) =>
  sql.write(
    'discountCommentsBy',
    `UPDATE posts
       JOIN (SELECT post_id, COUNT(*) AS comments
               FROM comments
              WHERE author_id = ?
              GROUP BY post_id) AS theirs ON theirs.post_id = posts.id
        SET posts.comments = posts.comments - theirs.comments`,
    [author],
  )

/** Of a member's comments those that nobody replied to are deleted, the others emptied, hidden ones too. */
export async function removeCommentsBy(sql: Sql, author: number): Promise<void> {
  await noteAllChanged(sql, 'comment', author)
  await sql.write(
    'deleteCommentsBy',
    `DELETE comments
       FROM comments
       LEFT JOIN comments AS replies ON replies.parent_id = comments.id
      WHERE comments.author_id = ? AND replies.id IS NULL`,
    [author],
  )
  await sql.write(
    'emptyCommentsBy',
    `UPDATE comments
        SET body = '', author_id = NULL, removed_at = CURRENT_TIMESTAMP(3)
      WHERE author_id = ?`,
    [author],
  )
  await sql.write('deleteHiddenCommentsBy', 'DELETE FROM hidden_comments WHERE author_id = ?', [author])
}

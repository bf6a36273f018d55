import type { Sql } from '../../src/platform/db.ts'
import type { Browser } from '../../src/telling/endpoint.ts'
import type { Language } from '../../texts/languages.ts'

export type PushKeys = { publicKey: string; privateKey: string }

export async function pushKeys(sql: Sql): Promise<PushKeys | undefined> {
  const [found] = await sql.rows<PushKeys>(
    'pushKeys',
    'SELECT public_key AS publicKey, private_key AS privateKey FROM push_keys WHERE id = 1',
  )
  return found
}

/** Keeps the first keys that are made; what members were told of before is pushed to nobody. */
export async function putPushKeys(sql: Sql, { publicKey, privateKey }: PushKeys): Promise<void> {
  const [newest] = await sql.rows<{ id: number }>(
    'newestNoticeOfAll',
    'SELECT COALESCE(MAX(id), 0) AS id FROM notices',
  )
  await sql.write(
    'putPushKeys',
    'INSERT IGNORE INTO push_keys (id, public_key, private_key, looked_up_to) VALUES (1, ?, ?, ?)',
    [publicKey, privateKey, newest?.id ?? 0],
  )
}

/** Up to which notice it has been looked, held until the transaction is over; undefined while another is. */
export async function lookedUpTo(sql: Sql): Promise<number | undefined> {
  const [found] = await sql.rows<{ id: number }>(
    'lookedUpTo',
    'SELECT looked_up_to AS id FROM push_keys WHERE id = 1 FOR UPDATE SKIP LOCKED',
  )
  return found?.id
}

/** Nobody is pushed what is older than this, in minutes: after a pause of the courier it is in the list. */
const newMinutes = 60

/** A notice, and a browser that it goes to, by the SHA-256 of its session's cookie. */
export type Push = { notice: number; session: string }

/** Notices behind one that somebody is to get by push, and has not read, the oldest first. */
export const unpushed = (sql: Sql, after: number, limit: number) =>
  sql.rows<Push>(
    'unpushed',
    `SELECT STRAIGHT_JOIN notices.id AS notice, LOWER(HEX(push_subscriptions.session_key)) AS session
       FROM notices
       JOIN push_subscriptions ON push_subscriptions.user_id = notices.user_id
                              AND push_subscriptions.made_at <= notices.created_at
       LEFT JOIN pushes ON pushes.session_key = push_subscriptions.session_key
                       AND pushes.notice_id = notices.id
      WHERE notices.id > ? AND notices.read_at IS NULL AND pushes.notice_id IS NULL
        AND notices.created_at > CURRENT_TIMESTAMP(3) - INTERVAL ? MINUTE
      ORDER BY notices.id
      LIMIT ?`,
    [after, newMinutes, limit],
  )

/** To a browser, or of a notice, that is gone when it is due nothing is sent. */
export const putPushes = (sql: Sql, pushes: Push[]) =>
  sql.write(
    'putPushes',
    `INSERT IGNORE INTO pushes (session_key, notice_id)
     VALUES ${pushes.map(() => '(UNHEX(?), ?)').join(', ')}`,
    pushes.flatMap(({ session, notice }) => [session, notice]),
  )

/** By the time that a notice is so old, in seconds, whatever was written before it is committed. */
const graceSeconds = 60

/** The last of so many notices behind one, of which no more will come before it. */
export async function settledAfter(sql: Sql, after: number, limit: number): Promise<number | undefined> {
  const [found] = await sql.rows<{ id: number }>(
    'settledAfter',
    `SELECT id
       FROM (SELECT id, created_at FROM notices WHERE id > ? ORDER BY id LIMIT ?) AS page
      WHERE created_at < CURRENT_TIMESTAMP(3) - INTERVAL ? SECOND
      ORDER BY id DESC
      LIMIT 1`,
    [after, limit, graceSeconds],
  )
  return found?.id
}

/** Notes how far it came, and forgets some of what is done and will not be found again. */
export async function markLooked(sql: Sql, upTo: number, limit: number): Promise<void> {
  await sql.write('markLooked', 'UPDATE push_keys SET looked_up_to = ? WHERE id = 1', [upTo])
  await sql.write('deleteDonePushes', 'DELETE FROM pushes WHERE due_at IS NULL AND notice_id <= ? LIMIT ?', [
    upTo,
    limit,
  ])
}

export type DuePush = Push & { tries: number }

/** What is due, the longest first, held until the transaction is over. What others hold is passed over. */
export const duePushes = (sql: Sql, limit: number) =>
  sql.rows<DuePush>(
    'duePushes',
    `SELECT LOWER(HEX(session_key)) AS session, notice_id AS notice, tries
       FROM pushes
      WHERE due_at <= CURRENT_TIMESTAMP(3)
      ORDER BY due_at, notice_id
      LIMIT ?
        FOR UPDATE SKIP LOCKED`,
    [limit],
  )

/** Nobody else takes these of one browser for so long. */
export const takePushes = (sql: Sql, session: string, notices: number[], seconds: number) =>
  sql.write(
    'takePushes',
    `UPDATE pushes
        SET tries = tries + 1, due_at = CURRENT_TIMESTAMP(3) + INTERVAL ? SECOND
      WHERE session_key = UNHEX(?) AND notice_id IN (?)`,
    [seconds, session, notices],
  )

/** Tries these later, or with undefined never again. */
export const postponePushes = (sql: Sql, session: string, notices: number[], seconds: number | undefined) =>
  sql.write(
    'postponePushes',
    `UPDATE pushes
        SET due_at = CURRENT_TIMESTAMP(3) + INTERVAL ? SECOND
      WHERE session_key = UNHEX(?) AND notice_id IN (?)`,
    [seconds ?? null, session, notices],
  )

/** Where the notices of a session go, while its member may sign in. */
export type PushedBrowser = Browser & { user: number; language: Language }

export async function browserOf(sql: Sql, session: string): Promise<PushedBrowser | undefined> {
  const [found] = await sql.rows<PushedBrowser>(
    'browserOf',
    `SELECT user_id AS user, endpoint, p256dh, auth,
            COALESCE(users.language, push_subscriptions.language) AS language
       FROM push_subscriptions
       JOIN users ON users.id = push_subscriptions.user_id
                 AND users.disabled_at IS NULL AND users.removed_at IS NULL
      WHERE session_key = UNHEX(?)`,
    [session],
  )
  return found
}

/** Forgets a browser that a push service knows no more; not one that has come in its place. */
export const forgetBrowser = (sql: Sql, session: string, endpoint: string) =>
  sql.write('forgetBrowser', 'DELETE FROM push_subscriptions WHERE session_key = UNHEX(?) AND endpoint = ?', [
    session,
    endpoint,
  ])

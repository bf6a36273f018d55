import type { Language } from '../../texts/languages.ts'
import type { Sql } from '../platform/db.ts'
import type { Browser } from '../telling/endpoint.ts'

/** The key by which push services know this board; undefined until a courier has made it. */
export async function publicPushKey(sql: Sql): Promise<string | undefined> {
  const [found] = await sql.rows<{ key: string }>(
    'publicPushKey',
    'SELECT public_key AS `key` FROM push_keys WHERE id = 1',
  )
  return found?.key
}

/** Browsers of a member that get their notices, and whether the one of this session does. */
export async function pushedBrowsers(
  sql: Sql,
  member: number,
  session: string,
): Promise<{ browsers: number; isThis: boolean }> {
  const [found] = await sql.rows<{ browsers: number; isThis: 0 | 1 | null }>(
    'pushedBrowsers',
    `SELECT COUNT(*) AS browsers, MAX(session_key = UNHEX(?)) AS isThis
       FROM push_subscriptions
      WHERE user_id = ?`,
    [session, member],
  )
  return { browsers: found?.browsers ?? 0, isThis: found?.isThis === 1 }
}

/** Sends a member's notices to the browser of this session, and nobody else's any more. */
export const putPushSubscription = (
  sql: Sql,
  member: number,
  session: string,
  { endpoint, p256dh, auth }: Browser,
  language: Language,
) =>
  sql.write(
    'putPushSubscription',
    `REPLACE INTO push_subscriptions (session_key, user_id, endpoint, endpoint_key, p256dh, auth, language)
     VALUES (UNHEX(?), ?, ?, UNHEX(SHA2(?, 256)), ?, ?, ?)`,
    [session, member, endpoint, endpoint, p256dh, auth, language],
  )

export const endPushHere = (sql: Sql, session: string) =>
  sql.write('endPushHere', 'DELETE FROM push_subscriptions WHERE session_key = UNHEX(?)', [session])

export const endPushEverywhere = (sql: Sql, member: number) =>
  sql.write('endPushEverywhere', 'DELETE FROM push_subscriptions WHERE user_id = ?', [member])

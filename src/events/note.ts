import { startOf } from '../../views/names.ts'
import type { Context } from '../context.ts'
import { lockAddress, putMail, type SecurityNews } from '../mail/queries.ts'
import type { Sql } from '../platform/db.ts'
import { deleteOldEvents, deleteOldSignIns, insertEvent, signIns } from './queries.ts'

/**
 * What an account's owner reads of it: what they are told by mail as well, and what has a mail of its own.
 */
export type Noted =
  | SecurityNews
  | 'signed-in'
  | 'passkey-sign-in'
  | 'signed-on'
  | 'password-changed'
  | 'address-changed'
  | 'token-revoked'
  | 'made-admin'
  | 'made-member'
  | 'group-made-admin'
  | 'group-made-member'
  | 'made-moderator'
  | 'end-moderator'
  | 'group-made-moderator'
  | 'group-end-moderator'
  | 'link-made'
  | 'data-downloaded'

const mostEvents = 100
/** So that who signs in again and again makes nobody forget what else they did. */
const mostSignIns = 50

/** Notes what happened to an account. To be called in the transaction of its cause. */
export async function noteEvent(sql: Sql, user: number, what: Noted, detail = ''): Promise<void> {
  await insertEvent(sql, user, what, detail)
  if (signIns.includes(what)) await deleteOldSignIns(sql, user, mostSignIns)
  await deleteOldEvents(sql, user, mostEvents)
}

/** The same, and tells its owner by mail, if mail reaches them. The member's row is held. */
export async function noteAndTell(
  { config }: Context,
  sql: Sql,
  { id, name }: { id: number; name: string },
  what: SecurityNews,
  detail = '',
): Promise<void> {
  await noteEvent(sql, id, what, detail)
  const to = config.mail && (await lockAddress(sql, id))
  if (to) await putMail(sql, { kind: 'security', name: startOf(name), what, user: id, ...to })
}

import type { Role } from '../accounts/queries.ts'
import type { Sql } from '../platform/db.ts'

/** The account of somebody who signed in at the other service. */
export type JoinedAccount = {
  id: number
  name: string
  role: Role
  passwordHash: string | null
  hasFactor: 0 | 1
  disabledAt: string | null
}

/** By the SHA-256, in hex, of who they are there. */
export async function accountOfIdentity(sql: Sql, identity: string): Promise<JoinedAccount | undefined> {
  const [account] = await sql.rows<JoinedAccount>(
    'accountOfIdentity',
    `SELECT users.id, users.name, users.role, users.password_hash AS passwordHash,
            EXISTS (SELECT 1 FROM second_factors WHERE user_id = users.id) AS hasFactor,
            users.disabled_at AS disabledAt
       FROM single_sign_ons
       JOIN users ON users.id = single_sign_ons.user_id
      WHERE single_sign_ons.identity_key = UNHEX(?) AND users.removed_at IS NULL`,
    [identity],
  )
  return account
}

/** Joins an account to who somebody is there. What a removed account was joined to is free. */
export async function insertSignOn(sql: Sql, user: number, identity: string): Promise<void> {
  await sql.write(
    'deleteSignOnOfRemoved',
    `DELETE single_sign_ons
       FROM single_sign_ons
       JOIN users ON users.id = single_sign_ons.user_id
      WHERE single_sign_ons.identity_key = UNHEX(?) AND users.removed_at IS NOT NULL`,
    [identity],
  )
  await sql.write(
    'insertSignOn',
    'INSERT INTO single_sign_ons (user_id, identity_key) VALUES (?, UNHEX(?))',
    [user, identity],
  )
}

/** Returns whether there was one. */
export async function deleteSignOn(sql: Sql, user: number): Promise<boolean> {
  const { affectedRows } = await sql.write('deleteSignOn', 'DELETE FROM single_sign_ons WHERE user_id = ?', [
    user,
  ])
  return affectedRows > 0
}

export type SignOn = { since: string; madeAdmin: 0 | 1; madeModerator: 0 | 1 }

export async function signOnOf(sql: Sql, user: number): Promise<SignOn | undefined> {
  const [signOn] = await sql.rows<SignOn>(
    'signOnOf',
    `SELECT created_at AS since, made_admin AS madeAdmin,
            EXISTS (SELECT 1
                      FROM moderators
                     WHERE moderators.user_id = single_sign_ons.user_id
                       AND category_id = 0 AND by_group = 1) AS madeModerator
       FROM single_sign_ons
      WHERE user_id = ?`,
    [user],
  )
  return signOn
}

export const setMadeAdmin = (sql: Sql, user: number, isMade: boolean) =>
  sql.write('setMadeAdmin', 'UPDATE single_sign_ons SET made_admin = ? WHERE user_id = ?', [isMade, user])

/** Makes a member one of the whole board, by a group. Returns false for who is one already. */
export async function insertGroupModerator(sql: Sql, user: number): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'insertGroupModerator',
    'INSERT IGNORE INTO moderators (user_id, category_id, by_group) VALUES (?, 0, 1)',
    [user],
  )
  return affectedRows > 0
}

/** Returns whether a group had made them one. */
export async function deleteGroupModerator(sql: Sql, user: number): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'deleteGroupModerator',
    'DELETE FROM moderators WHERE user_id = ? AND category_id = 0 AND by_group = 1',
    [user],
  )
  return affectedRows > 0
}

/** Notes that the member of a session has proved anew who they are. */
export const markSignedOn = (sql: Sql, session: string, user: number) =>
  sql.write(
    'markSignedOn',
    `UPDATE sessions
        SET signed_on_at = CURRENT_TIMESTAMP(3)
      WHERE token_key = UNHEX(?) AND user_id = ?`,
    [session, user],
  )

/** The roles that somebody's groups there give them. */
export type GroupRoles = {
  isAdmin: boolean
  isModerator: boolean
  /** The groups here that they are in by these. */
  inGroups: number[]
}

/** Who signed in there, and has no account here yet. */
export type HalfSignOn = {
  identity: string
  knownAs: string
  isAdmin: 0 | 1
  isModerator: 0 | 1
  claims: string
}

/** `token` is the SHA-256, in hex, of what the form holds in which they choose one. */
export const insertHalfSignOn = (
  sql: Sql,
  token: string,
  { identity, knownAs, isAdmin, isModerator, inGroups }: { identity: string; knownAs: string } & GroupRoles,
) =>
  sql.write(
    'insertHalfSignOn',
    `INSERT INTO half_sign_ons (token_key, identity_key, known_as, is_admin, is_moderator, claims, expires_at)
     VALUES (UNHEX(?), UNHEX(?), ?, ?, ?, ?, CURRENT_TIMESTAMP(3) + INTERVAL 15 MINUTE)`,
    [token, identity, knownAs, isAdmin, isModerator, inGroups.join()],
  )

export async function halfSignOn(sql: Sql, token: string): Promise<HalfSignOn | undefined> {
  const [half] = await sql.rows<HalfSignOn>(
    'halfSignOn',
    `SELECT LOWER(HEX(identity_key)) AS identity, known_as AS knownAs, is_admin AS isAdmin,
            is_moderator AS isModerator, claims
       FROM half_sign_ons
      WHERE token_key = UNHEX(?) AND expires_at > CURRENT_TIMESTAMP(3)`,
    [token],
  )
  return half
}

/** Returns whether this was the one who took it. */
export async function takeHalfSignOn(sql: Sql, token: string): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'takeHalfSignOn',
    'DELETE FROM half_sign_ons WHERE token_key = UNHEX(?) AND expires_at > CURRENT_TIMESTAMP(3)',
    [token],
  )
  return affectedRows > 0
}

export const deleteExpiredSignOns = (sql: Sql) =>
  sql.write(
    'deleteExpiredSignOns',
    'DELETE FROM half_sign_ons WHERE expires_at < CURRENT_TIMESTAMP(3) LIMIT 1000',
  )

import type { Sql } from '../platform/db.ts'
import { nameStart } from '../platform/names.ts'

/** A link by which so many people join. */
export type Invite = {
  id: number
  note: string
  uses: number
  used: number
  /** Null: the account is gone. */
  by: string | null
  madeAt: string
  endsAt: string
  hasEnded: 0 | 1
  revokedAt: string | null
}

const inviteColumns = `invites.id, invites.note, invites.uses, invites.used,
       ${nameStart('users.name')} AS \`by\`, invites.made_at AS madeAt, invites.ends_at AS endsAt,
       invites.ends_at <= CURRENT_TIMESTAMP(3) AS hasEnded, invites.revoked_at AS revokedAt`
const inviteTables = 'invites LEFT JOIN users ON users.id = invites.made_by AND users.removed_at IS NULL'

/** A page of them, older ones than `before`. */
export const newestInvites = (sql: Sql, before: string, limit: number) =>
  sql.rows<Invite>(
    'newestInvites',
    `SELECT ${inviteColumns}
       FROM ${inviteTables}
      WHERE invites.id < ?
      ORDER BY invites.id DESC
      LIMIT ?`,
    [before, limit],
  )

export async function inviteById(sql: Sql, id: number): Promise<Invite | undefined> {
  const [invite] = await sql.rows<Invite>(
    'inviteById',
    `SELECT ${inviteColumns}
       FROM ${inviteTables}
      WHERE invites.id = ?`,
    [id],
  )
  return invite
}

/** By the SHA-256, in hex, of what its link holds. */
export async function inviteByToken(sql: Sql, token: string): Promise<Invite | undefined> {
  const [invite] = await sql.rows<Invite>(
    'inviteByToken',
    `SELECT ${inviteColumns}
       FROM ${inviteTables}
      WHERE invites.token_hash = UNHEX(?)`,
    [token],
  )
  return invite
}

export type NewInvite = { note: string; uses: number; days: number }

export async function insertInvite(
  sql: Sql,
  { note, uses, days }: NewInvite,
  token: string,
  admin: number,
): Promise<number> {
  const { insertId } = await sql.write(
    'insertInvite',
    `INSERT INTO invites (token_hash, note, uses, ends_at, made_by)
     VALUES (UNHEX(?), ?, ?, CURRENT_TIMESTAMP(3) + INTERVAL ? DAY, ?)`,
    [token, note, uses, days, admin],
  )
  return insertId
}

/** Again it changes nothing. */
export const revokeInvite = (sql: Sql, id: number) =>
  sql.write(
    'revokeInvite',
    'UPDATE invites SET revoked_at = CURRENT_TIMESTAMP(3) WHERE id = ? AND revoked_at IS NULL',
    [id],
  )

export const deleteOldInvites = (sql: Sql) =>
  sql.write(
    'deleteOldInvites',
    'DELETE FROM invites WHERE ends_at < CURRENT_TIMESTAMP(3) - INTERVAL 90 DAY LIMIT 1000',
  )

/**
 * Counts one use. Returns false where none is left, or it has ended or was revoked: of two at once for the
 * last one the second waits here, and then there is none.
 */
export async function takeInvite(sql: Sql, token: string): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'takeInvite',
    `UPDATE invites
        SET used = used + 1
      WHERE token_hash = UNHEX(?) AND used < uses AND revoked_at IS NULL
        AND ends_at > CURRENT_TIMESTAMP(3)`,
    [token],
  )
  return affectedRows > 0
}

export const insertInvitedMember = (sql: Sql, user: number, token: string) =>
  sql.write(
    'insertInvitedMember',
    `INSERT INTO invited_members (user_id, invite_id)
     SELECT ?, id
       FROM invites
      WHERE token_hash = UNHEX(?)`,
    [user, token],
  )

/** Some who joined by each of these, the first ones first. */
export const membersInvitedBy = (sql: Sql, invites: number[]) =>
  sql.rows<{ invite: number; id: number; name: string }>(
    'membersInvitedBy',
    `SELECT invited_members.invite_id AS invite, users.id, ${nameStart('users.name')} AS name
       FROM invited_members
       JOIN users ON users.id = invited_members.user_id AND users.removed_at IS NULL
      WHERE invited_members.invite_id IN (?)
      ORDER BY users.id
      LIMIT 1000`,
    [invites],
  )

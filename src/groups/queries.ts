import type { Door } from '../doors/queries.ts'
import type { Sql } from '../platform/db.ts'
import { nameStart } from '../platform/names.ts'

/** `claim`: whoever has it among their groups at the single sign-on is in this one; '' is none. */
export type Group = { id: number; name: string; claim: string; members: number }

const columns = `member_groups.id, member_groups.name, member_groups.claim,
       (SELECT COUNT(DISTINCT user_id)
          FROM group_members
         WHERE group_members.group_id = member_groups.id) AS members`

export const allGroups = (sql: Sql) =>
  sql.rows<Group>('allGroups', `SELECT ${columns} FROM member_groups ORDER BY name, id LIMIT 1000`)

/** Nobody changes it until the transaction is over. */
export const lockGroup = (sql: Sql, id: number) =>
  sql.rows('lockGroup', 'SELECT id FROM member_groups WHERE id = ? FOR UPDATE', [id])

/** All of them: who adds one counts them first. */
export const lockGroups = (sql: Sql) =>
  sql.rows<{ id: number }>('lockGroups', 'SELECT id FROM member_groups ORDER BY id FOR UPDATE')

export async function groupById(sql: Sql, id: number): Promise<Group | undefined> {
  const [group] = await sql.rows<Group>(
    'groupById',
    `SELECT ${columns} FROM member_groups WHERE member_groups.id = ?`,
    [id],
  )
  return group
}

/** Throws ER_DUP_ENTRY when another one has the name. */
export async function insertGroup(sql: Sql, name: string, claim: string): Promise<number> {
  const { insertId } = await sql.write(
    'insertGroup',
    'INSERT INTO member_groups (name, name_key, claim) VALUES (?, UNHEX(SHA2(?, 256)), ?)',
    [name, name, claim],
  )
  return insertId
}

/** Throws ER_DUP_ENTRY when another one has the name. */
export const updateGroup = (sql: Sql, id: number, name: string, claim: string) =>
  sql.write(
    'updateGroup',
    'UPDATE member_groups SET name = ?, name_key = UNHEX(SHA2(?, 256)), claim = ? WHERE id = ?',
    [name, name, claim, id],
  )

export const deleteGroup = (sql: Sql, id: number) =>
  sql.write('deleteGroup', 'DELETE FROM member_groups WHERE id = ?', [id])

/** Whoever is in a group by hand, by a group at the single sign-on, or by both. */
export type InGroup = { id: number; name: string; byHand: 0 | 1; byClaim: 0 | 1; since: string }

/** A page of them, in the order in which they became members of the board. */
export const membersInGroup = (sql: Sql, group: number, after: string, limit: number) =>
  sql.rows<InGroup>(
    'membersInGroup',
    `SELECT STRAIGHT_JOIN users.id, ${nameStart('users.name')} AS name, MAX(1 - ways.by_claim) AS byHand,
            MAX(ways.by_claim) AS byClaim, MIN(ways.since) AS since
       FROM (SELECT STRAIGHT_JOIN group_members.user_id, group_members.by_claim, group_members.since
               FROM group_members
               JOIN users ON users.id = group_members.user_id AND users.removed_at IS NULL
              WHERE group_members.group_id = ? AND group_members.user_id > ?
              ORDER BY group_members.user_id
              LIMIT ?) AS ways
       JOIN users ON users.id = ways.user_id
      GROUP BY users.id, users.name
      ORDER BY users.id
      LIMIT ?`,
    // Nobody is in it in more than two ways.
    [group, after, limit * 2, limit],
  )

/** Everybody in it. */
export async function idsInGroup(sql: Sql, group: number): Promise<number[]> {
  const rows = await sql.rows<{ user: number }>(
    'idsInGroup',
    'SELECT DISTINCT user_id AS user FROM group_members WHERE group_id = ? ORDER BY user_id',
    [group],
  )
  return rows.map(({ user }) => user)
}

/** Puts a member into a group. Returns false for who is in it in the same way already. */
export async function insertInGroup(
  sql: Sql,
  { group, user, byClaim }: { group: number; user: number; byClaim: boolean },
): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'insertInGroup',
    'INSERT IGNORE INTO group_members (user_id, group_id, by_claim) VALUES (?, ?, ?)',
    [user, group, byClaim],
  )
  return affectedRows > 0
}

/** Returns false for who is not in it in this way. */
export async function deleteInGroup(
  sql: Sql,
  { group, user, byClaim }: { group: number; user: number; byClaim: boolean },
): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'deleteInGroup',
    'DELETE FROM group_members WHERE user_id = ? AND group_id = ? AND by_claim = ?',
    [user, group, byClaim],
  )
  return affectedRows > 0
}

/** The groups that somebody at the single sign-on may fill. */
export const groupsWithClaims = (sql: Sql) =>
  sql.rows<{ id: number; claim: string }>(
    'groupsWithClaims',
    `SELECT id, claim FROM member_groups WHERE claim <> '' ORDER BY id`,
  )

/** The groups that a member is in by a group there. */
export async function claimedBy(sql: Sql, user: number): Promise<number[]> {
  const rows = await sql.rows<{ id: number }>(
    'claimedBy',
    'SELECT group_id AS id FROM group_members WHERE user_id = ? AND by_claim = 1 ORDER BY group_id',
    [user],
  )
  return rows.map(({ id }) => id)
}

/** Who reads and writes there, as `allDoors` has it. */
export async function putDoor(sql: Sql, door: Pick<Door, 'category' | 'readBy' | 'writeBy'>): Promise<void> {
  const { category, readBy, writeBy } = door
  await sql.write(
    'putDoor',
    `INSERT INTO doors (category_id, read_by, write_by)
     VALUES (?, ?, ?)
         ON DUPLICATE KEY UPDATE read_by = VALUES(read_by), write_by = VALUES(write_by)`,
    [category, readBy, writeBy],
  )
}

export const deleteDoor = (sql: Sql, category: number) =>
  sql.write('deleteDoor', 'DELETE FROM doors WHERE category_id = ?', [category])

export const deleteDoorGroups = (sql: Sql, category: number) =>
  sql.write('deleteDoorGroups', 'DELETE FROM door_groups WHERE category_id = ?', [category])

export const insertDoorGroups = (sql: Sql, category: number, groups: { id: number; mayWrite: boolean }[]) =>
  sql.write('insertDoorGroups', 'INSERT INTO door_groups (category_id, group_id, may_write) VALUES ?', [
    groups.map(({ id, mayWrite }) => [category, id, mayWrite]),
  ])

import type { Sql, SqlValue } from '../platform/db.ts'

export const readers = ['everyone', 'members', 'groups'] as const
export const writers = ['members', 'groups', 'moderators'] as const

/**
 * Who reads and writes in a category that is not open to all: `readers` and `writers` are the groups that
 * may, by their ids, with commas between.
 */
export type Door = {
  category: number
  readBy: (typeof readers)[number]
  writeBy: (typeof writers)[number]
  readers: string | null
  writers: string | null
}

export const allDoors = (sql: Sql) =>
  sql.rows<Door>(
    'doors',
    `SELECT doors.category_id AS category, doors.read_by AS readBy, doors.write_by AS writeBy,
            (SELECT GROUP_CONCAT(group_id)
               FROM door_groups
              WHERE door_groups.category_id = doors.category_id) AS readers,
            (SELECT GROUP_CONCAT(group_id)
               FROM door_groups
              WHERE door_groups.category_id = doors.category_id AND may_write) AS writers
       FROM doors
      ORDER BY doors.category_id
      LIMIT 1000`,
  )

/**
 * A condition: whoever this is done for may read in this category. True as long as every category is open;
 * `withDoors` fills it in.
 */
export const isReadable = (category: string) => `/* readable: ${category} */ TRUE`

/** The same of the category of a post, by its id. */
export const isPostReadable = (post: string) => `/* readable post: ${post} */ TRUE`

/** The same of some post with this tag, by the tag's id. */
export const isTagReadable = (tag: string) => `/* readable tag: ${tag} */ TRUE`

const conditions = /\/\* readable( post| tag)?: ([\w.]+) \*\/ TRUE/g
const start = '/* readable'

/** Whether a statement asks who reads. */
export const asksWhoReads = (text: string) => text.includes(start)

/** Returns a statement whose conditions leave out what stands in these categories. */
export function withDoors(text: string, values: SqlValue[], shut: number[]): [string, SqlValue[]] {
  const filled = [...values]
  let added = 0
  const whole = text.replaceAll(conditions, (_, of: string | undefined, column: string, at: number) => {
    filled.splice(text.slice(0, at).split('?').length - 1 + added++, 0, shut)
    if (of === ' post')
      return `NOT EXISTS (SELECT 1 FROM posts AS kept WHERE kept.id = ${column} AND kept.category_id IN (?))`
    if (of === ' tag')
      return `EXISTS (SELECT 1
                        FROM post_tags AS shown
                        JOIN posts AS kept ON kept.id = shown.post_id
                       WHERE shown.tag_id = ${column} AND kept.category_id NOT IN (?))`
    return `${column} NOT IN (?)`
  })
  return [whole, filled]
}

const isIn = (right: 'read' | 'write', member: string) =>
  `EXISTS (SELECT 1
             FROM door_groups
             JOIN group_members ON group_members.group_id = door_groups.group_id
            WHERE door_groups.category_id = doors.category_id AND group_members.user_id = ${member}
              ${right === 'write' ? 'AND door_groups.may_write' : ''})`

const reads = `(doors.read_by <> 'groups' OR ${isIn('read', 'comers.id')})`

/**
 * A condition for a member's id, a column or a `?`: they may do this in this category, as the database says
 * at this moment. For who writes, and whom something is sent to, whoever does it. With a `?` nobody, who is
 * NULL, may: /api/v1 and undoing write so.
 */
export const mayEnter = (category: string, member: string, right: 'read' | 'write') =>
  `NOT EXISTS (SELECT 1
                 FROM doors
                WHERE doors.category_id = ${category}
                  AND ${isFor(right)}${isTurnedAway(member, right)})`

const isFor = (right: 'read' | 'write') => (right === 'read' ? `doors.read_by <> 'everyone' AND ` : '')

const isTurnedAway = (member: string, right: 'read' | 'write') =>
  `EXISTS (SELECT 1
             FROM users AS comers
            WHERE comers.id = ${member} AND comers.role <> 'admin'
              AND NOT EXISTS (SELECT 1
                                FROM moderators
                               WHERE moderators.user_id = comers.id
                                 AND moderators.category_id IN (0, doors.category_id))
              AND NOT ${right === 'read' ? reads : writes})`

const writes = `(${reads} AND (doors.write_by = 'members'
                  OR doors.write_by = 'groups' AND ${isIn('write', 'comers.id')}))`

/** The same of the category of a post, by its id. */
export const mayEnterThread = (post: string, member: string, right: 'read' | 'write' = 'read') =>
  `NOT EXISTS (SELECT 1
                 FROM doors
                 JOIN posts AS kept ON kept.category_id = doors.category_id
                WHERE kept.id = ${post}
                  AND ${isFor(right)}${isTurnedAway(member, right)})`

/** Whether this member may write in the category now. */
export async function writesThere(sql: Sql, category: number, member: number): Promise<boolean> {
  const rows = await sql.rows(
    'writesThere',
    `SELECT place.id FROM (SELECT ? AS id) AS place WHERE ${mayEnter('place.id', '?', 'write')}`,
    [category, member],
  )
  return rows.length > 0
}

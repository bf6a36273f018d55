import { isReadable } from '../doors/queries.ts'
import type { Sql } from '../platform/db.ts'
import { longestQuestion } from '../text/question.ts'

/** Somebody or something, and at least as much of its name as a question may have. */
type NamedId = { id: number; name: string }

/** Namesakes that are looked at: what programs name may differ in nothing but what stands behind. */
const mostAlike = 50

/** Members whose names begin like this one, whatever the case and accents of its first 40 characters. */
export const membersBeginning = (sql: Sql, name: string) =>
  sql.rows<NamedId>(
    'membersBeginning',
    `SELECT id, LEFT(name, ${longestQuestion + 1}) AS name
       FROM users
      WHERE name_start = LEFT(?, 40) AND removed_at IS NULL
      ORDER BY id
      LIMIT ${mostAlike}`,
    [name],
  )

/** Categories whose names have one of these looks. */
export const categoriesLooking = (sql: Sql, looks: string[]) =>
  sql.rows<NamedId>(
    'categoriesLooking',
    `SELECT id, LEFT(name, ${longestQuestion + 1}) AS name
       FROM categories
      WHERE look_key IN (${looks.map(() => 'UNHEX(SHA2(?, 256))').join(', ')})
        AND removed_at IS NULL AND ${isReadable('id')}
      ORDER BY id
      LIMIT ${mostAlike}`,
    looks,
  )

import type { Sql } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'
import { writesThere } from './queries.ts'

/** Throws a 403 for a member who may not write in this category, when a guarded statement did nothing. */
export async function refuseReaders(sql: Sql, category: number, member: number | null): Promise<void> {
  if (member !== null && !(await writesThere(sql, category, member)))
    throw new Refusal(403, 'You may read here, and not write.', { category: 'Choose another one.' })
}

import type { Sql } from '../platform/db.ts'
import { casesOf } from './look.ts'
import { lockNames, type Named, nameLooking, namesWithoutLook, setLooks } from './queries.ts'

const lookedAtAtOnce = 500

/**
 * The name of somebody or something else that looks like `name` in any case, if there is one. Notes first
 * what those look like that were stored without it: by the release before, or with the tables. It belongs
 * into the transaction that stores `name`, which has read nothing before, or has called `lockNames` first.
 */
export async function nameAlike(
  sql: Sql,
  named: Named,
  lookOf: (name: string) => string,
  name: string,
  but = 0,
): Promise<string | undefined> {
  await lockNames(sql, named)
  for (;;) {
    const names = await namesWithoutLook(sql, named, lookedAtAtOnce)
    if (names.length === 0) break
    await setLooks(
      sql,
      named,
      names.map(({ id, name }) => ({ id, look: lookOf(name) })),
    )
  }
  return nameLooking(sql, named, casesOf(name).map(lookOf), but)
}

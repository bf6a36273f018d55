import type { Context } from '../context.ts'
import type { Sql } from '../platform/db.ts'
import { Unavailable } from '../platform/errors.ts'
import { casesOf } from './look.ts'
import { lockNames, type Named, nameLooking, namesWithoutLook, rowsOfNames, setLooks } from './queries.ts'

const lookedAtAtOnce = 500
/** What is noted while somebody waits. Where there is more, it is done beside that, and they come again. */
const mostPieces = 4

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
  for (let pieces = 0; await noteSome(sql, named, lookOf); pieces++)
    if (pieces === mostPieces) throw new Unavailable('mysql')
  return nameLooking(sql, named, casesOf(name).map(lookOf), but)
}

/**
 * Notes of some names, stored without it, what they look like. Returns false when it is known of all. Of very
 * many it takes longer than whoever adds a name may wait.
 */
export async function noteLooks(
  { db }: Pick<Context, 'db'>,
  named: Named,
  lookOf: (name: string) => string,
): Promise<boolean> {
  if ((await namesWithoutLook(db, named, 1)).length === 0) return false
  return db.transaction(async (sql) => {
    await lockNames(sql, named)
    return noteSome(sql, named, lookOf)
  }, rowsOfNames(named))
}

async function noteSome(sql: Sql, named: Named, lookOf: (name: string) => string): Promise<boolean> {
  const names = await namesWithoutLook(sql, named, lookedAtAtOnce)
  if (names.length === 0) return false
  const looks = names.map(({ id, name }) => ({ id, look: lookOf(name) }))
  await setLooks(sql, named, looks)
  return true
}

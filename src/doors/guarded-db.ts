import type { Cache } from '../platform/cache.ts'
import type { Db, Sql } from '../platform/db.ts'
import type { Doors } from './doors.ts'
import { asksWhoReads, withDoors } from './queries.ts'
import { asEveryone } from './reader.ts'

/** A database that fills in who may read, in each statement that asks. */
export function guardedDb(db: Db, doors: Doors): Db {
  const over = <S extends Sql>(sql: S): S => ({
    ...sql,
    async rows<Row>(...[name, text, values = [], limits]: Parameters<Sql['rows']>) {
      if (!asksWhoReads(text)) return sql.rows<Row>(name, text, values, limits)
      const shut = await doors.shut()
      if (shut.length === 0) return sql.rows<Row>(name, text, values, limits)
      return sql.rows<Row>(name, ...withDoors(text, values, shut), limits)
    },
  })
  return {
    ...over(db),
    transaction: (work, rows) => db.transaction((sql) => work(over(sql)), rows),
  }
}

/**
 * A cache of which everybody is given the same: whatever is loaded into it is what everybody may read,
 * whoever has it loaded. What not everybody may read has a key of its own, and says so beside its loading.
 */
export const sharedCache = (cache: Cache): Cache => ({
  ...cache,
  getOrLoad: (key, seconds, load) => cache.getOrLoad(key, seconds, () => asEveryone(load)),
})

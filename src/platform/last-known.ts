import { LRUCache } from 'lru-cache'
import type { Cache } from './cache.ts'
import type { Db } from './db.ts'
import { Refusal } from './errors.ts'
import { currentTrace, freshly } from './trace.ts'

/** Holds what this process has shown to visitors lately, for when no store can be asked. */
export type LastKnown = {
  /** A cache that gives what was known last when neither store answers. */
  over(cache: Cache): Cache
  /** The same for the rows of statements with these names. */
  overRows(db: Db, names: ReadonlySet<string>): Db
}

/** What was last known for so long before the stores went away is not shown. */
const knownMs = 15 * 60_000

type Known = { of: unknown; at: number }

/**
 * Pages that are read are drawn of it (`trace.mayBeOld`), and say so (`trace.isOld`); never what a write or a
 * program goes by. It is given only what anybody may see, by those who ask for it under `mayBeOld`: sessions
 * and tokens are looked up `freshly`. Holds up to `mostCharacters`, what was shown last. `now`: a clock, in
 * milliseconds.
 */
export function openLastKnown(mostCharacters: number, now = () => performance.now()): LastKnown {
  const kept = new LRUCache<string, Known>({ maxSize: mostCharacters })
  let lastAnswerAt = now()

  return {
    over: (cache) => ({
      ...cache,
      async remember<T>(key: string, seconds: number, load: () => Promise<T>) {
        try {
          // What is loaded for everyone must be true.
          const found = await cache.remember(key, seconds, () => freshly(load))
          keep(key, found.value)
          return found
        } catch (error) {
          return { value: lastOr<T>(error, key), source: 'memory' as const }
        }
      },
      invalidate(keys) {
        for (const key of keys) kept.delete(key)
        return cache.invalidate(keys)
      },
    }),
    overRows: (db, names) => ({
      ...db,
      async rows<Row>(...statement: Parameters<Db['rows']>) {
        const [name, , values] = statement
        if (!names.has(name)) return db.rows<Row>(...statement)
        const key = `${name} ${JSON.stringify(values)}`
        try {
          const rows = await db.rows<Row>(...statement)
          keep(key, rows)
          return rows
        } catch (error) {
          return lastOr<Row[]>(error, key)
        }
      },
    }),
  }

  function keep(key: string, value: unknown) {
    if (!currentTrace()?.mayBeOld || value === undefined) return
    lastAnswerAt = now()
    const known = kept.get(key)
    if (known?.of === value) known.at = lastAnswerAt
    else kept.set(key, { of: value, at: lastAnswerAt }, { size: JSON.stringify(value).length })
  }

  /**
   * What was known last, if that may be shown and it is for want of a store that it is asked for; else
   * throws.
   */
  function lastOr<T>(error: unknown, key: string): T {
    const trace = currentTrace()
    const isAway = error instanceof Refusal && error.status === 503
    const known = trace?.mayBeOld && isAway ? kept.get(key) : undefined
    if (!trace || !known || lastAnswerAt - known.at > knownMs) throw error
    trace.isOld = true
    return known.of as T
  }
}

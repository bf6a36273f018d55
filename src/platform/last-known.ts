import { LRUCache } from 'lru-cache'
import type { Cache } from './cache.ts'
import type { Db } from './db.ts'
import { Refusal } from './errors.ts'
import { currentTrace, freshly } from './trace.ts'

/** Holds what this process has shown to visitors lately, for when no store can be asked. */
export type LastKnown = {
  /** A cache that returns what was known last when neither store answers. */
  over(cache: Cache): Cache
  /** The same for the rows of statements with these names. */
  overRows(db: Db, names: ReadonlySet<string>): Db
}

/** A value that is older than this when the stores go away is not shown. */
const knownMs = 15 * 60_000

type Known = { of: unknown; at: number }

/**
 * Pages that are read are drawn of it (`trace.mayBeOld`), and say so (`trace.isOld`); never what a write or a
 * program goes by. It is given only what anybody may see, by those who ask for it under `mayBeOld`: sessions
 * and tokens are looked up `freshly`. Holds up to `mostCharacters`, what was shown last. `now`: a clock, in
 * milliseconds.
 */
export function openLastKnown(mostCharacters: number, now = () => performance.now()): LastKnown {
  const cached = new LRUCache<string, Known>({ maxSize: mostCharacters })
  let lastAnswerAt = now()

  return {
    over: (cache) => ({
      ...cache,
      async getOrLoad<T>(key: string, seconds: number, load: () => Promise<T>) {
        try {
          // A value that is loaded for everyone must be true.
          const found = await cache.getOrLoad(key, seconds, () => freshly(load))
          remember(key, found.value)
          return found
        } catch (error) {
          return { value: lastOr<T>(error, key), source: 'memory' as const }
        }
      },
      invalidate(keys) {
        for (const key of keys) cached.delete(key)
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
          remember(key, rows)
          return rows
        } catch (error) {
          return lastOr<Row[]>(error, key)
        }
      },
    }),
  }

  function remember(key: string, value: unknown) {
    if (!currentTrace()?.mayBeOld || value === undefined) return
    lastAnswerAt = now()
    const known = cached.get(key)
    if (known?.of === value) known.at = lastAnswerAt
    else cached.set(key, { of: value, at: lastAnswerAt }, { size: JSON.stringify(value).length })
  }

  /**
   * Returns what was known last, if that may be shown and it is for want of a store that it is needed; else
   * throws.
   */
  function lastOr<T>(error: unknown, key: string): T {
    const trace = currentTrace()
    const isUnavailable = error instanceof Refusal && error.status === 503
    const known = trace?.mayBeOld && isUnavailable ? cached.get(key) : undefined
    if (!trace || !known || lastAnswerAt - known.at > knownMs) throw error
    trace.isOld = true
    return known.of as T
  }
}

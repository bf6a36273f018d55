import type { Redis } from 'ioredis'

export type Pair = [string, string]

/** The last calls and database accesses, oldest first, and how many accesses there were in all. */
export type Accesses = { requests: Pair[]; databaseAccesses: Pair[]; databaseAccessCount: number }

export type AccessLog = {
  /** Notes a call. `url` is the whole address; what is kept of it says nothing of who called. */
  request(method: string, url: string): void
  /** Notes a statement by its verb and name. */
  databaseAccess(verb: string, name: string): void
  /** At most `limit` of each, of all replicas, or of this one alone while Redis is away. Takes about 80 ms. */
  read(limit: number): Promise<Accesses>
  close(): Promise<void>
}

/** How many of each kind are kept. */
export const longestLog = 10_000
const flushEveryMs = 50

type Entry = { at: number; what: Pair }
type Ring = { key: string; entries: Entry[]; unsent: number; total: number }

/**
 * What all replicas were asked and asked of MySQL. A request only adds to a list in memory; every 50 ms what came goes to
 * Redis in one pipeline, so that it costs nobody who waits for an answer anything.
 *
 * Each entry has its time and a number, and its replica's name: readers put entries in the order of time, as each
 * replica's clock had it, and drop those that a flush sent twice because its reply was lost. The count of accesses
 * is kept per replica as an absolute number, so that it too may be sent again.
 *
 * With Redis away entries wait, the last 10,000 of them, and are sent when it is back.
 */
export function openAccessLog(redis: Redis): AccessLog {
  const replica = crypto.randomUUID().slice(0, 8)
  const requests: Ring = { key: 'log:requests', entries: [], unsent: 0, total: 0 }
  const accesses: Ring = { key: 'log:accesses', entries: [], unsent: 0, total: 0 }
  let underWay: Promise<void> | undefined
  const timer = setInterval(() => void flush(), flushEveryMs)
  timer.unref()

  return {
    request(method, url) {
      const path = pathOf(url)
      if (path !== undefined) add(requests, [method, path])
    },
    databaseAccess: (verb, name) => add(accesses, [verb, name]),
    read,
    async close() {
      clearInterval(timer)
      await flush()
    },
  }

  function flush(): Promise<void> {
    if (requests.unsent + accesses.unsent === 0 || redis.status !== 'ready') return Promise.resolve()
    underWay ??= send().finally(() => {
      underWay = undefined
    })
    return underWay
  }

  async function send(): Promise<void> {
    const sent = [requests, accesses].map((ring) => ({ ring, count: ring.unsent }))
    const commands = redis.pipeline()
    for (const { ring, count } of sent) {
      if (count === 0) continue
      const lines = unsentOf(ring).map((entry, at) => lineOf(entry, replica, ring.total - count + at))
      commands.rpush(ring.key, ...lines).ltrim(ring.key, -longestLog, -1)
    }
    commands.hset(countsKey, replica, accesses.total)
    const answers = await commands.exec().catch(() => null)
    if (!answers || answers.some(([error]) => error)) return
    for (const { ring, count } of sent) ring.unsent -= count
  }

  async function read(limit: number): Promise<Accesses> {
    // What other replicas were asked before this began is in Redis after their next flush.
    await Bun.sleep(flushEveryMs + 25)
    await flush()
    try {
      const [lines, accessLines, counts] = await Promise.all([
        redis.lrange(requests.key, 0, -1),
        redis.lrange(accesses.key, 0, -1),
        redis.hvals(countsKey),
      ])
      return {
        requests: pairsOf(lines, limit),
        databaseAccesses: pairsOf(accessLines, limit),
        databaseAccessCount: counts.reduce((sum, count) => sum + Number(count), 0),
      }
    } catch {
      return {
        requests: latest(requests, limit),
        databaseAccesses: latest(accesses, limit),
        databaseAccessCount: accesses.total,
      }
    }
  }
}

const countsKey = 'log:access-counts'

function add(ring: Ring, what: Pair): void {
  ring.entries.push({ at: performance.timeOrigin + performance.now(), what })
  ring.unsent++
  ring.total++
  // Cut now and then, so that on average nothing is moved.
  if (ring.entries.length > 2 * longestLog) ring.entries = ring.entries.slice(-longestLog)
}

const unsentOf = ({ entries, unsent }: Ring) => entries.slice(-Math.min(unsent, longestLog))

const latest = ({ entries }: Ring, limit: number): Pair[] => entries.slice(-limit).map(({ what }) => what)

/** Sorts as text in the order of time: microseconds of 16 digits, then the entry's number. */
const lineOf = ({ at, what }: Entry, replica: string, number: number) =>
  `${Math.round(at * 1_000)} ${String(number).padStart(12, '0')} ${replica} ${what[0]} ${what[1]}`

const pairsOf = (lines: string[], limit: number): Pair[] =>
  [...new Set(lines)]
    .sort()
    .slice(-limit)
    .map((line) => {
      const [, , , first = '', ...rest] = line.split(' ')
      return [first, rest.join(' ')]
    })

const longestPath = 200
const notNoted = /^\/(up|ready|logs|favicon\.ico|static\/.*|api\/v1\/_health)$/
const afterName = /^((?:\/api(?:\/v1)?)?\/(?:users|list_act_user))\/[^/]+/

/** The path without its query, and without the name of a member; undefined for what only keeps the site running. */
function pathOf(url: string): string | undefined {
  const start = url.indexOf('/', url.indexOf('//') + 2)
  const end = url.indexOf('?', start)
  const path = url.slice(start, end === -1 ? undefined : end).slice(0, longestPath)
  if (notNoted.test(path)) return undefined
  return path.includes('user') ? path.replace(afterName, '$1/:name') : path
}

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
/** A replica's part is kept this long after its last entry. */
const keptSeconds = 24 * 3_600

/** Some lines of "microseconds first second", oldest first, under a number that they keep. */
type Batch = { number: number; size: number; text: string; isSent: boolean }

type Ring = {
  kind: 'requests' | 'accesses'
  /** Lines since the last flush. */
  fresh: string[]
  /** What holds the last 10,000 lines before them. */
  batches: Batch[]
  next: number
  total: number
}

/**
 * What all replicas were asked, and asked of MySQL. A call only adds a line to a list in memory. Every 50 ms the new
 * lines become one batch, which goes to Redis as one value, so nobody waits for it and little is left for the garbage
 * collector.
 *
 * Each replica has a Redis list of its own, of batches, and cuts off what lies more than 10,000 lines back: it alone
 * knows how long they are. Readers take all lists and put the lines in the order of time, by each replica's clock. A batch
 * whose reply was lost is sent again, and readers take each number once. The count of accesses is kept per replica as
 * an absolute number, so that it too may be sent again.
 *
 * With Redis away batches wait, the last 10,000 lines of them, and are sent when it is back.
 */
export function openAccessLog(redis: Redis): AccessLog {
  const replica = crypto.randomUUID().slice(0, 8)
  const requests = emptyRing('requests')
  const accesses = emptyRing('accesses')
  let underWay: Promise<void> | undefined
  const timer = setInterval(() => void flush(), flushEveryMs)
  timer.unref()

  return {
    request(method, url) {
      const path = pathOf(url)
      if (path !== undefined) add(requests, method, path)
    },
    databaseAccess: (verb, name) => add(accesses, verb, name),
    read,
    async close() {
      clearInterval(timer)
      await flush()
    },
  }

  async function flush(): Promise<void> {
    await underWay
    for (const ring of [requests, accesses]) closeBatch(ring)
    underWay ??= send().finally(() => {
      underWay = undefined
    })
    return underWay
  }

  async function send(): Promise<void> {
    const unsent = [requests, accesses].map((ring) => ({
      ring,
      batches: ring.batches.filter(({ isSent }) => !isSent),
    }))
    const waiting = unsent.filter(({ batches }) => batches.length > 0)
    if (waiting.length === 0 || redis.status !== 'ready') return

    const commands = redis.pipeline().hset(countsKey, replica, accesses.total)
    for (const { ring, batches } of waiting) {
      const key = keyOf(ring.kind, replica)
      commands.rpush(key, ...batches.map(({ number, text }) => `${number}\n${text}`))
      commands.ltrim(key, -ring.batches.length, -1).expire(key, keptSeconds)
    }
    const answers = await commands.exec().catch(() => null)
    if (answers?.every(([error]) => !error)) {
      for (const batch of waiting.flatMap(({ batches }) => batches)) batch.isSent = true
    }
  }

  async function read(limit: number): Promise<Accesses> {
    // What other replicas were asked before this began is in Redis after their next flush.
    await Bun.sleep(flushEveryMs + 25)
    await flush()
    try {
      return await readAll(redis, limit)
    } catch {
      return {
        requests: ownLines(requests).slice(-limit).map(pairOf),
        databaseAccesses: ownLines(accesses).slice(-limit).map(pairOf),
        databaseAccessCount: accesses.total,
      }
    }
  }
}

const emptyRing = (kind: Ring['kind']): Ring => ({ kind, fresh: [], batches: [], next: 1, total: 0 })

const countsKey = 'log:access-counts'
const keyOf = (kind: Ring['kind'], replica: string) => `log:${kind}:${replica}`

function add(ring: Ring, first: string, second: string): void {
  ring.fresh.push(`${Math.round((performance.timeOrigin + performance.now()) * 1_000)} ${first} ${second}`)
  ring.total++
}

function closeBatch(ring: Ring): void {
  if (ring.fresh.length === 0) return
  const lines = ring.fresh.slice(-longestLog)
  ring.fresh = []
  ring.batches.push({ number: ring.next++, size: lines.length, text: lines.join('\n'), isSent: false })

  let held = ring.batches.reduce((sum, { size }) => sum + size, 0)
  for (let [oldest] = ring.batches; oldest && held - oldest.size >= longestLog; [oldest] = ring.batches) {
    held -= oldest.size
    ring.batches.shift()
  }
}

const ownLines = ({ batches }: Ring) => batches.flatMap(({ text }) => text.split('\n'))

/** Throws when Redis cannot be asked. */
async function readAll(redis: Redis, limit: number): Promise<Accesses> {
  const counts = await redis.hgetall(countsKey)
  const lists = async (kind: Ring['kind']) => {
    const all = await Promise.all(Object.keys(counts).map((each) => redis.lrange(keyOf(kind, each), 0, -1)))
    return inOrder(all.flatMap(linesOf)).slice(-limit).map(pairOf)
  }
  return {
    requests: await lists('requests'),
    databaseAccesses: await lists('accesses'),
    databaseAccessCount: Object.values(counts).reduce((sum, count) => sum + Number(count), 0),
  }
}

/** The lines of one replica's batches, each batch once. */
function linesOf(batches: string[]): string[] {
  const byNumber = new Map<string, string[]>()
  for (const batch of batches) {
    const [number = '', ...lines] = batch.split('\n')
    byNumber.set(number, lines)
  }
  return [...byNumber.values()].flat()
}

/** Sorting is stable: of the same microsecond, a replica's own order stays. */
const inOrder = (lines: string[]) =>
  lines
    .map((line) => ({ line, at: Number.parseInt(line, 10) }))
    .sort((a, b) => a.at - b.at)
    .map(({ line }) => line)

function pairOf(line: string): Pair {
  const [, first = '', ...rest] = line.split(' ')
  return [first, rest.join(' ')]
}

const longestPath = 200
const notNoted = /^\/(up|ready|logs|status|api\/status|inner\/.*|favicon\.ico|static\/.*|api\/v1\/_health)$/
const afterName = /^((?:\/api(?:\/v1)?)?\/(?:users|list_act_user))\/[^/]+/

/** The path without its query, and without the name of a member; undefined for what only keeps the site running. */
function pathOf(url: string): string | undefined {
  const start = url.indexOf('/', url.indexOf('//') + 2)
  const end = url.indexOf('?', start)
  const path = url.slice(start, end === -1 ? undefined : end).slice(0, longestPath)
  if (notNoted.test(path)) return undefined
  return path.includes('user') ? path.replace(afterName, '$1/:name') : path
}

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

/** Lines of "microseconds first second", oldest first. */
type Ring = {
  kind: 'requests' | 'accesses'
  lines: string[]
  unsent: number
  total: number
  /** How many lines each batch in Redis has, and the number of the next batch. */
  sizes: number[]
  next: number
}

/**
 * What all replicas were asked, and asked of MySQL. A request only adds a line to a list in memory; every 50 ms what came
 * goes to Redis in one pipeline, as one value, so a call costs about half a microsecond and nobody waits for it.
 *
 * Each replica has a Redis list of its own, of batches, and cuts off what lies more than 10,000 lines back: it alone
 * knows how long they are. Readers take all lists and put the lines in the order of time, by each replica's clock. A batch
 * whose reply was lost is sent again under its number, and the last of a number counts. The count of accesses is kept
 * per replica as an absolute number, so that it too may be sent again.
 *
 * With Redis away lines wait, the last 10,000 of them, and are sent when it is back.
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

  function flush(): Promise<void> {
    if (requests.unsent + accesses.unsent === 0 || redis.status !== 'ready')
      return underWay ?? Promise.resolve()
    underWay ??= send().finally(() => {
      underWay = undefined
    })
    return underWay
  }

  async function send(): Promise<void> {
    const batches = [requests, accesses].filter(({ unsent }) => unsent > 0).map(batchOf)
    const commands = redis.pipeline()
    for (const { ring, text, kept } of batches) {
      const key = keyOf(ring.kind, replica)
      commands.rpush(key, text).ltrim(key, -kept, -1).expire(key, keptSeconds)
    }
    commands.hset(countsKey, replica, accesses.total)
    const answers = await commands.exec().catch(() => null)
    if (answers?.every(([error]) => !error)) for (const batch of batches) settle(batch)
  }

  async function read(limit: number): Promise<Accesses> {
    // What other replicas were asked before this began is in Redis after their next flush.
    await Bun.sleep(flushEveryMs + 25)
    await flush()
    try {
      return await readAll(redis, limit)
    } catch {
      return {
        requests: requests.lines.slice(-limit).map(pairOf),
        databaseAccesses: accesses.lines.slice(-limit).map(pairOf),
        databaseAccessCount: accesses.total,
      }
    }
  }
}

const emptyRing = (kind: Ring['kind']): Ring => ({ kind, lines: [], unsent: 0, total: 0, sizes: [], next: 1 })

const countsKey = 'log:access-counts'
const keyOf = (kind: Ring['kind'], replica: string) => `log:${kind}:${replica}`

function add(ring: Ring, first: string, second: string): void {
  ring.lines.push(`${Math.round((performance.timeOrigin + performance.now()) * 1_000)} ${first} ${second}`)
  ring.unsent++
  ring.total++
  // Cut now and then, so that on average nothing is moved.
  if (ring.lines.length > 2 * longestLog) ring.lines = ring.lines.slice(-longestLog)
}

type Batch = { ring: Ring; text: string; unsent: number; size: number; kept: number }

/** What is to be sent, and how many batches, this one included, hold the last 10,000 lines. */
function batchOf(ring: Ring): Batch {
  const { unsent } = ring
  const lines = ring.lines.slice(-Math.min(unsent, longestLog))
  let kept = 1
  for (let held = lines.length; held < longestLog && kept <= ring.sizes.length; kept++) {
    held += ring.sizes[ring.sizes.length - kept] ?? 0
  }
  return { ring, text: `${ring.next}\n${lines.join('\n')}`, unsent, size: lines.length, kept }
}

function settle({ ring, unsent, size, kept }: Batch): void {
  ring.unsent -= unsent
  ring.next++
  ring.sizes.push(size)
  ring.sizes = ring.sizes.slice(-kept)
}

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

/** The lines of one replica's batches; of two with the same number the later one holds all of the earlier. */
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

import type { Redis } from 'ioredis'
import { coalesce } from './async.ts'

export type Pair = [string, string]

/** The last calls and database accesses, oldest first, and how many accesses there were in all. */
type Accesses = { requests: Pair[]; databaseAccesses: Pair[]; databaseAccessCount: number }

export type AccessLog = {
  /** Notes a call. `url` is the whole address; what is stored of it says nothing of who called. */
  request(method: string, url: string): void
  /** Notes a statement by its verb and name. */
  databaseAccess(verb: string, name: string): void
  /**
   * At most `limit` of each, of all replicas, or of this one alone while Redis is away. Takes about 80 ms.
   */
  read(limit: number): Promise<Accesses>
  close(): Promise<void>
}

/** Notes nothing. */
export const noAccessLog: AccessLog = {
  request: () => {},
  databaseAccess: () => {},
  read: async () => ({ requests: [], databaseAccesses: [], databaseAccessCount: 0 }),
  close: async () => {},
}

/** How many of each kind are kept. */
export const longestLog = 10_000
const flushEveryMs = 250
/** Redis is cut to the last lines every so many flushes, and has them for this long. */
const trimEvery = 20
const retentionSeconds = 24 * 3_600

/**
 * Some lines of "microseconds first second", oldest first, under a number that they keep; the microseconds
 * are since the batch's start, which is in milliseconds.
 */
type Batch = { number: number; start: number; size: number; text: string; isSent: boolean }

/** Its three arrays are rings: line n stands at n % longestLog. */
type Ring = {
  kind: 'requests' | 'accesses'
  times: Float64Array
  firsts: string[]
  seconds: string[]
  total: number
  /** How many of `total` are in a batch, or lost because more than 10,000 came between two flushes. */
  closed: number
  /** Batches with the last 10,000 lines, and how many lines they have. */
  batches: Batch[]
  held: number
  next: number
  /** Returns what is shown of a noted line, if anything. */
  shown(second: string): string | undefined
}

/**
 * Opens the log of what all replicas were asked, and asked of MySQL. A call only writes a time and two
 * references into rings that were made beforehand. Four times a second the new lines become one batch, which
 * goes to Redis as one value, so nobody waits for it, and what is done for a line is done in one go: measured
 * by `./agora bench logs`.
 *
 * Each replica has a Redis list of its own, of batches, and cuts off what lies more than 10,000 lines back:
 * it alone knows how long they are. Readers take all lists and put the lines in the order of time, by each
 * replica's clock. A batch whose reply was lost is sent again, and readers take each number once. The count
 * of accesses is kept per replica as an absolute number, so that it too may be sent again; of replicas that
 * have been gone for a day one number is left.
 *
 * With Redis away batches wait, the last 10,000 lines of them, and are sent when it is back.
 */
export function openAccessLog(redis: Redis, now: () => number = Date.now): AccessLog {
  const replica = crypto.randomUUID().slice(0, 8)
  const requests = emptyRing('requests', pathOf)
  const accesses = emptyRing('accesses', (name) => name)
  let sendings = 0
  let flushes = 0
  const flush = coalesce<void, void>(flushAll)
  const timer = setInterval(() => void flush(), flushEveryMs)
  timer.unref()

  return {
    request: (method, url) => add(requests, method, beginningOf(url)),
    databaseAccess: (verb, name) => add(accesses, verb, name),
    read,
    async close() {
      clearInterval(timer)
      await flush()
    },
  }

  async function flushAll(): Promise<void> {
    for (const ring of [requests, accesses]) closeBatch(ring)
    if (flushes++ % trimEvery === 0 && redis.status === 'ready') {
      void forgetTheGone(redis, replica, now()).catch(() => undefined)
    }
    await send()
  }

  async function send(): Promise<void> {
    const unsent = [requests, accesses].map((ring) => ({
      ring,
      batches: ring.batches.filter(({ isSent }) => !isSent),
    }))
    const waiting = unsent.filter(({ batches }) => batches.length > 0)
    if (waiting.length === 0 || redis.status !== 'ready') return

    const commands = redis.pipeline().hset(countsKey, replica, accesses.total)
    const isTrimming = sendings++ % trimEvery === 0
    for (const { ring, batches } of waiting) {
      const key = keyOf(ring.kind, replica)
      commands.rpush(key, ...batches.map(({ number, start, text }) => `${number} ${start}\n${text}`))
      if (isTrimming) commands.ltrim(key, -ring.batches.length, -1).expire(key, retentionSeconds)
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
        requests: inOrder(ownLines(requests), limit),
        databaseAccesses: inOrder(ownLines(accesses), limit),
        databaseAccessCount: accesses.total,
      }
    }
  }
}

const emptyRing = (kind: Ring['kind'], shown: Ring['shown']): Ring => ({
  kind,
  times: new Float64Array(longestLog),
  firsts: Array.from({ length: longestLog }, () => ''),
  seconds: Array.from({ length: longestLog }, () => ''),
  total: 0,
  closed: 0,
  batches: [],
  held: 0,
  next: 1,
  shown,
})

const countsKey = 'log:access-counts'
/** When each replica was last there, and under which name those that are gone are counted together. */
const seenKey = 'log:replicas'
const theGone = 'gone'
const keyOf = (kind: Ring['kind'], replica: string) => `log:${kind}:${replica}`

/** Notes that `replica` is there, and adds the numbers of those that have not been for a day into one. */
async function forgetTheGone(redis: Redis, replica: string, atMs: number): Promise<void> {
  await redis.zadd(seenKey, atMs, replica)
  const others = (await redis.hkeys(countsKey)).filter((each) => each !== theGone)
  // Replicas of an older version do not say that they are there: their day begins now.
  if (others.length > 0) await redis.zadd(seenKey, 'NX', ...others.flatMap((each) => [atMs, each]))
  for (const gone of await redis.zrangebyscore(seenKey, '-inf', atMs - retentionSeconds * 1_000)) {
    // One of all that look is the one that took it out.
    if ((await redis.zrem(seenKey, gone)) === 0) continue
    const count = Number((await redis.hget(countsKey, gone)) ?? 0)
    const lists = [keyOf('requests', gone), keyOf('accesses', gone)]
    await redis
      .multi()
      .hincrby(countsKey, theGone, count)
      .hdel(countsKey, gone)
      .del(...lists)
      .exec()
  }
}

function add(ring: Ring, first: string, second: string): void {
  const at = ring.total++ % longestLog
  ring.times[at] = performance.now()
  ring.firsts[at] = first
  ring.seconds[at] = second
}

function closeBatch(ring: Ring): void {
  const { times, firsts, seconds, total } = ring
  const from = Math.max(ring.closed, total - longestLog)
  ring.closed = total
  const began = times[from % longestLog] ?? 0
  let [text, size] = ['', 0]
  for (let line = from; line < total; line++) {
    const at = line % longestLog
    const shown = ring.shown(seconds[at] ?? '')
    if (shown === undefined) continue
    text += `${size++ === 0 ? '' : '\n'}${Math.round(((times[at] ?? 0) - began) * 1_000)} ${firsts[at]} ${shown}`
  }
  if (size === 0) return
  ring.batches.push({ number: ring.next++, start: performance.timeOrigin + began, size, text, isSent: false })
  ring.held += size
  for (
    let [oldest] = ring.batches;
    oldest && ring.held - oldest.size >= longestLog;
    [oldest] = ring.batches
  ) {
    ring.held -= oldest.size
    ring.batches.shift()
  }
}

type Line = { at: number; pair: Pair }

const ownLines = ({ batches }: Ring) => batches.flatMap(({ start, text }) => linesIn(text, start))

/** Throws when Redis cannot be asked. */
async function readAll(redis: Redis, limit: number): Promise<Accesses> {
  const counts = await redis.hgetall(countsKey)
  const lists = async (kind: Ring['kind']) => {
    const all = await Promise.all(Object.keys(counts).map((each) => redis.lrange(keyOf(kind, each), 0, -1)))
    return inOrder(all.flatMap(linesOf), limit)
  }
  return {
    requests: await lists('requests'),
    databaseAccesses: await lists('accesses'),
    databaseAccessCount: Object.values(counts).reduce((sum, count) => sum + Number(count), 0),
  }
}

/** The lines of one replica's batches, each batch once. */
function linesOf(batches: string[]): Line[] {
  const byNumber = new Map<string, Line[]>()
  for (const batch of batches) {
    const end = batch.indexOf('\n')
    const [number = '', start] = batch.slice(0, end).split(' ')
    byNumber.set(number, linesIn(batch.slice(end + 1), Number(start)))
  }
  return [...byNumber.values()].flat()
}

const linesIn = (text: string, start: number): Line[] =>
  text.split('\n').map((line) => {
    const [microseconds = '', first = '', ...second] = line.split(' ')
    return { at: start + Number(microseconds) / 1_000, pair: [first, second.join(' ')] }
  })

/** Sorting is stable: of the same moment, a replica's own order stays. */
const inOrder = (lines: Line[], limit: number): Pair[] =>
  lines
    .sort((a, b) => a.at - b.at)
    .slice(-limit)
    .map(({ pair }) => pair)

const longestPath = 200
/** Of an address, in characters: what is shown of it and the longest name of a host. */
const longestKept = 512

/**
 * An address may have 16 kB, and the last 10,000 are kept. A part of a string keeps the whole of it alive, so
 * it is copied; addresses are ASCII.
 */
const beginningOf = (url: string) =>
  url.length <= longestKept ? url : Buffer.from(url.slice(0, longestKept), 'latin1').toString('latin1')

const notNoted =
  /^\/(up|ready|metrics|logs|(api\/)?status|(inner|static)\/.*|favicon\.ico|robots\.txt|api\/v1\/_health)$/
const afterName = /^((?:\/api(?:\/v1)?)?\/(?:users|list_act_user))\/[^/]+/

/**
 * The path without its query, and without the name of a member; undefined for what only keeps the site
 * running.
 */
function pathOf(url: string): string | undefined {
  const start = url.indexOf('/', url.indexOf('//') + 2)
  const end = url.indexOf('?', start)
  // Longer by what may be hidden of it, so that nothing is cut in two.
  const path = url.slice(start, end === -1 ? undefined : end).slice(0, longestPath + tokenLength)
  if (notNoted.test(path)) return undefined
  const named = path.includes('user') ? path.replace(afterName, '$1/:name') : path
  return withoutToken(named).slice(0, longestPath)
}

/**
 * A link for a new password, one that confirms an address or ends mails, an invitation, or the address of a
 * member's own feeds is good for whoever reads it; so it is where it stands in an address that leads nowhere.
 */
export function withoutToken(path: string): string {
  const named = path.replace(/^\/(password|address|unsubscribe|invites|feeds)\/.*/, '/$1/:token')
  if (named.length < tokenLength) return named
  return named.replaceAll(/(^|[^\w-]|%[\da-f]{2})[\w-]{43}(?![\w-])/gi, '$1:token')
}

const tokenLength = 43

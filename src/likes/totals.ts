import type { Redis } from 'ioredis'
import { coalesce } from '../platform/async.ts'
import type { Breaker } from '../platform/breaker.ts'
import type { Log } from '../platform/log.ts'
import { type Address, fetchFrom } from './address.ts'
import {
  authorized,
  epochKey,
  leaseKey,
  leaseMs,
  namesKey,
  ownerOf,
  redisRunOf,
  runIdIn,
  type TotalsAnswer,
  totalsKey,
  type VersionedTotal,
  wholeField,
} from './protocol.ts'

/**
 * How long a batcher is waited for. One that is only busy must not be taken for a dead one, because MySQL
 * lags behind what it answered; and one that did not answer is asked all the same (`hungMs`), as it may go on
 * at any moment, but not for so long.
 *
 * With nobody to ask, as when a batcher hangs, or died while Redis is being connected to, `lastMs` more: a
 * late number is better than a low one.
 */
const ofOne = { ms: 1_500, hungMs: 400, lastMs: 3_000 }
/**
 * Where others take its place they need longer than anybody waits for a page, who waits for MySQL as well
 * when a whole node is gone.
 */
const ofSeveral = { ms: 800, hungMs: 400, lastMs: 300 }
const hungForMs = 2_000
/** When the last wait came to nothing, nobody waits again for a while. */
const lastWait = { everyMs: 50, restMs: 30_000 }
const postsPerQuestion = 500
/** What Redis says of a key that lasts for ever. */
const noEnd = -1

/** A batcher as a replica knows it: by its address; its name comes with its first answer. */
export type KnownBatcher = { address: Address; name: string | undefined }

/**
 * `isLeast`: nobody knows more. A batcher that was apart from Redis may have answered likes since, and MySQL
 * may have those.
 */
type Found = Map<number, VersionedTotal & { isLeast?: true }>

type Parts = {
  batchers: KnownBatcher[]
  secret: string | undefined
  redis: Redis
  breaker: Breaker
  log: Log
}

/**
 * Reads the totals of posts that have likes which MySQL, or a cached copy of its row, may lack. The protocol,
 * and why a read shows every like that was answered before it began, stand in `batcher/publish/totals.ts`.
 */
export function openTotals({ batchers, secret, redis, breaker, log }: Parts) {
  const headers = authorized(secret)
  const sources = batchers.map((batcher): Source => {
    const source: Source = {
      batcher,
      patience: batcher.address.isOneOfSeveral ? ofSeveral : ofOne,
      epoch: 'none',
      hungUntil: 0,
      restUntil: 0,
      isKnown: true,
      lease: oneAtATime((posts) => leased(source, posts)),
      ask: oneAtATime((posts) => askBatcher(source, posts)),
      wait: oneAtATime((posts) => awaited(source, posts)),
    }
    return source
  })
  let redisRun: string | undefined
  const connected = redis.status === 'ready' ? Promise.resolve() : onceConnected(redis)
  let learning: Promise<void> | undefined
  redis.on('close', forgetRun)
  redis.on('ready', learn)
  void learn()

  return { read, close: () => void redis.off('close', forgetRun).off('ready', learn) }

  /**
   * Returns totals by post. For a post that is not in it MySQL's number is right, even from a cache a minute
   * old.
   */
  async function read(posts: number[]): Promise<Found> {
    if (posts.length === 0) return new Map()
    if (sources.length === 1 && sources[0]) return readFrom(sources[0], posts)
    const byOwner = Map.groupBy(posts, (post) => ownerOf(post, sources.length))
    const parts = [...byOwner].map(([place, own]) => readFrom(sources[place] as Source, own))
    return new Map((await Promise.all(parts)).flatMap((part) => [...part]))
  }

  async function readFrom(source: Source, posts: number[]): Promise<Found> {
    const known = (await source.lease(posts)) ?? (await source.ask(posts))
    if (known) {
      source.restUntil = 0
      tell(source, true)
      return known
    }
    tell(source, false)
    const left = isHung(source) ? undefined : await leftBehind(source, posts)
    return left ?? (await source.wait(posts)) ?? (await leftBehind(source, posts)) ?? new Map()
  }

  /** Logs changes alone. */
  function tell(source: Source, isKnown: boolean) {
    if (source.isKnown === isKnown) return
    source.isKnown = isKnown
    const batcher = source.batcher.address.last()
    if (isKnown) log.info('the totals of likes are sure again', { batcher })
    else
      log.warn('neither Redis nor a batcher tells the totals of likes: what is shown may be old', { batcher })
  }

  /**
   * One that refuses to be connected to is dead. One that only did not answer, or by an error, may be
   * answering likes that Redis does not have.
   */
  function isHung({ hungUntil }: Source): boolean {
    return performance.now() < hungUntil
  }

  /** Returns what Redis holds, if a lease says that it is all there is. */
  async function leased(source: Source, posts: number[]): Promise<Found | undefined> {
    const { name } = source.batcher
    if (!redisRun && redis.status === 'ready') void learn()
    for (let tries = 0; name && redisRun && tries < 2; tries++) {
      const { epoch } = source
      const found = await breaker
        .run(() => ask(totalsKey(name, epoch), posts, leaseKey(name)))
        .catch(() => undefined)
      if (!found?.current || found.leftMs === noEnd || found.leftMs > leaseMs) return undefined
      if (found.current === epoch)
        return found.whole === epoch && redisRunOf(epoch) === redisRun ? found.totals : undefined
      source.epoch = found.current
    }
    return undefined
  }

  /**
   * With its batcher dead nothing is answered, so the last that it wrote is the truth, if it was in Redis at
   * all.
   */
  async function leftBehind({ batcher: { name } }: Source, posts: number[]): Promise<Found | undefined> {
    if (!redisRun) await learn()
    // Not even a Redis that was too slow a moment ago is spared: there is nobody else to ask.
    if (!redisRun) return undefined
    const names = name ? [name] : await redis.smembers(namesKey).catch(() => [])
    const parts = await Promise.all(names.map((batcher) => lastWritten(batcher, posts)))
    const found = parts.filter((part) => part !== undefined)
    // A replica that has just started does not know whose these posts are; no other batcher has them.
    if (found.length === 0) return undefined
    return new Map(found.flatMap((part) => [...part].map(([post, it]) => [post, { ...it, isLeast: true }])))
  }

  async function lastWritten(name: string, posts: number[]): Promise<Found | undefined> {
    const epoch = await redis.get(epochKey(name)).catch(() => null)
    if (!epoch || redisRunOf(epoch) !== redisRun) return undefined
    const found = await ask(totalsKey(name, epoch), posts, epochKey(name)).catch(() => undefined)
    return found?.whole === epoch ? found.totals : undefined
  }

  async function askBatcher(source: Source, posts: number[]): Promise<Found | undefined> {
    try {
      const { ms, hungMs } = source.patience
      const withinMs = isHung(source) ? hungMs : ms
      const found = await answerOf(source.batcher, posts, withinMs)
      source.hungUntil = found ? 0 : performance.now() + hungForMs
      return found
    } catch (error) {
      // A dead batcher refuses at once and may be back at the next read.
      source.hungUntil = isRefused(error) ? 0 : performance.now() + hungForMs
      return undefined
    }
  }

  /**
   * Returns what the batcher answers soon, or Redis holds of one that is dead or well again, whatever comes
   * first.
   */
  async function awaited(source: Source, posts: number[]): Promise<Found | undefined> {
    if (performance.now() < source.restUntil) return undefined
    const deadline = performance.now() + source.patience.lastMs
    const leftMs = () => deadline - performance.now()
    const inRedis = isHung(source) ? leased : leftBehind
    let found: Found | undefined
    const poll = async (readOnce: () => Promise<Found | undefined>) => {
      while (!found && leftMs() > 0) {
        const mine = await readOnce()
        found ??= mine
        if (!found) await Bun.sleep(lastWait.everyMs)
      }
    }
    await Promise.race([
      poll(() => inRedis(source, posts)),
      poll(() => answerOf(source.batcher, posts, leftMs()).catch(() => undefined)),
    ])
    if (!found) source.restUntil = performance.now() + lastWait.restMs
    return found
  }

  /** Asks a batcher itself. */
  async function answerOf(
    batcher: KnownBatcher,
    posts: number[],
    withinMs: number,
  ): Promise<Found | undefined> {
    const found: Found = new Map()
    for (let index = 0; index < posts.length; index += postsPerQuestion) {
      const list = posts.slice(index, index + postsPerQuestion).join(',')
      const response = await getSoon(batcher.address, `/totals?posts=${list}`, headers, withinMs)
      if (!response.ok) return undefined
      const { batcher: name, version, totals } = (await response.json()) as TotalsAnswer
      batcher.name = name
      for (const [post, total] of totals) found.set(post, { total, version })
    }
    return found
  }

  /** The hash first, then who is current: were it the other way round the hash could go between the two. */
  async function ask(hash: string, posts: number[], pointer: string) {
    const answers = await redis
      .pipeline()
      .hmget(hash, wholeField, ...posts.map(String))
      .get(pointer)
      .pttl(pointer)
      .exec()
    const [fields, current, leftMs] = (answers ?? []).map(([error, answer]) => {
      if (error) throw error
      return answer
    }) as [(string | null)[], string | null, number]
    return { whole: fields[0], totals: totalsIn(posts, fields), current, leftMs }
  }

  function forgetRun() {
    redisRun = undefined
  }

  /** Once at a time, and again by the next read if Redis did not answer in time. */
  function learn(): Promise<void> {
    learning ??= learnRun().finally(() => {
      learning = undefined
    })
    return learning
  }

  async function learnRun() {
    await connected
    redisRun = runIdIn(await redis.info('server').catch(() => ''))
  }
}

/** Resolves at the end of the first try, however it goes. */
function onceConnected(redis: Redis): Promise<void> {
  return new Promise((resolve) => {
    redis.once('ready', resolve)
    redis.once('close', resolve)
  })
}

/**
 * Reads "total:version" as `batcher/publish/totals.ts` writes them, behind the field that shows the hash to
 * be whole.
 */
function totalsIn(posts: number[], fields: (string | null)[]): Found {
  const found: Found = new Map()
  for (const [index, post] of posts.entries()) {
    const field = fields[index + 1]
    if (!field) continue
    const [total, version] = field.split(':')
    found.set(post, { total: Number(total), version: Number(version) })
  }
  return found
}

type Ask = (posts: number[]) => Promise<Found | undefined>
type Source = {
  batcher: KnownBatcher
  patience: typeof ofOne
  epoch: string
  hungUntil: number
  /** Until then nobody is waited for in vain. */
  restUntil: number
  /** Whether the last read got what is surely true. */
  isKnown: boolean
  lease: Ask
  ask: Ask
  wait: Ask
}

/** Asks once at a time for all that came meanwhile; so the answer may have posts of others in it, too. */
const oneAtATime = (ask: Ask): Ask => coalesce((questions: number[][]) => ask([...new Set(questions.flat())]))

/**
 * Twice, unless it is slow: the connection that was kept open may be to a process that has been replaced
 * since.
 */
async function getSoon(address: Address, path: string, headers: Record<string, string>, withinMs: number) {
  const signal = AbortSignal.timeout(withinMs)
  const get = () => fetchFrom(address, path, { headers, signal })
  try {
    return await get()
  } catch (error) {
    if (isTimeout(error)) throw error
    return await get()
  }
}

const isRefused = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED'
const isTimeout = (error: unknown) => error instanceof Error && error.name === 'TimeoutError'

import type { Redis } from 'ioredis'
import { coalesce } from '../platform/async.ts'
import type { Breaker } from '../platform/breaker.ts'
import {
  authorized,
  epochKey,
  leaseKey,
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
 * lags behind what it answered; and one that did not answer is asked all the same, as it may go on at any
 * moment, but not for so long.
 */
const usualPatience: Patience = { ms: 1_500, hungMs: 400, hungForMs: 2_000 }
/**
 * With nobody else to ask, as when Redis was emptied while the batcher's disk is slow: a late number beats a
 * low one.
 */
const lastPatience: Patience = { ms: 3_000, hungMs: 0, hungForMs: 30_000 }
const postsPerQuestion = 500

/** A batcher as a replica knows it: by its address; its name comes with its first answer. */
export type KnownBatcher = { address: string; name: string | undefined }

type Patience = { ms: number; hungMs: number; hungForMs: number }
type Found = Map<number, VersionedTotal>

type Parts = { batchers: KnownBatcher[]; secret: string | undefined; redis: Redis; breaker: Breaker }

/**
 * Reads the totals of posts that have likes which MySQL, or a cached copy of its row, may lack. The protocol,
 * and why a read shows every like that was answered before it began, stand in `batcher/publish/totals.ts`.
 */
export function openTotals({ batchers, secret, redis, breaker }: Parts) {
  const sources = batchers.map((batcher): Source => {
    const source: Source = {
      batcher,
      epoch: 'none',
      lease: oneAtATime((posts) => leased(source, posts)),
      ask: questionsTo(batcher, secret, usualPatience),
      askAgain: questionsTo(batcher, secret, lastPatience),
    }
    return source
  })
  let redisRun: string | undefined
  const connected = redis.status === 'ready' ? Promise.resolve() : onceConnected(redis)
  let learning = connected.then(learnRun)
  redis.on('close', forgetRun)
  redis.on('ready', onReady)

  return { read, close: () => void redis.off('close', forgetRun).off('ready', onReady) }

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
    return (
      (await source.lease(posts)) ??
      (await source.ask(posts)) ??
      (await leftBehind(source, posts)) ??
      (await source.askAgain(posts)) ??
      new Map()
    )
  }

  /** Returns what Redis holds, if a lease says that it is all there is. */
  async function leased(source: Source, posts: number[]): Promise<Found | undefined> {
    const { name } = source.batcher
    for (let tries = 0; name && redisRun && tries < 2; tries++) {
      const { epoch } = source
      const found = await breaker
        .run(() => ask(totalsKey(name, epoch), posts, leaseKey(name)))
        .catch(() => undefined)
      if (!found?.current) return undefined
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
    await learning
    // Not even a Redis that was too slow a moment ago is spared: there is nobody else to ask.
    if (!redisRun) return undefined
    const names = name ? [name] : await redis.smembers(namesKey).catch(() => [])
    const parts = await Promise.all(names.map((batcher) => lastWritten(batcher, posts)))
    const found = parts.filter((part) => part !== undefined)
    // A replica that has just started does not know whose these posts are; no other batcher has them.
    return found.length > 0 ? new Map(found.flatMap((part) => [...part])) : undefined
  }

  async function lastWritten(name: string, posts: number[]): Promise<Found | undefined> {
    const epoch = await redis.get(epochKey(name)).catch(() => null)
    if (!epoch || redisRunOf(epoch) !== redisRun) return undefined
    const found = await ask(totalsKey(name, epoch), posts, epochKey(name)).catch(() => undefined)
    return found?.whole === epoch ? found.totals : undefined
  }

  /** The hash first, then who is current: were it the other way round the hash could go between the two. */
  async function ask(hash: string, posts: number[], pointer: string) {
    const answers = await redis
      .pipeline()
      .hmget(hash, wholeField, ...posts.map(String))
      .get(pointer)
      .exec()
    const [fields, current] = (answers ?? []).map(([error, answer]) => {
      if (error) throw error
      return answer
    }) as [(string | null)[], string | null]
    return { whole: fields[0], totals: totalsIn(posts, fields), current }
  }

  function forgetRun() {
    redisRun = undefined
  }

  function onReady() {
    learning = learnRun()
  }

  async function learnRun() {
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
type Source = { batcher: KnownBatcher; epoch: string; lease: Ask; ask: Ask; askAgain: Ask }

/** Asks once at a time for all that came meanwhile; so the answer may have posts of others in it, too. */
const oneAtATime = (ask: Ask): Ask => coalesce((questions: number[][]) => ask([...new Set(questions.flat())]))

/** Asks a batcher itself. */
function questionsTo(batcher: KnownBatcher, secret: string | undefined, patience: Patience): Ask {
  const headers = authorized(secret)
  let hungUntil = 0
  return oneAtATime(answerTo)

  async function answerTo(posts: number[]): Promise<Found | undefined> {
    const found: Found = new Map()
    const withinMs = performance.now() < hungUntil ? patience.hungMs : patience.ms
    if (withinMs === 0) return undefined
    try {
      for (let at = 0; at < posts.length; at += postsPerQuestion) {
        const list = posts.slice(at, at + postsPerQuestion).join(',')
        const response = await getSoon(`${batcher.address}/totals?posts=${list}`, headers, withinMs)
        if (!response.ok) return undefined
        const { batcher: name, version, totals } = (await response.json()) as TotalsAnswer
        batcher.name = name
        for (const [post, total] of totals) found.set(post, { total, version })
      }
      return found
    } catch (error) {
      // A dead batcher refuses at once and may be back at the next read.
      if (isTimeout(error)) hungUntil = performance.now() + patience.hungForMs
      return undefined
    }
  }
}

/**
 * Twice, unless it is slow: the connection that was kept open may be to a process that has been replaced
 * since.
 */
async function getSoon(url: string, headers: Record<string, string>, withinMs: number): Promise<Response> {
  const get = () => fetch(url, { headers, signal: AbortSignal.timeout(withinMs) })
  try {
    return await get()
  } catch (error) {
    if (isTimeout(error)) throw error
    return await get()
  }
}

const isTimeout = (error: unknown) => error instanceof Error && error.name === 'TimeoutError'

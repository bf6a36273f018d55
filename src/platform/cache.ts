import { AsyncLocalStorage } from 'node:async_hooks'
import type { Redis } from 'ioredis'
import { LRUCache } from 'lru-cache'
import { coalesce } from './async.ts'
import type { Breaker, BreakerState } from './breaker.ts'
import { openBulkhead } from './bulkhead.ts'
import { entryOf, forgetAll, openScripts, versionLength } from './cache-entries.ts'

/** `memory`: what this process knew last, for want of a store. */
export type Source = 'redis' | 'mysql' | 'memory'
export type Cached<T> = { value: T; source: Source }

/** How often Redis had what was asked for, how often not, and how often MySQL was asked in the end. */
type CacheCounts = { hits: number; misses: number; loads: number }

export type Cache = {
  /**
   * Resolves to what `key` holds, else what `load` resolves to, which is then cached for `seconds` at most.
   * The value is shared: nobody may change it. An `undefined` from `load` is not cached.
   */
  getOrLoad<T>(key: string, seconds: number, load: () => Promise<T>): Promise<Cached<T>>
  /** Makes what these keys hold untrue for everyone, at once. */
  invalidate(keys: string[]): Promise<void>
  counts(): CacheCounts
  /** Whether Redis is asked at present. */
  breaker(): BreakerState
}

/** Loads under way at once, but for those that others wait for; the pool has a few connections more. */
const loadsAtOnce = 8
const pollEveryMs = 15
const parsedCharacters = 32_000_000
const forgetAgainMs = 500

type Attempt<T> = { found: Cached<T>; stored?: Promise<void> }
type Load<T> = { key: string; seconds: number; load: () => Promise<T> }

/**
 * Read-through cache in Redis that may vanish: without Redis each read is a load and nothing fails.
 *
 * **One loader per key.** Within a replica one attempt per key is under way; whoever comes meanwhile shares
 * the next one, which begins after them, so nobody is given what was read before they asked. Who finds no
 * entry takes a short lock in Redis; the other replicas look again until the entry is there, and after
 * `waitForOthersMs` load by themselves.
 *
 * **No old values.** A load that began before a write must not be cached after it. Each key has a generation,
 * a counter that `forget` raises; a loader reads it with the lock and its value is stored by a script only if
 * it is still the same. Generations live longer than any entry, and when Redis has lost them it has lost the
 * entries too.
 *
 * **A load that asks for another key waits for no turn.** It has one, and so have those beside it: when all
 * of them asked for a key whose load waited for one of theirs, nobody would ever be done. What a load asks
 * for is loaded at once, whoever asked for it before and waits.
 *
 * **Parsed once.** An entry begins with a version of its own. A replica keeps what it parsed beside the
 * version, and asks Redis for the version alone; what follows is what Redis holds at that moment, without
 * sending and parsing it again.
 *
 * Two states are left where an entry may be untrue, both bounded by its `seconds`: Redis was out of reach for
 * the writer of a change and within reach of a reader with the entry still in it, or it came back with old
 * entries (it keeps none on disk here). To close the first, a forget that failed is repeated until Redis
 * takes it.
 */
export function openCache(redis: Redis, breaker: Breaker, waitForOthersMs = 300): Cache {
  const scripts = openScripts(redis)
  const underWay = new Map<string, (load: Load<unknown>) => Promise<Attempt<unknown>>>()
  const parsedEntries = new LRUCache<string, Parsed>({ maxSize: parsedCharacters })
  const bulkhead = openBulkhead({ atOnce: loadsAtOnce })
  const inLoad = new AsyncLocalStorage<true>()
  /** How many loads ask for a key, and what lets a load go that waits for its turn, by key. */
  const asked = new Map<string, number>()
  const letGo = new Map<string, () => void>()
  const forgetLater = new Set<string>()
  const counts: CacheCounts = { hits: 0, misses: 0, loads: 0 }
  let again: Timer | undefined
  redis.on('ready', forgetOwed)

  return { getOrLoad, invalidate, counts: () => ({ ...counts }), breaker: breaker.state }

  async function getOrLoad<T>(key: string, seconds: number, load: () => Promise<T>): Promise<Cached<T>> {
    const attempts = underWay.get(key) ?? attemptsOf(key)
    const found = async () => (await attempts({ key, seconds, load })).found as Cached<T>
    return inLoad.getStore() ? forLoad(key, found) : found()
  }

  async function forLoad<T>(key: string, find: () => Promise<T>): Promise<T> {
    asked.set(key, (asked.get(key) ?? 0) + 1)
    letGo.get(key)?.()
    try {
      return await find()
    } finally {
      const left = (asked.get(key) ?? 1) - 1
      if (left > 0) asked.set(key, left)
      else asked.delete(key)
    }
  }

  async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    if (asked.has(key)) return work()
    const waiting = new AbortController()
    letGo.set(key, () => waiting.abort())
    let isTurn = false
    const begin = () => {
      isTurn = true
      return work()
    }
    try {
      return await bulkhead(begin, waiting.signal)
    } catch (error) {
      if (isTurn) throw error
      return await work()
    } finally {
      letGo.delete(key)
    }
  }

  /** One attempt at a time, which is over when what it loaded is stored. */
  function attemptsOf(key: string) {
    const attempts = coalesce(([first]: [Load<unknown>, ...Load<unknown>[]]) => attempt(first), {
      until: ({ stored }) => stored,
      idle: () => underWay.delete(key),
    })
    underWay.set(key, attempts)
    return attempts
  }

  async function attempt<T>(what: Load<T>): Promise<Attempt<T>> {
    const found = await lookUp(what.key).catch(() => undefined)
    if (found && 'value' in found) {
      counts.hits++
      return { found: { value: found.value as T, source: 'redis' } }
    }
    counts.misses++
    return load(what, found)
  }

  /** Resolves to what Redis has of a key, or the place to load it into; neither while Redis is away. */
  async function lookUp(key: string): Promise<{ value: unknown } | Place | undefined> {
    if (redis.status !== 'ready' || forgetLater.has(key)) return undefined
    const known = parsedEntries.get(key)
    if (known && (await breaker.run(() => entryVersion(key))) === known.version) return { value: known.value }
    const place = await placeOf(key)
    return place.text === undefined ? place : { value: parsed(key, place.text) }
  }

  function entryVersion(key: string) {
    return redis.getrange(entryOf(key), 0, versionLength - 1)
  }

  function parsed(key: string, text: string): unknown {
    const value: unknown = JSON.parse(text.slice(versionLength))
    parsedEntries.set(key, { version: text.slice(0, versionLength), value }, { size: text.length })
    return value
  }

  /** The entry, or the place to load it into, once it is our turn or nobody else was done in time. */
  async function placeOf(key: string) {
    const deadline = performance.now() + waitForOthersMs
    while (true) {
      const place = await breaker.run(() => scripts.getOrLock(key))
      if (place.text !== undefined || place.isOurs || performance.now() > deadline) return place
      await Bun.sleep(pollEveryMs)
    }
  }

  async function load<T>({ key, seconds, load }: Load<T>, place: Place | undefined): Promise<Attempt<T>> {
    try {
      const value = await inTurn(key, () => {
        counts.loads++
        return inLoad.run(true, load)
      })
      const found = { value, source: 'mysql' as const }
      return place ? { found, stored: store(key, seconds, value, place) } : { found }
    } catch (error) {
      if (place) scripts.release(key, place).catch(() => {})
      throw error
    }
  }

  async function store(key: string, seconds: number, value: unknown, place: Place): Promise<void> {
    try {
      if (value === undefined) return await scripts.release(key, place)
      const version = crypto.randomUUID().slice(-versionLength)
      const text = JSON.stringify(value)
      // Entries of one moment must not all end in one moment.
      const ttlMs = Math.max(1, Math.round(seconds * 1_000 * (0.9 + Math.random() * 0.1)))
      const isStored = await breaker.run(() => scripts.store(key, place, ttlMs, version + text))
      if (isStored) parsedEntries.set(key, { version, value }, { size: text.length })
    } catch {
      // It is loaded again the next time.
    }
  }

  async function invalidate(keys: string[]): Promise<void> {
    if (keys.length === 0) return
    for (const key of keys) parsedEntries.delete(key)
    try {
      await forgetAll(redis, keys)
      for (const key of keys) forgetLater.delete(key)
    } catch {
      for (const key of keys) forgetLater.add(key)
      again ??= setTimeout(forgetOwed, forgetAgainMs)
      again.unref()
    }
  }

  function forgetOwed() {
    clearTimeout(again)
    again = undefined
    void invalidate([...forgetLater])
  }
}

type Place = { generation: string; token: string }

/** An entry's value and version. */
type Parsed = { version: string; value: unknown }

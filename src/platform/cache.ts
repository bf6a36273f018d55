import type { Redis } from 'ioredis'

export type Source = 'redis' | 'mysql'
export type Remembered<T> = { value: T; source: Source }

export type Cache = {
  /**
   * What `key` holds, else what `load` gives, which is then kept for `seconds` at most. While one caller in this
   * process loads a key, the others wait for the same load. An `undefined` from `load` is not kept.
   */
  remember<T>(key: string, seconds: number, load: () => Promise<T>): Promise<Remembered<T>>
  /** Makes what these keys hold untrue for everyone, at once. */
  forget(keys: string[]): Promise<void>
}

/** Written into every key, so that a new shape of entries never meets old ones. Raise it when a view's type changes. */
const shape = 4

/**
 * Read-through cache in Redis that may vanish: without Redis each read is a load and nothing fails.
 *
 * A load that began before a write must not be kept after it. Each key therefore has a generation, a counter that
 * `forget` raises; a loader reads it first and its value is stored by a script only if the generation is still the
 * same. Generations live longer than any entry, and when Redis has lost them it has lost the entries too.
 *
 * Two states are left where an entry may be untrue, both bounded by its `seconds`: Redis was out of reach for the
 * writer of a change and within reach of a reader with the entry still in it, or it came back with old entries (it
 * keeps none on disk here). To close the first, a forget that failed is repeated until Redis takes it.
 */
export function openCache(redis: Redis): Cache {
  redis.defineCommand('storeIfCurrent', { numberOfKeys: 2, lua: storeIfCurrent })
  const loading = new Map<string, Promise<unknown>>()
  const forgetLater = new Set<string>()
  redis.on('ready', () => {
    const keys = [...forgetLater]
    forgetLater.clear()
    void forget(keys)
  })

  return { remember, forget }

  async function remember<T>(key: string, seconds: number, load: () => Promise<T>): Promise<Remembered<T>> {
    const found = await read(key)
    if (found.text !== null) return { value: JSON.parse(found.text) as T, source: 'redis' }

    const shared = loading.get(key) as Promise<T> | undefined
    if (shared) return { value: await shared, source: 'mysql' }

    const own = loadAndStore(key, seconds, found.generation, load)
    loading.set(key, own)
    try {
      return { value: await own, source: 'mysql' }
    } finally {
      if (loading.get(key) === own) loading.delete(key)
    }
  }

  async function read(key: string): Promise<{ text: string | null; generation: string | undefined }> {
    if (redis.status !== 'ready' || forgetLater.has(key)) return { text: null, generation: undefined }
    try {
      const [text, generation] = await redis.mget(entryOf(key), generationOf(key))
      return { text: text ?? null, generation: generation ?? '0' }
    } catch {
      return { text: null, generation: undefined }
    }
  }

  async function loadAndStore<T>(
    key: string,
    seconds: number,
    generation: string | undefined,
    load: () => Promise<T>,
  ) {
    const value = await load()
    if (generation !== undefined && value !== undefined) {
      const ttl = Math.max(1, Math.round(seconds * 1_000 * (0.9 + Math.random() * 0.1)))
      void (redis as Scripted)
        .storeIfCurrent(entryOf(key), generationOf(key), generation, ttl, JSON.stringify(value))
        .catch(() => {})
    }
    return value
  }

  async function forget(keys: string[]): Promise<void> {
    if (keys.length === 0) return
    // A load under way may have read what was true before the write: later callers must start their own.
    for (const key of keys) loading.delete(key)
    try {
      const commands = redis.multi()
      for (const key of keys) {
        commands.incr(generationOf(key)).expire(generationOf(key), generationSeconds).del(entryOf(key))
      }
      await commands.exec()
      for (const key of keys) forgetLater.delete(key)
    } catch {
      for (const key of keys) forgetLater.add(key)
    }
  }
}

const generationSeconds = 3_600
const entryOf = (key: string) => `cache:${shape}:${key}`
const generationOf = (key: string) => `generation:${key}`

type Scripted = Redis & {
  storeIfCurrent(
    entry: string,
    generationKey: string,
    generation: string,
    ttlMs: number,
    value: string,
  ): Promise<number>
}

const storeIfCurrent = `
if (redis.call('GET', KEYS[2]) or '0') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[2])
return 1`

import type { Redis } from 'ioredis'

/**
 * Written into every key, so that a new shape of entries never meets old ones. Raise it when a view's type
 * changes.
 */
const shape = 5

/** How many characters of an entry say which it is; what follows is JSON. */
export const versionLength = 12

const generationSeconds = 3_600
/** A loader is done by then or has died. */
const lockMs = 2_000

export const entryOf = (key: string) => `cache:${shape}:${key}`
const generationOf = (key: string) => `generation:${key}`
const lockOf = (key: string) => `loading:${shape}:${key}`

/** The entry's text; or the generation to store one in, under our token, and whether the lock is ours. */
export type Lookup =
  | { text: string }
  | { text?: undefined; generation: string; token: string; isOurs: boolean }

type Place = { generation: string; token: string }

/**
 * The scripts that must see an entry, its generation and its lock in one moment. All reject when Redis is
 * away.
 */
export function openScripts(redis: Redis) {
  redis.defineCommand('getOrLockEntry', { numberOfKeys: 3, lua: getOrLockEntry })
  redis.defineCommand('storeEntry', { numberOfKeys: 3, lua: storeEntry })
  redis.defineCommand('releaseEntry', { numberOfKeys: 1, lua: releaseEntry })
  const scripted = redis as Scripted
  let tokens = 0
  const process = crypto.randomUUID().slice(0, 8)

  return {
    async getOrLock(key: string): Promise<Lookup> {
      const token = `${process}:${tokens++}`
      const [text, generation, isOurs] = await scripted.getOrLockEntry(...keysOf(key), token, lockMs)
      return text === null ? { generation, token, isOurs: isOurs === 1 } : { text }
    },
    /** False when a write made the value untrue meanwhile. */
    async store(key: string, { generation, token }: Place, ttlMs: number, text: string): Promise<boolean> {
      return (await scripted.storeEntry(...keysOf(key), token, generation, ttlMs, text)) === 1
    },
    async release(key: string, { token }: Place): Promise<void> {
      await scripted.releaseEntry(lockOf(key), token)
    },
  }
}

/** Throws unless Redis took all of it. */
export async function forgetAll(redis: Redis, keys: string[]): Promise<void> {
  const commands = redis.multi()
  for (const key of keys) {
    const generation = generationOf(key)
    commands.incr(generation).expire(generation, generationSeconds).del(entryOf(key), lockOf(key))
  }
  await commands.exec()
}

const keysOf = (key: string) => [entryOf(key), generationOf(key), lockOf(key)] as const

type Scripted = Redis & {
  getOrLockEntry(
    ...args: [...ReturnType<typeof keysOf>, token: string, lockMs: number]
  ): Promise<[string | null, string, number]>
  storeEntry(
    ...args: [...ReturnType<typeof keysOf>, token: string, generation: string, ttlMs: number, text: string]
  ): Promise<number>
  releaseEntry(lock: string, token: string): Promise<number>
}

const getOrLockEntry = `
local text = redis.call('GET', KEYS[1])
if text then return { text } end
local ours = redis.call('SET', KEYS[3], ARGV[1], 'NX', 'PX', ARGV[2])
return { false, redis.call('GET', KEYS[2]) or '0', ours and 1 or 0 }`

const releaseEntry = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`

const storeEntry = `
if redis.call('GET', KEYS[3]) == ARGV[1] then redis.call('DEL', KEYS[3]) end
if (redis.call('GET', KEYS[2]) or '0') ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[1], ARGV[4], 'PX', ARGV[3])
return 1`

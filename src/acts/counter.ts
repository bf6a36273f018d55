import type { Redis } from 'ioredis'

export type CallCounter = {
  /** Counts one call. Resolves when it is in the count that all replicas share; never throws. */
  add(): Promise<void>
  read(): Promise<number>
  reset(): Promise<void>
}

/**
 * The number behind `/_count`, stored in Redis for all replicas of a service: one INCRBY a call, pipelined
 * with whatever else goes there, is far cheaper than a row in MySQL that every call would have to lock.
 *
 * With Redis away a replica counts by itself and hands its calls in with the first that gets through. A Redis
 * that comes back empty goes on from the highest count seen by the replica that finds it so. The key always
 * exists after a reset, which is how a reset differs from a loss.
 */
export function openCallCounter(redis: Redis, service: string): CallCounter {
  const key = `acts:calls:${service}`
  let seen = 0
  let owed = 0
  let resetIsOwed = false

  return {
    async add() {
      owed++
      await writeCounts()
    },
    async read() {
      await writeCounts()
      return seen + owed
    },
    async reset() {
      owed = 0
      seen = 0
      resetIsOwed = true
      await writeCounts()
    },
  }

  async function writeCounts() {
    const [giving, resetting] = [owed, resetIsOwed]
    owed = 0
    resetIsOwed = false
    try {
      const commands = redis.multi()
      if (resetting) commands.set(key, 0)
      else commands.set(key, seen, 'NX')
      const answers = await commands.incrby(key, giving).exec()
      seen = Number(answers?.at(-1)?.[1])
    } catch {
      owed += giving
      resetIsOwed ||= resetting
    }
  }
}

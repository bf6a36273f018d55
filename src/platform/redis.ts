import { Redis } from 'ioredis'
import { type Breaker, openBreaker } from './breaker.ts'
import type { Log } from './log.ts'

/**
 * A connection by which nothing comes for so long, while something is waited for, is thrown away for another
 * one.
 */
const socketTimeout = 1_000
const pingEveryMs = 5_000

/**
 * A connection to Redis that fails at once instead of waiting: no queue while it is down, no command sent
 * twice, a reply within 250 ms or an error. It reconnects by itself. Errors are logged when the state
 * changes, not per try.
 */
export function openRedis(url: string, log: Log): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    enableAutoPipelining: true,
    connectTimeout: 500,
    commandTimeout: 250,
    socketTimeout,
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 5), 1_000),
  })
  logChanges(redis, log)
  return redis
}

/** The breaker for all who ask this Redis. A new connection is a new beginning. */
export function breakerOf(redis: Redis): Breaker {
  const breaker = openBreaker({ probe: () => redis.ping() })
  redis.on('ready', breaker.close)
  return breaker
}

/**
 * A connection for SUBSCRIBE alone: it waits for Redis to return and then subscribes anew by itself. It asks
 * for something now and then: who only listens never learns that the other end has gone.
 */
export function openSubscriber(url: string, log: Log): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    autoResubscribe: true,
    connectTimeout: 500,
    socketTimeout,
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 5), 1_000),
  })
  const pingTimer = setInterval(() => {
    if (redis.status === 'ready') redis.ping().catch(() => {})
  }, pingEveryMs)
  redis.once('end', () => clearInterval(pingTimer))
  logChanges(redis, log)
  return redis
}

function logChanges(redis: Redis, log: Log) {
  let isDown = false
  redis.on('error', (error) => {
    if (!isDown) log.warn('Redis is out of reach', { reason: error.message })
    isDown = true
  })
  redis.on('ready', () => {
    if (isDown) log.info('Redis is back')
    isDown = false
  })
}

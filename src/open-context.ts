import { openCallCounter } from './acts/counter.ts'
import { cached, isOfSignIn, shownOfMemory } from './cache-policy.ts'
import type { Context } from './context.ts'
import { openDoors } from './doors/doors.ts'
import { guardedDb, sharedCache } from './doors/guarded-db.ts'
import { allDoors } from './doors/queries.ts'
import { newestOf } from './feeds/newest.ts'
import { openSearch } from './finding/client.ts'
import { openHeartbeats } from './health/heartbeat.ts'
import { openLastHour } from './health/last-hour.ts'
import { databaseAnswers, healthQuery } from './health/queries.ts'
import { openReplicaMetrics, type ReplicaMetrics } from './health/replica-metrics.ts'
import { openAssets } from './http/assets.ts'
import { type LikesClient, openLikes } from './likes/client.ts'
import { storedLikes } from './likes/service.ts'
import { openLive } from './live/live.ts'
import { numbersOf } from './notices/service.ts'
import { noAccessLog, openAccessLog } from './platform/access-log.ts'
import { besideAtOnce } from './platform/beside.ts'
import { openBulkhead } from './platform/bulkhead.ts'
import { type Cache, openCache } from './platform/cache.ts'
import type { Config } from './platform/config.ts'
import { openDatabase } from './platform/database.ts'
import { openLastKnown } from './platform/last-known.ts'
import { openLifecycle } from './platform/lifecycle.ts'
import { openLog } from './platform/log.ts'
import { breakerOf, openRedis } from './platform/redis.ts'

/** HAProxy gives up after 30 s; what is still done then was done without a word. */
const answeredWithinSeconds = 25

/** Opens what a replica needs. None of it waits for a store to be there. */
export async function openContext(config: Config): Promise<{ context: Context; close: () => Promise<void> }> {
  const log = openLog(config.name, config.logLevel)
  const redis = openRedis(config.redisUrl, log, config.identity)
  const breaker = breakerOf(redis)
  const accessLog = config.logs === 'off' ? noAccessLog : openAccessLog(redis)
  const metrics = openReplicaMetrics()
  const lastKnown = openLastKnown(lastKnownCharacters)
  const stored = openDatabase({
    url: config.databaseUrl,
    connections: config.databaseConnections,
    seen: (verb, name) => {
      if (!isBackground(name)) context.accessLog.databaseAccess(verb, name)
    },
    answered: metrics.queried,
  })
  const likes = countingLikes(
    openLikes({
      ...{ batchers: config.batchers, secret: config.batcherSecret, identity: config.identity },
      ...{ redis, breaker, log },
    }),
    metrics,
  )
  const drawing = { retrySeconds: 10, waitMs: (answeredWithinSeconds - config.pictureSeconds) * 1_000 }
  const bulkheads = {
    passwords: openBulkhead({ atOnce: config.passwordsAtOnce, waiting: 60, retrySeconds: 10 }),
    pictures: openBulkhead({ ...drawing, atOnce: config.picturesAtOnce, waiting: 10 }),
    papers: openBulkhead({ ...drawing, atOnce: 1, waiting: 20 }),
    search: openBulkhead({ atOnce: searchesAtOnce, waiting: 100, waitMs: 2_000, retrySeconds: 5 }),
    audit: openBulkhead({ atOnce: 1, waiting: 10, waitMs: 2_000, retrySeconds: 5 }),
    live: openBulkhead({ atOnce: 1, waiting: 10, waitMs: 1_000, retrySeconds: 5 }),
    beside: openBulkhead(besideAtOnce),
  }
  const cache = openCache(redis, breaker)
  const doors = openDoors(async () => {
    const { key, seconds } = cached.doors
    return (await cache.getOrLoad(key(), seconds, () => allDoors(stored))).value
  })
  const db = guardedDb(lastKnown.overRows(stored, shownOfMemory), doors)
  metrics.watchCache(cache)
  metrics.watchDb(db)
  metrics.watchBulkheads(bulkheads)

  const context: Context = {
    config,
    db,
    cache: sharedCache(tellingCache(countingCache(lastKnown.over(cache), metrics))),
    doors,
    likes,
    search: openSearch(config.search),
    live: openLive({
      redisUrl: config.redisUrl,
      identity: config.identity,
      redis,
      likes,
      log,
      mostStreams: config.liveStreams,
      newest: (topic) => newestOf(context, topic),
      isClosed: (category) => doors.closed().includes(category),
      refreshDoors: doors.refresh,
      unreadOf: (members) => numbersOf(context, members),
      stored: (posts) => storedLikes(context, posts),
    }),
    calls: openCallCounter(redis, config.role),
    accessLog,
    watch: openHeartbeats(redis, config.name),
    lastHour: openLastHour(redis),
    assets: await openAssets(),
    metrics,
    bulkheads,
    log,
    lifecycle: openLifecycle(config.drainMs, log),
    async unavailable() {
      const answers = {
        mysql: await databaseAnswers(db).catch(() => false),
        redis: redis.status === 'ready',
        batcher: await likes.answers(),
      }
      return Object.entries(answers).flatMap(([name, isThere]) => (isThere ? [] : [name]))
    },
  }

  metrics.watchLive(context.live)
  metrics.watchBackups(context.watch)

  /**
   * All replicas of a board that not everybody reads whole hear when a sign-in changes: who is shut out reads
   * no more.
   */
  function tellingCache(cache: Cache): Cache {
    return {
      ...cache,
      async invalidate(keys) {
        await cache.invalidate(keys)
        if (config.read === 'everyone' && doors.closed().length === 0) return
        const changed = keys.filter(isOfSignIn)
        if (changed.length > 0) context.live.publish({ kind: 'sign-ins', keys: changed })
      },
    }
  }

  const close = async () => {
    context.live.close()
    await likes.close()
    await accessLog.close()
    metrics.close()
    redis.disconnect()
    await db.close()
  }
  return { context, close }
}

/** About twice as many bytes. What the cache has parsed is shared, not held twice. */
const lastKnownCharacters = 16_000_000

/** What is found is read from MySQL, and others want its connections, too. */
const searchesAtOnce = 4

/** Whether a statement is one of the site's own, whoever visits it. */
const isBackground = (name: string) => name === healthQuery || /^(ranking|sweeping|doors$)/.test(name)

const countingCache = (cache: Cache, { reads }: ReplicaMetrics): Cache => ({
  ...cache,
  async getOrLoad(key, seconds, load) {
    const found = await cache.getOrLoad(key, seconds, load)
    reads[found.source]++
    return found
  },
})

function countingLikes(client: LikesClient, { likes }: ReplicaMetrics): LikesClient {
  const counting = <T>(sent: Promise<T>) =>
    sent.then(
      (accepted) => {
        likes.taken++
        return accepted
      },
      (error) => {
        likes.refused++
        throw error
      },
    )
  return {
    ...client,
    add: (...request) => counting(client.add(...request)),
    set: (...request) => counting(client.set(...request)),
    toggle: (...request) => counting(client.toggle(...request)),
  }
}

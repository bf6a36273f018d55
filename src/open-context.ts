import { openCallCounter } from './acts/counter.ts'
import type { Context } from './context.ts'
import { openLikes } from './likes/client.ts'
import { openAssets } from './ops/assets.ts'
import { databaseAnswers, healthQuery } from './ops/queries.ts'
import { openWatch } from './ops/watch.ts'
import { openAccessLog } from './platform/access-log.ts'
import { openCache } from './platform/cache.ts'
import type { Config } from './platform/config.ts'
import { openDb } from './platform/db.ts'
import { openGate } from './platform/gate.ts'
import { openLifecycle } from './platform/lifecycle.ts'
import { openLog } from './platform/log.ts'
import { openRedis } from './platform/redis.ts'

/** Opens what a replica needs. None of it waits for a store to be there. */
export async function openContext(config: Config): Promise<{ context: Context; close: () => Promise<void> }> {
  const log = openLog(config.name, config.logLevel)
  const redis = openRedis(config.redisUrl, log)
  const accessLog = openAccessLog(redis)
  const db = openDb({
    url: config.databaseUrl,
    connections: config.databaseConnections,
    seen: (verb, name) => {
      if (!isHousekeeping(name)) accessLog.databaseAccess(verb, name)
    },
  })
  const likes = openLikes({ batchers: config.batchers, redis, log })

  const context: Context = {
    config,
    db,
    cache: openCache(redis),
    likes,
    calls: openCallCounter(redis, config.role),
    accessLog,
    watch: openWatch(redis, config.name),
    assets: await openAssets(),
    gates: {
      passwords: openGate({ atOnce: config.passwordsAtOnce, waiting: 60, retrySeconds: 10 }),
      pictures: openGate({ atOnce: config.picturesAtOnce, waiting: 10, retrySeconds: 10 }),
    },
    log,
    lifecycle: openLifecycle(config.drainMs, log),
    async missing() {
      const answers = {
        mysql: await databaseAnswers(db).catch(() => false),
        redis: redis.status === 'ready',
        batcher: await likes.answers(),
      }
      return Object.entries(answers).flatMap(([name, isThere]) => (isThere ? [] : [name]))
    },
  }

  const close = async () => {
    await likes.close()
    await accessLog.close()
    redis.disconnect()
    await db.close()
  }
  return { context, close }
}

/** What the site does by itself, whoever visits it. */
const isHousekeeping = (name: string) => name === healthQuery || name.startsWith('ranking')

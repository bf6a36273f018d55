import type { SearchConfig } from '../src/platform/config.ts'
import { openDatabase } from '../src/platform/database.ts'
import type { Log } from '../src/platform/log.ts'
import { startFollowing } from './feed/follow.ts'
import { forgetIndex, isDamage, openIndex } from './index/words-index.ts'
import { openSearchMetrics } from './metrics.ts'
import { serve } from './server.ts'

type Search = {
  port: number
  /** Resolves to what is wrong with the index's file, which is gone then: the next start makes another. */
  damaged: Promise<unknown>
  stop(): Promise<void>
}

/**
 * Opens the index, follows the database and serves. SQLite holds up the thread that asks it, which is why
 * this is a process of its own. The database need not be there: what is known is found meanwhile.
 */
export function startSearch(config: SearchConfig, log: Log): Search {
  const { promise: damaged, resolve: giveUp } = Promise.withResolvers<unknown>()
  const failed = (error: unknown) => {
    if (!isDamage(error)) return
    forgetIndex(config.file)
    giveUp(error)
  }
  const index = openIndex(config.file)
  const metrics = openSearchMetrics(() => ({ ...following.extent(), texts: index.counts() }))
  const db = openDatabase({
    url: config.databaseUrl,
    connections: 2,
    answered: (_, name, seconds) => metrics.queried(seconds, name),
  })
  const following = startFollowing({ db, index, log, failed })
  const server = serve(
    {
      name: config.name,
      find(question) {
        const began = performance.now()
        try {
          return { hits: index.find(question), ...following.extent() }
        } catch (error) {
          failed(error)
          throw error
        } finally {
          metrics.found((performance.now() - began) / 1_000, question.sort)
        }
      },
      extent: () => ({ ...following.extent(), texts: index.counts() }),
      metrics,
    },
    { ...config, log },
  )

  return {
    port: server.port ?? config.port,
    damaged,
    async stop() {
      await server.stop(true)
      await following.stop()
      await db.close()
      metrics.close()
      index.close()
    },
  }
}

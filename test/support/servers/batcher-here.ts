import { join } from 'node:path'
import { type Batcher, startBatcher } from '../../../batcher/batcher.ts'
import type { LikeRequest, LikesAnswer } from '../../../src/likes/protocol.ts'
import { batcherConfig } from '../../../src/platform/config.ts'
import { openLog } from '../../../src/platform/log.ts'
import { until } from '../until.ts'
import { closeAfterTests } from './cleanup.ts'
import type { TestDatabase } from './database.ts'
import { temporaryFolder } from './reaper.ts'
import { sharedRedis } from './services.ts'

const silent = openLog('test', 'error', () => {})

/** Starts a batcher in this process, whose clock a test can put forward. */
export async function startBatcherHere(
  database: Pick<TestDatabase, 'urls'>,
  { name = 'here', journal = join(temporaryFolder(), 'journal.sqlite') } = {},
) {
  const config = batcherConfig({
    BATCHER_NAME: name,
    HOST: '127.0.0.1',
    PORT: '0',
    DATABASE_URL: database.urls.batcher,
    REDIS_URL: (await sharedRedis()).url,
    JOURNAL: journal,
    FLUSH_LIKES: '1000000',
    FLUSH_SECONDS: '60',
    FLUSH_EVERY_MS: '20',
  })
  let aheadMs = 0
  const clock = () => Math.floor(performance.now() + aheadMs)
  const batcher = closeAfterTests(
    startBatcher(config, silent, () => {}, clock),
    (it: Batcher) => it.drain(0),
  )
  const url = `http://127.0.0.1:${batcher.port}`
  const send = (path: string, body: unknown = {}) =>
    fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) })

  return {
    journal,
    send,
    stats: async () => (await (await fetch(`${url}/stats`)).json()) as Record<string, number>,
    totals: async (posts: number[]) =>
      ((await (await fetch(`${url}/totals?posts=${posts}`)).json()) as { totals: [number, number][] }).totals,
    /** Resolves when all are accepted: until MySQL was asked for a post its likes are refused. */
    like: (likes: LikeRequest[]) =>
      until(async () => {
        const answer = (await (await send('/likes', { likes })).json()) as LikesAnswer
        return answer.likes.every((result) => 'total' in result)
      }),
    pass(ms: number) {
      aheadMs += ms
    },
  }
}

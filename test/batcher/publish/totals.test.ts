import { expect, setDefaultTimeout, test } from 'bun:test'
import type { Redis } from 'ioredis'
import { openPostTable } from '../../../batcher/ledger/post-table.ts'
import { openTotals } from '../../../batcher/publish/totals.ts'
import { epochKey, leaseKey } from '../../../src/likes/protocol.ts'
import { type Log, openLog } from '../../../src/platform/log.ts'
import { openRedis } from '../../../src/platform/redis.ts'
import { closeAfterTests } from '../../support/servers/cleanup.ts'
import { startRedis } from '../../support/servers/services.ts'
import { startSlowProxy } from '../../support/servers/slow-proxy.ts'
import { until } from '../../support/until.ts'

setDefaultTimeout(60_000)

const silent = openLog('test', 'error', () => {})
const [post, name] = [7, 'batcher-1']

/** A batcher's totals of one post, and Redis, to which there is a way that can be disturbed. */
async function shown({ log = silent, before }: { log?: Log; before?: (redis: Redis) => unknown } = {}) {
  const redis = await startRedis()
  const client = closeAfterTests(openRedis(redis.url, silent), (it) => it.disconnect())
  await until(() => client.status === 'ready')
  await before?.(client)
  const way = await startSlowProxy(redis.port)
  const posts = openPostTable()
  const row = posts.add(post, 1)
  posts.setWaiting(row, 1, 0)
  let generation = 1
  const ledger = { posts, version: () => 1, nextGeneration: () => generation++, shared: undefined }
  const sought = way.nextSent('PXAT')
  const own = closeAfterTests(openRedis(`redis://127.0.0.1:${way.port}`, silent), (it) => it.disconnect())
  const parts = { name, ledger, log, redis: own, isOneRedis: true }
  const totals = closeAfterTests(openTotals(parts), (it) => it.close())
  return { totals, way, client, sought, show: () => totals.show(totals.asOfNow([row])) }
}

test('until Redis has confirmed a lease no like counts as shown, be it written or kept by the process before', async () => {
  const { totals, way, sought, show } = await shown()
  way.loseAnswerTo('PXAT')

  await sought
  const isTaken = totals.state() === 'leased'
  const repeated = totals.show([])
  const written = show()

  expect(isTaken).toBe(false)
  expect(repeated).toBeInstanceOf(Promise)
  expect(written).toBeInstanceOf(Promise)
  await Promise.all([repeated, written])
})

test('a renewal that Redis executes late takes back neither the lease of a newer epoch nor its name', async () => {
  const { totals, client } = await shown()
  await until(() => totals.state() === 'leased')
  const newer = `99-of-another-process.run`

  await client.set(leaseKey(name), newer)
  await client.set(epochKey(name), newer)
  await until(() => totals.state() !== 'leased')

  expect(await client.mget(leaseKey(name), epochKey(name))).toEqual([newer, newer])
})

test('a Redis that takes no totals is named in the log with its reason, once', async () => {
  const lines: string[] = []
  const log = openLog('test', 'warn', (line) => lines.push(line))
  const { client } = await shown({ log, before: (redis) => redis.config('SET', 'maxmemory', '1') })
  const refused = async () =>
    Number(/cmdstat_hset:.*rejected_calls=(\d+)/.exec(await client.info('all'))?.[1])

  await until(async () => (await refused()) >= 3)

  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain('OOM')
})

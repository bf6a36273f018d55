import { heapStats } from 'bun:jsc'
import { expect, setDefaultTimeout, test } from 'bun:test'
import { Redis } from 'ioredis'
import { openHeartbeats } from '../../src/health/heartbeat.ts'
import { openAccessLog, withoutToken } from '../../src/platform/access-log.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { startRedis } from '../support/servers/services.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

const day = 86_400_000

async function emptyRedis(): Promise<Redis> {
  const { url } = await startRedis()
  const redis = new Redis(url)
  await until(() => redis.status === 'ready')
  await redis.flushdb()
  return closeAfterTests(redis, (it) => it.disconnect())
}

test('of replicas that have been gone for a day one number is left, and it adds up', async () => {
  const redis = await emptyRedis()
  const began = Date.now()
  for (let index = 0; index < 5; index++) {
    const log = openAccessLog(redis, () => began)
    log.request('GET', 'http://agora/')
    log.databaseAccess('SELECT', 'posts')
    await log.close()
  }
  // One of a version that does not say when it was there.
  await redis.hset('log:access-counts', 'older', 7)
  expect(await redis.hlen('log:access-counts')).toBe(6)

  for (const later of [began + 1, began + 2 * day, began + 4 * day]) {
    const log = openAccessLog(redis, () => later)
    log.databaseAccess('SELECT', 'posts')
    await log.close()
    await until(async () => (await redis.zcount('log:replicas', '-inf', later - day)) === 0)
  }

  await until(async () => (await redis.keys('log:requests:*')).length === 0)
  expect(Object.keys(await redis.hgetall('log:access-counts'))).toContain('gone')
  expect(await redis.hlen('log:access-counts')).toBe(2)
  const counts = Object.values(await redis.hgetall('log:access-counts')).map(Number)
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(5 + 7 + 3)
})

test('of long addresses only their beginnings are stored', async () => {
  const redis = await emptyRedis()
  const log = openAccessLog(redis)
  const megabytes = () => {
    Bun.gc(true)
    return heapStats().extraMemorySize / 2 ** 20
  }
  const before = megabytes()

  for (let n = 0; n < 5_000; n++) {
    log.request('GET', Buffer.from(`http://agora/posts/${n}?${'x'.repeat(14_000)}`).toString())
  }
  const { requests } = await log.read(1)

  await until(() => megabytes() - before < 20)
  expect(requests).toEqual([['GET', '/posts/4999']])
  await log.close()
})

test('a replica that nobody asks anything is there all the same', async () => {
  const redis = await emptyRedis()

  const log = openAccessLog(redis)

  await until(async () => (await redis.zcard('log:replicas')) === 1)
  await log.close()
})

test('of replicas that are gone no heartbeat is left, though nobody reads them', async () => {
  const redis = await emptyRedis()
  const heartbeat = (at: number) =>
    JSON.stringify({ at, heartbeat: { name: 'x', loopDelayMs: 0, busy: 0, memoryMb: 1 } })
  for (let index = 0; index < 20; index++)
    await redis.hset('ops:pulses', `container-${index}`, heartbeat(Date.now() - day))

  const fallSilent = openHeartbeats(redis, 'web-1').report()

  await until(async () => (await redis.hkeys('ops:pulses')).join() === 'web-1')
  fallSilent()
})

test.each([
  [`/feeds/${'aB_-'.repeat(11).slice(1)}`, '/feeds/:token'],
  [`/FEEDS/${'aB_-'.repeat(11).slice(1)}`, '/FEEDS/:token'],
  [`/password%2f${'aB_-'.repeat(11).slice(1)}`, '/password%2f:token'],
  [`/images/${'a'.repeat(64)}-large.webp`, `/images/${'a'.repeat(64)}-large.webp`],
])('of %s nobody reads what is secret', (path, shown) => {
  expect(withoutToken(path)).toBe(shown)
})

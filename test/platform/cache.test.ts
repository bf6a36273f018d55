import { beforeAll, beforeEach, expect, test } from 'bun:test'
import { openBreaker } from '../../src/platform/breaker.ts'
import { type Cache, openCache } from '../../src/platform/cache.ts'
import { openLog } from '../../src/platform/log.ts'
import { breakerOf, openRedis } from '../../src/platform/redis.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { type Service, startRedis } from '../support/servers/services.ts'
import { until } from '../support/until.ts'

let server: Service
let redis: ReturnType<typeof openRedis>
let cache: Cache
let other: Cache

beforeAll(async () => {
  server = await startRedis()
  const open = () =>
    closeAfterTests(openRedis(server.url, openLog('test', 'error')), (it) => {
      it.disconnect()
    })
  redis = open()
  const second = open()
  cache = openCache(redis, breakerOf(redis))
  other = openCache(second, breakerOf(second))
  await until(() => redis.status === 'ready' && second.status === 'ready')
})

beforeEach(async () => {
  await until(() => redis.flushall())
})

test('what was loaded once comes from Redis the next time, for every replica', async () => {
  const first = await cache.getOrLoad('a', 60, async () => 1)
  const second = await until(async () => {
    const found = await other.getOrLoad('a', 60, async () => 2)
    return found.source === 'redis' && found
  })

  expect(first).toEqual({ value: 1, source: 'mysql' })
  expect(second).toEqual({ value: 1, source: 'redis' })
})

test('what was forgotten is loaded anew', async () => {
  await cache.getOrLoad('b', 60, async () => 'old')
  await other.invalidate(['b'])

  expect((await cache.getOrLoad('b', 60, async () => 'new')).value).toBe('new')
})

test('a load that began before a write is not cached after it', async () => {
  const { promise: isWritten, resolve: write } = Promise.withResolvers<void>()
  const slow = cache.getOrLoad('c', 60, async () => {
    await isWritten
    return 'as it was'
  })
  await until(async () => (await redis.mget('x')).length === 1)
  await other.invalidate(['c'])
  write()
  await slow

  const after = await other.getOrLoad('c', 60, async () => 'as it is')

  expect(after).toEqual({ value: 'as it is', source: 'mysql' })
})

test('loads that ask for one key all get it, when as many as may be are under way, and one waits for it', async () => {
  const { promise: areAllThere, resolve: go } = Promise.withResolvers<void>()
  let there = 0
  const what = () => cache.getOrLoad('what all ask for', 60, async () => 'loaded')
  const asking = Array.from({ length: 9 }, (_, n) =>
    cache.getOrLoad(`list ${n}`, 60, async () => {
      there++
      await areAllThere
      return (await what()).value
    }),
  )
  await until(() => there === 8)
  const before = cache.counts().misses
  const waiting = what()
  await until(() => cache.counts().misses > before)

  go()

  const found = await Promise.all([...asking, waiting])
  expect(found.map(({ value }) => value)).toEqual(Array.from({ length: 10 }, () => 'loaded'))
})

test('many readers of one missing key cause one load', async () => {
  let loads = 0
  const load = async () => {
    loads++
    await redis.ping()
    return loads
  }

  const found = await Promise.all(Array.from({ length: 50 }, () => cache.getOrLoad('d', 60, load)))

  expect(loads).toBe(1)
  expect(new Set(found.map(({ value }) => value))).toEqual(new Set([1]))
})

test('many readers at many replicas of a Redis that was emptied cause one load', async () => {
  const calm = openBreaker({ probe: () => redis.ping(), slowMs: 60_000 })
  const replicas = Array.from({ length: 4 }, () => openCache(redis, calm, 60_000))
  let loads = 0
  const load = async () => {
    // Long enough for every replica to look more than once.
    await Bun.sleep(50)
    return ++loads
  }

  const found = await Promise.all(
    replicas.flatMap((each) => Array.from({ length: 50 }, () => each.getOrLoad('stampede', 60, load))),
  )

  expect(loads).toBe(1)
  expect(new Set(found.map(({ value }) => value))).toEqual(new Set([1]))
})

test('nothing is cached of a key whose load found nothing', async () => {
  await cache.getOrLoad('e', 60, async () => undefined)

  expect((await cache.getOrLoad('e', 60, async () => 'there')).value).toBe('there')
})

test('a load that fails fails its callers and is tried again by the next', async () => {
  const failed = cache.getOrLoad('f', 60, async () => {
    throw new Error('no database')
  })

  await expect(failed).rejects.toThrow('no database')
  expect((await cache.getOrLoad('f', 60, async () => 'there')).value).toBe('there')
})

test('without Redis every read is a load, and when it is back it is used again', async () => {
  await cache.getOrLoad('g', 60, async () => 1)
  await server.kill()
  const without = await cache.getOrLoad('g', 60, async () => 2)
  await cache.invalidate(['g'])
  await server.restart()

  const back = await until(async () => {
    const found = await cache.getOrLoad('g', 60, async () => 3)
    return found.source === 'redis' && found
  })

  expect(without).toEqual({ value: 2, source: 'mysql' })
  expect(back.value).toBe(3)
})

test('while Redis hangs it is not waited for', async () => {
  server.pause()

  const { value } = await cache.getOrLoad('h', 60, async () => 'from MySQL')
  server.resume()

  expect(value).toBe('from MySQL')
})

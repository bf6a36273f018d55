import { expect, setDefaultTimeout, test } from 'bun:test'
import { openLikes } from '../../src/likes/client.ts'
import { leaseKey } from '../../src/likes/protocol.ts'
import { openLog } from '../../src/platform/log.ts'
import { breakerOf, openRedis } from '../../src/platform/redis.ts'
import { addPosts, startBatcher, storedLikes } from '../support/servers/batcher.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { freshDatabase } from '../support/servers/database.ts'
import { freePort, type Service, startRedis } from '../support/servers/services.ts'
import { startSlowProxy } from '../support/servers/slow-proxy.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

const silent = openLog('test', 'error', () => {})

/** Two replicas' likes on one batcher: ana likes at the first and reads at the second. */
async function board() {
  const database = await freshDatabase()
  const [post] = (await addPosts(database, 1)) as [number]
  const redis = await startRedis()
  const batcher = await startBatcher(database, redis, { env: { FLUSH_LIKES: '10', FLUSH_EVERY_MS: '50' } })
  const open = (own = closeAfterTests(openRedis(redis.url, silent), (it) => it.disconnect())) => {
    return openLikes({ batchers: [batcher.url], redis: own, breaker: breakerOf(own), log: silent })
  }
  const [writer, reader] = [open(), open()]
  await until(async () => (await batcher.stats()).totalsInRedis)
  return { database, post, redis, batcher, writer, reader, open }
}

/** Likes and reads without a pause; every read must show each like that was answered before it began. */
function likeAndRead({ post, writer, reader }: Awaited<ReturnType<typeof board>>) {
  let answered = 0
  let reads = 0
  let isOver = false
  const stale: string[] = []
  const sendLike = async () => {
    while (!isOver) {
      const total = await writer.add(post).then(
        (it) => it.total,
        () => 0,
      )
      answered = Math.max(answered, total)
    }
  }
  const read = async () => {
    while (!isOver) {
      const before = answered
      const total = (await reader.totals([post])).get(post) ?? 0
      if (total < before) stale.push(`${total} after ${before}`)
      reads++
      await Bun.sleep(1)
    }
  }
  const running = [sendLike(), sendLike(), read(), read(), read()]
  return {
    stale,
    answered: () => answered,
    /** Resolves when so many more likes were answered and reads were made. */
    more: async (likes: number, more: number) => {
      const [from, at] = [answered, reads]
      await until(() => answered >= from + likes && reads >= at + more)
    },
    end: async () => {
      isOver = true
      await Promise.all(running)
    },
  }
}

const troubles: [name: string, trouble: (redis: Service) => Promise<void>][] = [
  [
    'is killed and comes back empty',
    async (redis) => {
      await redis.kill()
      await redis.restart()
    },
  ],
  [
    'hangs for a while',
    async (redis) => {
      redis.pause()
      await Bun.sleep(1_500)
      redis.resume()
    },
  ],
  [
    'stutters',
    async (redis) => {
      for (let times = 0; times < 8; times++) {
        redis.pause()
        await Bun.sleep(150 + times * 30)
        redis.resume()
        await Bun.sleep(100)
      }
    },
  ],
  [
    'is emptied',
    async (redis) => {
      const client = openRedis(redis.url, silent)
      await until(() => client.status === 'ready')
      for (let times = 0; times < 5; times++) {
        await client.flushall()
        await Bun.sleep(120)
      }
      client.disconnect()
    },
  ],
]

test.each(troubles)(
  'while Redis %s no read shows fewer likes than were answered before it',
  async (_, warning) => {
    const all = await board()
    const visitors = likeAndRead(all)
    await visitors.more(50, 20)

    for (let times = 0; times < 2; times++) {
      await warning(all.redis)
      await visitors.more(50, 20)
    }
    await until(async () => (await all.batcher.stats()).totalsInRedis)
    await visitors.end()

    expect(visitors.stale).toEqual([])
  },
)

/** As `board`, with a way from the batcher to Redis that is not the replicas'. */
async function boardWithWay() {
  const database = await freshDatabase()
  const [post] = (await addPosts(database, 1)) as [number]
  const redis = await startRedis()
  const way = await startSlowProxy(redis.port)
  const batcher = await startBatcher(database, { url: `redis://127.0.0.1:${way.port}` })
  const open = (own = closeAfterTests(openRedis(redis.url, silent), (it) => it.disconnect())) => {
    return openLikes({ batchers: [batcher.url], redis: own, breaker: breakerOf(own), log: silent })
  }
  const [writer, reader] = [open(), open()]
  await until(async () => (await batcher.stats()).totalsInRedis)
  return { database, post, redis, batcher, writer, reader, open, way }
}

test('while batcher and Redis are apart from one another no read shows fewer likes than were answered', async () => {
  const all = await boardWithWay()
  const visitors = likeAndRead(all)
  await visitors.more(50, 20)

  for (let times = 0; times < 3; times++) {
    all.way.delayMs = 10_000
    await until(async () => !(await all.batcher.stats()).totalsInRedis)
    await visitors.more(50, 50)
    all.way.delayMs = 0
    await until(async () => (await all.batcher.stats()).totalsInRedis)
    await visitors.more(50, 20)
  }
  await visitors.end()

  expect(visitors.stale).toEqual([])
})

test('a lease that would last an hour, as with the clock of Redis set back, is not believed', async () => {
  const { post, redis, batcher, writer, reader, way } = await boardWithWay()
  const client = closeAfterTests(openRedis(redis.url, silent), (it) => it.disconnect())
  await writer.add(post)
  await reader.totals([post])
  way.close()
  const [key] = await until(async () => {
    const [found] = await client.keys(leaseKey('*'))
    return found !== undefined && (await client.pexpire(found, 3_600_000)) === 1 && [found]
  })
  await until(async () => !(await batcher.stats()).totalsInRedis)

  await writer.add(post)
  const totals = await reader.totals([post])

  expect(await client.pttl(key)).toBeGreaterThan(1_000)
  expect(totals.get(post)).toBe(2)
})

test('with the batcher dead after it was apart from Redis the higher one of two numbers is shown', async () => {
  const { post, batcher, writer, reader, way } = await boardWithWay()
  await writer.add(post)
  await reader.totals([post])
  way.close()
  await until(async () => !(await batcher.stats()).totalsInRedis)
  await writer.add(post)
  await batcher.flush()
  await batcher.running().kill()

  const [behind, ahead] = [await reader.totals([post], () => 2), await reader.totals([post], () => 0)]

  expect(behind.get(post)).toBe(2)
  expect(ahead.get(post)).toBe(1)
})

test('while the batcher dies and returns no read shows fewer likes than were answered, and none is lost', async () => {
  const all = await board()
  const visitors = likeAndRead(all)
  await visitors.more(50, 20)

  for (let times = 0; times < 3; times++) {
    await all.batcher.restart()
    await visitors.more(50, 20)
  }
  await visitors.end()
  await all.batcher.flush()

  expect(visitors.stale).toEqual([])
  expect(await storedLikes(all.database, all.post)).toBe(visitors.answered())
})

test('with Redis dead likes are taken and readers ask the batcher', async () => {
  const { post, redis, writer, reader } = await board()
  await writer.add(post)
  await redis.kill()

  const { total } = await writer.add(post)
  const totals = await reader.totals([post])

  expect(total).toBe(2)
  expect(totals.get(post)).toBe(2)
})

test('with Redis dead a batcher that hung is asked again as soon as it goes on', async () => {
  const { post, redis, batcher, writer, reader } = await board()
  await writer.add(post)
  await redis.kill()
  batcher.running().pause()
  const whileItHung = await reader.totals([post])

  batcher.running().resume()
  const totals = await reader.totals([post])

  expect(whileItHung.size).toBe(0)
  expect(totals.get(post)).toBe(1)
})

test('with Redis emptied a batcher that is slow is waited for', async () => {
  const { post, redis, batcher, writer, reader } = await board()
  await writer.add(post)
  const client = openRedis(redis.url, silent)
  await until(() => client.status === 'ready')
  batcher.running().pause()
  await client.flushall()
  client.disconnect()

  const reading = reader.totals([post])
  await Bun.sleep(2_500)
  batcher.running().resume()

  expect((await reading).get(post)).toBe(1)
})

test('a batcher that is slow is waited for, though Redis has what it wrote before it lost Redis', async () => {
  const { post, batcher, writer: likes, way } = await boardWithWay()
  await likes.add(post)
  way.close()
  await until(async () => !(await batcher.stats()).totalsInRedis)
  await likes.add(post)
  batcher.running().pause()

  const reading = likes.totals([post])
  await Bun.sleep(2_500)
  batcher.running().resume()

  expect((await reading).get(post)).toBe(2)
})

test('a batcher whose connections break is asked again, though Redis has what it wrote before it lost Redis', async () => {
  const { post, redis, batcher, writer, way } = await boardWithWay()
  const nobody = await freePort()
  let breaking = 0
  const toBatcher = await startSlowProxy(() => ({
    port: breaking-- > 0 ? nobody : Number(new URL(batcher.url).port),
  }))
  const own = closeAfterTests(openRedis(redis.url, silent), (it) => it.disconnect())
  const batchers = [`http://127.0.0.1:${toBatcher.port}`]
  const reader = openLikes({ batchers, redis: own, breaker: breakerOf(own), log: silent })
  await writer.add(post)
  way.close()
  await until(async () => !(await batcher.stats()).totalsInRedis)
  await writer.add(post)
  breaking = 2

  const totals = await reader.totals([post])

  expect(totals.get(post)).toBe(2)
})

test('with Redis dead a batcher that hung and answered since is waited for anew', async () => {
  const { post, redis, batcher, writer, reader } = await board()
  await writer.add(post)
  await redis.kill()
  batcher.running().pause()
  await reader.totals([post])
  batcher.running().resume()
  await until(async () => (await reader.totals([post])).size > 0)

  batcher.running().pause()
  const reading = reader.totals([post])
  await Bun.sleep(2_500)
  batcher.running().resume()

  expect((await reading).get(post)).toBe(1)
})

test('several batchers that hang are not waited for as long as one', async () => {
  const redis = await startRedis()
  const hung = Bun.serve({ port: 0, fetch: () => new Promise<Response>(() => {}) })
  const url = `http://127.0.0.1:${hung.port}`
  const readers = [`${url}|${url}`, url].map((place) => {
    const own = closeAfterTests(openRedis(redis.url, silent), (it) => it.disconnect())
    return openLikes({ batchers: [place], redis: own, breaker: breakerOf(own), log: silent })
  })

  const drawn: string[] = []
  const [several, one] = readers.map((reader, at) =>
    reader.totals([1]).then(() => drawn.push(at === 0 ? 'of several' : 'of one')),
  )
  await Promise.all([several, one])
  await hung.stop(true)

  expect(drawn).toEqual(['of several', 'of one'])
})

test('a replica whose first question Redis answered too late asks it again', async () => {
  const { post, redis, batcher, writer, open } = await board()
  await writer.add(post)
  const way = await startSlowProxy(redis.port)
  const own = closeAfterTests(openRedis(`redis://127.0.0.1:${way.port}`, silent), (it) => it.disconnect())
  own.once('ready', () => {
    way.delayMs = 400
  })
  const late = open(own)
  await until(async () => own.status === 'ready' && (await late.totals([post])).size > 0)
  way.delayMs = 0
  await batcher.running().kill()

  const totals = await until(async () => (await late.totals([post])).get(post))

  expect(totals).toBe(1)
})

test('with the batcher dead readers still see the last totals', async () => {
  const { post, batcher, writer, reader } = await board()
  await writer.add(post)
  await reader.totals([post])
  await batcher.running().kill()

  const totals = await until(async () => (await reader.totals([post])).get(post))

  expect(totals).toBe(1)
})

test('with the batcher dead a replica that just lost its connection to Redis still sees the last totals', async () => {
  const { post, redis, batcher, writer, open } = await board()
  const own = closeAfterTests(openRedis(redis.url, silent), (it) => it.disconnect())
  const reader = open(own)
  await writer.add(post)
  await reader.totals([post])
  await batcher.running().kill()
  own.disconnect(true)

  const totals = await reader.totals([post])

  expect(totals.get(post)).toBe(1)
})

test('a replica that starts while the batcher is dead sees the last totals, too', async () => {
  const { post, batcher, writer, open } = await board()
  await writer.add(post)
  await batcher.running().kill()

  const totals = await open().totals([post])

  expect(totals.get(post)).toBe(1)
})

test('a post without likes has no total but that in MySQL', async () => {
  const { post, reader } = await board()

  const totals = await reader.totals([post])

  expect(totals.size).toBe(0)
})

test('a flush never makes a number jump', async () => {
  const { database, post, batcher, writer, reader } = await board()
  for (let times = 0; times < 30; times++) await writer.add(post)
  await until(async () => (await storedLikes(database, post)) >= 11)
  await batcher.flush()

  const totals = await reader.totals([post])

  expect(await storedLikes(database, post)).toBe(30)
  expect(totals.get(post)).toBe(30)
})

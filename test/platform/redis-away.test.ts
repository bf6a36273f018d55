import { afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { openRedis } from '../../src/platform/redis.ts'
import { addPosts } from '../support/servers/batcher.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { type SlowProxy, startSlowProxy } from '../support/servers/slow-proxy.ts'
import { postsShown } from '../support/site/page.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

const readers = 6
const pauseMs = 10
const posts = 30

let site: Replica
let replica: Omit<Replica, 'as'>
let way: SlowProxy
let ids: number[]

beforeAll(async () => {
  site = await openReplica()
  ids = await addPosts(site.database, posts)
  way = await startSlowProxy(site.redis.port)
  replica = await site.as('web', { redisUrl: `redis://127.0.0.1:${way.port}` })
})

afterEach(async () => {
  way.delayMs = 0
  site.redis.resume()
  await until(isUsed)
})

const read = (path: string) => replica.app.handle(new Request(origin + path))
const sourceOf = async () => (await read('/')).headers.get('x-source')
const isUsed = async () => (await sourceOf()) === 'redis' && replica.context.cache.breaker() === 'closed'

/** So many pages each reader reads once something has happened to Redis. */
const pagesEach = 20

/** Many read pages; something happens to Redis meanwhile. Returns what they met, and how Redis was used. */
async function readWhile(harm: () => void | Promise<void>) {
  const wrong: string[] = []
  let [pages, leftAlone, fromMysql, isHarmed] = [0, 0, 0, false]
  const reading = Array.from({ length: readers }, async (_, reader) => {
    for (let turn = reader, after = 0; after < pagesEach; turn++) {
      if (isHarmed) after++
      if (replica.context.cache.breaker() !== 'closed') leftAlone++
      const path = turn % 3 === 0 ? '/' : `/posts/${ids[turn % posts]}`
      const answer = await read(path)
      const page = await answer.text()
      pages++
      if (isHarmed && answer.headers.get('x-source') === 'mysql') fromMysql++
      const isWhole = path === '/' ? postsShown(page).length === 20 : page.includes('A post')
      if (answer.status !== 200 || !isWhole) wrong.push(`${path}: ${answer.status}`)
      await Bun.sleep(pauseMs)
    }
  })
  await until(() => pages >= readers)
  await harm()
  isHarmed = true
  await Promise.all(reading)
  return { wrong, leftAlone, fromMysql }
}

describe('pages keep coming, whole and soon, while Redis', () => {
  test.each<[string, () => void | Promise<void>]>([
    ['is killed', () => site.redis.kill()],
    ['hangs', () => site.redis.pause()],
    [
      'takes 200 ms for each answer',
      () => {
        way.delayMs = 200
      },
    ],
  ])('%s', async (name, harm) => {
    await until(isUsed)

    const { wrong, leftAlone, fromMysql } = await readWhile(harm)
    if (name === 'is killed') await site.redis.restart()

    expect(wrong).toEqual([])
    // Those who ask it first wait; without a breaker everyone would, for each thing on a page. That one is
    // gone the driver may know before anybody has asked.
    expect(name === 'is killed' ? leftAlone + fromMysql : leftAlone).toBeGreaterThan(0)
  })

  test.each<[string, () => Promise<void>]>([
    ['is restarted empty', () => site.redis.restart()],
    ['comes back with entries of another version', comesBackStrange],
  ])('%s', async (_, harm) => {
    await until(isUsed)

    const { wrong } = await readWhile(harm)

    expect(wrong).toEqual([])
  })

  test('is slow, it is left alone until it is quick again', async () => {
    way.delayMs = 200

    await until(async () => {
      await sourceOf()
      return replica.context.cache.breaker() !== 'closed'
    })
    const away = await sourceOf()
    way.delayMs = 0

    await until(isUsed)
    expect(away).toBe('mysql')
  })
})

/** As after a deploy: the keys of an older program, and no entry of ours. */
async function comesBackStrange() {
  await site.redis.restart()
  const redis = closeAfterTests(openRedis(site.redis.url, site.context.log), (it) => it.disconnect())
  await until(() => redis.status === 'ready')
  for (const key of ['posts:newest', 'categories', `post:${ids[0]}`]) {
    await redis.set(`cache:1:${key}`, '{"of":"another version"}')
    await redis.set(`cache:3:${key}`, '[{"id":1}]')
  }
}

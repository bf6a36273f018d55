import { expect, setDefaultTimeout, test } from 'bun:test'
import { openLikes } from '../../../src/likes/client.ts'
import { leaseKey } from '../../../src/likes/protocol.ts'
import { openLog } from '../../../src/platform/log.ts'
import { breakerOf, openRedis } from '../../../src/platform/redis.ts'
import { addPosts, storedLikes } from '../../support/servers/batcher.ts'
import { closeAfterTests } from '../../support/servers/cleanup.ts'
import { freshDatabase } from '../../support/servers/database.ts'
import { startRedis } from '../../support/servers/services.ts'
import { placeOf, servingOf, startSeveral } from '../../support/servers/several-batchers.ts'
import { likesOf } from '../../support/site/likes.ts'
import { until } from '../../support/until.ts'

setDefaultTimeout(120_000)

const silent = openLog('test', 'error', () => {})

/** A batcher that serves, one that stands by, and readers who ask Redis. */
async function servedAndStandby(redisOfSecond?: string) {
  const [database, redis] = [await freshDatabase(), await startRedis()]
  const [post] = await addPosts(database, 1)
  const [old] = await startSeveral(database, redis, 1)
  await servingOf([old!])
  const [next] = await startSeveral(database, { url: redisOfSecond ?? redis.url }, 1)
  const client = closeAfterTests(openRedis(redis.url, silent), (it) => it.disconnect())
  const reader = openLikes({
    batchers: [placeOf([old!, next!])],
    redis: client,
    breaker: breakerOf(client),
    log: silent,
  })
  const read = async () => (await reader.totals([post!])).get(post!) ?? (await storedLikes(database, post!))
  await old!.like(likesOf(post!, 1))
  // From Redis, as long as that is believed.
  await until(async () => (await client.exists(leaseKey('batcher-1'))) === 1)
  await until(async () => (await read()) === 1)
  return { database, post: post!, old: old!, next: next!, client, read }
}

/** Likes as soon as it is served, and reads at once. Returns what was answered, and what was read. */
async function likeAndRead({ post, next, read }: Awaited<ReturnType<typeof servedAndStandby>>) {
  const [id] = likesOf(post, 1)
  const answer = await until(() => next.like([id!]), { withinMs: 60_000, everyMs: 5 })
  return { answer: answer[0], seen: await read() }
}

test('nobody believes a batcher that is cut off from MySQL alone when its successor has answered', async () => {
  // The successor cannot take the lease away from it.
  const site = await servedAndStandby('redis://127.0.0.1:1')

  site.old.cutOff()
  const { answer, seen } = await likeAndRead(site)

  expect(answer).toMatchObject({ total: 2 })
  expect(seen).toBe(2)
  expect(await site.client.exists(leaseKey('batcher-1'))).toBe(0)
  expect(await site.old.isServing()).toBe(false)
})

test('nor one that hung and goes on when its successor has answered', async () => {
  const site = await servedAndStandby('redis://127.0.0.1:1')

  site.old.running().send('SIGSTOP')
  await servingOf([site.next])
  site.old.running().send('SIGCONT')
  const { seen } = await likeAndRead(site)
  const late = await site.old.send('/likes', { likes: likesOf(site.post, 1) })
  const asked = await fetch(`${site.old.url}/totals?posts=${site.post}`)

  expect(seen).toBe(2)
  expect([late.status, asked.status]).toEqual([503, 503])
  expect(await site.read()).toBe(2)
})

test('a successor that reaches the same Redis takes the lease, and the one before gives it up', async () => {
  const site = await servedAndStandby()

  site.old.cutOff()
  const { seen } = await likeAndRead(site)
  await until(async () => (await site.next.stats()).totalsInRedis)

  expect(seen).toBe(2)
  expect(await site.read()).toBe(2)
})

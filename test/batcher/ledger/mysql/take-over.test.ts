import { expect, setDefaultTimeout, test } from 'bun:test'
import type { FailpointName } from '../../../../batcher/failpoint.ts'
import { openLikes } from '../../../../src/likes/client.ts'
import { openLog } from '../../../../src/platform/log.ts'
import { breakerOf, openRedis } from '../../../../src/platform/redis.ts'
import { addPosts, addUsers, storedLikes } from '../../../support/servers/batcher.ts'
import { closeAfterTests } from '../../../support/servers/cleanup.ts'
import { freshDatabase, type TestDatabase } from '../../../support/servers/database.ts'
import { startRedis } from '../../../support/servers/services.ts'
import {
  type OneOfSeveral,
  placeOf,
  servingOf,
  startSeveral,
} from '../../../support/servers/several-batchers.ts'
import { until } from '../../../support/until.ts'

setDefaultTimeout(600_000)

const silent = openLog('test', 'error', () => {})
const points: FailpointName[] = [
  'before journal commit',
  'after journal commit',
  'before mysql commit',
  'after mysql commit',
  'before journal acknowledges',
]
const signals = ['SIGKILL', 'SIGSTOP'] as const

/** Numbers from 0 to 1 that are the same each time (Mulberry32). */
function seeded(seed: number) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const shuffled = <Item>(list: Item[], random: () => number) =>
  list
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)

async function openReplicas(batchers: OneOfSeveral[], redisUrl: string, count: number) {
  const open = () => {
    const redis = closeAfterTests(openRedis(redisUrl, silent), (it) => it.disconnect())
    return openLikes({ batchers: [placeOf(batchers)], redis, breaker: breakerOf(redis), log: silent })
  }
  return Array.from({ length: count }, open)
}

const sumOf = async (database: TestDatabase, statement: string) =>
  Number((await database.rows<{ sum: string | null }>(statement))[0]?.sum ?? 0)

test.each([
  ['open', 18],
  ['once', 1_811],
] as const)(
  'three batchers, killed, hung and cut off at every step, lose no like and count none twice, with LIKES=%s',
  async (policy, seed) => {
    const random = seeded(seed)
    const [database, redis] = [await freshDatabase(), await startRedis()]
    const posts = await addPosts(database, 40)
    const visitors = await addUsers(
      database,
      Array.from({ length: 16 }, (_, n) => `visitor ${n}`),
    )
    const batchers = await startSeveral(database, redis, 3, {
      LIKES: policy,
      FLUSH_LIKES: '5',
      FLUSH_EVERY_MS: '50',
    })
    const replicas = await openReplicas(batchers, redis.url, 2)
    await servingOf(batchers)
    const answered = new Map(posts.map((post) => [post, 0]))
    const liked = new Map<string, boolean>()
    const tally = { answered: 0, repeated: 0, refused: 0, reads: 0, low: 0, longestMs: 0, deaths: 0 }
    let isOver = false
    let lastAt = performance.now()

    const visit = async (user: number, place: number) => {
      const [mine, other] = place % 2 === 0 ? [replicas[0]!, replicas[1]!] : [replicas[1]!, replicas[0]!]
      while (!isOver) {
        const post = posts[Math.floor(random() * posts.length)]!
        const key = random() < 0.4 ? crypto.randomUUID() : undefined
        const options = key === undefined ? {} : { id: key }
        const press = () => (policy === 'once' ? mine.toggle(post, user, options) : mine.add(post, options))
        const isDone = await press().then(
          () => true,
          () => false,
        )
        if (!isDone) tally.refused++
        // Who knows its key sends it until it is answered; without one it is not known what became of it.
        if (!isDone && key) await until(() => press(), { withinMs: 60_000 })
        tally.longestMs = Math.max(tally.longestMs, performance.now() - lastAt)
        lastAt = performance.now()
        tally.answered++
        const was = liked.get(`${post}:${user}`) === true
        liked.set(`${post}:${user}`, !was)
        answered.set(post, answered.get(post)! + (policy === 'once' && was ? -1 : 1))
        if (key && random() < 0.3) {
          await press().catch(() => {})
          tally.repeated++
        }
        if (policy === 'open' && random() < 0.2) {
          const before = answered.get(post)!
          const totals = await other.totals([post])
          tally.reads++
          if ((totals.get(post) ?? (await storedLikes(database, post))) < before) tally.low++
        }
      }
    }
    const pressing = visitors.map(visit)
    const moreLikes = async () => {
      const before = tally.answered
      await until(() => tally.answered > before + 100, { withinMs: 60_000 })
    }

    const acts: Record<string, (batcher: OneOfSeveral) => Promise<unknown>> = {
      async kill(batcher) {
        await batcher.running().kill()
        await servingOf(batchers, batcher)
        await batcher.restart()
      },
      async hang(batcher) {
        batcher.running().send('SIGSTOP')
        await servingOf(batchers, batcher)
        batcher.running().send('SIGCONT')
        await until(async () => !(await batcher.isServing()))
      },
      async cutOff(batcher) {
        batcher.way.loseAll()
        await servingOf(batchers, batcher)
      },
      async stop(batcher) {
        batcher.running().send('SIGTERM')
        await servingOf(batchers, batcher)
        expect(await batcher.running().exited).toBe(0)
        await batcher.restart()
      },
    }
    for (const point of points)
      for (const signal of signals)
        acts[`${signal} at ${point}`] = async (batcher) => {
          batcher.arm(`${signal} at ${point}`)
          await until(() => !batcher.isArmed())
          await servingOf(batchers, batcher)
          if (signal === 'SIGKILL') await batcher.restart()
          else batcher.running().send('SIGCONT')
        }
    for (const act of shuffled([...Object.values(acts), acts.kill!, acts.hang!, acts.cutOff!], random)) {
      await moreLikes()
      await act(await servingOf(batchers))
      tally.deaths++
    }
    await moreLikes()
    isOver = true
    await Promise.all(pressing)
    const last = await servingOf(batchers)
    await last.flush()

    const stats = await last.stats()
    const stored = await database.rows<{ id: number; likes: number }>('SELECT id, likes FROM posts')
    const batches = await sumOf(database, 'SELECT SUM(likes) AS sum FROM like_batches')
    const generations = await sumOf(database, 'SELECT MAX(generation) AS sum FROM like_journals')
    console.log(JSON.stringify({ policy, ...tally, generations, longestMs: Math.round(tally.longestMs) }))
    expect(Object.fromEntries(stored.map(({ id, likes }) => [id, likes]))).toEqual(
      Object.fromEntries(answered),
    )
    expect(batches).toBe([...answered.values()].reduce((sum, likes) => sum + likes, 0))
    expect(stats).toMatchObject({ waiting: 0, chain: { likes: batches } })
    if (policy === 'once') {
      const rows = await database.rows<{ post_id: number; user_id: number }>(
        'SELECT post_id, user_id FROM likes',
      )
      expect(new Set(rows.map(({ post_id, user_id }) => `${post_id}:${user_id}`))).toEqual(
        new Set([...liked].flatMap(([each, isLiked]) => (isLiked ? [each] : []))),
      )
    } else expect(stats).toMatchObject({ answered: tally.answered, applied: tally.answered })
    expect(tally.low).toBe(0)
    // On a busy machine one may wait longer than a sender does.
    expect(tally.refused).toBeLessThan(tally.answered / 20)
    expect(generations).toBeGreaterThan(tally.deaths)
  },
)

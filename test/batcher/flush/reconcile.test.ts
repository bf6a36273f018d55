import { beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { FailpointName } from '../../../batcher/failpoint.ts'
import { openClock } from '../../../bench/clock-steps.ts'
import { openLikes } from '../../../src/likes/client.ts'
import type { LikesPolicy } from '../../../src/platform/config.ts'
import { openLog } from '../../../src/platform/log.ts'
import { breakerOf, openRedis } from '../../../src/platform/redis.ts'
import {
  addPosts,
  addUsers,
  startBatcher,
  storedLikes,
  type TestBatcher,
} from '../../support/servers/batcher.ts'
import { closeAfterTests } from '../../support/servers/cleanup.ts'
import { freshDatabase, type TestDatabase } from '../../support/servers/database.ts'
import { forgetDelivered, rememberJournal, rememberMysql } from '../../support/servers/histories.ts'
import { sharedRedis } from '../../support/servers/services.ts'
import { likesOf, totalOf } from '../../support/site/likes.ts'
import { until } from '../../support/until.ts'

setDefaultTimeout(60_000)

const silent = openLog('test', 'error', () => {})

let database: TestDatabase
let batcher: TestBatcher
let post: number
let other: number
let users: number[]

const names = ['ana', 'bo', 'cem', 'dora', 'eli', 'finn', 'gul', 'hana']

async function open(likes: LikesPolicy = 'open') {
  database = await freshDatabase()
  ;[post, other] = (await addPosts(database, 2)) as [number, number]
  users = await addUsers(database, names)
  batcher = await startBatcher(database, await sharedRedis(), { env: { LIKES: likes } })
}

/** Members like a post, or take it back, until each is answered. */
async function choose(which: number, some: number[], liked = true) {
  const wanted = some.map((user) => ({ id: crypto.randomUUID(), post: which, user, liked }))
  await until(async () => (await batcher.like(wanted)).every((answer) => 'total' in answer))
}

const chainOf = () =>
  database.rows<{ number: number; entries: string; hash: string }>(
    'SELECT number, entries, hash FROM like_batches ORDER BY number',
  )
const rowsOf = async (which: number) =>
  (
    await database.rows<{ user_id: number }>('SELECT user_id FROM likes WHERE post_id = ? ORDER BY user_id', [
      which,
    ])
  ).map(({ user_id }) => user_id)
const allApplied = async () => {
  const { waiting, parted } = await batcher.stats()
  return waiting === 0 && parted === null
}
const shown = () => until(async () => (await batcher.stats()).totalsInRedis)
const parted = () => until(async () => (await batcher.stats()).parted)

describe('LIKES=open', () => {
  beforeEach(() => open())

  test('batches that MySQL lost are sent again, in order and as they were, and no total changes', async () => {
    await batcher.like(likesOf(post, 2))
    await batcher.flush()
    const lose = await rememberMysql(database)
    for (const [which, count] of [
      [post, 3],
      [other, 4],
      [post, 1],
    ] as const) {
      await batcher.like(likesOf(which, count))
      await batcher.flush()
    }
    const before = await chainOf()
    await batcher.like(likesOf(other, 2))

    await lose()
    await until(async () => (await chainOf()).length === 4)

    expect(await chainOf()).toEqual(before)
    expect([await storedLikes(database, post), await storedLikes(database, other)]).toEqual([6, 4])
    const [mine, next] = await batcher.like([...likesOf(post, 1), ...likesOf(other, 1)])
    expect([totalOf(mine), totalOf(next)]).toEqual([7, 7])
    await batcher.flush()
    expect([await storedLikes(database, post), await storedLikes(database, other)]).toEqual([7, 7])
    expect(await batcher.stats()).toMatchObject({ answered: 14, applied: 14, waiting: 0, batches: 5 })
  })

  test.each<FailpointName>([
    'before journal requeues',
    'after journal requeues',
    'before mysql commit',
    'after mysql commit',
    'before journal acknowledges',
  ])('killed %s while lost batches are sent again, each is applied once', async (diesAt) => {
    const lose = await rememberMysql(database)
    for (const count of [3, 2, 1]) {
      await batcher.like(likesOf(post, count))
      await batcher.flush()
    }
    const before = await chainOf()
    await batcher.running().kill()
    await lose()

    // It may have gone before it is seen to answer.
    await batcher.restart({ diesAt }).catch(() => {})
    expect(await batcher.running().exited).toBe(128 + 9)
    await batcher.restart({})
    await until(async () => (await chainOf()).length === 3 && (await allApplied()))

    expect(await chainOf()).toEqual(before)
    expect(await storedLikes(database, post)).toBe(6)
    expect(totalOf((await batcher.like(likesOf(post, 1)))[0])).toBe(7)
    expect(await batcher.stats()).toMatchObject({ answered: 7, applied: 6, waiting: 1, batches: 3 })
  })

  test('MySQL goes back and comes forward again while batches are sent: nothing is counted twice', async () => {
    const older = await rememberMysql(database)
    for (const count of [1, 1, 1]) {
      await batcher.like(likesOf(post, count))
      await batcher.flush()
    }
    const newer = await rememberMysql(database)
    await batcher.running().kill()
    await older()
    await batcher.restart({ diesAt: 'after journal requeues' }).catch(() => {})
    await batcher.running().exited
    await newer()

    await batcher.restart({})
    await until(allApplied)

    expect(await storedLikes(database, post)).toBe(3)
    expect(await chainOf()).toHaveLength(3)
    expect(await batcher.stats()).toMatchObject({ applied: 3, batches: 3 })
  })

  test('an older journal beside a newer MySQL takes no likes and sends none, until somebody decides', async () => {
    await batcher.like(likesOf(post, 3))
    const older = await rememberJournal(batcher)
    await batcher.like(likesOf(post, 5))
    await batcher.flush()
    await batcher.running().kill()
    await older()

    await batcher.restart({})
    expect(await parted()).toEqual({ how: 'ahead', journal: 0, mysql: 1 })
    const [refused] = await batcher.like(likesOf(post, 1))

    expect(refused).toMatchObject({ status: 503, error: expect.stringContaining('somebody has to look') })
    expect((await batcher.send('/flush')).status).toBe(503)
    expect(await storedLikes(database, post)).toBe(8)
    expect(await (await fetch(`${batcher.url}/metrics`)).text()).toContain('agora_batcher_parted 1')
  })

  test.each([
    ['drop', 8],
    ['send', 11],
  ] as const)('whoever decides to %s what waits goes on from what MySQL has', async (waiting, total) => {
    await batcher.like(likesOf(post, 3))
    const older = await rememberJournal(batcher)
    await batcher.like(likesOf(post, 5))
    await batcher.flush()
    await batcher.running().kill()
    await older()
    await batcher.restart({})
    await parted()

    const answer = await (await batcher.send(`/reconcile?waiting=${waiting}`)).json()

    expect(answer).toMatchObject({ decided: true, parted: null })
    await batcher.flush()
    expect(await storedLikes(database, post)).toBe(total)
    expect(totalOf((await batcher.like(likesOf(post, 1)))[0])).toBe(total + 1)
    await batcher.flush()
    expect(await storedLikes(database, post)).toBe(total + 1)
    const {
      answered,
      applied,
      waiting: left,
      chain,
    } = await until(async () => {
      const stats = await batcher.stats()
      return stats.chain ? stats : undefined
    })
    expect(answered - applied - left).toBe(0)
    expect(chain?.likes).toBe(total + 1)
    expect(await (await batcher.send(`/reconcile?waiting=${waiting}`)).json()).toMatchObject({
      decided: false,
    })
  })

  test.each<FailpointName>(['before journal follows', 'after journal follows'])(
    'killed %s, a decision is made wholly or not at all',
    async (diesAt) => {
      await batcher.like(likesOf(post, 3))
      const older = await rememberJournal(batcher)
      await batcher.flush()
      await batcher.running().kill()
      await older()
      await batcher.restart({ diesAt })
      await parted()

      await batcher.send('/reconcile?waiting=drop').catch(() => {})
      await batcher.running().exited
      await batcher.restart({})

      if (diesAt === 'before journal follows') {
        expect(await parted()).toMatchObject({ how: 'ahead' })
        await batcher.send('/reconcile?waiting=drop')
      }
      await until(allApplied)
      expect(totalOf((await batcher.like(likesOf(post, 1)))[0])).toBe(4)
      await batcher.flush()
      expect(await storedLikes(database, post)).toBe(4)
    },
  )

  test('with its clock set back, too, an older journal shows readers nothing of its own future', async () => {
    const redis = await sharedRedis()
    const clock = openClock()
    clock.set(9 * 3_600_000)
    await batcher.restart({ env: clock.env })
    await shown()
    clock.set(0)
    await batcher.restart({ env: clock.env })
    await shown()
    const older = await rememberJournal(batcher)
    for (let likes = 1; likes <= 4; likes++) {
      await batcher.like(likesOf(post, 1))
      await batcher.flush()
      await batcher.restart({ env: clock.env })
      await shown()
    }
    await batcher.running().kill()
    await older()

    await batcher.restart({ env: clock.env })
    await parted()
    await batcher.send('/reconcile?waiting=drop')
    await until(allApplied)
    await shown()

    const own = closeAfterTests(openRedis(redis.url, silent), (it) => it.disconnect())
    const likes = openLikes({ batchers: [batcher.url], redis: own, breaker: breakerOf(own), log: silent })
    await until(() => own.ping())
    await likes.totals([post])
    expect(await likes.totals([post])).toEqual(new Map())
  })

  test('a batch of the same number that is another one is recognized by its hash', async () => {
    await batcher.like(likesOf(post, 5))
    await batcher.flush()

    await database.write(`UPDATE like_batches SET hash = REPEAT('a', 64)`)

    expect(await parted()).toEqual({ how: 'forked', journal: 1, mysql: 1 })
  })

  test('batches that the journal has no more cannot be sent again, so somebody has to decide', async () => {
    const lose = await rememberMysql(database)
    await batcher.like(likesOf(post, 2))
    await batcher.flush()
    await batcher.running().kill()
    forgetDelivered(batcher.journal)
    await lose()

    await batcher.restart({})

    expect(await parted()).toEqual({ how: 'behind', journal: 1, mysql: 0 })
    await batcher.send('/reconcile?waiting=send')
    expect(totalOf((await batcher.like(likesOf(post, 1)))[0])).toBe(1)
    await batcher.flush()
    expect(await storedLikes(database, post)).toBe(1)
  })

  test('stores that agree again are gone on with, without a decision', async () => {
    await batcher.like(likesOf(post, 2))
    await batcher.flush()
    const right = await rememberMysql(database)
    await database.write(`UPDATE like_batches SET hash = REPEAT('a', 64)`)
    await parted()

    await right()
    await until(allApplied)

    expect(totalOf((await batcher.like(likesOf(post, 1)))[0])).toBe(3)
  })
})

describe('LIKES=once', () => {
  beforeEach(() => open('once'))

  test('lost batches bring back who likes what, also where likes were taken back', async () => {
    await choose(post, users.slice(0, 2))
    await batcher.flush()
    const lose = await rememberMysql(database)
    await choose(post, users.slice(2, 5))
    await batcher.flush()
    await choose(post, users.slice(0, 3), false)
    await batcher.flush()
    const before = await chainOf()
    await choose(post, users.slice(5, 6))

    await lose()
    await until(async () => (await chainOf()).length === 3)
    await batcher.flush()

    expect((await chainOf()).slice(0, 3)).toEqual(before)
    expect(await rowsOf(post)).toEqual(users.slice(3, 6))
    expect(await storedLikes(database, post)).toBe(3)
    expect(totalOf((await batcher.like([{ id: 'k:x', post, user: users[3], liked: true }]))[0])).toBe(3)
  })

  test('a member who is gone when batches are sent again is left out of all of them', async () => {
    const lose = await rememberMysql(database)
    await choose(post, users.slice(0, 3))
    await batcher.flush()
    await choose(post, users.slice(1, 2), false)
    await choose(post, users.slice(3, 4))
    await batcher.flush()
    await batcher.running().kill()
    await lose()
    await database.write('DELETE FROM users WHERE id IN (?)', [users.slice(0, 2)])

    await batcher.restart({})
    await until(async () => (await chainOf()).length === 2 && (await allApplied()))

    expect(await rowsOf(post)).toEqual([users[2]!, users[3]!])
    expect(await storedLikes(database, post)).toBe(2)
    const { chain } = await batcher.stats()
    expect(chain?.likes).toBe(2)
  })
})

import { expect, setDefaultTimeout, test } from 'bun:test'
import { type BrokerOptions, openBroker } from '../../src/live/broker.ts'
import type { Stream } from '../../src/live/stream.ts'
import type { Subscription } from '../../src/live/subscription-groups.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { readEvents } from '../support/site/events.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

const flushEveryMs = 60

const nothing: BrokerOptions = {
  totalsOf: async () => new Map(),
  stored: async () => new Map(),
  newest: async () => undefined,
  isClosed: () => false,
  unreadOf: async () => new Map(),
  flushEveryMs,
}

const brokerWith = (options: Partial<BrokerOptions> = {}) =>
  closeAfterTests(openBroker({ ...nothing, ...options }), (broker) => broker.end())

const subscription = (posts: number[], ...lists: Subscription['lists']): Subscription => ({ posts, lists })

/** What a stream sends after its snapshot. */
async function follow(stream: Stream) {
  const events = readEvents(stream.body)
  await until(() => events.of('likes').length > 0)
  return events
}

test('a storm of likes is one event a flush, with the newest total', async () => {
  let clockMs = 0
  let version = 0
  const broker = brokerWith({ now: () => clockMs })
  const ana = await follow(broker.open(subscription([1, 2])))
  const publish = () => broker.publishTotals([{ post: 1, total: ++version, version }])

  for (let flush = 1; flush <= 5; flush++) {
    clockMs += flushEveryMs
    for (let n = 0; n < 1_000; n++) publish()
    await until(() => ana.last(1)?.total === version)
  }
  for (let turn = 0; turn < 20; turn++) {
    publish()
    await new Promise(setImmediate)
  }
  await until(() => ana.last(1)?.total === version)

  // The first is the snapshot.
  expect(ana.of('likes').map((totals) => totals[0]?.[1])).toEqual([
    undefined,
    1_000,
    2_000,
    3_000,
    4_000,
    5_000,
    5_020,
  ])
})

test('what comes late is not sent: no number goes back', async () => {
  const broker = brokerWith()
  const ana = await follow(broker.open(subscription([1])))

  broker.publishTotals([{ post: 1, total: 9, version: 9 }])
  broker.publishTotals([{ post: 1, total: 8, version: 8 }])
  await until(() => ana.last(1))
  broker.publishTotals([{ post: 1, total: 7, version: 7 }])
  broker.publishTotals([{ post: 1, total: 10, version: 10 }])
  await until(() => ana.last(1)?.total === 10)

  expect(ana.of('likes')).toEqual([[], [[1, 9, 9]], [[1, 10, 10]]])
})

test('everyone hears of the posts in subscription, and of no others', async () => {
  const broker = brokerWith()
  const [ana, bo] = [
    await follow(broker.open(subscription([1]))),
    await follow(broker.open(subscription([1, 2]))),
  ]

  broker.publishTotals([1, 2, 3].map((post) => ({ post, total: post, version: 1 })))
  await until(() => ana.last(1) && bo.last(2))

  expect(ana.of('likes').flat()).toEqual([[1, 1, 1]])
  expect(bo.of('likes').flat()).toEqual([
    [1, 1, 1],
    [2, 2, 1],
  ])
})

test('who comes, or comes back, hears how things stand', async () => {
  const broker = brokerWith({
    totalsOf: async () => new Map([[1, { total: 12, version: 4 }]]),
    stored: async (posts) => new Map(posts.map((post) => [post, 5])),
    newest: async () => ({ kind: 'post', ids: [9, 8, 2] }),
  })

  const ana = await follow(broker.open(subscription([1, 2], { topic: 'posts', after: 2 })))
  const bo = await follow(broker.open(subscription([1, 2]), true))
  await until(() => ana.of('news').length > 0)

  expect(ana.of('likes')[0]).toEqual([[1, 12, 4]])
  expect(ana.of('news')).toEqual([{ topic: 'posts', kind: 'post', ids: [9, 8] }])
  expect(bo.of('likes')[0]).toEqual([
    [1, 12, 4],
    [2, 5, 0],
  ])
})

test('two thousand who come at once are read for once', async () => {
  let questions = 0
  const broker = brokerWith({
    totalsOf: async (posts) => {
      questions++
      return new Map(posts.map((post) => [post, { total: 1, version: 1 }]))
    },
  })

  const streams = Array.from({ length: 2_000 }, () => broker.open(subscription([1, 2, 3])))
  await Promise.all([follow(streams[0]!), follow(streams[1_999]!)])

  expect(questions).toBe(1)
  expect(broker.streams()).toBe(2_000)
})

test('what was lost on the way is found by the next sweep', async () => {
  let total = 1
  const broker = brokerWith({
    totalsOf: async () => new Map([[1, { total, version: total }]]),
    sweepEveryMs: 50,
  })
  const ana = await follow(broker.open(subscription([1])))

  total = 2

  await until(() => ana.last(1)?.total === 2)
})

test('news of a list reach those who look at it, several in one event', async () => {
  const broker = brokerWith()
  const [all, books] = [
    await follow(broker.open(subscription([], { topic: 'posts', after: 0 }))),
    await follow(broker.open(subscription([], { topic: 'category:3', after: 0 }))),
  ]

  for (const id of [7, 8]) broker.publish({ kind: 'post', id, categoryId: id - 4, authorId: 1 })
  await until(() => all.of('news').length > 0 && books.of('news').length > 0)

  expect(all.of('news')).toEqual([{ topic: 'posts', kind: 'post', ids: [7, 8] }])
  expect(books.of('news')).toEqual([{ topic: 'category:3', kind: 'post', ids: [7] }])
})

test('who does not read is cut off, and the others go on', async () => {
  const broker = brokerWith({ flushEveryMs: 0 })
  const posts = Array.from({ length: 100 }, (_, index) => index + 1)
  const slow = broker.open(subscription(posts))
  const ana = await follow(broker.open(subscription(posts)))

  for (let version = 1; !slow.isOver(); version++) {
    broker.publishTotals(posts.map((post) => ({ post, total: version, version })))
    await until(() => ana.last(100)?.total === version)
    expect(version).toBeLessThan(200)
  }

  expect(broker.streams()).toBe(1)
})

test('a stream has heartbeats while nothing happens, and says when to come back when it ends', async () => {
  const broker = brokerWith({ heartbeatEveryMs: 20 })
  const ana = await follow(broker.open(subscription([1])))

  await until(() => ana.of('beat').length >= 2)
  broker.end()
  await ana.ended

  expect(broker.streams()).toBe(0)
  expect(ana.retries()).toHaveLength(2)
  expect(Math.max(...ana.retries())).toBeLessThanOrEqual(1_500)
})

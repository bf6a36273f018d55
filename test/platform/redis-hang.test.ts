import { expect, setDefaultTimeout, test } from 'bun:test'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { openLog } from '../../src/platform/log.ts'
import { openRedis, openSubscriber } from '../../src/platform/redis.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { sharedRedis } from '../support/servers/services.ts'
import { startSlowProxy } from '../support/servers/slow-proxy.ts'
import { stall } from '../support/turns.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

const silent = openLog('test', 'error', () => {})

async function openWay() {
  const redis = await sharedRedis()
  const way = await startSlowProxy(redis.port)
  const url = new URL(redis.url)
  url.port = `${way.port}`
  return { redis, way, url: url.href }
}

test('a connection to Redis that leads nowhere any more is thrown away for another one', async () => {
  const { way, url } = await openWay()
  const redis = closeAfterTests(openRedis(url, silent), (it) => it.disconnect())
  await until(() => redis.ping())
  expect(way.loseAll()).toBe(1)

  await until(() => redis.ping())

  expect(way.open()).toBe(1)
})

test('who listens hears again what is published after its connection leads nowhere', async () => {
  const { redis, way, url } = await openWay()
  const subscriber = closeAfterTests(openSubscriber(url, silent), (it) => it.disconnect())
  const teller = closeAfterTests(openRedis(redis.url, silent), (it) => it.disconnect())
  const heard: string[] = []
  subscriber.on('message', (_, text) => heard.push(text))
  await subscriber.subscribe('hung')
  await until(() => teller.publish('hung', 'before').then(() => heard.length > 0))
  expect(way.loseAll()).toBe(1)

  await until(() => teller.publish('hung', 'after').then(() => heard.includes('after')))
})

test.each([
  ['an answer', 400],
  ['a connection', 1_200],
])('%s that lies unread while this process comes to nothing is not silent', async (_, ms) => {
  const { url } = await openWay()
  const redis = closeAfterTests(openRedis(url, silent), (it) => it.disconnect())
  await until(() => redis.ping())
  let closed = 0
  redis.on('close', () => closed++)
  // Behind what reads a connection come the timers, before any other is read.
  const busy = closeAfterTests(
    createServer((socket) => socket.on('data', () => stall(ms))).listen(0, '127.0.0.1'),
    (it) => void it.close(),
  )
  await once(busy, 'listening')
  const work = closeAfterTests(
    connect((busy.address() as AddressInfo).port, '127.0.0.1'),
    (it) => void it.destroy(),
  )
  await once(work, 'connect')

  const answer = redis.blpop('nothing', 0.1)
  work.write('begin')

  expect(await answer).toBeNull()
  expect(closed).toBe(0)
})

import { beforeAll, describe, expect, setDefaultTimeout, spyOn, test } from 'bun:test'
import type { Redis } from 'ioredis'
import { openLog } from '../../src/platform/log.ts'
import { openRedis, openSubscriber } from '../../src/platform/redis.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { patience, startWatchedRedis, type WatchedRedis } from '../support/servers/sentinels.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(300_000)

const silent = openLog('test', 'error', () => {})
const lines: string[] = []
const kept = openLog('test', 'info', (line) => lines.push(line))

let watched: WatchedRedis
let redis: Redis
let subscriber: Redis
const heard: string[] = []

beforeAll(async () => {
  watched = await startWatchedRedis('agora', 'secret')
  redis = closeAfterTests(openRedis(watched.url, kept), (it) => it.disconnect())
  subscriber = closeAfterTests(openSubscriber(watched.url, silent), (it) => it.disconnect())
  subscriber.on('message', (_, text) => heard.push(text))
  await subscriber.subscribe('news')
  await until(() => redis.set('began', 'yes'))
})

/** The port of the server that takes changes, as the Sentinels have it. */
const primary = () => watched.primary()
const written = (text: string) => until(async () => (await redis.set('last', text)) === 'OK', patience)

describe('with Sentinels', () => {
  test('a server whose task another takes over while it lives is left', async () => {
    const before = await primary()
    await until(() => watched.failOver(), patience)
    await until(async () => (await primary()) !== before, patience)

    // What the old one takes until it is told is lost: Redis copies later.
    const stored = await until(async () => {
      await redis.set('last', 'after a change')
      return (await watched.read(await primary(), 'last')) === 'after a change'
    }, patience)

    expect(stored).toBe(true)
    await watched.rejoin(before)
  })

  test('one that was killed is replaced for who writes and who listens', async () => {
    const before = await primary()
    await watched.server(before).kill()

    await written('after a death')
    await until(async () => {
      await redis.publish('news', 'of the second')
      return heard.includes('of the second')
    }, patience)

    expect(await primary()).not.toBe(before)
    await watched.server(before).restart()
    await watched.rejoin(before)
  })

  test('one that hangs is replaced, too', async () => {
    const before = await primary()
    watched.server(before).pause()

    await written('after a silence')

    const after = await until(async () => (await primary()) !== before && (await primary()), patience)
    expect(await watched.read(after, 'last')).toBe('after a silence')
    watched.server(before).resume()
    await watched.rejoin(before)
  })

  test('a Sentinel that is gone is not needed, and its end is logged, not printed', async () => {
    const printed = spyOn(console, 'error').mockImplementation(() => {})
    lines.length = 0
    await watched.stopSentinel()
    const another = closeAfterTests(openRedis(watched.url, silent), (it) => it.disconnect())

    expect(await until(() => another.set('from another', 'yes'), patience)).toBe('OK')
    await until(() => lines.some((line) => line.includes('a Sentinel is out of reach')), patience)
    expect(printed.mock.calls.flat().filter((text) => `${text}`.includes('ioredis'))).toEqual([])
    printed.mockRestore()
  })
})

import { beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type Echo, type Haproxy, type Seen, startEcho, startHaproxy } from '../support/servers/haproxy.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

let haproxy: Haproxy
let one: Echo
let two: Echo
beforeEach(async () => {
  haproxy = await startHaproxy()
  one = await haproxy.add('web', 'one')
  two = await haproxy.add('web', 'two')
})

describe('a replica that dies', () => {
  test('goes unnoticed by readers, even by those it was answering', async () => {
    const statuses: number[] = []
    const reader = async () => {
      for (let i = 0; i < 150; i++) statuses.push((await fetch(`${haproxy.url}/`)).status)
    }

    const readers = [reader(), reader(), reader(), reader()]
    await until(() => statuses.length > 100)
    await one.kill()
    await Promise.all(readers)

    expect(statuses).toEqual(Array(600).fill(200))
  })

  test('never has its write done again by another one', async () => {
    const response = await fetch(`${haproxy.url}/die`, { method: 'POST', body: 'once', keepalive: false })

    expect(response.status).toBe(502)
    await until(() => !one.isRunning() || !two.isRunning())
    const survivor = one.isRunning() ? one : two
    expect(await requestsOf(survivor)).toBe(0)
  })

  test('is given no requests after the first that it refuses, and gets them again when it is back', async () => {
    await one.kill()
    for (let i = 0; i < 4; i++) await haproxy.ask('/')
    expect(await statusOf('one')).toStartWith('DOWN')

    await startEcho('one', one.port)

    await until(async () => (await haproxy.ask('/')).name === 'one')
  })

  test('leaves a visitor nobody: the page says so and asks again by itself', async () => {
    await Promise.all([one.kill(), two.kill()])

    const response = await fetch(haproxy.url)

    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('2')
    expect(await response.text()).toContain('http-equiv="refresh"')
    await startEcho('two', two.port)
    await until(async () => (await fetch(haproxy.url)).ok)
  })
})

describe('a replica that drains', () => {
  test('gets nothing new', async () => {
    await fetch(`${one.url}/drain`)
    await until(async () => (await statusOf('one')).startsWith('DOWN'))

    const names: string[] = []
    for (let i = 0; i < 6; i++) names.push((await haproxy.ask('/')).name)

    expect(names).toEqual(Array(6).fill('two'))
  })

  test('ends what it has begun', async () => {
    await haproxy.socket.removeServer('web', 'two')
    await until(async () => (await fetch(haproxy.url)).headers.get('x-served-by') === 'one')
    // One: after a missed check HAProxy gives a server a few at a time at first, and lets others wait.
    const answer = haproxy.ask('/hold')
    await until(async () => (await haproxy.socket.stat())[0]?.sessions === 1)

    await fetch(`${one.url}/drain`)
    await until(async () => (await statusOf('one')).startsWith('DOWN'))
    await fetch(`${one.url}/release`)

    expect((await answer).name).toBe('one')
  })
})

const requestsOf = async ({ url }: Echo) => ((await (await fetch(url)).json()) as Seen).requests - 1

async function statusOf(name: string): Promise<string> {
  return (await haproxy.socket.stat()).find(({ server }) => server === name)?.status ?? ''
}

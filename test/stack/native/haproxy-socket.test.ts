import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { HaproxyError, haproxySocket, serverOptions } from '../../../stack/native/haproxy-socket.ts'
import { configuration, type Haproxy, startEcho, startHaproxy } from '../../support/servers/haproxy.ts'
import { until } from '../../support/until.ts'

setDefaultTimeout(60_000)

let haproxy: Haproxy
beforeAll(async () => {
  haproxy = await startHaproxy()
})

describe('HAProxy at run time', () => {
  test('servers come and go under traffic, and no visitor notices', async () => {
    await haproxy.add('web', 'one')
    const statuses: number[] = []
    let isOver = false
    const reader = async () => {
      while (!isOver) statuses.push((await fetch(haproxy.url)).status)
    }
    const readers = [reader(), reader(), reader()]

    const two = await haproxy.add('web', 'two')
    await until(async () => (await haproxy.ask('/')).name === 'two')
    await haproxy.socket.removeServer('web', 'two')
    await two.stop()
    const before = statuses.length
    await until(() => statuses.length > before + 50)
    isOver = true
    await Promise.all(readers)

    expect(new Set(statuses)).toEqual(new Set([200]))
    expect((await haproxy.socket.stat()).map(({ server }) => server)).toEqual(['one'])
    await haproxy.socket.removeServer('web', 'one')
  })

  test('a removed server ends what it has begun', async () => {
    const echo = await haproxy.add('web', 'slow')
    const answer = haproxy.ask('/hold')
    await until(async () => (await haproxy.socket.stat())[0]?.sessions === 1)

    const removed = haproxy.socket.removeServer('web', 'slow')
    await until(async () => (await haproxy.socket.stat())[0]?.status === 'DRAIN')
    await fetch(`${echo.url}/release`)

    expect((await answer).name).toBe('slow')
    await removed
    await echo.stop()
  })

  test('a server is checked from the moment it is added', async () => {
    const echo = await haproxy.add('web', 'checked')
    const rows = () => haproxy.socket.stat()
    const row = await until(async () => (await rows()).find(({ check }) => check === 'L7OK'))
    expect(row).toMatchObject({ backend: 'web', server: 'checked', status: 'UP', sessions: 0, queued: 0 })
    expect(row.address).toBe(`127.0.0.1:${echo.port}`)

    await echo.kill()

    await until(async () => (await rows())[0]?.status === 'DOWN')
    await haproxy.socket.removeServer('web', 'checked')
  })

  test('a drained server is asked nothing until it is called ready', async () => {
    const echo = await haproxy.add('web', 'resting')

    await haproxy.socket.drainServer('web', 'resting')
    expect((await fetch(haproxy.url)).status).toBe(503)
    await haproxy.socket.readyServer('web', 'resting')

    expect((await haproxy.ask('/')).name).toBe('resting')
    await haproxy.socket.removeServer('web', 'resting')
    await echo.stop()
  })

  test('a name that is taken is refused in words', async () => {
    const echo = await startEcho('same')
    const add = () => haproxy.socket.addServer('web', 'same', '127.0.0.1', echo.port)
    await add()

    await expect(add()).rejects.toThrow(/refused "add server web\/same .*Already exists/)

    await haproxy.socket.removeServer('web', 'same')
  })

  test('a name cannot smuggle in another command', async () => {
    const add = haproxy.socket.addServer('web', 'x; shutdown sessions server web/one', '127.0.0.1', 1)

    await expect(add).rejects.toThrow(HaproxyError)
  })

  test('a socket with nobody behind it is named', async () => {
    await expect(haproxySocket(`${haproxy.path}-not`).stat()).rejects.toThrow(`${haproxy.path}-not`)
  })

  test('servers have the same options as those that Docker brings', async () => {
    const [defaults = ''] = (await Bun.file(configuration).text()).split(/^frontend /m)
    // Who finds servers by a name server is told where they are.
    const lines = [...defaults.matchAll(/^ {4}default-server (?!resolvers )(.*)$/gm)].map(
      ([, options]) => options,
    )

    expect(lines.join(' ')).toBe(serverOptions)
  })
})

import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { identify } from '../../stack/process/identity.ts'
import { freePort } from '../support/servers/services.ts'
import { runAgora, type Stack, startStack } from '../support/servers/stack.ts'
import { fresh, likesShown, postsShown } from '../support/site/page.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

const names = [
  'haproxy',
  'mysql',
  'redis',
  'batcher-1',
  'courier-1',
  'search-1',
  'scaler',
  'web-1',
  'web-2',
  'accounts-1',
  'admin-1',
  'admin-2',
]

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})

describe('a running stack', () => {
  test('names its processes, all of them ready', async () => {
    const { mode, url, processes } = await stack.status()

    expect([mode, url]).toEqual(['native', stack.url])
    expect(processes.map(({ name }) => name).sort()).toEqual([...names].sort())
    expect(processes.filter(({ state }) => state !== 'ready')).toEqual([])
    expect(processes.filter(({ pid }) => !pid || !identify(pid))).toEqual([])
  })

  test('is not started a second time', async () => {
    const before = await stack.status()

    const { code, output } = await runAgora(['up', '--native', '--detach', '--data', stack.data])

    expect(code).toBe(0)
    expect(output).toContain('runs already')
    expect(output).toContain(stack.url)
    expect(await stack.status()).toEqual(before)
  })

  test('keeps its port to itself, and who wants it is refused', async () => {
    const args = ['up', '--native', '--detach', '--data', `${stack.data}-2`, '--port', `${stack.port}`]

    const { code, output } = await runAgora(args)

    expect(code).toBe(1)
    expect(output).toContain(`port ${stack.port} is taken`)
    expect(output).toContain('haproxy')
  })
})

describe('kill -9', () => {
  test.each(names)('%s is back on the same port', async (name) => {
    const before = await stack.process(name)

    process.kill(before.pid!, 'SIGKILL')

    const after = await until(
      async () => {
        const now = await stack.process(name)
        const works = now.pid !== before.pid && now.state === 'ready' && (await fetch(stack.url, fresh)).ok
        return works && now
      },
      { withinMs: 60_000 },
    )
    expect(after.port).toBe(before.port)
  })

  test('one replica goes unnoticed by those who read', async () => {
    const { pid } = await stack.process('web-1')
    const reads = Array.from({ length: 200 }, async (_, index) => {
      await Bun.sleep(index * 5)
      return (await fetch(`${stack.url}/?read=${index}`, fresh)).status
    })

    process.kill(pid!, 'SIGKILL')

    expect(new Set(await Promise.all(reads))).toEqual(new Set([200]))
  })

  test('of the batcher loses no like that was answered', async () => {
    const post = postsShown(await (await fetch(stack.url, fresh)).text())[0]!
    const before = likesShown(await (await fetch(stack.url, fresh)).text(), post)
    const sendLike = (headers = {}) =>
      fetch(`${stack.url}/api/posts/${post}/likes`, { method: 'POST', headers })
    const answers = [await sendLike(), await sendLike(), await sendLike()]

    process.kill((await stack.process('batcher-1')).pid!, 'SIGKILL')

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    // One that was not answered may be in the journal. It is sent again by its key, and counts once.
    const key = { 'idempotency-key': crypto.randomUUID() }
    const next = await until(async () => ((await (await sendLike(key)).json()) as { likes?: number }).likes)
    expect(next).toBe(before + 4)
  })
})

describe('./agora down', () => {
  test('leaves no process, and the next start has everything that was there', async () => {
    const { processes } = await stack.status()
    const front = postsShown(await (await fetch(stack.url, fresh)).text())

    await stack.down()

    expect(processes.filter(({ pid }) => pid && identify(pid))).toEqual([])
    expect((await runAgora(['status', '--data', stack.data])).code).toBe(1)
    const again = await startStack({ data: stack.data, port: await freePort() })
    expect(postsShown(await (await fetch(again.url, fresh)).text())).toEqual(front)
  })
})

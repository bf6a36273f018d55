import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { Child, ChildFailed, type ChildHooks, type Pace } from '../../../stack/process/child.ts'
import { freePort } from '../../../stack/process/free-port.ts'
import { isAlive } from '../../../stack/process/identity.ts'
import { httpAnswers } from '../../../stack/process/ready.ts'
import { handClock } from '../../support/clock.ts'
import { closeAfterTests } from '../../support/servers/cleanup.ts'
import { root, temporaryFolder } from '../../support/servers/reaper.ts'
import { until } from '../../support/until.ts'

/** Bun listens on `PORT` by default. */
const server = `
  Bun.serve({ hostname: '127.0.0.1', fetch: () => new Response('up') })
  console.log('serving')
  process.on('SIGTERM', () => { console.log('drained'); process.exit() })
`

test('a process that is killed comes back on its port', async () => {
  const { child, printed } = await supervised(server)
  await child.start()
  const first = child.status

  process.kill(first.pid!, 'SIGKILL')
  await until(() => child.status.state === 'ready' && child.status.pid !== first.pid)

  expect(child.status.port).toBe(first.port)
  expect(await httpAnswers(`http://127.0.0.1:${first.port}/`)).toBe(true)
  expect(printed).toEqual(['web-1 was ended by SIGKILL, starts again in 100 ms', 'web-1 is ready again'])
})

test('a process that is stopped drains, is gone and stays away', async () => {
  const { child, logFile } = await supervised(server)
  await child.start()
  const identity = child.identity!

  await child.stop()

  expect(isAlive(identity)).toBe(false)
  expect(child.status).toEqual({ name: 'web-1', role: 'web', port: child.plan.port, state: 'stopped' })
  expect(await Bun.file(logFile).text()).toBe('serving\ndrained\n')
})

test('a process that ignores the request to stop is killed at its deadline', async () => {
  const { child } = await supervised(server.replace('process.exit()', ''), {}, { stopsWithinMs: 100 })
  await child.start()
  const identity = child.identity!

  await child.stop()

  expect(isAlive(identity)).toBe(false)
})

test('a process that is stopped between two lives does not come back', async () => {
  const { child } = await supervised(server, { firstDelayMs: 10_000 })
  await child.start()
  process.kill(child.status.pid!, 'SIGKILL')
  await until(() => child.status.state === 'restarting')

  await child.stop()

  expect(child.status.state).toBe('stopped')
  expect(child.identity).toBeUndefined()
})

test('a process that ends at each start is given up with its last words', async () => {
  const { child, printed } = await supervised(`console.error('no such journal'); process.exit(3)`, {
    firstDelayMs: 1,
  })

  const failure = await child.start().catch((error) => error)

  expect(failure).toBeInstanceOf(ChildFailed)
  expect(failure.message).toContain('web-1 ended with code 3, 4 times in a row')
  expect(failure.message).toContain('no such journal')
  expect(printed).toHaveLength(3)
})

test('the pause before a restart doubles up to its limit', async () => {
  const pace = { firstDelayMs: 1, longestDelayMs: 4, hopelessAfter: 6 }
  const { child, printed } = await supervised(`process.exit(1)`, pace)

  await child.start().catch(() => undefined)

  expect(printed.map((line) => line.match(/in (\d+) ms/)?.[1])).toEqual(['1', '2', '4', '4', '4'])
})

test('a process that lived for long starts again after the first pause', async () => {
  const clock = handClock()
  const { child, printed } = await supervised(server, { firstDelayMs: 1 }, { hooks: { now: clock.now } })
  await child.start()
  const killAfter = async (ms: number) => {
    await until(() => child.status.state === 'ready')
    const { pid } = child.status
    clock.advance(ms)
    process.kill(pid!, 'SIGKILL')
    await until(() => child.status.state === 'ready' && child.status.pid !== pid)
  }

  for (const livedMs of [0, 0, 29_999, 30_000]) await killAfter(livedMs)

  expect(printed.flatMap((line) => line.match(/in (\d+) ms/)?.[1] ?? [])).toEqual(['1', '2', '4', '1'])
})

test('a program that is not there is named', async () => {
  const { child } = await supervised('', { firstDelayMs: 1 }, { command: ['/no/such/program'] })

  const failure = await child.start().catch((error) => error)

  expect(failure.message).toContain('/no/such/program')
})

test('a process that never becomes ready fails the start', async () => {
  const thinking = `console.log('thinking'); setInterval(() => {}, 1000)`
  const { child } = await supervised(thinking, {}, { readyWithinMs: 1_000 })

  const failure = await child.start().catch((error) => error)

  expect(failure.message).toContain('web-1 was not ready after 1 s')
})

test('a process runs in the folder of the project, wherever the command was typed', async () => {
  const { child, logFile } = await supervised(server.replace("'serving'", 'process.cwd()'))

  await child.start()

  expect(await Bun.file(logFile).text()).toBe(`${root}\n`)
})

test('a process is started again whatever is thrown by those who keep books of it', async () => {
  const logFile = join(temporaryFolder(), 'a file')
  const full = () => {
    throw new Error('ENOSPC: no space left on device')
  }
  const { child } = await supervised(
    server,
    {},
    { logFile: join(logFile, 'web-1.log'), hooks: { changed: full, print: full, prepare: full } },
  )
  await Bun.write(logFile, '')
  await child.start()
  const first = child.status.pid!

  process.kill(first, 'SIGKILL')
  await until(() => child.status.state === 'ready' && child.status.pid !== first)

  expect(await httpAnswers(`http://127.0.0.1:${child.plan.port}/`)).toBe(true)
})

type Plan = {
  logFile?: string
  hooks?: Partial<ChildHooks>
  command?: [string]
  readyWithinMs?: number
  stopsWithinMs?: number
}

async function supervised(
  code: string,
  pace: Partial<Pace> = {},
  { command, hooks, readyWithinMs = 30_000, stopsWithinMs = 30_000, ...more }: Plan = {},
) {
  const port = await freePort()
  const { logFile = join(temporaryFolder(), 'web-1.log') } = more
  const printed: string[] = []
  const child = new Child(
    {
      name: 'web-1',
      role: 'web',
      command: command ?? [process.execPath, '--eval', code],
      env: { PORT: String(port) },
      port,
      isReady: () => httpAnswers(`http://127.0.0.1:${port}/`),
      readyWithinMs,
      stop: [{ signal: 'SIGTERM', forMs: stopsWithinMs }],
    },
    {
      logFile,
      print: (line) => printed.push(line),
      changed: () => undefined,
      ...hooks,
      pace: { firstDelayMs: 100, longestDelayMs: 5_000, healthyMs: 30_000, hopelessAfter: 4, ...pace },
    },
  )
  return closeAfterTests({ child, printed, logFile }, () => child.stop())
}

import { expect, test } from 'bun:test'
import { closeSync, existsSync, openSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { Child, type ChildPlan } from '../../../stack/process/child.ts'
import { freePort } from '../../../stack/process/free-port.ts'
import { lastLines, logPath, newLines, turnLogs } from '../../../stack/process/log-files.ts'
import { closeAfterTests } from '../../support/servers/cleanup.ts'
import { startProcess } from '../../support/servers/processes.ts'
import { PATH, temporaryFolder } from '../../support/servers/reaper.ts'
import { until } from '../../support/until.ts'

test('a log that grows too large is turned, and its writer goes on in the same file', async () => {
  const { logs, writer } = await writtenLog()
  await until(() => statSync(logPath(logs, 'web-1')).size > 1_000)

  turnLogs(logs, 1_000)

  expect(statSync(`${logPath(logs, 'web-1')}.1`).size).toBeGreaterThan(1_000)
  const size = statSync(logPath(logs, 'web-1')).size
  await until(() => statSync(logPath(logs, 'web-1')).size > size)
  await writer.stop()
  const [first] = await lastLines(logPath(logs, 'web-1'), 1)
  expect(first).toBe('a line')
})

test('whoever follows a log sees new lines, after it was turned too', async () => {
  const { logs, writer } = await writtenLog()
  const end = new AbortController()
  const seen: string[] = []
  const following = (async () => {
    for await (const line of newLines(logPath(logs, 'web-1'), 0, end.signal)) seen.push(line)
  })()
  await until(() => seen.length > 0)

  turnLogs(logs, 0)
  const before = seen.length
  await until(() => seen.length > before + 10)

  end.abort()
  await following
  await writer.stop()
  expect(new Set(seen)).toEqual(new Set(['a line']))
})

async function writtenLog() {
  const logs = temporaryFolder()
  const append = `while :; do echo 'a line'; sleep 0.002; done >> ${logPath(logs, 'web-1')}`
  const writer = startProcess(['sh', '-c', append])
  return { logs, writer }
}

test('HAProxy goes on at the end of a log that was turned, and of one that it finds', async () => {
  const logs = temporaryFolder()
  const path = logPath(logs, 'haproxy')
  const port = await freePort()
  const config = join(temporaryFolder(), 'haproxy.cfg')
  await Bun.write(config, configOf(port))
  const ask = async () => void (await fetch(`http://127.0.0.1:${port}/asked`)).body?.cancel()
  const plan: ChildPlan = {
    name: 'haproxy',
    role: 'haproxy',
    command: ['haproxy', '-db', '-f', config],
    env: { PATH },
    port,
    readyWithinMs: 20_000,
    stop: [{ signal: 'SIGTERM', forMs: 10_000 }],
    isReady: async () => (await fetch(`http://127.0.0.1:${port}/ready`)).ok,
  }
  const child = closeAfterTests(
    new Child(plan, { logFile: path, print: () => {}, changed: () => {} }),
    (it) => it.stop(),
  )
  const text = () => Bun.file(path).text()
  const turn = () => {
    child.appendAgain()
    turnLogs(logs, 1_000)
  }
  await child.start()
  await until(async () => {
    await ask()
    return statSync(path).size > 1_000
  })

  turn()
  await ask()
  const turned = await until(text)
  expect(turned.length).toBeLessThan(1_000)
  expect(turned).toStartWith('{"asked"')
  expect(await Bun.file(`${path}.1`).text()).toContain('{"asked"')

  process.kill(child.status.pid!, 'SIGKILL')
  await until(() => child.status.state !== 'ready')
  await until(() => child.status.state === 'ready')
  expect(await text()).toStartWith(turned)
})

test('of a log that its writer left a hole in, what it holds is turned', async () => {
  const logs = temporaryFolder()
  const file = openSync(logPath(logs, 'haproxy'), 'w')
  const hole = 1024 * 1024 * 1024
  writeSync(file, 'few\n', hole)
  turnLogs(logs, 8_192)
  expect(existsSync(`${logPath(logs, 'haproxy')}.1`)).toBe(false)

  const lines = 'a line\n'.repeat(2_000)
  writeSync(file, lines, hole + 4)
  turnLogs(logs, 8_192)
  closeSync(file)

  expect((await Bun.file(`${logPath(logs, 'haproxy')}.1`).text()).replaceAll('\0', '')).toBe(`few\n${lines}`)
  expect(statSync(`${logPath(logs, 'haproxy')}.1`).size).toBeLessThan(100_000)
  expect(statSync(logPath(logs, 'haproxy')).size).toBe(0)
})

const configOf = (port: number) => `
global
    log stdout format raw daemon
defaults
    mode http
    timeout client 5s
    timeout connect 5s
    timeout server 5s
    log global
    log-format '{"asked":"%HP"}'
frontend any
    bind 127.0.0.1:${port}
    http-request return status 200
`

import { expect, test } from 'bun:test'
import { statSync } from 'node:fs'
import { lastLines, logPath, newLines, turnLogs } from '../../../stack/process/log-files.ts'
import { startProcess } from '../../support/servers/processes.ts'
import { temporaryFolder } from '../../support/servers/reaper.ts'
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

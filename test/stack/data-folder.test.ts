import { expect, test } from 'bun:test'
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  deleteDataFolder,
  isDataFolder,
  makeDataFolder,
  readState,
  writeState,
} from '../../stack/data-folder.ts'
import { takeLock } from '../../stack/lock.ts'
import { identify, isAlive } from '../../stack/process/identity.ts'
import { lastLines, logPath, newLines, turnLogs } from '../../stack/process/log-files.ts'
import { openSecrets, readSecrets } from '../../stack/secrets.ts'
import { startProcess } from '../support/servers/processes.ts'
import { root, temporaryFolder } from '../support/servers/reaper.ts'
import { until } from '../support/until.ts'

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)

test('secrets are made once, long, and readable by their owner alone', () => {
  const data = freshData()

  const secrets = openSecrets(data)

  expect(openSecrets(data)).toEqual(secrets)
  expect(readSecrets(data)).toEqual(secrets)
  expect(new Set(Object.values(secrets)).size).toBe(Object.keys(secrets).length)
  for (const secret of Object.values(secrets)) expect(secret).toMatch(/^[0-9a-f]{32}$/)
  expect(mode(join(data, 'secrets.json'))).toBe('600')
  expect(mode(data)).toBe('700')
})

test('a secret that an older version did not know is added, the others stay', async () => {
  const data = freshData()
  const { stats: _, ...older } = openSecrets(data)
  await Bun.write(join(data, 'secrets.json'), JSON.stringify(older))

  const secrets = openSecrets(data)

  expect(secrets).toMatchObject(older)
  expect(secrets.stats).toMatch(/^[0-9a-f]{32}$/)
})

test('a folder of somebody else is none of ours, though its parts are called alike', () => {
  const theirs = temporaryFolder()
  for (const name of ['logs', 'mysql', 'journal']) mkdirSync(join(theirs, name))
  const ours = freshData()
  makeDataFolder(ours)
  takeLock(join(ours, 'lock'))?.release()

  expect([isDataFolder(theirs), isDataFolder(ours), isDataFolder('/nowhere')]).toEqual([false, true, false])
})

test('a folder remembers its stack', () => {
  const data = freshData()
  expect(readState(data)).toBeUndefined()

  writeState(data, { mode: 'docker', port: 8081 })

  expect(readState(data)).toEqual({ mode: 'docker', port: 8081 })
})

test('deleting a stack leaves what somebody else put into its folder', async () => {
  const data = freshData()
  openSecrets(data)
  await Bun.write(join(data, 'notes-of-ana.txt'), 'mine')

  deleteDataFolder(data)

  expect(existsSync(join(data, 'secrets.json'))).toBe(false)
  expect(await Bun.file(join(data, 'notes-of-ana.txt')).text()).toBe('mine')
})

test('a folder has one supervisor at a time, and a killed one makes room', async () => {
  const file = join(freshData(), 'lock')
  const code = `
    import { takeLock } from '${root}/stack/lock.ts'
    const lock = takeLock('${file}')
    console.log(lock ? 'held' : 'refused')
    setInterval(() => lock, 1000)`
  const holder = startProcess([process.execPath, '--eval', code])
  await until(() => holder.printed() === 'held\n')
  expect(takeLock(file)).toBeUndefined()

  await holder.kill()

  const lock = takeLock(file)
  expect(lock).toBeDefined()
  lock?.release()
})

test('a process is known by its pid and the moment it began', async () => {
  const other = startProcess(['sleep', '60'])
  const identity = identify(other.pid)!

  expect(isAlive(identity)).toBe(true)
  expect(isAlive({ ...identity, began: 'at another time' })).toBe(false)
  await other.kill()
  expect(isAlive(identity)).toBe(false)
})

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

test('a data folder that is a file is told in words', () => {
  const file = join(temporaryFolder(), 'data')
  writeFileSync(file, '')

  expect(() => readState(file)).toThrow(`${file} is not a folder`)
})

function freshData(): string {
  const data = join(temporaryFolder(), 'data')
  makeDataFolder(data)
  return data
}

async function writtenLog() {
  const logs = join(freshData(), 'logs')
  const append = `while :; do echo 'a line'; sleep 0.002; done >> ${logPath(logs, 'web-1')}`
  const writer = startProcess(['sh', '-c', append])
  return { logs, writer }
}

test('a data folder below folders that are not there leaves these for others to pass, and is shut itself', () => {
  const above = join(temporaryFolder(), 'srv')

  makeDataFolder(join(above, 'board'))

  expect([mode(above), mode(join(above, 'board'))]).toEqual(['755', '700'])
})

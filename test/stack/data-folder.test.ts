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
import { openSecrets } from '../../stack/secrets.ts'
import { temporaryFolder } from '../support/servers/reaper.ts'

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)

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

test('a data folder that is a file is refused in words', () => {
  const file = join(temporaryFolder(), 'data')
  writeFileSync(file, '')

  expect(() => readState(file)).toThrow(`${file} is not a folder`)
})

test('a data folder below folders that are not there leaves these for others to pass, and is shut itself', () => {
  const above = join(temporaryFolder(), 'srv')

  makeDataFolder(join(above, 'board'))

  expect([mode(above), mode(join(above, 'board'))]).toEqual(['755', '700'])
})

function freshData(): string {
  const data = join(temporaryFolder(), 'data')
  makeDataFolder(data)
  return data
}

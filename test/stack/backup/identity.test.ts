import { expect, test } from 'bun:test'
import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import { identityNotes, secretKeysIn } from '../../../stack/backup/identity.ts'
import { temporaryFolder } from '../../support/servers/reaper.ts'

const daily = { BACKUP_TO: '/backups', BACKUP_AT: '03:30' }

test('the file of BACKUP_IDENTITY is private, and opens what BACKUP_KEY encrypts', async () => {
  const file = join(temporaryFolder(), 'key.txt')
  const [own, other] = await Promise.all([generateIdentity(), generateIdentity()])
  const env = { ...daily, BACKUP_KEY: await identityToRecipient(own), BACKUP_IDENTITY: file }
  const notes = () => identityNotes(env).catch((error: Error) => `${error.name}: ${error.message}`)

  expect(await notes()).toEqual([
    `BACKUP_IDENTITY: there is no file ${file}, and drills fail until there is.`,
  ])
  await Bun.write(file, `# made by age-keygen\n${own}\n`)
  chmodSync(file, 0o640)
  expect(await notes()).toBe(
    `ConfigError: BACKUP_IDENTITY must be a file that its owner alone may read: chmod 600 ${file}`,
  )
  chmodSync(file, 0o600)
  expect(await notes()).toEqual([])
  await Bun.write(file, other)
  expect(await notes()).toBe(`ConfigError: BACKUP_IDENTITY: no key in ${file} opens what BACKUP_KEY encrypts`)
  await Bun.write(file, `${own.slice(0, -1)}B`)
  expect(await notes()).toBe(`ConfigError: BACKUP_IDENTITY: a key of age in ${file} is damaged`)
  await Bun.write(file, 'nothing')
  expect(await notes()).toBe(`ConfigError: BACKUP_IDENTITY: ${file} has no secret key of age`)
})

test('without one the start says once that drills are made by hand', async () => {
  const encrypted = { ...daily, BACKUP_KEY: 'age1abc' }

  expect(await identityNotes(encrypted)).toEqual([
    'No drill is made by itself: backups are encrypted, and BACKUP_IDENTITY names no file with the secret key.',
  ])
  expect(await identityNotes({ ...encrypted, BACKUP_DRILL: 'never' })).toEqual([])
  expect(await identityNotes({ BACKUP_KEY: 'age1abc' })).toEqual([])
})

test('a file of keys that is not there, or a folder, is a line', () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'keys'))

  expect(() => secretKeysIn(join(folder, 'key.txt'))).toThrow(`there is no file ${folder}/key.txt`)
  expect(() => secretKeysIn(join(folder, 'keys'))).toThrow(`${folder}/keys is a folder, no file with a key`)
})

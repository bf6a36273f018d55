import { expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { version } from '../../package.json'
import { noteVersion, versionOf } from '../../stack/version.ts'
import { root, temporaryFolder } from '../support/servers/reaper.ts'

test('a stack says from which version to which it goes', () => {
  const data = temporaryFolder()

  expect(noteVersion(data, '0.1.0 (aaaaaaa)')).toBe('Version 0.1.0 (aaaaaaa).')
  expect(noteVersion(data, '0.1.0 (aaaaaaa)')).toBe('Version 0.1.0 (aaaaaaa), as before.')
  expect(noteVersion(data, '0.2.0')).toBe('From version 0.1.0 (aaaaaaa) to 0.2.0.')
  writeFileSync(join(data, 'version.json'), 'half')
  expect(noteVersion(data, '0.3.0')).toBe('Version 0.3.0.')
})

test('the version of a folder is that of its package, and of its commit where it has one', () => {
  const folder = temporaryFolder()

  expect(versionOf(folder)).toBe('unknown')
  writeFileSync(join(folder, 'package.json'), '{"version":"7.8.9"}')
  expect(versionOf(folder)).toBe('7.8.9')
  expect(versionOf(root)).toStartWith(version)
})

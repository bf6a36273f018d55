import { expect, test } from 'bun:test'
import { shortageIn, shortageOfMemory } from '../../../stack/backup/room.ts'

test('a drill wants room for the board beside its backup, where that is memory, too', () => {
  const room = { free: 2.2e9, isMemory: false, memory: 1.5e9 }

  expect(shortageIn('/tmp', 1e8, room)).toBeUndefined()
  expect(shortageIn('/tmp', 2e8, room)).toBe(
    'a drill wants 3.4 GB in /tmp, and 2.2 GB are free: TMPDIR names another folder',
  )
  expect(shortageIn('/tmp', 1e8, { ...room, isMemory: true })).toContain('and 500 MB are free')
  expect(shortageIn('/tmp', 1e8, { ...room, isMemory: true, memory: undefined })).toBeUndefined()
})

test('no second stack starts by itself where memory is short', () => {
  expect(shortageOfMemory(1e9)).toBeUndefined()
  expect(shortageOfMemory(999e6)).toBe('a drill wants 1.0 GB of memory, and 999 MB can be had')
})

test('what this machine has is known', () => {
  expect(shortageIn('/', 1e15)).toMatch(
    /^a drill wants 12 PB|^a drill wants \d+ TB in \/, and \S+ \S+ are free/,
  )
})

import { expect, test } from 'bun:test'
import { identify, isAlive } from '../../../stack/process/identity.ts'
import { startProcess } from '../../support/servers/processes.ts'

test('a process is known by its pid and the moment it began', async () => {
  const other = startProcess(['sleep', '60'])
  const identity = identify(other.pid)!

  expect(isAlive(identity)).toBe(true)
  expect(isAlive({ ...identity, began: 'at another time' })).toBe(false)
  await other.kill()
  expect(isAlive(identity)).toBe(false)
})

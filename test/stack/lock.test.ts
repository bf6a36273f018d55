import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { takeLock, takeLockWithin } from '../../stack/lock.ts'
import { handClock } from '../support/clock.ts'
import { startProcess } from '../support/servers/processes.ts'
import { root, temporaryFolder } from '../support/servers/reaper.ts'
import { until } from '../support/until.ts'

test('a folder has one supervisor at a time, and a killed one makes room', async () => {
  const file = join(temporaryFolder(), 'lock')
  const code = `
    import { takeLock, takeLockWithin } from '${root}/stack/lock.ts'
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

test('a lock that is let go meanwhile is taken, and one that is held for longer is not', async () => {
  const file = join(temporaryFolder(), 'lock')
  const held = takeLock(file)
  const clock = handClock((ms) => {
    if (ms >= 400) held?.release()
  })

  expect(await takeLockWithin(file, 300, clock)).toBeUndefined()
  const lock = await takeLockWithin(file, 300, clock)

  expect(lock?.isInPlace()).toBe(true)
  lock?.release()
})

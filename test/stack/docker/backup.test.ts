import { describe, expect, test } from 'bun:test'
import { refuseUnlessKept } from '../../../stack/docker/backup.ts'
import type { ProcessRole, ProcessState } from '../../../stack/status.ts'

describe('a backup of containers', () => {
  const process = (role: ProcessRole, state: ProcessState) => ({ name: role, role, port: 1, state })
  const stack = (...processes: ReturnType<typeof process>[]) => ({
    mode: 'docker' as const,
    url: null,
    statsUrl: null,
    processes,
  })

  test('does not wait for a replica that comes or goes', () => {
    const status = stack(process('mysql', 'ready'), process('batcher', 'ready'), process('web', 'starting'))

    expect(() => refuseUnlessKept(status)).not.toThrow()
  })

  test.each([
    ['nothing runs', stack(), 'not running'],
    ['MySQL starts', stack(process('mysql', 'starting'), process('batcher', 'ready')), 'mysql is not ready'],
    ['there is no batcher', stack(process('mysql', 'ready')), 'batcher is not ready'],
  ])('is refused while %s', (_, status, words) => {
    expect(() => refuseUnlessKept(status)).toThrow(words)
  })
})

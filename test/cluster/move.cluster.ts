import { expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import type { Moved } from '../../bench/cluster/move.ts'
import { temporaryFolder } from '../support/servers/reaper.ts'
import { runAgora } from '../support/servers/stack.ts'

setDefaultTimeout(600_000)

test('a board moves from one machine to three and back while visitors like, and no like is lost', async () => {
  const file = join(temporaryFolder(), 'moved.json')

  const { output } = await runAgora(['bench', 'move', '--rate', '100', '--seconds', '3', '--json', file])
  const moved = (await Bun.file(file)
    .json()
    .catch(() => undefined)) as Moved | undefined

  if (!moved) throw new Error(output)
  console.log(output)
  expect(moved).toMatchObject({ lost: 0, doubled: 0, drift: 0 })
  expect(moved.likes).toBeGreaterThan(300)
  // Each was refused while the board was closed, twice.
  expect(moved.retried).toBeGreaterThan(40)
})

import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { run } from '../support/servers/processes.ts'
import { root } from '../support/servers/reaper.ts'

// A supervisor that runs deploys the code of another version, whose migrations it starts by the path that it
// knows.
test.each([
  ['now', 'stack/database/migrate.ts'],
  ['in 0.1.0', 'stack/migrate.ts'],
])('the migrations are found where they are %s', async (_, path) => {
  const { code, output } = await run([process.execPath, join(root, path), 'at once'])

  expect(output).toBe('there is no phase "at once"\n')
  expect(code).toBe(1)
})

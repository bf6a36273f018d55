import { expect, test } from 'bun:test'
import { openAssets } from '../../src/ops/assets.ts'

test('all JavaScript together is less than 20 KB on its way to a browser', async () => {
  const { byName } = await openAssets()

  const scripts = [...byName.values()].filter(({ name }) => name.endsWith('.js'))

  expect(scripts.length).toBeGreaterThan(3)
  expect(scripts.reduce((sum, { gzipped }) => sum + gzipped.length, 0)).toBeLessThan(20_000)
})

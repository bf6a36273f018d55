import { expect, setDefaultTimeout, test } from 'bun:test'
import fc from 'fast-check'
import { sortedInPortions } from '../../src/platform/portions.ts'

setDefaultTimeout(60_000)

type Row = { key: number; at: number }
const byKey = (a: Row, b: Row) => a.key - b.key

test('a list that is put in order in portions is as sorted in one go, and what is equal stays in its order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 1_500 }), async (keys) => {
      const rows = keys.map((key, index) => ({ key, at: index }))

      expect(await sortedInPortions(rows, byKey)).toEqual(rows.toSorted(byKey))
    }),
    { numRuns: 60 },
  )
})

test('others have their turn while a long list is put in order', async () => {
  const rows = Array.from({ length: 2_000 }, (_, index) => ({ key: (index * 7_919) % 2_000, at: index }))
  let [turns, isSorted] = [0, false]
  const take = () => {
    turns++
    if (!isSorted) setImmediate(take)
  }
  setImmediate(take)

  await sortedInPortions(rows, (a, b) => {
    for (const until = performance.now() + 0.01; performance.now() < until; );
    return byKey(a, b)
  })
  isSorted = true

  expect(turns).toBeGreaterThan(5)
})

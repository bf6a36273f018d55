import { expect, setDefaultTimeout, test } from 'bun:test'
import fc from 'fast-check'
import { sortedInPortions } from '../../src/platform/portions.ts'

setDefaultTimeout(60_000)

type Row = { key: number; at: number }
const byKey = (one: Row, other: Row) => one.key - other.key

test('a list that is put in order in portions is as sorted in one go, and what is equal stays in its order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 1_500 }), async (keys) => {
      const rows = keys.map((key, at) => ({ key, at }))

      expect(await sortedInPortions(rows, byKey)).toEqual(rows.toSorted(byKey))
    }),
    { numRuns: 60 },
  )
})

test('others have their turn while a long list is put in order', async () => {
  const rows = Array.from({ length: 2_000 }, (_, at) => ({ key: (at * 7_919) % 2_000, at }))
  let [turns, isSorted] = [0, false]
  const take = () => {
    turns++
    if (!isSorted) setImmediate(take)
  }
  setImmediate(take)

  await sortedInPortions(rows, (one, other) => {
    for (const until = performance.now() + 0.01; performance.now() < until; );
    return byKey(one, other)
  })
  isSorted = true

  expect(turns).toBeGreaterThan(5)
})

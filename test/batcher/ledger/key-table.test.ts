import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { newBlock, openKeyTable, writeEntry } from '../../../batcher/ledger/key-table.ts'

function entryOf(id: string, post = 1) {
  const entry = newBlock(1)
  writeEntry(entry, 0, id, post)
  return entry
}

test('the table knows each key with its post and no other, whatever was forgotten and swept', () => {
  const step = fc.record({
    act: fc.constantFrom('add', 'add', 'add', 'next period', 'forget', 'sweep'),
    keys: fc.array(fc.nat({ max: 2_000 }), { maxLength: 60 }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const table = openKeyTable()
      const known = new Map<number, number>()
      let [oldest, newest] = [1, 1]

      for (const { act, keys } of steps) {
        if (act === 'next period') newest++
        if (act === 'sweep') table.sweep(40)
        if (act === 'forget') {
          oldest = Math.min(newest, oldest + 1)
          table.forgetBefore(oldest)
          for (const [key, period] of known) if (period < oldest) known.delete(key)
        }
        if (act !== 'add') continue
        for (const key of new Set(keys)) {
          if (!known.has(key)) table.add(entryOf(`k:${key}`, key + 1), newest)
          if (!known.has(key)) known.set(key, newest)
        }
      }

      for (let key = 0; key <= 2_000; key++) {
        expect(table.find(entryOf(`k:${key}`, key + 1))).toBe(known.has(key) ? 'same post' : 'absent')
      }
      for (const key of known.keys()) expect(table.find(entryOf(`k:${key}`, key + 7))).toBe('other post')
    }),
    { numRuns: 40 },
  )
})

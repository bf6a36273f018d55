import { expect, test } from 'bun:test'
import { readScheduled, watchProcessors } from '../../courier/processors.ts'

/** What a process got of processors so far, which the test sets, and a watch on it. */
function watched() {
  const got = { ran: 5_000_000_000n, waited: 90_000_000_000n, ms: 0, isKnown: true }
  const areShort = watchProcessors(
    () => (got.isKnown ? { ran: got.ran, waited: got.waited } : undefined),
    () => got.ms,
  )
  /** A second later. */
  const after = (ran: bigint, waited: bigint, ms = 1_000) => {
    got.ran += ran
    got.waited += waited
    got.ms += ms
    return areShort()
  }
  return { got, areShort, after }
}

test('processors are short while a process waits for longer than it runs', () => {
  const { areShort, after } = watched()

  expect(areShort()).toBe(false)
  expect(after(20n, 5n)).toBe(false)
  expect(after(20n, 21n)).toBe(true)
  expect(after(20n, 20n)).toBe(false)
})

test('what is known is a second old at most, and holds for as long', () => {
  const { after } = watched()

  expect(after(20n, 50n, 999)).toBe(false)
  expect(after(0n, 0n, 1)).toBe(true)
  expect(after(70n, 0n, 500)).toBe(true)
  expect(after(0n, 0n, 500)).toBe(false)
})

test('where the system does not tell, processors are not short', () => {
  const { got, after } = watched()

  got.isKnown = false
  expect(after(20n, 50n)).toBe(false)
  got.isKnown = true
  expect(after(20n, 50n)).toBe(false)
  expect(after(20n, 50n)).toBe(true)
})

test('Linux tells how long a process has run', () => {
  const before = readScheduled()
  const until = performance.now() + 50
  while (performance.now() < until);

  expect(readScheduled()!.ran - before!.ran).toBeGreaterThan(1_000_000n)
})

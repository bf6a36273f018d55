import { expect, test } from 'bun:test'
import { openGaps } from '../../../bench/cluster/gaps.ts'

/** Answers at these moments, and none after the last. */
function answeredAt(...moments: number[]) {
  let now = 0
  const gaps = openGaps(() => now)
  for (const moment of moments) {
    now = moment
    gaps.answered()
  }
  return gaps
}

test('the longest time without an answer is counted whole, though a death falls into its middle', () => {
  const gaps = answeredAt(100, 1_000, 1_200, 9_200, 9_300)

  expect(gaps.longest(1_100, 9_250)).toBe(8_000)
  expect(gaps.longest(5_000, 6_000)).toBe(8_000)
})

test('what was over before a death, or began after it, is none of its', () => {
  const gaps = answeredAt(5_000, 5_100, 5_200, 9_000)

  expect(gaps.longest(5_090, 5_150)).toBe(100)
})

test('a time without an answer that lasts still counts up to the end', () => {
  expect(answeredAt(100, 200).longest(150, 30_200)).toBe(30_000)
})

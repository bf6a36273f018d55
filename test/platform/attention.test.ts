import { expect, test } from 'bun:test'
import { afterAttended, attendedMs } from '../../src/platform/attention.ts'
import { stall } from '../support/turns.ts'

test('a turn that takes long is hardly counted', () => {
  const before = attendedMs()

  stall(500)

  expect(attendedMs() - before).toBeLessThanOrEqual(50)
})

test('who waits for an answer is not late for turns that took long', async () => {
  let turns = 0
  const { promise: late, resolve } = Promise.withResolvers<number>()
  afterAttended(300, () => resolve(turns))
  const work = setInterval(() => {
    turns++
    stall(150)
  })

  expect(await late).toBeGreaterThanOrEqual(5)
  clearInterval(work)
})

test('whom it was called off for is never late', async () => {
  const late: string[] = []
  const callOff = afterAttended(100, () => late.push('called off'))

  callOff()
  await new Promise<void>((resolve) => afterAttended(200, resolve))

  expect(late).toEqual([])
})

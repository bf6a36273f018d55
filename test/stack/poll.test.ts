import { expect, test } from 'bun:test'
import { poll } from '../../stack/poll.ts'
import { handClock } from '../support/clock.ts'

test('it is asked at once, and then at its pace until the answer is something', async () => {
  const clock = handClock()
  const askedAtMs: number[] = []

  const answer = await poll(() => askedAtMs.push(clock.now()) === 3 && 'here', { withinMs: 1_000, clock })

  expect(answer).toBe('here')
  expect(askedAtMs).toEqual([0, 50, 100])
})

test('it is given up after its time, and asked once more at its end', async () => {
  const clock = handClock()
  let question = 0

  const answer = await poll(() => ++question > 1_000, { withinMs: 100, everyMs: 20, clock })

  expect(answer).toBeUndefined()
  expect({ question, atMs: clock.now() }).toEqual({ question: 7, atMs: 120 })
})

test('whoever interrupts it waits no longer', async () => {
  const clock = handClock()
  const interrupting = new AbortController()
  const ask = () => {
    if (clock.now() >= 200) interrupting.abort()
    return undefined
  }

  expect(await poll(ask, { withinMs: 60_000, signal: interrupting.signal, clock })).toBeUndefined()
  expect(clock.now()).toBe(200)
})

import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { chunks, coalesce, pause, withTimeout } from '../../src/platform/async.ts'

/** A function that is coalesced, and the runs it was called for, each to be ended by hand. */
function openRuns(options: Parameters<typeof coalesce<string, string>>[1] = {}) {
  const runs: { items: string[]; end: (result: string) => void; fail: (error: Error) => void }[] = []
  const ask = coalesce<string, string>((items) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    runs.push({ items, end: resolve, fail: reject })
    return promise
  }, options)
  return { ask, runs, itemsOf: () => runs.map(({ items }) => items) }
}

/** Lets everything run that waits for nothing from outside. */
const turn = () => new Promise(setImmediate)

test('what comes in one turn is one run', async () => {
  const { ask, runs, itemsOf } = openRuns()

  const answers = Promise.all([ask('ana'), ask('bo'), ask('cem')])
  await turn()
  runs[0]?.end('here')

  expect(itemsOf()).toEqual([['ana', 'bo', 'cem']])
  expect(await answers).toEqual(['here', 'here', 'here'])
})

test('what comes during a run is in the next, which begins after it and carries all of it', async () => {
  const { ask, runs, itemsOf } = openRuns()
  const first = ask('ana')
  await turn()

  const others = [ask('bo')]
  await turn()
  others.push(ask('cem'))
  await turn()
  expect(itemsOf()).toEqual([['ana']])
  runs[0]?.end('first')
  await turn()
  runs[1]?.end('second')

  expect(itemsOf()).toEqual([['ana'], ['bo', 'cem']])
  expect(await Promise.all([first, ...others])).toEqual(['first', 'second', 'second'])
})

test('a run that fails rejects those it carried alone', async () => {
  const { ask, runs } = openRuns()
  const first = ask('ana')
  await turn()
  const second = ask('bo')

  runs[0]?.fail(new Error('away'))
  await expect(first).rejects.toThrow('away')
  await turn()
  runs[1]?.end('back')

  expect(await second).toBe('back')
})

test('a run that throws before it waits is a run that fails', async () => {
  let isAway = true
  const ask = coalesce<void, string>(() => {
    if (isAway) throw new Error('away')
    return Promise.resolve('back')
  })

  await expect(ask()).rejects.toThrow('away')
  isAway = false

  expect(await ask()).toBe('back')
})

test('an answer is given before what the next run has to wait for', async () => {
  const stored = Promise.withResolvers<void>()
  const { ask, runs, itemsOf } = openRuns({ until: () => stored.promise })
  const first = ask('ana')
  await turn()
  void ask('bo')

  runs[0]?.end('found')

  expect(await first).toBe('found')
  await turn()
  expect(itemsOf()).toEqual([['ana']])
  stored.resolve()
  await turn()
  expect(itemsOf()).toEqual([['ana'], ['bo']])
})

test('it is idle when a run is over and nobody waits for the next', async () => {
  let idles = 0
  const { ask, runs } = openRuns({ idle: () => void idles++ })
  void ask('ana')
  await turn()
  void ask('bo')

  runs[0]?.end('first')
  await turn()
  expect(idles).toBe(0)
  runs[1]?.end('second')
  await turn()

  expect(idles).toBe(1)
})

test('an answer in time is the answer, and a failure in time the failure', async () => {
  const late = () => {
    throw new Error('late')
  }

  expect(await withTimeout(Promise.resolve('here'), 60_000, late)).toBe('here')
  await expect(withTimeout(Promise.reject(new Error('away')), 60_000, late)).rejects.toThrow('away')
})

test('whoever waits for too long is given something else, or an error', async () => {
  const never = new Promise<string>(() => {})
  const late = () => {
    throw new Error('late')
  }

  expect(await withTimeout(never, 1, () => 'nothing')).toBe('nothing')
  await expect(withTimeout(never, 1, late)).rejects.toThrow('late')
})

test('what fails when nobody waits for it any more disturbs nobody', async () => {
  const results = Promise.withResolvers<string>()
  const answer = await withTimeout(results.promise, 1, () => 'nothing')

  results.reject(new Error('away'))
  await turn()

  expect(answer).toBe('nothing')
})

test('a pause ends when it is over, when its signal is aborted, and at once when it was', async () => {
  const stopping = new AbortController()
  await pause(1, stopping.signal)
  const paused = pause(600_000, stopping.signal)

  stopping.abort()

  expect(await paused).toBeUndefined()
  expect(await pause(600_000, stopping.signal)).toBeUndefined()
})

test('pieces of a list are the list, each but the last as long as was said', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 12 }), (list, size) => {
      const pieces = chunks(list, size)

      expect(pieces.flat()).toEqual(list)
      expect(pieces.every((piece, index) => piece.length === size || index === pieces.length - 1)).toBe(true)
      expect(pieces.every((piece) => piece.length > 0)).toBe(true)
    }),
  )
})

import { expect, test } from 'bun:test'
import { openBulkhead } from '../../src/platform/bulkhead.ts'
import { Refusal, Unavailable } from '../../src/platform/errors.ts'

const oneAtATime = { atOnce: 1, waiting: 1, retrySeconds: 1 }
const begun = () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { promise, resolve }
}

test('work whose asker was told off keeps its place until it has ended', async () => {
  const gate = openBulkhead(oneAtATime)
  const ended = begun()

  const first = gate(() => Promise.reject(new Unavailable('mysql', { over: ended.promise })))
  await expect(first).rejects.toBeInstanceOf(Unavailable)
  const second = gate(async () => 'done')
  expect(gate.load()).toEqual({ running: 1, waiting: 1 })
  ended.resolve()

  expect(await second).toBe('done')
  expect(gate.load()).toEqual({ running: 0, waiting: 0 })
})

test('who has gone waits no more, and leaves their place to others', async () => {
  const gate = openBulkhead(oneAtATime)
  const work = begun()
  const visitor = new AbortController()
  const first = gate(() => work.promise)
  const gone = gate(async () => 'never', visitor.signal)

  visitor.abort()

  await expect(gone).rejects.toBeInstanceOf(Refusal)
  expect(gate.load()).toEqual({ running: 1, waiting: 0 })
  work.resolve()
  await first
  expect(gate.load()).toEqual({ running: 0, waiting: 0 })
})

test('who waits for too long is told to come again', async () => {
  const gate = openBulkhead({ ...oneAtATime, waitMs: 1 })
  const work = begun()
  const first = gate(() => work.promise)

  await expect(gate(async () => 'never')).rejects.toMatchObject({ status: 503 })

  work.resolve()
  await first
})

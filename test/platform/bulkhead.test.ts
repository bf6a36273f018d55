import { expect, test } from 'bun:test'
import { openBulkhead } from '../../src/platform/bulkhead.ts'
import { Refusal, Unavailable } from '../../src/platform/errors.ts'

const oneAtATime = { atOnce: 1, waiting: 1, retrySeconds: 1 }
const begun = () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { promise, resolve }
}

test('work whose caller was refused keeps its place until it has ended', async () => {
  const bulkhead = openBulkhead(oneAtATime)
  const ended = begun()

  const first = bulkhead(() => Promise.reject(new Unavailable('mysql', { over: ended.promise })))
  await expect(first).rejects.toBeInstanceOf(Unavailable)
  const second = bulkhead(async () => 'done')
  expect(bulkhead.load()).toEqual({ running: 1, waiting: 1 })
  ended.resolve()

  expect(await second).toBe('done')
  expect(bulkhead.load()).toEqual({ running: 0, waiting: 0 })
})

test('who has gone waits no more, and leaves their place to others', async () => {
  const bulkhead = openBulkhead(oneAtATime)
  const work = begun()
  const visitor = new AbortController()
  const first = bulkhead(() => work.promise)
  const gone = bulkhead(async () => 'never', visitor.signal)

  visitor.abort()

  await expect(gone).rejects.toBeInstanceOf(Refusal)
  expect(bulkhead.load()).toEqual({ running: 1, waiting: 0 })
  work.resolve()
  await first
  expect(bulkhead.load()).toEqual({ running: 0, waiting: 0 })
})

test('who waits for too long gets a 503 with a time to come again', async () => {
  const bulkhead = openBulkhead({ ...oneAtATime, waitMs: 1 })
  const work = begun()
  const first = bulkhead(() => work.promise)

  await expect(bulkhead(async () => 'never')).rejects.toMatchObject({ status: 503 })

  work.resolve()
  await first
})

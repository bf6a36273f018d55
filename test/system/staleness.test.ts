import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { sampleStaleness } from '../../bench/staleness-sampler.ts'
import { type Stack, sharedStack } from '../support/servers/stack.ts'

setDefaultTimeout(120_000)

const seconds = 4

let stack: Stack
beforeAll(async () => {
  stack = await sharedStack()
})

test('whoever wrote sees it at once, members within a second, others when the edge has forgotten', async () => {
  const samples = await sampleStaleness(stack.url, seconds)

  for (const { page, write, worstMs, mostMs, reads } of samples) {
    const who = `${page} after ${write}`
    expect([who, worstMs.writer]).toEqual([who, 0])
    expect(worstMs.member).toBeLessThanOrEqual(mostMs.member)
    expect(worstMs.anonymous).toBeLessThanOrEqual(mostMs.anonymous)
    expect(reads.writer).toBeGreaterThan(1)
  }
})

test('strangers share what the edge caches, which is what makes a leak worth looking for', async () => {
  const path = `${stack.url}/?before=${1_000_000 + Math.floor(Math.random() * 1_000_000)}`

  const first = await fetch(path)
  const second = await fetch(path)

  expect([first, second].map(({ headers }) => headers.get('x-cache'))).toEqual(['MISS', 'HIT'])
  expect(second.headers.get('x-served-by')).toBe(first.headers.get('x-served-by'))
  expect(second.headers.get('cache-control')).toBe('private, no-cache')
})

test('a page and a list that have not changed are answered with 304 through HAProxy', async () => {
  for (const path of ['/?before=900000', '/api/posts?limit=3']) {
    const etag = (await fetch(stack.url + path)).headers.get('etag')!

    const again = await fetch(stack.url + path, { headers: { 'if-none-match': etag } })
    const past = await fetch(stack.url + path, {
      headers: { 'if-none-match': etag, 'cache-control': 'no-cache' },
    })

    expect([again.status, past.status]).toEqual([304, 304])
  }
})

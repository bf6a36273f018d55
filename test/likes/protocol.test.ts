import { expect, test } from 'bun:test'
import { keyedId, numberedId, ownerOf, readNumberedId } from '../../src/likes/protocol.ts'

test('posts are shared evenly among batchers', () => {
  const owned = [0, 0, 0]

  for (let post = 1; post <= 30_000; post++) owned[ownerOf(post, 3)]! += 1

  for (const count of owned) expect(Math.abs(count - 10_000)).toBeLessThan(500)
})

test('a batcher that is added takes posts from the others, and none changes between those', () => {
  for (let post = 1; post <= 5_000; post++) {
    const owner = ownerOf(post, 3)
    if (owner < 2) expect(ownerOf(post, 2)).toBe(owner)
  }
})

test('a post keeps its owner for ever', () => {
  const owners = [1, 2, 3, 42, 1_000_000, 2 ** 40].map((post) => ownerOf(post, 4))

  expect(owners).toEqual([2, 0, 2, 2, 0, 0])
})

test('a numbered id can be read, one that a client made up is no numbered id', () => {
  expect(readNumberedId(numberedId('web-1', 7))).toEqual({ producer: 'web-1', sequence: 7 })
  for (const id of [keyedId('s:web-1:7'), 's:7', 's:web:0', 's:web:-1', 's:web:x', 's:web:', 'x']) {
    expect(readNumberedId(id)).toBeUndefined()
  }
})

import { expect, test } from 'bun:test'
import fc from 'fast-check'
import {
  addedByPost,
  type BatchInput,
  emptyChain,
  follows,
  formBatch,
  inputOf,
  type MemberLike,
  waitingByPost,
} from '../../../batcher/ledger/batch.ts'

const input = fc
  .uniqueArray(
    fc.record({
      post: fc.integer({ min: 1, max: 50 }),
      anonymous: fc.nat({ max: 5 }),
      members: fc.array(fc.boolean(), { maxLength: 5 }),
    }),
    { selector: ({ post }) => post, maxLength: 20 },
  )
  .map((posts) =>
    posts.map(({ post, anonymous, members }): BatchInput => {
      const memberLikes = members.map((liked, index): MemberLike => [post, index + 1, liked])
      return { post, waiting: anonymous + members.length, memberLikes }
    }),
  )

test('what was put into a batch can be read from it, and adds up', () => {
  fc.assert(
    fc.property(input, (posts) => {
      const batch = formBatch('batcher', emptyChain, posts)
      const sorted = posts.toSorted((a, b) => a.post - b.post)

      expect(inputOf(batch)).toEqual(sorted)
      expect([...waitingByPost([batch])]).toEqual(sorted.map(({ post, waiting }) => [post, waiting]))
      expect([...addedByPost([batch]).values()].reduce((sum, added) => sum + added, 0)).toBe(batch.likes)
    }),
  )
})

test('a batch follows the one it was formed behind, and no other', () => {
  const entry = { post: 1, waiting: 1, memberLikes: [] }
  const first = formBatch('batcher', emptyChain, [entry])
  const second = formBatch('batcher', first, [entry])

  expect([second.number, follows('batcher', first, second)]).toEqual([2, true])
  expect(follows('batcher', emptyChain, second)).toBe(false)
  expect(follows('another', first, second)).toBe(false)
  expect(follows('batcher', first, { ...second, entries: [[1, 2]] })).toBe(false)
})

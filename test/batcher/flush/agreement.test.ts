import { expect, test } from 'bun:test'
import { compare } from '../../../batcher/flush/agreement.ts'
import { type Batch, type ChainEnd, emptyChain, formBatch } from '../../../batcher/ledger/batch.ts'

/**
 * Batches one to five; delivered up to `delivered`, of which those behind `keptFrom` are kept; the others
 * wait.
 */
function chainOf({ delivered, retainedFrom = 0 }: { delivered: number; retainedFrom?: number }) {
  const batches: Batch[] = []
  for (let number = 1; number <= 5; number++)
    batches.push(
      formBatch('batcher', batches.at(-1) ?? emptyChain, [{ post: number, waiting: 1, memberLikes: [] }]),
    )
  const own = {
    newest: () => batches.at(-1) as ChainEnd,
    queue: () => batches.slice(delivered),
    deliveredAfter: (number: number) => batches.slice(Math.max(number, retainedFrom), delivered),
  }
  return { own, at: (number: number): ChainEnd => batches[number - 1] ?? emptyChain }
}

const other = (number: number): ChainEnd => ({ number, hash: 'f'.repeat(64) })

test('stores agree when MySQL has what was delivered, and any of what waits', () => {
  const { own, at } = chainOf({ delivered: 3 })

  for (const number of [3, 4, 5]) expect(compare('batcher', own, at(number))).toEqual({ is: 'agreed' })
})

test('batches that MySQL lacks and the journal keeps are lost, all of them', () => {
  const { own, at } = chainOf({ delivered: 3 })

  const agreement = compare('batcher', own, at(1))

  expect(agreement).toMatchObject({ is: 'lost', batches: [{ number: 2 }, { number: 3 }] })
})

test('MySQL is ahead, behind or forked when the journal cannot go on from it', () => {
  const { own, at } = chainOf({ delivered: 3, retainedFrom: 2 })

  expect(compare('batcher', own, other(6))).toEqual({ is: 'parted', how: 'ahead' })
  expect(compare('batcher', own, at(1))).toEqual({ is: 'parted', how: 'behind' })
  for (const number of [2, 4, 5]) {
    expect(compare('batcher', own, other(number))).toEqual({ is: 'parted', how: 'forked' })
  }
})

import { expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import type { ParsedLike } from '../../../batcher/intake/parse.ts'
import { type Ledger, openLedger } from '../../../batcher/ledger/ledger.ts'
import { openLog } from '../../../src/platform/log.ts'
import { temporaryFolder } from '../../support/servers/reaper.ts'

setDefaultTimeout(60_000)

const silent = openLog('test', 'error', () => {})
const posts = [1, 2, 3]
const limits = { maxWaiting: 1_000, maxKeys: 1_000, flushLikes: 3 }

type Options = { path?: string; clock?: () => number; isFailing?: () => boolean; maxWaiting?: number }

function openHere({ path, clock = () => 0, isFailing = () => false, ...others }: Options = {}): Ledger {
  return openLedger({
    name: 'batcher',
    path: path ?? join(temporaryFolder(), 'journal.sqlite'),
    ...limits,
    ...others,
    clock,
    log: silent,
    failpoint: (name) => {
      if (name === 'before journal commit' && isFailing()) throw new Error('disk full')
    },
  })
}

const like = (id: string, post: number, more: Partial<ParsedLike> = {}): ParsedLike => ({
  ...{ id, post, producer: undefined, sequence: 0 },
  ...{ user: 0, wants: undefined, ...more },
})

const numbered = (post: number, sequence: number) =>
  like(`s:web:${sequence}`, post, { producer: 'web', sequence })

/** All that readers, replicas and MySQL may see of a ledger. */
const seen = (ledger: Ledger) => {
  const { knownPosts: _, commits: __, journalBytes: ___, journalFreeBytes: ____, ...stats } = ledger.stats()
  return {
    stats,
    totals: ledger.totals(posts),
    queue: ledger.queue(),
    newest: ledger.newest(),
    delivered: ledger.deliveredAfter(0),
    counted: ledger.counted(),
    oldestSince: ledger.oldestSince(),
  }
}

test('a like is accepted once under its id, whichever of its copies comes', () => {
  const ledger = openHere()
  ledger.learnPost(1, 10)
  const verdicts = [like('k:a', 1), like('k:a', 1), like('k:a', 2), numbered(1, 1), numbered(1, 1)].map(
    (one) => ledger.admit(one, undefined),
  )
  ledger.commit()

  expect(verdicts).toEqual(['accepted', 'accepted', 'other post', 'accepted', 'accepted'])
  expect([ledger.totalOf(1), ledger.stats().answered]).toEqual([12, 2])
  ledger.close()
})

test('what speaks against a like is said, the first of it first', () => {
  const ledger = openHere({ maxWaiting: 1 })
  ledger.learnPost(1, 0)
  ledger.learnPost(2, 0)
  ledger.markGone([2])
  ledger.admit(like('k:first', 1), undefined)

  expect(ledger.admit(like('k:a', 2), undefined)).toBe('gone')
  expect(ledger.admit(like('k:b', 1), 'gone')).toBe('gone')
  expect(ledger.admit(like('k:c', 1), 'closed')).toBe('closed')
  expect(ledger.admit(like('k:d', 1), undefined)).toBe('full')
  ledger.rollback()
  expect(ledger.admit(like('k:e', 3), undefined)).toBe('unknown')
  expect(ledger.admit(like('k:f', 1, { user: 1, wants: true }), undefined)).toBe('unknown')
  ledger.close()
})

test('a like that was refused stays refused under its number, whatever has become known since', () => {
  const ledger = openHere()
  ledger.beginRequest([numbered(1, 1)])
  ledger.admit(numbered(1, 1), undefined)
  ledger.commit()
  ledger.learnPost(1, 0)

  expect(ledger.admit(numbered(1, 1), undefined)).toBe('unknown')
  expect(ledger.admit(numbered(1, 2), undefined)).toBe('accepted')
  ledger.close()
})

test('a commit that fails leaves all as it was, and what was admitted counts when it comes again', () => {
  let isFailing = true
  const ledger = openHere({ isFailing: () => isFailing })
  ledger.learnPost(1, 0)
  const before = seen(ledger)

  ledger.admit(like('k:a', 1), undefined)
  expect(() => ledger.commit()).toThrow('disk full')
  ledger.rollback()
  expect(seen(ledger)).toEqual(before)

  isFailing = false
  expect(ledger.admit(like('k:a', 1), undefined)).toBe('accepted')
  expect(ledger.commit()).toHaveLength(1)
  expect(ledger.totals([1])).toEqual([[1, 1]])
  ledger.close()
})

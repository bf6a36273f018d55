import { expect, setDefaultTimeout, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import type { ParsedLike } from '../../../batcher/intake/parse.ts'
import { type Batch, emptyChain, follows } from '../../../batcher/ledger/batch.ts'
import { type Ledger, openLedger } from '../../../batcher/ledger/ledger.ts'
import { openJournal } from '../../../batcher/ledger/sqlite/journal.ts'
import { openLog } from '../../../src/platform/log.ts'
import { temporaryFolder } from '../../support/servers/reaper.ts'

setDefaultTimeout(60_000)

const silent = openLog('test', 'error', () => {})
const posts = [1, 2, 3]
const users = [1, 2, 3]
const limits = { maxWaiting: 1_000, maxKeys: 1_000, flushLikes: 3 }

type Options = {
  path?: string
  clock?: () => number
  isFailing?: () => boolean
  maxWaiting?: number
  flushLikes?: number
}

function openHere({ path, clock = () => 0, isFailing = () => false, ...others }: Options = {}): Ledger {
  return openLedger({
    name: 'batcher',
    journal: openJournal(path ?? join(temporaryFolder(), 'journal.sqlite'), (name) => {
      if (name === 'before journal commit' && isFailing()) throw new Error('disk full')
    }),
    ...limits,
    ...others,
    clock,
    log: silent,
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
    isCounting: ledger.isCounting(),
    oldestSince: ledger.oldestSince(),
  }
}

/** A ledger beside a MySQL that is a list of batches, and what was done to both. */
function openFixture(isOnce: boolean) {
  let now = 1_000
  let isFailing = false
  const clock = () => now
  const ledger = openHere({ clock, isFailing: () => isFailing })
  let mysql: Batch[] = []
  let sequence = 0
  const admitted: ParsedLike[] = []
  for (const post of posts) {
    ledger.learnPost(post, 0)
    for (const user of users) ledger.learnMember(post, user, false)
  }
  ledger.startCounting(0)
  const stored = () =>
    new Map(
      posts.map((post) => [
        post,
        mysql
          .flatMap(({ entries }) => entries)
          .reduce((sum, [id, added]) => sum + (id === post ? added : 0), 0),
      ]),
    )
  const end = () => mysql.at(-1) ?? emptyChain

  const acts = {
    like(post: number, which: number) {
      const member = isOnce
        ? { user: 1 + (which % 3), wants: which % 2 === 0 ? ('opposite' as const) : true }
        : {}
      const one =
        which % 5 === 0
          ? { ...numbered(post, which % 2 === 0 ? ++sequence : Math.max(1, sequence)), ...member }
          : like(`k:${which}`, post, member)
      ledger.beginRequest([one])
      ledger.admit(one, which % 7 === 0 ? 'closed' : undefined)
      admitted.push(one)
    },
    commit: () => void ledger.commit(),
    fail() {
      isFailing = true
      try {
        ledger.commit()
      } catch {
        ledger.rollback()
      }
      isFailing = false
    },
    dispatch() {
      if (ledger.isDue(now)) ledger.nextBatch(now)
    },
    acknowledge() {
      const [batch] = ledger.queue()
      if (!batch) return
      expect(follows('batcher', end(), batch)).toBe(true)
      mysql = [...mysql, batch]
      ledger.acknowledge(batch)
    },
    amend(_: number, which: number) {
      const [batch] = ledger.queue()
      const gone = 1 + (which % 3)
      if (batch)
        ledger.amend(
          batch,
          batch.memberLikes.filter(([, user]) => user !== gone),
          end(),
        )
    },
    lose(_: number, which: number) {
      const kept = Math.max(0, mysql.length - 1 - (which % 3))
      if (mysql.length === 0 || ledger.deliveredAfter(kept).length !== mysql.length - kept) return
      mysql = mysql.slice(0, kept)
      ledger.requeue(ledger.deliveredAfter(kept), stored())
    },
    pass() {
      now += 1_000
    },
    prune() {
      const pruned = ledger.prune(now - 3_000)
      expect(
        pruned.filter((post) => ledger.queue().some(({ entries }) => new Map(entries).get(post))),
      ).toEqual([])
    },
    reload() {
      ledger.reload()
      for (const post of posts) ledger.learnPost(post, stored().get(post) ?? 0)
    },
  }

  return {
    ledger,
    acts,
    stored,
    /** What a restart would read of the journal as it is now. */
    restarted() {
      const path = join(temporaryFolder(), 'copy.sqlite')
      writeFileSync(path, ledger.copy()!)
      return openHere({ path, clock })
    },
    admitted,
    finish() {
      ledger.rollback()
      now += 1_000
      while (ledger.isDue(now)) {
        acts.dispatch()
        acts.acknowledge()
      }
    },
  }
}

const step = fc.record({
  act: fc.constantFrom(
    ...(['like', 'like', 'like', 'like', 'commit', 'commit', 'fail', 'dispatch', 'acknowledge'] as const),
    ...(['amend', 'lose', 'pass', 'prune', 'reload'] as const),
  ),
  post: fc.constantFrom(...posts),
  which: fc.nat({ max: 60 }),
})

test.each([['LIKES=open', false] as const, ['LIKES=once', true] as const])(
  'whatever happens memory is what a restart would read, and all of it reaches MySQL once, with %s',
  (_, isOnce) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { ledger, acts, admitted, restarted, stored, finish } = openFixture(isOnce)
        for (const { act, post, which } of steps) {
          // What is admitted is committed in the same turn of the event loop.
          if (!['like', 'commit', 'fail'].includes(act)) ledger.commit()
          acts[act](post, which)
        }
        ledger.rollback()

        const again = restarted()
        expect(seen(again)).toEqual(seen(ledger))
        const held = new Set(ledger.totals(posts).map(([post]) => post))
        for (const one of admitted.filter(({ post }) => held.has(post))) {
          const isLiked = again.isLiked(one.post, one.user)
          if (isLiked !== undefined) expect(ledger.isLiked(one.post, one.user)).toBe(isLiked)
          if (one.wants === undefined) expect(again.admit(one, undefined)).toBe(ledger.admit(one, undefined))
        }
        again.rollback()
        again.close()
        finish()

        for (const [post, total] of ledger.totals(posts)) expect(stored().get(post)).toBe(total)
        const { chain, waiting, answered, applied } = ledger.stats()
        expect(waiting).toBe(0)
        if (!isOnce) expect(applied).toBe(answered)
        expect(chain?.likes).toBe([...stored().values()].reduce((sum, likes) => sum + likes, 0))
        ledger.close()
      }),
      { numRuns: 60 },
    )
  },
)

test('a like is accepted once under its id, whichever of its copies comes', () => {
  const ledger = openHere()
  ledger.learnPost(1, 10)
  const admissions = [like('k:a', 1), like('k:a', 1), like('k:a', 2), numbered(1, 1), numbered(1, 1)].map(
    (one) => ledger.admit(one, undefined),
  )
  ledger.commit()

  expect(admissions).toEqual(['accepted', 'accepted', 'other post', 'accepted', 'accepted'])
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

/** A ledger under `LIKES=once`, and a way to have members like post 1, or take it back. */
function openOnce(options?: Options) {
  const ledger = openHere(options)
  ledger.learnPost(1, 0)
  for (const user of users) ledger.learnMember(1, user, false)
  const choose = (user: number, wants: boolean) => {
    ledger.admit(like(crypto.randomUUID(), 1, { user, wants }), undefined)
    ledger.commit()
  }
  return { ledger, choose }
}

test('a post of whose batch nothing is left keeps its total, as after a restart', () => {
  const { ledger, choose } = openOnce()
  choose(1, true)
  const batch = ledger.nextBatch(0)

  ledger.amend(batch, [], emptyChain)

  expect(ledger.totals([1])).toEqual([[1, 0]])
  ledger.close()
})

test('a like that is taken back while another is in flight leaves its post where readers find it', () => {
  const { ledger, choose } = openOnce()
  choose(1, true)
  ledger.nextBatch(0)
  choose(2, true)
  choose(2, false)

  expect(ledger.prune(Number.POSITIVE_INFINITY)).toEqual([])

  expect(ledger.totals([1])).toEqual([[1, 1]])
  ledger.close()
})

test('likes that are all taken back before they were due make no batch', () => {
  const { ledger, choose } = openOnce({ flushLikes: 0 })
  choose(1, true)
  expect(ledger.isDue(-1)).toBe(true)

  choose(1, false)

  expect(ledger.isDue(-1)).toBe(false)
  ledger.close()
})

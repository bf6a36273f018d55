import { expect, setDefaultTimeout, test } from 'bun:test'
import fc from 'fast-check'
import { apply, effectiveLikes } from '../../../../batcher/flush/apply.ts'
import type { ParsedLike } from '../../../../batcher/intake/parse.ts'
import type { Journal } from '../../../../batcher/ledger/journal.ts'
import { type Ledger, openLedger } from '../../../../batcher/ledger/ledger.ts'
import { openJournal } from '../../../../batcher/ledger/mysql/journal.ts'
import { loadJournal } from '../../../../batcher/ledger/mysql/load.ts'
import { takeOver } from '../../../../batcher/ledger/mysql/standby.ts'
import { openDb } from '../../../../src/platform/db.ts'
import { openLog } from '../../../../src/platform/log.ts'
import { openSession } from '../../../../src/platform/session.ts'
import { addPosts, addUsers } from '../../../support/servers/batcher.ts'
import { closeAfterTests } from '../../../support/servers/cleanup.ts'
import { freshDatabase } from '../../../support/servers/database.ts'

setDefaultTimeout(300_000)

const silent = openLog('test', 'error', () => {})
const never = () => {}

/** All that readers, replicas and MySQL may see of a ledger. */
const seen = (ledger: Ledger, posts: number[]) => {
  const { knownPosts: _, commits: __, ...stats } = ledger.stats()
  return {
    stats,
    totals: ledger.totals(posts),
    queue: ledger.queue(),
    newest: ledger.newest(),
    oldestSince: ledger.oldestSince(),
  }
}

const step = fc.record({
  act: fc.constantFrom(
    ...(['like', 'like', 'like', 'like', 'commit', 'commit', 'dispatch', 'deliver'] as const),
    ...(['dispatch', 'deliver', 'pass', 'prune'] as const),
  ),
  post: fc.nat({ max: 2 }),
  which: fc.nat({ max: 60 }),
})

test.each([['LIKES=open', false] as const, ['LIKES=once', true] as const])(
  'whatever happens memory is what its successor reads in MySQL, and all of it counts once, with %s',
  async (_, isOnce) => {
    const database = await freshDatabase()
    const url = database.urls.batcher
    const db = closeAfterTests(openDb({ url, connections: 2 }), (it) => it.close())
    let runs = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 50 }), async (steps) => {
        const name = `batcher-${isOnce}-${++runs}`
        const posts = await addPosts(database, 3)
        const users = await addUsers(
          database,
          ['ana', 'bo', 'cem'].map((each) => `${each} ${name}`),
        )
        const parts = { name, url, db, log: silent, failpoint: never, onLost: never }
        const journal = (await takeOver({ ...parts, owner: 'here' }, new AbortController().signal))!
        let now = 1_000
        const open = (from: Journal) => {
          const limits = { maxWaiting: 1_000, maxKeys: 1_000, flushLikes: 3 }
          return openLedger({ name, journal: from, ...limits, clock: () => now, log: silent })
        }
        const ledger = open(journal)
        for (const post of posts) {
          ledger.learnPost(post, 0)
          for (const user of users) ledger.learnMember(post, user, false)
        }
        let sequence = 0
        const admitted: ParsedLike[] = []
        const deliver = async () => {
          const [batch] = ledger.queue()
          if (!batch) return
          await ledger.kept()
          const { outcome, previous } = await apply(db, name, batch, never, journal.shared.settle)
          if (outcome === 'applied') ledger.acknowledge(batch)
          else ledger.amend(batch, await effectiveLikes(db, batch.memberLikes), previous)
        }
        const acts = {
          like(post: number, which: number) {
            const member = isOnce
              ? { user: users[which % 3]!, wants: which % 2 === 0 ? ('opposite' as const) : true }
              : { user: 0, wants: undefined }
            const number = which % 2 === 0 ? ++sequence : Math.max(1, sequence)
            const id =
              which % 5 === 0
                ? { id: `s:web:${number}`, producer: 'web', sequence: number }
                : { id: `k:${which}`, producer: undefined, sequence: 0 }
            const one = { ...id, post, ...member }
            ledger.beginRequest([one])
            ledger.admit(one, which % 7 === 0 ? 'closed' : undefined)
            admitted.push(one)
          },
          commit: () => void ledger.commit(),
          dispatch() {
            if (ledger.isDue(now)) ledger.nextBatch(now)
          },
          deliver,
          pass() {
            now += 1_000
          },
          prune: () => void ledger.prune(now - 3_000),
        }

        for (const { act, post, which } of steps) {
          if (!['like', 'commit'].includes(act)) ledger.commit()
          await acts[act](posts[post]!, which)
        }
        ledger.rollback()
        await ledger.kept()

        const session = await openSession(url, 2_000)
        const loaded = (await loadJournal(session, name, 1))!
        const copy = openJournal({ ...parts, session, generation: 1, loaded, answersFrom: 0 })
        const again = open(copy)
        expect(seen(again, posts)).toEqual(seen(ledger, posts))
        const held = new Set(ledger.totals(posts).map(([post]) => post))
        for (const one of admitted.filter(({ post }) => held.has(post))) {
          const isLiked = again.isLiked(one.post, one.user)
          if (isLiked !== undefined) expect(ledger.isLiked(one.post, one.user)).toBe(isLiked)
          if (one.wants === undefined) expect(again.admit(one, undefined)).toBe(ledger.admit(one, undefined))
        }
        again.rollback()
        again.close()
        ledger.rollback()
        now += 1_000
        while (ledger.isDue(now)) {
          acts.dispatch()
          await deliver()
        }

        const stored = await database.rows<{ id: number; likes: number }>(
          'SELECT id, likes FROM posts WHERE id IN (?)',
          [posts],
        )
        const byPost = new Map(stored.map(({ id, likes }) => [id, likes]))
        for (const [post, total] of ledger.totals(posts)) expect(byPost.get(post)).toBe(total)
        const [batches] = await database.rows<{ likes: string | null }>(
          'SELECT SUM(likes) AS likes FROM like_batches WHERE batcher = ?',
          [name],
        )
        const { chain, waiting, answered, applied } = ledger.stats()
        expect(waiting).toBe(0)
        if (!isOnce) expect(applied).toBe(answered)
        expect(chain?.likes).toBe(Number(batches?.likes ?? 0))
        await ledger.kept()
        ledger.close()
      }),
      { numRuns: 25 },
    )
  },
)

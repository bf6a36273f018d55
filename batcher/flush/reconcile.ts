import { chunks } from '../../src/platform/async.ts'
import type { Clock } from '../../src/platform/clock.ts'
import type { Db } from '../../src/platform/db.ts'
import type { Log } from '../../src/platform/log.ts'
import type { Batch, ChainEnd } from '../ledger/batch.ts'
import type { Decision, Ledger } from '../ledger/ledger.ts'
import { compare } from './agreement.ts'
import { lastBatch, likesOfChain, likesOfPosts } from './queries.ts'

/** With nothing to send, this often MySQL is asked whether it still has what it confirmed. */
const compareEveryMs = 1_000
const postsPerQuery = 1_000

/**
 * Why the stores can't both be right, and what is the newest batch of each. No like is accepted or sent
 * meanwhile.
 */
export type Parted = { how: 'ahead' | 'behind' | 'forked'; journal: number; mysql: number }

type Question = { decision: Decision; resolve: (isDone: boolean) => void; reject: (error: unknown) => void }

type Parts = {
  name: string
  db: Db
  ledger: Ledger
  log: Log
  clock: Clock
  /** Called with rows whose total turned out to be another than was thought. */
  onCorrected: (rows: number[]) => void
  /** Called when nothing that was known of posts before holds any more. */
  onFollowed: () => void
}

/**
 * What is done where the journal is in MySQL. Other batches than its own can't be there, but by somebody's
 * hand: who has the journal next begins behind them.
 */
export const nothingToReconcile = ({ shared }: Ledger): ReturnType<typeof openReconciliation> => ({
  parted: () => undefined,
  isAgreed: () => true,
  compareIfDue: async () => {},
  invalidate: () => shared?.leave('MySQL has batches that are not of this journal'),
  decide: async () => false,
  carryOutDecision: async () => {},
})

/**
 * Compares the journal's batches with MySQL's, and mends what can be mended: 8 and 9 in `ledger/journal.ts`.
 */
export function openReconciliation({ name, db, ledger, log, clock, onCorrected, onFollowed }: Parts) {
  let parted: Parted | undefined
  let isCompared = false
  let nextCompareAt = 0
  let question: Question | undefined

  return {
    parted: () => parted,
    /** Whether the stores are known to agree, so that batches may be sent. */
    isAgreed: () => isCompared && !parted,
    compareIfDue,
    invalidate,
    decide,
    carryOutDecision,
  }

  /**
   * Compares the stores when it is time. Each batch is compared when it is applied, so this is for when none
   * is, or none may be. Throws when MySQL has to be asked before a batch may be sent, and is away; otherwise
   * what is known stays.
   */
  async function compareIfDue(isAnythingDue: boolean) {
    const isTime = clock() >= nextCompareAt
    if (isAnythingDue && !parted ? isCompared : !isTime) return
    nextCompareAt = clock() + compareEveryMs
    try {
      await compareNow()
    } catch (error) {
      if (!isCompared && isAnythingDue) throw error
    }
  }

  async function compareNow() {
    const mysql = await lastBatch(db, name)
    const agreement = compare(name, ledger, mysql)
    if (agreement.is === 'parted')
      part({ how: agreement.how, journal: ledger.newest().number, mysql: mysql.number })
    else if (parted) meet()
    if (agreement.is === 'lost') await sendAgain(agreement.batches, mysql)
    if (agreement.is === 'agreed') await agreeOn(mysql)
    isCompared = true
  }

  /** MySQL was seen to have another batch than was thought. */
  function invalidate() {
    isCompared = false
  }

  function part(now: Parted) {
    if (parted?.how !== now.how)
      log.error('MySQL and the journal have parted, so no likes are taken until somebody decides', now)
    parted = now
  }

  function meet() {
    ledger.reload()
    startAnew()
    log.info('MySQL and the journal agree again')
  }

  function startAnew() {
    parted = undefined
    isCompared = false
    onFollowed()
  }

  async function sendAgain(lost: Batch[], mysql: ChainEnd) {
    log.warn('MySQL has lost batches that it confirmed, so they are sent again', {
      batches: lost.length,
      from: mysql.number + 1,
    })
    const affected = [...new Set(lost.flatMap(({ entries }) => entries.map(([post]) => post)))]
    onCorrected(ledger.requeue(lost, await storedTotals(affected)))
  }

  async function agreeOn(mysql: ChainEnd) {
    for (const batch of ledger.queue()) if (batch.number <= mysql.number) ledger.acknowledge(batch)
    // A journal older than the counter, or one that follows another history, begins to count where all is
    // right.
    if (!ledger.isCounting()) ledger.startCounting(await likesOfChain(db, name, mysql.number))
  }

  /** Asks for a decision to be carried out. Resolves to false when there is nothing to decide. */
  function decide(decision: Decision): Promise<boolean> {
    const { promise, resolve, reject } = Promise.withResolvers<boolean>()
    question?.resolve(false)
    question = { decision, resolve, reject }
    return promise
  }

  /**
   * Takes MySQL's history for the journal's own, if somebody has decided so. Never rejects: `decide` does.
   */
  async function carryOutDecision() {
    if (!question) return
    const { decision, resolve, reject } = question
    question = undefined
    try {
      const mysql = await lastBatch(db, name)
      if (compare(name, ledger, mysql).is !== 'parted') return resolve(false)
      ledger.follow(
        mysql,
        decision,
        decision === 'send' ? await storedTotals(ledger.unsettledPosts()) : new Map(),
      )
      startAnew()
      log.warn('the journal follows MySQL, as somebody decided', { waiting: decision, batch: mysql.number })
      resolve(true)
    } catch (error) {
      reject(error)
    }
  }

  /** Returns MySQL's likes of those of the posts that exist. */
  async function storedTotals(posts: number[]): Promise<Map<number, number>> {
    const stored = new Map<number, number>()
    for (const some of chunks(posts, postsPerQuery)) {
      for (const { id, likes } of await likesOfPosts(db, some)) stored.set(id, likes)
    }
    return stored
  }
}

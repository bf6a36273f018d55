import type { Clock } from '../../src/platform/clock.ts'
import type { Db } from '../../src/platform/db.ts'
import type { Log } from '../../src/platform/log.ts'
import type { Failpoint } from '../failpoint.ts'
import type { Journal } from '../ledger/journal.ts'
import type { MemberLikes } from '../ledger/member-likes.ts'
import { goneTotal, type PostTable } from '../ledger/post-table.ts'
import type { Batch, Correction } from '../ledger/records.ts'
import { beginning, compare, type Newest } from './agreement.ts'
import { apply, effectiveLikes } from './apply.ts'
import { formBatch, inputOf } from './batch.ts'
import type { Pause } from './pause.ts'
import { lastBatch, likesOfChain } from './queries.ts'
import { type Decision, followMysql, takeBack } from './reconcile.ts'

/** A batch is formed and forgotten in the journal at once, and likes wait meanwhile. */
const postsPerBatch = 5_000
const longestBackoffMs = 5_000
/** What has waited for eleven twelfths of its time, 55 s of a minute, is taken along. */
const soonMsPerSecond = 1_000 / 12
/** With nothing to send, this often MySQL is asked whether it still has what it confirmed. */
const compareEveryMs = 1_000

/** Why the stores can't both be right, and what is the newest batch of each. Nothing is taken or sent meanwhile. */
export type Parted = { how: 'ahead' | 'behind' | 'forked'; journal: number; mysql: number }

type FlushSettings = { flushLikes: number; flushSeconds: number; flushEveryMs: number }

type Parts = {
  name: string
  db: Db
  journal: Journal
  posts: PostTable
  choices: MemberLikes
  log: Log
  settings: FlushSettings
  hold: Pause
  at: Failpoint
  clock: Clock
  /** Called with how long each try took. */
  flushed: (seconds: number) => void
  /** Called with rows whose total turned out to be another than was thought. */
  onCorrected: (rows: number[]) => void
  /** Called when nothing that was known of posts before holds any more. */
  onFollowed: () => void
}

/** Brings waiting likes to MySQL: one batch at a time, each exactly once. `journal.ts` has the argument. */
export function openFlusher({
  name,
  db,
  journal,
  posts,
  choices,
  log,
  settings,
  hold,
  at,
  clock,
  flushed,
  onCorrected,
  onFollowed,
}: Parts) {
  const { applied, batches } = journal.state()
  const tally = { applied, batches, failures: 0 }
  const isOverThreshold = new Set<number>()
  let queue = journal.batches()
  let parted: Parted | undefined
  let isCompared = false
  let nextCompareAt = 0
  let decision:
    | { wanted: Decision; resolve: (isDone: boolean) => void; reject: (error: unknown) => void }
    | undefined
  let allBefore = 0
  let failuresInARow = 0
  let isStopped = false
  let lastTry = Promise.resolve()
  let endPause = () => {}
  takeUp()
  const running = keepFlushing()

  return {
    tally,
    noteTaken,
    flushAll,
    settled,
    stop,
    underWay: () => queue[0],
    waitingInBatches,
    parted: () => parted,
    decide,
    chain,
  }

  /** Tells that likes were added to a row: it may be due now. */
  function noteTaken(row: number) {
    if (posts.waiting(row) > settings.flushLikes) isOverThreshold.add(posts.post(row))
  }

  /** Makes everything that waits now due. True when MySQL has it, false when it does not within `withinMs`. */
  async function flushAll(withinMs: number): Promise<boolean> {
    const deadline = performance.now() + withinMs
    const before = clock()
    allBefore = Math.max(allBefore, before)
    endPause()
    const isDone = async (condition: () => boolean) => {
      while (!condition() && performance.now() < deadline) await Bun.sleep(5)
      return condition()
    }
    if (!(await isDone(() => parted !== undefined || !isOldestWithin(before)))) return false
    const last = newest().number
    await isDone(() => parted !== undefined || (queue[0]?.number ?? Number.POSITIVE_INFINITY) > last)
    return parted === undefined && (queue[0]?.number ?? Number.POSITIVE_INFINITY) > last
  }

  function waitingInBatches(): number {
    return queue.flatMap(inputOf).reduce((sum, { waiting }) => sum + waiting, 0)
  }

  /** The newest batch that the journal has formed. */
  function newest(): Newest {
    const { number, hash } = journal.state()
    return number === 0 ? beginning : { number, hash }
  }

  /**
   * What MySQL must have of this batcher, if all that was answered is somewhere: the batches up to a number, and what
   * they add in all. Undefined before that is known.
   */
  function chain(): { number: number; likes: number } | undefined {
    const counted = journal.counted()
    if (counted === undefined) return undefined
    const [next] = queue
    return { number: next ? next.number - 1 : newest().number, likes: counted - netWaiting() }
  }

  /** By how much all that MySQL may not have changes totals. */
  function netWaiting(): number {
    return posts.waitingLikes - 2 * choices.countUnlikes() + queue.reduce((sum, { likes }) => sum + likes, 0)
  }

  /** Takes MySQL's history for ours. False when there is nothing to decide. */
  function decide(wanted: Decision): Promise<boolean> {
    const { promise, resolve, reject } = Promise.withResolvers<boolean>()
    decision?.resolve(false)
    decision = { wanted, resolve, reject }
    endPause()
    return promise
  }

  /** Resolves when nothing is under way to MySQL any more; to be called under the hold, so that nothing follows. */
  async function settled() {
    await lastTry.catch(() => {})
  }

  /** Resolves when the try under way has ended. */
  async function stop() {
    isStopped = true
    endPause()
    await running
  }

  /** Takes up what the journal held at the start. */
  function takeUp() {
    const now = clock()
    queue = journal.batches()
    for (const { post, waiting } of queue.flatMap(inputOf)) {
      const row = posts.find(post)
      if (row < 0) continue
      posts.setWaiting(row, posts.waiting(row) - waiting, now)
      posts.setInFlight(row, posts.inFlight(row) + waiting)
    }
    for (let row = posts.first('waiting'); row >= 0; row = posts.after(row)) noteTaken(row)
  }

  async function keepFlushing() {
    while (!isStopped) {
      const startedAt = performance.now()
      try {
        if (decision) await carryOut(decision)
        if (!hold.isHeld()) {
          if (isCompareDue()) await compareStores()
          if (isCompared && !parted && isAnythingToSend()) {
            lastTry = timed(flush)
            await lastTry
          }
        }
        failuresInARow = 0
      } catch (error) {
        tally.failures++
        failuresInARow++
        log.warn('likes could not be written to MySQL yet', { batch: queue[0]?.number, error })
      }
      const tookMs = performance.now() - startedAt
      await pause(failuresInARow > 0 ? backoff() : settings.flushEveryMs - tookMs)
    }
  }

  async function timed(work: () => Promise<void>) {
    const startedAt = performance.now()
    await work().finally(() => flushed((performance.now() - startedAt) / 1_000))
  }

  function isAnythingToSend(): boolean {
    return queue.length > 0 || isDue()
  }

  /** Each batch is compared when it is applied, so this is for when none is, or none may be. */
  function isCompareDue(): boolean {
    const isTime = performance.now() >= nextCompareAt
    if (!isAnythingToSend() || parted) return isTime
    return !isCompared
  }

  function isDue(): boolean {
    return isOverThreshold.size > 0 || isOldestWithin(dueBefore())
  }

  function dueBefore(): number {
    return Math.max(allBefore, clock() - settings.flushSeconds * 1_000)
  }

  function isOldestWithin(before: number): boolean {
    const oldest = posts.first('waiting')
    return oldest >= 0 && posts.since(oldest) <= before
  }

  function backoff(): number {
    return Math.min(longestBackoffMs, 100 * 2 ** failuresInARow) * (0.5 + Math.random() / 2)
  }

  async function pause(ms: number) {
    if (isStopped || ms <= 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, ms)
    endPause = resolve
    await promise
    clearTimeout(timer)
  }

  async function flush() {
    const batch = queue[0] ?? dispatch(newest())
    const { outcome, gone, previous } = await apply(db, name, batch, at)
    if (outcome === 'unfit') {
      isCompared = false
      return
    }
    if (outcome === 'mismatched') return correct(batch, previous)
    acknowledge(batch)
    for (const post of gone) {
      const row = posts.find(post)
      if (row >= 0) posts.setTotal(row, goneTotal)
    }
  }

  /** See 8 and 9 in journal.ts. With MySQL away nothing is known, and what is known already stays. */
  async function compareStores() {
    try {
      const mysql = (await lastBatch(db, name)) ?? beginning
      const own = { newest: newest(), queue, deliveredAfter: journal.deliveredAfter }
      const agreement = compare(name, own, mysql)
      if (agreement.is === 'parted')
        part({ how: agreement.how, journal: own.newest.number, mysql: mysql.number })
      else if (parted) meet()
      if (agreement.is === 'lost') await sendAgain(agreement.batches, mysql)
      if (agreement.is === 'agreed') await settleWith(mysql)
      isCompared = true
      nextCompareAt = performance.now() + compareEveryMs
    } catch (error) {
      nextCompareAt = performance.now() + compareEveryMs
      if (!isCompared && isAnythingToSend()) throw error
    }
  }

  function part(now: Parted) {
    if (parted?.how !== now.how)
      log.error('MySQL and the journal have parted, so no likes are taken until somebody decides', now)
    parted = now
  }

  function meet() {
    reload()
    log.info('MySQL and the journal agree again')
  }

  async function sendAgain(lost: Batch[], mysql: Newest) {
    log.warn('MySQL has lost batches that it confirmed, so they are sent again', {
      batches: lost.length,
      from: mysql.number + 1,
    })
    const rows = await takeBack({ name, db, journal, posts, choices, clock }, lost)
    queue = journal.batches()
    tally.applied -= lost.reduce((sum, { likes }) => sum + likes, 0)
    tally.batches -= lost.length
    choices.markInFlight(queue.flatMap((each) => each.choices))
    onCorrected(rows)
  }

  async function settleWith(mysql: Newest) {
    for (const batch of queue) if (batch.number <= mysql.number) acknowledge(batch)
    if (journal.counted() !== undefined) return
    // A journal older than the counter, or one that follows another history, begins to count where all is right.
    const inMysql = await likesOfChain(db, name, mysql.number)
    journal.setCounted(inMysql + netWaiting())
  }

  async function carryOut({ wanted, resolve, reject }: NonNullable<typeof decision>) {
    decision = undefined
    try {
      const mysql = (await lastBatch(db, name)) ?? beginning
      const own = { newest: newest(), queue, deliveredAfter: journal.deliveredAfter }
      if (compare(name, own, mysql).is !== 'parted') return resolve(false)
      await followMysql({ name, db, journal, posts, choices, clock }, mysql, wanted)
      reload()
      log.warn('the journal follows MySQL, as somebody decided', { waiting: wanted, batch: mysql.number })
      resolve(true)
    } catch (error) {
      reject(error)
    }
  }

  function reload() {
    posts.clear()
    journal.loadPosts(posts, clock())
    choices.reload()
    isOverThreshold.clear()
    takeUp()
    tally.applied = journal.state().applied
    parted = undefined
    isCompared = false
    onFollowed()
  }

  /** Forms the next batch of what is due, and fixes it in the journal. */
  function dispatch(previous: Newest): Batch {
    const rows = dueRows()
    const input = rows.map((row) => {
      const post = posts.post(row)
      return { post, waiting: posts.waiting(row), choices: choices.of([post]) }
    })
    const formed = formBatch(name, previous, input)
    journal.fix(formed)

    const now = clock()
    for (const row of rows) {
      posts.setInFlight(row, posts.waiting(row))
      posts.setWaiting(row, 0, now)
      isOverThreshold.delete(posts.post(row))
    }
    choices.dispatch(formed.choices)
    queue = [formed]
    return formed
  }

  /** With what is due goes what soon will be, so that a quiet board does not make a batch of every like. */
  function dueRows(): number[] {
    const rows: number[] = []
    const before = dueBefore() + settings.flushSeconds * soonMsPerSecond
    for (let row = posts.first('waiting'); row >= 0 && rows.length < postsPerBatch; row = posts.after(row)) {
      if (posts.since(row) > before) break
      rows.push(row)
    }
    const chosen = new Set(rows)
    for (const post of isOverThreshold) {
      if (chosen.size >= postsPerBatch) break
      const row = posts.find(post)
      if (row >= 0 && posts.waiting(row) > 0) chosen.add(row)
      else isOverThreshold.delete(post)
    }
    return [...chosen]
  }

  /** MySQL has the batch. */
  function acknowledge(delivered: Batch) {
    const now = clock()
    const input = inputOf(delivered)
    journal.forget(
      delivered,
      input.map(({ post, waiting }) => [post, waiting]),
      now,
    )
    queue = queue.slice(1)
    for (const { post, waiting } of input) confirm(post, waiting, now)
    choices.acknowledge(
      delivered.choices,
      queue.flatMap((each) => each.choices),
    )
    tally.applied += delivered.likes
    tally.batches++
  }

  function confirm(post: number, waiting: number, now: number) {
    const row = posts.find(post)
    if (row < 0) return
    posts.setInFlight(row, posts.inFlight(row) - waiting)
    if (posts.inFlight(row) === 0) posts.commit(row, now)
  }

  /**
   * Someone else changed rows of `likes`: a member or a post was deleted. The batch is formed anew of what would still
   * change a row, under the same number, which MySQL has rolled back; totals follow.
   */
  async function correct(refused: Batch, previous: Newest) {
    const effective = await effectiveLikes(db, refused.choices)
    const before = inputOf(refused)
    const byPost = Map.groupBy(effective, ([post]) => post)
    const after = before.map(({ post, waiting, choices: old }) => {
      const own = byPost.get(post) ?? []
      return { post, waiting: waiting - old.length + own.length, choices: own }
    })
    const formed = formBatch(name, { ...previous, number: refused.number - 1 }, after)
    const added = new Map(formed.entries)
    const corrections = refused.entries.map(([post, was], at): Correction => {
      const waiting = (after[at]?.waiting ?? 0) - (before[at]?.waiting ?? 0)
      return { post, total: (added.get(post) ?? 0) - was, waiting }
    })
    const corrected = [formed]
    for (const next of queue.slice(1))
      corrected.push(formBatch(name, corrected.at(-1) ?? formed, inputOf(next)))
    journal.refix(corrected, corrections)
    queue = corrected
    choices.invalidate(refused.choices)
    choices.markInFlight(queue.flatMap((each) => each.choices))
    log.warn('members or posts are gone, so a batch was corrected', { number: formed.number })
    onCorrected(corrections.flatMap(follow))
  }

  function follow({ post, total, waiting }: Correction): number[] {
    const row = posts.find(post)
    if (row < 0) return []
    posts.setInFlight(row, posts.inFlight(row) + waiting)
    if (posts.total(row) !== goneTotal) posts.setTotal(row, posts.total(row) + total)
    return total === 0 ? [] : [row]
  }
}

export type Flush = ReturnType<typeof openFlusher>

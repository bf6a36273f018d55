import type { Clock } from '../src/platform/clock.ts'
import type { Db } from '../src/platform/db.ts'
import type { Log } from '../src/platform/log.ts'
import { firstHash, formBatch, gatheredIn } from './batches.ts'
import type { Choices } from './choices.ts'
import { deliver, effectiveChoices } from './delivery.ts'
import type { Hold } from './hold.ts'
import type { At, Batch, Correction, Journal } from './journal.ts'
import { goneTotal, type PostTable } from './posts.ts'
import { lastBatch } from './queries.ts'

/** A batch is formed and forgotten in the journal at once, and likes wait meanwhile. */
const postsPerBatch = 5_000
const longestBackoffMs = 5_000

export type FlushSettings = { flushLikes: number; flushSeconds: number; flushEveryMs: number }

type Parts = {
  name: string
  db: Db
  journal: Journal
  posts: PostTable
  choices: Choices
  log: Log
  settings: FlushSettings
  hold: Hold
  at: At
  clock: Clock
  /** Called with how long each try took. */
  flushed: (seconds: number) => void
  /** Called with rows whose total turned out to be another than was thought. */
  onCorrected: (rows: number[]) => void
}

/** Brings waiting likes to MySQL: one batch at a time, each exactly once. `journal.ts` has the argument. */
export function openFlush({
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
}: Parts) {
  const { applied, batches } = journal.state()
  const tally = { applied, batches, failures: 0 }
  const crowded = new Set<number>()
  let batch = journal.batch()
  /** The newest batch in MySQL, as far as we know. */
  let chain: { number: number; hash: string } | undefined
  let allBefore = 0
  let failuresInARow = 0
  let isStopped = false
  let lastTry = Promise.resolve()
  let endPause = () => {}
  takeUp()
  const running = keepFlushing()

  return { tally, noteTaken, flushAll, settled, stop, underWay: () => batch, waitingInBatch }

  /** Tells that likes were added to a row: it may be due now. */
  function noteTaken(row: number) {
    if (posts.waiting(row) > settings.flushLikes) crowded.add(posts.post(row))
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
    if (!(await isDone(() => !isOldestWithin(before)))) return false
    const mine = tally.batches
    return isDone(() => batch === undefined || tally.batches > mine)
  }

  function waitingInBatch(): number {
    return batch ? gatheredIn(batch).reduce((sum, { waiting }) => sum + waiting, 0) : 0
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
    for (const { post, waiting } of batch ? gatheredIn(batch) : []) {
      const row = posts.find(post)
      if (row < 0) continue
      posts.setWaiting(row, posts.waiting(row) - waiting, now)
      posts.setFlying(row, waiting)
    }
    for (let row = posts.first('waiting'); row >= 0; row = posts.after(row)) noteTaken(row)
  }

  async function keepFlushing() {
    while (!isStopped) {
      const startedAt = performance.now()
      try {
        if ((batch || isDue()) && !hold.isHeld()) {
          lastTry = timed(flush)
          await lastTry
        }
        failuresInARow = 0
      } catch (error) {
        tally.failures++
        failuresInARow++
        log.warn('likes could not be written to MySQL yet', { batch: batch?.number, error })
      }
      const tookMs = performance.now() - startedAt
      await pause(failuresInARow > 0 ? backoff() : settings.flushEveryMs - tookMs)
    }
  }

  async function timed(work: () => Promise<void>) {
    const startedAt = performance.now()
    await work().finally(() => flushed((performance.now() - startedAt) / 1_000))
  }

  function isDue(): boolean {
    return crowded.size > 0 || isOldestWithin(dueBefore())
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
    if (!batch) {
      chain ??= await newestBatch()
      batch = depart(chain)
    }
    const { fate, gone } = await deliver(db, name, batch, at)
    if (fate === 'taken') return renumber(batch)
    if (fate === 'mismatched') return correct(batch)
    arrive(batch)
    for (const post of gone) {
      const row = posts.find(post)
      if (row >= 0) posts.setTotal(row, goneTotal)
    }
  }

  /** The hashes' chain is what MySQL holds; numbers must also be new to this journal. */
  async function newestBatch() {
    const last = await lastBatch(db, name)
    const { number } = journal.state()
    return { number: Math.max(number, last?.number ?? 0), hash: last?.hash ?? firstHash }
  }

  /** Forms the next batch of what is due, and fixes it in the journal. */
  function depart(previous: { number: number; hash: string }): Batch {
    const rows = dueRows()
    const gathered = rows.map((row) => {
      const post = posts.post(row)
      return { post, waiting: posts.waiting(row), choices: choices.of([post]) }
    })
    const formed = formBatch(name, previous, gathered)
    journal.fix(formed)

    const now = clock()
    for (const row of rows) {
      posts.setFlying(row, posts.waiting(row))
      posts.setWaiting(row, 0, now)
      crowded.delete(posts.post(row))
    }
    choices.depart(formed.choices)
    return formed
  }

  function dueRows(): number[] {
    const rows: number[] = []
    const before = dueBefore()
    for (let row = posts.first('waiting'); row >= 0 && rows.length < postsPerBatch; row = posts.after(row)) {
      if (posts.since(row) > before) break
      rows.push(row)
    }
    const chosen = new Set(rows)
    for (const post of crowded) {
      if (chosen.size >= postsPerBatch) break
      const row = posts.find(post)
      if (row >= 0 && posts.waiting(row) > 0) chosen.add(row)
      else crowded.delete(post)
    }
    return [...chosen]
  }

  /** MySQL has the batch. */
  function arrive(delivered: Batch) {
    const now = clock()
    const gathered = gatheredIn(delivered)
    journal.forget(
      delivered,
      gathered.map(({ post, waiting }) => [post, waiting]),
      now,
    )
    for (const { post } of gathered) land(post, now)
    choices.arrive(delivered.choices)
    tally.applied += delivered.likes
    tally.batches++
    chain = { number: delivered.number, hash: delivered.hash }
    batch = undefined
  }

  function land(post: number, now: number) {
    const row = posts.find(post)
    if (row < 0) return
    posts.setFlying(row, 0)
    posts.settle(row, now)
  }

  /** A journal that was restored, or another batcher of the same name, has used the number. */
  async function renumber(refused: Batch) {
    const previous = await newestBatch()
    log.warn('another batch has the number of this one', {
      number: refused.number,
      next: previous.number + 1,
    })
    batch = formBatch(name, previous, gatheredIn(refused))
    journal.refix(batch)
  }

  /**
   * Someone else changed rows of `likes`: a member or a post was deleted. The batch is formed anew of what would still
   * change a row, under the same number, which MySQL has rolled back; totals follow.
   */
  async function correct(refused: Batch) {
    const effective = await effectiveChoices(db, refused.choices)
    const previous = await newestBatch()
    const before = gatheredIn(refused)
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
    journal.refix(formed, corrections)
    choices.doubt(refused.choices)
    choices.fly(formed.choices)
    batch = formed
    log.warn('members or posts are gone, so a batch was corrected', { number: formed.number })
    onCorrected(corrections.flatMap(follow))
  }

  function follow({ post, total, waiting }: Correction): number[] {
    const row = posts.find(post)
    if (row < 0) return []
    posts.setFlying(row, posts.flying(row) + waiting)
    if (posts.total(row) !== goneTotal) posts.setTotal(row, posts.total(row) + total)
    return total === 0 ? [] : [row]
  }
}

export type Flush = ReturnType<typeof openFlush>

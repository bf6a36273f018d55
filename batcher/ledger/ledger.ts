/**
 * The ledger: all that a batcher knows of likes, in memory and in the journal, and the one place that changes
 * either.
 *
 * The invariant: memory is what a restart would read. Every change goes the same way: it is worked out from
 * memory, the journal keeps it in one commit, and then, in the same turn of the event loop, memory follows. A
 * commit that fails throws before memory has changed. So nothing here awaits anything; what has to be asked
 * of MySQL is asked before.
 *
 * A journal in MySQL returns before it has kept what it was given. `kept` says when it has; nothing of it may
 * leave this process before, and what it could not keep is forgotten with the whole ledger.
 *
 * A like is admitted, which counts it for now: its id, its member's state and its post's total are pending.
 * `commit` makes all that is pending true, `rollback` undoes it; nobody is answered before. Committed likes
 * wait. `nextBatch` moves those that are due into a batch, which is in flight until MySQL is known to have it
 * (`acknowledge`), or to refuse it as it is (`amend`), or to have lost it afterwards (`requeue`).
 * `journal.ts` has the argument why each like reaches MySQL once.
 *
 * Memory holds more than the journal in what may be forgotten at any time: posts without likes in the last
 * ten minutes, what MySQL was seen to hold of members, that a post is gone, and a version, which a restart
 * takes from the clock.
 */

import type { Clock } from '../../src/platform/clock.ts'
import type { Log } from '../../src/platform/log.ts'
import type { ParsedLike } from '../intake/parse.ts'
import {
  addedByPost,
  type Batch,
  type BatchInput,
  type ChainEnd,
  emptyChain,
  formBatch,
  inputOf,
  type MemberLike,
  netLikes,
  waitingByPost,
} from './batch.ts'
import { openDedupe } from './dedupe.ts'
import type { Journal } from './journal.ts'
import { openKeys } from './keys.ts'
import { openMemberLikes } from './member-likes.ts'
import { goneTotal, openPostTable, type PostView } from './post-table.ts'
import type { Correction } from './records.ts'

/** A batch is formed and acknowledged in the journal at once, and likes wait meanwhile. */
const postsPerBatch = 5_000
const prunedAtOnce = 2_000
/** Beyond this many posts those that are idle are evicted from memory. */
const rememberedPosts = 1_500_000

/** `accepted`: the like is counted, by this request or by an earlier one. The others say why it is not. */
export type Admission = 'accepted' | 'other post' | 'gone' | 'closed' | 'full' | 'unknown'

/**
 * What becomes of waiting likes under another history: they are sent after it, or are taken to be in it
 * already.
 */
export type Decision = 'send' | 'drop'

/** A post's likes in MySQL, by its id; a post that is missing is gone. */
type StoredTotals = Map<number, number>

type Parts = {
  /** The batcher's. */
  name: string
  journal: Journal
  /** How many likes may wait, and how many keys are known at most. */
  maxWaiting: number
  maxKeys: number
  /** With more likes than this a post is due at once. */
  flushLikes: number
  clock: Clock
  log: Log
  /** Called with how long each commit to the journal took. */
  onCommitted?: (seconds: number) => void
}

/** Reads the journal, which is the ledger's from now on. */
export function openLedger(parts: Parts) {
  const { name, journal, maxWaiting, maxKeys, flushLikes, clock, log, onCommitted } = parts
  const { apart } = journal
  const posts = openPostTable()
  const memberLikes = openMemberLikes(journal)
  const keys = openKeys({ journal, clock, log, most: maxKeys })
  const dedupe = openDedupe({ journal, keys, clock })
  const { answered, version, applied, batches } = journal.state()
  const counters = { answered, version, applied, batches, commits: 0 }
  /** Batches that MySQL may not have, the oldest first. */
  let queue: Batch[] = []
  /** Posts with more likes than a batch waits for. */
  const overThreshold = new Set<number>()
  /** Rows with pending likes, and how many new likes were admitted, since the last commit. */
  let touched: number[] = []
  let admitted = 0
  let isCheckpointed = true
  load()

  return {
    posts: posts as PostView,
    version: () => counters.version,
    nextGeneration: journal.nextGeneration,
    isGuarded: () => apart?.isGuarded() ?? true,
    guard: () => apart?.guard(),
    isApart: apart !== undefined,
    shared: journal.shared,

    learnPost: (post: number, likes: number) => void posts.add(post, likes),
    learnMember: memberLikes.learn,
    isLiked: memberLikes.isLiked,
    markGone,
    totals,

    beginRequest,
    admit,
    totalOf,
    commit,
    rollback,

    oldestSince,
    isDue,
    nextBatch,
    acknowledge,
    amend,

    newest,
    queue: () => queue,
    deliveredAfter: (number: number) => apart?.deliveredAfter(number) ?? [],
    isCounting: () => journal.counted() !== undefined,
    startCounting,
    requeue,
    unsettledPosts,
    follow,
    reload,

    prune,
    compact,
    checkpointWhenIdle,
    copy: () => apart?.copy(),
    stats,
    waiting,
    /** As of a journal that others may take over; undefined when all is kept. */
    kept: () => journal.shared?.kept(),
    close: journal.close,
  }

  /** Posts do not exist any more: no more likes are accepted for them. */
  function markGone(list: number[]) {
    for (const post of list) {
      const row = posts.find(post)
      if (row >= 0) posts.setTotal(row, goneTotal)
    }
  }

  /**
   * Returns the totals of those of the posts of which MySQL may lack likes, or lacked some in the last ten
   * minutes.
   */
  function totals(list: number[]): [post: number, total: number][] {
    return list.flatMap((post): [number, number][] => {
      const row = posts.find(post)
      return row < 0 || posts.isIdle(row) || posts.total(row) === goneTotal ? [] : [[post, posts.total(row)]]
    })
  }

  /** To be called before the likes of a request are admitted. */
  function beginRequest(likes: ParsedLike[]) {
    const numbered = likes.find(({ producer }) => producer !== undefined)
    if (numbered) dedupe.beginRequest(numbered)
  }

  /**
   * Judges a like, and counts it if it is new and nothing speaks against it. `objection`: what is known from
   * elsewhere. All is pending until `commit` or `rollback`, which have to come in the same turn of the event
   * loop.
   */
  function admit(like: ParsedLike, objection: 'gone' | 'closed' | undefined): Admission {
    const row = posts.find(like.post)
    const result = dedupe.check(like)
    if (result === 'other post') return 'other post'
    const isGone = objection === 'gone' || (row >= 0 && posts.total(row) === goneTotal)
    if (result === 'seen' && row >= 0 && !isGone) return 'accepted'

    const reason = isGone ? 'gone' : (objection ?? reasonAgainst(like, row))
    // What was refused stays refused, whatever has become known since.
    if (result !== 'new') return reason ?? 'unknown'
    dedupe.note(like, reason === undefined)
    if (reason !== undefined) return reason
    count(like, row)
    return 'accepted'
  }

  function reasonAgainst({ post, user, wants }: ParsedLike, row: number): 'full' | 'unknown' | undefined {
    if (posts.waitingLikes + admitted >= maxWaiting) return 'full'
    const isKnown = row >= 0 && (wants === undefined || memberLikes.isLiked(post, user) !== undefined)
    return isKnown ? undefined : 'unknown'
  }

  function count({ post, user, wants }: ParsedLike, row: number) {
    admitted++
    if (wants === undefined) return addPending(row, 1)
    const isLiked = memberLikes.isLiked(post, user) === true
    const willLike = wants === 'opposite' ? !isLiked : wants
    if (willLike === isLiked) return
    memberLikes.begin(post, user, willLike)
    addPending(row, willLike ? 1 : -1)
  }

  function addPending(row: number, likes: number) {
    if (posts.pending(row) === 0) touched.push(row)
    posts.setPending(row, posts.pending(row) + likes)
  }

  /** Returns the total of a known post, what is pending included. */
  function totalOf(post: number): number {
    const row = posts.find(post)
    return posts.total(row) + posts.pending(row)
  }

  /**
   * Makes all that was admitted true, by one commit of the journal. Returns the rows whose totals may have
   * changed. Throws when the journal can't keep it; all is pending then as before, and `rollback` undoes it.
   */
  function commit(): number[] {
    const { producers, keys } = dedupe.pending()
    if (admitted === 0 && producers.size === 0) return []
    const now = clock()
    const rows = [...new Set(touched)]
    const changes = memberLikes.pending()
    // Under LIKES=once a like that takes back another leaves less to write, not more.
    const isOnce = changes.memberLikes.length > 0
    const waitingOf = (row: number) =>
      posts.waiting(row) + (isOnce ? (changes.counts.get(posts.post(row)) ?? 0) : posts.pending(row))

    const startedAt = performance.now()
    journal.keep({
      posts: rows.map((row) => ({
        post: posts.post(row),
        total: posts.total(row) + posts.pending(row),
        waiting: waitingOf(row) + posts.inFlight(row),
        since: posts.waiting(row) > 0 ? posts.since(row) : now,
      })),
      producers,
      keys,
      memberLikes: changes.memberLikes,
      answered: counters.answered + admitted,
      added: rows.reduce((sum, row) => sum + posts.pending(row), 0),
      version: counters.version + 1,
    })
    const committed = () => onCommitted?.((performance.now() - startedAt) / 1_000)
    const kept = journal.shared?.kept()
    if (kept) kept.then(committed, () => {})
    else committed()

    for (const row of rows) {
      const likes = waitingOf(row)
      posts.setTotal(row, posts.total(row) + posts.pending(row))
      posts.setPending(row, 0)
      posts.setWaiting(row, likes, now)
      posts.markFlushed(row, now)
      noteWaiting(row)
    }
    counters.answered += admitted
    counters.version++
    counters.commits++
    memberLikes.commit()
    dedupe.commit()
    touched = []
    admitted = 0
    return rows
  }

  /** Undoes all that was admitted since the last commit. */
  function rollback() {
    for (const row of touched) posts.setPending(row, 0)
    touched = []
    admitted = 0
    memberLikes.rollback()
    dedupe.rollback()
  }

  function noteWaiting(row: number) {
    if (posts.waiting(row) > flushLikes) overThreshold.add(posts.post(row))
    else overThreshold.delete(posts.post(row))
  }

  /** Returns since when the oldest like has waited that is in no batch, by the batcher's clock. */
  function oldestSince(): number | undefined {
    const row = posts.first('waiting')
    return row < 0 ? undefined : posts.since(row)
  }

  /**
   * Whether `nextBatch` has something: a batch, a post over the threshold, or likes that have waited since
   * `before`.
   */
  function isDue(before: number): boolean {
    return queue.length > 0 || overThreshold.size > 0 || (oldestSince() ?? Number.POSITIVE_INFINITY) <= before
  }

  /**
   * Returns the oldest batch that MySQL may not have. When there is none, one is formed of posts over the
   * threshold and of what has waited since `before`, and fixed in the journal.
   */
  function nextBatch(before: number): Batch {
    return queue[0] ?? dispatch(dueRows(before))
  }

  function dueRows(before: number): number[] {
    const rows: number[] = []
    for (let row = posts.first('waiting'); row >= 0 && rows.length < postsPerBatch; row = posts.after(row)) {
      if (posts.since(row) > before) break
      rows.push(row)
    }
    const chosen = new Set(rows)
    for (const post of overThreshold) {
      if (chosen.size >= postsPerBatch) break
      chosen.add(posts.find(post))
    }
    return [...chosen]
  }

  function dispatch(rows: number[]): Batch {
    const input = rows.map((row): BatchInput => {
      const post = posts.post(row)
      return { post, waiting: posts.waiting(row), memberLikes: memberLikes.waitingFor(post) }
    })
    const batch = formBatch(name, newest(), input)
    journal.addBatch(batch)

    const now = clock()
    for (const row of rows) {
      posts.setInFlight(row, posts.waiting(row))
      posts.setWaiting(row, 0, now)
      overThreshold.delete(posts.post(row))
    }
    memberLikes.dispatch(batch.memberLikes)
    queue = [batch]
    return batch
  }

  /** MySQL has the oldest batch. `gone`: posts of it that do not exist any more. */
  function acknowledge(batch: Batch, gone: number[] = []) {
    const now = clock()
    const input = inputOf(batch)
    const counts = input.map(({ post, waiting }): [number, number] => [post, waiting])
    journal.acknowledge(batch, counts, now)

    queue = queue.slice(1)
    for (const [post, likes] of counts) {
      const row = posts.find(post)
      if (row < 0) continue
      setInFlight(row, posts.inFlight(row) - likes, now)
    }
    memberLikes.acknowledge(batch.memberLikes, membersIn(queue))
    counters.applied += batch.likes
    counters.batches++
    markGone(gone)
  }

  /**
   * A post with nothing in flight or waiting is a flushed one, whose total readers may need for ten minutes.
   */
  function setInFlight(row: number, likes: number, now: number) {
    posts.setInFlight(row, likes)
    if (likes > 0) posts.evict(row)
    else posts.markFlushed(row, now)
  }

  /**
   * Somebody else changed rows of `likes`: a member or a post was deleted. The oldest batch, which MySQL has
   * rolled back, is formed anew behind `previous`, under the same number, of the `effective` likes that would
   * still change a row; those behind it follow it. Returns the rows whose totals have changed.
   */
  function amend(refused: Batch, effective: MemberLike[], previous: ChainEnd): number[] {
    const before = inputOf(refused)
    const byPost = Map.groupBy(effective, ([post]) => post)
    const after = before.map(({ post, waiting, memberLikes: old }): BatchInput => {
      const own = byPost.get(post) ?? []
      return { post, waiting: waiting - old.length + own.length, memberLikes: own }
    })
    const amended = formBatch(name, { ...previous, number: refused.number - 1 }, after)
    const added = new Map(amended.entries)
    const corrections = refused.entries.map(([post, was], index): Correction => {
      const waiting = (after[index]?.waiting ?? 0) - (before[index]?.waiting ?? 0)
      return { post, total: (added.get(post) ?? 0) - was, waiting }
    })
    const batches = [amended]
    for (const next of queue.slice(1)) batches.push(formBatch(name, batches.at(-1) ?? amended, inputOf(next)))
    journal.replaceBatches(batches, corrections)

    queue = batches
    memberLikes.amend(refused.memberLikes, membersIn(queue))
    counters.version++
    const now = clock()
    return corrections.flatMap(({ post, total, waiting }) => {
      const row = posts.find(post)
      if (row < 0) return []
      setInFlight(row, posts.inFlight(row) + waiting, now)
      if (posts.total(row) !== goneTotal) posts.setTotal(row, posts.total(row) + total)
      return total === 0 ? [] : [row]
    })
  }

  /** Returns the newest batch that was formed. */
  function newest(): ChainEnd {
    const { number, hash } = journal.state()
    return number === 0 ? emptyChain : { number, hash }
  }

  /**
   * MySQL has `inMysql` likes of this chain: from here on the journal counts by how much likes change totals.
   */
  function startCounting(inMysql: number) {
    apart?.setCounted(inMysql + netWaiting())
  }

  /**
   * MySQL has lost these batches: they are queued again, before all others. `stored` has its totals of their
   * posts. Returns the rows of the posts, whose totals are set anew.
   */
  function requeue(lost: Batch[], stored: StoredTotals): number[] {
    const added = addedByPost([...lost, ...queue])
    const changed = [...waitingByPost(lost)].map(([post, waiting]) => {
      const row = posts.find(post)
      const total = (stored.get(post) ?? 0) + (added.get(post) ?? 0) + (row < 0 ? 0 : netWaitingOf(row))
      return { post, total, waiting }
    })
    const now = clock()
    apart?.requeue(lost, changed, now)

    queue = journal.batches()
    memberLikes.requeue(membersIn(queue))
    counters.applied -= lost.reduce((sum, { likes }) => sum + likes, 0)
    counters.batches -= lost.length
    counters.version++
    return changed.map(({ post, total, waiting }) => {
      const row = posts.add(post, total)
      posts.setTotal(row, stored.has(post) ? total : goneTotal)
      setInFlight(row, posts.inFlight(row) + waiting, now)
      return row
    })
  }

  /** Returns the posts of which MySQL may lack likes. */
  function unsettledPosts(): number[] {
    return [...new Set([...waitingRows().map(posts.post), ...waitingByPost(queue).keys()])]
  }

  /**
   * Takes MySQL's history up to `end` for the journal's own, as was decided. `stored` has MySQL's totals of
   * the unsettled posts. Row numbers and totals that were known before do not hold any more.
   */
  function follow(end: ChainEnd, decision: Decision, stored: StoredTotals) {
    if (decision === 'drop') {
      const areMemberLikesDropped = true
      apart?.follow({ newest: end, batches: [], posts: [], areMemberLikesDropped, applied: waiting() })
      return reload()
    }
    const batches: Batch[] = []
    for (const batch of queue) batches.push(formBatch(name, batches.at(-1) ?? end, inputOf(batch)))
    const inFlight = waitingByPost(queue)
    const added = addedByPost(queue)
    const rows = unsettledPosts().map((post) => {
      const row = posts.find(post)
      const total = (stored.get(post) ?? 0) + (added.get(post) ?? 0) + netWaitingOf(row)
      return { post, total, waiting: posts.waiting(row) + (inFlight.get(post) ?? 0), since: posts.since(row) }
    })
    apart?.follow({ newest: end, batches, posts: rows, areMemberLikesDropped: false, applied: 0 })
    reload()
  }

  /** Forgets all that is not in the journal: what is known of MySQL does not hold any more. */
  function reload() {
    posts.clear()
    memberLikes.reload()
    overThreshold.clear()
    load()
    const { applied, batches } = journal.state()
    Object.assign(counters, { applied, batches })
  }

  /**
   * Fills the empty table with every post of the journal. The process before may have had another idea of the
   * time: no like is younger than now, and what was flushed is kept for its whole time again.
   */
  function load() {
    const now = clock()
    for (const { post, total, waiting, since } of journal.posts()) {
      const row = posts.add(post, total)
      if (waiting > 0) posts.setWaiting(row, waiting, Math.min(since, now))
      else posts.markFlushed(row, now)
    }
    queue = journal.batches()
    for (const [post, likes] of waitingByPost(queue)) {
      const row = posts.find(post)
      if (row < 0) continue
      posts.setWaiting(row, posts.waiting(row) - likes, now)
      posts.setInFlight(row, likes)
    }
    for (const row of waitingRows()) noteWaiting(row)
  }

  /**
   * Forgets, a part at a time, posts of which the last like was flushed before this time, and whatever else
   * has been in the journal for long enough. Returns the posts.
   */
  function prune(before: number): number[] {
    const rows: number[] = []
    for (let row = posts.first('flushed'); row >= 0 && rows.length < prunedAtOnce; row = posts.after(row)) {
      if (posts.since(row) >= before) break
      rows.push(row)
    }
    const old = rows.map(posts.post)
    const silent = dedupe.silentProducers()
    journal.prune({ posts: old, producers: silent, keys: keys.prune(), now: clock() })

    dedupe.forget(silent)
    for (const row of rows) posts.evict(row)
    return old
  }

  /** Frees memory when there are many posts, most of them idle. Row numbers change. */
  function compact() {
    if (posts.count > rememberedPosts) posts.compactIfMostlyIdle()
  }

  /** When the last like has gone its way, the log that SQLite has written becomes part of the file. */
  function checkpointWhenIdle() {
    const isIdle = posts.waitingLikes === 0 && queue.length === 0
    if (isIdle && !isCheckpointed) apart?.checkpoint()
    isCheckpointed = isIdle
  }

  /** Returns how many likes MySQL may not have. */
  function waiting(): number {
    return posts.waitingLikes + [...waitingByPost(queue).values()].reduce((sum, likes) => sum + likes, 0)
  }

  /** Returns by how much all that MySQL may not have changes totals. */
  function netWaiting(): number {
    const inBatches = queue.reduce((sum, { likes }) => sum + likes, 0)
    return posts.waitingLikes - 2 * memberLikes.countUnlikes() + inBatches
  }

  /** Returns by how much what waits in no batch changes a post's total. */
  function netWaitingOf(row: number): number {
    return netLikes(posts.waiting(row), memberLikes.waitingFor(posts.post(row)))
  }

  function waitingRows(): number[] {
    const rows: number[] = []
    for (let row = posts.first('waiting'); row >= 0; row = posts.after(row)) rows.push(row)
    return rows
  }

  function stats() {
    const { answered, applied, batches, commits } = counters
    const since = oldestSince()
    return {
      answered,
      waiting: waiting(),
      applied,
      batches,
      oldestSeconds: since === undefined ? 0 : (clock() - since) / 1_000,
      waitingPosts: posts.waitingPosts,
      knownPosts: posts.count,
      commits,
      chain: chain() ?? null,
      keys: keys.count(),
      keysDropped: keys.evicted(),
      journalBytes: apart?.bytes(),
      journalFreeBytes: apart?.freeBytes(),
    }
  }

  /**
   * Returns what MySQL must have of this batcher, if all that was answered is somewhere: the batches up to a
   * number, and what they add in all. Undefined before that is known.
   */
  function chain(): { number: number; likes: number } | undefined {
    const all = journal.counted()
    if (all === undefined) return undefined
    const [next] = queue
    return { number: next ? next.number - 1 : newest().number, likes: all - netWaiting() }
  }
}

export type Ledger = ReturnType<typeof openLedger>

const membersIn = (batches: Batch[]): MemberLike[] => batches.flatMap(({ memberLikes }) => memberLikes)

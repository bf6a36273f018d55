import type { Clock } from '../src/platform/clock.ts'
import type { Log } from '../src/platform/log.ts'
import type { Flush } from './flush/flusher.ts'
import type { Guard } from './guard.ts'
import type { Dedupe } from './ledger/dedupe.ts'
import type { Journal } from './ledger/journal.ts'
import type { Keys } from './ledger/keys.ts'
import type { PostTable } from './ledger/post-table.ts'
import type { Totals } from './publish/totals.ts'

/** Longer than any cache keeps a post's row, by far. */
const idleMs = 10 * 60 * 1_000
const everyMs = 1_000
const postsAtOnce = 2_000
/** Beyond this many posts those that are idle are dropped from memory. */
const rememberedPosts = 1_500_000
const collectedFromBytes = 128 * 1024 * 1024

type Parts = {
  journal: Journal
  posts: PostTable
  ids: Dedupe
  keys: Keys
  guard: Guard
  totals: Totals
  flush: Flush
  clock: Clock
  log: Log
}

/** Once a second: what has long been in MySQL leaves Redis, the journal and, when it is crowded, memory. */
export function openRetention({ journal, posts, ids, keys, guard, totals, flush, clock, log }: Parts) {
  let isPruned = true
  let isFailing = false
  const timer = setInterval(tryToPrune, everyMs)
  return { close: () => clearInterval(timer) }

  /** What fails now, as with the disk full, is done later. */
  function tryToPrune() {
    try {
      prune()
      isFailing = false
    } catch (error) {
      if (!isFailing) log.error('the journal could not be tidied', { error })
      isFailing = true
    }
  }

  function prune() {
    const old = idleBefore(clock() - idleMs)
    guard.tidy()
    const silent = ids.silent()
    totals.hide(old.map(posts.post))
    journal.prune({ posts: old.map(posts.post), senders: silent, keys: keys.prune(), now: clock() })
    ids.forget(silent)
    for (const row of old) posts.release(row)
    if (posts.count > rememberedPosts && posts.isMostlyIdle() && totals.state() !== 'filling') posts.compact()
    shrinkFile()
    // The columns of many posts make the collector wait for as many bytes of garbage, though they hold nothing to scan.
    if (process.memoryUsage.rss() > collectedFromBytes) Bun.gc(false)
  }

  function idleBefore(time: number): number[] {
    const rows: number[] = []
    let row = posts.first('flushed')
    for (; row >= 0 && posts.since(row) < time && rows.length < postsAtOnce; row = posts.after(row))
      rows.push(row)
    return rows
  }

  /** When the last like has gone its way, the log that SQLite has written becomes part of the file. */
  function shrinkFile() {
    const isQuiet = posts.waitingLikes === 0 && !flush.underWay()
    if (isQuiet && !isPruned) journal.tidy()
    isPruned = isQuiet
  }
}

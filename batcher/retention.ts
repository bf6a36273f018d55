import type { Clock } from '../src/platform/clock.ts'
import type { Log } from '../src/platform/log.ts'
import type { Flush } from './flush/flusher.ts'
import type { Guard } from './guard.ts'
import type { Ids } from './ledger/dedupe.ts'
import type { Journal } from './ledger/journal.ts'
import type { Keys } from './ledger/keys.ts'
import type { PostTable } from './ledger/post-table.ts'
import type { Totals } from './publish/totals.ts'

/** Longer than any cache keeps a post's row, by far. */
const settledMs = 10 * 60 * 1_000
const everyMs = 1_000
const postsAtOnce = 2_000
/** Beyond this many posts those that are idle are dropped from memory. */
const rememberedPosts = 1_500_000
const collectedFromBytes = 128 * 1024 * 1024

type Parts = {
  journal: Journal
  posts: PostTable
  ids: Ids
  keys: Keys
  guard: Guard
  totals: Totals
  flush: Flush
  clock: Clock
  log: Log
}

/** Once a second: what has long been in MySQL leaves Redis, the journal and, when it is crowded, memory. */
export function openHousekeeping({ journal, posts, ids, keys, guard, totals, flush, clock, log }: Parts) {
  let isTidy = true
  let isFailing = false
  const timer = setInterval(tryToTidy, everyMs)
  return { close: () => clearInterval(timer) }

  /** What fails now, as with the disk full, is done later. */
  function tryToTidy() {
    try {
      tidy()
      isFailing = false
    } catch (error) {
      if (!isFailing) log.error('the journal could not be tidied', { error })
      isFailing = true
    }
  }

  function tidy() {
    const old = settledBefore(clock() - settledMs)
    guard.tidy()
    const silent = ids.silent()
    totals.hide(old.map(posts.post))
    journal.prune({ posts: old.map(posts.post), senders: silent, keys: keys.tidy(), now: clock() })
    ids.forget(silent)
    for (const row of old) posts.release(row)
    if (posts.count > rememberedPosts && posts.isMostlyIdle() && totals.state() !== 'filling') posts.compact()
    tidyFile()
    // The columns of many posts make the collector wait for as many bytes of garbage, though they hold nothing to scan.
    if (process.memoryUsage.rss() > collectedFromBytes) Bun.gc(false)
  }

  function settledBefore(time: number): number[] {
    const rows: number[] = []
    let row = posts.first('settled')
    for (; row >= 0 && posts.since(row) < time && rows.length < postsAtOnce; row = posts.after(row))
      rows.push(row)
    return rows
  }

  /** When the last like has gone its way, the log that SQLite has written becomes part of the file. */
  function tidyFile() {
    const isQuiet = posts.waitingLikes === 0 && !flush.underWay()
    if (isQuiet && !isTidy) journal.tidy()
    isTidy = isQuiet
  }
}

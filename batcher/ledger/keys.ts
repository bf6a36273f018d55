import type { Clock } from '../../src/platform/clock.ts'
import type { Log } from '../../src/platform/log.ts'
import type { Journal } from './journal.ts'
import { type Match, newBlock, openKeyTable, writeEntry } from './key-table.ts'
import type { KeyBlock } from './records.ts'

/** A key is known for at least so many hours. */
const retentionHours = 24
const hourMs = 3_600_000
/** A period ends with its hour, or when it has this share of the keys that are known at most. */
const mostPeriods = 24
const sweptAtPeriod = 8
const sweptAtOnce = 1

type Period = { number: number; hour: number; keys: number }
type Parts = { journal: Journal; clock: Clock; log: Log; most: number }

/**
 * Knows the keys that clients made for their likes, for a day, all in memory; the journal has them for the
 * next start.
 *
 * Keys are stored by *periods*, each forgotten as a whole. Time is counted in hours for which a batcher has
 * run, and a start begins the hour anew, so no wall clock that jumps makes a key forgotten before its day is
 * over. When there would be more than `most` keys the oldest period goes before its time.
 */
export function openKeys({ journal, clock, log, most }: Parts) {
  const table = openKeyTable()
  const periods: Period[] = []
  let evicted = 0
  let hourEndsAt = clock() + hourMs
  load()

  return { match, block, commit, prune, count: () => table.count, evicted: () => evicted }

  function match(id: string, post: number): Match {
    const entry = newBlock(1)
    writeEntry(entry, 0, id, post)
    return table.find(entry)
  }

  /** Returns what the journal has to keep of these keys and the posts they were used for. */
  function block(keys: Map<string, number>): KeyBlock | undefined {
    if (keys.size === 0) return undefined
    const { number, hour } = current()
    return { period: number, hour, entries: new Uint8Array(entriesOf(keys).buffer) }
  }

  /** The journal has these. */
  function commit(keys: Map<string, number>) {
    if (keys.size === 0) return
    const period = current()
    table.add(entriesOf(keys), period.number)
    period.keys += keys.size
    endFullPeriod()
  }

  /**
   * To be called once a second. Returns the number of the oldest period that is known, so that the journal
   * forgets others, and an empty block when an hour has begun, so that a start knows of it.
   */
  function prune(): { from: number; newHour: KeyBlock | undefined } {
    table.sweep(sweptAtOnce)
    if (clock() < hourEndsAt) return { from: oldest().number, newHour: undefined }
    hourEndsAt = clock() + hourMs
    begin(current().hour + 1)
    const { number, hour } = current()
    return { from: oldest().number, newHour: { period: number, hour, entries: new Uint8Array() } }
  }

  function load() {
    for (const { period, hour, entries } of journal.keyBlocks()) {
      if (periods.at(-1)?.number !== period) periods.push({ number: period, hour, keys: 0 })
      table.add(new Uint32Array(entries.slice().buffer), period)
      current().keys += entries.length / 16
    }
    if (periods.length === 0) periods.push({ number: 1, hour: 1, keys: 0 })
    for (const { id, post } of journal.apart?.keysOfBefore() ?? [])
      table.add(entriesOf(new Map([[id, post]])), current().number)
    forget()
    endFullPeriod()
    table.sweepAll()
  }

  function endFullPeriod() {
    const { keys, hour } = current()
    if (keys >= most / mostPeriods) begin(hour)
  }

  function begin(hour: number) {
    periods.push({ number: current().number + 1, hour, keys: 0 })
    forget()
    table.sweep(sweptAtPeriod)
  }

  function forget() {
    const { hour } = current()
    while (hour - oldest().hour > retentionHours) periods.shift()
    for (let keys = sum(periods); keys > most && periods.length > 1; keys = sum(periods)) {
      const { keys: early = 0 } = periods.shift() ?? {}
      evicted += early
      log.warn('keys are forgotten before their day is over', { keys: early, kept: keys - early, most })
    }
    table.forgetBefore(oldest().number)
  }

  function current(): Period {
    return periods.at(-1) as Period
  }

  function oldest(): Period {
    return periods[0] as Period
  }
}

export type Keys = ReturnType<typeof openKeys>

function entriesOf(keys: Map<string, number>): Uint32Array<ArrayBuffer> {
  const entries = newBlock(keys.size)
  let index = 0
  for (const [id, post] of keys) writeEntry(entries, 4 * index++, id, post)
  return entries
}

const sum = (periods: Period[]) => periods.reduce((total, { keys }) => total + keys, 0)

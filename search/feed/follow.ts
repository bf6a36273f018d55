/**
 * How the index follows the board, without a statement more in what adds to it:
 *
 * - **What is new** is found by its id, more than twice a second. Ids become visible out of order, because a
 *   transaction that got its id earlier may end later: ids that are missing below the highest one are gaps,
 *   which are asked for, too, for a minute. No transaction of the site lives as long.
 * - **What changes or goes** is told by a row of `search_changes`, written in the transaction of the change.
 *   Those rows have ids of their own and are found in the same way.
 * - Either only says which rows to read again. The index takes in what is there then, so it does not matter
 *   how often that happens, and in which order. The ids to read, and what was looked at, are one commit of
 *   the index: whatever ends in between, they are read.
 * - **All else**, such as statements typed by hand, what a release that tells of no changes did during a
 *   deploy, a backup that was put back: one round after another goes through all rows, from the newest on,
 *   and compares. The first round of a new index is the one that fills it, as fast as half a core allows.
 */

import { type Extent, type Kind, kinds } from '../../src/finding/protocol.ts'
import type { Db } from '../../src/platform/db.ts'
import { Unavailable } from '../../src/platform/errors.ts'
import type { Log } from '../../src/platform/log.ts'
import { inPortions } from '../../src/platform/portions.ts'
import { wordsOf } from '../../src/text/markdown.ts'
import type { Row, WordsIndex } from '../index/words-index.ts'
import { type FoundRow, highest, noticed, rows, type Source } from './queries.ts'

const lookEveryMs = 400
const noticedAtOnce = 1_000
const rowsAtOnce = 500
/** So many are indexed in one turn of the event loop, which takes some 40 ms. */
const charactersAtOnce = 60_000
/** Once all was read, so much of a round at a time. */
const portionEveryMs = 1_000
const roundEveryMs = 600_000
const retryMs = 500

/** Gaps are looked for so far below the highest id, and for so long. */
const gapIds = 1_000
const gapMs = 60_000

type Mark = { high: number /** The missing ids, each with when that was seen. */; gaps: [number, number][] }

type Reading = {
  marks: Record<Source, Mark>
  /** The round: it goes on with rows of this kind that have lower ids, at first with all of them. */
  round: { kind: Kind; below: number | null }
  /** How many ids are behind it. */
  passed: number
  /** A round came to its end. */
  isWhole: boolean
}

type Following = {
  extent(): Extent
  stop(): Promise<void>
}

type Parts = {
  db: Db
  index: WordsIndex
  log: Log
  /** Wall clock, in milliseconds. */
  now?: () => number
  /** Called with what no later try can mend. */
  failed(error: unknown): void
}

export function startFollowing({ db, index, log, now = Date.now, failed }: Parts): Following {
  let reading: Reading | undefined
  let asOf: string | null = null
  let isStopped = false
  let isAway = false
  let wake = () => {}
  let nextPortionAt = 0
  const over = follow()

  return {
    extent: () => ({ built: builtOf(reading), asOf }),
    async stop() {
      isStopped = true
      wake()
      await over
    },
  }

  async function follow() {
    while (!isStopped) {
      const restMs = await step().catch((error) => {
        if (!(error instanceof Unavailable)) failed(error)
        if (!isAway) log.warn('the index cannot follow', { error })
        isAway = true
        return retryMs
      })
      await rest(restMs)
    }
  }

  function rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** Returns how long to rest, in milliseconds. */
  async function step(): Promise<number> {
    const startedAt = now()
    reading ??= continued(index.reading() as Reading | undefined, await highest(db))
    while (!(await noticeSome(reading))) {}
    for (const kind of kinds) await readDue(kind)
    asOf = new Date(startedAt).toISOString()
    isAway = false
    if (reading.isWhole && now() < nextPortionAt) return lookEveryMs

    const began = performance.now()
    const isEnd = await goOn(reading)
    const tookMs = performance.now() - began
    nextPortionAt = now() + (isEnd ? roundEveryMs : portionEveryMs)
    return reading.isWhole ? lookEveryMs : Math.min(tookMs, lookEveryMs)
  }

  /** Returns true when there is no more. */
  async function noticeSome(of: Reading): Promise<boolean> {
    const looked = Object.entries(of.marks).map(([source, { high, gaps }]) => [
      source,
      { high, gaps: gaps.map(([id]) => id) },
    ])
    const found = await noticed(db, Object.fromEntries(looked), noticedAtOnce)
    const places = Map.groupBy(found, ({ source }) => source)
    const marks = Object.fromEntries(
      Object.entries(of.marks).map(([source, mark]) => [
        source,
        markAfter(mark, places.get(source as Source)?.map(({ place }) => place) ?? [], now()),
      ]),
    ) as Reading['marks']
    if (found.length > 0)
      index.note(
        found.map(({ kind, id }) => [kind, id]),
        { ...of, marks },
      )
    of.marks = marks
    return [...places.values()].every((some) => some.length < noticedAtOnce)
  }

  async function readDue(kind: Kind): Promise<void> {
    for (let ids = index.due(kind, rowsAtOnce); ids.length > 0; ids = index.due(kind, rowsAtOnce)) {
      const found = await rows[kind].withIds(db, ids)
      const known = new Set(found.map(({ id }) => id))
      const gone = ids.filter((id) => !known.has(id))
      if (gone.length > 0) index.take(kind, gone, [])
      for (const some of portionsOf(found)) {
        const idsOfSome = some.map(({ id }) => id)
        index.take(kind, idsOfSome, await readIn(kind, some))
        await new Promise(setImmediate)
      }
    }
  }

  /** Goes on with the round. Returns true at its end. */
  async function goOn(of: Reading): Promise<boolean> {
    const { kind } = of.round
    const below = of.round.below ?? of.marks[kind].high + 1
    const found = await rows[kind].below(db, below, rowsAtOnce)
    const low = found.length < rowsAtOnce ? 1 : (found.at(-1)?.id ?? 1)
    const next = low > 1 ? kind : kinds[kinds.indexOf(kind) + 1]
    const isEnd = next === undefined
    const after: Reading = next
      ? {
          ...of,
          passed: of.passed + below - low,
          round: { kind: next, below: next === kind ? low : null },
        }
      : { ...continued(of, await highest(db)), ...newRound, isWhole: true }
    const portions = portionsOf(found)
    const last = portions.pop() ?? []
    let above = below
    for (const some of portions) {
      const lowest = some.at(-1)?.id ?? above
      const meanwhile = { ...of, passed: of.passed + above - lowest, round: { kind, below: lowest } }
      index.takeBetween(kind, lowest, above - 1, await readIn(kind, some), meanwhile)
      Object.assign(of, meanwhile)
      above = lowest
      await new Promise(setImmediate)
    }
    index.takeBetween(kind, low, above - 1, await readIn(kind, last), after)
    Object.assign(of, after)
    return isEnd
  }

  /**
   * Returns rows for the index. Of those that it has not yet, the Markdown is read here, in turns of its own,
   * and remembered: it is most of what taking them in costs.
   */
  async function readIn(kind: Kind, found: FoundRow[]): Promise<Row[]> {
    const all = rowsOf(found)
    const isRead = (row: Row) => row.isPlain || index.has(kind, row)
    await inPortions(all, (row) => isRead(row) || wordsOf(row.body))
    return all
  }
}

type High = { source: Source; high: number }[]

/**
 * A reading that goes on, or begins. Of the newest ids some may be missing yet. Where the highest are lower
 * than they were, as after a backup was put back, they will be given a second time.
 */
function continued(before: Reading | undefined, high: High): Reading {
  const marks = Object.fromEntries(
    high.map(({ source, high: is }) => {
      const { high: was, gaps } = before?.marks[source] ?? { high: Math.max(0, is - gapIds), gaps: [] }
      return [source, { high: Math.min(was, is), gaps }]
    }),
  ) as Reading['marks']
  return before ? { ...before, marks } : { marks, ...newRound, isWhole: false }
}

const newRound = { round: { kind: kinds[0], below: null }, passed: 0 }

function builtOf(reading: Reading | undefined): number {
  if (!reading) return 0
  if (reading.isWhole) return 1
  const ids = kinds.reduce((sum, kind) => sum + reading.marks[kind].high, 0)
  return Math.min(0.999, reading.passed / Math.max(1, ids))
}

/** The mark when these ids were seen, which rise. */
function markAfter({ high, gaps }: Mark, seen: number[], now: number): Mark {
  const found = new Set(seen)
  const highest = Math.max(high, seen.at(-1) ?? 0)
  const open = gaps.filter(([id, since]) => !found.has(id) && since > now - gapMs)
  if (highest === high) return open.length === gaps.length ? { high, gaps } : { high, gaps: open }
  const from = Math.max(high, highest - gapIds) + 1
  for (let id = from; id < highest; id++) if (!found.has(id)) open.push([id, now])
  return { high: highest, gaps: open }
}

/** In order, each of so many characters that other work need not wait for long. */
function portionsOf(found: FoundRow[]): FoundRow[][] {
  const portions: FoundRow[][] = []
  let characters = Number.POSITIVE_INFINITY
  for (const row of found) {
    const own = row.title.length + row.body.length
    if (characters + own > charactersAtOnce) {
      portions.push([])
      characters = 0
    }
    portions.at(-1)?.push(row)
    characters += own
  }
  return portions
}

const rowsOf = (found: FoundRow[]): Row[] =>
  found.flatMap(({ isGone, isPlain, createdAt, ...row }) =>
    isGone ? [] : [{ ...row, isPlain: isPlain === 1, created: Math.floor(Date.parse(createdAt) / 1_000) }],
  )

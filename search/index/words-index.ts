/**
 * All texts of the board as words, in one SQLite file with its full-text index (FTS5). It keeps no texts,
 * only which words they have, and answers ids. It may be lost at any time, and is then made anew.
 *
 * What it has of a row is always that row as it was read from the database at some moment, and whoever
 * changes a row there has it read again (`<kind>_due`): so it does not matter how often, or in which order,
 * changes are heard of.
 *
 * Hits come by falling ids, which is by falling age, so the newest are found without looking at the rest,
 * however many there are. The best ones are sought among the newest: FTS5's own measure of rank reads all
 * hits of a word, which takes 100 ms for a common one in a million texts. How many are ranked is bounded by
 * how much has to be read for it: FTS5 looks for what all words have in common down to the last row, whatever
 * range of ids is asked for, but an AND ends with the shortest of its parts, so the places where to look are
 * tokens, too (`tokens.ts`). Behind those that are ranked come the others, the newest first.
 */

import { Database, SQLiteError } from 'bun:sqlite'
import { existsSync, rmSync } from 'node:fs'
import { type Kind, kinds, mostRanked, type Place, type Question } from '../../src/finding/protocol.ts'
import { type Match, matchOf } from './match.ts'
import { dueOfPost, indexShape, makeTables, openFile, statementsOf, stateOf } from './queries.ts'
import { blockOf, idsOfBlock, indexed, type Text } from './tokens.ts'

/** A row of the database. `created` in seconds since 1970, `parent` the post of a comment. */
export type Row = Text & { id: number; parent: number | null; created: number }

/** Where in the database the reading is: written with the rows that were read. */
type Reading = Record<string, unknown>

export type WordsIndex = ReturnType<typeof openIndex>

const daySeconds = 86_400
const lastSecond = Number.MAX_SAFE_INTEGER

/** Blocks in which hits are ranked, of a question of one word: the more words, the fewer, but two. */
const mostBlocks = 16
/** Hits that are ranked or given at once, times the tokens of the question. */
const mostRead = 4_000
/** So many hits are ranked, however far they are apart. */
const fewestRanked = 63

/** Opens the file, or makes it anew where it is missing, damaged or of another shape. */
export function openIndex(path: string) {
  const database = openedOrMade(path)
  const state = stateOf(database)
  const by = Object.fromEntries(kinds.map((kind) => [kind, statementsOf(database, kind)])) as Record<
    Kind,
    ReturnType<typeof statementsOf>
  >
  const commentsDue = dueOfPost(database)
  const counts = Object.fromEntries(kinds.map((kind) => [kind, by[kind].count.get()?.texts ?? 0])) as Record<
    Kind,
    number
  >

  return {
    find,
    reading: (): Reading | undefined => {
      const row = state.read.get()
      return row ? (JSON.parse(row.text) as Reading) : undefined
    },
    /** Notes that rows have to be read again, and where the reading of the database is now. */
    note: (due: [Kind, number][], reading: Reading) =>
      atOnce(() => {
        for (const [kind, id] of due) by[kind].addDue.run(id)
        state.write.run(JSON.stringify(reading))
      }),
    /** Returns the newest of the rows that have to be read again. */
    due: (kind: Kind, limit: number) => by[kind].someDue.all(limit).map(({ id }) => id),
    /** Takes in what was read of the rows with these ids: those that are not in `rows` are gone. */
    take: (kind: Kind, ids: number[], rows: Row[]) =>
      atOnce(() => {
        takeAll(kind, ids, rows)
        for (const id of ids) by[kind].dropDue.run(id)
      }),
    /** The same of all rows whose ids are from `low` to `high`. */
    takeBetween: (kind: Kind, low: number, high: number, rows: Row[], reading: Reading) =>
      atOnce(() => {
        const known = by[kind].between.all(low, high).map(({ id }) => id)
        takeAll(kind, [...known, ...rows.map(({ id }) => id)], rows)
        state.write.run(JSON.stringify(reading))
      }),
    /** Whether the row is there as it is. */
    has: (kind: Kind, row: Row) => by[kind].row.get(row.id)?.hash === hashOf(row),
    counts: () => ({ ...counts }),
    close: () => database.close(),
  }

  function atOnce(work: () => void): void {
    database.transaction(work)()
  }

  function takeAll(kind: Kind, ids: number[], rows: Row[]): void {
    const byId = new Map(rows.map((row) => [row.id, row]))
    // FTS5 writes what it has gathered whenever an id does not rise.
    for (const id of [...new Set(ids)].sort((a, b) => a - b)) {
      const row = byId.get(id)
      if (row) put(kind, row)
      else drop(kind, id)
    }
  }

  function put(kind: Kind, row: Row): void {
    const { id, parent, category, created } = row
    const statements = by[kind]
    const hash = hashOf(row)
    const before = statements.row.get(id)
    if (before?.hash === hash) return
    const { title, body } = indexed(row)
    statements.put.run(id, title, body)
    statements.putRow.run(id, parent, category, created, hash)
    statements.putDay.run(Math.floor(created / daySeconds), id)
    if (!before) counts[kind]++
    // Comments are in the category of their post.
    else if (kind === 'post' && before.category !== category) commentsDue.run(id)
  }

  function drop(kind: Kind, id: number): void {
    if (!by[kind].row.get(id)) return
    by[kind].drop.run(id)
    by[kind].dropRow.run(id)
    counts[kind]--
    if (kind === 'post') commentsDue.run(id)
  }

  function find(question: Question): Place[] {
    const match = matchOf(question)
    if (!match) return []
    const bounded = { ...question, limit: Math.min(question.limit, mostOf(match)) }
    return question.sort === 'best' ? best(bounded, match) : newest(bounded, match)
  }

  function newest(question: Question, { all }: Match): Place[] {
    const below = question.behind?.id ?? Number.MAX_SAFE_INTEGER
    return idsOf(question, all(), { below, limit: question.limit }).map((id) => ({ score: 0, id }))
  }

  function best(question: Question, match: Match): Place[] {
    const { behind = { score: Number.POSITIVE_INFINITY, id: 0 }, limit } = question
    if (behind.score === 0) return newest(question, match)
    const ids = toRank(question, match)
    const scores = new Map(ids.map((id) => [id, 1]))
    for (const { score, match: better } of match.better)
      for (const id of among(question, ids, better, better() === match.all()))
        scores.set(id, (scores.get(id) ?? 0) + score)
    const ranked = [...scores]
      .map(([id, score]) => ({ id, score }))
      .filter(({ id, score }) => score < behind.score || (score === behind.score && id < behind.id))
      .sort((one, other) => other.score - one.score || other.id - one.id)
      .slice(0, limit)
    if (ranked.length === limit || ids.length < fewestRanked) return ranked
    const others = { ...question, behind: { score: 0, id: ids.at(-1) ?? 0 }, limit: limit - ranked.length }
    return [...ranked, ...newest(others, match)]
  }

  /** The newest hits, as many as are ranked. Those behind them have lower ids. */
  function toRank(question: Question, match: Match): number[] {
    const { all, tokens } = match
    const few = idsOf(question, all(), { limit: fewestRanked })
    if (few.length < fewestRanked) return few
    const many = idsOf(question, all(blocksFrom(few[0] ?? 0, tokens)), { limit: mostOf(match) })
    return many.length > few.length ? many : few
  }

  /** Those of these hits that a better expression finds as well. */
  function among(question: Question, ids: number[], better: Match['all'], isAll: boolean): number[] {
    const [highest = 0, lowest = 0] = [ids[0], ids.at(-1)]
    if (isAll || ids.length === 0) return ids
    const known = new Set(ids)
    const near = highest - lowest < mostBlocks * idsOfBlock ? blocksBetween(lowest, highest) : []
    const found = idsOf(question, better(near), { least: lowest, below: highest + 1, limit: mostRanked })
    return found.filter((id) => known.has(id))
  }

  type Range = { least?: number; below?: number; limit: number }

  /** Ids from `least` on and below `below`, the highest first. */
  function idsOf(
    { kind, from, until }: Question,
    match: string,
    { least = 0, below = Number.MAX_SAFE_INTEGER, limit }: Range,
  ) {
    if (from === undefined && until === undefined)
      return by[kind].newest.all(match, least, below - 1, limit).map(({ id }) => id)
    const [first, last] = [from ?? 0, until ?? lastSecond]
    const days = by[kind].idsOfDays.get(Math.floor(first / daySeconds), Math.ceil(last / daySeconds))
    if (!days || days.low === null || days.high === null) return []
    const [low, high] = [Math.max(days.low, least), Math.min(days.high, below - 1)]
    return by[kind].newestWithin.all(match, low, high, first, last, limit).map(({ id }) => id)
  }
}

/** So many hits may be read at once. */
const mostOf = ({ tokens }: Match) => Math.min(mostRanked, Math.floor(mostRead / Math.max(1, tokens)))

/** The tokens of so many blocks from this id downwards as a question of so many tokens may read. */
const blocksFrom = (id: number, tokens: number) =>
  blocksBetween(id - (Math.max(2, Math.floor(mostBlocks / Math.max(1, tokens))) - 1) * idsOfBlock, id)

function blocksBetween(low: number, high: number): string[] {
  const [first, last] = [Math.floor(Math.max(0, low) / idsOfBlock), Math.floor(high / idsOfBlock)]
  return Array.from({ length: last - first + 1 }, (_, at) => blockOf((first + at) * idsOfBlock))
}

const hashOf = ({ title, body, isPlain, category, author, parent, created }: Row) =>
  Bun.hash.xxHash32([isPlain, category, author, parent, created, title, body].join('\n'))

/** Deletes the file. */
export function forgetIndex(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file, { force: true })
}

/** The file is not what it was, and no later try can mend it. */
export const isDamage = (error: unknown) =>
  error instanceof SQLiteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code ?? '')

function openedOrMade(path: string): Database {
  const kept = opened(path)
  if (kept) return kept
  forgetIndex(path)
  const database = new Database(path)
  openFile(database)
  makeTables(database)
  return database
}

/** Undefined where the file is missing, of another shape, or no file of SQLite. */
function opened(path: string): Database | undefined {
  if (!existsSync(path)) return undefined
  const database = new Database(path)
  try {
    if (openFile(database) === indexShape) return database
  } catch (error) {
    if (!isDamage(error)) throw error
  }
  database.close()
  return undefined
}

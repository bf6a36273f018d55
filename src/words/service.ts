import { say } from '../../texts/say.ts'
import type { Context } from '../context.ts'
import { chunks } from '../platform/async.ts'
import type { Db } from '../platform/db.ts'
import { inPortions } from '../platform/portions.ts'
import { sha256 } from '../platform/sha256.ts'
import { seenAs } from './fold.ts'
import {
  type Entries,
  type Entry,
  entryOf,
  longestPhrase,
  type Matcher,
  noEntries,
  openMatcher,
} from './matcher.ts'
import { type Effect, newestTexts, wordLists } from './queries.ts'

/** What a list finds in a text. */
type Found = { effect: Effect; entry: string }

type Lists = Record<Effect, Matcher>

/** The lists that a replica knows, by their version, which stands in the settings. */
const known = new WeakMap<Db, { version: string; lists: Promise<Lists> }>()

/** Returns what of the board's lists is in a text. They are read when their version is another. */
export async function foundIn({ db }: Context, version: string, text: string): Promise<Found | undefined> {
  const held = known.get(db)
  const lists = held?.version === version ? held.lists : read(db)
  known.set(db, { version, lists })
  lists.catch(() => known.delete(db))
  const { refuse, hold } = await lists
  const refused = refuse(text)
  if (refused !== undefined) return { effect: 'refuse', entry: refused }
  const waits = hold(text)
  return waits === undefined ? undefined : { effect: 'hold', entry: waits }
}

async function read(db: Db): Promise<Lists> {
  const rows = await wordLists(db)
  const matcherOf = async (effect: Effect) => {
    const row = rows.find((each) => each.effect === effect)
    const entries = row ? (JSON.parse(row.entries) as Entries) : noEntries()
    await othersTurn()
    return openMatcher(entries)
  }
  const refuse = await matcherOf('refuse')
  await othersTurn()
  return { refuse, hold: await matcherOf('hold') }
}

/** Of 100,000 lines each step takes some twenty milliseconds. */
const othersTurn = () => new Promise(setImmediate)

const mostLines = 100_000
/** In MySQL's packets, and twice: as it was typed, and as texts are compared with it. */
const mostCharacters = 2_000_000
const longestLine = 200
const linesAtOnce = 200
/** Of the newest posts, those that a list is tried on; what stops half of them is taken for a mistake. */
const triedOn = 200
const leastTried = 10

/** A list as it is stored, or what is wrong with it, in a sentence with an example. */
export type ReadList = { entries: Entries; error?: undefined } | { entries?: undefined; error: string }

/** Reads a list as it was typed: a word, a phrase or a host a line. */
export async function readList({ db }: Context, body: string): Promise<ReadList> {
  if (body.length > mostCharacters)
    return { error: say('A list has at most {most} characters.', { most: mostCharacters }) }
  const lines = [...new Set(body.split('\n').map((line) => line.trim()))].filter((line) => line !== '')
  await othersTurn()
  if (lines.length > mostLines) return { error: say('A list has at most {most} lines.', { most: mostLines }) }
  const long = lines.find((line) => line.length > longestLine || !line.isWellFormed() || line.includes('\0'))
  if (long !== undefined)
    return { error: say('This line is too long: {line}', { line: [...long].slice(0, 40).join('') }) }
  await othersTurn()
  const read = (await inPortions(chunks(lines, linesAtOnce), entriesOf)).flat()
  const entries = noEntries()
  for (const [index, entry] of read.entries()) {
    const line = lines[index] ?? ''
    if (entry.wrong) return { error: say(wrong[entry.wrong], { line, most: longestPhrase }) }
    entries[entry.kind].push(entry.seen)
  }
  await othersTurn()
  const error = await wouldStopMuch(db, entries)
  return error === undefined ? { entries } : { error }
}

const wrong = {
  nothing: '“{line}” has no letter or digit: it would match every text, such as “Hello”.',
  letter: '“{line}” is one letter: it would match nearly every text, such as “{line} and more”.',
  ending: '“{line}” is no whole host: it would match each that ends so, such as “https://example{line}”.',
  long: '“{line}” is too long: a phrase has at most {most} words.',
  parts: '“{line}” is too long: a host has at most {most} parts.',
} as const

/** Folded together, and one by one where a line did not stay one. */
function entriesOf(lines: string[]): Entry[] {
  const seen = seenAs(lines.join('\n')).split('\n')
  return lines.map((line, index) => entryOf(line, seen.length === lines.length ? seen[index] : undefined))
}

async function wouldStopMuch(db: Db, entries: Entries): Promise<string | undefined> {
  const texts = await newestTexts(db, triedOn)
  const find = openMatcher(entries)
  await othersTurn()
  const stopped = await inPortions(texts, ({ title, body }) => ({ title, by: find(`${title}\n${body}`) }))
  const hits = stopped.filter(({ by }) => by !== undefined)
  const [first] = hits
  if (!first || texts.length < leastTried || hits.length * 2 <= texts.length) return undefined
  return say('This would stop {n} of the newest {all} posts, such as “{title}” for “{entry}”.', {
    ...{ n: hits.length, all: texts.length, title: first.title, entry: first.by ?? '' },
  })
}

/** What stands in the settings for lists; empty for none. */
export const versionOfLists = (bodies: string[]): string =>
  bodies.every((body) => body === '') ? '' : sha256(JSON.stringify(bodies)).slice(0, 16)

import type { Question } from '../../src/finding/protocol.ts'
import { folded, type Piece, piecesOf } from '../../src/text/fold.ts'
import type { Term } from '../../src/text/question.ts'
import { byAuthor, everything, ofCategory, singleOf, tokensOf } from './tokens.ts'

/** An expression of FTS5 that looks only where one of these tokens stands, or everywhere. */
type Expression = (near?: string[]) => string

/** The expressions for a question: what finds all hits, and what the better ones of them have. */
export type Match = {
  all: Expression
  /** All words stand in the title; they follow one another; they are whole words. */
  better: { score: number; match: Expression }[]
  /** How many words and pairs are read side by side. */
  tokens: number
}

/** Undefined where nothing can be found, as no letter, digit or emoji is in the terms. */
export function matchOf({ terms, categories, authors, hidden }: Question): Match | undefined {
  const pieces = terms.map(({ text, isPhrase }) => ({ pieces: piecesOf(folded(text)), isPhrase }))
  if (pieces.some((each) => each.pieces.length === 0)) return undefined
  const goingOn = withoutImplied(pieces.map((term) => phrase(term)))
  const whole = [...new Set(pieces.map((term) => phrase({ ...term, isPhrase: true })))]
  const filters = [anyOf(categories.map(ofCategory)), anyOf(authors.map(byAuthor))].flat()
  const not = [...hidden.categories.map(ofCategory), ...hidden.authors.map(byAuthor)]
  const withFilters =
    (words: string[]) =>
    (near: string[] = []) => {
      // Among what is sought: an AND ends with the first of its parts that has no more rows.
      const wanted = [...anyOf(near), ...words, ...filters]
      const positive = wanted.length > 0 ? wanted.join(' AND ') : quoted(everything)
      return not.length > 0 ? `(${positive}) NOT (${not.map(quoted).join(' OR ')})` : positive
    }
  return {
    all: withFilters(goingOn),
    better: [
      { score: 4, match: withFilters(goingOn.map((word) => `title : ${word}`)) },
      ...(pieces.length > 1
        ? [{ score: 2, match: withFilters([phrase({ pieces: pieces.flatMap((each) => each.pieces) })]) }]
        : []),
      { score: 1, match: withFilters(whole) },
    ],
    tokens: pieces.flatMap((each) => each.pieces.flatMap((piece) => tokensOf(piece).split(' '))).length,
  }
}

/** Without what is in another one: every text with `wolves` has a word that begins with `wolf`. */
const withoutImplied = (words: string[]) =>
  [...new Set(words)].filter(
    (word, _, all) =>
      !word.endsWith(' *') || !all.some((other) => other !== word && other.startsWith(word.slice(0, -3))),
  )

const quoted = (tokens: string) => `"${tokens}"`
const anyOf = (tokens: string[]) => (tokens.length > 0 ? [`(${tokens.map(quoted).join(' OR ')})`] : [])

/**
 * A word may go on, as what is typed is the beginning of it. A single Latin letter does not: every text has
 * one that begins so. A run is found wherever it stands, also a single letter of it.
 */
function phrase({ pieces, isPhrase = false }: { pieces: Piece[]; isPhrase?: Term['isPhrase'] }): string {
  const last = pieces.at(-1)
  const isOne = last?.isRun === true && [...last.text].length === 1
  if (isOne && pieces.length === 1) return quoted(singleOf(last.text))
  const goesOn = last !== undefined && (isOne || (!isPhrase && !last.isRun && last.text.length > 1))
  return `${quoted(pieces.map(tokensOf).join(' '))}${goesOn ? ' *' : ''}`
}

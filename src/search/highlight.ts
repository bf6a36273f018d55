import { folded, isOfWord, type Piece } from '../text/fold.ts'
import { memoize } from '../text/memoize.ts'

/** A piece of a text, and whether it is what was searched for. */
export type Part = { text: string; isHit: boolean }

/** A letter with the marks on it. */
const cluster = /\P{M}\p{M}*|\p{M}+/gu

/** Texts have few letters, many times. */
const foldedLetter = memoize(folded, (letters) => letters.length, 20_000)

/** Letters as search compares them, each with the place it came from. */
function compared(text: string): { letters: string; places: number[] } {
  let letters = ''
  const places: number[] = []
  for (const { 0: letter, index } of text.matchAll(cluster)) {
    const plain = letter < '\x80' ? letter.toLowerCase() : foldedLetter(letter)
    for (let n = 0; n < plain.length; n++) places.push(index)
    letters += plain
  }
  places.push(text.length)
  return { letters, places }
}

/** Cuts a text where one of the words begins, or a run stands. The parts together are the text. */
export function marked(text: string, words: Piece[]): Part[] {
  const { letters, places } = compared(text)
  const parts: Part[] = []
  let done = 0
  for (const { from, to } of hitsIn(letters, words)) {
    const [start, end] = [places[from] ?? 0, places[to] ?? text.length]
    if (start < done || end <= start) continue
    if (start > done) parts.push({ text: text.slice(done, start), isHit: false })
    parts.push({ text: text.slice(start, end), isHit: true })
    done = end
  }
  if (done < text.length) parts.push({ text: text.slice(done), isHit: false })
  return parts
}

/**
 * In order of where they begin, none within another: as many steps as the text has letters, however often a
 * word is given.
 */
function* hitsIn(letters: string, words: Piece[]): Generator<{ from: number; to: number }> {
  const distinct = new Map(words.map((word) => [word.text, word]))
  let hits = [...distinct.values()].flatMap((word) => hitOf(letters, word, 0))
  while (hits.length > 0) {
    const hit = hits.reduce((a, b) => (b.from < a.from || (b.from === a.from && b.to > a.to) ? b : a))
    yield hit
    hits = hits.flatMap((each) => (each.from < hit.to ? hitOf(letters, each.word, hit.to) : each))
  }
}

type WordHit = { word: Piece; from: number; to: number }

function hitOf(letters: string, word: Piece, after: number): WordHit | [] {
  const { text, isRun } = word
  let at = letters.indexOf(text, after)
  while (at > 0 && !isRun && isOfWord(letters[at - 1] ?? '')) at = letters.indexOf(text, at + text.length)
  return at < 0 ? [] : { word, from: at, to: at + text.length }
}

const shownAround = 60
const shownCharacters = 280

/** As much of a text as a hit shows: from a little before the first of the words. */
export function around(text: string, words: Piece[]): string {
  const { letters, places } = compared(text)
  const [first] = hitsIn(letters, words)
  const before = first ? (places[first.from] ?? 0) : 0
  const from = before > shownAround ? text.indexOf(' ', before - shownAround) + 1 : 0
  const start = Math.min(from, before)
  const piece = text.slice(start, start + shownCharacters).toWellFormed()
  return `${start > 0 ? '… ' : ''}${piece}${start + shownCharacters < text.length ? ' …' : ''}`
}

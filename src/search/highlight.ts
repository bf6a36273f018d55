/** A piece of a text, and whether it is what was searched for. */
export type Part = { text: string; isHit: boolean }

/**
 * Letters as search compares them, without case, accents and what is not seen or only stretches others; each
 * with the place it came from.
 */
function folded(text: string): { letters: string; places: number[] } {
  let letters = ''
  const places: number[] = []
  let at = 0
  for (const character of text) {
    const plain = character
      .normalize('NFKD')
      .replaceAll(/[\p{M}\p{Cf}\u0640]/gu, '')
      .toLowerCase()
    for (let n = 0; n < plain.length; n++) places.push(at)
    letters += plain
    at += character.length
  }
  places.push(at)
  return { letters, places }
}

const isWord = /[\p{L}\p{N}_]/u

/** Cuts a text where words begin with one of `words`. The pieces together are the text. */
export function marked(text: string, words: string[]): Part[] {
  const { letters, places } = folded(text)
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
function* hitsIn(letters: string, words: string[]): Generator<{ from: number; to: number }> {
  const distinct = new Set(words.map((each) => folded(each).letters).filter((each) => each !== ''))
  let hits = [...distinct].flatMap((word) => hitOf(letters, word, 0))
  while (hits.length > 0) {
    const hit = hits.reduce((one, other) =>
      other.from < one.from || (other.from === one.from && other.to > one.to) ? other : one,
    )
    yield hit
    hits = hits.flatMap((each) => (each.from < hit.to ? hitOf(letters, each.word, hit.to) : each))
  }
}

type WordHit = { word: string; from: number; to: number }

function hitOf(letters: string, word: string, after: number): WordHit | [] {
  let at = letters.indexOf(word, after)
  while (at > 0 && isWord.test(letters[at - 1] ?? '')) at = letters.indexOf(word, at + word.length)
  return at < 0 ? [] : { word, from: at, to: at + word.length }
}

const shownAround = 60
const shownCharacters = 280

/** As much of a text as a hit shows: from a little before the first of the words. */
export function around(text: string, words: string[]): string {
  const { letters, places } = folded(text)
  const [first] = hitsIn(letters, words)
  const before = first ? (places[first.from] ?? 0) : 0
  const from = before > shownAround ? text.indexOf(' ', before - shownAround) + 1 : 0
  const start = Math.min(from, before)
  const piece = text.slice(start, start + shownCharacters).toWellFormed()
  return `${start > 0 ? '… ' : ''}${piece}${start + shownCharacters < text.length ? ' …' : ''}`
}

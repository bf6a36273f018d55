import { folded, type Piece, piecesOf } from './fold.ts'

/** A word, which may go on, or a phrase in quotes, which stands just so. As it was typed. */
export type Term = { text: string; isPhrase: boolean }

/** What somebody looks for: words and phrases, by some members, in some categories, of some days. */
export type Wanted = {
  terms: Term[]
  authors: string[]
  categories: string[]
  /** Of days: from this second since 1970 on, and before that one. */
  from?: number | undefined
  until?: number | undefined
}

/** Why nothing can be looked for, or not all. */
export type Fault = 'day' | 'filters' | 'words' | 'long'

/** As many words and phrases are looked for at once, and as many filters are taken. */
export const mostWords = 10
export const mostFilters = 10

/**
 * So many words, pairs of letters in a script without spaces, and emoji: what a phrase costs to find is their
 * number times how often they stand in the texts.
 */
export const mostTokens = 32

/** Characters. */
export const longestQuestion = 500

const partOf = /(?<=^|\s)(author|in|before|after):("[^"]*"|[^\s"]+)|"([^"]*)"|[^\s"]+/giu

/**
 * Reads what was typed: words, "phrases", `author:` and `in:` with a name, in quotes where it has spaces, and
 * `after:` and `before:` with a day, a month or a year, such as 2026-11-29. Of several authors or categories
 * any will do. What has no letter, digit or emoji is passed over. Never throws.
 */
export function wantedIn(typed: string): { wanted: Wanted; faults: Fault[] } {
  const wanted: Wanted = { terms: [], authors: [], categories: [] }
  const faults = new Set<Fault>()
  let filters = 0
  for (const [whole, key, value = '', phrase] of typed.toWellFormed().matchAll(partOf)) {
    if (key === undefined) {
      const term = { text: phrase ?? whole, isPhrase: phrase !== undefined }
      if (piecesOf(folded(term.text)).length > 0) wanted.terms.push(term)
      continue
    }
    const text = value.replaceAll('"', '').trim()
    if (text === '') continue
    if (++filters > mostFilters) faults.add('filters')
    else if (!narrow(wanted, key.toLowerCase(), text)) faults.add('day')
  }
  if (wanted.terms.length > mostWords) faults.add('words')
  const terms = cut(wanted.terms.slice(0, mostWords))
  if (terms.isCut) faults.add('long')
  return { wanted: { ...wanted, terms: terms.kept }, faults: [...faults] }
}

/** The beginning of these terms that is looked for. */
function cut(terms: Term[]): { kept: Term[]; isCut: boolean } {
  let left = mostTokens
  const kept: Term[] = []
  for (const term of terms) {
    const pieces = piecesOf(folded(term.text))
    const some = pieces.flatMap((piece) => {
      const tokens = tokensIn(piece)
      const most = left
      left = Math.max(0, left - tokens)
      if (most === 0) return []
      return tokens <= most ? [piece.text] : [[...piece.text].slice(0, most + 1).join('')]
    })
    const isWhole = some.length === pieces.length && some.every((text, at) => text === pieces[at]?.text)
    if (isWhole) kept.push(term)
    else return { kept: some.length > 0 ? [...kept, { ...term, text: some.join(' ') }] : kept, isCut: true }
  }
  return { kept, isCut: false }
}

/** How many tokens of the index a piece is. */
const tokensIn = ({ text, isRun }: Piece) => (isRun ? Math.max(1, [...text].length - 1) : 1)

/** Whether there is anything to look for. */
export const isSearchable = ({ terms, authors, categories, from, until }: Wanted) =>
  terms.length + authors.length + categories.length > 0 || from !== undefined || until !== undefined

/** The words and runs in what is looked for, folded, for marking them where they stand. */
export const piecesIn = ({ terms }: Wanted): Piece[] => terms.flatMap(({ text }) => piecesOf(folded(text)))

function narrow(wanted: Wanted, key: string, text: string): boolean {
  if (key === 'author') wanted.authors.push(text.replace(/^@/, ''))
  else if (key === 'in') wanted.categories.push(text)
  else {
    const start = startOfDay(text)
    if (start === undefined) return false
    if (key === 'after') wanted.from = Math.max(wanted.from ?? 0, start)
    else wanted.until = Math.min(wanted.until ?? start, start)
  }
  return true
}

/** In seconds since 1970, UTC: of a day, of the first one of a month or a year. */
function startOfDay(text: string): number | undefined {
  const [, year, month = '01', day = '01'] = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text) ?? []
  const at = Date.parse(`${year}-${month}-${day}T00:00:00Z`)
  const isDay = year !== undefined && !Number.isNaN(at) && new Date(at).getUTCDate() === Number(day)
  return isDay ? at / 1_000 : undefined
}

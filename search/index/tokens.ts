import { folded, type Piece, piecesOf } from '../../src/text/fold.ts'
import { wordsOf } from '../../src/text/markdown.ts'

/**
 * How texts stand in the index: as they are read on a page, without what marks them up and where their links
 * lead; folded, their words with spaces between. A run of a script without spaces is cut into overlapping
 * pairs, so that what stands anywhere in it is a phrase of pairs: `ABC` is `AB BC`. What no text can have in
 * it begins with a character for private use: each letter of a run by itself, the category and the author,
 * and where the row stands: a token is there for each 4,096 ids that follow one another. A question that has
 * such a token in it reads nothing of all other rows.
 *
 * What a phrase costs to find is how often its words stand in a text, so a word stands in the index no more
 * than 250 times for one text. In its place comes a token that no question has, so that the words around it
 * stay where they are.
 */
type Indexed = { title: string; body: string }

export const everything = '\ue000'
export const ofCategory = (id: number) => `\ue000c${id}`
export const byAuthor = (id: number) => `\ue000a${id}`
export const singleOf = (letter: string) => `\ue001${letter}`

export const idsOfBlock = 4_096

/** In 20,000 characters of English prose `the` stands some 240 times. */
const mostOfToken = 250
const leftOut = '\ue002'

/**
 * One character, so that nothing of it is in the index of beginnings. The same come again after 268 million
 * ids.
 */
export const blockOf = (id: number) => String.fromCodePoint(0xf_0000 + (Math.floor(id / idsOfBlock) % 0xfffe))

export type Text = {
  title: string
  body: string
  /** The body is no Markdown. */
  isPlain: boolean
  category: number | null
  author: number | null
}

export function indexed(text: Text & { id: number }): Indexed {
  const { id, title, category, author } = text
  const body = text.isPlain ? text.body : wordsOf(text.body)
  const pieces = { title: piecesOf(folded(title)), body: piecesOf(folded(body)) }
  const runs = [...pieces.title, ...pieces.body].filter(({ isRun }) => isRun)
  const marks = [
    ...new Set(runs.flatMap(({ text }) => [...text].map(singleOf))),
    everything,
    blockOf(id),
    ...(category === null ? [] : [ofCategory(category)]),
    ...(author === null ? [] : [byAuthor(author)]),
  ]
  const counts = new Map<string, number>()
  return {
    title: withoutRepeats(pieces.title, counts),
    body: [withoutRepeats(pieces.body, counts), ...marks].join(' '),
  }
}

const withoutRepeats = (pieces: Piece[], counts: Map<string, number>) =>
  pieces
    .flatMap((piece) => tokensOf(piece).split(' '))
    .map((token) => {
      const count = (counts.get(token) ?? 0) + 1
      counts.set(token, count)
      return count > mostOfToken ? leftOut : token
    })
    .join(' ')

/** The words or pairs of one piece, with spaces between. */
export function tokensOf({ text, isRun }: Piece): string {
  const letters = isRun ? [...text] : []
  if (letters.length < 2) return text
  return letters
    .slice(1)
    .map((letter, at) => `${letters[at]}${letter}`)
    .join(' ')
}

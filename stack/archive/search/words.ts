import { folded, piecesOf } from '../../../src/text/fold.ts'

/**
 * The words of a text as the search of an archive compares them, when it is made and when it is asked. Of a
 * script without spaces it is each two letters that stand side by side.
 */
export const wordsOf = (text: string): string[] =>
  piecesOf(folded(text)).flatMap(({ text: word, isRun }) => (isRun ? pairsOf([...word]) : [word]))

const pairsOf = (letters: string[]) =>
  letters.length === 1 ? letters : letters.slice(1).map((letter, index) => `${letters[index]}${letter}`)

/** How MiniSearch keeps a text; the same when a part is made and when it is read. */
export const indexed = {
  fields: ['title', 'body'],
  storeFields: ['path', 'title', 'by', 'day', 'start'],
  idField: 'path',
  tokenize: wordsOf,
  processTerm: (word: string) => word,
}

export type Found = { path: string; title: string; by: string; day: string; start: string; score: number }

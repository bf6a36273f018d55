/**
 * What search compares: two spellings that a person takes for one word become the same letters. The index and
 * the question are folded by this, and so is the text in which hits are marked.
 */
import { withoutPiles, withoutUnseenInWords } from './seen.ts'

/**
 * Marks that are written or left out as one likes: those of Latin, Greek and Cyrillic letters, of Hebrew,
 * Arabic and Syriac ones. In Indic scripts, Thai and Japanese a mark is part of the letter.
 */
const optionalMarks = new RegExp(
  `(?=\\p{M})[${[
    ...['\\u0300-\\u036f', '\\u0483-\\u0489', '\\u0591-\\u05c7', '\\u0610-\\u065f', '\\u0670'],
    ...['\\u06d6-\\u06ed', '\\u0711', '\\u0730-\\u074a', '\\u0898-\\u08ff', '\\u1ab0-\\u1aff'],
    ...['\\u1dc0-\\u1dff', '\\u20d0-\\u20ff', '\\ufe20-\\ufe2f'],
  ].join('')}]`,
  'gu',
)

/** Letters that Arabic and Persian writers use for one another, once their marks are gone. */
const alike: Record<string, string> = { ٱ: 'ا', ى: 'ي', ی: 'ي', ک: 'ك', ة: 'ه', ς: 'σ' }
const alikeLetters = new RegExp(`[${Object.keys(alike).join('')}]`, 'gu')

/** It only stretches others. */
const tatweel = /\u0640/gu

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are in no word, but may be in a text.
const isPlain = (text: string) => /^[\u0000-\u007f]*$/.test(text)

/** A text in the letters that search compares: without case, optional marks and what is not seen. */
export function folded(text: string): string {
  if (isPlain(text)) return text.toLowerCase()
  return withoutVariants(
    withoutUnseenInWords(withoutPiles(text))
      .normalize('NFKC')
      // Some letters have no lower case of their own, and `ẞ` stays itself in upper case.
      .toLowerCase()
      .toUpperCase()
      .toLowerCase(),
  )
}

/** A text without optional marks, in one of the spellings that people use for one another. */
export const withoutVariants = (text: string) =>
  text
    .normalize('NFD')
    .replaceAll(optionalMarks, '')
    .replaceAll(tatweel, '')
    .normalize('NFC')
    .replaceAll(alikeLetters, (letter) => alike[letter] ?? letter)

/** A word, or a run of a script that puts no spaces between its words, or an emoji, which is a word. */
export type Piece = { text: string; isRun: boolean }

const unspaced = ['Han', 'Hira', 'Kana', 'Bopo', 'Thai', 'Laoo', 'Khmr', 'Mymr']
  .map((script) => `\\p{scx=${script}}`)
  .join('')
const inRun = `[[${unspaced}]&&[\\p{L}\\p{N}\\p{M}]]`
const inWord = `[[\\p{L}\\p{N}\\p{M}]--[${unspaced}]]`
const letterOfWord = new RegExp(`^${inWord}`, 'v')

/** Whether a letter belongs to a word, so that none begins behind it. */
export const isOfWord = (letter: string) => letterOfWord.test(letter)

const emoji = '\\p{RI}\\p{RI}|\\p{Extended_Pictographic}'
const pieceOf = new RegExp(`(${inRun}+)|${inWord}+|${emoji}`, 'gv')

/** Of a word, characters: what is longer is found by these. */
const longestWord = 64

/** The words of a folded text, in order. A `_` parts them, as it does in Markdown. */
export function piecesOf(letters: string): Piece[] {
  return Array.from(letters.matchAll(pieceOf), ([text, run]) => ({
    text: text.length > longestWord ? [...text].slice(0, run ? undefined : longestWord).join('') : text,
    isRun: run !== undefined,
  }))
}

import { hasControlCharacters } from '../platform/fields.ts'

/**
 * What shows nothing where it stands: spaces, controls, marks of direction, joiners, variation selectors,
 * fillers that Unicode calls letters (U+115F, U+3164, U+FFA0), and of symbols and hieroglyphs those without
 * a stroke: the braille pattern without a dot, the notehead that is none, blanks and what only joins others.
 */
const unseen =
  /[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\u2800\ufff9-\ufffc\u{1d159}\u{13430}-\u{13442}]/gu

export const withoutUnseen = (text: string) => text.replaceAll(unseen, '')

/** What of that does not part words: soft hyphens, joiners, marks of direction, variation selectors. */
const unseenInWord = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu

export const withoutUnseenInWords = (text: string) => text.replaceAll(unseenInWord, '')

/** Whether a person sees anything of a text. Marks need something to stand on. */
export const isSeen = (text: string) => /[^\p{M}]/u.test(withoutUnseen(text))

const joined = ['Arabic', 'Syriac', 'Mongolian', 'Nko', 'Devanagari', 'Bengali', 'Gujarati', 'Gurmukhi']
  .concat(['Kannada', 'Malayalam', 'Oriya', 'Sinhala', 'Tamil', 'Telugu', 'Khmer', 'Myanmar'])
  .map((script) => `\\p{scx=${script}}`)
  .join('')

/**
 * The part of an expression that is a joiner within a word, where it changes how Persian and Indic letters
 * are written.
 */
export const joinerInWord = `(?<=[${joined}])[\\u200c\\u200d](?=[${joined}])`

/**
 * More marks on one letter than any script is written with, whatever unseen stands between them. Piled up
 * they would paint over what stands above and below.
 */
const piledUp = /((?:\p{M}\p{Cf}*){6})(?:\p{M}\p{Cf}*)+/gu

export const withoutPiles = (text: string) => text.replaceAll(piledUp, '$1')

export const isPiledUp = (text: string) => withoutPiles(text) !== text

export const isOneLine = (text: string) => !hasControlCharacters(text) && text.isWellFormed()

/**
 * Returns what keeps a text from being one line of at most `longest` ordinary characters that people see;
 * undefined when nothing does.
 */
export function lineFault(text: string, longest: number): 'long' | 'unseen' | 'odd' | 'piled' | undefined {
  if ([...text].length > longest) return 'long'
  if (!isSeen(text)) return 'unseen'
  if (!isOneLine(text)) return 'odd'
  return isPiledUp(text) ? 'piled' : undefined
}

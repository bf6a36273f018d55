import { isSeen } from '../../views/seen.ts'
import { hasControlCharacters } from '../platform/fields.ts'

export { isSeen, withoutUnseen } from '../../views/seen.ts'

/** What of that does not part words: soft hyphens, joiners, marks of direction, variation selectors. */
const unseenInWord = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu

export const withoutUnseenInWords = (text: string) => text.replaceAll(unseenInWord, '')

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

/** The same in markup, where elements that follow one another are drawn as one text. */
const piledUpInMarkup = /(?:\p{M}\p{Cf}*(?:<[^>]*>\p{Cf}*)*){7,}/gu

export const withoutPilesInMarkup = (html: string) =>
  html.replaceAll(piledUpInMarkup, (pile) => {
    let marks = 0
    return pile.replaceAll(/<[^>]*>|\p{M}/gu, (part) => (part.startsWith('<') || ++marks <= 6 ? part : ''))
  })

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

/** Whether a text that may be left out is such a line. */
export const isLineOrEmpty = (text: string, longest: number) =>
  text === '' || lineFault(text, longest) === undefined

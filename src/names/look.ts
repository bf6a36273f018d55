import confusables from 'unhomoglyph/data.json' with { type: 'json' }
import { isComposable } from '../platform/fields.ts'
import { withoutVariants } from '../text/fold.ts'
import { joinerInWord, withoutUnseen } from '../text/seen.ts'

/*
 * One rule for the names that people give themselves here. Two names may not look the same: of each the look
 * is kept, a skeleton as in https://www.unicode.org/reports/tr39/#Confusable_Detection, and what has a look
 * that is there already is taken. What programs send through /api/v1 is stored as it was sent.
 */

const [shortest, longest] = [2, 30]

/** A name as it is stored: composed, of usual width. https://www.rfc-editor.org/rfc/rfc8265#section-3.4 */
export const typedName = (text: string) =>
  isComposable(text, 1_000)
    ? text
        .normalize('NFC')
        .replaceAll(/[\uff01-\uff5e\uff66-\uff9f\uffa1-\uffdc]+/g, (wide) => wide.normalize('NFKC'))
        .normalize('NFC')
        .trim()
    : text.trim()

/** All forms in which a name may have been stored that somebody types, the likeliest first. */
export const spellingsOf = (text: string): string[] => {
  const typed = text.trim()
  // A longer one was stored as it was sent.
  if (!isComposable(typed, 1_000)) return [typed]
  return [...new Set([typed, typedName(typed), typed.normalize('NFC'), typed.normalize('NFD')])]
}

/** The rule for names, as a sentence. */
export const nameRule =
  'A name has 2 to 30 letters, digits, dots, dashes or underscores and starts with a letter or digit.'

export const keptError = 'This name is kept for those who run the board.'

/** Returns what is wrong with the name of a new member, as a sentence, or undefined. */
export function nameError(name: string): string | undefined {
  const length = [...name].length
  if (length < shortest || length > longest || !isOfLetters(name)) return nameRule
  if (!isOfOneScript(name)) return 'A name is written in one script: letters of others can look the same.'
  if (casesOf(name).some((each) => reserved.test(plainLook(each)))) return keptError
  return undefined
}

const letters = new RegExp(`^[\\p{L}\\p{N}](?:[\\p{L}\\p{N}\\p{M}_.-]|${joinerInWord})*$`, 'u')
/**
 * Letters that show nothing or only stretch others, as https://www.rfc-editor.org/rfc/rfc5892#section-2.6 has
 * them.
 */
const odd = /(?![\u200c\u200d])[\p{Default_Ignorable_Code_Point}\u0640\u07fa\u302e\u302f\u3031-\u3035\u303b]/u
/** https://www.unicode.org/reports/tr39/#Optional_Detection */
const piledUp = /[\p{Mn}\p{Me}]{5}|(\p{Mn})\1/u

/**
 * Returns whether a name has plain letters alone: `𝐚` and `ﬁ` are others in another dress; Thai and Lao
 * write theirs so.
 */
const isPlain = (name: string) => {
  const text = name.replaceAll(/[\u0e33\u0eb3]/g, '')
  return text.normalize('NFKC') === text.normalize('NFC')
}

const isOfLetters = (name: string) =>
  letters.test(name) && !odd.test(name) && !piledUp.test(name.normalize('NFD')) && isPlain(name)

const living =
  'Arabic Armenian Balinese Bengali Bopomofo Canadian_Aboriginal Cherokee Cyrillic Devanagari Ethiopic Georgian Greek ' +
  'Gujarati Gurmukhi Han Hangul Hebrew Hiragana Javanese Kannada Katakana Khmer Lao Latin Malayalam Mongolian Myanmar ' +
  'New_Tai_Lue Nko Ol_Chiki Oriya Sinhala Sundanese Syriac Tai_Le Tamil Telugu Thaana Thai Tibetan Tifinagh Yi'

/** "Highly restrictive": https://www.unicode.org/reports/tr39/#Restriction_Level_Detection */
const writtenTogether = ['Latin Han Hiragana Katakana', 'Latin Han Bopomofo', 'Latin Han Hangul']

const scripts = [...living.split(' '), ...writtenTogether].map((each) => {
  const names = ['Common', 'Inherited', ...each.split(' ')]
  return new RegExp(`^[${names.map((name) => `\\p{scx=${name}}`).join('')}]*$`, 'u')
})

const isOfOneScript = (name: string) => scripts.some((script) => script.test(name))

const looksLike: Record<string, string> = confusables

/** Of a name, characters: more than any name has that is chosen here. */
const comparedCharacters = 200

/**
 * Returns the look of a name: the same for names that differ in what is not seen, in case, width or letters
 * that look alike. A capital may look like another than its small letter does, as `Н` and `н`: what looks
 * Latin is that, whatever it is written with, and all else is compared in small letters.
 */
export const lookOf = (name: string): string => lookOfText(withoutUnseen(name.slice(0, comparedCharacters)))

/** The same of a text of any length; what is not seen in it is left as it is. */
export function lookOfText(text: string): string {
  const letters = text.normalize('NFKC').normalize('NFD')
  // In small letters a sigma would be another one at the end of a word.
  const latin = mapped(letters, latinLook).replaceAll('Σ', 'σ')
  const small = latin.toLowerCase().normalize('NFD').replaceAll(secondDot, '$1')
  const seen = mapped(small, (letter) => looksLike[letter])
  // A capital I looks as l does.
  return mapped(seen.toLowerCase().normalize('NFD'), (letter) => smallCapitals[letter]).replaceAll('i', 'l')
}

/** A dot above a letter that has one already, as i and j, is drawn in the place of that. */
const secondDot = /(\p{Soft_Dotted})\u0307/gu

const mapped = (text: string, look: (letter: string) => string | undefined) =>
  [...text].map((letter) => look(letter) ?? letter).join('')

const latinLook = (letter: string) => looksLike[letter]?.match(/^[a-z]+$/i)?.[0]

/**
 * Letters that are small in shape alone. The others are others' looks already; `ĸ` and `ʍ` are those of `ᴋ`
 * and `ᴍ`.
 */
const smallCapitals: Record<string, string> = {
  ...{ ᴀ: 'a', ʙ: 'b', ᴅ: 'd', ᴇ: 'e', ꜰ: 'f', ɢ: 'g', ʜ: 'h', ᴊ: 'j', ĸ: 'k', ʟ: 'l', ʍ: 'rn' },
  ...{ ɴ: 'n', ᴘ: 'p', ꞯ: 'q', ʀ: 'r', ᴛ: 't' },
}

/** A name as it is, in small letters and in capitals: some of what looks alike does so in one of them. */
export const casesOf = (name: string): string[] => [name, name.toLowerCase(), name.toUpperCase()]

/** The same of a category's name, in which spaces part words. */
export const lookOfWords = (name: string): string =>
  name
    .slice(0, comparedCharacters)
    .split(/\p{White_Space}+/u)
    .map(lookOf)
    .filter((word) => word !== '')
    .join(' ')

/** Without signs and digits around it, signs between letters, marks, and spellings that say the same. */
const plainLook = (name: string) =>
  lookOf(withoutVariants(name.replaceAll(/^[\p{N}_.-]+|[\p{N}_.-]+$/gu, ''))).replaceAll(/[\p{M}_.-]/gu, '')

const kept =
  'admin admins administrator administrators administration root superuser moderator moderators moderation mod mods ' +
  'operator sysop webmaster postmaster hostmaster system agora support staff official security help helpdesk owner ' +
  'anonymous nobody everyone deleted null undefined ' +
  'مدير مديرة مدراء مشرف مشرفة مشرفين مشرفون إدارة أدمن مسؤول مسئول دعم نظام مالك رسمي'

/** What changes nothing about a word that is kept: `sysadmin`, `the_admin_team`. */
const around =
  'the real site sys super web net board forum team main head chief master account user bot ' +
  'ال فريق موقع منتدى حساب'

const anyOf = (words: string) => words.split(' ').map(plainLook).join('|')

const wordsWith = (word: string) =>
  new RegExp(`^(?:${anyOf(around)})*(?:${word})(?:${anyOf(`${kept} ${around}`)})*$`, 'u')

const reserved = wordsWith(anyOf(kept))

/** Whether a name is the board's own, or has it with words around that change nothing about it. */
export function isOfBoard(name: string, board: string): boolean {
  const look = plainLook(board).replaceAll(/[^\p{L}\p{N}]/gu, '')
  return look !== '' && casesOf(name).some((each) => wordsWith(look).test(plainLook(each)))
}

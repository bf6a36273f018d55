import { say } from '../texts/say.ts'
import { isSeen } from './seen.ts'

/**
 * Names may have any length: `/api/v1` takes what it is given. Lists show so much of one; the whole stands on
 * a page of its own.
 */
export const longestInList = 100

/** Categories that a menu and a form list. */
export const categoriesListed = 50

/** The place in menus of categories that no admin placed: after all others. */
export const unplaced = 1_000_000

/** How many colours of categories public/board.css has. */
export const hues = 8

/** Whether a name that was listed is longer than it came. */
export const isCut = (name: string) =>
  name.length > longestInList && [...name.slice(0, 2 * longestInList + 2)].length > longestInList

/** As much of a name as a list comes with: what is listed, and a character that shows that there is more. */
export const startOf = (name: string) =>
  isCut(name) ? [...name.slice(0, 2 * longestInList + 2)].slice(0, longestInList + 1).join('') : name

/**
 * A name as a segment of an address, percent-encoded. Only `.` and `..` cannot stand there: browsers and
 * HAProxy take them for steps up the path, encoded or not. They get a tilde before them, and what looks like
 * that already one more.
 */
export const segmentOf = (name: string) => encodeURIComponent(/^~*\.{1,2}$/.test(name) ? `~${name}` : name)

/** The name that a segment of an address stands for, once it is decoded. */
export const nameInPath = (segment: string) => (/^~+\.{1,2}$/.test(segment) ? segment.slice(1) : segment)

/** Where a member has their page; by number when the name is too long to stand in an address. */
export const memberAt = (name: string, id: number | null | undefined) =>
  isCut(name) && id ? `/user/${id}` : `/users/${segmentOf(name)}`

/** The same of a category. */
export const categoryAt = (name: string, id: number) =>
  isCut(name) ? `/categories/${id}` : `/c/${segmentOf(name)}`

/** Where all of a post's text is, which may have megabytes. */
export const wholeBodyAt = (post: number) => `/api/posts/${post}/body`

/** Of a name, characters in a list. */
const mostShown = 100

/**
 * On the page that is its own: the whole of any name that people read. Telling what is not seen in one of
 * megabytes takes seconds, in which nobody else is answered.
 */
export const wholeName = 20_000

/**
 * A name as a page shows it. Programs may name members and categories as they like: what is not seen, or
 * changes the way others are read, is shown as what it is, and so are letters and digits of other scripts
 * that pass for Latin ones between these.
 */
export function shownName(name: string, most = mostShown): string {
  const start = [...name.slice(0, 2 * most + 2)]
  const shown = start
    .slice(0, most)
    .join('')
    .toWellFormed()
    .replaceAll(piledUp, '$1')
    .replaceAll(strange, numbered)
    .replaceAll(edges, (spaces) => '␣'.repeat(spaces.length))
  const letters = /\p{sc=Latin}/u.test(shown) ? shown.replaceAll(passingForLatin, numbered) : shown
  const plain = /[\p{sc=Latin}0-9]/u.test(shown) ? letters.replaceAll(otherDigit, numbered) : letters
  return start.length > most ? `${plain}…` : plain
}

/** A post's title as a page shows it: of those from before a title had to be seen, some are not. */
export const shownTitle = (title: string) => (isSeen(title) ? title : say('Untitled'))

/** Joiners and variation selectors are left to the scripts that are written with them, and to emoji. */
const strange = new RegExp(
  [
    '(?<![\\p{L}\\p{M}\\p{Emoji}\\ufe0f])[\\u200c\\u200d]',
    '(?<=[\\p{sc=Latin}\\p{sc=Cyrillic}\\p{sc=Greek}0-9])[\\u200c\\u200d\\ufe0e\\ufe0f]',
    '(?<!\\p{Emoji})[\\ufe0e\\ufe0f]',
    '(?![\\u200c\\u200d\\ufe0e\\ufe0f])[\\p{Default_Ignorable_Code_Point}\\p{Cc}\\p{Zl}\\p{Zp}\\ufff9-\\ufffc]',
    '(?! )[\\p{Zs}\\u2800\\u{1d159}\\u{13430}-\\u{13442}]',
  ].join('|'),
  'gu',
)
const piledUp = /(\p{M}{4})\p{M}+/gu
const edges = /^ +| +$| {2,}/g
const passingForLatin =
  /[\p{sc=Cyrillic}\p{sc=Greek}\p{sc=Armenian}\p{sc=Cherokee}\p{sc=Coptic}\p{sc=Lisu}]/gu
/** In some scripts there is one like an o, in others one like an 8 that is a 4. */
const otherDigit = /(?![0-9])\p{Nd}/gu

/** `␊` for a line break, `⟨U+200B⟩` for what has no sign, and `а⟨U+0430⟩` for a letter or digit. */
function numbered(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x20) return String.fromCodePoint(0x2400 + code)
  const number = `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`
  return /[\p{L}\p{Nd}]/u.test(character) && !/\p{Default_Ignorable_Code_Point}/u.test(character)
    ? character + number
    : number
}

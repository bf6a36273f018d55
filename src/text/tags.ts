import { joinerInWord } from './seen.ts'

/** Characters of a tag. */
const longestTag = 50

/** One character may become three, as `ﬃ` does. */
const longestFolded = 3 * longestTag

/** Characters that show nothing are no letters, but for joiners within Persian and Indic words. */
const inWord = `(?:(?!\\p{Default_Ignorable_Code_Point})[\\p{L}\\p{N}\\p{M}_]|${joinerInWord})`

/**
 * A tag at the place where the search begins: letters, digits and underscores, at least one of them a letter.
 */
export const tagHere = tagUpTo(longestTag)
const foldedHere = tagUpTo(longestFolded)

function tagUpTo(longest: number) {
  return new RegExp(`#(?=[\\p{N}\\p{M}_]*\\p{L})(${inWord}{1,${longest}})(?!${inWord}|#)`, 'uy')
}

const isWordBefore = /[\p{L}\p{N}\p{M}_&#/]$/u

/** A tag does not begin inside a word, an address or an entity. */
export const mayBeginTag = (before: string) => !isWordBefore.test(before)

/**
 * The name that all spellings of a tag share: `#Straße`, `#STRASSE`, `#STRAẞE` and `#strasse` are one. By
 * upper case, because some letters have no lower case of their own, and before that by lower case, because
 * `ẞ` stays itself in upper case and only `ß` becomes `SS`. Words with and without joiners are one.
 */
export function foldedTag(tag: string): string {
  const letters = tag.replaceAll(/[\u200c\u200d]/g, '')
  const folded = letters.normalize('NFC').toLowerCase().toUpperCase().toLowerCase().normalize('NFC')
  return folded.replaceAll('ς', 'σ')
}

/** Whether this is a tag as it stands in an address, without its `#`. */
export const isTag = (text: string) => {
  foldedHere.lastIndex = 0
  const found = foldedHere.exec(`#${text}`)
  return found?.[1] === text
}

export const tagAddress = (tag: string) => `/tags/${encodeURIComponent(foldedTag(tag))}`

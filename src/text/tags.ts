/** Characters of a tag. */
export const longestTag = 50

/** A tag at the place where the search begins: letters, digits and underscores, at least one of them a letter. */
export const tagHere = new RegExp(
  `#(?=[\\p{N}\\p{M}_]*\\p{L})([\\p{L}\\p{N}\\p{M}_]{1,${longestTag}})(?![\\p{L}\\p{N}\\p{M}_#])`,
  'uy',
)

const isWordBefore = /[\p{L}\p{N}\p{M}_&#/]$/u

/** A tag does not begin inside a word, an address or an entity. */
export const mayBeginTag = (before: string) => !isWordBefore.test(before)

/**
 * The name that all spellings of a tag share: `#Straße`, `#STRASSE` and `#strasse` are one. By upper case first, because
 * some letters have no lower case of their own.
 */
export function foldedTag(tag: string): string {
  const folded = tag.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC')
  return folded.replaceAll('ς', 'σ')
}

/** Whether this is a tag as it stands in an address, without its `#`. */
export const isTag = (text: string) => {
  tagHere.lastIndex = 0
  const found = tagHere.exec(`#${text}`)
  return found?.[1] === text
}

export const tagAddress = (tag: string) => `/tags/${encodeURIComponent(foldedTag(tag))}`

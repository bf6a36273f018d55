import { memberAt } from '../../views/names.ts'
import { joinerInWord } from './seen.ts'

/** Characters of a name; who has a longer one is not mentioned. */
const longestMention = 100

const letter = `(?:(?!\\p{Default_Ignorable_Code_Point})[\\p{L}\\p{N}\\p{M}_]|${joinerInWord})`

/**
 * A mention at the place where the search begins. By itself a name has letters, digits and underscores, and
 * dots and dashes between them: `@ana.` at the end of a sentence is ana. In quotes it is any name, with `""`
 * for a quote in it.
 */
export const mentionHere = new RegExp(
  `@(?:"((?:[^"\\n]|""){1,${longestMention}})"|((?:${letter}|[.-](?=${letter})){1,${longestMention}})(?!${letter}|@))`,
  'uy',
)

const isWordBefore = /[\p{L}\p{N}\p{M}_&#/@.-]$/u

/** A mention does not begin inside a word, an address of mail or of a page. */
export const mayBeginMention = (before: string) => !isWordBefore.test(before)

/** The name in what `mentionHere` found. */
export const mentionedName = ([, quoted, plain]: RegExpExecArray): string =>
  (quoted?.replaceAll('""', '"') ?? plain ?? '').normalize('NFC')

/** Where a member is who is mentioned. */
export const mentionAddress = (name: string) => memberAt(name, undefined)

/** How a member of this name is mentioned; undefined for names that no mention can spell. */
export const mentionOf = (name: string): string | undefined =>
  [`@${name}`, `@"${name.replaceAll('"', '""')}"`].find((mention) => {
    mentionHere.lastIndex = 0
    const found = mentionHere.exec(mention)
    return found?.[0] === mention && mentionedName(found) === name
  })

import { AsyncLocalStorage } from 'node:async_hooks'
import { arabic, type Sentence } from './arabic.ts'
import { calm } from './calm.ts'
import { german } from './german.ts'
import { defaultLanguage, type Language } from './languages.ts'

/** Values for the places in braces of a sentence. */
export type Values = Record<string, string | number>

const spoken = new AsyncLocalStorage<Language>()

/** The language of whoever is answered just now; English when nobody is. */
export const language = (): Language => spoken.getStore() ?? defaultLanguage

/** Does `work`, and all that it waits for, in a language. */
export const speaking = <T>(language: Language, work: () => T): T =>
  // Most visitors pay nothing for the others.
  language === defaultLanguage ? work() : spoken.run(language, work)

/** Which way the language is written. */
export const direction = () => (language() === 'ar' ? 'rtl' : 'ltr')

/**
 * A sentence in the language spoken. It is known by its English text, and every one must be in
 * `texts/arabic/` and `texts/german/`, else this does not compile. Places in braces are filled from `values`;
 * nothing is escaped.
 */
export const say = (sentence: Sentence, values?: Values): string =>
  values ? fill(translated(sentence), values) : translated(sentence)

/** The sentence as it is said, with its places still open. What is not in the texts stays as it is. */
export const translated = (sentence: string): string =>
  language() === defaultLanguage ? sentence : (texts[language()].get(sentence) ?? sentence)

/** Not the objects themselves: somebody may have written "constructor". */
const texts: Record<Language, Map<string, string>> = {
  en: new Map(),
  ar: new Map(Object.entries(arabic)),
  de: new Map(Object.entries(german)),
}

/**
 * A name for `Intl`: Arabic with the digits that the rest of the site has, so that counters can change in
 * place.
 */
export const locale = () => locales[language()]

const locales = { en: 'en', ar: 'ar-u-nu-latn', de: 'de' } as const

/** One formatter, or whatever `make` makes of a locale, for each language. */
export const eachLanguage = <T>(make: (locale: string) => T): Record<Language, T> => ({
  en: make(locales.en),
  ar: make(locales.ar),
  de: make(locales.de),
})

/** Fills the places in braces with values that turn nothing around beside them. */
export const fill = (text: string, values: Values) =>
  text.replace(/\{(\w+)\}/g, (place, name: string) => isolated(values[name] ?? place))

/** In a text from right to left what people wrote keeps its own direction. */
function isolated(value: string | number): string {
  if (typeof value === 'number') return String(value)
  return direction() === 'rtl' ? `\u2068${calm(value)}\u2069` : calm(value)
}

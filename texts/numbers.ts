import { type Counted, counted, type Forms } from './counted.ts'
import { eachLanguage, fill, language, type Values } from './say.ts'

const rules = eachLanguage((locale) => new Intl.PluralRules(locale))
const numbers = eachLanguage((locale) => new Intl.NumberFormat(locale))

/** Returns a number as people read it, such as 12,345. */
export const sayNumber = (number: number): string => numbers[language()].format(number)

/**
 * A number of things, such as "3 posts", in the form that the language has for this number. The number stands
 * at `{n}`, other places are filled from `values`.
 */
export const sayCount = (what: Counted, number: number, values?: Values): string => {
  const forms: Forms = counted[what][language()]
  const form = forms[rules[language()].select(number)] ?? forms.other
  const said = form.replace('{n}', sayNumber(number))
  return values ? fill(said, values) : said
}

/**
 * Every form of a number of things, with `{n}` still open, for scripts in the page that choose and fill one:
 * attributes that are named `data-` and CLDR's name of the form, such as `data-few`.
 */
export const formsOf = (what: Counted, prefix = ''): Record<string, string> => {
  const forms: Forms = counted[what][language()]
  return Object.fromEntries(Object.entries(forms).map(([rule, form]) => [`data-${prefix}${rule}`, form]))
}

import { describe, expect, test } from 'bun:test'
import { arabic, type Sentence } from '../../texts/arabic.ts'
import { type Counted, counted } from '../../texts/counted.ts'
import { german } from '../../texts/german.ts'
import { formsOf, sayCount, sayNumber } from '../../texts/numbers.ts'
import { language, say, speaking, translated } from '../../texts/say.ts'

const sentences = Object.keys(arabic) as Sentence[]
/** Words that both languages have, and names. */
const alikeInGerman = (
  'API|Admin|Admin: {tab}|BIC|Batcher|Feed|IBAN|Id|Likes|Likes: {count}|Mail|Moderation|Name|Orange|Passkeys|Port|Text|' +
  '{moment}: {posts} in {ms} ms|{n}|{n} %|{n} MB|{n} ms'
).split('|')
const placesIn = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()
const inArabic = <T>(work: () => T) => speaking('ar', work)

/** The marks that keep a value's own direction inside them. */
const isolated = (value: string) => `\u2068${value}\u2069`

describe('a sentence', () => {
  test('is said in the language that is spoken, and in English when none is', () => {
    expect(inArabic(() => say('Market'))).toBe('السوق')
    expect(speaking('de', () => say('Market'))).toBe('Markt')
    expect(say('Market')).toBe('Market')
    expect(language()).toBe('en')
  })

  test('has its values in their places, each in its own direction', () => {
    const values = { item: 'Muffins (4)' }

    expect(say('{item} is sold out.', values)).toBe('Muffins (4) is sold out.')
    expect(inArabic(() => say('{item} is sold out.', values))).toBe(`نفد ${isolated('Muffins (4)')}.`)
  })

  test('takes values as they are, places and all', () => {
    expect(say('{item} is sold out.', { item: '{item} $& \\1' })).toBe('{item} $& \\1 is sold out.')
  })

  test('that no text is known for stays as it is', () => {
    expect(inArabic(() => translated('Nobody ever translated this one.'))).toBe(
      'Nobody ever translated this one.',
    )
    expect(inArabic(() => translated('constructor'))).toBe('constructor')
  })
})

describe('the Arabic texts', () => {
  test('have the same places as the English ones', () => {
    const different = sentences.filter((each) => placesIn(each).join() !== placesIn(arabic[each]).join())

    expect(different).toEqual([])
  })

  test('are in Arabic, whole, and without marks of English', () => {
    const odd = sentences.filter((each) => {
      const text = arabic[each].replaceAll(/\{\w+\}/g, '')
      return (
        (/\p{L}/u.test(each.replaceAll(/\{\w+\}/g, '')) && !/\p{Script=Arabic}/u.test(text)) ||
        /[?;]|,(?!\d)/.test(text)
      )
    })

    expect(odd).toEqual([])
  })

  test('end as the English ones do', () => {
    const ending = (text: string) => /[.?؟]$/.test(text)

    expect(sentences.filter((each) => ending(each) !== ending(arabic[each]))).toEqual([])
  })
})

describe('the German texts', () => {
  test('have the same places as the English ones, and end as they do', () => {
    const ending = (text: string) => /[.?]$/.test(text)
    const different = sentences.filter(
      (each) =>
        placesIn(each).join() !== placesIn(german[each]).join() || ending(each) !== ending(german[each]),
    )

    expect(different).toEqual([])
  })

  test('are in German: few are the same words in both, and quotes are those of German', () => {
    const same: string[] = sentences.filter((each) => /\p{L}/u.test(each) && german[each] === each)
    const odd = sentences.filter((each) => /[“"]\p{L}/u.test(german[each]) || /\p{L}["']/u.test(german[each]))

    expect(same.sort()).toEqual(alikeInGerman)
    expect(odd).toEqual([])
  })
})

describe('a number of things', () => {
  test('has the form that the language has for it', () => {
    expect([0, 1, 2, 1234].map((n) => sayCount('posts', n))).toEqual([
      '0 posts',
      '1 post',
      '2 posts',
      '1,234 posts',
    ])
    expect(inArabic(() => [0, 1, 2, 3, 11, 100, 1234].map((n) => sayCount('posts', n)))).toEqual([
      'لا منشورات',
      'منشور واحد',
      'منشوران',
      '3 منشورات',
      '11 منشورًا',
      '100 منشور',
      '1,234 منشورًا',
    ])
  })

  test('may have values beside it', () => {
    const left = () => sayCount('onlyLeftOf', 4, { item: '{n} Muffins' })

    expect(left()).toBe('Only 4 of {n} Muffins left.')
    expect(inArabic(left)).toBe(`بقيت 4 قطع فقط من ${isolated('{n} Muffins')}.`)
  })

  test('is handed to scripts in every form, each under the name that Intl has for it', () => {
    const forms = inArabic(() => formsOf('newPosts', 'of-'))
    const chosen = [0, 1, 2, 3, 11, 100].map((n) => forms[`data-of-${new Intl.PluralRules('ar').select(n)}`])

    expect(chosen).toEqual(Object.values(forms))
    expect(new Set(chosen).size).toBe(6)
    expect(formsOf('newPosts')).toEqual({ 'data-one': '{n} new post', 'data-other': '{n} new posts' })
  })

  test.each(Object.keys(counted) as Counted[])('%s has a form for every number of each language', (what) => {
    for (const [language, forms] of Object.entries(counted[what])) {
      const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories

      expect('other' in forms).toBe(true)
      // One form does for all where nothing in it depends on the number.
      if (Object.keys(forms).length > 1) expect(Object.keys(forms).sort()).toEqual([...needed].sort())
      for (const form of Object.values(forms)) expect(form).not.toBe('')
    }
  })

  test('keeps its digits, so that a counter can change in place', () => {
    expect(inArabic(() => sayNumber(1_234_567))).toBe('1,234,567')
    expect(speaking('de', () => sayNumber(1_234_567))).toBe('1.234.567')
  })
})

import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { folded, piecesOf } from '../../src/text/fold.ts'

const words = (text: string) => piecesOf(folded(text)).map(({ text: word }) => word)

describe('folding', () => {
  test.each([
    ['Straße', 'STRASSE'],
    ['ẞ', 'ss'],
    ['Ünïcødé', 'unicøde'],
    ['ﬁne', 'fine'],
    ['Οδυσσέας', 'οδυσσεασ'],
    ['ёлка', 'елка'],
    ['شَدّة', 'شده'],
    ['مسؤول', 'مسوول'],
    ['كتـــاب', 'کتاب'],
    ['won\u00adder\u200bful', 'wonderful'],
    ['שָׁלוֹם', 'שלום'],
    ['한국어', '한국어'.normalize('NFD')],
    ['が', 'が'.normalize('NFD')],
    ['ｶﾀｶﾅ', 'カタカナ'],
    ['x²', 'x2'],
  ])('%s and %s are the same words', (one, other) => {
    expect(words(one)).toEqual(words(other))
  })

  test.each([
    ['कि', 'की'],
    ['が', 'か'],
    ['ต้น', 'ตน'],
    ['øre', 'ore'],
  ])('%s and %s are not', (one, other) => {
    expect(words(one)).not.toEqual(words(other))
  })

  test('cuts words at what is no letter, digit or emoji, and where a script without spaces begins', () => {
    expect(words('foo_bar, don’t 3.5 👍🏽🇩🇪x 東京でmacを')).toEqual([
      ...['foo', 'bar', 'don', 't', '3', '5', '👍', '🇩🇪', 'x', '東京で', 'mac', 'を'],
    ])
  })

  test('done twice changes nothing, whatever somebody types', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const once = words(text)
        expect(words(once.join(' '))).toEqual(once)
      }),
      { numRuns: 500 },
    )
  })
})

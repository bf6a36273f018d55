import { expect, test } from 'bun:test'
import { entryOf, type Matcher, noEntries, openMatcher } from '../../src/words/matcher.ts'

function matcherOf(...lines: string[]): Matcher {
  const entries = noEntries()
  for (const line of lines) {
    const entry = entryOf(line)
    if (!entry.wrong) entries[entry.kind].push(entry.seen)
  }
  return openMatcher(entries)
}

const find = matcherOf('viagra', 'cheap pills', 'spam.example', '赌博', '*.bad.example', 'کازینو', 'кредит')

test.each([
  ...[
    'Buy VIAGRA',
    'v1аgrа',
    'v\u200bi\u00adagra',
    'v i a g r a now',
    'A v i a g r a',
    'via-gra',
    'buy:via-gra!',
    'v**ia**gra',
    'vìágra',
  ],
  ...['&#118;iagra', 'Cheap   PILLS!', 'cheap\npills', '我爱赌博吗', 'КРЕДИТ'],
  ...[
    'https://www.spam.example/x',
    'spam . example',
    'spam[.]example',
    'spam (dot) example',
    'spam。example',
  ],
  ...['sp%61m.example', '[x](https://sp%61m.example)', 'ѕраm.example', 'spam&#46;example'],
  ...['Go to spam.example. Then rest', 'mail a@x.bad.example', '[x](https://spam.example:8080/y?z)'],
])('a list finds it in %p', (text) => {
  expect(find(text)).toBeString()
})

test.each([
  ...['viagraville', 'cheap good pills', 'notspam.example', 'spam.example.org', 'myspam.example.org'],
  ...['a good day. Example of it', 'Spam is no example', 'x.bad.examples', ''],
])('a list finds nothing in %p', (text) => {
  expect(find(text)).toBeUndefined()
})

test.each([
  ['***', 'nothing'],
  ['\u200b', 'nothing'],
  ['a', 'letter'],
  ['І', 'letter'],
  ['.com', 'ending'],
  ['*.com', 'ending'],
  ['x '.repeat(9), 'long'],
  ['a.b.c.d.e.f.g.h.i', 'parts'],
] as const)('a line that would match everything, or take long to look for, is refused: %p', (line, wrong) => {
  expect(entryOf(line)).toEqual({ wrong })
})

test('in a list of 100,000 words a text is looked up as in one of ten', () => {
  const listOf = (words: number) =>
    openMatcher({ ...noEntries(), words: Array.from({ length: words }, (_, n) => `word${n.toString(36)}`) })
  const [short, long] = [listOf(10), listOf(100_000)]
  const text = 'lorem ipsum dolor sit amet '.repeat(740)
  const leastMsOf = (list: Matcher) =>
    Math.min(
      ...Array.from({ length: 5 }, () => {
        const began = performance.now()
        expect(list(text)).toBeUndefined()
        return performance.now() - began
      }),
    )

  expect(leastMsOf(long)).toBeLessThan(leastMsOf(short) * 20)
  expect(long(`${text} word255r`)).toBe('word255r')
})

test.each(['. ', ' ', 'a.', '-', '%61', '( ', 'а.'])('a text of 20,000 characters of %p ends', (part) => {
  expect(find(part.repeat(20_000 / part.length))).toBeUndefined()
})

import { expect, test } from 'bun:test'
import { readCategory } from '../../src/categories/service.ts'
import { readComment } from '../../src/comments/draft.ts'
import { readItem } from '../../src/market/items.ts'
import { readPost } from '../../src/posts/draft.ts'
import { reasonErrors } from '../../src/rules/grounds.ts'
import { htmlOf, tagsIn, wordsOf } from '../../src/text/markdown.ts'
import { isSeen } from '../../src/text/seen.ts'

const category = { id: 1, name: 'Books', posts: 0 }

const unseen = [
  '\u200b',
  '\u3164',
  '\u2800',
  '\u{1d159}',
  '\ufffc',
  '\u{13441}\u{13430}',
  '\u115f\u1160',
  '\u00ad',
  '\u2060\ufeff',
  '\u202e',
  '\ufe0f',
  '\u0301',
  ' \u3000 ',
]

test.each(unseen)('%j shows nothing: no title, text, comment or category is made of it', (text) => {
  const post = { category: 'Books', title: 'A title', body: 'A text' }

  expect(isSeen(text)).toBe(false)
  expect(Object.keys(readPost({ ...post, title: text }, category).errors ?? {})).toEqual(['title'])
  expect(Object.keys(readPost({ ...post, body: text }, category).errors ?? {})).toEqual(['body'])
  expect(readComment({ body: text }).errors).toEqual({ body: 'Write something.' })
  expect(Object.keys(readCategory({ name: text }).errors ?? {})).toEqual(['name'])
})

test.each([
  '[a]: http://a.example',
  '[](http://a.example)',
  '> ',
  '- \n- ',
  '**\u200b**',
  '```\n\u2800\n```',
])('%j is Markdown of which nothing is seen', (body) => {
  expect(readComment({ body }).errors).toEqual({ body: 'Write something.' })
})

test.each(['.', '😀', 'ا', 'か', '1', '`x`', '#a', '\u0903x'])('%j is seen', (body) => {
  expect(readComment({ body }).draft?.body).toBe(body)
})

test('marks that are piled up are refused in a title, and only as many as scripts have are shown in a text', () => {
  const piled = `a${'\u0301'.repeat(100)}b`
  const written = 'شُّ क्ष्म्य e\u0323\u0302\u0301'
  const { errors } = readPost({ category: 'Books', title: piled, body: piled }, category)

  expect(errors).toEqual({ title: 'A title is one line of ordinary characters.' })
  expect(htmlOf(piled).match(/\p{M}/gu)).toHaveLength(6)
  expect(wordsOf(piled)).toBe(`a${'\u0301'.repeat(6)}b`)
  expect(wordsOf(written)).toBe(written)
})

test.each([
  ['entities', `a${'&#x301;'.repeat(300)}b`],
  ['links without an address', `a${`${'\u0301'.repeat(6)}[]()`.repeat(300)}b`],
  ['links beside one another', `a${`[${'\u0301'.repeat(6)}](/b "c")`.repeat(300)}b`],
  ['letters that are struck out', `a${`~~${'\u0301'.repeat(6)}~~`.repeat(300)}b`],
])('marks are not piled up by %s either', (_, piled) => {
  expect(htmlOf(piled).match(/\p{M}/gu)).toHaveLength(6)
  expect(wordsOf(piled).match(/\p{M}/gu)).toHaveLength(6)
})

test("marks that are piled up are refused in an admin's reason", () => {
  expect(reasonErrors(`a${'\u0301'.repeat(20)}b`)).toEqual({
    reason: 'A reason is one line of ordinary characters.',
  })
})

test('marks are piled up with joiners between them, too, and in the name of an item', () => {
  const piled = `a${`${'\u0301'.repeat(6)}\u200d`.repeat(20)}b`
  const { errors } = readPost({ category: 'Books', title: piled, body: piled }, category)
  const item = readItem({ name: `a${'\u0301'.repeat(20)}`, quantity: '1', price: '1' }, 'EUR')

  expect(errors).toEqual({ title: 'A title is one line of ordinary characters.' })
  expect(htmlOf(piled).match(/\p{M}/gu)).toHaveLength(6)
  expect(item.errors).toEqual({ name: 'A name is one line of ordinary characters.' })
})

test.each([
  ['#می\u200cخواهم', ['میخواهم']],
  ['#میخواهم', ['میخواهم']],
  ['#श्री\u200dराम', ['श्रीराम']],
  ['#क्\u200dष और', ['क्ष']],
  ['#a\u200db', ['a']],
  ['#\u3164', []],
])('%j holds the tags %j', (text, tags) => {
  expect(tagsIn(text)).toEqual(tags)
  expect([...htmlOf(text).matchAll(/rel="tag"/g)]).toHaveLength(tags.length)
})

test.each([
  ['lists ten deep', Array.from({ length: 10 }, (_, n) => `${'  '.repeat(n)}- word${n}`).join('\n'), 10],
  ['quotes twenty deep', `${'> '.repeat(20)}word0`, 1],
  ['quotes two hundred deep', `${'> '.repeat(200)}word0`, 1],
  [
    'lists a hundred deep',
    Array.from({ length: 100 }, (_, n) => `${'  '.repeat(n)}- word${n}`).join('\n'),
    100,
  ],
  ['lists in quotes', `${'> - '.repeat(60)}word0`, 1],
  ['numbers in lists', `${'1. '.repeat(90)}word0`, 1],
])('%s keep their text', (_, text, words) => {
  const html = htmlOf(text)

  for (let n = 0; n < words; n++) expect(html).toContain(`word${n}`)
  expect(wordsOf(text)).toContain('word0')
})

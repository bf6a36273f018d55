import { describe, expect, test } from 'bun:test'
import { inLanguage, languageOf } from '../../src/language/choice.ts'
import type { Language } from '../../texts/languages.ts'
import { language } from '../../texts/say.ts'

const question = (headers: Record<string, string>) =>
  languageOf(new Request('http://localhost/', { headers }))

const headers: [accepted: string, answered: Language][] = [
  ['ar', 'ar'],
  ['ar-EG', 'ar'],
  ['AR', 'ar'],
  ['ar-SA,ar;q=0.9,en;q=0.8', 'ar'],
  ['en-GB,en;q=0.9,ar;q=0.8', 'en'],
  ['en;q=0.5, ar;q=0.9', 'ar'],
  ['fr-FR,fr;q=0.9,ar;q=0.3', 'ar'],
  ['de-DE,de;q=0.9,ar;q=0.3', 'de'],
  ['DE-at', 'de'],
  ['de, fr', 'de'],
  ['en-GB,en;q=0.9,de;q=0.8', 'en'],
  ['fr, es', 'en'],
  ['en-DE', 'en'],
  ['ar;q=0', 'en'],
  ['*', 'en'],
  ['en;q=0, *', 'en'],
  ['', 'en'],
  [';;;q=,,=ar', 'en'],
  ['a'.repeat(5_000), 'en'],
]

describe('a page is in the language', () => {
  test.each(headers)('of an Accept-Language of "%.40s": %s', (accepted, answered) => {
    expect(question({ 'accept-language': accepted })).toBe(answered)
    // The second answer is remembered from the first.
    expect(question({ 'accept-language': accepted })).toBe(answered)
  })

  test('that was chosen, whatever the browser asks for', () => {
    expect(question({ cookie: 'language=en', 'accept-language': 'ar' })).toBe('en')
    expect(question({ cookie: 'session=x; language=ar', 'accept-language': 'en' })).toBe('ar')
  })

  test('that the browser asks for when the choice is none of ours', () => {
    expect(question({ cookie: 'language=tlh', 'accept-language': 'ar' })).toBe('ar')
    expect(question({ cookie: 'language=constructor', 'accept-language': 'ar' })).toBe('ar')
    expect(question({ cookie: 'my-language=en', 'accept-language': 'ar' })).toBe('ar')
  })

  test('of English when nothing is asked for', () => {
    expect(question({})).toBe('en')
  })
})

test('remembering many headers forgets, and still answers right', () => {
  const answers = Array.from({ length: 2_500 }, (_, index) =>
    question({ 'accept-language': `ar, x-${index}` }),
  )

  expect(new Set(answers)).toEqual(new Set(['ar']))
})

test('requests that are answered at the same time each have their own language', async () => {
  const answer = inLanguage(async (_request: Request, wait: Promise<void>) => {
    const before = language()
    await wait
    return [before, language()]
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  const of = (accepted: string) =>
    answer(new Request('http://localhost/', { headers: { 'accept-language': accepted } }), promise)

  const answers = Promise.all([of('ar'), of('en'), of('ar')])
  resolve()

  expect(await answers).toEqual([
    ['ar', 'ar'],
    ['en', 'en'],
    ['ar', 'ar'],
  ])
})

test('programs are answered in English', () => {
  const answer = inLanguage((_request: Request) => language())
  const of = (path: string) =>
    answer(new Request(`http://localhost${path}`, { headers: { 'accept-language': 'ar' } }))

  expect([of('/api/posts'), of('/api/docs'), of('/'), of('/c/api/')]).toEqual(['en', 'ar', 'ar', 'ar'])
})

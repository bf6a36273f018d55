import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type Stack, sharedStack } from '../support/servers/stack.ts'
import { attributeIn, find } from '../support/site/markup.ts'

setDefaultTimeout(60_000)

let stack: Stack
beforeAll(async () => {
  stack = await sharedStack()
})

const readers: [who: string, headers: Record<string, string>, language?: string][] = [
  ['asks for Arabic', { 'accept-language': 'ar' }],
  ['asks for the Arabic of Egypt before English', { 'accept-language': 'ar-EG,ar;q=0.9,en;q=0.8' }],
  ['asks for Arabic in capitals', { 'accept-language': 'AR-SA' }],
  ['asks for Arabic after a language that is not here', { 'accept-language': 'fr, ar;q=0.1' }],
  ['chose Arabic', { 'accept-language': 'en', cookie: 'language=ar' }],
  ['asks for German', { 'accept-language': 'de-AT,de;q=0.9,en;q=0.8' }, 'de'],
  ['chose German', { 'accept-language': 'ar', cookie: 'language=de' }, 'de'],
]

/** A page that nobody asked for before, and that is cached for a minute. */
const newAddress = () => `${stack.url}/api/docs?of=${crypto.randomUUID()}`

async function read(address: string, headers: Record<string, string> = {}) {
  const answer = await fetch(address, { headers: { accept: 'text/html', ...headers } })
  const language = attributeIn(await answer.text(), 'html', 'lang')
  return { language, cache: answer.headers.get('x-cache') }
}

describe('through the cache at the edge, whoever', () => {
  test.each(readers)(
    '%s reads it, though the page was cached in English',
    async (_, headers, language = 'ar') => {
      const address = newAddress()
      await read(address)
      const stored = await read(address)

      expect(stored).toEqual({ language: 'en', cache: 'HIT' })
      expect(await read(address, headers)).toEqual({ language, cache: 'BYPASS' })
    },
  )

  test.each(readers)('%s leaves nothing of theirs there for the next one', async (_, headers) => {
    const address = newAddress()
    await read(address, headers)

    expect(await read(address)).toEqual({ language: 'en', cache: 'MISS' })
    expect(await read(address, { 'accept-language': 'en-GB,en;q=0.9,fr;q=0.3' })).toEqual({
      ...{ language: 'en', cache: 'HIT' },
    })
  })

  test.each(['/', '/api/docs'])(
    'keeps %s open in a browser gets it anew after choosing a language',
    async (path) => {
      const english = await fetch(stack.url + path)
      const etag = english.headers.get('etag') ?? ''
      await english.text()

      const arabic = await fetch(stack.url + path, {
        headers: { cookie: 'language=ar', 'if-none-match': etag },
      })

      expect(etag).not.toBe('')
      expect(arabic.status).toBe(200)
      expect(find(await arabic.text(), 'html[lang=ar][dir=rtl]')).toHaveLength(1)
    },
  )
})

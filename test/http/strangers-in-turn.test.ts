import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { strangersInTurn } from '../../src/http/strangers-in-turn.ts'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

/** They wait for one another behind a gate of their own. */
const searches = [
  '/search?q=a',
  '/api/posts?limit=9&q=a',
  '/api/posts?%71=a',
  '/offers?q=a',
  '/offers/?kind=sale&q=a',
]

/** How much a replica does for strangers at a time, and for whom it does more. */
let web: Replica
beforeAll(async () => {
  web = await openReplica()
})

/** A handler whose answers wait until they are let go, and the requests that it has been given. */
function held() {
  const given: string[] = []
  const waiting: (() => void)[] = []
  const answer = strangersInTurn(web.context)(async ({ method, url }: Request) => {
    given.push(`${method} ${new URL(url).pathname}`)
    await new Promise<void>((resolve) => waiting.push(resolve))
    return new Response('drawn')
  })
  const ask = (path: string, init: RequestInit = {}) =>
    Promise.resolve(answer(new Request(origin + path, init)))
  const letGo = () => waiting.shift()?.()
  return { given, ask, letGo }
}

test('strangers who read wait for one another, and nobody else for them', async () => {
  const { given, ask, letGo } = held()
  const strangers = [
    ...Array.from({ length: 38 }, (_, at) => `/posts/${at}`),
    '/offers?q=',
    '/api/posts?q= ',
  ].map((path) => ask(path))
  const others: [string, RequestInit][] = [
    ['/posts/1', { headers: { cookie: 'language=ar; session-8080=abc' } }],
    ['/api/posts/1', { headers: { authorization: 'Bearer abc' } }],
    ['/posts/1/likes', { method: 'POST' }],
    ['/up', {}],
    ['/inner/pulses', {}],
    ...searches.map((path): [string, RequestInit] => [path, {}]),
  ]

  const all = strangers.length + others.length

  await until(() => given.length === 8)
  const first = given.slice()
  const answers = others.map(([path, init]) => ask(path, init))

  expect(first).toEqual(Array.from({ length: 8 }, (_, at) => `GET /posts/${at}`))
  expect(given.slice(8)).toEqual(
    others.map(([path, { method = 'GET' }]) => `${method} ${new URL(origin + path).pathname}`),
  )
  letGo()
  await until(() => given.at(-1) === 'GET /posts/8')
  while (given.length < all) {
    letGo()
    await Bun.sleep(0)
  }
  for (let at = 0; at < all; at++) letGo()
  expect((await Promise.all([...strangers, ...answers])).map(({ status }) => status)).toEqual(
    Array(all).fill(200),
  )
})

test('who goes away while they wait is drawn nothing', async () => {
  const { given, ask, letGo } = held()
  const first = Array.from({ length: 8 }, () => ask('/'))
  const visitor = new AbortController()
  await until(() => given.length === 8)
  const gone = ask('/gone', { signal: visitor.signal })
  const last = ask('/last')

  visitor.abort()
  letGo()

  expect((await gone).status).toBe(503)
  await until(() => given.length === 9)
  expect(given.at(-1)).toBe('GET /last')
  for (let at = 0; at < 9; at++) letGo()
  expect((await Promise.all([...first, last])).map(({ status }) => status)).toEqual(Array(9).fill(200))
})

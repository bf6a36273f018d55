import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { addCategory, newMember } from '../support/site/members.ts'
import type { Visitor } from '../support/site/visitor.ts'
import { longestTurn } from '../support/turns.ts'

setDefaultTimeout(120_000)

/** As many bytes as HAProxy lets through in one header, about. */
const bytes = 15_000
/** Nothing that one request brings may hold up others for longer. */
const mostMs = 50

const names = [
  ...['accept', 'accept-encoding', 'accept-language', 'authorization', 'cache-control', 'content-type'],
  ...['cookie', 'hx-current-url', 'hx-target', 'idempotency-key', 'if-match', 'if-none-match', 'if-range'],
  ...['range', 'referer', 'sec-fetch-site', 'user-agent', 'x-forwarded-for', 'x-only-user', 'x-request-id'],
]

/** Each piece as often as fits between two letters, with or without another beginning. */
const pieces = [' ', '; ', ', ', 'a,', '"', 'W/"a",', '-', '.', '/', '(', '0', 'a', 'session=', 'language=']

let web: Replica
let ana: Visitor

beforeAll(async () => {
  web = await openReplica()
  await addCategory(web, 'Books')
  ana = await newMember(web, 'ana')
  await ana.post('/posts', { category: 'Books', title: 'A', body: 'B' })
})

test.each(names)('no header %s holds up others, whatever is in it', async (name) => {
  const cookie = [...ana.cookies].map(([key, value]) => `${key}=${value}`).join('; ')
  const wrong: string[] = []

  for (const piece of pieces)
    for (const start of ['a', 'application/json']) {
      const value = `${start}${piece.repeat(bytes / piece.length)}b`
      const body = `{"body":"${'x'.repeat(5_000)}"}`
      const send = async () => {
        for (const [method, path] of [
          ['GET', '/'],
          ['GET', '/api/posts/1'],
          ['POST', '/posts/1/comments'],
          ['PATCH', '/api/posts/1'],
        ] as const) {
          const length = { 'content-length': `${body.length}` }
          const headers = { origin, cookie, 'content-type': 'application/json', ...length, [name]: value }
          const answer = await web.app.handle(
            new Request(`${origin}${path}`, { method, headers, ...(method === 'GET' ? {} : { body }) }),
          )
          await answer.text()
          if (answer.status === 500) wrong.push(`${method} ${path} ${start} ${piece} 500`)
        }
      }
      const { ms, isLong } = await longestTurn(send, mostMs)
      if (isLong) wrong.push(`${start} ${piece} ${Math.round(ms)} ms`)
    }

  expect(wrong).toEqual([])
})

import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { addCategory, newMember } from '../support/site/members.ts'
import { addressOf, routesOf } from '../support/site/routes.ts'
import type { Visitor } from '../support/site/visitor.ts'
import { forgetTexts, longestTurn } from '../support/turns.ts'

setDefaultTimeout(600_000)

/** No request may keep everyone else waiting for longer. */
const mostMs = 50

/**
 * Texts of many kinds of Markdown, each as long as a text may be; `number` tells it from others of its kind.
 */
const kinds = [
  'http://a.b/.,',
  'http://a.b/',
  ' http://a.b/😀',
  '\n\na',
  '[a](/b)',
  '**ا',
  '> ',
  '- a\n',
  '&#',
  '`a` ',
  '#𐐀 ',
  '<a',
  '"a',
  '|a|b|\n|-|-|\n',
  'שלום ',
]
function hostile(number: number, characters: number): string {
  const kind = kinds[number % kinds.length]!
  return [...`word ${number} ${kind}${kind.slice(-2).repeat(characters)}`].slice(0, characters).join('')
}
const repeated = (number: number, characters: number) =>
  [...`word ${number} ${kinds[number % kinds.length]!.repeat(characters)}`].slice(0, characters).join('')
/** Becomes many times as long. */
function growing(number: number, characters: number): string {
  if (number % 2) return [...`word ${number} ${'#𐐀 '.repeat(characters)}`].slice(0, characters).join('')
  const definition = `word ${number}\n\n[a]: http://a.b/${'c'.repeat(characters / 2)}\n\n`
  return (definition + '[a]'.repeat(characters)).slice(0, characters)
}

const posts = 110
const threads = 20
const repliesOfEach = 11

let web: Replica
let ana: Visitor

beforeAll(async () => {
  web = await openReplica()
  await addCategory(web, 'Books')
  ana = await newMember(web, 'ana', 'admin')
  const { write } = web.database
  const texts = Array.from({ length: posts }, (_, n) =>
    n % 5 === 0 ? growing(n, 20_000) : n % 2 ? hostile(n, 20_000) : repeated(n, 20_000),
  )
  for (const body of texts)
    await write('INSERT INTO posts (category_id, author_id, title, body) VALUES (1, 1, ?, ?)', [
      'word '.repeat(40),
      body,
    ])
  await write(
    `INSERT INTO post_ranks (post_id, category_id, likes, hot) SELECT id, category_id, 0, id FROM posts`,
  )
  await write(`INSERT INTO tags (name) VALUES ('bread')`)
  await write(
    'INSERT INTO post_tags (tag_id, post_id, likes, hot) SELECT 1, id, 0, id FROM posts WHERE id % 5 = 1',
  )
  const comment = (root: number | null, n: number) =>
    write('INSERT INTO comments (post_id, root_id, parent_id, author_id, body) VALUES (1, ?, ?, 1, ?)', [
      root,
      root,
      n % 2 ? hostile(n, 5_000) : repeated(n, 5_000),
    ])
  for (let root = 1; root <= threads; root++) await comment(null, root)
  for (let n = 0; n < threads * repliesOfEach; n++) await comment(1 + Math.floor(n / repliesOfEach), n)
  for (let n = 0; n < 100; n++) await comment(1, n)
})

const long = 'ا.,_a-'.repeat(500)
const values = { category: 'Books', name: 'ana', tag: 'bread', slug: 'x' }

/** What may be sent along with any address. */
const question: [query: string, headers: Record<string, string>][] = [
  ['?q=word&limit=100', {}],
  ['?q=word&in=comments', { 'accept-language': `ar,${'a-b;q=0.1,'.repeat(600)}` }],
  [
    `?q=${encodeURIComponent(long)}&sort=hot`,
    { cookie: `language=${'a;'.repeat(3_000)}`, 'if-none-match': `"${'a",W/"'.repeat(1_000)}"` },
  ],
]

test.each(['web', 'accounts', 'admin'] as const)(
  `nothing that is read from the role %s holds up others for ${mostMs} ms, whatever people wrote`,
  async (role) => {
    const replica = role === 'web' ? web : await web.as(role)
    const cookie = [...ana.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const slow: string[] = []
    const routes = (await routesOf(replica)).filter(
      ({ method, path }) => method === 'GET' && path !== '/live',
    )
    for (const route of routes) {
      const address = addressOf(route, values)
      for (const [query, sent] of question) {
        const request = () =>
          replica.app
            .handle(new Request(origin + address + query, { headers: { cookie, ...sent } }))
            .then((answer) => answer.arrayBuffer())
        const { ms, isLong } = await longestTurn(request, mostMs, forgetTexts)
        if (isLong) slow.push(`${address}${query.slice(0, 40)} ${Math.round(ms)} ms`)
      }
    }
    expect(routes.length).toBeGreaterThan(5)
    expect(slow).toEqual([])
  },
)

test.each(['/?limit=100', '/posts/1', '/feed', '/posts/1/feed'])(
  'nor do twelve at one moment who read %s hold up others, one after the other',
  async (path) => {
    const request = () => web.app.handle(new Request(origin + path)).then((answer) => answer.arrayBuffer())
    const work = () => Promise.all(Array.from({ length: 12 }, request))

    const { ms, isLong } = await longestTurn(work, mostMs, forgetTexts)

    expect({ ms, isLong }).toMatchObject({ isLong: false })
  },
)

test('nothing that is written holds up others for as long either', async () => {
  const slow: string[] = []
  for (const [number, kind] of kinds.entries()) {
    let round = 0
    const body = (characters: number) => `${++round} ${repeated(number, characters - 10)}`
    const writes: Record<string, () => Promise<Response>> = {
      'a post': () => ana.post('/posts', { category: 'Books', title: 'A', body: body(20_000) }, fragment),
      'an edit': () => ana.post('/posts/1/edit', { category: 'Books', title: 'A', body: body(20_000) }),
      'a comment': () => ana.post('/posts/1/comments', { body: body(5_000) }, fragment),
    }
    for (const [name, write] of Object.entries(writes)) {
      const { ms, isLong } = await longestTurn(write, mostMs)
      if (isLong) slow.push(`${name} of ${JSON.stringify(kind)} ${Math.round(ms)} ms`)
    }
  }
  expect(slow).toEqual([])
})

const fragment = { 'hx-request': 'true' }

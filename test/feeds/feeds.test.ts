import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { atomOf } from '../../src/feeds/atom.ts'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { attributeIn, find } from '../support/site/markup.ts'
import { addCategory, newMember, writePost } from '../support/site/members.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let web: Replica
let ana: Visitor
const hostile = 'A & B <script>alert(1)</script> ]]> "\'\u0001\ufffe'

beforeAll(async () => {
  web = await openReplica()
  await addCategory(web, 'Books')
  ana = await newMember(web, 'ana')
})

type Element = { name: string; attributes: Record<string, string>; text: string; children: Element[] }

/** Throws when the document is not well-formed XML with namespaces. */
function parsed(xml: string): Element {
  const parser = new SaxesParser({ xmlns: true })
  const root: Element = { name: '', attributes: {}, text: '', children: [] }
  const path = [root]
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ local, uri, attributes }) => {
    expect(uri).toBe('http://www.w3.org/2005/Atom')
    const values = Object.values(attributes).map(({ name, value }) => [name, value])
    const element = { name: local, attributes: Object.fromEntries(values), text: '', children: [] }
    path.at(-1)!.children.push(element)
    path.push(element)
  })
  parser.on('text', (text) => {
    path.at(-1)!.text += text
  })
  parser.on('closetag', () => void path.pop())
  parser.write(xml).close()
  return root.children[0]!
}

const all = (element: Element, name: string) => element.children.filter((each) => each.name === name)
const textIn = (element: Element, name: string) => all(element, name)[0]?.text

/** What RFC 4287 demands of a feed and its entries. */
function expectValid(feed: Element, address: string): void {
  expect(feed.name).toBe('feed')
  for (const element of [feed, ...all(feed, 'entry')]) {
    for (const name of ['id', 'title', 'updated']) expect(all(element, name)).toHaveLength(1)
    expect(textIn(element, 'updated')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
    expect(URL.canParse(textIn(element, 'id')!)).toBe(true)
    expect(all(element, 'author')[0]!.children[0]!.text).not.toBe('')
  }
  const ids = all(feed, 'entry').map((entry) => textIn(entry, 'id'))
  expect(new Set(ids).size).toBe(ids.length)
  expect(all(feed, 'link').find(({ attributes }) => attributes.rel === 'self')?.attributes.href).toBe(address)
}

test('every list has a feed that its page names, valid and with what was written', async () => {
  const post = await writePost(ana, 'A & B <script>', `${hostile} **bold** [here](/posts/1) #tagged`)
  await ana.post(`${post}/comments`, { body: 'a *reply*' })
  const pages = ['/', '/c/Books', '/users/ana', '/tags/tagged', post]

  for (const path of pages) {
    const page = await (await web.visitor().get(path)).text()
    const address = attributeIn(page, 'link[type="application/atom+xml"]', 'href')
    const answer = await web.visitor().get(address)
    const feed = parsed(await answer.text())
    const same = await web.visitor().get(address, { 'if-none-match': answer.headers.get('etag')! })

    expect(answer.headers.get('content-type')).toBe('application/atom+xml; charset=utf-8')
    expectValid(feed, `http://localhost${address}`)
    expect(all(feed, 'entry')).toHaveLength(1)
    expect(same.status).toBe(304)
  }
})

test('an entry holds the text as markup, with whole addresses', async () => {
  const [entry] = all(parsed(await (await web.visitor().get('/feed')).text()), 'entry')

  const content = all(entry!, 'content')[0]!

  expect(textIn(entry!, 'title')).toBe('A & B <script>')
  expect(content.attributes.type).toBe('html')
  expect(content.text).toContain('<strong>bold</strong>')
  expect(content.text).toContain('&lt;script&gt;')
  expect(content.text).toContain('<a href="http://localhost/posts/1"')
})

test('a feed without entries is one', async () => {
  const answer = await web.visitor().get('/tags/nothing/feed')

  expectValid(parsed(await answer.text()), 'http://localhost/tags/nothing/feed')
})

test.each([
  ['removed', 'UPDATE comments SET removed_at = NOW(3) WHERE author_id = ?'],
  ['gone with their author', 'UPDATE users SET removed_at = NOW(3), posts_removed = 1 WHERE id = ?'],
])("a post's feed holds what was said before comments that are %s", async (what, remove) => {
  const post = await writePost(ana, 'Discussed', 'text')
  const { insertId: author } = await web.database.write(
    'INSERT INTO users (name, name_key) VALUES (?, UNHEX(SHA2(?, 256)))',
    [what, what],
  )
  await web.database.write('INSERT INTO comments (post_id, author_id, body) VALUES ?', [
    Array.from({ length: 80 }, (_, n) => [
      Number(post.split('/').at(-1)),
      n < 3 ? null : author,
      `said ${n}`,
    ]),
  ])
  await web.database.write(remove, [author])

  const feed = parsed(await (await web.visitor().get(`${post}/feed`)).text())

  expect(all(feed, 'entry').map((entry) => textIn(entry, 'content'))).toEqual(
    ['said 2', 'said 1', 'said 0'].map((said) => expect.stringContaining(said)),
  )
})

test('whatever is written, a feed is XML', async () => {
  const text = fc.string({ unit: 'binary', maxLength: 40 })

  await fc.assert(
    fc.asyncProperty(text, text, text, async (title, author, html) => {
      const at = '2026-11-21T00:00:00.000Z'
      const entry = { address: 'http://a.example/1', title, author, html, publishedAt: at, updatedAt: at }
      const xml = await atomOf({
        address: 'http://a.example/feed',
        page: 'http://a.example/',
        title,
        entries: [entry],
      })
      expect(parsed(xml).name).toBe('feed')
    }),
    { numRuns: 500 },
  )
})

test('a title in a feed turns nothing around, and its marks paint over nothing', async () => {
  const at = '2026-11-21T00:00:00.000Z'
  const title = `\u202eSale\u2066 ${'\u0301'.repeat(50)}`

  const xml = await atomOf({
    ...{ address: 'http://a.example/feed', page: 'http://a.example/', title: `${title} · Agora` },
    entries: [{ address: 'http://a.example/1', title, author: 'ana', publishedAt: at, updatedAt: at }],
  })

  const marks = '\u0301'.repeat(6)
  expect(textIn(parsed(xml), 'title')).toBe(`Sale\u2066 ${marks} · Agora\u2069`)
  expect(all(parsed(xml), 'entry').map((entry) => textIn(entry, 'title'))).toEqual([
    `Sale\u2066 ${marks}\u2069`,
  ])
})

test('a post says to other sites what it is about, with whole addresses', async () => {
  const post = await writePost(ana, 'Shared "well"', 'Some **words** about it')

  const page = await (await web.visitor().get(post, { 'x-forwarded-proto': 'https' })).text()

  const meta = Object.fromEntries(
    find(page, 'meta[property^="og:"]').map(({ attributes: { property, content } }) => [property, content]),
  )
  expect(meta).toEqual({
    'og:type': 'article',
    'og:site_name': 'Agora',
    'og:title': 'Shared "well"',
    'og:description': 'Some words about it',
    'og:url': `https://localhost${post}`,
  })
})

test('a feed shows names as pages do', async () => {
  const [shut, shown] = [`\u202e\u200b\n${'o'.repeat(300)}`, '⟨U+202E⟩⟨U+200B⟩␊']
  const [author, category] = [`bo${shut}`, `Oddly${shut}`]
  await addCategory(web, category)
  const bo = await newMember(web, 'bo')
  await web.database.write("UPDATE users SET name = ?, name_key = UNHEX(SHA2(?, 256)) WHERE name = 'bo'", [
    author,
    author,
  ])
  const post = await writePost(bo, 'Named', 'oddly', category)
  await bo.post(`${post}/comments`, { body: 'so am I' })

  for (const path of [
    '',
    `/c/${encodeURIComponent(category)}`,
    `/users/${encodeURIComponent(author)}`,
    post,
  ]) {
    const xml = await (await web.visitor().get(`${path}/feed`)).text()
    const feed = parsed(xml)
    const [entry] = all(feed, 'entry')

    expect(xml).not.toContain(shut.slice(0, 3))
    expect(xml.length).toBeLessThan(4_000)
    expect(all(entry!, 'author')[0]!.children[0]!.text).toStartWith(`bo${shown}ooo`)
    if (path !== post) expect(all(entry!, 'category')[0]!.attributes.term).toStartWith(`Oddly${shown}ooo`)
  }
})

test('a feed of what grows large as markup ends sooner', async () => {
  const grown = `${'>'.repeat(29)}a\n\n`.repeat(500)
  await addCategory(web, 'Quotes')
  for (let n = 0; n < 12; n++)
    await ana.post('/posts', { category: 'Quotes', title: `Quote ${n}`, body: `${n}\n\n${grown}` })

  const feed = await (await web.visitor().get('/c/Quotes/feed')).text()
  const titles = all(parsed(feed), 'entry').map((entry) => textIn(entry, 'title'))

  expect(feed.length).toBeLessThan(2_500_000)
  expect(titles).toEqual(['Quote 11', 'Quote 10', 'Quote 9'].slice(0, titles.length))
})

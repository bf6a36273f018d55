import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica } from '../support/servers/replica.ts'
import { type Market, openMarket } from '../support/site/market.ts'
import { attributeIn } from '../support/site/markup.ts'
import { somePost } from '../support/site/some-post.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let market: Market
let ana: Visitor

beforeAll(async () => {
  market = await openMarket(await openReplica())
  ana = await market.signedIn('ana', 'admin')
})

const read = async (path: string) => (await market.anyone().get(path)).text()
const locations = (xml: string) => [...xml.matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, at]) => at)

test('the sitemap names files that name every list and every post that anybody may see', async () => {
  const { id: shown } = await somePost(market, ana, 'Shown', 'Town')
  const { id: hidden } = await somePost(market, ana, 'Hidden', 'Other')
  await market.replica.database.write(
    'INSERT INTO posts (id, category_id, title, body) SELECT 10001, id, ?, ? FROM categories LIMIT 1',
    ['Far', 'away'],
  )
  await market.form(ana, '/admin/categories', { name: "Ana's & bo's" })
  const before = locations(await read('/sitemap/posts-1.xml'))

  await market.form(ana, `/posts/${hidden}/remove`)
  const [robots, index, lists, near, far] = [
    await read('/robots.txt'),
    locations(await read('/sitemap.xml')),
    locations(await read('/sitemap/lists.xml')),
    locations(await read('/sitemap/posts-1.xml')),
    locations(await read('/sitemap/posts-2.xml')),
  ]

  expect(robots).toContain('\nSitemap: http://localhost/sitemap.xml')
  expect(index).toEqual(['lists', 'posts-1', 'posts-2'].map((name) => `http://localhost/sitemap/${name}.xml`))
  expect(lists).toContain('http://localhost/c/Ana&apos;s%20%26%20bo&apos;s')
  expect(before).toEqual([shown, hidden].map((id) => `http://localhost/posts/${id}`))
  expect(near).toEqual([`http://localhost/posts/${shown}`])
  expect(far).toEqual(['http://localhost/posts/10001'])
})

test.each(['posts-0.xml', 'posts-1', 'x.xml', 'posts-9999999999.xml'])(
  'there is no file %s',
  async (name) => {
    expect((await market.anyone().get(`/sitemap/${name}`)).status).toBe(404)
  },
)

test('a list is one page to search engines, in whatever order; its further pages are others', async () => {
  const canonicalOf = async (path: string) => attributeIn(await read(path), 'link[rel=canonical]', 'href')

  expect(await canonicalOf('/?sort=hot')).toBe('http://localhost/')
  expect(await canonicalOf('/c/Other?sort=top')).toBe('http://localhost/c/Other')
  expect(await canonicalOf('/users/ana')).toBe('http://localhost/users/ana')
  for (const path of ['/market', '/market?sort=cheapest&stock=in', '/offers', '/categories'])
    expect(await canonicalOf(path)).toBe(`http://localhost${path.split('?')[0]}`)
  for (const path of ['/?before=2', '/market?q=x', '/offers?kind=gift', '/categories?after=1'])
    expect(await read(path)).not.toContain('rel="canonical"')
})

test('a post says what it is, and nothing that is written in it ends its data', async () => {
  const { id } = await somePost(market, ana, '</script><b>Bold</b>', 'Said')

  const page = await read(`/posts/${id}`)
  const json = /<script type="application\/ld\+json">([^<]+)<\/script>/.exec(page)?.[1] ?? ''

  expect(JSON.parse(json)).toMatchObject({
    '@type': 'DiscussionForumPosting',
    headline: '</script><b>Bold</b>',
    url: `http://localhost/posts/${id}`,
    author: { name: 'ana', url: 'http://localhost/users/ana' },
    articleSection: 'Said',
  })
})

import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica } from '../support/servers/replica.ts'
import { type Market, openMarket } from '../support/site/market.ts'
import { textsIn } from '../support/site/markup.ts'
import { somePost } from '../support/site/some-post.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let market: Market
let ana: Visitor

beforeAll(async () => {
  market = await openMarket(await openReplica())
  ana = await market.signedIn('ana', 'admin')
})

describe('a post that is removed', () => {
  test('is gone from every page at once and leaves the reason', async () => {
    const { id } = await somePost(market, ana, 'Buy my <cheap> watches', 'Square')
    await Promise.all(['/', `/posts/${id}`, '/c/Square'].map((path) => market.anyone().get(path)))

    const form = await (await ana.get(`/admin/posts/${id}/remove`)).text()
    const removed = await ana.post(`/admin/posts/${id}/remove`, { reason: 'Advertising <b>again</b>' })
    const post = await market.anyone().get(`/posts/${id}`)

    expect(form).toContain('Buy my &lt;cheap&gt; watches')
    expect(removed.headers.get('location')).toBe('/admin/posts')
    expect(post.status).toBe(410)
    expect(await post.text()).toContain('This post was removed: Advertising &lt;b&gt;again')
    for (const path of ['/', '/c/Square']) {
      expect(await (await market.anyone().get(path)).text()).not.toContain('watches')
    }
    expect(await (await ana.get('/admin/posts')).text()).toContain('Advertising &lt;b&gt;again')
  })

  test('is signed by the admin who removed it', async () => {
    const cem = await market.signedIn('cem_the_admin', 'admin')
    const { id } = await somePost(market, ana, 'Signed', 'Square')

    await cem.post(`/admin/posts/${id}/remove`, { reason: 'Signed for' })
    const list = await (await ana.get('/admin/posts')).text()

    expect(textsIn(list, '.removals li')[0]).toMatch(/Signed for\s*cem_the_admin/)
  })

  test('is counted out of its category', async () => {
    const { id } = await somePost(market, ana, 'To be counted', 'Counted')

    await ana.post(`/admin/posts/${id}/remove`, { reason: 'Twice' })

    expect(await market.replica.database.rows("SELECT posts FROM categories WHERE name = 'Counted'")).toEqual(
      [{ posts: 0 }],
    )
  })

  test.each(['', '   ', 'x'.repeat(501), 'two\nlines'])('needs a reason: %j', async (reason) => {
    const { id } = await somePost(market, ana, 'Stays here', 'Square')

    const answer = await ana.post(`/admin/posts/${id}/remove`, { reason })

    expect(answer.status).toBe(422)
    expect((await market.anyone().get(`/posts/${id}`)).status).toBe(200)
  })

  test('once stays removed once', async () => {
    const { id } = await somePost(market, ana, 'Sent twice', 'Square')
    const remove = () => ana.post(`/admin/posts/${id}/remove`, { reason: 'Twice' })

    const answers = await Promise.all([remove(), remove()])

    expect(answers.map(({ status }) => status).sort()).toEqual([303, 404])
  })
})

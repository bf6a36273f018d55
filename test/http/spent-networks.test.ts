import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { textsIn } from '../support/site/markup.ts'
import { addCategory, newMember } from '../support/site/members.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

/** What a replica answers for networks that have cost too much, as HAProxy asks it. */
let web: Replica
let ana: Visitor
beforeAll(async () => {
  web = await openReplica()
  ana = await newMember(web, 'ana')
  await addCategory(web, 'Books')
})

const spent = { 'x-network-spent': 'yes' }
const cookieOf = ({ cookies }: Visitor) => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
const read = (path: string, headers: Record<string, string>) =>
  web.app.handle(new Request(origin + path, { headers: { accept: 'text/html', ...headers } }))

describe('a page for memory', () => {
  test('says from when it is, in English and in Arabic, and may be kept for a minute', async () => {
    const english = await read('/', spent)
    const arabic = await read('/', { ...spent, 'accept-language': 'ar' })
    const [texts, said] = [await english.text(), await arabic.text()]

    expect(textsIn(texts, '.old-page')[0]).toMatch(/^As of \d\d:\d\d UTC\. Much of this site .* Sign in /s)
    expect(textsIn(said, '.old-page')[0]).toMatch(/UTC/)
    expect([english, arabic].map(({ headers }) => headers.get('cache-control'))).toEqual(
      Array(2).fill('public, s-maxage=58'),
    )
    expect(textsIn(await (await read('/', {})).text(), '.old-page')).toEqual([])
  })

  test('is none where nothing may be kept', async () => {
    for (const path of ['/search?q=x', '/posts/999999', '/status'])
      expect((await read(path, spent)).headers.get('cache-control') ?? '').not.toContain('s-maxage')
    const fragment = await read('/', { ...spent, 'hx-request': 'true' })
    expect(fragment.headers.get('cache-control') ?? '').not.toContain('s-maxage')
  })
})

describe('whoever is signed in', () => {
  test('reads what is true now, as ever', async () => {
    const page = await read('/', { ...spent, cookie: cookieOf(ana) })
    const text = await page.text()

    expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'private, no-store'])
    expect(textsIn(text, '.old-page')).toEqual([])
    expect(text).toContain('ana')
  })

  test('only by their own account is refused, in the form and language they read', async () => {
    const nobody = `session=${'x'.repeat(43)}`
    const pages = [
      await read('/', { ...spent, cookie: nobody }),
      await read('/', { ...spent, cookie: 'session=x' }),
      await read('/feed', { ...spent, cookie: nobody }),
    ]
    const arabic = await read('/', { ...spent, cookie: `${nobody}; language=ar` })
    const api = await read('/api/posts', { ...spent, cookie: nobody })

    expect(pages.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual(
      Array(3).fill([429, '600']),
    )
    expect(await pages[0]?.text()).toContain('has been read from your network')
    expect(await arabic.text()).toContain('lang="ar"')
    expect([api.status, api.headers.get('content-type')]).toEqual([429, 'application/problem+json'])
    expect((await read('/', { cookie: nobody })).status).toBe(200)
  })

  test('by a token that is none reads that', async () => {
    expect((await read('/api/session', { ...spent, authorization: 'Bearer x' })).status).toBeOneOf([401, 404])
  })
})

test('each answer to a stranger says what it cost, whatever it is; one to a member costs nothing', async () => {
  const costs = async (headers: Record<string, string>) =>
    Promise.all(
      ['/', '/posts/999999', '/nothing-here', '/search?q=x', '/api/posts', '/feed'].map(async (path) =>
        Number((await read(path, headers)).headers.get('x-cost') ?? 0),
      ),
    )

  const strange = await costs({})
  const posing = await costs({ cookie: `session=${'x'.repeat(43)}` })
  const [page] = await costs({ cookie: cookieOf(ana) })

  for (const cost of [...strange, ...posing]) expect(cost).toBeWithin(1, 101)
  expect(page).toBe(0)
})

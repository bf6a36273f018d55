import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica, origin, proxyTo, type Replica } from '../support/servers/replica.ts'
import { attributeIn, textsIn } from '../support/site/markup.ts'
import { addCategory, newMember } from '../support/site/members.ts'
import { newName, password } from '../support/site/page.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let web: Replica
let admin: Omit<Replica, 'as'>
let ana: Visitor
let root: Visitor

beforeAll(async () => {
  web = await openReplica()
  admin = await web.as('admin', { balancerUrl: proxyTo(await web.as('accounts')) })
  ana = await newMember(web, 'ana')
  root = await newMember(web, 'rosa', 'admin')
  await addCategory(web, 'Books')
  await addCategory(web, 'Films')
})

function send(method: string, path: string, who: Visitor, body?: unknown, on = web.app): Promise<Response> {
  const cookie = [...who.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const headers = { origin, cookie, 'content-type': 'application/json' }
  return on.handle(
    new Request(origin + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) }),
  )
}

const at = ({ visitor }: Pick<Replica, 'visitor'>, who: Visitor): Visitor => {
  const other = visitor()
  for (const [name, value] of who.cookies) other.cookies.set(name, value)
  return other
}

const idIn = async (answer: Promise<Response>) => ((await (await answer).json()) as { id: number }).id

const write = (category: string) =>
  idIn(send('POST', '/api/posts', ana, { category, title: 'Read this', body: 'text' }))
const say = (post: number) => idIn(send('POST', `/api/posts/${post}/comments`, ana, { body: 'So do I' }))

const userId = async (name: string) => {
  const [row] = await web.database.rows<{ id: number }>('SELECT id FROM users WHERE name = ?', [name])
  return row?.id ?? 9_999_999
}

const proof = { confirm: password }

const categoryIds: Record<string, number> = { Books: 1, Films: 2 }

const make = async (user: string, category: string | null, who = root) => {
  const realm = category === null ? 0 : (categoryIds[category] ?? 999)
  const path = `/api/moderators/${await userId(user)}?category=${realm}`
  return send('PUT', path, who, { password }, admin.app)
}

async function newModerator(
  category: string | null,
): Promise<{ name: string; visitor: Visitor; id: number }> {
  const name = newName('bo')
  const visitor = await newMember(web, name)
  const { id } = (await (await make(name, category)).json()) as { id: number }
  return { name, visitor, id }
}

const removals: [string, (id: number, comment: number, who: Visitor) => Promise<number>][] = [
  [
    'a post over REST',
    async (id, _, who) => (await send('DELETE', `/api/posts/${id}?reason=Off`, who)).status,
  ],
  [
    'a post on its page',
    async (id, _, who) => (await at(web, who).post(`/posts/${id}/remove`, { reason: 'Off' })).status,
  ],
  [
    'a post by its form',
    async (id, _, who) => (await at(admin, who).post(`/admin/posts/${id}/remove`, { reason: 'Off' })).status,
  ],
  [
    'a comment over REST',
    async (_, id, who) => (await send('DELETE', `/api/comments/${id}?reason=Off`, who)).status,
  ],
  [
    'a comment by its form',
    async (_, id, who) =>
      (await at(admin, who).post(`/admin/comments/${id}/remove`, { reason: 'Off' })).status,
  ],
]

describe('a moderator', () => {
  test.each(removals)(
    'of a category hides and brings back there, and nowhere else: %s',
    async (what, hide) => {
      const { visitor } = await newModerator('Books')
      const here = await write('Books')
      const [comment, there] = [await say(here), await write('Films')]
      const elsewhere = await say(there)

      expect(await hide(there, elsewhere, visitor)).toBe(403)
      expect(await hide(here, comment, visitor)).toBeLessThan(400)

      const path = what.includes('post') ? `/admin/posts/${here}` : `/admin/comments/${comment}`
      const other = await newModerator('Films')
      expect((await at(admin, other.visitor).post(`${path}/restore`)).status).toBe(403)
      expect((await at(admin, visitor).post(`${path}/restore`)).status).toBe(303)
      expect((await send('GET', `/api/posts/${here}/comments`, ana)).status).toBe(200)
    },
  )

  test('of a category sees the ways to hide and bring back comments there, and nowhere else', async () => {
    const { visitor } = await newModerator('Books')
    const [here, there] = [await write('Books'), await write('Films')]
    const [mine, others, hidden] = [await say(here), await say(there), await say(there)]
    await send('DELETE', `/api/comments/${hidden}?reason=Off`, root)
    const pages = [
      ...[`/posts/${here}`, `/posts/${there}`].map((path) => [path, {}] as const),
      ...[mine, others, hidden].map((id) => [`/comments/${id}`, { 'hx-request': 'true' }] as const),
    ]

    const ways: string[][] = []
    for (const [path, headers] of pages) {
      const text = await (await at(web, visitor).get(path, headers)).text()
      ways.push(text.match(/\/admin\/comments\/\d+\/\w+/g) ?? [])
    }

    const way = `/admin/comments/${mine}/remove`
    expect(ways).toEqual([[way], [], [way], [], []])
  })

  test('of the whole board hides in every category, sees the ways to it, and does nothing else', async () => {
    const { visitor } = await newModerator(null)
    const post = await write('Films')
    const page = await (await at(web, visitor).get(`/posts/${post}`)).text()

    expect(page).toContain(`/admin/posts/${post}/remove`)
    expect((await send('PATCH', `/api/posts/${post}`, visitor, { title: 'Mine' })).status).toBe(403)
    expect((await at(admin, visitor).get('/admin/members')).status).toBe(403)
    expect((await send('DELETE', `/api/posts/${post}?reason=Off`, visitor)).status).toBe(204)
    expect((await make('ana', null, visitor)).status).toBe(403)
  })

  test('who is none any more hides nothing, whatever is remembered of their session', async () => {
    const { visitor, id } = await newModerator('Books')
    const [first, second] = [await write('Books'), await write('Books')]

    expect((await send('DELETE', `/api/posts/${first}?reason=Off`, visitor)).status).toBe(204)
    // Behind the back of what is remembered of the session: the statement asks again.
    await web.database.write('DELETE FROM moderators WHERE user_id = ?', [id])
    const behind = await send('DELETE', `/api/posts/${second}?reason=Off`, visitor)
    await web.database.write('INSERT INTO moderators (user_id, category_id) VALUES (?, 1)', [id])
    const ended = await send('DELETE', `/api/moderators/${id}?category=1`, root, { password }, admin.app)
    const after = await send('DELETE', `/api/posts/${second}?reason=Off`, visitor)

    expect([behind.status, ended.status, after.status]).toEqual([403, 204, 403])
    expect((await send('GET', `/api/posts/${second}`, ana)).status).toBe(200)
  })

  test('needs the scope moderate to do it by a token', async () => {
    const { visitor } = await newModerator('Books')
    const post = await write('Books')
    const accounts = await web.as('accounts')
    const tokenFor = async (scopes: string[]) => {
      const answer = await send(
        'POST',
        '/api/tokens',
        visitor,
        { name: scopes.join(), scopes, password },
        accounts.app,
      )
      return ((await answer.json()) as { token: string }).token
    }
    const hide = async (token: string) =>
      (
        await web.app.handle(
          new Request(`${origin}/api/posts/${post}?reason=Off`, {
            method: 'DELETE',
            headers: { authorization: `Bearer ${token}` },
          }),
        )
      ).status

    expect(await hide(await tokenFor(['read', 'write']))).toBe(403)
    expect(await hide(await tokenFor(['read', 'write', 'moderate']))).toBe(204)
  })

  test('needs a second factor where REQUIRE_2FA=moderators', async () => {
    const strict = (await web.as('web', { requires2fa: 'moderators' })).app
    const { visitor } = await newModerator('Books')
    const post = await write('Books')
    const hide = (on: Replica['app']) =>
      send('DELETE', `/api/posts/${post}?reason=Off`, visitor, undefined, on)

    expect((await hide(strict)).status).toBe(403)
    expect((await hide(web.app)).status).toBe(204)
  })
})

describe('the page of moderators', () => {
  test('makes one, says so to other admins, lists and ends them', async () => {
    const name = newName('cem')
    await newMember(web, name)
    const page = at(admin, root)

    const made = await page.post('/admin/moderators', { name, category: '1', ...proof })
    await page.post('/admin/moderators', { name, category: '1', ...proof })
    const listed = textsIn(await (await page.get('/admin/moderators')).text(), '.grid tbody tr')
    const rows = listed.filter((row) => row.includes(name))
    const said = await (await page.get('/admin/posts')).text()

    expect(made.status).toBe(303)
    expect(rows).toEqual([expect.stringContaining('Books')])
    expect(said.split('Became a moderator.').length - 1).toBeGreaterThan(0)
    const [user] = await web.database.rows<{ id: number }>('SELECT id FROM users WHERE name = ?', [name])
    expect((await page.post(`/admin/moderators/${user!.id}/remove?category=1`, proof)).status).toBe(303)
    expect((await page.post(`/admin/moderators/${user!.id}/remove?category=1`, proof)).status).toBe(404)
  })

  test.each([
    ['nobody', { name: 'nobody <b>at all', category: '' }, 'Nobody here has this name.'],
    ['no category', { name: 'ana', category: '999' }, 'There is no such category.'],
    ['what is no number of one', { name: 'ana', category: 'Books' }, 'There is no such category.'],
  ])('says what is wrong with %s', async (_, fields, says) => {
    const answer = await at(admin, root).post('/admin/moderators', { ...fields, ...proof })

    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain(says)
  })

  test.each(['zz', '-1', '1.5', ''])('ends nobody of the whole board for the category "%s"', async (text) => {
    const { name, id } = await newModerator(null)
    const answer = await at(admin, root).post(`/admin/moderators/${id}/remove?category=${text}`, proof)
    const kept = await web.database.rows(
      'SELECT name FROM moderators JOIN users ON id = user_id WHERE name = ?',
      [name],
    )

    expect([answer.status, kept]).toEqual([404, [{ name }]])
  })

  test('keeps who and where were chosen when the password was wrong', async () => {
    const typed = { name: 'ana', category: '2', confirm: 'a wrong password' }
    const page = await (await at(admin, root).post('/admin/moderators', typed)).text()

    expect(attributeIn(page, '#moderators-form [name=name]', 'value')).toBe('ana')
    expect(attributeIn(page, '#moderators-form option[selected]', 'value')).toBe('2')
  })

  test('takes the password of who makes or ends one', async () => {
    const { name, id } = await newModerator('Books')
    const page = at(admin, root)
    const wrong = { name: 'ana', category: '', confirm: 'a wrong password' }
    const over = (method: string, who: number) => {
      const path = `/api/moderators/${who}?category=1`
      return send(method, path, root, { password: 'a wrong password' }, admin.app)
    }

    const answers = [
      await page.post('/admin/moderators', wrong),
      await page.post(`/admin/moderators/${id}/remove?category=1`, wrong),
      await over('PUT', await userId('rosa')),
      await over('DELETE', id),
    ]
    const shown = await answers[1]!.text()

    expect(answers.map(({ status }) => status)).toEqual([422, 422, 422, 422])
    expect(shown).toContain('This is not your password.')
    const kept = await web.database.rows<{ name: string }>(
      "SELECT name FROM moderators JOIN users ON id = user_id WHERE name IN (?, 'rosa')",
      [name],
    )
    expect(kept.map((each) => each.name)).toEqual([name])
  })

  test('has pages and a search, and ends one where the admin was', async () => {
    const start = newName('cem')
    const [first] = await web.database.rows<{ id: number }>('SELECT 1 + MAX(id) AS id FROM users')
    const names = Array.from({ length: 60 }, (_, n) => `${start} ${n}`)
    for (const name of names)
      await web.database.write('INSERT INTO users (name, name_key) VALUES (?, UNHEX(SHA2(?, 256)))', [
        name,
        name,
      ])
    await web.database.write(
      `INSERT INTO moderators (user_id, category_id)
       SELECT users.id, realms.id
         FROM users JOIN (SELECT 0 AS id UNION ALL SELECT 2) AS realms
        WHERE users.id >= ?`,
      [first!.id],
    )
    const page = at(admin, root)
    const shown: string[] = []
    let path: string | undefined = `/admin/moderators?${new URLSearchParams({ q: start.toUpperCase() })}`
    const addresses: string[] = []
    while (path) {
      addresses.push(path)
      const html: string = await (await page.get(path)).text()
      shown.push(...textsIn(html, '.grid tbody tr'))
      path = html.includes('rel="next"') ? attributeIn(html, '[rel=next]', 'href') : undefined
    }
    const over = names.flatMap((name) => [`${name} 0`, `${name} 2`])
    const listed: { user: string; categoryId: number | null }[] = []
    let api: string | undefined = `/api/moderators?limit=100&q=${encodeURIComponent(start)}`
    while (api) {
      const answer: Response = await send('GET', api, root, undefined, admin.app)
      listed.push(...((await answer.json()) as typeof listed))
      api = answer.headers.get('link')?.match(/<(.+)>/)?.[1]
    }
    const last = new URL(addresses.at(-1)!, origin).search.slice(1)
    const gone = `/admin/moderators/${first!.id + 59}/remove?category=2&${last}`

    expect(shown.map((row) => row.match(/cem\S* \d+/)?.[0])).toEqual(names.flatMap((name) => [name, name]))
    expect(addresses).toHaveLength(3)
    expect(listed.map(({ user, categoryId }) => `${user} ${categoryId ?? 0}`)).toEqual(over)
    const ended = await page.post(gone, proof)
    expect([ended.status, ended.headers.get('location')]).toEqual([303, addresses.at(-1)!])
    expect(await (await page.get('/admin/moderators?q=nobody+like+this')).text()).toContain(
      'Nobody has such a name.',
    )
    expect((await page.get('/admin/moderators?after=zz')).status).toBe(200)
    expect((await send('GET', '/api/moderators?after=zz', root, undefined, admin.app)).status).toBe(422)
  })

  test('has the same over REST', async () => {
    const answers = [
      await make('nobody at all', null),
      await make('ana', 'No such place'),
      await make('ana', 'Books'),
      await make('ana', 'Books'),
      await send('GET', '/api/moderators', root, undefined, admin.app),
      await send('GET', '/api/moderators', ana, undefined, admin.app),
    ]

    expect(answers.map(({ status }) => status)).toEqual([404, 422, 200, 200, 200, 403])
    expect(await answers[4]!.json()).toContainEqual(
      expect.objectContaining({ user: 'ana', categoryId: 1, category: 'Books' }),
    )
  })
})

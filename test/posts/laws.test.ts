import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { invalidatedBy } from '../../src/cache-policy.ts'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { textsIn } from '../support/site/markup.ts'
import { addCategory, newMember } from '../support/site/members.ts'
import { newName } from '../support/site/page.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

/** One law for each act, whichever way it is done: on a page or over REST. */
let web: Replica
let admin: Omit<Replica, 'as'>
let ana: Visitor
let bo: Visitor
let root: Visitor

beforeAll(async () => {
  web = await openReplica({ categories: 'admins', actsApiOpen: true })
  admin = await web.as('admin')
  ana = await newMember(web, 'ana')
  bo = await newMember(web, 'bo')
  root = await newMember(web, 'rosa', 'admin')
  await addCategory(web, 'Books')
})

describe('a category', () => {
  test.each([
    ['admins', [403, 201]],
    ['members', [201, 201]],
  ] as const)('is added by whom CATEGORIES=%s says', async (categories, statuses) => {
    const { app } = await web.as('web', { categories })
    const add = (who: Visitor) => send(app, 'POST', '/api/categories', who, { name: newName('ana') })

    expect([(await add(ana)).status, (await add(root)).status]).toEqual([...statuses])
  })

  test('is added by no member, nor by /api/v1, where there is one that they may not know of', async () => {
    const { app, context } = await web.as('web', { categories: 'members' })
    const { write } = web.database
    const known = async () => {
      await context.cache.invalidate(invalidatedBy.doorsChanged())
      await context.doors.refresh()
    }
    const [shut, free] = [newName('ana'), newName('bo')]
    const { insertId } = await write(
      'INSERT INTO categories (name, name_key) VALUES (?, UNHEX(SHA2(?, 256)))',
      [...[shut, shut]],
    )
    await write(`INSERT INTO doors (category_id, read_by, write_by) VALUES (?, 'groups', 'members')`, [
      insertId,
    ])
    await known()

    const answers: string[] = []
    for (const name of [shut, free])
      for (const [path, body] of [
        ['/api/categories', { name }],
        ['/api/v1/categories', [name]],
      ] as const) {
        const answer = await send(app, 'POST', path, ana, body)
        answers.push(`${answer.status} ${await answer.text()}`)
      }
    const byAdmin = [shut, free].map((name) => send(app, 'POST', '/api/categories', root, { name }))
    const statuses = (await Promise.all(byAdmin)).map(({ status }) => status)
    await write('DELETE FROM doors')
    await known()

    expect(answers.slice(0, 2)).toEqual(answers.slice(2))
    expect(answers.every((answer) => answer.startsWith('403'))).toBe(true)
    expect(statuses).toEqual([409, 201])
    expect((await send(app, 'POST', '/api/categories', ana, { name: newName('cem') })).status).toBe(201)
  })

  test('with posts stays, and an empty one goes', async () => {
    const name = newName('bo')
    await send(web.app, 'POST', '/api/categories', root, { name })
    const id = await writtenBy(ana, 'Full', name)

    const full = await send(web.app, 'DELETE', `/api/categories/${name}`, root)
    await send(web.app, 'DELETE', `/api/posts/${id}`, ana)
    const empty = await send(web.app, 'DELETE', `/api/categories/${name}`, root)

    expect([full.status, empty.status]).toEqual([409, 204])
  })

  test('looks like no other, however its name is typed, and may be called as it looks', async () => {
    const [name, other] = [newName('ana'), newName('bo')]
    const alike = [name.toUpperCase(), `\u202e${name}`, `a\u200b${name.slice(1)}`, `аna${name.slice(3)}`]
    await send(web.app, 'POST', '/api/categories', root, { name })
    await send(web.app, 'POST', '/api/categories', root, { name: other })
    const [row] = await web.database.rows<{ id: number }>('SELECT id FROM categories WHERE name = ?', [other])

    const answers = []
    for (const each of alike)
      answers.push(
        await send(web.app, 'POST', '/api/categories', root, { name: each }),
        await post(admin, '/admin/categories', root, { name: each }),
        await post(admin, `/admin/categories/${row!.id}/rename`, root, { name: each }),
      )
    const parted = await send(web.app, 'POST', '/api/categories', root, { name: `a ${name.slice(1)}` })
    const louder = await post(admin, `/admin/categories/${row!.id}/rename`, root, {
      name: other.toUpperCase(),
    })

    expect(answers.map(({ status }) => status)).toEqual(alike.flatMap(() => [409, 422, 422]))
    expect(await answers[1]!.text()).toContain('There is a category whose name looks the same.')
    expect([parted.status, louder.status]).toEqual([201, 200])
  })

  test('looks like none in capitals of another script', async () => {
    const name = newName('bo')
    await send(web.app, 'POST', '/api/categories', root, { name: `hope ${name}` })

    const created = await send(web.app, 'POST', '/api/categories', root, { name: `НОРЕ ${name}` })

    expect(created.status).toBe(409)
  })

  test('is one of two that are added in one moment and look the same in another case alone', async () => {
    const [row] = await addedBy(newName('cem'))
    for (let n = 0; n < 10; n++) {
      const [capital, small] = ['\u039d', '\u03bd'].map((letter) => letter + '\u03b1'.repeat(n + 1))

      const answers = await Promise.all([
        send(web.app, 'POST', '/api/categories', root, { name: capital }),
        send(web.app, 'POST', '/api/categories', root, { name: small }),
        post(admin, '/admin/categories', root, { name: small! }),
        post(admin, `/admin/categories/${row!.id}/rename`, root, { name: small! }),
      ])

      expect(answers.filter(({ status }) => status < 400)).toHaveLength(1)
    }
  })

  const addedBy = async (name: string) => {
    await send(web.app, 'POST', '/api/categories', root, { name })
    return web.database.rows<{ id: number }>('SELECT id FROM categories WHERE name = ?', [name])
  }

  test('that was there before looks were stored stays, and so does one from /api/v1', async () => {
    const name = newName('cem')
    const fromActs = (text: string) =>
      web.app.handle(
        new Request(`${origin}/api/v1/categories`, { method: 'POST', body: JSON.stringify([text]) }),
      )
    await addCategory(web, name)
    await addCategory(web, `${name}\u200b`)

    const acts = [await fromActs(name.toUpperCase()), await fromActs(`\u202e${name}`), await fromActs(name)]
    const created = await send(web.app, 'POST', '/api/categories', root, { name: `\u2060${name}` })

    expect(acts.map(({ status }) => status)).toEqual([201, 201, 400])
    expect(created.status).toBe(409)
  })

  test('has one form of its name', async () => {
    const name = `Caf\u0065\u0301 ${newName('ana')}`

    const created = await send(web.app, 'POST', '/api/categories', root, { name })
    const again = await post(admin, '/admin/categories', root, { name: name.normalize('NFC') })

    expect([created.status, again.status]).toEqual([201, 422])
    expect(await created.json()).toMatchObject({ name: name.normalize('NFC') })
  })
})

describe('what somebody else wrote', () => {
  const removals = {
    'a post over REST': async (id: number, reason: string) =>
      send(web.app, 'DELETE', `/api/posts/${id}?${new URLSearchParams({ reason })}`, root),
    'a post on its page': async (id: number, reason: string) =>
      post(web, `/posts/${id}/remove`, root, { reason }),
    'a post among those of admins': async (id: number, reason: string) =>
      post(admin, `/admin/posts/${id}/remove`, root, { reason }),
    'a comment over REST': async (id: number, reason: string) =>
      send(web.app, 'DELETE', `/api/comments/${id}?${new URLSearchParams({ reason })}`, root),
    'a comment on its page': async (id: number, reason: string) =>
      post(web, `/comments/${id}/remove`, root, { reason }),
    'a comment among those of admins': async (id: number, reason: string) =>
      post(admin, `/admin/comments/${id}/remove`, root, { reason }),
  }

  test.each(Object.entries(removals))(
    '%s is removed by an admin with a reason alone',
    async (what, remove) => {
      const on = await writtenBy(ana, what)
      const id = what.startsWith('a comment') ? await saidBy(ana, on) : on
      const address = what.startsWith('a comment') ? `/api/comments/${id}` : `/api/posts/${id}`

      const without = await remove(id, '')
      const stays = await send(web.app, 'GET', address, ana)
      const removed = await remove(id, 'Not about <books>')
      const after = await (await ana.get(`/posts/${on}`)).text()

      expect([without.status, stays.status]).toEqual([422, 200])
      expect(removed.status).toBeLessThan(400)
      expect(after).toContain('Not about &lt;books&gt;')
    },
  )

  test('that a post was removed over REST stands in the admins’ list, signed', async () => {
    const id = await writtenBy(ana, 'Listed')

    await send(web.app, 'DELETE', `/api/posts/${id}?reason=Found+over+REST`, root)

    expect(await (await visitorOf(admin, root).get('/admin/posts')).text()).toMatch(
      /Found over REST<\/bdi>[\s\S]{0,99}<bdi>rosa<\/bdi>/,
    )
  })

  test('keeps its words: an admin moves a post, and changes none of them', async () => {
    const id = await writtenBy(ana, 'My words')
    const comment = await saidBy(ana, id)
    const name = newName('bo')
    await send(web.app, 'POST', '/api/categories', root, { name })
    const fields = { category: 'Books', title: 'Other words', body: 'Other words' }

    const words = [
      await send(web.app, 'PATCH', `/api/posts/${id}`, root, { title: 'Other words' }),
      await send(web.app, 'PATCH', `/api/comments/${comment}`, root, { body: 'Other words' }),
      await post(web, `/posts/${id}/edit`, root, fields),
      await post(web, `/comments/${comment}/edit`, root, { body: 'Other words' }),
      await root.get(`/posts/${id}/edit`),
      await root.get(`/comments/${comment}/edit`),
    ]
    const moved = await send(web.app, 'PATCH', `/api/posts/${id}`, root, { category: name })

    expect(words.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403])
    expect(await moved.json()).toMatchObject({ title: 'My words', category: name, editedAt: null })
  })

  test('is moved by an admin with a line in the admins’ list, and by its author with none', async () => {
    const id = await writtenBy(ana, 'Out of <place>')
    const own = await writtenBy(ana, 'Moved by herself')
    const name = `${newName('bo')} & co`
    await send(web.app, 'POST', '/api/categories', root, { name })

    await send(web.app, 'PATCH', `/api/posts/${id}`, root, { category: name })
    await send(web.app, 'PATCH', `/api/posts/${id}`, root, { category: name })
    await send(web.app, 'PATCH', `/api/posts/${own}`, ana, { category: name })
    const list = await (await visitorOf(admin, root).get('/admin/posts')).text()

    const lines = textsIn(list, '.removals li').filter((line) => line.includes(name))
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^Out of <place>: It was moved to .* & co\..*rosa/)
  })

  test('is none of other members', async () => {
    const id = await writtenBy(ana, 'Mine')

    const answers = [
      await send(web.app, 'PATCH', `/api/posts/${id}`, bo, { category: 'Books' }),
      await send(web.app, 'DELETE', `/api/posts/${id}?reason=x`, bo),
      await post(web, `/posts/${id}/remove`, bo, { reason: 'x' }),
    ]

    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403])
  })
})

async function writtenBy(who: Visitor, title: string, category = 'Books'): Promise<number> {
  const answer = await send(web.app, 'POST', '/api/posts', who, { category, title, body: 'text' })
  return ((await answer.json()) as { id: number }).id
}

async function saidBy(who: Visitor, on: number): Promise<number> {
  const answer = await send(web.app, 'POST', `/api/posts/${on}/comments`, who, { body: 'So do I' })
  return ((await answer.json()) as { id: number }).id
}

function visitorOf({ visitor }: Pick<Replica, 'visitor'>, who: Visitor): Visitor {
  const other = visitor()
  for (const [name, value] of who.cookies) other.cookies.set(name, value)
  return other
}

const post = (on: Pick<Replica, 'visitor'>, path: string, who: Visitor, fields: Record<string, string>) =>
  visitorOf(on, who).post(path, fields)

function send(
  app: Replica['app'],
  method: string,
  path: string,
  who: Visitor,
  body?: unknown,
): Promise<Response> {
  const cookie = [...who.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const headers = { origin, cookie, 'content-type': 'application/json' }
  return app.handle(
    new Request(origin + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) }),
  )
}

import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import fc from 'fast-check'
import sharp from 'sharp'
import { cached } from '../../src/cache-policy.ts'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { addCategory, newMember } from '../support/site/members.ts'
import { newName, password } from '../support/site/page.ts'
import { addressOf, routesOf } from '../support/site/routes.ts'
import type { Visitor } from '../support/site/visitor.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

/** What an admin takes off the board is hidden: nobody finds it, and it can be brought back. */
let web: Replica
let admin: Omit<Replica, 'as'>
let ana: Visitor
let bo: Visitor
let root: Visitor

beforeAll(async () => {
  web = await openReplica()
  admin = await web.as('admin')
  ana = await newMember(web, 'ana')
  bo = await newMember(web, 'bo')
  root = await newMember(web, 'rosa', 'admin')
  await addCategory(web, 'Books')
})

function send(method: string, path: string, who?: Visitor, body?: unknown, on = web): Promise<Response> {
  const cookie = [...(who?.cookies ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')
  const isForm = body instanceof FormData
  const headers = { origin, cookie, ...(isForm ? {} : { 'content-type': 'application/json' }) }
  return on.app.handle(
    new Request(origin + path, {
      method,
      headers,
      ...(body ? { body: isForm ? body : JSON.stringify(body) } : {}),
    }),
  )
}

const idIn = async (answer: Promise<Response>) => ((await (await answer).json()) as { id: number }).id

const write = (title: string, body = 'text') =>
  idIn(send('POST', '/api/posts', ana, { category: 'Books', title, body }))

const say = (post: number, body: string, parent?: number) =>
  idIn(send('POST', `/api/posts/${post}/comments`, bo, { body, parent }))

const hide = async (kind: 'posts' | 'comments', id: number) =>
  (await send('DELETE', `/api/${kind}/${id}?reason=Off+topic`, root)).status

async function restore(kind: 'posts' | 'comments', id: number, who = root): Promise<number> {
  const visitor = admin.visitor()
  for (const [name, value] of who.cookies) visitor.cookies.set(name, value)
  return (await visitor.post(`/admin/${kind}/${id}/restore`)).status
}

const like = (post: number) => send('POST', `/api/posts/${post}/likes`)

async function withPicture(title: string, body: string): Promise<number> {
  const form = new FormData()
  for (const [name, value] of Object.entries({ category: 'Books', title, body, alt: 'Red' }))
    form.set(name, value)
  const bytes = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#a83226' } })
    .png()
    .toBuffer()
  form.set('image', new File([new Uint8Array(bytes)], 'red.png', { type: 'image/png' }))
  return idIn(send('POST', '/api/posts', ana, form))
}

const flush = () => fetch(`${web.batcher.url}/flush`, { method: 'POST' })

describe('a hidden post', () => {
  test('comes back as it was, with its comments, tags, picture and the likes since', async () => {
    const id = await withPicture('All of it', 'About #gardens')
    const comment = await say(id, 'Fine')
    await say(id, 'Indeed', comment)
    await like(id)
    const addresses = [
      `/api/posts/${id}/comments`,
      `/api/posts/${id}/body`,
      '/api/posts?tag=gardens',
      '/api/categories/Books',
      '/api/posts?sort=top&category=Books',
    ]
    const textOf = async (path: string) => (await send('GET', path)).text()
    const before = await Promise.all(addresses.map(textOf))
    const post = await (await send('GET', `/api/posts/${id}`)).json()
    const picture = (post as { image: { url: string } }).image.url

    expect(await hide('posts', id)).toBe(204)
    const hidden = await Promise.all(
      [`/api/posts/${id}`, `/api/posts/${id}/comments`, `/api/comments/${comment}`, picture].map(
        async (path) => (await send('GET', path)).status,
      ),
    )
    const tagged = await textOf('/api/posts?tag=gardens')
    const pressed = await Promise.all([like(id), like(id)])
    expect(await restore('posts', id)).toBe(303)

    expect(hidden).toEqual([410, 410, 404, 404])
    expect(JSON.parse(tagged)).toEqual([])
    expect(pressed.map(({ status }) => status)).toEqual([200, 200])
    expect(await (await send('GET', `/api/posts/${id}`)).json()).toEqual({ ...(post as object), likes: 3 })
    const after = await Promise.all(addresses.map(textOf))
    expect(after.map((text) => text.replaceAll('"likes":3', '"likes":1'))).toEqual(before)
    expect((await send('GET', picture)).status).toBe(200)
  })

  test('is in no answer of any route, whoever asks, and search does not find it', async () => {
    const word = `w${crypto.randomUUID().slice(0, 8)}`
    const id = await withPicture(`Hidden ${word}`, `About #${word} and ${word}`)
    const comment = await say(id, `I know ${word}, too`)
    const other = await write(`Visible`, 'Still here')
    const said = await say(other, `Aside: ${word}`)
    await until(async () => (await (await send('GET', `/search?q=${word}`)).text()).includes(`/posts/${id}`))

    await hide('posts', id)
    await hide('comments', said)
    await web.search.caughtUp()

    const values = { category: 'Books', name: 'ana', username: 'ana', tag: word, kind: 'post' }
    const shown: string[] = []
    for (const who of [undefined, bo, ana, root]) {
      for (const route of await routesOf(web)) {
        // The logs say what was asked for, a stream has no end, and authors read their own.
        if (
          route.method !== 'GET' ||
          ['/live', '/logs', '/statements', '/api/statements'].includes(route.path)
        )
          continue
        for (const value of [id, comment, other, said]) {
          const path = addressOf(route, { ...values, id: `${value}` })
          const text = await (await send('GET', path, who)).text()
          // The tag's own page and feed say which tag they are of.
          if (text.replaceAll(`#${word}`, '').includes(word) && !path.includes(word)) shown.push(path)
        }
      }
      for (const path of [
        `/search?q=${word}`,
        `/search?q=${word}&in=comments`,
        `/api/posts?q=${word}`,
        `/api/posts?tag=${word}`,
        '/api/posts?sort=hot',
        '/?sort=top',
      ]) {
        const text = await (await send('GET', path, who)).text()
        if (text.includes(`/posts/${id}`) || text.includes(`"id":${id},`) || text.includes(`Hidden ${word}`))
          shown.push(path)
      }
    }

    expect(shown).toEqual([])
    await restore('posts', id)
    await restore('comments', said)
    await until(async () => (await (await send('GET', `/search?q=${word}`)).text()).includes(`/posts/${id}`))
    await until(async () =>
      (await (await send('GET', `/search?q=${word}&in=comments`)).text()).includes(`/comments/${comment}`),
    )
  })

  test('takes no comment, no change and no second removal, and its author does not delete it', async () => {
    const id = await write('Closed')
    const comment = await say(id, 'First')
    await hide('posts', id)

    const answers = [
      await send('POST', `/api/posts/${id}/comments`, bo, { body: 'Late' }),
      await send('PATCH', `/api/posts/${id}`, ana, { title: 'Other' }),
      await send('DELETE', `/api/posts/${id}`, ana),
      await send('DELETE', `/api/posts/${id}?reason=again`, root),
      await send('PATCH', `/api/comments/${comment}`, bo, { body: 'Other' }),
      await send('DELETE', `/api/comments/${comment}`, bo),
    ]

    expect(answers.map(({ status }) => status)).toEqual([410, 410, 410, 410, 404, 404])
  })

  test('keeps its category from being removed as an empty one', async () => {
    const name = newName('bo')
    await addCategory(web, name)
    const id = await idIn(send('POST', '/api/posts', ana, { category: name, title: 'In it', body: 'text' }))
    await hide('posts', id)

    const removed = await send('DELETE', `/api/categories/${encodeURIComponent(name)}`, root)

    expect(removed.status).toBe(409)
    expect(await restore('posts', id)).toBe(303)
    expect((await send('GET', `/api/posts/${id}`)).status).toBe(200)
  })

  test('is brought back once, and by admins alone', async () => {
    const id = await write('Twice')
    await hide('posts', id)

    const stranger = await restore('posts', id, ana)
    const answers = await Promise.all([restore('posts', id), restore('posts', id)])

    expect(stranger).toBe(403)
    expect(answers.sort()).toEqual([303, 409])
    expect(await restore('posts', 9_999_999)).toBe(409)
  })

  test('is counted nowhere when its author leaves with all they wrote', async () => {
    const name = newName('cem')
    const cem = await newMember(web, name)
    const category = newName('bo')
    await addCategory(web, category)
    const post = (title: string) => idIn(send('POST', '/api/posts', cem, { category, title, body: 'text' }))
    const [hidden] = [await post('Hidden'), await post('Shown')]
    const on = await write('Commented')
    const comment = await idIn(send('POST', `/api/posts/${on}/comments`, cem, { body: 'So do I' }))
    await hide('posts', hidden)
    await hide('comments', comment)

    const accounts = (await web.as('accounts')).visitor()
    for (const [key, value] of cem.cookies) accounts.cookies.set(key, value)
    const { status } = await accounts.post('/account/delete', { confirm: password, posts: 'remove' })

    expect(status).toBe(303)
    const [counts] = await web.database.rows<{ posts: number }>(
      'SELECT posts FROM categories WHERE name = ?',
      [category],
    )
    expect(counts).toEqual({ posts: 0 })
    expect([await restore('posts', hidden), await restore('comments', comment)]).toEqual([409, 409])
  })
})

describe('a hidden comment', () => {
  test('leaves its reason and no word of it, and comes back in its place, once', async () => {
    const post = await write('Discussed')
    const first = await say(post, 'The <b>first</b>')
    await say(post, 'An answer', first)
    const comments = async () => (await send('GET', `/api/posts/${post}/comments`)).text()
    const before = await comments()

    await hide('comments', first)
    const hidden = await comments()
    const page = await (await root.get(`/posts/${post}`)).text()
    const answers = await Promise.all([restore('comments', first), restore('comments', first)])

    expect(hidden).not.toContain('first')
    expect(page).toContain('This comment was removed: Off topic')
    expect(page).toContain(`/admin/comments/${first}/restore`)
    expect(answers.sort()).toEqual([303, 409])
    expect(await comments()).toBe(before)
    expect(await (await ana.get(`/posts/${post}`)).text()).not.toContain('/restore')
  })
})

describe('whatever is hidden and brought back, in whatever order', () => {
  test('the API says in the end what it said before, byte for byte, and nothing drifts', async () => {
    const category = newName('ana')
    await addCategory(web, category)
    const posts: number[] = []
    for (const title of ['one', 'two'])
      posts.push(
        await idIn(
          send('POST', '/api/posts', ana, {
            category,
            title,
            body: `About #${category.slice(0, 8)} ${title}`,
          }),
        ),
      )
    const comments: [post: number, comment: number][] = []
    for (const post of posts) {
      const above = await say(post, 'above')
      comments.push([post, above], [post, await say(post, 'below', above)])
    }
    const things = [
      ...posts.map((id) => ({ kind: 'posts' as const, id, post: id })),
      ...comments.map(([post, id]) => ({ kind: 'comments' as const, id, post })),
    ]
    const addresses = [
      `/api/categories/${encodeURIComponent(category)}`,
      `/api/posts?category=${encodeURIComponent(category)}`,
      `/api/posts?category=${encodeURIComponent(category)}&sort=top`,
      ...posts.flatMap((id) => [`/api/posts/${id}`, `/api/posts/${id}/comments`]),
      ...comments.map(([, id]) => `/api/comments/${id}`),
    ]
    const snapshot = async () => Promise.all(addresses.map(async (path) => (await send('GET', path)).text()))
    const before = await snapshot()
    let likes = 0

    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(things.length - 1), fc.constantFrom('hide', 'restore', 'like')), {
          maxLength: 12,
        }),
        async (steps) => {
          for (const [index, act] of steps) {
            const { kind, id, post } = things[index]!
            if (act === 'like') likes += Number((await like(post)).ok)
            else await (act === 'hide' ? hide : restore)(kind, id)
          }
          for (const { kind, id } of things) await restore(kind, id)
          const after = await snapshot()
          const uncounted = (texts: string[]) => texts.map((text) => text.replaceAll(/"likes":\d+/g, ''))
          expect(uncounted(after)).toEqual(uncounted(before))
        },
      ),
      { numRuns: 25 },
    )

    await flush()
    await web.context.cache.invalidate([cached.recount.key()])
    const [sum] = await web.database.rows<{ likes: number }>(
      'SELECT CAST(SUM(likes) AS SIGNED) AS likes FROM posts WHERE id IN (?)',
      [posts],
    )
    const audit = (await (await send('GET', '/api/audit')).json()) as { drift: number }
    expect([sum?.likes, audit.drift]).toEqual([likes, 0])
  })
})

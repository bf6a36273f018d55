import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { unreadOf } from '../../src/notices/queries.ts'
import { readsOf } from '../support/reads.ts'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { readEvents } from '../support/site/events.ts'
import { type Market, openMarket } from '../support/site/market.ts'
import { find, textsIn } from '../support/site/markup.ts'
import { newName } from '../support/site/page.ts'
import type { Visitor } from '../support/site/visitor.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

let web: Replica
let market: Market
beforeAll(async () => {
  web = await openReplica()
  market = await openMarket(web)
  await web.database.write(
    `INSERT INTO categories (id, name, name_key) VALUES (1, 'Books', UNHEX(SHA2('Books', 256)))`,
  )
})

type Member = Visitor & { name: string }

async function member(kind: 'ana' | 'bo' | 'cem', role?: 'admin'): Promise<Member> {
  const name = newName(kind)
  return { ...(await market.signedIn(name, role)), name }
}

async function postOf(author: Member, title = 'Bread'): Promise<number> {
  const answer = await market.json(author, 'POST', '/api/posts', { category: 'Books', title, body: 'Text' })
  return ((await answer.json()) as { id: number }).id
}

async function say(who: Member, post: number, parent: number | null = null, headers = {}): Promise<number> {
  const draft = { body: 'So be it', parent }
  const answer = await market.json(who, 'POST', `/api/posts/${post}/comments`, draft, headers)
  return ((await answer.json()) as { id: number }).id
}

type Told = { id: number; kind: string; comment: number | null; path: string; isRead: boolean }

const toldTo = async (who: Member, query = ''): Promise<Told[]> =>
  (await (await market.json(who, 'GET', `/api/notices${query}`)).json()) as Told[]

const read = (who: Member, body: unknown) => market.json(who, 'POST', '/api/notices/read', body)

/** The number in the head of a page, as a browser without JavaScript shows it. */
async function numberOf(who: Member, path = '/'): Promise<string | undefined> {
  const [number] = find(await (await who.get(path)).text(), '#unread')
  return number && ('hidden' in number.attributes ? '' : number.text.trim())
}

describe('an answer', () => {
  test('to a post is told to its author: by a number on the next page, and on a page of their own', async () => {
    const [ana, bo] = [await member('ana'), await member('bo')]
    const post = await postOf(ana, 'How to bake')
    expect(await numberOf(ana)).toBe('')

    const comment = await say(bo, post)

    expect(await numberOf(ana)).toBe('1')
    expect(await numberOf(ana, `/posts/${post}`)).toBe('1')
    const page = await (await ana.get('/notices')).text()
    expect(textsIn(page, 'main h2')).toEqual(['How to bake'])
    expect(textsIn(page, 'main li span')[0]).toContain(`An answer by ${bo.name}`)
    expect(find(page, `main a[href="/comments/${comment}"]`).length).toBe(1)
    expect(await toldTo(ana)).toMatchObject([
      { kind: 'answer', by: bo.name, post, title: 'How to bake', comment, order: null, isRead: false },
    ])
  })

  test('to a comment is told to who wrote that and to who wrote the post, once each', async () => {
    const [ana, bo, cem] = [await member('ana'), await member('bo'), await member('cem')]
    const post = await postOf(ana)
    const [first, own] = [await say(bo, post), await say(ana, post)]

    const [toBo, toAna] = [await say(cem, post, first), await say(cem, post, own)]

    expect((await toldTo(bo)).map(({ comment }) => comment)).toEqual([toBo])
    expect((await toldTo(ana)).map(({ comment }) => comment)).toEqual([toAna, toBo, first])
    expect(await toldTo(cem)).toEqual([])
  })

  test('to oneself is not told', async () => {
    const ana = await member('ana')
    const post = await postOf(ana)

    await say(ana, post, await say(ana, post))

    expect(await toldTo(ana)).toEqual([])
    expect(await numberOf(ana)).toBe('')
  })

  test('that is sent again is told once', async () => {
    const [ana, bo] = [await member('ana'), await member('bo')]
    const post = await postOf(ana)
    const headers = { 'idempotency-key': crypto.randomUUID() }

    await Promise.all([1, 2, 3].map(() => say(bo, post, null, headers)))

    expect((await toldTo(ana)).length).toBe(1)
  })

  test('that is removed takes its notice along, and the number', async () => {
    const [ana, bo, cem] = [await member('ana'), await member('bo'), await member('cem', 'admin')]
    const post = await postOf(ana)
    const [alone, answered, spam] = [await say(bo, post), await say(bo, post), await say(bo, post)]
    await say(bo, post, answered)
    expect(await numberOf(ana)).toBe('4')

    await market.json(bo, 'DELETE', `/api/comments/${alone}`)
    expect(await numberOf(ana)).toBe('3')
    await market.json(bo, 'DELETE', `/api/comments/${answered}`)
    await market.form(cem, `/admin/comments/${spam}/remove`, { reason: 'Spam' })

    expect(await numberOf(ana)).toBe('1')
    expect((await toldTo(ana)).length).toBe(1)
  })

  test('that is hidden is told again when it comes back, itself or its post', async () => {
    const [ana, bo, cem] = [await member('ana'), await member('bo'), await member('cem', 'admin')]
    const post = await postOf(ana)
    const comment = await say(bo, post)
    const answer = await say(cem, post, comment)
    const told = async () => [await numberOf(bo), (await toldTo(bo)).length]
    const seen = [await told()]

    for (const path of [`/admin/posts/${post}`, `/admin/comments/${answer}`]) {
      await market.form(cem, `${path}/remove`, { reason: 'Off topic' })
      seen.push(await told())
      await market.form(cem, `${path}/restore`, {})
      seen.push(await told())
    }

    expect(seen).toEqual([
      ['1', 1],
      ['', 0],
      ['1', 1],
      ['', 0],
      ['1', 1],
    ])
  })

  test('to a post that is removed is not told any more', async () => {
    const [ana, bo, cem] = [await member('ana'), await member('bo'), await member('cem')]
    const post = await postOf(ana)
    await say(cem, post, await say(bo, post))
    expect(await numberOf(bo)).toBe('1')

    await market.json(ana, 'DELETE', `/api/posts/${post}`)

    expect([await numberOf(ana), await numberOf(bo)]).toEqual(['', ''])
    expect(await toldTo(bo)).toEqual([])
  })

  test('in a category that is hidden and not swept yet is not told any more', async () => {
    const [ana, bo] = [await member('ana'), await member('bo')]
    const post = await postOf(ana)
    await say(bo, post)
    const { insertId } = await web.database.write(
      `INSERT INTO categories (name, name_key, removed_at) VALUES ('', UNHEX(SHA2(UUID(), 256)), NOW(3))`,
    )

    await web.database.write('UPDATE posts SET category_id = ? WHERE id = ?', [insertId, post])

    expect(await toldTo(ana)).toEqual([])
    expect(await (await ana.get('/notices')).text()).not.toContain('An answer')
  })
})

describe('a mention', () => {
  /** Writes a post, or with `on` a comment, with this text. */
  const write = async (who: Member, body: string, on?: number) => {
    const [path, draft] = on
      ? [`/api/posts/${on}/comments`, { body }]
      : ['/api/posts', { category: 'Books', title: 'Ask', body }]
    return ((await (await market.json(who, 'POST', path, draft)).json()) as { id: number }).id
  }

  test('in a post and in a comment is told once, to nobody who wrote it, has left, or is not there', async () => {
    const [ana, bo, cem] = [await member('ana'), await member('bo'), await member('cem')]
    await web.database.write('UPDATE users SET disabled_at = NOW(3) WHERE name = ?', [cem.name])

    const post = await write(ana, `@${bo.name} @"${bo.name}" @${ana.name} @${cem.name} @nobody-at-all`)
    const comment = await write(bo, `@${ana.name}, look, @${bo.name}`, post)

    expect(await numberOf(bo)).toBe('1')
    expect(await toldTo(bo)).toMatchObject([{ kind: 'mention', post, comment: null, path: `/posts/${post}` }])
    expect(await toldTo(ana)).toMatchObject([{ kind: 'answer', comment }])
    const rows = await web.database.rows('SELECT user_id FROM notices WHERE post_id = ?', [post])
    expect(rows.length).toBe(2)
  })

  test('of a name with spaces and quotes in it is told by its quoted form', async () => {
    const [ana, odd] = [await member('ana'), await member('bo')]
    const name = `${odd.name} of the "hill"`
    await web.database.write('UPDATE users SET name = ?, name_key = UNHEX(SHA2(?, 256)) WHERE name = ?', [
      ...[name, name, odd.name],
    ])

    const post = await write(ana, `Ask @"${name.replaceAll('"', '""')}"!`)

    expect(await toldTo(odd)).toMatchObject([{ kind: 'mention', post }])
    expect(textsIn(await (await ana.get(`/posts/${post}`)).text(), 'main a[dir=auto]')).toContain(`@${name}`)
  })

  test('that is edited in tells who is new in it, and nobody twice', async () => {
    const [ana, bo, cem] = [await member('ana'), await member('bo'), await member('cem')]
    const post = await write(ana, `@${bo.name}`)
    const comment = await write(ana, `@${bo.name}`, post)
    const [first] = await toldTo(bo)
    await read(bo, { upTo: first?.id })

    const text = { body: `@${bo.name} @${cem.name}` }
    for (const path of [`/api/posts/${post}`, `/api/comments/${comment}`]) {
      await market.json(ana, 'PATCH', path, text)
      await market.json(ana, 'PATCH', path, { body: 'nobody' })
      await market.json(ana, 'PATCH', path, text)
    }

    expect([await numberOf(bo), await numberOf(cem)]).toEqual(['', '2'])
    expect((await toldTo(bo)).length).toBe(2)
    expect((await toldTo(cem)).map(({ path }) => path)).toEqual([`/comments/${comment}`, `/posts/${post}`])
  })

  test('is one of twenty at most in a text, and the form says so', async () => {
    const ana = await member('ana')
    const names = Array.from({ length: 200 }, () => newName('bo'))
    await web.database.write('INSERT INTO users (name, name_key) VALUES ?', [
      names.map((name) => [name, new Bun.CryptoHasher('sha256').update(name).digest()]),
    ])

    const post = await write(ana, names.map((name) => `@${name}`).join(' '))

    const told = await web.database.rows<{ name: string }>(
      'SELECT users.name FROM notices JOIN users ON users.id = user_id WHERE post_id = ? ORDER BY users.id',
      [post],
    )
    expect(told.map(({ name }) => name)).toEqual(names.slice(0, 20))
    expect(await (await ana.get(`/posts/${post}`)).text()).toContain('twenty in a text at most')
  })
})

describe('an order', () => {
  test('that an admin closes is told to its buyer, and one that the buyer cancels is not', async () => {
    const [ana, cem] = [await member('ana'), await member('cem', 'admin')]
    const item = await market.addItem(newName('bo'), 9, '1.00')
    const order = async () => {
      const answer = await market.json(ana, 'POST', '/api/orders', { item, quantity: 1 })
      return ((await answer.json()) as { id: number }).id
    }
    const [baked, burnt, unwanted] = [await order(), await order(), await order()]

    await market.form(cem, `/admin/orders/${baked}/complete`)
    await market.form(cem, `/admin/orders/${baked}/complete`)
    await market.form(cem, `/admin/orders/${burnt}/cancel`)
    await market.form(ana, `/market/orders/${unwanted}/cancel`)

    expect((await toldTo(ana)).map(({ path }) => path)).toEqual([
      `/market/orders#order-${burnt}`,
      `/market/orders#order-${baked}`,
    ])
    expect(await numberOf(ana, '/market')).toBe('2')
    const page = await (await ana.get('/notices')).text()
    expect(textsIn(page, 'main h2')).toEqual([`Order ${burnt}`, `Order ${baked}`])
    expect(textsIn(page, 'main li > span > span:first-child')).toEqual(['Cancelled', 'Completed'])
  })
})

describe('notices are read', () => {
  test('one by one, or all that the page shows, by plain forms', async () => {
    const [ana, bo] = [await member('ana'), await member('bo')]
    const post = await postOf(ana)
    for (let n = 0; n < 3; n++) await say(bo, post)
    const [newest, , oldest] = await toldTo(ana)

    const one = await ana.post('/notices/read', { notice: `${oldest?.id}` })
    expect([one.status, one.headers.get('location')]).toEqual([303, '/notices'])
    expect(await numberOf(ana)).toBe('2')

    await say(bo, post)
    await ana.post('/notices/read', { upTo: `${newest?.id}` })
    expect(await numberOf(ana)).toBe('1')
    expect((await toldTo(ana)).map(({ isRead }) => isRead)).toEqual([false, true, true, true])
    expect((await toldTo(ana, '?unread=true')).length).toBe(1)
  })

  test('on two devices at once, and by their member alone', async () => {
    const [ana, bo] = [await member('ana'), await member('bo')]
    const post = await postOf(ana)
    await say(bo, post)
    await say(bo, post)
    const ids = (await toldTo(ana)).map(({ id }) => id)

    expect(await (await read(bo, { ids })).json()).toEqual({ unread: 0 })
    expect(await numberOf(ana)).toBe('2')
    const answers = await Promise.all([read(ana, { ids }), read(ana, { upTo: ids[0] })])

    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await numberOf(ana)).toBe('')
    expect(await (await read(ana, { ids })).json()).toEqual({ unread: 0 })
  })

  test.each([{}, { ids: [] }, { ids: ['1'] }, { ids: [1], upTo: 1 }, { upTo: 0 }, { upTo: 'x' }])(
    'not as %o says',
    async (body) => {
      const ana = await member('ana')

      expect((await read(ana, body)).status).toBe(422)
      expect((await ana.post('/notices/read', {})).status).toBe(422)
    },
  )
})

describe('a stranger', () => {
  test('is told nothing', async () => {
    const stranger = { ...market.anyone(), name: '' }

    expect((await market.json(stranger, 'GET', '/api/notices')).status).toBe(401)
    expect((await read(stranger, { upTo: 1 })).status).toBe(401)
    expect((await stranger.get('/notices')).headers.get('location')).toBe('/login?next=/notices')
    expect(await numberOf(stranger)).toBeUndefined()
  })
})

describe('an open page', () => {
  const streamOf = async (replica: Pick<Replica, 'app'>, visitor: Visitor, query: string) => {
    const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const request = new Request(`http://localhost/live?${query}`, { headers: { cookie } })
    const events = readEvents((await replica.app.handle(request)).body!)
    await until(() => events.of('likes').length > 0)
    return events
  }

  test('shows the number as it changes, whichever replica it is served by', async () => {
    const [ana, bo] = [await member('ana'), await member('bo')]
    const post = await postOf(ana)
    await say(bo, post)
    const other = await web.as('web', { name: 'web-2' })
    const [here, there] = [await streamOf(web, ana, 'me'), await streamOf(other, ana, 'posts=1&me')]
    expect([here.of('notices')[0], there.of('notices')[0]]).toEqual([1, 1])

    await say(bo, post)
    await until(() => here.of('notices').at(-1) === 2 && there.of('notices').at(-1) === 2)
    await read(ana, { upTo: (await toldTo(ana))[0]?.id })
    await until(() => here.of('notices').at(-1) === 0 && there.of('notices').at(-1) === 0)
  })

  test('shows it no longer when one has signed out', async () => {
    const [ana, bo] = [await member('ana'), await member('bo')]
    const post = await postOf(ana)
    const open = await streamOf(web, ana, 'me')

    await ana.post('/session/end', {})
    await open.ended
    await say(bo, post)

    expect(open.of('notices')).toEqual([0])
  })

  test('of somebody else shows nothing of it', async () => {
    const [ana, bo] = [await member('ana'), await member('bo')]
    const post = await postOf(ana)
    const [stranger, unasked] = [
      await streamOf(web, market.anyone(), `posts=${post}&me`),
      await streamOf(web, ana, `posts=${post}`),
    ]
    const [hers, his] = [await streamOf(web, ana, 'me'), await streamOf(web, bo, 'me')]

    await say(bo, post)
    await until(() => hers.of('notices').at(-1) === 1)

    expect([stranger.of('notices'), unasked.of('notices'), his.of('notices')]).toEqual([[], [], [0]])
  })
})

test('very many are read in pieces, and what is left the next time', async () => {
  const bo = await member('bo')
  const [row] = await web.database.rows<{ id: number }>('SELECT id FROM users WHERE name = ?', [bo.name])
  const rows = Array.from({ length: 5_500 }, (_, n) => [row!.id, `many ${n}`, 'moderation'])
  for (let from = 0; from < rows.length; from += 5_000)
    await web.database.write('INSERT INTO notices (user_id, cause, kind) VALUES ?', [
      rows.slice(from, from + 5_000),
    ])
  const all = { upTo: Number.MAX_SAFE_INTEGER }

  const counted = await readsOf(web.database, (sql) => unreadOf(sql, [row!.id]))
  const shown = await numberOf(bo)
  const answers = [await read(bo, all), await read(bo, all)]

  expect(shown).toBe('999+')
  expect(counted).toMatchObject({ found: [{ unread: 1_000 }] })
  expect(counted.read).toBeLessThan(10_000)
  expect(await Promise.all(answers.map((answer) => answer.json()))).toEqual([{ unread: 500 }, { unread: 0 }])
})

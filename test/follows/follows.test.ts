import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { tellFollowers } from '../../src/notices/service.ts'
import { startCourier } from '../support/servers/courier.ts'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { attributeIn, find, textsIn } from '../support/site/markup.ts'
import { newMember, writePost } from '../support/site/members.ts'
import { newName } from '../support/site/page.ts'
import { sessionCookieOf, type Visitor } from '../support/site/visitor.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

let web: Replica
beforeAll(async () => {
  web = await openReplica()
  await web.database.write(
    `INSERT INTO categories (id, name, name_key) VALUES (1, 'Books', UNHEX(SHA2('Books', 256)))`,
  )
  await startCourier(web.database, '', { env: { MAIL: 'off' } })
})

const member = (kind: 'ana' | 'bo' | 'cem') => newMember(web, newName(kind))
const textOf = async (visitor: Visitor, path: string) => (await visitor.get(path)).text()
const numberOf = async (visitor: Visitor) => textsIn(await textOf(visitor, '/'), '#unread')[0]
const say = (visitor: Visitor, post: string) => visitor.post(`${post}/comments`, { body: 'So be it' })

/** Resolves when the courier has told all followers, and they are shown it. */
async function allTold(): Promise<void> {
  await until(async () => {
    await tellFollowers(web.context)
    return (await web.database.rows('SELECT id FROM fan_outs')).length === 0
  })
}

/** The address that a page leads to for following what it shows. */
const followAt = async (visitor: Visitor, path: string) =>
  attributeIn(await textOf(visitor, path), 'a[href^="/follows/"]', 'href')

describe('a post, a category, a tag and a member', () => {
  test('lead to a page where they are followed, in levels, and which lists all that is', async () => {
    const [ana, bo] = [await member('ana'), await newMember(web, 'bo-of-the-hill')]
    const post = await writePost(bo, 'About tea', 'Green #tea')
    const pages = [post, '/c/Books', '/tags/tea', '/users/bo-of-the-hill']

    for (const [at, page] of pages.entries()) {
      const address = await followAt(ana, page)
      const choices = find(await textOf(ana, address), 'input[type=radio]').map(
        ({ attributes }) => attributes,
      )
      expect(choices.filter((each) => 'checked' in each).map(({ value }) => value)).toEqual(['none'])
      expect(choices.length).toBe(at === 0 ? 3 : 4)

      const saved = await ana.post(address, { level: 'mute' })
      expect([saved.status, saved.headers.get('location')]).toEqual([303, address])
      await ana.post(address, { level: 'all' })
      expect(find(await textOf(ana, address), 'input[checked]')[0]?.attributes.value).toBe('all')
    }
    const list = textsIn(await textOf(ana, '/follows'), 'main li a:first-child')
    expect(list).toEqual(['About tea', 'Books', '#tea', 'bo-of-the-hill'])

    for (const page of pages) await ana.post(await followAt(ana, page), { level: 'none' })
    expect(await textOf(ana, '/follows')).toContain('You follow nothing yet.')
  })

  test('are muted by the thousand at most where they are members, who are in every page’s session', async () => {
    const [ana, bo] = [await member('ana'), await newMember(web, 'bo-of-the-thousand')]
    const at = await followAt(ana, '/users/bo-of-the-thousand')
    const post = await followAt(ana, await writePost(bo, 'Noise', 'Noise'))
    const [{ id }] = (await web.database.rows<{ id: number }>('SELECT MAX(id) - 1 AS id FROM users')) as [
      { id: number },
    ]
    await web.database.write(
      `INSERT INTO users (name, name_key, look_key, look_twin)
       WITH RECURSIVE digits AS (SELECT 0 AS n UNION ALL SELECT n + 1 FROM digits WHERE n < 9)
       SELECT CONCAT('noisy', a.n, b.n, c.n), UNHEX(SHA2(CONCAT('noisy', a.n, b.n, c.n), 256)),
              UNHEX(SHA2(CONCAT('noisy', a.n, b.n, c.n), 256)), ''
         FROM digits AS a, digits AS b, digits AS c`,
    )
    await web.database.write(
      `INSERT INTO member_follows (subject_id, user_id, level)
       SELECT id, ?, 'mute' FROM users WHERE name LIKE 'noisy%'`,
      [id],
    )

    const refused = await ana.post(at, { level: 'mute' })
    const others = [await ana.post(at, { level: 'all' }), await ana.post(post, { level: 'mute' })]
    await web.database.write('DELETE FROM member_follows WHERE user_id = ? AND level = ? LIMIT 1', [
      id,
      'mute',
    ])
    const taken = await ana.post(at, { level: 'mute' })

    expect([refused.status, ...others.map(({ status }) => status), taken.status]).toEqual([
      409, 303, 303, 303,
    ])
    expect(await refused.text()).toContain('At most 1,000 members can be muted. Let one of them go first.')
    expect((await ana.post(at, { level: 'mute' })).status).toBe(303)

    await web.database.write(`DELETE FROM member_follows WHERE user_id = ? AND level = 'mute' LIMIT 1`, [id])
    const quiet = await web.database.rows<{ id: number }>(
      `SELECT id FROM users
        WHERE id <> ? AND id NOT IN (SELECT subject_id FROM member_follows WHERE user_id = ?)
        LIMIT 8`,
      [id, id],
    )
    const atOnce = await Promise.all(
      quiet.map((other) => ana.post(`/follows/member/${other.id}`, { level: 'mute' })),
    )
    expect(atOnce.filter(({ status }) => status === 303).length).toBe(1)
  })

  test('that are not there, and levels that are none, are refused', async () => {
    const ana = await member('ana')
    const post = await writePost(await member('bo'), 'Read', 'Me')
    const address = await followAt(ana, post)

    for (const path of ['/follows/post/999999', '/follows/pope/1', '/follows/post/x', '/follows/tag/0'])
      expect((await ana.post(path, { level: 'all' })).status).toBe(404)
    for (const level of ['', 'posts', 'everything'])
      expect((await ana.post(address, { level })).status).toBe(422)
    expect((await web.visitor().post(address, { level: 'all' })).status).toBe(401)
    expect((await web.visitor().get('/follows')).headers.get('location')).toBe('/login?next=/follows')
    expect(find(await textOf(web.visitor(), post), 'a[href^="/follows/"]')).toEqual([])
  })
})

describe('a follower', () => {
  test('of a category is told of a post in it, on the next page', async () => {
    const [ana, bo] = [await member('ana'), await member('bo')]
    await ana.post('/follows/category/1', { level: 'posts' })
    expect(await numberOf(ana)).toBe('0')

    const post = await writePost(bo, 'News', 'of today')
    await say(await member('cem'), post)
    await allTold()

    expect(await numberOf(ana)).toBe('1')
    expect(find(await textOf(ana, '/notices'), `main li a[href="${post}"]`)[0]?.text).toBe('A post')
  })

  test('is whoever wrote in a thread, unless that is switched off or muted', async () => {
    const [ana, bo, cem] = [await member('ana'), await member('bo'), await member('cem')]
    const [quiet, muting] = [await member('bo'), await member('bo')]
    const post = await writePost(ana, 'Question', 'and answers')
    await quiet.post('/follows/threads', {})
    expect(find(await textOf(quiet, '/follows'), 'input[checked]')).toEqual([])
    for (const each of [bo, quiet]) await say(each, post)
    await allTold()
    await muting.post(await followAt(muting, post), { level: 'mute' })
    await say(muting, post)
    await allTold()
    const before = await numberOf(bo)

    await say(cem, post)
    await allTold()

    expect(Number(await numberOf(bo))).toBe(Number(before) + 1)
    expect([await numberOf(quiet), await numberOf(cem)]).toEqual(['0', '0'])
    expect(Number(await numberOf(muting))).toBe(0)
    await quiet.post('/follows/threads', { wanted: 'on' })
    await say(quiet, post)
    await say(cem, post)
    await allTold()
    expect(await numberOf(quiet)).toBe('1')
  })

  test('who has muted a thread, or a member, is told of no answer and no mention in it', async () => {
    const [ana, bo] = [await member('ana'), await newMember(web, 'bo-who-shouts')]
    const [muted, open] = [await writePost(ana, 'One', 'text'), await writePost(ana, 'Two', 'text')]
    await ana.post(await followAt(ana, muted), { level: 'mute' })
    await say(bo, muted)
    await ana.post(await followAt(ana, '/users/bo-who-shouts'), { level: 'mute' })
    await say(bo, open)
    await allTold()

    expect(await numberOf(ana)).toBe('0')
    await ana.post(await followAt(ana, '/users/bo-who-shouts'), { level: 'none' })
    await say(bo, open)
    expect(await numberOf(ana)).toBe('1')
  })
})

async function rest(who: Visitor, method: string, path: string, body?: unknown) {
  const answer = await web.app.handle(
    new Request(`http://localhost/api/follows${path}`, {
      method,
      headers: { cookie: sessionCookieOf(who), 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  )
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) }
}

describe('over REST', () => {
  test('each kind is followed, listed, muted and let go, as on its page', async () => {
    const name = newName('bo')
    const [ana, bo] = [await member('ana'), await newMember(web, name)]
    const post = await writePost(bo, 'Over there', 'Text #coffee')
    const pages = [post, '/c/Books', '/tags/coffee', `/users/${name}`]

    for (const page of pages) {
      const address = await followAt(ana, page)
      const path = address.replace('/follows', '')
      const [, kind, id] = path.split('/')
      const followed = await rest(ana, 'PUT', path, { level: 'all' })
      expect(followed).toMatchObject({ status: 200, body: { kind, id: Number(id), level: 'all' } })
      expect(find(await textOf(ana, address), 'input[checked]')[0]?.attributes.value).toBe('all')
      expect((await rest(ana, 'GET', '')).body).toContainEqual(followed.body)

      expect((await rest(ana, 'PUT', path, { level: 'mute' })).status).toBe(200)
      expect(find(await textOf(ana, address), 'input[checked]')[0]?.attributes.value).toBe('mute')
      for (const _ of [1, 2]) expect((await rest(ana, 'DELETE', path)).status).toBe(204)
    }
    expect((await rest(ana, 'GET', '')).body).toEqual([])
    expect((await rest(bo, 'GET', '')).body).toMatchObject([{ kind: 'post', name: 'Over there' }])
  })

  test('what is not there, and a level that is none, are refused, and so are strangers', async () => {
    const ana = await member('ana')
    const post = await writePost(await member('bo'), 'Read', 'Me')
    const path = (await followAt(ana, post)).replace('/follows', '')

    for (const gone of ['/post/999999', '/pope/1', '/post/x', '/tag/0'])
      for (const method of ['PUT', 'DELETE'])
        expect([gone, (await rest(ana, method, gone, { level: 'all' })).status]).toEqual([gone, 404])
    for (const level of ['', 'posts', 'none', 5])
      expect((await rest(ana, 'PUT', path, { level })).status).toBe(422)
    const anyone = new Request('http://localhost/api/follows')
    expect((await web.app.handle(anyone)).status).toBe(401)
    expect((await rest(ana, 'GET', '')).body).toEqual([])
  })
})

describe('what a muted member wrote', () => {
  const folded = (page: string) => textsIn(page, 'details > summary.hint')

  test('is folded away for the muting member alone, in place, on every page that shows it', async () => {
    const [ana, bo, cem] = [await member('ana'), await newMember(web, 'bo-the-loud'), await member('cem')]
    const post = await writePost(bo, 'Loud words', 'Very loud #noise')
    const other = await writePost(cem, 'Calm', 'Words')
    await say(bo, other)
    await say(cem, other)
    await web.search.caughtUp()
    const found = '/search?q=loud'
    const pages = ['/', '/c/Books', '/users/bo-the-loud', '/tags/noise', post, other, found]
    for (const page of pages) expect(folded(await textOf(ana, page)), page).toEqual([])
    const before = await textOf(web.visitor(), '/')

    const address = await followAt(ana, '/users/bo-the-loud')
    await ana.post(address, { level: 'mute' })

    for (const page of pages) {
      const shown = await textOf(ana, page)
      expect(folded(shown), page).toEqual(['Muted: bo-the-loud'])
      for (const who of [bo, cem, web.visitor()]) expect(folded(await textOf(who, page)), page).toEqual([])
    }
    expect(find(await textOf(ana, post), 'details > .body')[0]?.text).toContain('Very loud')
    expect(find(await textOf(ana, other), '.comment .body').length).toBe(2)
    expect((await textOf(web.visitor(), '/')).length).toBe(before.length)

    await ana.post(address, { level: 'none' })
    for (const page of pages) expect(folded(await textOf(ana, page)), page).toEqual([])
  })

  test('is folded away on the next page of each replica, and by a program as well', async () => {
    const [ana, bo] = [await member('ana'), await newMember(web, 'bo-the-other')]
    await writePost(bo, 'Once more', 'Words')
    const second = (await web.as('web')).visitor()
    for (const [name, value] of ana.cookies) second.cookies.set(name, value)
    expect(folded(await textOf(second, '/users/bo-the-other'))).toEqual([])

    const id = (await followAt(ana, '/users/bo-the-other')).split('/').at(-1)
    await rest(ana, 'PUT', `/member/${id}`, { level: 'mute' })

    expect(folded(await textOf(second, '/users/bo-the-other'))).toEqual(['Muted: bo-the-other'])
  })
})

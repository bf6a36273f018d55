import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { find } from '../support/site/markup.ts'
import { newName, password } from '../support/site/page.ts'
import type { Visitor } from '../support/site/visitor.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

const newPassword = 'a quite different one'

let accounts: Replica
let web: Omit<Replica, 'as'>
beforeAll(async () => {
  accounts = await openReplica({ role: 'accounts' })
  web = await accounts.as('web')
  await accounts.database.write(
    `INSERT INTO categories (id, name, name_key) VALUES (1, 'Books', UNHEX(SHA2('Books', 256))),
                                                        (2, 'Food', UNHEX(SHA2('Food', 256)))`,
  )
})

async function newMember(name: 'ana' | 'bo' | 'cem') {
  const username = newName(name)
  const visitor = accounts.visitor()
  await visitor.post('/signup', { username, password })
  return { username, visitor, board: onBoard(visitor) }
}

/** The same browser on the pages of another pool. */
function onBoard(visitor: Visitor): Visitor {
  const board = web.visitor()
  for (const [name, value] of visitor.cookies) board.cookies.set(name, value)
  return board
}

async function again(username: string, typed = password) {
  const visitor = accounts.visitor()
  const { status } = await visitor.post('/login', { username, password: typed })
  return { status, visitor }
}

const isIn = async (visitor: Visitor, name: string) => (await (await visitor.get('/')).text()).includes(name)
const shows = async (visitor: Visitor) => (await visitor.get('/account')).status

describe('a new password', () => {
  const change = (visitor: Visitor, current: string, to: string) =>
    visitor.post('/account/password', { current, password: to })

  test('works from now on, ends every other session at once and keeps this one', async () => {
    const { username, visitor } = await newMember('ana')
    const other = onBoard((await again(username)).visitor)
    expect(await isIn(other, username)).toBe(true)

    const answer = await change(visitor, password, newPassword)

    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/account?changed=password'])
    expect(await isIn(other, username)).toBe(false)
    expect(await shows(visitor)).toBe(200)
    expect((await again(username, password)).status).toBe(422)
    expect((await again(username, newPassword)).status).toBe(303)
  })

  test('lets nobody in who gave the old one a moment before', async () => {
    const { username, visitor } = await newMember('bo')

    const [changed, ...signIns] = await Promise.all([
      change(visitor, password, newPassword),
      ...Array.from({ length: 6 }, () => again(username)),
    ])
    const sessions = await Promise.all(signIns.map((each) => shows(each.visitor)))

    expect(changed.status).toBe(303)
    expect(await shows(visitor)).toBe(200)
    expect(sessions.filter((status) => status === 200)).toEqual([])
  })

  test('is given once when two are asked for at the same moment', async () => {
    const { username, visitor } = await newMember('cem')

    const answers = await Promise.all([
      change(visitor, password, newPassword),
      change(visitor, password, `${newPassword}, too`),
    ])
    const working = await Promise.all(
      [newPassword, `${newPassword}, too`].map((each) => again(username, each)),
    )

    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422])
    expect(working.map(({ status }) => status)).toEqual(answers.map(({ status }) => status))
  })

  test('needs the present one', async () => {
    const { username, visitor } = await newMember('bo')

    const answer = await change(visitor, 'not the present one', newPassword)

    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('This is not your password.')
    expect((await again(username)).status).toBe(303)
  })

  test.each([
    ['too short', 'short', 'A password has 10 to 200 characters.'],
    ['one of the most common', 'QwertyUiop', 'one of the most common'],
    ['hardly any different letters', 'abababababab', 'too easy to guess'],
  ])('is refused when it is %s', async (_, typed, reason) => {
    const { username, visitor } = await newMember('cem')

    const answer = await change(visitor, password, typed)

    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain(reason)
    expect((await again(username)).status).toBe(303)
  })

  test('is not the name', async () => {
    const username = `${newName('ana')}-long`
    const answer = await accounts.visitor().post('/signup', { username, password: username.toUpperCase() })

    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('A password is not the name.')
  })
})

describe('sessions', () => {
  test('are listed with their browser, and each can be ended', async () => {
    const { username, visitor } = await newMember('ana')
    const other = (await again(username)).visitor
    const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
    const third = accounts.visitor()
    await third.post('/login', { username, password }, { 'user-agent': firefox })

    const page = await (await visitor.get('/account')).text()
    const ends = [...page.matchAll(/formaction="(\/account\/sessions\/[0-9a-f]{64}\/end)"/g)]
    for (const [, action] of ends) await visitor.post(action!, { confirm: password })

    expect(page).toContain('Firefox on Linux')
    expect(ends).toHaveLength(2)
    expect([await shows(visitor), await shows(other), await shows(third)]).toEqual([200, 401, 401])
  })

  test('of others cannot be ended', async () => {
    const ana = await newMember('ana')
    const bo = await newMember('bo')
    const token = new Bun.CryptoHasher('sha256').update(ana.visitor.cookies.get('session')!).digest('hex')

    await bo.visitor.post(`/account/sessions/${token}/end`, { confirm: password })

    expect(await shows(ana.visitor)).toBe(200)
  })

  test.each([
    ['everywhere', '/account/sessions/end'],
    ['at another place', `/account/sessions/${'0'.repeat(64)}/end`],
  ])('%s do not end by a wrong password, and tokens stay chosen', async (_, path) => {
    const { visitor } = await newMember('ana')
    const page = await (await visitor.post(path, { confirm: 'a wrong password', tokens: 'revoke' })).text()
    const before = await (await visitor.get('/account')).text()

    expect(find(page, '[name=tokens][checked]')).toHaveLength(1)
    expect(find(before, '[name=tokens][checked]')).toEqual([])
  })

  test('all end at once', async () => {
    const { username, visitor } = await newMember('bo')
    const other = (await again(username)).visitor
    const board = onBoard(other)
    expect([await shows(other), await isIn(board, username)]).toEqual([200, true])

    const answer = await visitor.post('/account/sessions/end', { confirm: password })

    expect([answer.status, visitor.cookies.size]).toEqual([303, 0])
    expect([await shows(other), await isIn(board, username)]).toEqual([401, false])
  })

  test('know when they were last used, written down every few minutes only', async () => {
    const { username, board } = await newMember('cem')
    const { context, database } = accounts
    const forget = () =>
      context.cache.invalidate([
        `session:${new Bun.CryptoHasher('sha256').update(board.cookies.get('session')!).digest('hex')}`,
      ])
    const ageTo = (minutes: number) =>
      database.write(
        `UPDATE sessions JOIN users ON users.id = user_id
            SET used_at = CURRENT_TIMESTAMP(3) - INTERVAL ? MINUTE WHERE users.name = ?`,
        [minutes, username],
      )
    const age = async () => {
      const [row] = await database.rows<{ seconds: number }>(
        `SELECT TIMESTAMPDIFF(SECOND, used_at, CURRENT_TIMESTAMP(3)) AS seconds
           FROM sessions JOIN users ON users.id = user_id WHERE users.name = ?`,
        [username],
      )
      return row!.seconds
    }

    await ageTo(4)
    await forget()
    await board.get('/')
    const lately = await age()
    await ageTo(6)
    await forget()
    await board.get('/')

    expect(lately).toBeGreaterThanOrEqual(240)
    expect(await until(async () => (await age()) < 60)).toBe(true)
  })
})

describe('an account that is disabled', () => {
  test('cannot sign in any more', async () => {
    const { username } = await newMember('ana')

    await accounts.database.write('UPDATE users SET disabled_at = CURRENT_TIMESTAMP(3) WHERE name = ?', [
      username,
    ])

    expect((await again(username)).status).toBe(422)
  })
})

describe('who leaves', () => {
  const postIn = async (board: Visitor, category: string, title: string) =>
    Number(
      (await board.post('/posts', { category, title, body: 'Read me' })).headers
        .get('location')!
        .split('/')[2],
    )
  const counts = async () =>
    (await accounts.database.rows<{ posts: number }>('SELECT posts FROM categories ORDER BY id')).map(
      ({ posts }) => posts,
    )
  const frontPage = async () => await (await web.visitor().get('/')).text()

  test('leaves the posts behind, without a name, at once', async () => {
    const { username, visitor, board } = await newMember('ana')
    const post = await postIn(board, 'Books', `Kept by ${username}`)
    expect(await frontPage()).toContain(`/users/${username}`)
    const before = await counts()

    const answer = await visitor.post('/account/delete', { confirm: password, posts: 'keep' })

    const page = await (await web.visitor().get(`/posts/${post}`)).text()
    expect([answer.status, visitor.cookies.size]).toEqual([303, 0])
    expect(page).toContain('a deleted account')
    expect(await frontPage()).not.toContain(`/users/${username}`)
    expect((await web.visitor().get(`/users/${username}`)).status).toBe(404)
    expect(await isIn(board, username)).toBe(true)
    expect(await (await board.get('/')).text()).not.toContain('Sign out')
    expect(await counts()).toEqual(before)
    expect((await again(username)).status).toBe(422)
  })

  test('takes the posts along when that is what they want, and categories count right', async () => {
    const { username, visitor, board } = await newMember('bo')
    const before = await counts()
    const post = await postIn(board, 'Books', `Gone with ${username}`)
    await postIn(board, 'Food', `Gone as well with ${username}`)
    await web.visitor().post(`/posts/${post}/likes`)
    expect(await counts()).toEqual(before.map((each) => each + 1))

    await visitor.post('/account/delete', { confirm: password, posts: 'remove' })

    expect((await web.visitor().get(`/posts/${post}`)).status).toBe(404)
    expect(await frontPage()).not.toContain(username)
    expect(await counts()).toEqual(before)
    expect((await web.visitor().post(`/posts/${post}/likes`)).status).toBe(404)
  })

  test.each([
    ['without saying what becomes of the posts', { confirm: password }, 'Please say what'],
    ['with a wrong password', { confirm: 'wrong wrong wrong', posts: 'keep' }, 'not your password'],
  ])('%s stays', async (_, typed, reason) => {
    const { username, visitor } = await newMember('cem')

    const answer = await visitor.post('/account/delete', typed as Record<string, string>)

    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain(reason)
    expect((await again(username)).status).toBe(303)
  })

  test('cannot be the last admin', async () => {
    const { username, visitor } = await newMember('ana')
    await accounts.database.write(`UPDATE users SET role = 'admin' WHERE name = ?`, [username])
    const admin = (await again(username)).visitor

    const answer = await admin.post('/account/delete', { confirm: password, posts: 'keep' })

    expect(answer.status).toBe(409)
    expect(await shows(visitor)).toBe(200)
  })
})

test('nobody who is not signed in has an account page', async () => {
  const stranger = accounts.visitor()

  const answers = await Promise.all([
    stranger.get('/account'),
    stranger.post('/account/password', { current: password, password: newPassword }),
    stranger.post('/account/sessions/end'),
    stranger.post('/account/delete', { confirm: password, posts: 'keep' }),
  ])

  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401])
})

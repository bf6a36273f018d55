import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { newVisitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let replica: Replica
const password = 'correct horse battery'

beforeAll(async () => {
  replica = await openReplica({ role: 'accounts' })
})

const users = () =>
  replica.database.rows<{ name: string; hash: string }>('SELECT name, password_hash AS hash FROM users')

test('signing up signs in, and the password is stored as an argon2id hash', async () => {
  const ana = replica.visitor()

  const answer = await ana.post('/signup', { username: 'ana', password })
  const page = await (await ana.get('/login')).text()
  const [row] = await replica.database.rows<{ hash: string }>(
    `SELECT password_hash AS hash FROM users WHERE name = 'ana'`,
  )

  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/'])
  expect(answer.headers.get('set-cookie')).toMatch(
    /^session=[\w-]{43}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Lax$/,
  )
  expect(page).toContain('Sign out')
  expect(row?.hash).toStartWith('$argon2id$')
})

test('behind TLS the cookie is for TLS only', async () => {
  const answer = await replica
    .visitor()
    .post('/signup', { username: 'tls', password }, { 'x-forwarded-proto': 'https' })

  expect(answer.headers.get('set-cookie')).toEndWith('; Secure')
})

const refusedAccounts: [string, Record<string, string>, string][] = [
  ['a name of one letter', { username: 'a' }, 'A name has 2 to 30'],
  ['too long a name', { username: 'x'.repeat(31) }, 'A name has 2 to 30'],
  ['markup in its name', { username: 'bo<b>' }, 'A name has 2 to 30'],
  ['no name', { username: '' }, 'A name has 2 to 30'],
  ['too short a password', { password: 'short' }, 'A password has 10 to 200 characters.'],
  ['too long a password', { password: 'x'.repeat(201) }, 'A password has 10 to 200 characters.'],
]

test.each(refusedAccounts)(
  'an account with %s is refused at the field, nothing is stored',
  async (_, wrong, reason) => {
    const before = await users()

    const answer = await replica.visitor().post('/signup', { username: 'newcomer', password, ...wrong })

    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain(reason)
    expect(await users()).toEqual(before)
  },
)

test('of two who want the same name at once one gets it and the other is refused', async () => {
  const answers = await Promise.all(
    [1, 2].map(() => replica.visitor().post('/signup', { username: 'cem', password })),
  )

  expect(answers.map(({ status }) => status).sort()).toEqual([303, 422])
  const loser = answers.find(({ status }) => status === 422)
  expect(await loser?.text()).toContain('This name is taken.')
})

test('a name that differs by case alone is taken', async () => {
  await replica.visitor().post('/signup', { username: 'dora', password })
  const answer = await replica.visitor().post('/signup', { username: 'Dora', password })

  expect(answer.status).toBe(422)
  expect(await answer.text()).toContain('This name looks like one that is taken.')
})

test('a wrong password and an unknown name get the same answer', async () => {
  await replica.visitor().post('/signup', { username: 'bo', password })

  const wrong = await replica.visitor().post('/login', { username: 'bo', password: 'wrong wrong wrong' })
  const unknown = await replica.visitor().post('/login', { username: 'xo', password: 'wrong wrong wrong' })

  expect(wrong.status).toBe(422)
  expect(await wrong.text()).toBe((await unknown.text()).replace('value="xo"', 'value="bo"'))
})

test('a member without a password cannot sign in', async () => {
  await replica.database.write(
    `INSERT INTO users (name, name_key) VALUES ('guest', UNHEX(SHA2('guest', 256)))`,
  )

  const answers = await Promise.all(
    ['', 'anything at all'].map((each) =>
      replica.visitor().post('/login', { username: 'guest', password: each }),
    ),
  )

  expect(answers.map(({ status }) => status)).toEqual([422, 422])
})

test('signing out ends the session for whoever holds the cookie', async () => {
  const ana = replica.visitor()
  await ana.post('/signup', { username: 'leaver', password })
  const thief = replica.visitor()
  for (const [name, value] of ana.cookies) thief.cookies.set(name, value)
  expect(await (await thief.get('/login')).text()).toContain('Sign out')

  await ana.post('/session/end')

  expect(ana.cookies.size).toBe(0)
  expect(await (await thief.get('/login')).text()).not.toContain('Sign out')
})

test('two sites at two ports of one host sign nobody out of the other, and a session of 0.1.0 goes on', async () => {
  const other = await openReplica({ role: 'accounts' })
  const here = newVisitor('http://localhost:8080', replica.app.handle)
  const there = newVisitor('http://localhost:8081', other.app.handle)
  await here.post('/signup', { username: 'here', password })
  await there.post('/signup', { username: 'there', password })
  const secretHere = here.cookies.get('session-8080')!
  // A browser sends the cookies of a host to all its ports.
  for (const [name, value] of here.cookies) there.cookies.set(name, value)
  for (const [name, value] of there.cookies) here.cookies.set(name, value)
  const old = newVisitor('http://localhost:8080', replica.app.handle)
  old.cookies.set('session', secretHere)

  for (const visitor of [here, there, old])
    expect(await (await visitor.get('/account')).text()).toContain('Sign out')
  await there.post('/session/end')
  expect(await (await here.get('/account')).text()).toContain('Sign out')
})

test('what the database holds of a session does not open it', async () => {
  const ana = replica.visitor()
  await ana.post('/signup', { username: 'hashed', password })
  const [row] = await replica.database.rows<{ token: string }>(
    'SELECT LOWER(HEX(token_key)) AS token FROM sessions',
  )

  expect([...ana.cookies.values()]).not.toContain(row?.token)
})

test('a form sent from another site is not obeyed', async () => {
  const answer = await replica
    .visitor()
    .post('/signup', { username: 'forged', password }, { origin: 'http://evil.test' })

  expect(answer.status).toBe(403)
  expect((await users()).map(({ name }) => name)).not.toContain('forged')
})

test('the form to join says what a name and a password have to be before the first try, the one to sign in does not', async () => {
  const [join, signIn] = await Promise.all(
    ['/signup', '/login'].map(async (path) => (await replica.visitor().get(path)).text()),
  )

  expect(join).toMatch(
    /aria-describedby="username-hint"\/><p class="hint" id="username-hint">A name has 2 to 30/,
  )
  expect(join).toMatch(
    /aria-describedby="password-hint"\/><p class="hint" id="password-hint">A password has 10 to 200/,
  )
  expect(signIn).not.toContain('-hint')
})

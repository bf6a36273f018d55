import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { type ApiSite, openApiSite } from '../support/api/site.ts'
import { textsIn } from '../support/site/markup.ts'
import { newName, newToken } from '../support/site/page.ts'
import { newVisitor } from '../support/site/visitor.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

let site: ApiSite
const visitor = () => newVisitor(site.url)

beforeAll(async () => {
  site = await openApiSite()
})

const add = async (username: string) =>
  (await visitor().post('/add_user', { username })).headers.get('location') ?? ''
const pageAt = async (path: string) => (await visitor().get(path)).text()

test('a user added by name has a page with id, name and the store that knew them', async () => {
  const username = newName('ana')

  const location = await add(username)
  const page = await pageAt(location)

  expect(location).toMatch(/^\/user\/\d+$/)
  expect(page).toContain(username)
  expect(textsIn(page, 'dd')).toContain(`${location.split('/').at(-1)}`)
  expect(page).toContain('Source: Redis')
})

test('the source is MySQL when Redis lost it, then Redis again', async () => {
  const location = await add(newName('bo'))
  await site.web.redis.kill()
  const without = await pageAt(location)
  await site.web.redis.restart()
  await until(async () => (await site.web.context.unavailable()).length === 0)

  const first = await pageAt(location)
  const then = await until(async () => {
    const page = await pageAt(location)
    return page.includes('Source: Redis') && page
  })

  expect(without).toContain('Source: MySQL')
  expect(first).toContain('Source: MySQL')
  expect(then).toContain('Source: Redis')
})

test('programs get JSON', async () => {
  const username = newName('cem')
  const accept = { accept: 'application/json' }

  const added = await visitor().post('/add_user', { username }, accept)
  const found = await visitor().get(added.headers.get('location')!, accept)

  expect(added.status).toBe(201)
  expect(await found.json()).toMatchObject({ username, source: 'Redis' })
})

test('nobody has an id that was not given', async () => {
  const answers = await Promise.all(
    ['4711', '0', 'x', '-1', '99999999999999999999'].map((id) => visitor().get(`/user/${id}`)),
  )

  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404])
})

test('a name that is taken, empty or no name is refused at the field', async () => {
  const username = newName('ana')
  await add(username)

  for (const name of [username, '', '   ', 'x'.repeat(101), 'a\nb']) {
    const answer = await visitor().post('/add_user', { username: name })

    expect([409, 422]).toContain(answer.status)
    expect(textsIn(await answer.text(), '#username-error')).toHaveLength(1)
  }
})

test('who has no password cannot sign in', async () => {
  const username = newName('bo')
  await add(username)

  for (const password of ['', 'null', 'undefined']) {
    expect((await visitor().post('/login', { username, password })).status).toBe(422)
  }
})

test('members make tokens on a page that shows each secret once', async () => {
  const ana = visitor()
  const username = newName('ana')
  await ana.post('/signup', { username, password: 'correct horse battery' })

  const created = await (await ana.post('/tokens', newToken('backup script'))).text()
  const secret = created.match(/agora_[\w-]{43}/)?.[0] ?? ''
  const signedIn = () => fetch(`${site.url}/api/session`, { headers: { authorization: `Bearer ${secret}` } })
  const before = (await signedIn()).status
  const page = await (await ana.get('/tokens')).text()
  const nameless = await ana.post('/tokens', newToken(' '))
  await ana.post(page.match(/\/tokens\/\d+\/revoke/)![0], { confirm: 'correct horse battery' })

  expect(before).toBe(200)
  expect(page).toContain('backup script')
  expect(page).not.toContain(secret)
  expect(nameless.status).toBe(422)
  expect((await signedIn()).status).toBe(401)
  expect((await visitor().get('/tokens')).status).toBe(401)
})

import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { find } from '../support/site/markup.ts'
import { longestTurn } from '../support/turns.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

type Logs = { requests: [string, string][]; db_accesses: [string, string][]; db_access_count: number }

let one: Replica
let two: Omit<Replica, 'as'>

beforeAll(async () => {
  one = await openReplica()
  two = await one.as('web')
})

const ask = (replica: Omit<Replica, 'as'>, path: string, init: RequestInit = {}) =>
  replica.app.handle(new Request(origin + path, init))
const logsOf = async (replica: Omit<Replica, 'as'>, query = '') =>
  (await (await ask(replica, `/logs${query}`)).json()) as Logs

test('the calls of all replicas stand in the order in which they came, failed ones too', async () => {
  const calls = ['/', '/posts/7?secret=1', '/nowhere', '/api/posts', '/c/none', '/api/posts/x']
  for (const [index, path] of calls.entries()) await ask(index % 2 ? one : two, path)
  await ask(two, '/posts/7/likes', { method: 'POST' })

  const [fromOne, fromTwo] = [await logsOf(one), await logsOf(two)]

  expect(fromOne.requests).toEqual([
    ['GET', '/'],
    ['GET', '/posts/7'],
    ['GET', '/nowhere'],
    ['GET', '/api/posts'],
    ['GET', '/c/none'],
    ['GET', '/api/posts/x'],
    ['POST', '/posts/7/likes'],
  ])
  expect(fromTwo).toEqual(fromOne)
})

test('a page that comes from Redis costs no access to the database', async () => {
  await ask(one, '/')
  const before = await logsOf(one)

  await ask(one, '/')
  await ask(one, '/ready')
  const cached = await logsOf(one)
  await ask(one, '/posts/4711')
  const after = await logsOf(two)

  expect(cached.db_access_count).toBe(before.db_access_count)
  expect(after.db_access_count).toBe(before.db_access_count + 2)
  expect(after.db_accesses.slice(-2)).toEqual([
    ['SELECT', 'postById'],
    ['SELECT', 'reasonOfRemoval'],
  ])
  expect(before.db_access_count).toBe(before.db_accesses.length)
})

test('nothing in it says who called', async () => {
  const paths = [
    '/users/ana',
    '/api/users/ana',
    '/api/v1/users/ana',
    '/api/v1/list_act_user/ana',
    '/?name=ana',
  ]
  for (const path of paths) await ask(one, path)

  const { requests } = await logsOf(one)

  expect(JSON.stringify(requests)).not.toContain('ana')
  expect(requests.slice(-5).map(([, path]) => path)).toEqual([
    '/users/:name',
    '/api/users/:name',
    '/api/v1/users/:name',
    '/api/v1/list_act_user/:name',
    '/',
  ])
})

test('it has the last ten thousand of each, or as many as are asked for', async () => {
  for (let n = 0; n < 12_000; n++) one.context.accessLog.request('GET', `${origin}/posts/${n}`)

  const all = await logsOf(one)
  const three = await logsOf(one, '?limit=3')
  const found = await logsOf(one, '?filter=get%20/POSTS/1199')

  expect(all.requests.length).toBe(10_000)
  expect(all.requests.at(-1)).toEqual(['GET', '/posts/11999'])
  expect(three.requests.map(([, path]) => path)).toEqual(['/posts/11997', '/posts/11998', '/posts/11999'])
  expect(found.requests.length).toBe(10)
})

test('a long filter holds up nobody, however much the log has', async () => {
  const address = `?filter=${encodeURIComponent('İ'.repeat(2_300))}`

  expect(await longestTurn(() => logsOf(one, address), 50)).toMatchObject({ isLong: false })
})

test('a limit that is none is refused', async () => {
  for (const limit of ['0', '10001', 'all']) {
    const answer = await ask(one, `/logs?limit=${limit}`)

    expect(answer.status).toBe(422)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(await answer.json()).toMatchObject({ status: 422, errors: { limit: 'Out of range.' } })
  }
})

test('people get a page, which asks for its rows alone', async () => {
  const page = await (await ask(one, '/logs', { headers: { accept: 'text/html' } })).text()
  const rows = await (await ask(one, '/logs?filter=nowhere', { headers: { 'hx-request': 'true' } })).text()

  expect(page).toContain('<!doctype html>')
  expect(find(page, '[hx-get="/logs"]')).toHaveLength(1)
  expect(find(rows, 'div#log-rows')).toHaveLength(1)
})

test('with LOGS=admin only admins see it', async () => {
  const hidden = await one.as('web', { logs: 'admin' })

  expect((await ask(hidden, '/logs')).status).toBe(401)
})

test('with LOGS=off nothing is noted and nobody sees anything', async () => {
  const silent = await one.as('web', { logs: 'off' })
  await ask(silent, '/c/unheard')

  expect((await ask(silent, '/logs')).status).toBe(404)
  expect(JSON.stringify(await logsOf(one))).not.toContain('/c/unheard')
})

test('with Redis away each replica shows its own, and hands it in when Redis is back', async () => {
  await one.redis.kill()
  await ask(one, '/posts/1')
  await ask(two, '/posts/2')

  const alone = await logsOf(two)
  await one.redis.restart()
  const together = await until(async () => {
    const { requests } = await logsOf(one)
    return (
      requests.some(([, path]) => path === '/posts/1') &&
      requests.some(([, path]) => path === '/posts/2') &&
      requests
    )
  })

  expect(alone.requests.at(-1)).toEqual(['GET', '/posts/2'])
  expect(together.slice(-2)).toEqual([
    ['GET', '/posts/1'],
    ['GET', '/posts/2'],
  ])
})

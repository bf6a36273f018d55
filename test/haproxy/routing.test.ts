import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { routes } from '../../src/site.ts'
import { type Echo, type Haproxy, startEcho, startHaproxy } from '../support/servers/haproxy.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

let haproxy: Haproxy
let web: Echo
beforeAll(async () => {
  haproxy = await startHaproxy()
  web = await haproxy.add('web', 'web')
  await Promise.all(['accounts', 'admin', 'market', 'live'].map((backend) => haproxy.add(backend, backend)))
})

describe('who answers', () => {
  const examples: [string, string][] = [
    ['/admin', 'admin'],
    ['/admin/items', 'admin'],
    ['/admin?next=/market', 'admin'],
    ['/market', 'market'],
    ['/live?posts=1', 'live'],
    ['/lively', 'web'],
    ['/market/items', 'market'],
    ['/signup', 'accounts'],
    ['/login', 'accounts'],
    ['/login?next=/admin', 'accounts'],
    ['/login/code', 'accounts'],
    ['/session', 'accounts'],
    ['/password/x', 'accounts'],
    ['/address/x', 'accounts'],
    ['/forgot', 'accounts'],
    ['/admin/mail', 'admin'],
    ['/api/session', 'accounts'],
    ['/api/tokens', 'accounts'],
    ['/api/users', 'accounts'],
    ['/api/users/ana', 'accounts'],
    ['/api/v1/users', 'accounts'],
    ['/api/v1/users/bo', 'accounts'],
    ['/api/v1/validate_user', 'accounts'],
    ['/', 'web'],
    ['/c/login', 'web'],
    ['/posts/42/likes', 'web'],
    ['/users/ana', 'web'],
    ['/loginx', 'web'],
    ['/api/posts', 'web'],
    ['/api/items', 'web'],
    ['/api/v1/acts', 'web'],
    ['/audit', 'web'],
  ]

  test.each(examples)('%s goes to %s', async (path, backend) => {
    expect((await haproxy.ask(path)).name).toBe(backend)
  })

  test('is of the pool that the site names for the route', async () => {
    const question = routes.filter(({ pool, path }) => pool !== 'all' && !path.startsWith('/inner/'))
    const wrong: string[] = []

    for (const { pool, method, path } of question) {
      const { name } = await haproxy.ask(path.replaceAll(/:\w+/g, '1'), { method })
      // The market and the stream of news are of the web's replicas, balanced in their own way.
      const answered = ['market', 'live'].includes(name) ? 'web' : name
      const isShared = path.startsWith('/api/v1/_')
      if (answered !== pool && !isShared) wrong.push(`${method} ${path}: ${name}, not ${pool}`)
    }

    expect(wrong).toEqual([])
  })

  test('a post goes where a page goes', async () => {
    expect((await haproxy.ask('/login', { method: 'POST', body: 'name=ana' })).name).toBe('accounts')
  })
})

describe('two servers of one kind', () => {
  test.each(['admin', 'market'])('%s takes turns', async (backend) => {
    await haproxy.add(backend, `${backend}-2`)

    const names: string[] = []
    for (let i = 0; i < 8; i++) names.push((await haproxy.ask(`/${backend}`)).name)

    expect(names.filter((name) => name === backend)).toHaveLength(4)
    expect(names.every((name, index) => index === 0 || name !== names[index - 1])).toBe(true)
  })

  test.each(['admin', 'market'])('%s takes turns as soon as one that was away is back', async (backend) => {
    const { add, ask, socket } = haproxy
    const other = await add(backend, `${backend}-3`)
    const servers = async () => (await socket.stat()).filter((each) => each.backend === backend)
    const isUp = async () => (await servers()).every(({ status }) => status.startsWith('UP'))
    await other.kill()
    await until(async () => !(await isUp()))

    await startEcho(`${backend}-3`, other.port)
    await until(isUp)
    const names: string[] = []
    for (let i = 0; i < 12; i++) names.push((await ask(`/${backend}`)).name)

    const count = (await servers()).length
    expect(new Set(names.slice(0, count)).size).toBe(count)
    expect(names.every((name, index) => index < count || name === names[index - count])).toBe(true)
  })

  test('web gives a visitor to the one that has less to do', async () => {
    const two = await haproxy.add('web', 'web-2')
    const sessions = async () => (await haproxy.socket.stat()).map((each) => each.sessions)

    const held = haproxy.ask('/hold')
    await until(async () => (await sessions()).includes(1))
    const names: string[] = []
    for (let i = 0; i < 6; i++) names.push((await haproxy.ask('/')).name)
    for (const { url } of [web, two]) await fetch(`${url}/release`)
    const busy = (await held).name

    expect(names).not.toContain(busy)
  })
})

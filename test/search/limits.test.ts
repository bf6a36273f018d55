import { beforeAll, describe, expect, setDefaultTimeout, spyOn, test } from 'bun:test'
import { createConnection } from 'mysql2/promise'
import { addPosts } from '../support/servers/batcher.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { startHaproxy } from '../support/servers/haproxy.ts'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { startMysql } from '../support/servers/services.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

let web: Replica
let server: Replica['app']['server']
/** HAProxy's. */
let url: string

beforeAll(async () => {
  const mysql = await startMysql()
  web = await openReplica({}, mysql)
  await addPosts(web.database, 30_000)
  await web.database.write('SET GLOBAL innodb_ft_result_cache_limit = 1000000')
  const app = closeAfterTests(
    web.app.listen({ port: 0, hostname: '127.0.0.1', reusePort: false }),
    (it) => void it.stop(true),
  )
  server = app.server
  const haproxy = await startHaproxy()
  await haproxy.socket.addServer('web', 'web-1', '127.0.0.1', server?.port ?? 0)
  url = haproxy.url
})

const waysIn = [
  '/search?q=rare',
  '/search?q=rare&in=comments',
  '/api/posts?q=rare',
  '/api/posts?q=rare&sort=top',
]

/** Holds up every search until it is called. */
async function holdSearches(): Promise<() => Promise<void>> {
  const keeper = await createConnection(web.database.url)
  await keeper.query('LOCK TABLES posts WRITE, comments WRITE')
  return async () => {
    await keeper.query('UNLOCK TABLES')
    await keeper.end()
  }
}

const searching = async () =>
  (
    await web.database.rows<{ id: number }>(
      "SELECT id FROM information_schema.processlist WHERE info LIKE '%AGAINST%' AND info NOT LIKE '%processlist%'",
    )
  ).length
const kills = async () =>
  Number((await web.database.rows<{ Value: string }>("SHOW GLOBAL STATUS LIKE 'Com_kill'"))[0]!.Value)

describe('looking for words', () => {
  test.each(waysIn)('ends in MySQL when whoever asked through HAProxy has gone: %s', async (path) => {
    const failures = spyOn(web.context.log, 'error')
    const [before, letGo] = [await kills(), await holdSearches()]
    const visitor = new AbortController()
    const answer = fetch(url + path, { signal: visitor.signal }).catch(() => 'gone')
    await until(async () => (await searching()) > 0)

    visitor.abort()

    expect(await answer).toBe('gone')
    await until(async () => (await kills()) > before)
    await letGo()
    await until(() => server?.pendingRequests === 0)
    expect(failures).not.toHaveBeenCalled()
    failures.mockRestore()
  })

  test('has one gate for all ways in', async () => {
    const letGo = await holdSearches()
    const { search } = web.context.bulkheads
    const answers = Array.from({ length: 12 }, (_, at) => fetch(url + waysIn[at % waysIn.length]))
    await until(async () => (await searching()) > 0)

    const load = await until(() => search.load().waiting > 0 && search.load())
    const inMysql = await searching()
    await letGo()
    for (const answer of await Promise.all(answers)) await answer.text()

    expect(load.running + load.waiting).toBeLessThanOrEqual(12)
    expect(inMysql).toBeLessThanOrEqual(load.running)
    expect(search.load()).toEqual({ running: 0, waiting: 0 })
  })

  test.each(['/search?q=text', '/api/posts?q=text', '/api/posts?q=text&sort=top'])(
    'that stand in too many texts says so: %s',
    async (path) => {
      const answer = await web.app.handle(new Request(origin + path))

      expect(answer.status).toBe(422)
      expect(await answer.text()).toContain('Too many texts have words like these')
    },
  )
})

import { Database } from 'bun:sqlite'
import { expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { openGuard } from '../../batcher/guard.ts'
import { openJournal } from '../../batcher/ledger/sqlite/journal.ts'
import { openLikes } from '../../src/likes/client.ts'
import { authorized } from '../../src/likes/protocol.ts'
import { openLog } from '../../src/platform/log.ts'
import { breakerOf, openRedis } from '../../src/platform/redis.ts'
import { addPosts, startBatcher } from '../support/servers/batcher.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { freshDatabase } from '../support/servers/database.ts'
import { temporaryFolder } from '../support/servers/reaper.ts'
import { sharedRedis } from '../support/servers/services.ts'

setDefaultTimeout(60_000)

const silent = openLog('test', 'error', () => {})
const secret = 'abc123'
const hourMs = 3_600_000

const requestWith = (headers: Record<string, string>) => new Request('http://localhost/likes', { headers })
const nothing = requestWith({})
const right = requestWith(authorized(secret))

test('a batcher serves whoever has its secret and nobody else, but for health and metrics', async () => {
  const database = await freshDatabase()
  const [post] = await addPosts(database, 1)
  const redis = await sharedRedis()
  const batcher = await startBatcher(database, redis, { name: 'guarded', env: { BATCHER_SECRET: secret } })
  const question = closeAfterTests(openRedis(redis.url, silent), (it) => it.disconnect())
  const parts = { batchers: [batcher.url], redis: question, breaker: breakerOf(question), log: silent }
  const [ours, stranger] = [openLikes({ ...parts, secret }), openLikes(parts)]

  const { total } = await ours.add(post!)
  const refused = await stranger.add(post!).catch((error) => error.status)

  expect([total, refused]).toEqual([1, 503])
  expect(await ours.totals([post!])).toEqual(new Map([[post!, 1]]))
  expect([await ours.answers(), await stranger.answers()]).toEqual([true, true])
  expect((await ours.stats())[0]).toMatchObject({ answered: 1 })
  expect(await stranger.stats()).toEqual([undefined])

  const statusOf = async (path: string, init: RequestInit = {}) =>
    (await fetch(`${batcher.url}${path}`, init)).status
  const acts = ['/likes', '/flush', '/backup?holder=x', '/resume?holder=x', '/reconcile', '/forget']
  const reads = ['/stats', '/totals?posts=1', '/liked?user=1&posts=1']
  for (const headers of [{}, authorized('abc124'), authorized(''), { authorization: secret }]) {
    for (const path of acts) expect(await statusOf(path, { method: 'POST', headers })).toBe(401)
    for (const path of reads) expect(await statusOf(path, { headers })).toBe(401)
  }
  for (const path of ['/up', '/ready', '/metrics']) expect(await statusOf(path)).toBe(200)
  expect(batcher.running().output()).toContain('without the secret')
})

test('on a journal of a release without secrets its replicas are served for an hour, which no restart begins again', () => {
  const path = join(temporaryFolder(), 'journal.sqlite')
  openJournal(path).close()
  const file = new Database(path)
  file.run('DROP TABLE guarded')
  file.close()
  let now = 0
  const open = () => {
    const journal = openJournal(path)
    return { journal, guard: openGuard({ secret, ledger: journal.apart, clock: () => now }) }
  }
  const { journal, guard } = open()
  const wrong = requestWith(authorized('wrong'))

  expect([guard.allows(nothing), guard.allows(right), guard.allows(wrong)]).toEqual([true, true, false])

  now += hourMs
  guard.closeIfDue()
  expect([guard.allows(nothing), guard.allows(right)]).toEqual([false, true])
  journal.close()
  const again = open()
  expect([again.guard.allows(nothing), again.guard.allows(right)]).toEqual([false, true])
  again.journal.close()
})

test('on a new journal nobody is served without the secret, and without a secret everybody is', () => {
  const journal = openJournal(join(temporaryFolder(), 'journal.sqlite'))
  const guard = openGuard({ secret, ledger: journal.apart, clock: () => 0 })
  const none = openGuard({ secret: undefined, ledger: journal.apart, clock: () => 0 })

  expect([guard.allows(nothing), guard.allows(right)]).toEqual([false, true])
  expect([none.allows(nothing), none.allows(right)]).toEqual([true, true])
  journal.close()
})

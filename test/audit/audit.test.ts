import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { foldAll } from '../../batcher/flush/fold.ts'
import { recount } from '../../src/audit/recount.ts'
import type { Audit } from '../../src/audit/service.ts'
import { cached } from '../../src/cache-policy.ts'
import { openDb } from '../../src/platform/db.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { textsIn } from '../support/site/markup.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

let replica: Replica

beforeAll(async () => {
  replica = await openReplica()
  await replica.database.write(`INSERT INTO categories (name, name_key) VALUES ('a', UNHEX(SHA2('a', 256)))`)
  await replica.database.write(
    `INSERT INTO posts (category_id, title, body) VALUES (1, 'one', 'x'), (1, 'two', 'x'), (1, 'three', 'x')`,
  )
})

const ask = (path: string, method = 'GET') =>
  replica.app.handle(new Request(`http://localhost${path}`, { method }))
const like = async (post: number, times: number) => {
  await Promise.all(Array.from({ length: times }, () => ask(`/api/posts/${post}/likes`, 'POST')))
}
const audit = async () => (await (await ask('/api/audit')).json()) as Audit
const flush = () => fetch(`${replica.batcher.url}/flush`, { method: 'POST' })
/** An audit whose recount is not older than the call. */
const freshAudit = async () => {
  await replica.context.cache.invalidate([cached.recount.key()])
  return audit()
}

test('answered likes wait, then are in the database, and nothing drifts on the way', async () => {
  await like(1, 5)
  const before = await freshAudit()
  await flush()
  await like(2, 3)
  const after = await freshAudit()

  expect(before).toMatchObject({ answered: 5, waiting: 5, applied: 0, drift: 0, silent: 0 })
  expect(after).toMatchObject({ answered: 8, waiting: 3, applied: 5, batches: 1, drift: 0 })
  expect(after.recount.flaws).toEqual([])
  expect(after.lastBatch?.hash).toMatch(/^[0-9a-f]{64}$/)
})

test('a post has a history of the batches that added to it', async () => {
  await like(3, 4)
  await flush()

  const page = await (await ask('/audit/posts/3')).text()

  expect(page).toContain('batcher-1')
  expect(page).toMatch(/<td>4<\/td>/)
})

test('whoever presses the button counts again, at most every two seconds', async () => {
  const first = (await freshAudit()).recount.at
  await ask('/audit/recount', 'POST')
  const tooSoon = (await audit()).recount.at
  const later = await until(async () => {
    await ask('/audit/recount', 'POST')
    const { at } = (await audit()).recount
    return at !== tooSoon && at
  })

  expect(tooSoon).toBe(first)
  expect(Date.parse(later)).toBeGreaterThan(Date.parse(first))
})

test('a recount from before the clock was set back holds up no other', async () => {
  const { cache } = replica.context
  const { recount } = await freshAudit()
  const later = { ...recount, at: new Date(Date.now() + 3_600_000).toISOString() }
  await cache.invalidate([cached.recount.key()])
  await cache.getOrLoad(cached.recount.key(), 60, async () => later)

  await ask('/audit/recount', 'POST')

  expect((await audit()).recount.at < later.at).toBe(true)
})

test('a number that somebody changed by hand is found and named', async () => {
  await replica.database.write('UPDATE posts SET likes = likes + 7 WHERE id = 1')
  const found = await freshAudit()
  const page = await (await ask('/audit')).text()
  await replica.database.write('UPDATE posts SET likes = likes - 7 WHERE id = 1')

  expect(found.drift).toBe(7)
  expect(found.recount.drifted).toEqual([{ post: 1, likes: 12, counted: 5 }])
  expect(page).toContain('Something does not add up.')
  expect((await freshAudit()).drift).toBe(0)
})

test('likes that the database lost without its batcher are missing from it', async () => {
  await flush()
  const { applied } = await freshAudit()
  const { chain } = await until(async () => {
    const stats = await replica.batcher.stats()
    return stats.chain && stats
  })
  const claims = [{ batcher: 'batcher-1', ...chain! }]
  await like(2, 6)
  await flush()

  const right = await recount(replica.context.db, claims)
  const lost = await recount(replica.context.db, [{ ...claims[0]!, likes: chain!.likes + 4 }])

  expect(right).toMatchObject({ applied: applied + 6, drift: 0, unaccounted: [] })
  expect(lost).toMatchObject({ drift: 4, unaccounted: [{ batcher: 'batcher-1', likes: 4 }], drifted: [] })
})

test('a journal that parted from the database is named by the count and by the state of the site', async () => {
  await flush()
  await replica.database.write('CREATE TABLE kept AS SELECT * FROM like_batches')
  await replica.database.write(
    `INSERT INTO like_batches (batcher, number, likes, posts, entries, hash)
     SELECT 'batcher-1', MAX(number) + 1, 0, 0, '[]', REPEAT('a', 64) FROM kept`,
  )
  await until(async () => (await audit()).batchers[0]?.parted)

  const liked = await ask('/api/posts/1/likes', 'POST')
  const [counted, status] = await Promise.all([ask('/audit'), ask('/api/status')])

  expect(liked.status).toBe(503)
  expect(await liked.text()).toContain('somebody has to look at the count first')
  expect(await counted.text()).toContain(
    'The journal of batcher-1 and the database do not go on from each other',
  )
  expect(await status.json()).toMatchObject({ parted: ['batcher-1'] })
  await replica.database.write(
    'DELETE FROM like_batches WHERE (batcher, number) NOT IN (SELECT batcher, number FROM kept)',
  )
  await replica.database.write('DROP TABLE kept')
  await until(async () => (await audit()).batchers[0]?.parted === null)
})

const tampered: [string, string, RegExp][] = [
  [
    'changed',
    `UPDATE like_batches SET entries = '[[1,500]]', likes = 500 WHERE number = 2`,
    /^batch 2: its hash does not fit/,
  ],
  ['lost', 'DELETE FROM like_batches WHERE number = 2', /^batch 3: the batch before it is missing/],
]

test.each(tampered)('a batch that was %s is found and named', async (_, statement, expected) => {
  await like(1, 1)
  await flush()
  await like(2, 1)
  await flush()
  await replica.database.write('CREATE TABLE kept AS SELECT * FROM like_batches')
  await replica.database.write(statement)

  const { recount } = await freshAudit()
  await replica.database.write('REPLACE INTO like_batches SELECT * FROM kept')
  await replica.database.write('DROP TABLE kept')

  const [first] = recount.flaws
  expect(`batch ${first?.number}: ${first?.wrong}`).toMatch(expected)
  expect((await freshAudit()).recount.flaws).toEqual([])
})

test('whoever wants a recount or a history while too many do gets a 503 with a time to come back', async () => {
  const { bulkheads, cache } = replica.context
  const { promise, resolve } = Promise.withResolvers<void>()
  const slow = bulkheads.audit(() => promise)
  const waiting = Array.from({ length: 10 }, () => ask('/audit/posts/1'))
  await until(() => bulkheads.audit.load().waiting === 10)
  await cache.invalidate([cached.recount.key()])

  const refused = await Promise.all([
    ask('/audit/posts/1'),
    ask('/audit'),
    ask('/api/audit'),
    ask('/audit/recount', 'POST'),
  ])
  resolve()
  await slow

  expect(refused.map(({ status }) => status)).toEqual([503, 503, 503, 503])
  await Promise.all(waiting)
  expect((await freshAudit()).drift).toBe(0)
})

test('what folded batches added to a post stands in its history as one line', async () => {
  await like(3, 2)
  await flush()
  const before = await freshAudit()
  const db = closeAfterTests(openDb({ url: replica.database.urls.batcher, connections: 1 }), (it) =>
    it.close(),
  )
  await foldAll(
    { name: 'batcher-1', db, log: replica.context.log, failpoint: () => {} },
    { olderThanSeconds: 0, retainedBatches: 1 },
  )

  const page = await (await ask('/audit/posts/3')).text()
  const after = await freshAudit()

  expect(textsIn(page, 'td')).toEqual(expect.arrayContaining(['earlier', `1–${before.batches - 1}`, '4']))
  expect(after).toMatchObject({ batches: before.batches, applied: before.applied, drift: 0 })
  expect(after.recount.flaws).toEqual([])
})

test('with the batcher gone the database is still counted, and the page says what is not known', async () => {
  await replica.batcher.running().kill()

  const found = await freshAudit()
  const page = await (await ask('/audit')).text()

  expect(found).toMatchObject({ silent: 1, drift: 0 })
  expect(page).toContain('1 of the batchers did not answer')
})

import { expect, setDefaultTimeout, test } from 'bun:test'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Failpoint } from '../../../../batcher/failpoint.ts'
import { openJournal } from '../../../../batcher/ledger/sqlite/journal.ts'
import { addPosts, startBatcher } from '../../../support/servers/batcher.ts'
import { freshDatabase } from '../../../support/servers/database.ts'
import { startProcess } from '../../../support/servers/processes.ts'
import { root, temporaryFolder } from '../../../support/servers/reaper.ts'
import { sharedRedis } from '../../../support/servers/services.ts'
import { likesOf } from '../../../support/site/likes.ts'
import { until } from '../../../support/until.ts'

setDefaultTimeout(120_000)

/** Runs a batcher that is expected to stop at once. */
async function startWith(journal: string) {
  const running = startProcess([process.execPath, join(root, 'batcher/main.ts')], {
    env: {
      DATABASE_URL: 'mysql://x@127.0.0.1:1/x',
      REDIS_URL: 'redis://127.0.0.1:1',
      JOURNAL: journal,
      PORT: '0',
    },
  })
  return { code: await running.exited, output: running.output().trim() }
}

test('a journal that is no journal stops the start with one line, and is left as it is', async () => {
  const journal = join(temporaryFolder(), 'journal.sqlite')
  const bytes = randomBytes(20_000)
  await Bun.write(journal, bytes)

  const { code, output } = await startWith(journal)

  expect(code).toBe(1)
  expect(output).toStartWith(`agora batcher: the journal ${journal} can't be used and was left as it is: `)
  expect(output.split('\n')).toHaveLength(1)
  expect(await Bun.file(journal).bytes()).toEqual(new Uint8Array(bytes))
})

test('a journal with a damaged page stops the start, and is left as it is', async () => {
  const journal = await journalWithPosts(5_000)
  const bytes = await Bun.file(journal).bytes()
  bytes.fill(0xaa, 1_024 * 20, 1_024 * 24)
  await Bun.write(journal, bytes)

  const { code, output } = await startWith(journal)

  expect(code).toBe(1)
  expect(output).toContain('was left as it is')
  expect(await Bun.file(journal).bytes()).toEqual(bytes)
})

test('two batchers never share a journal', async () => {
  const journal = join(temporaryFolder(), 'journal.sqlite')
  const open = openJournal(journal)

  const { code, output } = await startWith(journal)
  open.close()

  expect(code).toBe(1)
  expect(output).toBe(`agora batcher: the journal ${journal} is in use by another batcher`)
})

test('a commit that fails leaves nothing behind', () => {
  let isFull = true
  const fail: Failpoint = (point) => {
    if (isFull && point === 'before journal commit') throw new Error('disk full')
  }
  const journal = openJournal(join(temporaryFolder(), 'journal.sqlite'), fail)
  const change = {
    posts: [{ post: 1, total: 1, waiting: 1, since: 1 }],
    producers: new Map(),
    keys: { period: 1, hour: 1, entries: new Uint8Array(16) },
    memberLikes: [],
    answered: 1,
    version: 1,
    added: 1,
  }

  expect(() => journal.keep(change)).toThrow('disk full')
  expect(journal.state().answered).toBe(0)
  expect([...journal.keyBlocks()]).toEqual([])
  isFull = false
  journal.keep(change)

  expect(journal.state().answered).toBe(1)
  expect([...journal.keyBlocks()]).toEqual([change.keys])
  journal.close()
})

test('a journal that was put back counts on above what its own future has published', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'journal.sqlite')
  const older = openJournal(path)
  const copy = older.apart.copy()
  for (let times = 0; times < 5; times++) older.nextGeneration()
  const future = { generation: older.nextGeneration(), version: older.state().version }
  older.close()
  await until(() => Date.now() > future.generation)
  await Bun.write(join(folder, 'copy.sqlite'), copy)

  const restored = openJournal(join(folder, 'copy.sqlite'))

  expect(restored.nextGeneration()).toBeGreaterThan(future.generation)
  expect(restored.state().version).toBeGreaterThan(future.version)
  restored.close()
})

/** A journal, and a way to have batches formed and delivered. */
function openDelivering(path = join(temporaryFolder(), 'journal.sqlite')) {
  const journal = openJournal(path)
  const deliver = (number: number, now: number, bytes = 1) => {
    const entries = [['1'.repeat(bytes), 1]] as unknown as [number, number][]
    const batch = { number, likes: 1, entries, memberLikes: [], hash: `${number}` }
    journal.addBatch(batch)
    journal.acknowledge(batch, [[1, 1]], now)
  }
  const prune = (now = Date.now()) =>
    journal.prune({ posts: [], producers: [], keys: { from: 0, newHour: undefined }, now })
  const stored = () => journal.apart.deliveredAfter(0).map(({ number }) => number)
  return { journal, deliver, prune, stored }
}

test('batches that MySQL confirmed are kept for an hour', () => {
  const hour = 60 * 60 * 1_000
  const { journal, deliver, prune, stored } = openDelivering()
  deliver(1, Date.now() - hour - 1)
  deliver(2, Date.now() - hour + 60_000)

  prune()

  expect(journal.batches()).toEqual([])
  expect(stored()).toEqual([2])
  journal.close()
})

test('those that a process before delivered, with whatever clock, are kept for an hour from the start', () => {
  const hour = 60 * 60 * 1_000
  const path = join(temporaryFolder(), 'journal.sqlite')
  const before = openDelivering(path)
  before.deliver(1, Date.now() - 20 * hour)
  before.deliver(2, Date.now() + 20 * hour)
  before.journal.close()

  const { journal, deliver, prune, stored } = openDelivering(path)
  deliver(3, Date.now() + hour)
  prune()
  const atFirst = stored()
  prune(Date.now() + hour + 60_000)

  expect([atFirst, stored()]).toEqual([[1, 2, 3], [3]])
  journal.close()
})

test('of more than 64 MB of such the oldest go, a few at a time', () => {
  const { journal, deliver, prune, stored } = openDelivering()
  for (let number = 1; number <= 18; number++) deliver(number, Date.now(), 4 * 1024 * 1024)

  prune()
  const first = stored()
  prune()

  expect(first).toEqual([11, 12, 13, 14, 15, 16, 17, 18])
  expect(stored()).toEqual(first)
  journal.close()
})

test('the file shrinks again when posts are forgotten', async () => {
  const path = await journalWithPosts(50_000)
  const full = Bun.file(path).size
  const journal = openJournal(path)
  const posts = Array.from({ length: 50_000 }, (_, index) => index + 1)
  journal.acknowledge(
    { number: 1, likes: 50_000, entries: [], memberLikes: [], hash: '' },
    posts.map((post) => [post, 1]),
    1,
  )

  const keys = { from: 0, newHour: undefined }
  journal.prune({ posts, producers: [], keys, now: Date.now() })
  for (let times = 0; times < 20; times++) journal.prune({ posts: [], producers: [], keys, now: Date.now() })
  journal.close()

  expect(full).toBeGreaterThan(500_000)
  expect(Bun.file(path).size).toBeLessThan(100_000)
})

test('a hundred thousand waiting posts take little memory, and are all there after a restart', async () => {
  const count = 100_000
  const database = await freshDatabase()
  const posts = await addPosts(database, count)
  const batcher = await startBatcher(database, await sharedRedis())
  const before = await batcher.stats()
  for (let index = 0; index < count; index += 5_000) {
    const some = posts.slice(index, index + 5_000).flatMap((post) => likesOf(post, 1))
    await until(async () => (await batcher.like(some)).every((answer) => 'total' in answer))
  }

  // Garbage goes when the engine has time for it: what stays is asked for until it has gone.
  const most = before.memoryBytes + 150_000_000
  await until(async () => (await batcher.stats()).memoryBytes < most)
  await batcher.restart()
  await until(async () => (await batcher.stats()).totalsInRedis)
  const restarted = await batcher.stats()
  await batcher.flush()

  const [stored] = await database.rows<{ likes: string }>('SELECT SUM(likes) AS likes FROM posts')
  expect(restarted).toMatchObject({ waiting: count, waitingPosts: count })
  expect(restarted.memoryBytes).toBeLessThan(200_000_000)
  expect(Number(stored!.likes)).toBe(count)
})

async function journalWithPosts(count: number): Promise<string> {
  const path = join(temporaryFolder(), 'journal.sqlite')
  const journal = openJournal(path)
  journal.keep({
    posts: Array.from({ length: count }, (_, index) => ({ post: index + 1, total: 1, waiting: 1, since: 1 })),
    producers: new Map(),
    keys: undefined,
    memberLikes: [],
    answered: count,
    version: 1,
    added: count,
  })
  journal.close()
  return path
}

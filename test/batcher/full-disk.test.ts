import { Database } from 'bun:sqlite'
import { expect, setDefaultTimeout, test } from 'bun:test'
import { copyFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openJournal } from '../../batcher/ledger/sqlite/journal.ts'
import { openLikes } from '../../src/likes/client.ts'
import { closedBecause } from '../../src/likes/protocol.ts'
import { openLog } from '../../src/platform/log.ts'
import { breakerOf, openRedis } from '../../src/platform/redis.ts'
import { addPosts, startBatcher, storedLikes } from '../support/servers/batcher.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { freshDatabase } from '../support/servers/database.ts'
import { startProcess } from '../support/servers/processes.ts'
import { temporaryFolder } from '../support/servers/reaper.ts'
import { sharedRedis } from '../support/servers/services.ts'
import { likesOf, totalOf } from '../support/site/likes.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

const silent = openLog('test', 'error', () => {})
/**
 * How a process gets disks of its own to see. Some hardened systems let nobody but root, some nobody at all.
 */
const ownRoom = ['unshare', '--map-root-user', '--mount']

/**
 * A disk of 12 MB that the process which holds it, and those that join it, see in a folder. Throws where
 * nobody may make one, so that nobody takes what was not tried for tested.
 */
async function smallDisk() {
  const folder = temporaryFolder()
  const holder = startProcess([
    ...[...ownRoom, 'sh', '-c'],
    `mount -t tmpfs -o size=12m tmpfs "$0" && echo mounted && exec sleep 600`,
    folder,
  ])
  await until(() => !holder.isRunning() || holder.printed().includes('mounted'))
  if (!holder.isRunning()) throw new Error(`this system lets nobody mount a disk: ${holder.output()}`)
  const seenFromHere = `/proc/${holder.pid}/root${folder}`
  const filler = join(seenFromHere, 'filler')
  return {
    journal: join(folder, 'journal.sqlite'),
    put: (file: string) => copyFileSync(file, join(seenFromHere, 'journal.sqlite')),
    through: ['nsenter', '--target', `${holder.pid}`, '--user', '--mount', '--preserve-credentials'],
    fill() {
      for (let size = 2 ** 20; size >= 512; size /= 2) {
        for (let isRoom = true; isRoom; ) isRoom = grow(filler, size)
      }
    },
    empty: () => rmSync(filler),
  }
}

/** A journal in which there is something to prune for many seconds. */
function crammedJournal(): string {
  const path = join(temporaryFolder(), 'journal.sqlite')
  openJournal(path).close()
  const file = new Database(path)
  const insert = file.prepare('INSERT INTO keys (id, post, seen_at) VALUES (?, 1, 1)')
  file.transaction(() => {
    for (let key = 0; key < 40_000; key++) insert.run(`k:${key}`)
  })()
  insert.finalize()
  file.close()
  return path
}

function grow(file: string, bytes: number): boolean {
  try {
    writeFileSync(file, Buffer.alloc(bytes), { flag: 'a' })
    return true
  } catch {
    return false
  }
}

test('on a full disk likes are refused with the reason, all answered ones are there, and it goes on when there is room', async () => {
  const database = await freshDatabase()
  const [post] = await addPosts(database, 1)
  const redis = await sharedRedis()
  const disk = await smallDisk()
  disk.put(crammedJournal())
  const batcher = await startBatcher(database, redis, { ...disk, name: 'full' })
  const question = closeAfterTests(openRedis(redis.url, silent), (it) => it.disconnect())
  const likes = openLikes({
    batchers: [batcher.url],
    redis: question,
    breaker: breakerOf(question),
    log: silent,
  })
  await likes.add(post!)

  disk.fill()
  let answered = 1
  const refused = await until(async () => {
    const outcome = await likes.add(post!).catch((error: unknown) => error)
    if (!(outcome instanceof Error)) answered++
    return outcome instanceof Error && outcome
  })
  expect(refused).toMatchObject({ status: 503, message: closedBecause.full })
  expect((await batcher.stats()).journalFreeBytes).toBeLessThan(4_096)
  expect(await likes.totals([post!])).toEqual(new Map([[post!, answered]]))

  // The journal is pruned each second, and fails meanwhile.
  await until(() => batcher.running().output().includes('could not be pruned'))
  await batcher.restart()
  expect(await likes.totals([post!])).toEqual(new Map([[post!, answered]]))
  await until(() => batcher.running().output().includes('could not be pruned'))
  expect(await likes.add(post!).catch((error: unknown) => error)).toMatchObject({ status: 503 })

  disk.empty()
  const [again] = await until(() => batcher.like(likesOf(post!, 1)))
  await batcher.flush()

  expect(totalOf(again)).toBe(answered + 1)
  expect(await storedLikes(database, post!)).toBe(answered + 1)
  expect(batcher.running().output()).toContain('the journal keeps likes again')
})

test('a batcher that stops on a full disk ends well, and loses nothing', async () => {
  const database = await freshDatabase()
  const [post] = await addPosts(database, 1)
  const disk = await smallDisk()
  const batcher = await startBatcher(database, await sharedRedis(), { ...disk, name: 'full-stop' })
  await batcher.like(likesOf(post!, 3))
  disk.fill()
  await until(async () => (await batcher.send('/likes', { likes: likesOf(post!, 1) })).status === 503)
  const { answered } = await batcher.stats()

  batcher.running().send('SIGTERM')
  const code = await batcher.running().exited
  disk.empty()
  await batcher.restart()
  await batcher.flush()

  expect(code).toBe(0)
  expect(await storedLikes(database, post!)).toBe(answered)
})

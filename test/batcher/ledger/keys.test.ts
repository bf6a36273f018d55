import { Database } from 'bun:sqlite'
import { expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import type { ParsedLike } from '../../../batcher/intake/parse.ts'
import { openDedupe } from '../../../batcher/ledger/dedupe.ts'
import type { Journal } from '../../../batcher/ledger/journal.ts'
import { openKeys } from '../../../batcher/ledger/keys.ts'
import { openJournal } from '../../../batcher/ledger/sqlite/journal.ts'
import { openLog } from '../../../src/platform/log.ts'
import { temporaryFolder } from '../../support/servers/reaper.ts'

setDefaultTimeout(60_000)

const hourMs = 3_600_000
const silent = openLog('test', 'error', () => {})

const like = (id: string, post: number): ParsedLike => ({
  ...{ id, post, producer: undefined, sequence: 0 },
  ...{ user: 0, wants: undefined },
})

/** The keys of a batcher whose journal and clock a test has in its hands. */
function openHere(path: string, most = 1_000_000) {
  let now = 0
  const clock = () => now
  let journal: Journal
  let keys: ReturnType<typeof openKeys>
  let dedupe: ReturnType<typeof openDedupe>
  const open = () => {
    journal = openJournal(path)
    keys = openKeys({ journal, clock, log: silent, most })
    dedupe = openDedupe({ journal, keys, clock })
  }
  open()
  const prune = () => journal.prune({ posts: [], producers: [], keys: keys.prune(), now: clock() })

  return {
    check: (id: string, post = 1) => dedupe.check(like(id, post)),
    use(list: string[], post = 1) {
      for (const id of list) dedupe.note(like(id, post), true)
      journal.keep({ posts: [], ...dedupe.pending(), memberLikes: [], answered: 0, version: 0, added: 0 })
      dedupe.commit()
    },
    pass(hours: number) {
      for (let hour = 0; hour < hours; hour++) {
        now += hourMs
        prune()
      }
    },
    prune,
    restart() {
      journal.close()
      open()
    },
    close: () => journal.close(),
    count: () => keys.count(),
    dropped: () => keys.evicted(),
  }
}

const newPath = () => join(temporaryFolder(), 'journal.sqlite')
const some = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => `k:${name}-${index}`)

test('a key is known for a day of running, over restarts, and then forgotten in memory and on the disk', () => {
  const path = newPath()
  const batcher = openHere(path)
  batcher.use(some('old', 500))
  batcher.pass(12)
  batcher.restart()
  batcher.pass(12)

  expect([batcher.check('k:old-0'), batcher.check('k:old-0', 2)]).toEqual(['seen', 'other post'])

  batcher.use(some('new', 1))
  batcher.pass(1)
  expect(batcher.check('k:old-0')).toBe('new')
  expect(batcher.check('k:new-0')).toBe('seen')
  batcher.close()
  expect(new Database(path).query('SELECT SUM(LENGTH(entries)) AS bytes FROM key_blocks').get()).toEqual({
    bytes: 16,
  })
})

test('of more keys than may be kept the oldest are forgotten, and neither memory nor disk grows', () => {
  const path = newPath()
  const batcher = openHere(path, 24_000)

  for (let round = 0; round < 100; round++) {
    batcher.use(some(`${round}`, 1_000))
    batcher.prune()
    if (round % 10 === 4) batcher.restart()
  }

  expect(batcher.check('k:99-999')).toBe('seen')
  expect(batcher.check('k:80-0')).toBe('seen')
  expect(batcher.check('k:0-0')).toBe('new')
  expect(batcher.count()).toBeLessThan(40_000)
  expect(batcher.dropped()).toBeGreaterThan(0)
  batcher.close()
  expect(Bun.file(path).size).toBeLessThan(40_000 * 24)
})

test('keys of a journal that version 0.1.0 wrote are known', () => {
  const path = newPath()
  const journal = openJournal(path)
  journal.close()
  const file = new Database(path)
  file.run('INSERT INTO keys (id, post, seen_at) VALUES (?, ?, ?)', ['k:before', 7, Date.now()])
  file.close()

  const batcher = openHere(path)

  expect([batcher.check('k:before', 7), batcher.check('k:before', 8)]).toEqual(['seen', 'other post'])
  expect(batcher.check('k:other', 7)).toBe('new')
  batcher.close()
})

test('a day of two million keys takes a fifth of what it took on the disk and in a backup', () => {
  const path = newPath()
  const journal = openJournal(path)
  const keys = openKeys({ journal, clock: () => 0, log: silent, most: 10_000_000 })
  const dedupe = openDedupe({ journal, keys, clock: () => 0 })
  for (let commit = 0; commit < 1_000; commit++) {
    for (const id of some(`${commit}`, 100)) dedupe.note(like(id, 1), true)
    journal.keep({ posts: [], ...dedupe.pending(), memberLikes: [], answered: 0, version: 0, added: 0 })
    dedupe.commit()
  }

  const bytesPerKey = journal.apart.copy().byteLength / 100_000
  journal.close()

  expect(bytesPerKey).toBeLessThan(23)
})

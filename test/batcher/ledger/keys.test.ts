import { Database } from 'bun:sqlite'
import { expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import fc from 'fast-check'
import type { ParsedLike } from '../../../batcher/intake/parse.ts'
import { openDedupe } from '../../../batcher/ledger/dedupe.ts'
import { type Journal, openJournal } from '../../../batcher/ledger/journal.ts'
import { KeyTable, newBlock, writeEntry } from '../../../batcher/ledger/key-table.ts'
import { openKeys } from '../../../batcher/ledger/keys.ts'
import { openLog } from '../../../src/platform/log.ts'
import { temporaryFolder } from '../../support/servers/reaper.ts'

setDefaultTimeout(60_000)

const hourMs = 3_600_000
const silent = openLog('test', 'error', () => {})

function entryOf(id: string, post = 1) {
  const entry = newBlock(1)
  writeEntry(entry, 0, id, post)
  return entry
}

/** The ids of a batcher whose journal and clock a test has in its hands. */
function openHere(path: string, most = 1_000_000) {
  let now = 0
  const clock = () => now
  let journal: Journal
  let keys: ReturnType<typeof openKeys>
  let ids: ReturnType<typeof openDedupe>
  const open = () => {
    journal = openJournal(path)
    keys = openKeys({ journal, clock, log: silent, most })
    ids = openDedupe({ journal, keys, clock })
  }
  open()
  const tidy = () => journal.prune({ posts: [], senders: [], keys: keys.prune(), now: clock() })
  const press = (id: string, post: number): ParsedLike => ({
    ...{ id, post, sequence: 0, user: 0 },
    ...{ producer: undefined, wants: undefined },
  })

  return {
    verdict: (id: string, post = 1) => ids.check(press(id, post)),
    use(list: string[], post = 1) {
      for (const id of list) ids.note(press(id, post), true)
      journal.keep({ posts: [], ...ids.pending(), memberLikes: [], answered: 0, version: 0, added: 0 })
      ids.commit()
    },
    pass(hours: number) {
      for (let hour = 0; hour < hours; hour++) {
        now += hourMs
        tidy()
      }
    },
    tidy,
    restart() {
      journal.close()
      open()
    },
    close: () => journal.close(),
    count: () => keys.count(),
    dropped: () => keys.dropped(),
  }
}

const newPath = () => join(temporaryFolder(), 'journal.sqlite')
const some = (name: string, count: number) => Array.from({ length: count }, (_, at) => `k:${name}-${at}`)

test('the table knows each key with its post and no other, whatever was forgotten and swept', () => {
  const step = fc.record({
    act: fc.constantFrom('add', 'add', 'add', 'next period', 'forget', 'sweep'),
    keys: fc.array(fc.nat({ max: 2_000 }), { maxLength: 60 }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const table = new KeyTable()
      const known = new Map<number, number>()
      let [oldest, newest] = [1, 1]

      for (const { act, keys } of steps) {
        if (act === 'next period') newest++
        if (act === 'sweep') table.sweep(40)
        if (act === 'forget') {
          oldest = Math.min(newest, oldest + 1)
          table.forgetBefore(oldest)
          for (const [key, period] of known) if (period < oldest) known.delete(key)
        }
        if (act !== 'add') continue
        for (const key of new Set(keys)) {
          if (!known.has(key)) table.add(entryOf(`k:${key}`, key + 1), newest)
          if (!known.has(key)) known.set(key, newest)
        }
      }

      for (let key = 0; key <= 2_000; key++) {
        expect(table.find(entryOf(`k:${key}`, key + 1))).toBe(known.has(key) ? 'same post' : 'absent')
      }
      for (const key of known.keys()) expect(table.find(entryOf(`k:${key}`, key + 7))).toBe('other post')
    }),
    { numRuns: 40 },
  )
})

test('a key is known for a day of running, over restarts, and then forgotten in memory and on the disk', () => {
  const path = newPath()
  const batcher = openHere(path)
  batcher.use(some('old', 500))
  batcher.pass(12)
  batcher.restart()
  batcher.pass(12)

  expect([batcher.verdict('k:old-0'), batcher.verdict('k:old-0', 2)]).toEqual(['seen', 'other'])

  batcher.use(some('new', 1))
  batcher.pass(1)
  expect(batcher.verdict('k:old-0')).toBe('new')
  expect(batcher.verdict('k:new-0')).toBe('seen')
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
    batcher.tidy()
    if (round % 10 === 4) batcher.restart()
  }

  expect(batcher.verdict('k:99-999')).toBe('seen')
  expect(batcher.verdict('k:80-0')).toBe('seen')
  expect(batcher.verdict('k:0-0')).toBe('new')
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

  expect([batcher.verdict('k:before', 7), batcher.verdict('k:before', 8)]).toEqual(['seen', 'other'])
  expect(batcher.verdict('k:other', 7)).toBe('new')
  batcher.close()
})

test('a day of two million keys takes a fifth of what it took on the disk and in a backup', () => {
  const path = newPath()
  const journal = openJournal(path)
  const keys = openKeys({ journal, clock: () => 0, log: silent, most: 10_000_000 })
  const ids = openDedupe({ journal, keys, clock: () => 0 })
  for (let commit = 0; commit < 1_000; commit++) {
    for (const id of some(`${commit}`, 100)) {
      ids.note({ id, post: 1, producer: undefined, sequence: 0, user: 0, wants: undefined }, true)
    }
    journal.keep({ posts: [], ...ids.pending(), memberLikes: [], answered: 0, version: 0, added: 0 })
    ids.commit()
  }

  const bytesPerKey = journal.copy().byteLength / 100_000
  journal.close()

  expect(bytesPerKey).toBeLessThan(23)
})

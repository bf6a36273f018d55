import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { releasesKept } from '../stack/native/release.ts'
import { root } from './support/servers/reaper.ts'

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const [, section = ''] = read('docs/operations.md').split('## What grows\n')
const [text = ''] = section.split('\n## ')

test('each table stands in the list of what grows, and none that is not there', () => {
  const tables = [...read('sql/schema.sql').matchAll(/^CREATE TABLE (\w+)/gm)].map(([, name = '']) => name)
  const listed = new Set([...text.matchAll(/`([a-z]+(?:_[a-z]+)*)`/g)].map(([, name = '']) => name))

  expect(tables.length).toBeGreaterThan(20)
  expect(tables.filter((name) => !listed.has(name))).toEqual([])
  expect([...listed].filter((name) => !tables.includes(name) && name !== 'schema_migrations')).toEqual([
    'backup',
    'restore',
  ])
})

test('the bounds of the documentation are those of the code', () => {
  const number = (path: string, pattern: RegExp) =>
    Number(read(path).match(pattern)?.[1]?.replaceAll('_', ''))

  expect(number('src/accounts/sessions.ts', /mostSessions = (\d+)/)).toBe(100)
  expect(number('src/accounts/tokens.ts', /mostTokens = (\d+)/)).toBe(100)
  expect(number('src/events/note.ts', /mostEvents = (\d+)/)).toBe(100)
  expect(number('src/passkeys/service.ts', /mostPasskeys = (\d+)/)).toBe(20)
  expect(number('batcher/flush/fold.ts', /mostBatches = ([\d_]+)/)).toBe(2_000)
  expect(number('batcher/flush/fold.ts', /mostEntries = ([\d_]+)/)).toBe(100_000)
  expect(number('batcher/ledger/sqlite/journal.ts', /deliveredBytes = (\d+) \* 1024 \* 1024/)).toBe(64)
  expect(number('src/platform/access-log.ts', /longestLog = ([\d_]+)/)).toBe(10_000)
  expect(number('haproxy/haproxy.cfg', /total-max-size (\d+)/)).toBe(64)
  expect(releasesKept).toBe(3)
})

test('no container writes a log without a bound', () => {
  const services =
    read('docker-compose.yml')
      .split(/^services:$/m)[1]
      ?.split(/^networks:$/m)[0] ?? ''
  const each = services.split(/^ {2}(?=\w+:$)/m).slice(1)
  const bounded = /<<: \*(replica|ours|locked)|logging: \*log/

  expect(each.length).toBeGreaterThan(6)
  expect(each.filter((service) => !bounded.test(service))).toEqual([])
})

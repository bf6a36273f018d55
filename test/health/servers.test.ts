import { expect, test } from 'bun:test'
import { healthOf } from '../../src/health/servers.ts'
import type { SiteStatus } from '../../src/health/site-status.ts'
import type { DatabaseServer } from '../../src/platform/db.ts'
import { StatusPanel } from '../../views/status.tsx'
import { textsIn } from '../support/site/markup.ts'

const server = (host: string, role: DatabaseServer['role'], online?: number): DatabaseServer => ({
  ...{ host, role, group: online === undefined ? undefined : { online, members: 3 } },
  waiting: online === undefined ? null : 7,
})

const shown = (servers: DatabaseServer[]) => {
  const status: SiteStatus = {
    ...{ servedBy: 'web-1', missing: [], parted: [], shortOfRoom: [], search: null, site: null },
    database: healthOf(servers),
  }
  return String(StatusPanel({ status }))
}

const whole = [server('n1', 'primary', 3), server('n2', 'secondary', 3), server('n3', 'secondary', 3)]

test('any server may be lost when all of them see all of them, or have no group and are there', () => {
  expect(healthOf(whole)?.state).toBe('whole')
  expect(healthOf([server('a', 'primary'), server('b', 'secondary')])?.state).toBe('whole')
  expect(shown(whole)).toContain('Any one server of the database may be lost.')
})

test('no other may be touched while one is away, which is named', () => {
  const servers = [server('n1', 'away'), server('n2', 'primary', 2), server('n3', 'secondary', 2)]

  expect(healthOf(servers)).toEqual({ state: 'one away', servers })
  expect(shown(servers)).toContain('with one more away nothing can be changed. Away: n1.')
})

test('none may be touched while one that is there sees another one away', () => {
  const servers = [server('n1', 'primary', 3), server('n2', 'secondary', 2), server('n3', 'secondary', 3)]

  expect(healthOf(servers)?.state).toBe('apart')
  expect(shown(servers)).toContain('Do not touch any server')
})

test('that nothing can be changed is said when none takes changes, also when all answer', () => {
  const cutOff = [server('n1', 'secondary', 1), server('n2', 'away'), server('n3', 'away')]

  expect(healthOf(cutOff)?.state).toBe('stopped')
  expect(healthOf([server('a', 'secondary'), server('b', 'secondary')])?.state).toBe('stopped')
  expect(shown(cutOff)).toContain('No server of the database takes changes')
})

test('a board with one server says nothing of servers', () => {
  expect(healthOf([])).toBeNull()
  expect(shown([])).not.toContain('Servers of the database')
})

test('each is listed with what it does, what it sees and what it has to apply', () => {
  expect(textsIn(shown(whole), 'tbody th, tbody td')).toEqual(
    [
      ['n1', 'takes changes', '3 of 3 online', '7'],
      ['n2', 'can take over', '3 of 3 online', '7'],
      ['n3', 'can take over', '3 of 3 online', '7'],
    ].flat(),
  )
})

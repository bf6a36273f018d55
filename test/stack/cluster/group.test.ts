import { expect, test } from 'bun:test'
import { type Answering, misfit } from '../../../stack/cluster/group.ts'

const name = '6f5a4c1e-7d0b-4c55-9d3a-a60a5a11c0de'

function node(host: string, changes: Partial<Answering['self']> = {}): Answering {
  return {
    node: { host, port: 3_306, groupPort: 33_061 },
    self: {
      ...{
        id: `id of ${host}`,
        version: '9.7.4',
        clock: 1_000_000,
        host,
        groupName: name,
        others: 0,
        gtids: '',
      },
      ...changes,
    },
    members: [],
    reason: undefined,
  }
}

test('a node joins whose version is that of the group, or newer', () => {
  const versions = ['9.7.4', '9.7.10', '9.8.0', '10.0.0-2']

  expect(versions.map((version) => misfit(name, node('n2', { version }), node('n1')))).toEqual(
    versions.map(() => undefined),
  )
})

test.each([
  ['an older version', { version: '9.7.3' }, 'never older'],
  ['an older version of fewer digits', { version: '9.6.12' }, 'never older'],
  ['a copied folder', { id: 'id of n1' }, 'server_uuid'],
  ['another name of its own', { host: 'n3' }, 'says that it is n3'],
  ['a clock that is ahead', { clock: 1_002_500 }, '2.5 s ahead of that of n1'],
  ['a clock that is behind', { clock: 997_000 }, '3.0 s behind that of n1'],
])('a node with %s does not join, and its operator reads why', (_, changes, says) => {
  expect(misfit(name, node('n2', changes), node('n1'))).toContain(says)
})

test('a node with another name for the group does not join', () => {
  expect(misfit(crypto.randomUUID(), node('n2'), node('n1'))).toContain('CLUSTER_NAME')
})

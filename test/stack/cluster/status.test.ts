import { expect, test } from 'bun:test'
import type { NodeView } from '../../../stack/cluster/group.ts'
import { clusterText, healthOf } from '../../../stack/cluster/status.ts'

const hosts = ['n1', 'n2', 'n3']

/** `seen`: the state of each node, as this one has it; undefined where it does not answer. */
const view = (host: string, seen: string[] | undefined): NodeView => ({
  node: { host, port: 3_306, groupPort: 33_061 },
  self: seen && { id: host, version: '9.7.4', clock: 0, host, groupName: 'g', others: 1, gtids: '' },
  members: (seen ?? []).flatMap((state, index) =>
    state === ''
      ? []
      : [
          {
            ...{
              id: hosts[index] as string,
              host: hosts[index] as string,
              state,
              version: '9.7.4',
              waiting: 0,
            },
            role: index === 0 ? 'PRIMARY' : 'SECONDARY',
          },
        ],
  ),
  reason: seen ? undefined : `MySQL on ${host} does not answer`,
})
const [on, away] = ['ONLINE', 'UNREACHABLE']
const views = (...seen: (string[] | undefined)[]) => hosts.map((host, index) => view(host, seen[index]))

test('any node may die when all of them see all of them', () => {
  const all = views([on, on, on], [on, on, on], [on, on, on])

  expect(healthOf(all)).toBe('whole')
  expect(clusterText(all)).toContain('n1    online  primary    9.7.4  0        3 of 3 online')
  expect(clusterText(all)).toEndWith('Any one node may die.')
})

test.each([
  ['one does not answer', views(['ONLINE', 'ONLINE'], ['ONLINE', 'ONLINE'], undefined), 'n3 is away'],
  // It believes what it knew, and is in the minority.
  ['one is cut off', views([on, away, away], ['', on, on], ['', on, on]), 'n1 is away'],
  [
    'one copies rows still',
    views([on, on, 'RECOVERING'], [on, on, 'RECOVERING'], [on, on, 'RECOVERING']),
    'n3 is away',
  ],
  ['one has left', views([on, on], [on, on], ['', '', 'OFFLINE']), 'n3 is away'],
])('no other node may be touched when %s', (_, seen, says) => {
  expect(healthOf(seen)).toBe('one away')
  expect(clusterText(seen)).toContain(`Do not touch another node: ${says}`)
})

test.each([
  ['none answers', views(undefined, undefined, undefined)],
  ['the last one is alone', views([on, away, away], undefined, undefined)],
  ['all have started and none has joined', views(['OFFLINE'], ['', 'OFFLINE'], ['', '', 'OFFLINE'])],
])('it says that nothing can be changed when %s', (_, seen) => {
  expect(healthOf(seen)).toBe('stopped')
  expect(clusterText(seen)).toContain('Nothing can be changed')
})

import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Cluster, memberOptions, memberSettings } from '../../../stack/cluster/settings.ts'
import { root } from '../../support/servers/reaper.ts'

test('the container of a node starts MySQL with all that a member needs', () => {
  const file = readFileSync(join(root, 'deploy/node.compose.yml'), 'utf8')
  const ofOne = file.replaceAll(/\$\{NODE\b[^}]*\}/g, 'n1')
  const options = [...ofOne.matchAll(/^ {6}- (--\S+)$/gm)].map(([, option = '']) => option)

  expect(options).toEqual(expect.arrayContaining(memberOptions({ host: 'n1' }, '/tls')))
})

test('each member has a number of its own, and the same seeds', () => {
  const nodes = ['n1', 'n2', 'n3'].map((host) => ({ host, port: 3_306, groupPort: 33_061 }))
  const cluster: Cluster = {
    ...{ name: crypto.randomUUID(), nodes, copierPassword: 'c' },
    root: { name: 'root', password: 'r' },
  }

  const settings = nodes.map((node) => memberSettings(cluster, node))

  expect(settings.map(({ server_id }) => server_id)).toEqual([1, 2, 3])
  expect(new Set(settings.map((each) => each.group_replication_group_seeds))).toEqual(
    new Set(['n1:33061,n2:33061,n3:33061']),
  )
})

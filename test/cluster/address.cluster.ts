import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type NodeNetwork, openNetwork, type Place } from '../../bench/cluster/network.ts'
import { keepalivedConfig } from '../../stack/cluster/address.ts'
import { type Running, startProcess } from '../support/servers/processes.ts'
import { temporaryFolder } from '../support/servers/reaper.ts'
import { findServer } from '../support/servers/services.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

const port = 8_080
const address = '10.88.0.100'
/** Two misses of HAProxy a second apart, three adverts of a second, and as much again where it is busy. */
const movedWithinMs = 12_000

type Machine = { name: string; network: NodeNetwork; place: Place; site: Running; keeper: Running }

let machines: Machine[]

beforeAll(async () => {
  const { node } = await openNetwork()
  const networks = [await node(), await node(), await node()]
  const places = await Promise.all(networks.map((network) => network.place()))
  const nodes = places.map((place) => ({ host: place.address, port: 3_306, groupPort: 33_061 }))
  machines = networks.map((network, at) => {
    const place = places[at] as Place
    const config = keepalivedConfig({ nodes }, nodes[at] as (typeof nodes)[0], {
      ...{ address: `${address}/16`, networkInterface: 'eth0', port },
    })
    const folder = temporaryFolder()
    const file = join(folder, 'keepalived.conf')
    writeFileSync(file, config)
    const keeper = startProcess([
      ...place.enter,
      ...[findServer('keepalived') as string, '--dont-fork', '--log-console', '--use-file', file],
      ...[
        '--pid',
        join(folder, 'pid'),
        '--vrrp_pid',
        join(folder, 'vrrp'),
        '--checkers_pid',
        join(folder, 'check'),
      ],
    ])
    return { name: `n${at + 1}`, network, place, keeper, site: startSite(`n${at + 1}`, place) }
  })
})

/** What answers as a node's HAProxy does. */
const startSite = (name: string, place: Place) =>
  startProcess([
    ...place.enter,
    ...[process.execPath, '-e', `Bun.serve({ port: ${port}, fetch: () => new Response('${name}') })`],
  ])

/** Who answers at the address; undefined while nobody does. */
const holder = () =>
  fetch(`http://${address}:${port}/up`, { signal: AbortSignal.timeout(300), keepalive: false })
    .then((answer) => answer.text())
    .catch(() => undefined)

async function movesFrom(machine: Machine): Promise<string> {
  const startedAt = performance.now()
  const next = await until(
    async () => {
      const name = await holder()
      return name !== undefined && name !== machine.name && name
    },
    { withinMs: 60_000 },
  )
  const tookMs = performance.now() - startedAt
  console.log(`the address moved from ${machine.name} to ${next} within ${(tookMs / 1_000).toFixed(1)} s`)
  expect(tookMs).toBeLessThan(movedWithinMs)
  return next
}

/** How often it became one that may take the address. */
const timesReady = ({ keeper }: Machine) => keeper.output().split('Entering BACKUP STATE').length

const theHolder = () =>
  until(async () => {
    const name = await holder()
    return machines.find((machine) => machine.name === name)
  })

test('the address is at one of the machines, and moves when what serves there ends', async () => {
  const machine = await theHolder()
  const before = timesReady(machine)

  await machine.site.kill()

  const next = await movesFrom(machine)
  machine.site = startSite(machine.name, machine.place)
  await until(() => timesReady(machine) > before)
  // Who has it keeps it.
  expect(await holder()).toBe(next)
})

test('it moves when its machine is cut off', async () => {
  const machine = await theHolder()

  machine.network.cut()

  await movesFrom(machine)
  machine.network.mend()
  await until(async () => (await holder()) !== undefined)
})

import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { Redis } from 'ioredis'
import type { Backups, Heartbeat, SiteState, SiteStatus } from '../../src/health/site-status.ts'
import { StatusPanel } from '../../views/status.tsx'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { find, textsIn } from '../support/site/markup.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

let replica: Replica
beforeAll(async () => {
  replica = await openReplica()
})

const ask = (path: string, init: RequestInit = {}) => replica.app.handle(new Request(origin + path, init))
const asOperator = { 'x-operator': 'yes', 'content-type': 'application/json' }
const browser = { accept: 'text/html' }

const site: SiteState = {
  at: new Date().toISOString(),
  mode: 'native',
  counted: 777,
  scaling: { policy: 'load', min: 2, max: 4, replicas: 3, load: 0.42, requestsInWindow: null },
  processes: [
    {
      ...{ name: 'web-1', role: 'web', state: 'ready', health: 'silent', port: 20_001 },
      ...{ requestsPerSecond: 12, inFlight: 1, responseMs: 3, loopDelayMs: 0.4, busy: 0.25, memoryMb: 91 },
    },
  ],
  decisions: [
    { at: new Date().toISOString(), kind: 'scaled', what: 'web 2 -> 3', reason: 'The load is 1.31.' },
  ],
}

test('without a scaler the page says so, and what that means', async () => {
  const page = await (await ask('/status', { headers: browser })).text()
  const { site, missing } = (await (await ask('/api/status')).json()) as SiteStatus

  expect(page).toContain('The scaler tells nothing')
  expect({ site, missing }).toEqual({ site: null, missing: [] })
})

test('what the scaler reports is shown to people and to programs', async () => {
  const { status } = await ask('/inner/status', {
    method: 'PUT',
    headers: asOperator,
    body: JSON.stringify(site),
  })

  const page = await (await ask('/status', { headers: browser })).text()
  expect(status).toBe(204)
  for (const text of ['web-1', 'silent', '42 %', '91 MB', 'web 2 -&gt; 3', 'The load is 1.31.'])
    expect(page).toContain(text)
  expect(await (await ask('/api/status')).json()).toMatchObject({ site })
  expect(await (await ask('/status')).json()).toMatchObject({ site })
  const [kept] = await replica.context.lastHour.read()
  expect(kept).toMatchObject({ counted: 777, responseMs: 3, replicas: 3 })
  expect(kept?.waiting).toBeNumber()
})

test('nobody but an operator reports or reads heartbeats', async () => {
  const put = await ask('/inner/status', { method: 'PUT', body: '{}' })
  const get = await ask('/inner/pulses')

  expect([put.status, get.status]).toEqual([404, 404])
})

test('a page of another version finds our stylesheet in place of its own, and nothing keeps it', async () => {
  const other = await ask('/static/site.0123456789.css')
  const own = await ask(replica.context.assets.url('site.css'))

  expect([other.status, other.headers.get('cache-control')]).toEqual([200, 'no-store'])
  expect(await other.text()).toBe(await own.text())
  expect((await ask('/static/none.0123456789.css')).status).toBe(404)
})

test('a replica reports each second how it is', async () => {
  const stop = replica.context.watch.report()

  const [heartbeat] = await until(async () => {
    const heartbeats = (await (await ask('/inner/pulses', { headers: asOperator })).json()) as Heartbeat[]
    return heartbeats.length > 0 && heartbeats
  })
  stop()

  expect(heartbeat!.name).toBe('web-1')
  expect(heartbeat!.memoryMb).toBeGreaterThan(20)
  expect(heartbeat!.loopDelayMs).toBeNumber()
})

test('a batcher whose disk has little room left is named', async () => {
  const { shortOfRoom } = (await (await ask('/api/status')).json()) as SiteStatus
  const { journalFreeBytes } = await replica.batcher.stats()
  const status = { servedBy: 'web-1', missing: [], parted: [], database: null, search: null, site }
  const shown = (short: SiteStatus['shortOfRoom']) =>
    String(StatusPanel({ status: { ...status, shortOfRoom: short } }))

  expect(shortOfRoom.length > 0).toBe(journalFreeBytes < 2e9)
  expect(shown([{ batcher: 'batcher-1', megabytes: 1_234 }])).toContain(
    'The disk of batcher-1 has 1234 MB left.',
  )
  expect(shown([])).not.toContain('MB left')
})

test('a backup that is late or failed, and a drill that was, are told to people and to Prometheus', async () => {
  const well = { last: { at: site.at, bytes: 1 }, failedAt: null, provenAt: site.at, drillFailedAt: null }
  const asked = { isDaily: true, isLate: false, isDrillLate: false }
  const wellSite: SiteState = { ...site, processes: [] }
  const tell = (backups?: Backups) =>
    replica.context.watch.publish({ ...wellSite, ...(backups && { backups }) })
  const search = { built: 1, asOf: null, texts: { post: 1, comment: 0 } }
  const base = { servedBy: 'web-1', missing: [], parted: [], shortOfRoom: [], database: null, search }
  const shown = (backups: Backups) =>
    String(StatusPanel({ status: { ...base, site: { ...wellSite, backups } } }))
  const faults = async () =>
    [...(await replica.context.metrics.text()).matchAll(/^agora_backups\{fault="([\w ]+)"\} (\d)$/gm)].map(
      ([, fault, value]) => `${fault} ${value}`,
    )

  await tell()
  expect(await faults()).toEqual([])
  await tell({ ...well, ...asked })
  expect(await faults()).toEqual(['late 0', 'failed 0', 'drill late 0', 'drill failed 0'])
  await tell({
    ...well,
    ...asked,
    isLate: true,
    isDrillLate: true,
    failedAt: site.at,
    drillFailedAt: site.at,
  })
  expect(await faults()).toEqual(['late 1', 'failed 1', 'drill late 1', 'drill failed 1'])

  expect(shown({ ...well, ...asked })).toContain('Everything runs.')
  expect(textsIn(shown({ ...well, ...asked }), '.facts dt')[0]).toBe('Last proven restore')
  for (const [fault, words] of [
    [{ isLate: true }, 'For more than a day no backup was made.'],
    [{ isDrillLate: true }, 'For more than a week no drill has proven a backup.'],
    [{ failedAt: site.at }, 'The last try failed'],
    [{ drillFailedAt: site.at }, 'The last drill failed'],
  ] as const) {
    expect(shown({ ...well, ...asked, ...fault })).toContain(words)
    expect(shown({ ...well, ...asked, ...fault })).toContain('Something is not as it should be.')
  }
  expect(shown({ last: null, failedAt: null, provenAt: null })).not.toContain('Last backup')
})

test('a replica that is gone is not listed because the clock was set back after its last heartbeat', async () => {
  const redis = closeAfterTests(new Redis(replica.redis.url), (it) => it.disconnect())
  const later = {
    at: Date.now() + 3_600_000,
    heartbeat: { name: 'gone', loopDelayMs: 0, busy: 0, memoryMb: 1 },
  }
  await redis.hset('ops:pulses', 'gone', JSON.stringify(later))

  const heartbeats = (await (await ask('/inner/pulses', { headers: asOperator })).json()) as Heartbeat[]

  expect(heartbeats.map(({ name }) => name)).not.toContain('gone')
})

describe('the last hour', () => {
  const now = Math.floor(Date.now() / 30_000) * 30_000
  /** What was so many half minutes ago: requests since HAProxy's start, ms, replicas, likes. */
  const reports: [number, number | null, number | null, number, number | null][] = [
    [130, 1, 99, 9, 9],
    [6, 1_000, 4, 2, 0],
    [5, 1_300, 8, 3, 12],
    [4, null, null, 3, null],
    [3, 60, 5, 3, 7],
    [2, 210, 6, 2, 1],
  ]

  beforeAll(async () => {
    const redis = closeAfterTests(new Redis(replica.redis.url), (it) => it.disconnect())
    await redis.del('ops:hour:1')
    for (const [ago, counted, responseMs, replicas, waiting] of reports) {
      const [web] = site.processes
      const state: SiteState = {
        ...{ ...site, counted, scaling: { ...site.scaling, replicas } },
        processes: [
          { ...web!, responseMs },
          { ...web!, role: 'admin', responseMs: 500 },
        ],
      }
      const note = () => replica.context.lastHour.note(state, async () => waiting, now - ago * 30_000)
      await Promise.all([note(), note()])
    }
  })

  test('is drawn as plots and as a table with the numbers that were reported', async () => {
    const page = await (await ask('/status', { headers: browser })).text()

    const rows = textsIn(page, '#hour-table td')
    expect(rows.slice(0, 5 * 4)).toEqual([
      ...['5', '6', '2', '1'],
      ...['', '5', '3', '7'],
      ...['', '', '3', ''],
      ...['10', '8', '3', '12'],
      ...['', '4', '2', '0'],
    ])
    expect(rows).toHaveLength(5 * 4)
    expect(textsIn(page, '#hour figcaption span')).toEqual(['5', '6', '2', '1'])
    expect(find(page, '#hour svg').map(({ attributes }) => attributes['aria-label'])).toEqual([
      'Requests a second: now 5, at most 10',
      'Time to an answer, in ms: now 6, at most 8',
      'Web replicas: now 2, at most 3',
      'Likes that wait for MySQL: now 1, at most 12',
    ])
  })

  test('renews itself without the rest of the page', async () => {
    const headers = { ...browser, 'hx-request': 'true' }
    const fragment = await (await ask('/status?part=hour', { headers })).text()

    expect(find(fragment, '#hour svg')).toHaveLength(4)
    expect(find(fragment, '#hour-table')).toHaveLength(1)
    expect(find(fragment, '#status')).toEqual([])
  })

  test('has nothing where Redis knows nothing', async () => {
    const redis = closeAfterTests(new Redis(replica.redis.url), (it) => it.disconnect())
    await redis.del('ops:hour:1')

    expect(await (await ask('/status', { headers: browser })).text()).not.toContain('id="hour"')
  })
})

import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parser } from '@prometheus-io/lezer-promql'
import parsePrometheus from 'parse-prometheus-text-format'
import { parse } from 'yaml'
import { authorized } from '../../src/likes/protocol.ts'
import { readSecrets } from '../../stack/secrets.ts'
import { runAgora, type Stack, startStack } from '../support/servers/stack.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ env: { LOG_LEVEL: 'debug', FLUSH_LIKES: '0', FLUSH_EVERY_MS: '20' } })
  for (let index = 0; index < 3; index++) {
    await fetch(stack.url)
    await fetch(`${stack.url}/posts/2?page=${index}`)
    await fetch(`${stack.url}/no/such/page`)
  }
  await fetch(`${stack.url}/posts/2/likes`, { method: 'POST' })
  await fetch(`${stack.url}/login`, {
    method: 'POST',
    body: new URLSearchParams({ name: 'ana', password: 'wrong' }),
  })
  await until(async () => (await stack.sql('SELECT COUNT(*) FROM like_batches'))[0] === '2')
})

describe('Prometheus', () => {
  test('reads what every replica, batcher and search tell, in its own format', async () => {
    for (const { name, role, port } of (await stack.status()).processes) {
      if (!['web', 'accounts', 'admin', 'batcher', 'courier', 'search', 'scaler'].includes(role)) continue
      const response = await fetch(`http://127.0.0.1:${port}/metrics`)

      const families = parsePrometheus(await response.text())
      expect(response.headers.get('content-type')).toStartWith('text/plain; version=0.0.4')
      expect([name, families.find((each) => each.name === 'process_resident_memory_bytes')?.type]).toEqual([
        name,
        'GAUGE',
      ])
      for (const family of families) {
        expect(family.name).toMatch(/^(agora|process)_[a-z_]+$/)
        expect(family.help).not.toBe('')
        expect(family.name.endsWith('_total')).toBe(family.type === 'COUNTER')
      }
    }
  })

  test('counts requests by the pattern of their route, never by their address', async () => {
    const samples = await allSamples()
    const of = (part: string) =>
      samples.filter(({ name }) => name === `agora_http_request_duration_seconds_${part}`)
    const counted = (method: string, route: string, status: string) =>
      sum(of('count').filter(({ labels }) => Bun.deepEquals(labels, { method, route, status })))

    expect(counted('GET', '/posts/:id', '2xx')).toBe(3)
    expect(counted('GET', 'none', '4xx')).toBe(3)
    expect(counted('POST', '/posts/:id/likes', '2xx')).toBe(1)
    expect(sum(of('bucket').filter(({ labels }) => labels?.le === '+Inf'))).toBe(sum(of('count')))
  })

  test('sees how long statements, commits and flushes take', async () => {
    const samples = await allSamples()
    const count = (name: string) => sum(samples.filter((each) => each.name === name))

    expect(count('agora_mysql_query_duration_seconds_count')).toBeGreaterThan(3)
    expect(count('agora_batcher_commit_duration_seconds_count')).toBe(1)
    expect(count('agora_batcher_flush_duration_seconds_count')).toBe(1)
    expect(count('agora_cache_reads_total')).toBeGreaterThan(3)
    expect(count('agora_likes_sent_total')).toBe(1)
    expect(count('agora_batcher_drift')).toBe(0)
  })

  test('is not answered through the public port', async () => {
    const statuses = ['/metrics', '/metrics?x=1', '/%6detrics', '//metrics', '/metrics/'].map(
      async (path) => (await fetch(stack.url + path)).status,
    )

    expect(await Promise.all(statuses)).toEqual([404, 404, 404, 404, 404])
  })

  test('finds in the data folder what runs, and how to reach HAProxy', async () => {
    const { processes, statsUrl } = await stack.status()
    const stored = (name: string) => readFileSync(join(stack.data, 'monitoring', name), 'utf8')

    const listed = JSON.parse(stored('targets.json')).map((each: { targets: string[] }) => each.targets[0])
    expect(listed.sort()).toEqual(
      processes
        .filter(({ role }) => !['haproxy', 'mysql', 'redis'].includes(role))
        .map(({ port }) => `127.0.0.1:${port}`)
        .sort(),
    )
    const [{ targets }] = JSON.parse(stored('haproxy.json'))
    expect(`http://${targets[0]}/`).toBe(statsUrl!)
    expect((await haproxyMetrics()).length).toBeGreaterThan(100)
  })

  test('has every number that the dashboard shows and alerts are made of', async () => {
    const families = [...(await allFamilies()), ...parsePrometheus(await haproxyMetrics())]
    const known = new Set(['up', ...families.flatMap(namesOf)])
    const dashboard = JSON.parse(readFileSync('deploy/monitoring/grafana-dashboard.json', 'utf8'))

    const queries: string[] = dashboard.panels.flatMap((panel: { targets?: { expr: string }[] }) =>
      (panel.targets ?? []).map(({ expr }) => expr),
    )
    const { groups } = parse(readFileSync(join(stack.data, 'monitoring', 'alerts.yml'), 'utf8'))
    const alerts: string[] = groups.flatMap((group: { rules: { expr: string }[] }) =>
      group.rules.map(({ expr }) => expr),
    )

    const wrong = [...queries, ...alerts].flatMap((query) => faultsIn(query, known))
    expect(queries.length).toBeGreaterThan(30)
    expect(alerts.length).toBeGreaterThanOrEqual(10)
    expect(wrong).toEqual([])
    expect(faultsIn('sum(rate(agora_gone[1m]', known)).not.toEqual([])
  })
})

describe('the id that HAProxy gives a request', () => {
  test('is found in its log, in the log of the replica and in what MySQL was asked', async () => {
    await stack.sql(`SET GLOBAL log_output = 'TABLE'`)
    await stack.sql('SET GLOBAL general_log = ON')
    const response = await fetch(`${stack.url}/users/bo`, { headers: { 'x-request-id': 'visitors-own' } })
    await stack.sql('SET GLOBAL general_log = OFF')
    const id = response.headers.get('x-request-id')!

    expect(id).toMatch(/^[0-9a-f-]{36}$/)
    const [haproxy] = await linesWith(id, 'haproxy')
    expect(haproxy).toMatchObject({ from: 'haproxy', id, path: '/users/bo', status: 200 })
    const server = String(haproxy!.server)
    const [answered] = (await linesWith(id, server)).filter(({ message }) => message === 'answered')
    expect(answered).toMatchObject({
      from: server,
      requestId: id,
      method: 'GET',
      route: '/users/:name',
      status: 200,
    })
    const question = await stack.sql(
      `SELECT COUNT(*) FROM mysql.general_log WHERE CONVERT(argument USING utf8mb4) LIKE '/* ${id} */ SELECT%'`,
    )
    expect(Number(question[0])).toBeGreaterThan(0)
  })

  test('goes along to the batcher, whose errors have it', async () => {
    const { port } = await stack.process('batcher-1')
    const id = crypto.randomUUID()
    const broken = await fetch(`http://127.0.0.1:${port}/likes`, {
      method: 'POST',
      headers: { ...authorized(readSecrets(stack.data)?.likes), 'x-request-id': `${id}, '; DROP` },
      body: '{}',
    })

    expect(broken.status).toBe(400)
    await fetch(`${stack.url}/posts/2/likes`, { method: 'POST' })
    expect(await linesWith("'; DROP", 'batcher-1')).toEqual([])
  })
})

type Family = ReturnType<typeof parsePrometheus>[number]

async function allTexts(): Promise<string[]> {
  const { processes } = await stack.status()
  const inside = processes.filter(({ role }) => !['haproxy', 'mysql', 'redis'].includes(role))
  return Promise.all(inside.map(async ({ port }) => (await fetch(`http://127.0.0.1:${port}/metrics`)).text()))
}

const allFamilies = async () => (await allTexts()).flatMap((text) => parsePrometheus(text))

/** The parser merges histograms that differ in their labels only, so they are left out. */
const allSamples = async () =>
  (await allTexts())
    .flatMap((text) => parsePrometheus(text.replaceAll(/^# TYPE \S+ histogram$/gm, '')))
    .flatMap(({ name, metrics }) => metrics.map(({ labels, value }) => ({ name, labels, value })))

const sum = (samples: { value?: string }[]) => samples.reduce((so, { value }) => so + Number(value), 0)

async function haproxyMetrics(): Promise<string> {
  const { statsUrl } = await stack.status()
  const password = readFileSync(join(stack.data, 'monitoring', 'stats-password'), 'utf8')
  const headers = { authorization: `Basic ${btoa(`agora:${password}`)}` }
  return (await fetch(`${statsUrl}metrics`, { headers })).text()
}

const namesOf = ({ name, type }: Family) =>
  type === 'HISTOGRAM' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name]

/** What is wrong with a query: it can't be read, or asks for a number that nobody reports. */
function faultsIn(query: string, known: Set<string>): string[] {
  const text = query.replaceAll('$__rate_interval', '1m')
  const faults: string[] = []
  parser.parse(text).iterate({
    enter: ({ type, from, to }) => {
      if (type.isError) faults.push(`can't be read: ${query}`)
      const word = text.slice(from, to)
      if (type.name === 'Identifier' && !known.has(word)) faults.push(`${word} is not reported: ${query}`)
    },
  })
  return faults
}

async function linesWith(text: string, process: string): Promise<Record<string, unknown>[]> {
  const { printed } = await runAgora(['logs', process, '--data', stack.data])
  return printed
    .split('\n')
    .filter((line) => line.includes(text))
    .map((line) => JSON.parse(line))
}

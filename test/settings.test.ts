import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { passedOn } from '../stack/passed-settings.ts'
import { unusedIn } from '../stack/unused-settings.ts'
import { projectFiles } from './support/rules/project.ts'
import { root } from './support/servers/reaper.ts'

const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** Where settings are read: by our programs, by HAProxy, by Compose. */
const readers = [
  {
    where: /^(src\/platform|stack\/database|stack\/scaler|stack\/backup)\/(config|settings)\.ts$/,
    name: /env\.([A-Z_][A-Z_\d]*)|env, '([A-Z_][A-Z_\d]*)'/g,
  },
  { where: /^haproxy\/haproxy\.cfg$/, name: /\$\{?([A-Z_][A-Z_\d]*)/g },
  {
    where: /^(docker-compose\.yml|deploy\/monitoring\/docker-compose\.yml)$/,
    name: /\$\{([A-Z_][A-Z_\d]*)/g,
  },
]

const settings = new Set(
  readers.flatMap(({ where, name }) =>
    projectFiles()
      .filter(({ path }) => where.test(path))
      .flatMap(({ text }) => [...text.matchAll(name)].map(([, one, other]) => one ?? other ?? '')),
  ),
)

/** What docs/configuration.md lists: "- `NAME` (default): meaning", or several names at once. */
function namesExplained(): Set<string> {
  const heads = [...read('docs/configuration.md').matchAll(/^- ([^:(]+)/gm)].map(([, head = '']) => head)
  return new Set(
    heads.flatMap((head) => [...head.matchAll(/`([A-Z_][A-Z_\d]*)`/g)].map(([, name = '']) => name)),
  )
}

/** What haproxy.cfg sets for itself alone. */
const inner = ['STATS_SHUT', 'ANSWER', 'BEGIN', 'END', 'HTML', 'METHODS', 'RETRY', 'WROTE']

test('every setting is explained, and none that is not there', () => {
  const explained = namesExplained()
  const known = new Set([...settings].filter((name) => !inner.includes(name)))

  expect(known.size).toBeGreaterThan(50)
  expect([...known].filter((name) => !explained.has(name))).toEqual([])
  expect([...explained].filter((name) => !known.has(name))).toEqual([])
})

test('what a container may be given reaches it from the environment of ./agora up', () => {
  const compose = read('docker-compose.yml')
  const passedOn = ['stack/passed-settings.ts', 'stack/docker/env-file.ts', 'stack/edge-settings.ts']
    .map(read)
    .join()
  const names = [...compose.matchAll(/\$\{([A-Z_][A-Z_\d]*)/g)].map(([, name = '']) => name)

  expect([...new Set(names)].filter((name) => !passedOn.includes(name))).toEqual([])
})

/** Of Prometheus' and Grafana's own file. */
const ofMonitoring = ['PROMETHEUS_PORT', 'GRAFANA_PORT']
/** What a first `up` in containers passes on in another form, or to one container alone. */
const inAnotherForm = ['HTTP_BIND', 'SMTP_URL']

test('what containers do not get is named when it is given', () => {
  const all = namesExplained()
  const ofScaler = [...read('stack/scaler/settings.ts').matchAll(/env(?:\.|, ')([A-Z_][A-Z_\d]*)/g)].map(
    ([, name]) => name,
  )
  const ofBackups = [...read('stack/backup/settings.ts').matchAll(/env\.([A-Z_][A-Z_\d]*)/g)].map(
    ([, name]) => name,
  )
  const reach = new Set([
    ...ofBackups,
    ...passedOn,
    ...ofScaler,
    ...inAnotherForm,
    'ADMIN_NAME',
    'ADMIN_PASSWORD',
  ])
  const named = new Set([...unusedIn('docker'), 'AGORA_PUBLISH'])

  expect(all.size).toBeGreaterThan(70)
  const silent = [...all].filter(
    (name) => !reach.has(name) && !named.has(name) && !ofMonitoring.includes(name),
  )
  expect(silent).toEqual([])
  expect([...named].filter((name) => reach.has(name))).toEqual([])
})

test('what no native program reads is named when it is given', () => {
  const sources = [
    'src/platform/config.ts',
    'stack/database/config.ts',
    'stack/scaler/settings.ts',
    'stack/backup/settings.ts',
    'haproxy/haproxy.cfg',
  ]
  const text = [...sources, 'stack/edge-settings.ts'].map(read).join('\n')
  const named = unusedIn('native')
  const silent = [...settings].filter(
    (name) =>
      !named.includes(name) && !inner.includes(name) && !ofMonitoring.includes(name) && !text.includes(name),
  )

  expect(silent).toEqual([])
  expect(named).toEqual(expect.arrayContaining(['BATCHERS', 'TLS_PORT', 'AGORA_PORT', 'STATS_PASSWORD']))
})

test('what several servers may be given is explained beside them', () => {
  const composed = ['deploy/http.compose.yml', 'deploy/data.compose.yml'].map(read).join('\n')
  const named = [
    ...composed.matchAll(/\$\{([A-Z_][A-Z_\d]*)/g),
    ...read('deploy/server.sh').matchAll(/\$\(setting ([A-Z_][A-Z_\d]*)\)/g),
  ].map(([, name = '']) => name)
  const pages = read('deploy/README.md') + read('docs/configuration.md')

  expect(named.length).toBeGreaterThan(10)
  expect([...new Set(named)].filter((name) => !pages.includes(name))).toEqual([])
})

test('on several servers all know each port at which others reach the board', () => {
  type Composed = { services: Record<string, { ports?: string[]; environment?: Record<string, string> }> }
  const composed = (path: string) =>
    Bun.YAML.parse(read(path).replaceAll(/!(override|reset)/g, '')) as Composed
  const { services } = composed('deploy/http.compose.yml')
  const { setup } = composed('deploy/data.compose.yml').services
  const published = services.haproxy?.ports?.slice(0, 2).map((port) => port.replace(/:\d+$/, ''))

  expect(published?.map((each) => each.replaceAll(/[${}]/g, ''))).toEqual([
    'AGORA_PORT:-8080',
    'TLS_PORT:-127.0.0.1:0',
  ])
  for (const service of [services.haproxy, services.web, services.accounts, services.admin, setup])
    expect(service?.environment?.PUBLISHED).toBe(published?.join(','))
})

test('containers that let visitors end what they do are not killed before', () => {
  type Service = { environment?: Record<string, string>; stop_grace_period?: string }
  const { services } = Bun.YAML.parse(read('docker-compose.yml')) as { services: Record<string, Service> }
  const patient = Object.values(services).filter(({ environment }) => environment?.GRACE_SECONDS)

  expect(patient.length).toBeGreaterThan(3)
  for (const { stop_grace_period: until } of patient) expect(until).toContain('{STOP_GRACE_PERIOD:-75s}')
})

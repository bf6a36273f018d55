import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { faultsOf, type Manifest, type Pod, render, variants } from '../support/helm/manifests.ts'
import { root } from '../support/servers/reaper.ts'

// Helm may have to be fetched first.
setDefaultTimeout(120_000)

const oneServer = ['mysql.hosts={db.example}']
const withMail = variants['mail, single sign-on, a load metric']!

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const podOf = ({ spec }: Manifest): Pod | undefined => spec.template?.spec
const named = (manifests: Manifest[], kind: string, name: string) =>
  manifests.find((each) => each.kind === kind && each.metadata.name === name)!
const variables = (manifest: Manifest) => podOf(manifest)?.containers.flatMap(({ env = [] }) => env) ?? []
const settingOf = (manifest: Manifest, name: string) =>
  variables(manifest).find((each) => each.name === name)?.value

describe('what is refused, in a sentence', () => {
  const refused: [string, string[], string][] = [
    ['no server of MySQL', [], 'mysql.hosts must name a server of MySQL'],
    ['two kinds of MySQL', [...oneServer, 'mysql.innodbCluster.enabled=true'], 'exclude one another'],
    [
      'a setting that is none',
      [...oneServer, 'settings.FLUSH=1'],
      "additional properties 'FLUSH' not allowed",
    ],
    ['a batcher alone', [...oneServer, 'batcher.replicas=1'], 'minimum: got 1, want 2'],
    ['more replicas than have a place', [...oneServer, 'web.autoscaling.max=21'], 'maximum: got 21, want 20'],
    ['mails into a folder', [...oneServer, 'settings.MAIL=folder'], 'a folder of mails has no place here'],
    ['an ingress for no host', [...oneServer, 'ingress.enabled=true'], "at '/ingress/host'"],
    ['a host with a port', ['mysql.hosts={db.example:3306}'], "at '/mysql/hosts/0'"],
    [
      'two members of a group',
      ['mysql.innodbCluster.enabled=true', 'mysql.innodbCluster.instances=2'],
      'one of',
    ],
  ]
  for (const [what, values, sentence] of refused)
    test(what, async () => {
      const message = await render(values).then(
        () => '',
        (error: Error) => error.message,
      )
      expect(message).toContain(sentence)
    })
})

test('a name that Kubernetes does not know is noticed, and a value that may not be', async () => {
  const all = await render(oneServer)
  const unknown = structuredClone(named(all, 'Deployment', 'board-agora-web'))
  unknown.spec.replica = 2
  expect(await faultsOf([unknown])).toContain("'\"replica\"' does not exist in type 'IDeploymentSpec'")

  const wrong = structuredClone(named(all, 'Service', 'board-agora'))
  wrong.spec.ports[0]!.port = 'http'
  expect(await faultsOf([wrong])).toContain('must be')
})

test('no password stands in what Helm makes', async () => {
  for (const manifest of await render(withMail))
    for (const { name, value } of variables(manifest))
      if (/PASSWORD|SECRET|SMTP_URL/.test(name))
        expect([manifest.metadata.name, name, value]).toContain(undefined)
})

test('every pod is shut up as in Compose', async () => {
  const pods = (await render(withMail)).flatMap((manifest) => podOf(manifest) ?? [])
  expect(pods.length).toBe(10)
  for (const pod of pods) {
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    })
    expect(pod).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false })
    for (const { securityContext } of [...pod.containers, ...(pod.initContainers ?? [])])
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
  }
})

describe('settings', () => {
  const schema = JSON.parse(read('deploy/helm/agora/values.schema.json'))
  const settable: string[] = Object.keys(schema.properties.settings.properties)

  test('each that may be given arrives somewhere', async () => {
    const values = settable.map((name) => `settings.${name}=${name === 'MAIL' ? 'smtp' : '7'}`)
    const all = await render([...oneServer, ...values])
    const arrived = new Set(all.flatMap((manifest) => variables(manifest).map(({ name }) => name)))
    expect(settable.filter((name) => !arrived.has(name))).toEqual([])
  })

  const compose = parse(read('docker-compose.yml'), { merge: true }).services
  const notHere = ['JOURNAL', 'MAIL_FOLDER', 'TLS_AT']
  for (const program of ['web', 'accounts', 'admin', 'batcher', 'courier', 'search', 'haproxy', 'setup'])
    test(`${program} can be told all that Compose tells it`, async () => {
      const all = await render([...withMail, 'tls.secret=board'])
      const manifest = all.find((each) => podOf(each) && each.metadata.name === `board-agora-${program}`)!
      const told = new Set([...variables(manifest).map(({ name }) => name), ...settable, ...notHere])
      const wanted = Object.keys(compose[program].environment)
      expect(wanted.length).toBeGreaterThan(3)
      expect(wanted.filter((name) => !told.has(name))).toEqual([])
    })
})

test('batchers are three without a volume, whom replicas ask by their names', async () => {
  const all = await render(oneServer)
  const batcher = named(all, 'StatefulSet', 'board-agora-batcher')
  expect(settingOf(batcher, 'JOURNAL')).toBe('mysql')
  expect(batcher.spec).toMatchObject({ replicas: 3, podManagementPolicy: 'Parallel' })
  expect(batcher.spec.volumeClaimTemplates).toBeUndefined()
  expect(podOf(batcher)?.containers[0]?.volumeMounts).toEqual([{ name: 'tmp', mountPath: '/tmp' }])

  const places = [0, 1, 2].map(
    (index) => `http://board-agora-batcher-${index}.board-agora-batcher.club.svc.cluster.local:4000`,
  )
  for (const role of ['web', 'accounts', 'admin'])
    expect(settingOf(named(all, 'Deployment', `board-agora-${role}`), 'BATCHERS')).toBe(places.join('|'))
  expect(named(all, 'Service', 'board-agora-batcher').spec).toMatchObject({
    clusterIP: 'None',
    publishNotReadyAddresses: true,
  })
})

test('the members of a group are all named, with their ports', async () => {
  const group = await render(['mysql.innodbCluster.enabled=true'])
  const members = [0, 1, 2].map(
    (index) => `board-agora-mysql-${index}.board-agora-mysql-instances.club.svc.cluster.local:3306`,
  )
  expect(settingOf(named(group, 'Deployment', 'board-agora-web'), 'DATABASE_URL')).toBe(
    `mysql://agora_web:$(DB_PASSWORD_WEB)@${members.join(',')}/agora`,
  )
  // Uninstalling the board leaves them.
  const servers = named(group, 'InnoDBCluster', 'board-agora-mysql')
  expect(servers.metadata.annotations).toEqual({ 'helm.sh/resource-policy': 'keep' })
})

test('the database is made before replicas, widened before an upgrade and tidied after it', async () => {
  const hooks = (all: Manifest[]) =>
    all
      .filter(({ kind }) => kind === 'Job')
      .map((job) => [
        job.metadata.annotations?.['helm.sh/hook'],
        podOf(job)?.containers[0]?.command?.slice(1).join(' '),
      ])
      .sort()
  const later = [
    ['post-upgrade', 'stack/database/prepare.ts'],
    ['pre-upgrade', 'stack/database/migrate.ts expand'],
  ]
  const prepare = 'stack/database/prepare.ts'
  expect(hooks(await render(oneServer))).toEqual([...later, ['pre-install', prepare]].sort())
  // Servers that the chart makes are not there before.
  expect(hooks(await render(['mysql.innodbCluster.enabled=true']))).toEqual(
    [...later, ['post-install', prepare]].sort(),
  )
})

test('HAProxy finds replicas by whole names, and has a place for as many as there may be', async () => {
  const all = await render(oneServer)
  const haproxy = named(all, 'Deployment', 'board-agora-haproxy')
  expect(settingOf(haproxy, 'NAME_SERVER')).toBe('resolv.conf')
  const configuration = read('haproxy/haproxy.cfg')
  for (const [role, most] of [
    ['web', 20],
    ['accounts', 8],
    ['admin', 8],
  ] as const) {
    expect(settingOf(haproxy, `${role.toUpperCase()}_AT`)).toBe(`board-agora-${role}.club.svc.cluster.local`)
    expect(configuration).toContain(
      `server-template ${role}- ${most} "\${${role.toUpperCase()}_AT-${role}}:3000"`,
    )
  }
})

test('a replica has the time to end that its settings say', async () => {
  const values = [...oneServer, 'settings.GRACE_SECONDS=300', 'settings.DRAIN_MS=5000']
  const web = named(await render(values), 'Deployment', 'board-agora-web')
  expect(web.spec.template?.spec.terminationGracePeriodSeconds).toBeGreaterThan(305)
})

test('who needs a program reaches it, and nobody else', async () => {
  const all = await render(oneServer)
  const from = (name: string) =>
    named(all, 'NetworkPolicy', `board-agora-${name}`).spec.ingress.flatMap((way) =>
      (way.from ?? []).map(
        (peer) => peer.podSelector?.matchLabels['app.kubernetes.io/component'] ?? 'others',
      ),
    )
  expect(from('batcher')).toEqual(['web', 'accounts', 'admin', 'others'])
  expect(from('web')).toEqual(['haproxy', 'others'])
  expect(from('courier')).toEqual(['others'])
})

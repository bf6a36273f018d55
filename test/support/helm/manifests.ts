import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { root } from '../servers/reaper.ts'
import { findHelm, output } from './find-helm.ts'

const chart = join(root, 'deploy/helm/agora')

/** A document that the chart makes. */
export type Manifest = {
  apiVersion: string
  kind: string
  metadata: { name: string; labels: Record<string, string>; annotations?: Record<string, string> }
  spec: Spec
}

/** What tests look at. Each kind has some of it, and more, at which `faultsOf` looks. */
type Spec = {
  replicas: number
  replica?: number
  podManagementPolicy: string
  volumeClaimTemplates?: object
  clusterIP: string
  publishNotReadyAddresses: boolean
  ports: { port: number | string }[]
  template?: { spec: Pod }
  ingress: { from?: { podSelector?: { matchLabels: Record<string, string> } }[] }[]
}

export type Pod = {
  terminationGracePeriodSeconds: number
  securityContext: object
  containers: Container[]
  initContainers?: Container[]
}

type Container = {
  name: string
  command?: string[]
  env?: Variable[]
  securityContext: object
  volumeMounts: { name: string; mountPath: string }[]
}

type Variable = { name: string; value?: string; valueFrom?: { secretKeyRef?: { key: string } } }

/** All that can be switched on, so that each template is drawn with each of its branches. */
export const variants: Record<string, string[]> = {
  'one server of MySQL': ['mysql.hosts={db.example}'],
  'a group of servers, TLS': [
    'mysql.hosts={a.example,b.example}',
    'tls.secret=board',
    'settings.READ=members',
  ],
  'its own InnoDBCluster, an ingress': [
    'mysql.innodbCluster.enabled=true',
    'mysql.innodbCluster.storageClass=fast',
    'ingress.enabled=true',
    'ingress.host=board.example',
    'ingress.className=public',
    'ingress.tlsSecret=board',
    'ingress.annotations.a=b',
    'service.type=ClusterIP',
    'service.annotations.a=b',
    'trustedProxies=10.0.0.0/8',
  ],
  'mail, single sign-on, a load metric': [
    'mysql.hosts={db.example}',
    'settings.MAIL=smtp',
    'settings.SITE_URL=https://board.example',
    'settings.OIDC_ISSUER=https://id.example',
    'web.autoscaling.loadMetric=agora_load',
    'admin.autoscaling.enabled=true',
    'networkPolicy.enabled=false',
    'image.digest=sha256:0000000000000000000000000000000000000000000000000000000000000000',
    'image.pullSecrets={registry}',
    'priorityClassName=high',
    'nodeSelector.disk=ssd',
  ],
}

const given = (values: string[]) => values.flatMap((value) => ['--set', value])

/** Throws with what Helm has against the chart with these values, each `name=value`. */
export async function lint(values: string[]): Promise<void> {
  await output([await findHelm(), 'lint', '--strict', '--quiet', chart, ...given(values)])
}

/** Resolves to what the chart makes of values, each `name=value`. Throws with what Helm says against them. */
export async function render(values: string[]): Promise<Manifest[]> {
  const command = [await findHelm(), 'template', 'board', chart, '--namespace', 'club', ...given(values)]
  return parseAllDocuments(await output(command)).map((document) => document.toJS() as Manifest)
}

const moduleOf = ({ apiVersion }: Manifest) => `kubernetes-models/${apiVersion}`

/** Kinds of which nobody publishes a schema: they are an operator's. */
const isForeign = ({ apiVersion }: Manifest) => apiVersion === 'mysql.oracle.com/v2'

/**
 * Resolves to what Kubernetes would have against manifests, by its schemas: values that may not be, and names
 * that it does not know, which its schemas let pass and TypeScript does not.
 */
export async function faultsOf(manifests: Manifest[]): Promise<string> {
  const each = new Map(manifests.map((manifest) => [JSON.stringify(manifest), manifest]))
  const known = [...each.values()].filter((manifest) => !isForeign(manifest))
  const faults = await Promise.all(known.map(faultOf))
  return [...faults, await unknownNames(known)].filter(Boolean).join('\n')
}

async function faultOf(manifest: Manifest): Promise<string> {
  const kinds = (await import(moduleOf(manifest))) as Record<string, new (data: object) => Validated>
  const Kind = kinds[manifest.kind]
  if (!Kind) return `${manifest.apiVersion} has no ${manifest.kind}`
  try {
    new Kind(manifest).validate()
    return ''
  } catch (error) {
    return `${manifest.kind} ${manifest.metadata.name}: ${error instanceof Error ? error.message : error}`
  }
}

type Validated = { validate(): void }

async function unknownNames(manifests: Manifest[]): Promise<string> {
  const folder = join(root, 'node_modules/.cache/agora-manifests', crypto.randomUUID())
  mkdirSync(folder, { recursive: true })
  const lines = manifests.map((manifest, index) => {
    const type = `import('${moduleOf(manifest)}').I${manifest.kind}`
    return `export const _${index}_${manifest.kind}: ${type} = ${JSON.stringify(manifest)}`
  })
  const compilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: true, types: [] },
    ...{ module: 'preserve', moduleResolution: 'bundler', target: 'esnext' },
  }
  writeFileSync(join(folder, 'manifests.ts'), `${lines.join('\n')}\n`)
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['manifests.ts'] }))
  try {
    await output([process.execPath, '--bun', join(root, 'node_modules/.bin/tsc'), '-p', folder])
    return ''
  } catch (error) {
    return String(error)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

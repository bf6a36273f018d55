import { text } from 'node:stream/consumers'
import { environment } from '../../src/platform/config.ts'
import { faultsOf, lint, render, variants } from '../support/helm/manifests.ts'
import { projectFiles } from '../support/rules/project.ts'
import { root } from '../support/servers/reaper.ts'
import type { Result } from './suites.ts'
import { wideLines } from './width.ts'
import { workflowProblem } from './workflows.ts'

/** A look at the project that says what is wrong; nothing when all is well. */
type Check = { name: string; problem: () => Promise<string> }

type Outcome = { code: number; output: string }

/**
 * Runs all checks side by side and prints what each found. One whose tool is missing or breaks has failed.
 */
export async function runChecks(): Promise<Result> {
  const began = performance.now()
  console.log('\n# checks')
  const created = await checks()
  const found = await Promise.all(created.map(runCheck))
  const failures = created.filter((_, index) => found[index]).map(({ name }) => `check ${name}`)
  return {
    name: 'checks',
    passed: created.length - failures.length,
    failed: failures.length,
    failures,
    seconds: (performance.now() - began) / 1_000,
  }
}

async function runCheck({ name, problem }: Check): Promise<string> {
  const found = await problem().catch((error) => `could not be made: ${error}`)
  console.log(found ? `(fail) ${name}\n${found}` : `(pass) ${name}`)
  return found
}

async function checks(): Promise<Check[]> {
  return [
    { name: 'biome', problem: () => fails(tool('biome', 'check', '--error-on-warnings', '.')) },
    {
      name: 'prettier for Markdown',
      problem: () => fails(tool('prettier', '--log-level', 'warn', '--check', '**/*.md')),
    },
    { name: 'no line is wider than 110', problem: async () => projectFiles().flatMap(wideLines).join('\n') },
    { name: 'tsc', problem: () => fails(tool('tsc', '--noEmit')) },
    { name: 'knip', problem: () => fails(tool('knip', '--no-progress', '--treat-config-hints-as-errors')) },
    { name: 'xss-scan', problem: xssProblem },
    { name: 'haproxy.cfg natively', problem: () => haproxyProblem('native') },
    { name: 'haproxy.cfg in containers', problem: () => haproxyProblem('docker') },
    { name: 'haproxy.cfg in Kubernetes', problem: () => haproxyProblem('docker', inKubernetes) },
    ...helmChecks(),
    { name: 'actionlint', problem: () => workflowProblem(projectFiles()) },
    ...shellScripts().map(([shell, file]) => ({
      name: `${shell} -n ${file}`,
      problem: () => fails([shell, '-n', file]),
    })),
    ...(await composeChecks()),
  ]
}

/** A program of the locked packages, run by Bun: they ask for Node, which may not be here. */
const tool = (name: string, ...args: string[]) => [
  process.execPath,
  '--bun',
  `node_modules/.bin/${name}`,
  ...args,
]

async function fails(command: string[], env?: Record<string, string>): Promise<string> {
  const { code, output } = await outcome(command, env)
  return code === 0 ? '' : output || `${command.join(' ')} ended with ${code}`
}

/** It crashes under some versions of TypeScript and still exits with 0, so only its own words count. */
async function xssProblem(): Promise<string> {
  const { code, output } = await outcome(tool('xss-scan'))
  return code === 0 && output.includes('No XSS vulnerabilities found') ? '' : `exit code ${code}\n${output}`
}

/** `-dW` makes a warning an error. */
async function haproxyProblem(mode: 'native' | 'docker', env = {}): Promise<string> {
  const { code, output } = await outcome(['haproxy', '-c', '-dW', '-f', 'haproxy/haproxy.cfg'], {
    PATH: `${environment.PATH}:/usr/sbin:/usr/local/sbin`,
    AGORA_MODE: mode,
    HTTP_BIND: '127.0.0.1:8080',
    STATS_BIND: '127.0.0.1:8404',
    STATS_USER: 'agora',
    STATS_PASSWORD: 'password',
    HAPROXY_SOCKET: '/tmp/agora-check.sock',
    ...env,
  })
  return code === 0 && !/\[(WARNING|ALERT)\]/.test(output) ? '' : `exit code ${code}\n${output}`
}

const inKubernetes = {
  NAME_SERVER: 'resolv.conf',
  WEB_AT: 'web.a',
  ACCOUNTS_AT: 'accounts.a',
  ADMIN_AT: 'admin.a',
}

function helmChecks(): Check[] {
  return [
    ...Object.entries(variants).map(([name, values]) => ({
      name: `helm lint: ${name}`,
      problem: () => lint(values).then(() => ''),
    })),
    {
      name: "what Helm makes, by Kubernetes' schemas",
      problem: async () => faultsOf((await Promise.all(Object.values(variants).map(render))).flat()),
    },
  ]
}

function shellScripts(): ['sh' | 'bash', string][] {
  return projectFiles().flatMap(({ path, text }): ['sh' | 'bash', string][] => {
    const shell = text.match(/^#!.*\b(sh|bash)\b/)?.[1]
    return shell === 'sh' || shell === 'bash' ? [[shell, path]] : []
  })
}

/** Only where Docker Compose is: a machine that runs Agora natively need not have it. */
async function composeChecks(): Promise<Check[]> {
  const version = await outcome(['docker', 'compose', 'version']).catch(() => ({ code: 1 }))
  if (version.code !== 0) return []
  const monitoring = ['docker', 'compose', '--file', 'deploy/monitoring/docker-compose.yml', 'config', '-q']
  return [
    ...[[], ['http'], ['data'], ['http', 'data', 'node']].map((overlays) => ({
      name: ['docker compose config', ...overlays].join(' '),
      problem: () => fails(composeConfig(overlays), elsewhere),
    })),
    { name: 'docker compose config of monitoring', problem: () => fails(monitoring) },
  ]
}

const composeConfig = (overlays: string[]) => [
  ...['docker', 'compose', '--file', 'docker-compose.yml'],
  ...overlays.flatMap((overlay) => ['--file', `deploy/${overlay}.compose.yml`]),
  ...['config', '-q'],
]

/** The settings of a server of a deployment. */
const elsewhere = {
  ...{ MYSQL_HOST: '10.20.10.2', REDIS_URL: 'redis://10.20.10.3:6379', BATCHERS: 'http://10.20.10.4:4000' },
  ...{ DB_PASSWORD_WEB: 'a', DB_PASSWORD_ACCOUNTS: 'b', DB_PASSWORD_ADMIN: 'c', DB_PASSWORD_COPIER: 'd' },
  ...{ NODE: '10.20.10.2', NODES: '10.20.10.2,10.20.10.3', REDIS_PASSWORD: 'e', MYSQL_ROOT_PASSWORD: 'f' },
}

async function outcome(command: string[], env: Record<string, string> = {}): Promise<Outcome> {
  const child = Bun.spawn(command, {
    cwd: root,
    env: { ...environment, ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), child.exited])
  return { code, output: out + err }
}

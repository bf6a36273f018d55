import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { environment } from '../../src/platform/config.ts'
import { UserError } from '../errors.ts'
import { searchFolders, which } from '../process/which.ts'

/** Absolute paths of what the native stack runs. */
export type Programs = {
  mysqld: string
  /** MariaDB and MySQL make a data folder in different ways, and neither reads the other's. */
  flavour: Flavour
  /** MariaDB's maker of data folders; MySQL's server does it by itself. */
  installDatabase: string | undefined
  redis: string
  haproxy: string
}

export type Flavour = 'mariadb' | 'mysql'

/** Something is missing; the message ends with the command that brings it. */
class MissingPrograms extends UserError {
  override name = 'MissingPrograms'
}

const requirements = {
  mysql: {
    what: 'a database server (MariaDB 10.11 or MySQL 8.4, or later)',
    // The maker of data folders needs a tool that comes with the client.
    apt: ['mariadb-server-core', 'mariadb-client-core'],
    brew: ['mariadb'],
  },
  redis: { what: 'Redis', apt: ['redis-server'], brew: ['redis'] },
  haproxy: { what: 'HAProxy', apt: ['haproxy'], brew: ['haproxy'] },
}
type Requirement = keyof typeof requirements

/**
 * Finds the programs, or installs those that are missing where it may: as root on Debian and Ubuntu. `madeBy`
 * is the flavour of an existing database. Throws a MissingPrograms that names the command to type.
 */
export async function findPrograms(
  existing: Flavour | undefined,
  print: (line: string) => void,
): Promise<Programs> {
  const missing = missingPrograms(existing)
  if (missing.length > 0) {
    if (!canInstall()) throw new MissingPrograms(adviceFor(missing))
    await installPackages(
      missing.flatMap((name) => requirements[name].apt),
      print,
    )
    const still = missingPrograms(existing)
    if (still.length > 0) throw new MissingPrograms(adviceFor(still))
  }
  const server = findDatabaseServer(existing)
  const [redis, haproxy] = [which('redis-server'), which('haproxy')]
  if (!server || !redis || !haproxy) throw new MissingPrograms(adviceFor(missingPrograms(existing)))
  return { ...server, redis, haproxy }
}

/** Whether `findPrograms` can succeed. */
export function canRunNatively(existing: Flavour | undefined): boolean {
  return missingPrograms(existing).length === 0 || canInstall()
}

/** Which server made a data folder. `mysql.ibd` is MySQL's dictionary, MariaDB has none. */
export function flavourOf(mysqlData: string): Flavour | undefined {
  if (!existsSync(mysqlData)) return undefined
  return existsSync(join(mysqlData, 'mysql.ibd')) ? 'mysql' : 'mariadb'
}

/** The flavour of the server that a stack on this folder has, or would get. */
export const flavourFor = (mysqlData: string): Flavour =>
  flavourOf(mysqlData) ?? findDatabaseServer()?.flavour ?? 'mariadb'

/** The flavour when `--version` prints one that is new enough. */
export function flavourIn(version: string): Flavour | undefined {
  const found = version.match(/Ver (\d+)\.(\d+)/)
  if (!found) return undefined
  const [flavour, least] = version.includes('MariaDB')
    ? (['mariadb', [10, 11]] as const)
    : (['mysql', [8, 4]] as const)
  const [major, minor] = [Number(found[1]), Number(found[2])]
  return major > least[0] || (major === least[0] && minor >= least[1]) ? flavour : undefined
}

function missingPrograms(existing: Flavour | undefined): Requirement[] {
  const found: Record<Requirement, unknown> = {
    mysql: findDatabaseServer(existing),
    redis: which('redis-server'),
    haproxy: which('haproxy'),
  }
  return (Object.keys(requirements) as Requirement[]).filter((name) => !found[name])
}

/** Finds the first server in PATH that is new enough, and of the flavour of an existing database. */
export function findDatabaseServer(
  existing?: Flavour,
): Pick<Programs, 'mysqld' | 'flavour' | 'installDatabase'> | undefined {
  const candidates = searchFolders().flatMap((folder) => [join(folder, 'mariadbd'), join(folder, 'mysqld')])
  const installDatabase = which('mariadb-install-db')
  for (const mysqld of candidates.filter(existsSync)) {
    const flavour = flavourIn(
      Bun.spawnSync([mysqld, '--no-defaults', '--version'], { stderr: 'ignore' }).stdout.toString(),
    )
    if (!flavour || (existing && flavour !== existing)) continue
    if (flavour === 'mysql') return { mysqld, flavour, installDatabase: undefined }
    if (installDatabase) return { mysqld, flavour, installDatabase }
  }
  return undefined
}

function isDebian(): boolean {
  return (
    existsSync('/etc/os-release') &&
    /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'))
  )
}

/** Whether `installPackages` may work: as root on Debian and Ubuntu. */
export function canInstall(): boolean {
  return isDebian() && process.getuid?.() === 0
}

function adviceFor(missing: Requirement[]): string {
  const what = missing.map((name) => requirements[name].what).join(' and ')
  const packages = (kind: 'apt' | 'brew') => missing.flatMap((name) => requirements[name][kind]).join(' ')
  if (process.platform === 'darwin') return `${what} is missing. Run: brew install ${packages('brew')}`
  if (isDebian())
    return `${what} is missing. Run: sudo apt-get install --no-install-recommends ${packages('apt')}`
  return `${what} is missing. Install it with this system's package manager, or run: ./agora up --docker`
}

/** Installs Debian packages without starting their services. Throws a UserError that holds what apt said. */
export async function installPackages(packages: string[], print: (line: string) => void): Promise<void> {
  print(`installing ${packages.join(', ')}`)
  await withoutServices(packages, async () => {
    await apt(['update'])
    await apt(['install', '-y', '--no-install-recommends', ...packages])
  })
}

async function apt(args: string[]): Promise<void> {
  const child = Bun.spawn(['apt-get', '-o', 'DPkg::Lock::Timeout=120', ...args], {
    env: { ...environment, DEBIAN_FRONTEND: 'noninteractive' },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), child.exited])
  if (code !== 0) throw new UserError(`apt-get ${args.join(' ')} failed:\n${out}${err}`.trimEnd())
}

/**
 * Debian starts a service when its package arrives, now and at each boot; ours are to run as our children
 * only. 101 is "not allowed" in the contract of policy-rc.d(8).
 */
async function withoutServices(packages: string[], work: () => Promise<void>): Promise<void> {
  const policy = '/usr/sbin/policy-rc.d'
  const isOurs = !existsSync(policy)
  if (isOurs) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    await work()
  } finally {
    if (isOurs) rmSync(policy, { force: true })
  }
  const systemctl = Bun.which('systemctl')
  if (systemctl) Bun.spawnSync([systemctl, 'disable', ...packages], { stdout: 'ignore', stderr: 'ignore' })
}

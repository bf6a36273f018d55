import {
  chmodSync,
  existsSync,
  lchownSync,
  lstatSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { dataPaths } from '../data-folder.ts'
import type { User } from '../process/user.ts'
import { which } from '../process/which.ts'
import type { ProcessRole } from '../status.ts'

/** As whom each kind of process runs. */
export type Users = Record<ProcessRole, User>

/**
 * Each kind has its own, because who runs as the same user can read another's secrets out of its environment.
 * Debian's packages make the stores' and HAProxy's.
 */
const names: Record<ProcessRole, string> = {
  mysql: 'mysql',
  redis: 'redis',
  haproxy: 'haproxy',
  batcher: 'agora-batcher',
  courier: 'agora-courier',
  search: 'agora-search',
  scaler: 'agora-scaler',
  web: 'agora-web',
  accounts: 'agora-accounts',
  admin: 'agora-admin',
}

/**
 * The users of a stack that root starts, with all that is theirs of its data folder, which an earlier start
 * or a restore may have left to root; users that are missing are made. To be called before any process of the
 * stack runs. Returns undefined for any other user, whose stack runs as themselves, and where it cannot be:
 * then it prints a line that says so, and all of it runs as root.
 */
export function usersFor(data: string, runtime: string, print: (line: string) => void): Users | undefined {
  if (process.getuid?.() !== 0 || process.platform !== 'linux') return undefined
  const closed = closedFolder(realpathSync(data)) ?? closedFolder(realpathSync(runtime))
  if (closed) {
    print(
      `everything runs as root: other users can't pass ${closed}. Use --data in a folder they can, as /srv/agora`,
    )
    return undefined
  }
  try {
    const users = findUsers()
    shareData(data, users)
    return users
  } catch (error) {
    print(`everything runs as root: ${error instanceof Error ? error.message : error}`)
    return undefined
  }
}

function findUsers(): Users {
  if (!which('setpriv')) throw new Error('setpriv is missing')
  const missing = Object.values(names).filter((name) => !readUsers().has(name))
  for (const name of missing) makeUser(name)
  const known = readUsers()
  const users = Object.entries(names).map(([role, name]) => {
    const user = known.get(name)
    if (!user || user.uid === 0) throw new Error(`there is no user ${name}`)
    return [role, user] as const
  })
  return Object.fromEntries(users) as Users
}

function shareData(data: string, users: Users): void {
  const { mysql, journal, mail, index, releases, backups } = dataPaths(data)
  // To pass, not to see what is there.
  for (const folder of [data, releases].filter(existsSync)) chmodSync(folder, 0o711)
  // The scaler reads it; earlier releases wrote it for root alone.
  if (existsSync(backups)) chmodSync(backups, 0o644)
  for (const [folder, user] of [
    [mysql, users.mysql],
    [journal, users.batcher],
    [mail, users.courier],
    [index, users.search],
  ] as const)
    if (existsSync(folder)) giveFolder(folder, user)
}

/** The part of a plan that says as whom it runs: nothing where that is who started the stack. */
export const runAs = (user: User | undefined) => (user ? { user } : {})

/**
 * Makes a user the owner of a folder with all that is in it. To be called while nobody runs who is that user:
 * they could put a link in the place of a file meanwhile.
 */
function giveFolder(folder: string, { uid, gid }: User): void {
  const entry = lstatSync(folder)
  if (entry.uid !== uid || entry.gid !== gid) lchownSync(folder, uid, gid)
  if (!entry.isDirectory()) return
  for (const name of readdirSync(folder)) giveFolder(join(folder, name), { name, uid, gid })
}

/** Lets everybody read a folder of code with all that is in it. */
export function letRead(path: string): void {
  const entry = lstatSync(path)
  if (entry.isSymbolicLink()) return
  const needed = entry.isDirectory() || entry.mode & 0o100 ? 0o055 : 0o044
  if ((entry.mode & needed) !== needed) chmodSync(path, (entry.mode & 0o777) | needed)
  if (entry.isDirectory()) for (const name of readdirSync(path)) letRead(join(path, name))
}

/** The first folder above `path` that others can't pass. */
function closedFolder(path: string): string | undefined {
  const above = dirname(path)
  if (above === path) return undefined
  const isClosed = existsSync(above) && (statSync(above).mode & 0o001) === 0
  return closedFolder(above) ?? (isClosed ? above : undefined)
}

/** passwd(5): name, password, uid, gid and more, with colons between. */
function readUsers(): Map<string, User> {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  return new Map(
    lines.map((line) => {
      const [name = '', , uid, gid] = line.split(':')
      return [name, { name, uid: Number(uid), gid: Number(gid) }]
    }),
  )
}

function makeUser(name: string): void {
  const useradd = which('useradd')
  if (!useradd) throw new Error('useradd is missing')
  const nobody = ['--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin']
  const { success, stderr } = Bun.spawnSync([useradd, '--system', '--user-group', ...nobody, name], {
    stderr: 'pipe',
  })
  // Another stack that starts at this moment may have been quicker.
  if (!success && !readUsers().has(name)) throw new Error(stderr.toString().trim())
}

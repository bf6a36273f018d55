import { existsSync, lchownSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { dataPaths } from '../../data-folder.ts'
import { UserError } from '../../errors.ts'
import type { ChildPlan } from '../../process/child.ts'
import { inherited } from '../../process/program.ts'
import { mysqlAnswers } from '../../process/ready.ts'
import { asUser } from '../../process/user.ts'
import { databaseUrl, initFile, loopback, mysqlFolder, mysqlSocket, type Site } from '../site.ts'
import { stopSteps } from '../stop-order.ts'
import { runAs, type Users } from '../system-users.ts'

/** MySQL or MariaDB, whichever this machine has. */
export function mysqlPlan({ data, runtime, programs, users, secrets, mysqlPort }: Site): ChildPlan {
  return {
    name: 'mysql',
    role: 'mysql',
    command: [
      programs.mysqld,
      '--no-defaults',
      ...asRoot(users),
      `--datadir=${dataPaths(data).mysql}`,
      `--bind-address=${loopback}`,
      `--port=${mysqlPort}`,
      `--socket=${mysqlSocket(runtime)}`,
      `--pid-file=${join(dataPaths(data).mysql, 'mysqld.pid')}`,
      `--init-file=${initFile(runtime)}`,
      // A server that starts deletes the temporary tables it finds, those of its neighbours, too.
      `--tmpdir=${mysqlFolder(runtime)}`,
      '--skip-name-resolve',
      '--local-infile=OFF',
      // MySQL's default is a folder that only its own package makes.
      `--secure-file-priv=${mysqlFolder(runtime)}`,
      '--default-time-zone=+00:00',
      '--character-set-server=utf8mb4',
      '--collation-server=utf8mb4_bin',
      '--max-connections=500',
      '--max-allowed-packet=64M',
      '--innodb-buffer-pool-size=256M',
      // A commit is on the disk when it is answered. There is no replica to feed from a binary log.
      '--innodb-flush-log-at-trx-commit=1',
      '--skip-log-bin',
      '--loose-mysqlx=OFF',
      '--loose-performance-schema=OFF',
    ],
    // Memory is given back: an arena for each core keeps what its largest statement took.
    env: { ...inherited(), MALLOC_ARENA_MAX: '2' },
    ...runAs(users?.mysql),
    port: mysqlPort,
    isReady: () => mysqlAnswers(databaseUrl('root', secrets.mysqlRoot, mysqlPort)),
    readyWithinMs: 120_000,
    stop: stopSteps.mysql,
  }
}

/**
 * Makes an empty database server's folder. It appears under its name only when it is whole, so one that was
 * killed halfway is never taken for finished. Root has no password yet; the server sets it before it lets
 * anyone in.
 */
export async function makeMysqlData(site: Site): Promise<void> {
  const { data, runtime, users } = site
  const folder = dataPaths(data).mysql
  if (existsSync(folder)) return
  const draft = `${folder}.draft`
  rmSync(draft, { recursive: true, force: true })
  // MariaDB's script breaks at a space in a path, and --data may have some.
  const alias = join(runtime, 'data')
  symlinkSync(data, alias)
  if (users) {
    mkdirSync(draft, { mode: 0o700 })
    lchownSync(draft, users.mysql.uid, users.mysql.gid)
  }
  const child = Bun.spawn(asUser(users?.mysql, makerOf(join(alias, basename(draft)), site)), {
    cwd: '/',
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), child.exited])
  if (code !== 0) throw new UserError(`the database's folder could not be made:\n${out}${err}`.trimEnd())
  renameSync(draft, folder)
}

function makerOf(folder: string, { runtime, users, programs }: Site): [string, ...string[]] {
  const { installDatabase, mysqld } = programs
  const options = [
    '--no-defaults',
    ...asRoot(users),
    `--datadir=${folder}`,
    `--tmpdir=${mysqlFolder(runtime)}`,
  ]
  if (!installDatabase) return [mysqld, ...options, '--initialize-insecure']
  return [
    installDatabase,
    ...options,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    '--skip-name-resolve',
  ]
}

/** The server refuses to run as root without this option. */
function asRoot(users: Users | undefined): string[] {
  return process.getuid?.() === 0 && !users ? ['--user=root'] : []
}

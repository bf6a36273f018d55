import { existsSync, lchownSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { dataPaths } from '../data-folder.ts'
import { UserError } from '../errors.ts'
import { asRoot, mysqlFolder, type Site } from './plan.ts'
import { asUser } from './system-users.ts'

/**
 * Makes an empty database server's folder. It appears under its name only when it is whole, so one that was killed
 * halfway is never taken for finished. Root has no password yet; the server sets it before it lets anyone in.
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

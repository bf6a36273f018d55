/** MySQL with Group Replication: the first in PATH, else that of the image which containers run. */

import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { environment } from '../../src/platform/config.ts'
import { UserError } from '../../stack/errors.ts'
import { findDatabaseServer } from '../../stack/native/install-programs.ts'
import { run } from '../../test/support/servers/processes.ts'
import { temporaryFolder } from '../../test/support/servers/reaper.ts'

const image = 'mysql:9.7'

/** `command`: runs it with options, on a folder that stands for `/data` where `data` says. */
export type MysqlProgram = {
  version: string
  command(data: string, options: string[]): string[]
  /** Runs a line of shell in which MySQL's clients are found. */
  shell(line: string): string[]
  seen(data: string): string
}

/** Throws a UserError where neither is to be had. */
export async function findMysql(): Promise<MysqlProgram> {
  const found = findDatabaseServer('mysql')
  const program = found ? installed(found.mysqld) : inFolder(await unpackedImage())
  const { code, printed, output } = await run(program.command(temporaryFolder(), ['--version']))
  if (code !== 0) throw new Error(`MySQL does not run:\n${output}`)
  return { ...program, version: printed.match(/Ver (\S+)/)?.[1] ?? 'unknown' }
}

/**
 * No settings of this machine. `--no-defaults` would leave out what `SET PERSIST` keeps in the data folder,
 * too.
 */
function noFile(data: string, seen: string): string {
  writeFileSync(join(data, 'empty.cnf'), '')
  return `--defaults-file=${seen}/empty.cnf`
}

/** Whether `findMysql` can succeed. */
export async function hasMysql(): Promise<boolean> {
  if (findDatabaseServer('mysql')) return true
  if (!Bun.which('docker')) return false
  return (await run(['docker', 'image', 'inspect', image])).code === 0
}

const installed = (mysqld: string): Omit<MysqlProgram, 'version'> => ({
  command: (data, options) => [mysqld, noFile(data, data), ...options],
  shell: (line) => [
    'env',
    `PATH=${dirname(mysqld)}:${dirname(mysqld)}/../bin:${environment.PATH}`,
    'sh',
    '-c',
    line,
  ],
  seen: (data) => data,
})

/** In a root of its own, in which the data folder is at `/data`; seen by this process alone. */
function inFolder(root: string): Omit<MysqlProgram, 'version'> {
  mkdirSync(join(root, 'data'), { recursive: true })
  const enter =
    'mount --rbind /dev "$1/dev" && mount --bind "$2" "$1/data" && root=$1 && shift 2 && exec chroot "$root" "$@"'
  return {
    command: (data, options) => [
      ...['unshare', '--mount', 'sh', '-c', enter, 'sh', root, data],
      ...['mysqld', noFile(data, '/data'), ...options],
    ],
    shell: (line) => ['chroot', root, 'sh', '-c', line],
    seen: () => '/data',
  }
}

async function unpackedImage(): Promise<string> {
  const created = await run(['docker', 'create', image]).catch(() => undefined)
  if (created?.code !== 0)
    throw new UserError(
      `MySQL 8.4 or later is not in PATH, and there is no image ${image}: no group can be made here`,
    )
  const container = created.printed.trim()
  const folder = temporaryFolder()
  const { code, output } = await run(['sh', '-c', `docker export ${container} | tar -x -C "$0"`, folder])
  await run(['docker', 'rm', '--volumes', container])
  if (code !== 0) throw new Error(`${image} could not be unpacked:\n${output}`)
  return folder
}

/** An account like that of the image, that may do everything from everywhere. */
const rootAccess = (password: string) =>
  `CREATE USER IF NOT EXISTS 'root'@'%' IDENTIFIED BY '${password}';
GRANT ALL ON *.* TO 'root'@'%' WITH GRANT OPTION;
`

/** Makes folders of empty servers, each with what its first start runs in the file `init.sql`. */
export async function emptyFolders(
  program: MysqlProgram,
  count: number,
  password: string,
): Promise<string[]> {
  const folder = temporaryFolder()
  const seen = program.seen(folder)
  const options = [`--datadir=${seen}/made`, `--tmpdir=${seen}`, '--user=root', '--initialize-insecure']
  const { code, output } = await run(program.command(folder, options))
  if (code !== 0) throw new Error(`MySQL could not make its data folder:\n${output}`)
  rmSync(join(folder, 'made/auto.cnf'), { force: true })
  return Array.from({ length: count }, () => {
    const own = temporaryFolder()
    cpSync(join(folder, 'made'), join(own, 'made'), { recursive: true })
    mkdirSync(join(own, 'tmp'))
    writeFileSync(join(own, 'init.sql'), rootAccess(password))
    return own
  })
}

import { cpSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { environment } from '../../../src/platform/config.ts'
import { findDatabaseServer } from '../../../stack/native/install-programs.ts'
import { freePort } from '../../../stack/process/free-port.ts'
import { type Patience, until } from '../until.ts'
import { type Running, run, startProcess } from './processes.ts'
import { temporaryFolder } from './reaper.ts'

export { freePort }

/** A real server of this test run's own, with its own data, on a port of its own. */
export type Service = {
  /** With the name and password of an account that may do everything. */
  url: string
  port: number
  pid(): number
  /** Everything it logged since it was last started. */
  output(): string
  stop(): Promise<void>
  kill(): Promise<void>
  /** Freezes it: connections stay open and nothing is answered. */
  pause(): void
  resume(): void
  /** Stops it if it runs, then starts it on the same port with the same data. Resolves when it answers. */
  restart(): Promise<void>
}

/** A server of MySQL's protocol: the one that `up` starts here, so the first in PATH. */
export async function startMysql(): Promise<Service> {
  const folder = temporaryFolder()
  const port = await freePort()
  const url = `mysql://tester:tester@127.0.0.1:${port}`

  cpSync(await emptyMysql(), join(folder, 'data'), { recursive: true })
  await Bun.write(
    join(folder, 'init.sql'),
    `CREATE USER IF NOT EXISTS 'tester'@'%' IDENTIFIED BY 'tester';
     GRANT ALL ON *.* TO 'tester'@'%' WITH GRANT OPTION;`,
  )
  const command = [
    databaseServer().mysqld,
    ...mysqlOptions(join(folder, 'data')),
    `--port=${port}`,
    `--socket=${join(folder, 's')}`,
    `--pid-file=${join(folder, 'pid')}`,
    `--init-file=${join(folder, 'init.sql')}`,
    '--bind-address=127.0.0.1',
    '--skip-name-resolve',
    // MySQL does not start where the folder of its packager is missing.
    `--secure-file-priv=${folder}`,
    '--character-set-server=utf8mb4',
    '--default-time-zone=+00:00',
    '--max-connections=300',
    '--innodb-buffer-pool-size=64M',
    // A commit survives the death of the process, if not of the machine.
    '--innodb-flush-log-at-trx-commit=2',
    // The tables of a test's database are made in two thirds of the time.
    '--innodb-file-per-table=0',
  ]
  return service(url, port, command, async () => {
    const connection = await createConnection({ uri: url, connectTimeout: 1_000 })
    await connection.end()
    return true
  })
}

/** A Redis that keeps nothing on disk. `password`: of its clients, and by which it copies another one. */
export async function startRedis(password?: string): Promise<Service> {
  const port = await freePort()
  const command = ['redis-server', '--port', `${port}`, '--bind', '127.0.0.1', '--dir', temporaryFolder()]

  command.push('--save', '', '--appendonly', 'no')
  if (password) command.push('--requirepass', password, '--masterauth', password)
  return service(`redis://127.0.0.1:${port}`, port, command, () => answersPing(port))
}

/** One MySQL for all test files of this run that don't harm it: the runner's, where it started one. */
export const sharedMysql = once(async (): Promise<Pick<Service, 'url'>> => {
  const url = environment[ofRunner.url]
  return url ? { url } : startMysql()
})
/**
 * What every test file would make for itself otherwise: a server of MySQL, and an empty data folder for more
 * of them.
 */
const ofRunner = { url: 'AGORA_TEST_MYSQL', folder: 'AGORA_TEST_MYSQL_FOLDER' }

/** Starts what all files of a run share. Returns what to lay over their environment. */
export async function startForAll(): Promise<Record<string, string>> {
  const { url } = await startMysql()
  return { [ofRunner.url]: url, [ofRunner.folder]: await emptyMysql() }
}

/** One Redis for all test files of this run that don't harm it. */
export const sharedRedis = once(() => startRedis())

/** Returns a function that works on the first call only and returns the same result ever after. */
export function once<T>(work: () => T): () => T {
  let result: { value: T } | undefined
  return () => {
    result ??= { value: work() }
    return result.value
  }
}

async function service(
  url: string,
  port: number,
  command: string[],
  answers: () => Promise<boolean>,
): Promise<Service> {
  let running: Running
  const patience: Patience = { withinMs: 30_000, everyMs: 30 }
  const start = async () => {
    running = startProcess(command, { cwd: '/' })
    await until(async () => !running.isRunning() || (await answers()), patience)
    if (!running.isRunning()) throw new Error(`${command[0]} ended at once:\n${running.output()}`)
  }
  await start()

  return {
    url,
    port,
    pid: () => running.pid,
    output: () => running.output(),
    stop: () => running.stop(),
    kill: () => running.kill(),
    pause: () => running.pause(),
    resume: () => running.resume(),
    restart: async () => {
      running.resume()
      await running.stop()
      await start()
    },
  }
}

/** Debian keeps servers out of an ordinary user's PATH. */
export const findServer = (name: string) =>
  Bun.which(name) ?? Bun.which(name, { PATH: '/usr/sbin:/usr/local/sbin' })

const databaseServer = once(() => {
  const server = findDatabaseServer()
  if (!server) throw new Error('neither MariaDB nor MySQL is installed')
  return server
})

// The server refuses to run as root without this option.
const asWhom = process.getuid?.() === 0 ? ['--user=root'] : []
// A MariaDB that starts deletes the temporary tables it finds, also those of another that runs.
const mysqlOptions = (folder: string) => {
  return ['--no-defaults', `--datadir=${folder}`, `--tmpdir=${dirname(folder)}`, ...asWhom]
}

/** A data folder as the installation leaves it; made once, copied for each server. */
const emptyMysql = once(async () => environment[ofRunner.folder] ?? (await installMysql()))

async function installMysql(): Promise<string> {
  const { mysqld, installDatabase } = databaseServer()
  const folder = join(temporaryFolder(), 'data')
  const { code, output } = installDatabase
    ? await run([installDatabase, ...mysqlOptions(folder), '--innodb-log-file-size=16M'])
    : await run([mysqld, ...mysqlOptions(folder), '--initialize-insecure'])
  if (code !== 0) throw new Error(`${mysqld} could not make its data folder:\n${output}`)
  return folder
}

/** Whether a Redis or a Sentinel answers at the port, be it that it wants a password. */
export async function answersPing(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: {
      data: (_, bytes) => resolve(/^(\+PONG|-NOAUTH)/.test(bytes.toString())),
      close: () => resolve(false),
    },
  })
  socket.write('PING\r\n')
  return promise.finally(() => socket.end())
}

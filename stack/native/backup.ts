import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { authorized } from '../../src/likes/protocol.ts'
import { environment } from '../../src/platform/config.ts'
import type { Source } from '../backup/backup.ts'
import type { Target } from '../backup/restore.ts'
import { dataPaths, makeDataFolder, readState, writeState } from '../data-folder.ts'
import { clientOptions, dumpOptions } from '../database/clients.ts'
import { serverVersion } from '../database/queries.ts'
import { UserError } from '../errors.ts'
import { takeLockWithin } from '../lock.ts'
import { Child } from '../process/child.ts'
import { identify } from '../process/identity.ts'
import { logPath } from '../process/log-files.ts'
import type { Batchers } from '../reconcile.ts'
import { readSecrets } from '../secrets.ts'
import type { Print } from '../stack.ts'
import type { Board } from '../transfer/board.ts'
import { askReport, hearReport } from './control.ts'
import { nativeDown } from './down.ts'
import { findClient } from './find-client.ts'
import { flavourOf } from './install-programs.ts'
import { planSite } from './plan-site.ts'
import { makeMysqlData, mysqlPlan } from './plans/mysql.ts'
import { mendRuntime } from './runtime-folder.ts'
import { databaseUrl, mysqlSocket, type Site } from './site.ts'
import { nativeSql } from './sql.ts'
import { endOrphans } from './supervisor.ts'

/** The batchers of the stack that runs natively on a data folder. */
export async function nativeBatchers(data: string): Promise<Batchers> {
  const report = await askReport(data)
  if (!report) throw new UserError('Agora is not running. Start it with: ./agora up')
  if (!report.isReady) throw new UserError('Agora is being started or stopped at this moment: try again.')
  const batchers = new Map(
    report.processes.filter(({ role }) => role === 'batcher').map(({ name, port }) => [name, port]),
  )
  return {
    batchers: [...batchers.keys()],
    ask: (batcher, path) =>
      post(`http://127.0.0.1:${batchers.get(batcher)}${path}`, authorized(readSecrets(data)?.likes)),
  }
}

/** The stack that runs natively on a data folder. */
export async function nativeSource(data: string, print: Print): Promise<Source> {
  const batchers = await nativeBatchers(data)
  const { runtime, mysqlPort } = readState(data)?.native ?? {}
  if (!runtime) throw new UserError('Agora is not running. Start it with: ./agora up')
  const program = await findClient('dump', flavourOf(dataPaths(data).mysql) ?? 'mariadb', print)
  const answer = await nativeSql(data, serverVersion)
  const socket = mysqlSocket(runtime)
  // The server makes it at its start alone, and temporary folders are swept.
  const at = existsSync(socket) ? [`--socket=${socket}`] : ['--host=127.0.0.1', `--port=${mysqlPort}`]
  return {
    ...batchers,
    dump: {
      command: [program, '--no-defaults', ...at, ...dumpOptions, 'agora'],
      env: { ...environment, MYSQL_PWD: readSecrets(data)?.mysqlRoot },
    },
    serverVersion: 'rows' in answer ? (answer.rows[0]?.[0] ?? '') : '',
  }
}

/** The same with the way to its database. */
export async function nativeBoard(data: string): Promise<Board & { close(): Promise<void> }> {
  const batchers = await nativeBatchers(data)
  const native = readState(data)?.native
  const password = readSecrets(data)?.mysqlRoot
  if (!native || !password) throw new UserError('Agora is not running. Start it with: ./agora up')
  return {
    ...batchers,
    url: `${databaseUrl('root', password, native.mysqlPort)}/agora`,
    close: async () => {},
  }
}

async function post(url: string, headers: Record<string, string>): Promise<Uint8Array> {
  const response = await fetch(url, { method: 'POST', headers })
  if (!response.ok) throw new UserError(`a batcher refuses: ${await response.text()}`)
  return response.bytes()
}

/**
 * Runs `work` on a stack that is stopped, and keeps it from being started meanwhile. With `force` what is
 * there is replaced.
 */
export async function withNativeTarget(
  data: string,
  { force, print }: { force: boolean; print: Print },
  work: (target: Target) => Promise<void>,
): Promise<void> {
  const { mysql, lock: lockFile } = dataPaths(data)
  if (!force && (await hearReport(data)))
    throw new UserError('Agora is running: stop it first with ./agora down, or say --force')
  if (!force && existsSync(mysql))
    throw new UserError(`${data} holds a board already: say --force to replace it`)
  if (await askReport(data)) {
    await nativeDown(data, { volumes: false }, print)
    print('Agora is stopped.')
  }
  makeDataFolder(data)
  const lock = await takeLockWithin(lockFile, 5_000)
  if (!lock) throw new UserError('Agora is being started by somebody else at this moment: try again.')
  const port = readState(data)?.port
  try {
    await endOrphans(data, print)
    const site = await planSite(
      { data, port: 0, replicas: 0, detach: false, autoscale: false, typed: [] },
      print,
    )
    try {
      return await work(targetOn(site, await findClient('client', site.programs.flavour, print), print))
    } finally {
      rmSync(site.runtime, { recursive: true, force: true })
      if (port === undefined) rmSync(dataPaths(data).state, { force: true })
      else writeState(data, { mode: 'native', port })
    }
  } finally {
    lock.release()
  }
}

function targetOn(site: Site, client: string, print: Print): Target {
  const { data, runtime, secrets } = site
  const { journal, index, logs } = dataPaths(data)
  const plan = mysqlPlan(site)
  const server: Child = new Child(plan, {
    logFile: logPath(logs, plan.name),
    print,
    prepare: () => void mendRuntime(site),
    changed: () => remember(site, server),
  })
  return {
    startDatabase: async () => {
      await makeMysqlData(site)
      await server.start()
    },
    client: () => ({
      command: [client, '--no-defaults', `--socket=${mysqlSocket(runtime)}`, ...clientOptions],
      env: { ...environment, MYSQL_PWD: secrets.mysqlRoot },
    }),
    async putJournals(folder, journals) {
      // The log of SQLite's that belongs to the file before would be read into the new one.
      for (const file of readdirSync(journal)) rmSync(join(journal, file))
      for (const { name } of journals) renameSync(join(folder, name), join(journal, name))
      for (const file of readdirSync(index)) rmSync(join(index, file))
    },
    stopDatabase: () => server.stop(),
  }
}

/** So that whoever comes after this was killed finds the server and ends it. */
function remember({ data, port, runtime, statsPort, mysqlPort }: Site, server: Child | undefined): void {
  const supervisor = identify(process.pid)
  if (!supervisor) return
  const { name, role } = server?.plan ?? { name: 'mysql', role: 'mysql' as const }
  const processes = server?.identity ? [{ name, role, ...server.identity }] : []
  writeState(data, { mode: 'native', port, native: { supervisor, runtime, statsPort, mysqlPort, processes } })
}

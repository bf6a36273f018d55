/**
 * `./agora restore FILE`: makes a stack that is stopped hold what a backup holds.
 *
 * The file is unpacked and checked byte by byte before anything is touched. Then the database server is
 * started alone and the dump is read into a database of its own, `agora_restored`, which may fail without
 * harm. Only then the tables change places, all by one `RENAME TABLE`, which both servers do wholly or not at
 * all; with them comes a table `restore_unfinished`. The journals follow, and then that table goes. Whoever
 * starts the stack in between is refused, with the advice to restore again, so that it never runs with one
 * half of each.
 *
 * Redis holds nothing that outlives a stop.
 */

import { createReadStream, mkdirSync, readdirSync, rmdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'
import { beginRestored, endRestored, exchangeTables, namesOfTables } from '../database/queries.ts'
import { UserError } from '../errors.ts'
import type { Flavour } from '../native/install-programs.ts'
import { dumpName, type Manifest, unpack, withFolder } from './archive.ts'
import type { Program } from './backup.ts'

/** A stack that is stopped, as far as a restore needs it. */
export type Target = {
  /** Starts the database server and nothing else. */
  startDatabase(): Promise<void>
  /** Runs the SQL on its standard input, as administrator, and prints rows with tabs. */
  client(): Program
  /** Puts these in place of all journals there are. What search knew of another board goes. */
  putJournals(folder: string, journals: Manifest['journals']): Promise<void>
  stopDatabase(): Promise<void>
}

/** A stack with a database server of some kind. */
export type Into = {
  flavour: Flavour
  /** Opens it for as long as `work` takes, stopped before and after. */
  open(work: (target: Target) => Promise<void>): Promise<void>
}

/**
 * Reads the backup at `path` into a stack, which is not touched before the file is known to be whole and of
 * its kind. `data` is where there is room to unpack it. Throws a UserError when it can't.
 */
export async function restore({ flavour, open }: Into, path: string, data: string): Promise<Manifest> {
  mkdirSync(dirname(data), { recursive: true })
  mkdirSync(data, { recursive: true, mode: 0o700 })
  try {
    return await withFolder(join(data, dumpName), async (folder) => {
      const manifest = await unpack(path, folder)
      refuseOtherKind(manifest, path, flavour)
      await open((target) => replace(target, folder, manifest))
      return manifest
    })
  } finally {
    if (readdirSync(data).length === 0) rmdirSync(data)
  }
}

const kinds = {
  mariadb: { name: 'MariaDB', where: 'natively, with --native' },
  mysql: { name: 'MySQL', where: 'in containers, with --docker' },
}

/** Neither server reads all that the other's tool writes, such as the values of generated columns. */
function refuseOtherKind({ server }: Manifest, path: string, flavour: Flavour): void {
  const origin = /mariadb/i.test(server) ? 'mariadb' : 'mysql'
  if (server === '' || origin === flavour) return
  const { name, where } = kinds[origin]
  throw new UserError(
    `${path} came from ${name}, and here is ${kinds[flavour].name}, which can't read it. Nothing was changed. ` +
      `It can be restored where ${name} is: ${where}`,
  )
}

async function replace(target: Target, folder: string, { journals }: Manifest): Promise<void> {
  try {
    await target.startDatabase()
    await fill(target.client(), join(folder, dumpName))
    await exchange(target.client())
    await target.putJournals(folder, journals)
    await run(target.client(), endRestored)
  } finally {
    await target.stopDatabase()
  }
}

async function fill(client: Program, dump: string): Promise<void> {
  await run(client, async function* () {
    yield beginRestored
    yield* createReadStream(dump).pipe(createGunzip())
  })
}

async function exchange(client: Program): Promise<void> {
  const lines = (await run(client, namesOfTables)).split('\n').filter(Boolean)
  const tables = lines.map((line) => line.split('\t'))
  const of = (database: string) =>
    tables.flatMap(([where, name]) => (where === database && name ? [name] : []))
  await run(client, exchangeTables(of('agora'), of('agora_restored')))
}

async function run(
  { command, env }: Program,
  sql: string | (() => AsyncGenerator<string | Buffer>),
): Promise<string> {
  const child = Bun.spawn(command, { env, stdin: 'pipe', stdout: 'pipe', stderr: 'pipe' })
  const feed = async () => {
    for await (const chunk of typeof sql === 'string' ? [sql] : sql()) {
      child.stdin.write(chunk)
      await child.stdin.flush()
    }
    await child.stdin.end()
  }
  const [output, errors, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    child.exited,
    // It ended before it had read all: what it printed says more.
    feed().catch(() => undefined),
  ])
  if (code !== 0) throw new UserError(`the database says: ${errors.trim()}`)
  return output
}

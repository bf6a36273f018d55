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
 * Of a dump that came from the other kind of server the rows are taken (other-server.ts).
 *
 * Redis holds nothing that outlives a stop.
 */

import { createReadStream, mkdirSync, readdirSync, rmdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'
import { readMigrations } from '../database/migration-files.ts'
import {
  beginRestored,
  definitionsOf,
  endRestored,
  exchangeTables,
  namesOfTables,
} from '../database/queries.ts'
import { UserError } from '../errors.ts'
import type { Flavour } from '../native/install-programs.ts'
import { dumpName, type Manifest, unpack, withFolder } from './archive.ts'
import type { Program } from './backup.ts'
import { migrationsOf, newerIn, rowsFor, tablesFor, tablesIn } from './other-server.ts'

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
 * Reads the backup at `path` into a stack, which is not touched before the file is known to be whole and to
 * be read there. `data` is where there is room to unpack it. Throws a UserError when it can't.
 */
export async function restore({ flavour, open }: Into, path: string, data: string): Promise<Manifest> {
  mkdirSync(dirname(data), { recursive: true })
  mkdirSync(data, { recursive: true, mode: 0o700 })
  try {
    return await withFolder(join(data, dumpName), async (folder) => {
      const manifest = await unpack(path, folder)
      const fill = await fillFrom(join(folder, dumpName), { ...manifest, path, flavour })
      await open((target) => replace(target, folder, manifest, fill))
      return manifest
    })
  } finally {
    if (readdirSync(data).length === 0) rmdirSync(data)
  }
}

type Fill = (client: () => Program) => Promise<void>

/**
 * Returns what reads a dump. Throws a UserError where a server of this kind can't read it, or this version
 * can't work with what it holds.
 */
async function fillFrom(
  dump: string,
  { server, path, flavour }: { server: string; path: string; flavour: Flavour },
): Promise<Fill> {
  const origin = /mariadb/i.test(server) ? 'mariadb' : 'mysql'
  if (server === '' || origin === flavour) {
    const newer = await newerIn(dump, await readMigrations())
    if (newer === undefined) return (client) => fillAsItIs(client(), dump)
    throw new UserError(
      `${path} was made by a newer version of Agora (${newer}), which this one can't work with: restore it there`,
    )
  }
  return fillFromOther(dump).catch((error) => {
    if (!(error instanceof UserError)) throw error
    throw new UserError(`${path} came from ${names[origin]}, and here is ${names[flavour]}: ${error.message}`)
  })
}

const names = { mariadb: 'MariaDB', mysql: 'MySQL' }

/** The same of a dump that came from the other kind of server. */
async function fillFromOther(dump: string): Promise<Fill> {
  const found = await tablesIn(dump)
  const ran = migrationsOf(found, await readMigrations())
  return async (client) => {
    await run(client(), async function* () {
      yield beginRestored
      yield* tablesFor(found, ran)
    })
    const generated = found.tables.filter((each) => each.generated.length > 0)
    const printed = await run(client(), definitionsOf(generated.map(({ name }) => name)))
    await run(client(), () => rowsFor(dump, found, definitionsIn(printed)))
  }
}

/** Returns each column's definition, by `table.column`, of what a client prints, with \n for line breaks. */
function definitionsIn(printed: string): Map<string, string> {
  const definitions = new Map<string, string>()
  for (const line of printed.split('\n')) {
    const [table, text = ''] = line.split('\t')
    for (const part of text.split('\\n')) {
      const [, column, rest] = /^ {2}`(\w+)` (.*?),?$/.exec(part) ?? []
      if (column) definitions.set(`${table}.${column}`, `\`${column}\` ${rest}`)
    }
  }
  return definitions
}

async function replace(target: Target, folder: string, { journals }: Manifest, fill: Fill): Promise<void> {
  try {
    await target.startDatabase()
    await fill(target.client)
    await exchange(target.client())
    await target.putJournals(folder, journals)
    await run(target.client(), endRestored)
  } finally {
    await target.stopDatabase()
  }
}

async function fillAsItIs(client: Program, dump: string): Promise<void> {
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

/**
 * Brings a database that has content to the schema of this program, by the numbered files of
 * `sql/migrations/`.
 *
 * Neither MySQL nor MariaDB can change a table in a transaction, so a migration may stop between two
 * statements. What was done is recorded statement by statement in `schema_migrations`, and the next start
 * goes on from there:
 *
 * - A statement that changes rows and the note that it was done are one transaction.
 * - One that changes tables commits by itself, and either wholly or not at all (both servers, since MySQL 8.0
 *   and MariaDB 10.6). It is noted before as begun. If this process is killed before it notes the end, the
 *   next one runs the statement again, and when the server then says that it is so already (the column
 *   exists, the index is gone), it was done. The server saying no by itself is noted too, so a real conflict
 *   is never mistaken for that.
 * - `SET` holds for a connection only and is said again by whoever goes on.
 *
 * One process at a time works, under a lock of the server's (GET_LOCK). Statements that ran may not be
 * changed any more; those that did not yet may, which is how a migration that failed in the middle is mended.
 */

import type { Connection } from 'mysql2/promise'
import { explain, UserError } from '../errors.ts'
import { adminUrl, roles, unknowable } from './config.ts'
import { hashOf, type Migration, ownMigrations, readMigrations } from './migration-files.ts'
import {
  type AppliedMigration,
  addMigration,
  appliedMigrations,
  createIfMissing,
  createMigrationsTable,
  noteBegun,
  noteDone,
  tableNames,
  useDatabase,
} from './queries.ts'
import { alone, runFile } from './run-file.ts'

/**
 * `expand`: what running replicas of the version before don't notice. `all`: also what they would, the files
 * that end in `.contract.sql`.
 */
export type Phase = 'expand' | 'all'

export type MigrateOptions = {
  /** A MySQL address with an account that may do everything. */
  adminUrl: string
  phase: Phase
  folder?: URL
}

/**
 * Runs what is pending and then gives the accounts the rights that the new schema needs; nobody's rights are
 * taken. An account that this version is the first to have gets its password at the next start. For a rolling
 * deploy: `expand` before the first replica is replaced, `all` after the last. Returns the names of the files
 * that ran. Throws a UserError that says what to do when a file can't be run.
 */
export function migrate({ adminUrl, phase, folder }: MigrateOptions): Promise<string[]> {
  return alone(adminUrl, async (server) => {
    await useDatabase(server)
    const done = await runPending(server, phase, folder)
    for (const role of roles) await createIfMissing(server, `agora_${role}`, unknowable())
    await runFile(server, 'grants.sql')
    return done
  })
}

/** The same on a connection that is in the database and holds the lock; rights are left as they are. */
export async function runPending(
  server: Connection,
  phase: Phase,
  folder: URL = ownMigrations,
): Promise<string[]> {
  const migrations = await readMigrations(folder)
  const applied = await appliedFromBaseline(server, migrations)
  refuseNewer(applied, migrations)
  const pending = migrations.filter((each) => isPending(each, applied))
  const due = pending.filter(({ isContract }) => phase === 'all' || !isContract)
  for (const each of due) await run(server, each, applied.get(each.number))
  return due.map(({ file }) => file)
}

/** Notes for a database that was just made from schema.sql that it has them all. */
export async function markAllApplied(server: Connection, folder: URL = ownMigrations): Promise<void> {
  await createMigrationsTable(server)
  for (const each of await readMigrations(folder)) await markApplied(server, each)
}

async function markApplied(server: Connection, migration: Migration): Promise<void> {
  await addMigration(server, migration)
  const { number, statements } = migration
  await noteDone(server, { number, statements: statements.length, sha256: hashOf(migration), isWhole: true })
}

type Applied = Map<number, AppliedMigration>

/** A database from before there were migrations has what the first of them makes. */
async function appliedFromBaseline(server: Connection, migrations: Migration[]): Promise<Applied> {
  const tables = await tableNames(server)
  await createMigrationsTable(server)
  const [first] = migrations
  if (first && tables.length > 0 && !tables.includes('schema_migrations')) {
    const missing = tablesCreatedBy(first).filter((each) => !tables.includes(each))
    if (missing.length > 0) {
      throw new UserError(
        `the database is of a version before ${first.file} and lacks ${missing.join(', ')}: it can't be brought up to date`,
      )
    }
    await markApplied(server, first)
  }
  return new Map((await appliedMigrations(server)).map((each) => [each.number, each]))
}

const tablesCreatedBy = ({ statements }: Migration) =>
  statements.flatMap((each) => each.match(/^CREATE TABLE (\w+)/)?.[1] ?? [])

/** An older program may work on what a newer one added, not on what it took away. */
function refuseNewer(applied: Applied, migrations: Migration[]): void {
  const known = new Set(migrations.map(({ number }) => number))
  const foreign = [...applied.values()].find(({ number, contract }) => contract === 1 && !known.has(number))
  if (foreign) {
    throw new UserError(
      `the database was changed by a newer version of Agora (${labelOf(foreign)}), which this one can't work with: start that one`,
    )
  }
}

function isPending(migration: Migration, applied: Applied): boolean {
  const known = applied.get(migration.number)
  if (!known) return true
  const done = known.applied_at === null ? known.statements : undefined
  if (known.name !== migration.name || known.sha256 !== hashOf(migration, done)) {
    const what = known.applied_at === null ? 'statements of it that ran' : 'it ran'
    throw new UserError(
      `${migration.file} was changed after ${what} on this database (as ${labelOf(known)}): put back what it was and write a new migration`,
    )
  }
  return known.applied_at === null
}

const labelOf = ({ number, name }: AppliedMigration) => `${String(number).padStart(4, '0')}-${name}`

async function run(server: Connection, migration: Migration, known: AppliedMigration | undefined) {
  if (!known) await addMigration(server, migration)
  const from = known?.statements ?? 0
  for (const [index, statement] of migration.statements.entries()) {
    if (index < from && !isSetting(statement)) continue
    try {
      if (isSetting(statement)) await server.query(statement)
      else await step(server, migration, index, index === from && known?.begun === 1)
    } catch (error) {
      throw failure(migration, index, error)
    }
  }
  await note(server, migration, migration.statements.length)
}

async function step(server: Connection, migration: Migration, at: number, mayBeDone: boolean): Promise<void> {
  const { number, statements } = migration
  const statement = statements[at] ?? ''
  if (changesRows(statement)) {
    await server.beginTransaction()
    try {
      await server.query(statement)
      await note(server, migration, at + 1)
      await server.commit()
    } catch (error) {
      await server.rollback().catch(() => undefined)
      throw error
    }
    return
  }
  await noteBegun(server, number, true)
  try {
    await server.query(statement)
  } catch (error) {
    // Without the server's answer it stays noted as begun.
    if (!(mayBeDone && saysItIsSo(error))) {
      if (isAnswer(error)) await noteBegun(server, number, false)
      throw error
    }
  }
  await note(server, migration, at + 1)
}

async function note(server: Connection, migration: Migration, statements: number): Promise<void> {
  const isWhole = statements === migration.statements.length
  const { number } = migration
  await noteDone(server, { number, statements, sha256: hashOf(migration, statements), isWhole })
}

const isSetting = (statement: string) => /^SET\s/i.test(statement)
const changesRows = (statement: string) => /^(INSERT|UPDATE|DELETE|REPLACE|WITH)\b/i.test(statement)

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : '')
/** An error that the server sent, not one of the connection. */
const isAnswer = (error: unknown) => codeOf(error).startsWith('ER_')

const soAlready = new Set([
  ...['ER_TABLE_EXISTS_ERROR', 'ER_DUP_FIELDNAME', 'ER_DUP_KEYNAME', 'ER_MULTIPLE_PRI_KEY'],
  ...['ER_CANT_DROP_FIELD_OR_KEY', 'ER_BAD_TABLE_ERROR', 'ER_NO_SUCH_TABLE', 'ER_BAD_FIELD_ERROR'],
  ...['ER_FK_DUP_NAME', 'ER_DUP_CONSTRAINT_NAME', 'ER_CHECK_CONSTRAINT_DUP_NAME'],
  ...['ER_CHECK_CONSTRAINT_NOT_FOUND', 'ER_CONSTRAINT_NOT_FOUND'],
])
/** MariaDB's word for a foreign key that exists is InnoDB's error 121 within another. */
const saysItIsSo = (error: unknown) =>
  soAlready.has(codeOf(error)) || (error instanceof Error && /errno: 121\b/.test(error.message))

function failure({ file, statements }: Migration, at: number, cause: unknown): UserError {
  const before =
    at === 0 ? 'Nothing of it was done' : `Of its statements the first ${at} are done, this one is not`
  return new UserError(
    `statement ${at + 1} of ${statements.length} of ${file} failed: ${cause instanceof Error ? cause.message : cause}\n` +
      `${before}. Mend what it names, in the data or from this statement on in the file, and start again: it goes on from here.`,
    { cause },
  )
}

/**
 * `bun stack/database/migrate.ts [expand]`, on the database that `DATABASE_ADMIN_URL` names. A supervisor
 * that deploys another version starts that one's by this path, so it stays here.
 */
export async function main([phase = 'all']: string[]): Promise<void> {
  try {
    if (phase !== 'all' && phase !== 'expand') throw new UserError(`there is no phase "${phase}"`)
    for (const file of await migrate({ adminUrl: adminUrl(), phase })) console.log(`Migrated: ${file}`)
  } catch (error) {
    console.error(explain(error))
    process.exitCode = 1
  }
}

if (import.meta.main) await main(process.argv.slice(2))

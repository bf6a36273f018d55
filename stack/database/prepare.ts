import { randomBytes } from 'node:crypto'
import type { Connection } from 'mysql2/promise'
import { ConfigError } from '../../src/platform/config.ts'
import { UserError } from '../errors.ts'
import { type Preparation, roles, setupConfig } from './config.ts'
import { noteStart, refuseToOpen } from './last-start.ts'
import { markAllApplied, runPending } from './migrate.ts'
import {
  addAdmin,
  createAccount,
  createDatabase,
  dropDatabase,
  hasAdmin,
  isInUse,
  markFinished,
  markUnfinished,
  restoring,
  revokeAll,
  tableNames,
  unfinished,
} from './queries.ts'
import { alone, runFile } from './run-file.ts'

export type Prepared = {
  /** The database was empty before. */
  isNew: boolean
  /** The files of sql/migrations/ that ran just now. */
  migrated: string[]
  /** Set when the board's admin was made just now. */
  admin: { name: string; password: string } | undefined
}

/**
 * Makes the database ready for the replicas: tables and sample where there are none, pending migrations where
 * there are some, accounts with exactly the rights of sql/grants.sql, an admin. May be run at any time, by
 * several at once, and again after it was killed anywhere. Waits up to two minutes for the server.
 */
export function prepareDatabase(preparation: Preparation): Promise<Prepared> {
  return alone(preparation.adminUrl, async (server) => {
    const isNew = await build(server, preparation.sample)
    await refuseToOpen(server, preparation.laws)
    const migrated = isNew ? [] : await runPending(server, 'all')
    await openAccounts(server, preparation.passwords)
    const admin = await ensureAdmin(server, preparation.adminName, preparation.adminPassword)
    await noteStart(server, preparation.laws)
    return { isNew, migrated, admin }
  })
}

/**
 * Tables cannot be made in a transaction. So a table says that the building goes on; who finds it, the
 * builder having been killed, starts over. A database that somebody else filled does not have it and is left
 * alone.
 */
async function build(server: Connection, sample: boolean): Promise<boolean> {
  await createDatabase(server)
  const tables = await tableNames(server)
  if (tables.includes(restoring)) {
    throw new UserError(
      'a restore was interrupted, and what is there is not whole: run ./agora restore again',
    )
  }
  if (tables.length > 0 && !tables.includes(unfinished)) return false

  await dropDatabase(server)
  await createDatabase(server)
  await markUnfinished(server)
  await runFile(server, 'schema.sql')
  if (sample) await runFile(server, 'sample.sql')
  await markAllApplied(server)
  await markFinished(server)
  return true
}

/**
 * Rights that grants.sql no longer gives are taken back, but not under running replicas: between taking all
 * and giving again they would be refused.
 */
async function openAccounts(server: Connection, passwords: Preparation['passwords']): Promise<void> {
  for (const role of roles) {
    const account = `agora_${role}`
    await createAccount(server, account, passwords[role])
    if (!(await isInUse(server, account))) await revokeAll(server, account)
  }
  await runFile(server, 'grants.sql')
}

async function ensureAdmin(
  server: Connection,
  name: string,
  given: string | undefined,
): Promise<Prepared['admin']> {
  if (await hasAdmin(server)) return undefined
  const password = given ?? randomBytes(12).toString('hex')
  await addAdmin(server, name, await Bun.password.hash(password, 'argon2id'))
  return { name, password }
}

async function main(): Promise<void> {
  try {
    const preparation = setupConfig()
    const { isNew, migrated, admin } = await prepareDatabase(preparation)
    console.log(isNew ? 'The database was made.' : 'The database is there.')
    for (const file of migrated) console.log(`Migrated: ${file}`)
    if (admin && !preparation.adminPassword) console.log(`Admin: ${admin.name}, password ${admin.password}`)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    console.error(error instanceof ConfigError ? message : `The database could not be prepared: ${message}`)
    process.exitCode = 1
  }
}

if (import.meta.main) await main()

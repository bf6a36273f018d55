import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createConnection, createPool, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise'
import { closeAfterTests } from './cleanup.ts'
import { root } from './reaper.ts'
import { type Service, sharedMysql } from './services.ts'

const accounts = ['web', 'accounts', 'admin', 'batcher', 'courier', 'search'] as const
export type Account = (typeof accounts)[number]

/** Agora's tables, empty, in a schema of their own, with each role's account and its grants. */
export type TestDatabase = {
  name: string
  /** As an account that may do everything. */
  url: string
  /** As the account that a role has in a real stack, with its grants only. */
  urls: Record<Account, string>
  rows<Row>(statement: string, values?: unknown[]): Promise<Row[]>
  /** Returns the new row's id and the number of rows it changed. */
  write(statement: string, values?: unknown[]): Promise<{ insertId: number; affectedRows: number }>
}

/** Makes a new, empty database on the given server, or on the one that all tests share. */
export async function freshDatabase(mysql?: Service): Promise<TestDatabase> {
  const server = (mysql ?? (await sharedMysql())).url
  const name = `agora_${randomBytes(6).toString('hex')}`

  await runScript(server, `CREATE DATABASE ${name} CHARACTER SET utf8mb4`)
  await runScript(`${server}/${name}`, await sqlFile('schema.sql'))
  await runScript(server, accounts.map(createAccount).join(';'))
  await runScript(server, (await sqlFile('grants.sql')).replaceAll(/\bagora\./g, `${name}.`))

  const url = `${server}/${name}`
  const pool = closeAfterTests(createPool({ uri: url, connectionLimit: 2, timezone: 'Z' }), (it) => it.end())
  return {
    name,
    url,
    urls: Object.fromEntries(accounts.map((each) => [each, urlOf(url, each)])) as Record<Account, string>,
    rows: async <Row>(statement: string, values: unknown[] = []) => {
      const [rows] = await pool.query<(Row & RowDataPacket)[]>(statement, values)
      return rows
    },
    write: async (statement, values = []) => {
      const [{ insertId, affectedRows }] = await pool.query<ResultSetHeader>(statement, values)
      return { insertId, affectedRows }
    },
  }
}

const createAccount = (account: Account) =>
  `CREATE USER IF NOT EXISTS 'agora_${account}'@'%' IDENTIFIED BY 'password-of-${account}'`

function urlOf(database: string, account: Account): string {
  const url = new URL(database)
  url.username = `agora_${account}`
  url.password = `password-of-${account}`
  return url.href
}

const sqlFile = (name: string) => Bun.file(join(root, 'sql', name)).text()

async function runScript(url: string, script: string): Promise<void> {
  const connection = await createConnection({ uri: url, multipleStatements: true })
  await connection.query(script)
  await connection.end()
}

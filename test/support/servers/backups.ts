import { createConnection } from 'mysql2/promise'
import { environment } from '../../../src/platform/config.ts'
import type { Source } from '../../../stack/backup/backup.ts'
import type { Target } from '../../../stack/backup/restore.ts'
import { clientOptions, dumpOptions } from '../../../stack/database/clients.ts'
import { markAllApplied } from '../../../stack/database/migrate.ts'
import { findClient } from '../../../stack/native/find-client.ts'
import type { TestDatabase } from './database.ts'
import type { Service } from './services.ts'

const withoutUser = (options: string[]) => options.filter((each) => !each.startsWith('--user'))
const env = { ...environment, MYSQL_PWD: 'tester' }

const wayTo = (url: string) => {
  const { hostname, port } = new URL(url)
  return ['--no-defaults', `--host=${hostname}`, `--port=${port}`, '--user=tester']
}

/** A database of a real server as a backup finds it, without a batcher. */
export async function sourceOn({ name, url }: Pick<TestDatabase, 'name' | 'url'>): Promise<Source> {
  const program = await findClient('dump', 'mariadb', () => {})
  return {
    batchers: [],
    ask: async () => new Uint8Array(),
    dump: { command: [program, ...wayTo(url), ...withoutUser(dumpOptions), name], env },
    serverVersion: '10.11-MariaDB',
  }
}

/** Notes in a database that was made from schema.sql that it has all migrations, as a stack does. */
export async function noteMigrations({ url }: Pick<TestDatabase, 'url'>): Promise<void> {
  const connection = await createConnection({ uri: url })
  await markAllApplied(connection)
  await connection.end()
}

/** A real server as a restore finds it, with its journals put nowhere; it keeps running. */
export async function targetOn({ url }: Pick<Service, 'url'>): Promise<Target> {
  const program = await findClient('client', 'mariadb', () => {})
  return {
    startDatabase: async () => {},
    client: () => ({ command: [program, ...wayTo(url), ...withoutUser(clientOptions)], env }),
    putJournals: async () => {},
    stopDatabase: async () => {},
  }
}

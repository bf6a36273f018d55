import { setTimeout as sleep } from 'node:timers/promises'
import { type Connection, createConnection } from 'mysql2/promise'
import { primaryAt } from '../../src/platform/database.ts'
import { isAloneWith } from './queries.ts'

const patienceMs = 120_000

/**
 * Runs `work` with a connection of an account that may do everything, while nobody else prepares the same
 * server's database; of several servers with the one that takes changes. Waits up to two minutes for the
 * server and as long for its turn. The server keeps the
 * lock until the last statement has ended, also when this process was killed during it.
 */
export async function alone<T>(adminUrl: string, work: (server: Connection) => Promise<T>): Promise<T> {
  const server = await connect(adminUrl)
  try {
    if (!(await isAloneWith(server, 'agora.setup', patienceMs / 1_000))) {
      throw new Error('another setup holds the database since two minutes')
    }
    return await work(server)
  } finally {
    await server.end().catch(() => server.destroy())
  }
}

async function connect(url: string): Promise<Connection> {
  const deadline = performance.now() + patienceMs
  while (true) {
    try {
      const uri = await primaryAt(url)
      if (uri === undefined) throw new Error('no server of MySQL takes changes')
      return await createConnection({ uri, connectTimeout: 2_000, multipleStatements: true, timezone: 'Z' })
    } catch (error) {
      const isRefused = error instanceof Error && 'code' in error && error.code === 'ER_ACCESS_DENIED_ERROR'
      if (isRefused || performance.now() > deadline) throw error
      await sleep(200)
    }
  }
}

/** Runs a file of `sql/`. */
export async function runFile(server: Connection, name: string): Promise<void> {
  await server.query(await Bun.file(new URL(`../../sql/${name}`, import.meta.url)).text())
}

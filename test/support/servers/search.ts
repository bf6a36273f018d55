import { join } from 'node:path'
import type { SearchState } from '../../../src/finding/protocol.ts'
import { until } from '../until.ts'
import type { TestDatabase } from './database.ts'
import { type Running, startProcess } from './processes.ts'
import { root, temporaryFolder } from './reaper.ts'
import { freePort } from './services.ts'

/** A real process that searches, with an index of its own. */
export type TestSearch = {
  url: string
  file: string
  running(): Running
  extent(): Promise<SearchState>
  /** Resolves when all is in the index that was in the database at the call. */
  caughtUp(): Promise<void>
  /** Starts it again with the same index on the same port. Resolves when it answers. */
  restart(): Promise<void>
}

/** Starts what searches a database. */
export async function startSearch({ urls }: Pick<TestDatabase, 'urls'>): Promise<TestSearch> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const file = join(temporaryFolder(), 'index.sqlite')
  let running: Running

  const start = async () => {
    running = startProcess([process.execPath, join(root, 'search/main.ts')], {
      env: { HOST: '127.0.0.1', PORT: `${port}`, DATABASE_URL: urls.search, SEARCH_INDEX: file },
    })
    await until(async () => !running.isRunning() || (await fetch(`${url}/up`)).ok)
    if (!running.isRunning()) throw new Error(running.output())
  }
  const extent = async () => (await (await fetch(`${url}/extent`)).json()) as SearchState
  await start()

  return {
    url,
    file,
    running: () => running,
    extent,
    async caughtUp() {
      const from = Date.now()
      await until(async () => {
        const { built, asOf } = await extent()
        return built === 1 && asOf !== null && Date.parse(asOf) >= from
      })
    },
    async restart() {
      await running.kill()
      await start()
    },
  }
}

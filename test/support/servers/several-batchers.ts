import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../until.ts'
import { startBatcher, type TestBatcher } from './batcher.ts'
import type { TestDatabase } from './database.ts'
import { temporaryFolder } from './reaper.ts'
import type { Service } from './services.ts'
import { type SlowProxy, startSlowProxy } from './slow-proxy.ts'

/** One of several batchers with one journal, in MySQL, to which it has a way of its own. */
export type OneOfSeveral = TestBatcher & {
  isServing(): Promise<boolean>
  way: SlowProxy
  /** From now on it gets no answer from MySQL, on no connection, and does not learn that it is cut off. */
  cutOff(): void
  /** It sends itself a signal when it next comes to a point. */
  arm(order: string): void
  isArmed(): boolean
}

/** Starts so many batchers with one journal in MySQL. */
export async function startSeveral(
  database: TestDatabase,
  redis: Pick<Service, 'url'>,
  count: number,
  env: Record<string, string> = {},
): Promise<OneOfSeveral[]> {
  const folder = temporaryFolder()
  return Promise.all(Array.from({ length: count }, (_, place) => start(join(folder, `order-${place}`))))

  async function start(file: string): Promise<OneOfSeveral> {
    const mysql = new URL(database.urls.batcher)
    const silent = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
    silent.unref()
    let isCutOff = false
    const way = await startSlowProxy(() => ({ port: isCutOff ? silent.port : Number(mysql.port) }))
    const through = Object.assign(new URL(mysql), { port: `${way.port}` }).href
    const batcher = await startBatcher(database, redis, {
      env: { JOURNAL: 'mysql', DATABASE_URL: through, ...env },
      armedBy: file,
      isOneOfSeveral: true,
    })
    return {
      ...batcher,
      way,
      isServing: async () => {
        const answer = await fetch(`${batcher.url}/ready`, { signal: AbortSignal.timeout(500) }).catch(
          () => {},
        )
        return answer?.ok === true
      },
      cutOff() {
        isCutOff = true
        way.loseAll()
      },
      arm: (order) => writeFileSync(file, order),
      isArmed: () => existsSync(file),
    }
  }
}

/** Resolves to the one that serves, of those that are not `other`. */
export const servingOf = (batchers: OneOfSeveral[], other?: OneOfSeveral): Promise<OneOfSeveral> =>
  until(
    async () => {
      for (const each of batchers) if (each !== other && (await each.isServing())) return each
      return undefined
    },
    { withinMs: 60_000 },
  )

/** Where replicas find them. */
export const placeOf = (batchers: OneOfSeveral[]) => batchers.map(({ url }) => url).join('|')

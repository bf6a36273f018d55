import { join } from 'node:path'
import { createApp } from '../../src/app.ts'
import type { Context } from '../../src/context.ts'
import { openContext as open } from '../../src/open-context.ts'
import type { Config } from '../../src/platform/config.ts'
import { replicaConfig } from '../../src/platform/config.ts'
import { closeAfterTests } from './cleanup.ts'
import { freshDatabase, type TestDatabase } from './database.ts'
import { type Running, startProcess } from './processes.ts'
import { freePort, type Service, startRedis } from './services.ts'
import { until } from './until.ts'
import { newVisitor, type Visitor } from './visitor.ts'
import { root, temporaryFolder } from './warden.ts'

/** A replica in this process, with a real database, Redis and batcher that no other test file touches. */
export type Replica = {
  context: Context
  app: ReturnType<typeof createApp>
  database: TestDatabase
  redis: Service
  batcher: Batcher
  visitor(): Visitor
  /** A replica of another role on the same stores. */
  as(role: Config['role'], settings?: Partial<Config>): Promise<Omit<Replica, 'as'>>
}

export type Batcher = { url: string; process: Running }

export const origin = 'http://localhost'

/** Opens a replica on stores of its own; `settings` are laid over its usual configuration. */
export async function openReplica(settings: Partial<Config> = {}, mysql?: Service): Promise<Replica> {
  const [database, redis] = await Promise.all([freshDatabase(mysql), startRedis()])
  const batcher = await startBatcher(database, redis)
  const as: Replica['as'] = async (role, changed) => {
    const config = { ...usualConfig(database, redis, batcher, role), ...changed }
    const { context, close } = await open(config)
    closeAfterTests(context, close)
    // Elysia needs a moment to gather lazy plugins; Redis is used only once it is ready.
    await until(async () => (await context.missing()).length === 0)
    const app = createApp(context)
    return { context, app, database, redis, batcher, visitor: () => newVisitor(origin, app.handle) }
  }
  return { ...(await as(settings.role ?? 'web', settings)), as }
}

export async function startBatcher(
  database: TestDatabase,
  redis: Service,
  env: Record<string, string> = {},
): Promise<Batcher> {
  const port = await freePort()
  const batcher = startProcess([process.execPath, join(root, 'batcher/main.ts')], {
    env: {
      BATCHER_NAME: 'batcher-1',
      HOST: '127.0.0.1',
      PORT: `${port}`,
      DATABASE_URL: database.urls.batcher,
      REDIS_URL: redis.url,
      JOURNAL: join(temporaryFolder(), 'journal.sqlite'),
      LOG_LEVEL: 'warn',
      ...env,
    },
  })
  const url = `http://127.0.0.1:${port}`
  await until(async () => !batcher.isRunning() || (await fetch(`${url}/up`)).ok, { withinMs: 10_000 })
  if (!batcher.isRunning()) throw new Error(`the batcher ended at once:\n${batcher.output()}`)
  return { url, process: batcher }
}

function usualConfig(database: TestDatabase, redis: Service, batcher: Batcher, role: Config['role']): Config {
  return replicaConfig({
    ROLE: role,
    REPLICA_NAME: `${role}-1`,
    DATABASE_URL: database.urls[role],
    REDIS_URL: redis.url,
    BATCHERS: batcher.url,
    ACTS_API: 'open',
    LOGS: 'public',
    DRAIN_MS: '0',
    LOG_LEVEL: 'error',
  })
}

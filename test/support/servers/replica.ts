import { createApp } from '../../../src/app.ts'
import type { Context } from '../../../src/context.ts'
import { openContext as open } from '../../../src/open-context.ts'
import { type Config, replicaConfig } from '../../../src/platform/config.ts'
import { newVisitor, type Visitor } from '../site/visitor.ts'
import { until } from '../until.ts'
import { startBatcher, type TestBatcher } from './batcher.ts'
import { closeAfterTests } from './cleanup.ts'
import { freshDatabase, type TestDatabase } from './database.ts'
import { startSearch, type TestSearch } from './search.ts'
import { type Service, startRedis } from './services.ts'

/** A replica in this process, with a real database, Redis and batcher that no other test file touches. */
export type Replica = {
  context: Context
  app: ReturnType<typeof createApp>
  database: TestDatabase
  redis: Service
  batcher: TestBatcher
  search: TestSearch
  visitor(): Visitor
  /** A replica of another role on the same stores. */
  as(role: Config['role'], settings?: Partial<Config>): Promise<Omit<Replica, 'as'>>
}

export const origin = 'http://localhost'

/** Opens a replica on stores of its own; `settings` are laid over its usual configuration. */
export async function openReplica(settings: Partial<Config> = {}, mysql?: Service): Promise<Replica> {
  const [database, redis] = await Promise.all([freshDatabase(mysql), startRedis()])
  const batcher = await startBatcher(database, redis, {
    env: { ...usualFlushes, LIKES: settings.likes ?? 'open' },
  })
  const search = await startSearch(database)
  const as: Replica['as'] = async (role, changed) => {
    const config = { ...usualConfig(database, redis, batcher, search, role), ...settings, role, ...changed }
    const { context, close } = await open(config)
    closeAfterTests(context, close)
    // Redis is used only once it is ready.
    await until(async () => (await context.unavailable()).length === 0)
    const app = createApp(context)
    return { context, app, database, redis, batcher, search, visitor: () => newVisitor(origin, app.handle) }
  }
  return { ...(await as(settings.role ?? 'web', settings)), as }
}

/**
 * The address of a proxy that leads to the accounts replica, as HAProxy's does for what other replicas ask of
 * it.
 */
export const proxyTo = ({ app }: Pick<Replica, 'app'>): string =>
  closeAfterTests(
    Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: (request) => app.handle(request) }),
    (it) => it.stop(true),
  ).url.origin

const usualFlushes = { FLUSH_LIKES: '10', FLUSH_SECONDS: '60', FLUSH_EVERY_MS: '200' }

function usualConfig(
  database: TestDatabase,
  redis: Service,
  batcher: TestBatcher,
  search: TestSearch,
  role: Config['role'],
): Config {
  return replicaConfig({
    ROLE: role,
    REPLICA_NAME: `${role}-1`,
    DATABASE_URL: database.urls[role],
    REDIS_URL: redis.url,
    BATCHERS: batcher.url,
    SEARCH: search.url,
    ACTS_API: 'open',
    CATEGORIES: 'members',
    LOGS: 'public',
    MAIL: 'folder',
    SITE_URL: 'https://board.example',
    DRAIN_MS: '0',
    LOG_LEVEL: 'error',
  })
}

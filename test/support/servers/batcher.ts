import { join } from 'node:path'
import type { FailpointName } from '../../../batcher/failpoint.ts'
import { StandsBy } from '../../../batcher/ledger/journal.ts'
import { authorized, type LikeRequest, type LikesAnswer } from '../../../src/likes/protocol.ts'
import { until } from '../until.ts'
import type { TestDatabase } from './database.ts'
import { type Running, startProcess } from './processes.ts'
import { root, temporaryFolder } from './reaper.ts'
import { freePort, type Service } from './services.ts'

export type BatcherStats = {
  answered: number
  refused: number
  waiting: number
  applied: number
  batches: number
  waitingPosts: number
  knownPosts: number
  commits: number
  flushFailures: number
  totalsInRedis: boolean
  parted: { how: string; journal: number; mysql: number } | null
  chain: { number: number; likes: number } | null
  journalBytes: number
  journalFreeBytes: number
  memoryBytes: number
}

const standsBy = new StandsBy().message

/** A real batcher process with a journal of its own. */
export type TestBatcher = {
  url: string
  journal: string
  running(): Running
  /** Starts it again with the same journal on the same port. Resolves when it answers. */
  restart(options?: BatcherOptions): Promise<void>
  /** Sends the same likes again while its only batcher has lost the journal, as replicas do. */
  like(likes: LikeRequest[]): Promise<LikesAnswer['likes']>
  send(path: string, body?: unknown): Promise<Response>
  stats(): Promise<BatcherStats>
  flush(): Promise<void>
}

export type BatcherOptions = {
  env?: Record<string, string>
  name?: string
  /** Where it kills itself. */
  diesAt?: FailpointName
  /** A file that says where it sends itself a signal, as in `armed-batcher.ts`. */
  armedBy?: string
  /** It may stand by for another, so that it answers is all there is to wait for. */
  isOneOfSeveral?: boolean
  journal?: string
  /** A command that runs the batcher as its arguments say. */
  through?: string[]
}

/**
 * Starts a batcher on a database that has its posts, and a Redis. Flushes only on `flush`, unless `env`
 * says otherwise.
 */
export async function startBatcher(
  database: TestDatabase,
  redis: Pick<Service, 'url'>,
  first: BatcherOptions = {},
): Promise<TestBatcher> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const { journal = join(temporaryFolder(), 'journal.sqlite'), through = [], armedBy } = first
  const [{ posts }] = (await database.rows<{ posts: number }>('SELECT COUNT(*) > 0 AS posts FROM posts')) as [
    { posts: number },
  ]
  const headers = authorized(first.env?.BATCHER_SECRET)
  let running: Running

  const start = async ({ env = {}, name = 'batcher-1', diesAt }: BatcherOptions) => {
    const stopping = (name: string, how: string) => [join(root, `test/support/servers/${name}.ts`), how]
    const program = diesAt
      ? stopping('stopping-batcher', diesAt)
      : armedBy
        ? stopping('armed-batcher', armedBy)
        : [join(root, 'batcher/main.ts')]
    running = startProcess([...through, process.execPath, ...program], {
      env: {
        BATCHER_NAME: name,
        HOST: '127.0.0.1',
        PORT: `${port}`,
        DATABASE_URL: database.urls.batcher,
        REDIS_URL: redis.url,
        JOURNAL: journal,
        FLUSH_LIKES: '1000000',
        FLUSH_SECONDS: '3600',
        FLUSH_EVERY_MS: '20',
        ...env,
      },
    })
    await until(async () => !running.isRunning() || (await fetch(`${url}/up`)).ok)
    if (!running.isRunning()) throw new Error(running.output())
    if (first.isOneOfSeveral) return
    // Until it knows the posts that are there a like of one may be refused for the moment.
    await until(async () => (await stats()).knownPosts >= posts)
  }
  const stats = async () => (await (await fetch(`${url}/stats`, { headers })).json()) as BatcherStats
  await start(first)

  const send = (path: string, body?: unknown) =>
    fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body ?? {}) })
  /** The only one with its journal may lose it when MySQL does not answer, and has it again soon after. */
  const sendUntilServed = async (path: string, body?: unknown): Promise<string> => {
    for (const began = performance.now(); ; await Bun.sleep(20)) {
      const response = await send(path, body)
      const text = await response.text()
      if (response.ok) return text
      const isLost = !first.isOneOfSeveral && text.includes(standsBy)
      if (!isLost || performance.now() - began > 30_000) throw new Error(`${response.status}: ${text}`)
    }
  }
  return {
    url,
    journal,
    running: () => running,
    restart: async (options = first) => {
      await running.kill()
      await start({ ...first, ...options, diesAt: options.diesAt })
    },
    like: async (likes) => (JSON.parse(await sendUntilServed('/likes', { likes })) as LikesAnswer).likes,
    send,
    stats,
    flush: async () => {
      await sendUntilServed('/flush')
    },
  }
}

/** Adds a category, and this many posts in it. Returns their ids. */
export async function addPosts(database: TestDatabase, count: number): Promise<number[]> {
  const { insertId: category } = await database.write(
    'INSERT INTO categories (name, name_key) VALUES (?, ?)',
    ['general', Buffer.from(Bun.SHA256.hash(crypto.randomUUID()).buffer as ArrayBuffer)],
  )
  const ids: number[] = []
  for (let index = 0; index < count; index += 10_000) {
    const rows = Array.from({ length: Math.min(10_000, count - index) }, () => [
      category,
      'A post',
      'Its text',
    ])
    const { insertId } = await database.write('INSERT INTO posts (category_id, title, body) VALUES ?', [rows])
    ids.push(...rows.map((_, place) => insertId + place))
  }
  return ids
}

/** Adds members of these names. Returns their ids. */
export async function addUsers(database: TestDatabase, names: string[]): Promise<number[]> {
  const ids: number[] = []
  for (const name of names) {
    const key = Buffer.from(Bun.SHA256.hash(name).buffer as ArrayBuffer)
    const { insertId } = await database.write('INSERT INTO users (name, name_key) VALUES (?, ?)', [name, key])
    ids.push(insertId)
  }
  return ids
}

/** How many likes MySQL has for a post. */
export async function storedLikes(database: TestDatabase, post: number): Promise<number> {
  const [row] = await database.rows<{ likes: number }>('SELECT likes FROM posts WHERE id = ?', [post])
  return row?.likes ?? Number.NaN
}

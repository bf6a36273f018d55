import { type Db, type DbOptions, openDb, type Sql } from './db.ts'
import { type Asker, openAsker } from './db-control.ts'
import { isAway, isReadOnly } from './db-errors.ts'
import { Unavailable } from './errors.ts'
import { eachHost } from './hosts.ts'
import { type GroupView, groupView, type ServerState, serverState } from './queries.ts'

type Role = 'primary' | 'secondary'
type Server = { db: Db; asker: Asker; role: Role | undefined }

const lookEveryMs = 1_000

/**
 * The database at a URL that names one server, or several with one content, of which one takes changes:
 * `mysql://user:password@n1,n2,n3/agora`. Throws what `openDb` throws.
 *
 * **Which one takes changes** each is asked at first, every second, and when a statement failed because its
 * server is away or takes no changes any more; all at once, so that a silent one holds up nobody. A server in
 * a group counts when the group has it as its primary, online, and when it sees most of the group: one that
 * has not joined yet takes changes as well, and so does one that was cut off. A server without a group counts
 * when it is not read-only.
 *
 * **Reads go on while there is none**, at any other that is up to date. A read that failed because its server
 * is away is sent to another. A write is sent again only if its server answered that it takes no changes;
 * otherwise it may have been done.
 */
export function openDatabase(options: DbOptions): Db {
  const urls = eachHost(options.url)
  return urls.length === 1 ? openDb(options) : openServers(urls, options)
}

/**
 * The URL of the one server that takes changes, of those that a URL names. Returns undefined when none says
 * that it does.
 */
export async function primaryAt(url: string): Promise<string | undefined> {
  const urls = eachHost(url)
  if (urls.length === 1) return url
  const roles = await Promise.all(
    urls.map(async (each) => {
      const asker = openAsker(each)
      return roleOf(asker)
        .catch(() => undefined)
        .finally(asker.close)
    }),
  )
  return urls.find((_, at) => roles[at] === 'primary')
}

function openServers(urls: string[], options: DbOptions): Db {
  const servers: Server[] = urls.map((url) => ({
    db: openDb({ ...options, url }),
    asker: openAsker(url),
    role: undefined,
  }))
  let primary: Server | undefined
  let looking: Promise<void> | undefined
  const timer = setInterval(look, lookEveryMs)
  timer.unref()

  return {
    async rows(...statement) {
      const server = await forReading()
      try {
        return await server.db.rows(...statement)
      } catch (error) {
        if (!isAway(error)) throw error
        leave(server)
        const other = await forReading()
        return other.db.rows(...statement)
      }
    },
    write: (...statement) => written((db) => db.write(...statement)),
    transaction: <T>(work: (sql: Sql) => Promise<T>, rows?: string[]) =>
      written((db) => db.transaction(work, rows)),
    load: () =>
      servers
        .map(({ db }) => db.load())
        .reduce((all, one) => ({ used: all.used + one.used, waiting: all.waiting + one.waiting })),
    async close() {
      clearInterval(timer)
      for (const { asker } of servers) asker.close()
      await Promise.all(servers.map(({ db }) => db.close()))
    },
  }

  async function written<T>(write: (db: Db) => Promise<T>): Promise<T> {
    const server = await forWriting()
    try {
      return await write(server.db)
    } catch (error) {
      if (isAway(error)) leave(server)
      if (!isReadOnly(causeOf(error))) throw error
      const other = await forWriting()
      return write(other.db)
    }
  }

  async function forWriting(): Promise<Server> {
    if (!primary) await look()
    if (!primary) throw new Unavailable('mysql', { reason: noPrimary })
    return primary
  }

  async function forReading(): Promise<Server> {
    const anyOf = () => primary ?? servers.find(({ role }) => role === 'secondary')
    if (!anyOf()) await look()
    const server = anyOf()
    if (!server) throw new Unavailable('mysql')
    return server
  }

  /** Until it is looked at again. */
  function leave(server: Server): void {
    server.role = undefined
    choose()
    void look()
  }

  function look(): Promise<void> {
    looking ??= Promise.all(servers.map(lookAt)).then(() => {
      looking = undefined
    })
    return looking
  }

  async function lookAt(server: Server): Promise<void> {
    server.role = await roleOf(server.asker).catch(() => undefined)
    choose()
  }

  /** Who is the primary stays it while it says so. */
  function choose(): void {
    if (primary?.role !== 'primary') primary = servers.find(({ role }) => role === 'primary')
  }
}

const noPrimary = 'Nothing can be changed at the moment, only read. Please try again in a while.'

/** Undefined where it must be neither written to nor read. Rejects when the server does not say. */
async function roleOf({ ask }: Asker): Promise<Role | undefined> {
  const [state] = (await ask(serverState)) as ServerState[]
  const takesChanges = state?.isReadOnly === 0
  if (!state?.hasGroup) return takesChanges ? 'primary' : 'secondary'
  const [view] = (await ask(groupView)) as GroupView[]
  if (view?.self === 'SECONDARY ONLINE') return 'secondary'
  if (view?.self !== 'PRIMARY ONLINE') return undefined
  return takesChanges && view.online * 2 > view.members ? 'primary' : 'secondary'
}

const causeOf = (error: unknown) => (error instanceof Error ? error.cause : undefined)

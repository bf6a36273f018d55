import { type DatabaseServer, type Db, type DbOptions, openDb, type Sql } from './db.ts'
import { type Asker, openAsker } from './db-control.ts'
import { isAway, isReadOnly } from './db-errors.ts'
import { Unavailable } from './errors.ts'
import { eachHost } from './hosts.ts'
import { changesToApply, type GroupView, groupView, type ServerState, serverState } from './queries.ts'

type Role = 'primary' | 'secondary'

/** What was seen of a server last. `role` is undefined where it must be neither written to nor read. */
type Seen = { role: Role | undefined; group: DatabaseServer['group'] }
type Server = Seen & { url: string; db: Db; asker: Asker; looking: Promise<void> | undefined }

const lookEveryMs = 1_000
/**
 * A process that hangs, or whose machine is cut off, in a transaction keeps its rows from everybody for so
 * long: nobody heals it here within seconds, as on one machine, and its connection does not break.
 */
const idleSeconds = 5

/**
 * The database at a URL that names one server, or several with one content, of which one takes changes:
 * `mysql://user:password@n1,n2,n3/agora`. Throws what `openDb` throws.
 *
 * **Which one takes changes** each is asked at first, every second, and when a statement failed because its
 * server is away or takes no changes any more; each for itself, so a silent one holds up nobody. A server in
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
      return look(asker)
        .then(({ role }) => role)
        .finally(asker.close)
    }),
  )
  return urls.find((_, at) => roles[at] === 'primary')
}

function openServers(urls: string[], options: DbOptions): Db {
  const servers: Server[] = urls.map((url) => ({
    url,
    db: openDb({ idleSeconds, ...options, url }),
    asker: openAsker(url),
    looking: undefined,
    ...away,
  }))
  let primary: Server | undefined
  const timer = setInterval(lookAtAll, lookEveryMs)
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
    roles: () => servers.map(({ role }) => role ?? 'away'),
    servers: () =>
      Promise.all(
        servers.map(async ({ url, asker, role, group }) => ({
          host: new URL(url).host,
          role: role ?? 'away',
          group,
          waiting: group ? await waitingAt(asker) : null,
        })),
      ),
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
    if (!primary) await lookedForPrimary()
    if (!primary) throw new Unavailable('mysql', { reason: noPrimary })
    return primary
  }

  async function forReading(): Promise<Server> {
    const anyOf = () => primary ?? servers.find(({ role }) => role === 'secondary')
    if (!anyOf()) await lookedForPrimary()
    const server = anyOf()
    if (!server) throw new Unavailable('mysql')
    return server
  }

  /** Until it is looked at again. */
  function leave(server: Server): void {
    server.role = undefined
    choose()
    void lookAtAll()
  }

  /** Resolves when one was found, or none is it of those that answer. */
  async function lookedForPrimary(): Promise<void> {
    const found = Promise.withResolvers<void>()
    const all = servers.map((server) => lookAt(server).then(() => primary && found.resolve()))
    await Promise.race([found.promise, Promise.all(all)])
  }

  async function lookAtAll(): Promise<void> {
    await Promise.all(servers.map(lookAt))
  }

  /** While one is silent the others are looked at anew. */
  function lookAt(server: Server): Promise<void> {
    server.looking ??= look(server.asker).then((seen) => {
      Object.assign(server, seen, { looking: undefined })
      choose()
    })
    return server.looking
  }

  /** Who is the primary stays it while it says so. */
  function choose(): void {
    if (primary?.role !== 'primary') primary = servers.find(({ role }) => role === 'primary')
  }
}

const noPrimary = 'Nothing can be changed at the moment, only read. Please try again in a while.'

const away: Seen = { role: undefined, group: undefined }

const look = (asker: Asker): Promise<Seen> => seenBy(asker).catch(() => away)

/** Rejects when the server does not say. */
async function seenBy({ ask }: Asker): Promise<Seen> {
  const [state] = (await ask(serverState)) as ServerState[]
  const takesChanges = state?.isReadOnly === 0
  if (!state?.hasGroup) return { role: takesChanges ? 'primary' : 'secondary', group: undefined }
  const [view] = (await ask(groupView)) as GroupView[]
  if (!view) return away
  const group = { online: Number(view.online), members: Number(view.members) }
  if (view.self === 'SECONDARY ONLINE') return { role: 'secondary', group }
  if (view.self !== 'PRIMARY ONLINE') return { role: undefined, group }
  return { role: takesChanges && group.online * 2 > group.members ? 'primary' : 'secondary', group }
}

/** Null where the server does not say. */
const waitingAt = ({ ask }: Asker): Promise<number | null> =>
  ask(changesToApply).then(
    ([row]) => Number(row?.waiting ?? 0),
    () => null,
  )

const causeOf = (error: unknown) => (error instanceof Error ? error.cause : undefined)

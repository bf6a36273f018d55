import { connect } from 'node:net'
import { poll } from '../poll.ts'

export type ServerStat = {
  backend: string
  server: string
  /** `UP`, `UP 1/2`, `DOWN`, `DRAIN`, `MAINT` and others of HAProxy's words. */
  status: string
  address: string
  /** Requests it works on now. */
  sessions: number
  /** Requests that wait for it. */
  queued: number
  /** Requests it was given since it was added. */
  requests: number
  /** New requests in the last second. */
  requestsPerSecond: number
  connectErrors: number
  /** The last health check: `L7OK`, `L4CON`, or `INI` before the first. */
  check: string
}

/** HAProxy is out of reach or refused a command. */
export class HaproxyError extends Error {
  override name = 'HaproxyError'
}

/**
 * As `default-server` in haproxy.cfg, which servers that are added at run time do not inherit. Without
 * `pool-max-conn` these would get a new connection for every request.
 */
export const serverOptions =
  'check inter 1s fastinter 500ms downinter 500ms fall 2 rise 1 slowstart 3s ' +
  'observe layer4 error-limit 1 on-error mark-down maxconn 1000 pool-max-conn 256 pool-purge-delay 1s'

/**
 * A stream is no work: what limits requests at a time does not limit streams. Where servers are asked in turn
 * a new one has its turn at once. Strangers from networks that have cost much are answered one by one.
 */
const ownOptions: Record<string, string> = {
  live: ' maxconn 0',
  memory: ' maxconn 1 slowstart 0',
  market: ' slowstart 0',
  admin: ' slowstart 0',
}

const answerWithinMs = 5_000

/**
 * Connections that HAProxy keeps open to a server hold up its removal until they are purged, within seconds.
 */
const forgetWithinMs = 15_000

/**
 * Speaks to the HAProxy whose runtime socket is at `path`. Every call opens its own connection; all may throw
 * HaproxyError.
 */
export function haproxySocket(path: string) {
  const ask = (command: string) => exchange(path, command)
  const change = async (command: string, success = '') => {
    const answer = await ask(command)
    if (answer !== success) throw new HaproxyError(`HAProxy refused "${command}": ${answer}`)
  }
  const stat = () => serverStats(ask)

  return {
    stat,

    /**
     * Adds a server, checked and ready. It gets requests at once, and none any more if its first check fails.
     */
    async addServer(backend: string, name: string, host: string, port: number): Promise<void> {
      const server = `${word(backend)}/${word(name)}`
      await change(
        `add server ${server} ${word(host)}:${port} ${serverOptions}${ownOptions[backend] ?? ''}`,
        'New server registered.',
      )
      await change(`enable health ${server}`)
      await change(`enable server ${server}`)
    },

    /** Sends a server no new requests. Those it has go on. */
    drainServer: (backend: string, name: string) =>
      change(`set server ${word(backend)}/${word(name)} state drain`),

    /** Takes a drain back. */
    readyServer: (backend: string, name: string) =>
      change(`set server ${word(backend)}/${word(name)} state ready`),

    /** Drains a server, waits up to `drainMs` for its requests to end and cuts those that are left. */
    retireServer: (backend: string, name: string, drainMs = 5_000) => retire(backend, name, drainMs),

    /** Takes a retired server off the list. Quick when its process is gone, else it takes some seconds. */
    forgetServer: (backend: string, name: string) => forget(ask, `${word(backend)}/${word(name)}`),

    /** Both. */
    async removeServer(backend: string, name: string, drainMs = 5_000): Promise<void> {
      await retire(backend, name, drainMs)
      await forget(ask, `${word(backend)}/${word(name)}`)
    },

    /** Runs any other command. Returns its answer. */
    ask,
  }

  async function retire(backend: string, name: string, drainMs: number): Promise<void> {
    const server = `${word(backend)}/${word(name)}`
    await change(`set server ${server} state drain`)
    await poll(async () => (await sessionsOf(stat, backend, name)) === 0, { withinMs: drainMs })
    await change(`set server ${server} state maint`)
    await change(`shutdown sessions server ${server}`)
  }
}

function exchange(path: string, command: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const chunks: Buffer[] = []
  const socket = connect(path, () => socket.write(`${command}\n`))
  socket.setTimeout(answerWithinMs, () => socket.destroy(new Error(`no answer in ${answerWithinMs} ms`)))
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.on('end', () => resolve(Buffer.concat(chunks).toString().trim()))
  socket.on('close', () => reject(new HaproxyError(`HAProxy at ${path} broke off "${command}"`)))
  socket.on('error', (cause) =>
    reject(new HaproxyError(`HAProxy does not answer at ${path}: ${cause.message}`, { cause })),
  )
  return promise
}

/** Blanks, semicolons and line ends would begin another argument or command. */
function word(text: string): string {
  if (!/^[\w.:-]+$/.test(text)) throw new HaproxyError(`"${text}" cannot be part of a command to HAProxy`)
  return text
}

async function sessionsOf(stat: () => Promise<ServerStat[]>, backend: string, name: string): Promise<number> {
  const row = (await stat()).find((each) => each.backend === backend && each.server === name)
  return row?.sessions ?? 0
}

async function forget(ask: (command: string) => Promise<string>, server: string): Promise<void> {
  let answer = ''
  const isGone = async () => {
    answer = await ask(`del server ${server}`)
    return answer === 'Server deleted.' || answer.startsWith('No such server')
  }
  if (!(await poll(isGone, { withinMs: forgetWithinMs }))) {
    throw new HaproxyError(`HAProxy did not forget ${server}: ${answer}`)
  }
}

/** `show stat` with type 4: servers alone, of every backend. Field names: Management Guide, 9.1. */
async function serverStats(ask: (command: string) => Promise<string>): Promise<ServerStat[]> {
  const rows: StatField[][] = JSON.parse(await ask('show stat -1 4 -1 json'))
  return rows.map((row) => {
    const fields = new Map(row.map(({ field, value }) => [field.name, value.value]))
    const text = (name: string) => String(fields.get(name) ?? '')
    const count = (name: string) => Number(fields.get(name) ?? 0)
    return {
      backend: text('pxname'),
      server: text('svname'),
      status: text('status'),
      address: text('addr'),
      sessions: count('scur'),
      queued: count('qcur'),
      requests: count('stot'),
      requestsPerSecond: count('rate'),
      connectErrors: count('econ'),
      check: text('check_status'),
    }
  })
}

type StatField = { field: { name: string }; value: { value: string | number } }

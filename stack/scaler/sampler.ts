import { parse } from 'csv-parse/sync'
import type { Heartbeat } from '../../src/health/site-status.ts'

/** What HAProxy knows of one server, as a replica is found there by its address. */
export type Served = {
  /** `127.0.0.1:20003` */
  address: string
  /** `UP`, `DOWN`, `DRAIN` and others of HAProxy's words. */
  status: string
  /** Of the last health check: `L7OK`, `L7STS`, `L4TOUT` and others, with what HTTP answered. */
  check: string
  checkCode: number
  inFlight: number
  requestsPerSecond: number
  responseMs: number
}

/** Undefined: it did not answer. */
export type Figures = {
  servers: Served[] | undefined
  /** Requests for web replicas since HAProxy's start. */
  counted: number | undefined
  heartbeats: Heartbeat[] | undefined
}

export type Operators = { url: string; user: string; password: string }

const withinMs = 1_000

/** Asks HAProxy on its bind for operators, natively and in containers alike. */
export async function readFigures(operators: Operators): Promise<Figures> {
  const [statistics, counted, heartbeats] = await Promise.all([
    attempt(async () => (await askOperators(operators, ';csv;norefresh')).text()),
    attempt(async () => Number(await (await askOperators(operators, 'counted')).text())),
    attempt(async () => (await (await askOperators(operators, 'inner/pulses')).json()) as Heartbeat[]),
  ])
  return { servers: statistics === undefined ? undefined : serversIn(statistics), counted, heartbeats }
}

/** Sends a request there. Throws when the answer is no success. */
export async function askOperators(
  { url, user, password }: Operators,
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  const response = await fetch(new URL(path, url), {
    ...init,
    headers: { authorization, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(withinMs),
  })
  if (!response.ok) throw new Error(`HAProxy answers ${response.status} to ${path}`)
  return response
}

/**
 * Management Guide, 9.1: a header line that begins with `# `, then a line for each frontend, backend and
 * server.
 */
function serversIn(csv: string): Served[] {
  const rows: Record<string, string>[] = parse(csv.replace(/^# /, ''), {
    columns: true,
    relax_column_count: true,
  })
  return rows.flatMap((row) => (row.svname === 'FRONTEND' || row.svname === 'BACKEND' ? [] : [servedIn(row)]))
}

function servedIn(row: Record<string, string>): Served {
  const count = (field: string) => Number(row[field] ?? 0)
  return {
    address: row.addr ?? '',
    status: row.status ?? '',
    // A star says that the next one is under way.
    check: (row.check_status ?? '').replace(/^\* /, ''),
    checkCode: count('check_code'),
    inFlight: count('scur') + count('qcur'),
    requestsPerSecond: count('rate'),
    responseMs: count('rtime'),
  }
}

async function attempt<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch {
    return undefined
  }
}

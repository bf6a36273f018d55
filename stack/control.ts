import { join } from 'node:path'
import { readState } from './data-folder.ts'
import type { Status } from './status.ts'

/** What the supervisor tells on its control socket. */
export type Report = Status & {
  supervisor: number
  /** Everything was ready once; before, the stack is being started. */
  isReady: boolean
  isStopping: boolean
}

export type Controls = {
  report: () => Report
  /** Begins to stop; the answer does not wait for the end. */
  stop: () => void
}

const controlSocket = (runtime: string) => join(runtime, 'control.sock')

/** HTTP over a unix socket in the private runtime folder: who may open the folder may give orders. */
export function serveControl(runtime: string, { report, stop }: Controls) {
  return Bun.serve({
    unix: controlSocket(runtime),
    routes: {
      '/status': { GET: () => Response.json(report()) },
      '/stop': {
        POST: () => {
          stop()
          return Response.json(report(), { status: 202 })
        },
      },
    },
    fetch: () => new Response('Not found', { status: 404 }),
  })
}

/** The report of the supervisor of a data folder, or undefined when there is none. */
export function askReport(data: string): Promise<Report | undefined> {
  return ask(data, '/status', 'GET')
}

/** Tells the supervisor to stop; undefined when there is none. */
export function askStop(data: string): Promise<Report | undefined> {
  return ask(data, '/stop', 'POST')
}

async function ask(data: string, path: string, method: string): Promise<Report | undefined> {
  const runtime = readState(data)?.native?.runtime
  if (runtime === undefined) return undefined
  try {
    const unix = controlSocket(runtime)
    const response = await fetch(`http://control${path}`, {
      method,
      unix,
      signal: AbortSignal.timeout(5_000),
    })
    return response.ok ? ((await response.json()) as Report) : undefined
  } catch {
    // Nobody listens: the supervisor is gone or going.
    return undefined
  }
}

import { chmodSync, existsSync, lchownSync } from 'node:fs'
import { join } from 'node:path'
import { hasCode, readState } from '../data-folder.ts'
import { explain, UserError } from '../errors.ts'
import type { Applied } from '../not-applied.ts'
import { isAlive } from '../process/identity.ts'
import type { User } from '../process/user.ts'
import type { Status } from '../status.ts'

/** What the supervisor answers on its control socket. */
export type Report = Status & {
  supervisor: number
  /** Everything was ready once; before, the stack is being started. */
  isReady: boolean
  isStopping: boolean
  /**
   * For how long a stop waits for those who are sending or being answered. A supervisor of an older version
   * does not.
   */
  graceSeconds?: number
  /** What somebody asked for by hand, since the start. */
  minReplicas: number | null
  /** What it was started with. A supervisor of an older version does not say. */
  applied?: Applied
}

export type Controls = {
  report: () => Report
  /** Begins to stop; the answer does not wait for the end. Called again it waits for nobody any more. */
  stop: () => void
  /** Brings the web replicas to a number; by hand it is from now on the least there are. */
  scale: (replicas: number, isByHand: boolean) => Promise<void>
  /** Ends a process, so that it is started again on its port: at once, or gently when it has drained. */
  replace: (name: string, isGentle: boolean) => void
  /** Whether a process does its work at this moment. */
  answers: (name: string) => Promise<boolean>
  /** Replaces all replicas by those of other code, and reports what it does line by line. */
  deploy: (request: DeployRequest, print: (line: string) => void) => Promise<void>
}

/** Absolute paths: the checkout whose code it is, and the Bun that runs it. */
export type DeployRequest = { from: string; bun: string }

const controlSocket = (runtime: string) => join(runtime, 'control.sock')

/** Of the scaler, which may run as a user of its own. */
export const scalerSocket = (runtime: string) => join(runtime, 'scaler.sock')

/** Both sockets are where they were made. */
export const isServed = (runtime: string) => [controlSocket(runtime), scalerSocket(runtime)].every(existsSync)

/**
 * HTTP over unix sockets in the runtime folder. Who started the stack may give any order, the scaler what it
 * needs: new code is run with all rights before it serves.
 */
export function serveControl(runtime: string, controls: Controls, scaler: User | undefined) {
  const ofScaler = scalerOrders(controls)
  const servers = [
    serve(controlSocket(runtime), { ...ofScaler, ...ownerOrders(controls) }),
    serve(scalerSocket(runtime), ofScaler),
  ]
  for (const path of [controlSocket(runtime), scalerSocket(runtime)]) chmodSync(path, 0o600)
  if (scaler) lchownSync(scalerSocket(runtime), scaler.uid, scaler.gid)
  return { stop: (isAtOnce?: boolean) => Promise.all(servers.map((server) => server.stop(isAtOnce))) }
}

function serve<Path extends string>(unix: string, routes: Bun.Serve.Routes<undefined, Path>) {
  return Bun.serve({ unix, routes, fetch: () => new Response('Not found', { status: 404 }) })
}

const scalerOrders = ({ report, scale, replace, answers }: Controls) => ({
  '/status': { GET: () => Response.json(report()) },
  '/scale': {
    POST: async (request: Request, server: Bun.Server<undefined>) => {
      mayTakeLong(request, server)
      const { replicas, isByHand } = (await request.json()) as ScaleRequest
      return done(() => scale(replicas, isByHand))
    },
  },
  '/processes/:name/replace': {
    POST: async (request: Bun.BunRequest<'/processes/:name/replace'>) => {
      const { isGentle } = (await request.json()) as { isGentle: boolean }
      return done(async () => replace(request.params.name, isGentle))
    },
  },
  '/processes/:name/answers': {
    GET: async ({ params }: Bun.BunRequest<'/processes/:name/answers'>) =>
      Response.json(await answers(params.name)),
  },
})

const ownerOrders = ({ report, stop, deploy }: Controls) => ({
  '/stop': {
    POST: () => {
      stop()
      return Response.json(report(), { status: 202 })
    },
  },
  '/deploy': {
    POST: async (request: Request, server: Bun.Server<undefined>) => {
      mayTakeLong(request, server)
      const order = (await request.json()) as DeployRequest
      return streamed((print) => deploy(order, print))
    },
  },
})

/** A connection on which nothing is said for ten seconds would be closed. */
const mayTakeLong = (request: Request, server: Bun.Server<undefined>) => server.timeout(request, 0)

type ScaleRequest = { replicas: number; isByHand: boolean }

async function done(work: () => Promise<void>): Promise<Response> {
  try {
    await work()
    return Response.json({})
  } catch (error) {
    // The name is one that supervisors and commands of older versions read.
    return Response.json({ trouble: explain(error) }, { status: 500 })
  }
}

/** The lines of some work as they come; the last one says `done`, or after `failed` why. */
function streamed(work: (print: (line: string) => void) => Promise<void>): Response {
  const text = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      // Whoever asked may be gone; the work goes on.
      const send = (line: string) => {
        try {
          controller.enqueue(text.encode(`${JSON.stringify(line)}\n`))
        } catch {}
      }
      try {
        await work((line) => send(`said ${line}`))
        send('done')
      } catch (error) {
        send(`failed ${explain(error)}`)
      }
      try {
        controller.close()
      } catch {}
    },
  })
  return new Response(body)
}

/** How a supervisor is found: by its data folder, or at once by a socket of its. */
export type Whereabouts = string | { socket: string }

/**
 * There is a supervisor, and it does not answer: it is stopped, or busy. That is not the same as none, in
 * whose place another one may be started.
 */
export class NotAnswering extends UserError {
  override name = 'NotAnswering'
}

/**
 * Returns the report of the supervisor of a data folder, or undefined when there is none. Throws
 * NotAnswering.
 */
export async function askReport(data: Whereabouts): Promise<Report | undefined> {
  const response = await ask(data, '/status', 'GET')
  return response?.ok ? ((await response.json()) as Report) : undefined
}

/** The same for who asks again or goes on in any case: `silent` for a supervisor that does not answer. */
export const hearReport = (data: Whereabouts): Promise<Report | 'silent' | undefined> =>
  askReport(data).catch(ifSilent('silent' as const))

/** Returns what handles a rejection: a supervisor that does not answer is `answer`. */
const ifSilent =
  <T>(answer: T) =>
  (error: unknown): T => {
    if (error instanceof NotAnswering) return answer
    throw error
  }

/** Tells the supervisor to stop. Returns undefined when there is none, or it does not answer. */
export async function askStop(data: string): Promise<Report | undefined> {
  const response = await ask(data, '/stop', 'POST').catch(ifSilent(undefined))
  return response?.ok ? ((await response.json()) as Report) : undefined
}

/** Resolves when there are that many web replicas. Throws a UserError that says why there are not. */
export async function askScale(data: Whereabouts, request: ScaleRequest): Promise<void> {
  await needSupervisor(data)
  await order(await ask(data, '/scale', 'POST', { body: request, withinMs: orderWithinMs }))
}

export async function askReplace(data: Whereabouts, name: string, isGentle: boolean): Promise<void> {
  await order(await ask(data, `/processes/${name}/replace`, 'POST', { body: { isGentle } }))
}

/** Returns whether a process does its work; undefined when the supervisor does not say within `withinMs`. */
export async function askAnswers(
  data: Whereabouts,
  name: string,
  withinMs: number,
): Promise<boolean | undefined> {
  const path = `/processes/${name}/answers`
  const response = await ask(data, path, 'GET', { withinMs }).catch(ifSilent(undefined))
  return response === undefined ? undefined : response.ok && (await response.json()) === true
}

/** Resolves when all replicas run the other code. Throws a UserError that says why they don't. */
export async function askDeploy(
  data: string,
  request: DeployRequest,
  print: (line: string) => void,
): Promise<void> {
  await needSupervisor(data)
  const response = await ask(data, '/deploy', 'POST', { body: request, withinMs: orderWithinMs })
  if (!response?.body) throw notRunning()
  let rest = ''
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines.map((each) => JSON.parse(each) as string)) {
      if (line === 'done') return
      if (line.startsWith('failed ')) throw new UserError(line.slice('failed '.length))
      print(line.slice('said '.length))
    }
  }
  throw new UserError('Agora was stopped before the deploy was over.')
}

const orderWithinMs = 15 * 60_000

/** Throws a UserError at once where an order would be waited for in vain. */
async function needSupervisor(data: Whereabouts): Promise<void> {
  if (!(await askReport(data))) throw notRunning()
}

const notRunning = () => new UserError('Agora is not running. Start it with: ./agora up')

async function order(response: Response | undefined): Promise<void> {
  if (!response) throw notRunning()
  if (!response.ok) throw new UserError(((await response.json()) as { trouble: string }).trouble)
}

async function ask(
  data: Whereabouts,
  path: string,
  method: string,
  { body, withinMs = 5_000 }: { body?: unknown; withinMs?: number } = {},
): Promise<Response | undefined> {
  const unix = typeof data === 'string' ? socketOf(data) : data.socket
  if (unix === undefined) return undefined
  try {
    return await fetch(`http://control${path}`, {
      method,
      unix,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(withinMs),
    })
  } catch (error) {
    const supervisor = typeof data === 'string' ? readState(data)?.native?.supervisor : undefined
    const isThere = typeof data === 'string' ? supervisor && isAlive(supervisor) : isUnheard(error)
    if (!isThere) return undefined
    const who = supervisor ? `Its supervisor (pid ${supervisor.pid})` : 'Its supervisor'
    throw new NotAnswering(`Agora is there, but does not answer. ${who} may be busy: try again. ${howToEnd}`)
  }
}

export const howToEnd = './agora down ends it.'

/** Somebody listens and does not come to it, or has let so many wait that the next one is turned away. */
const isUnheard = (error: unknown) =>
  hasCode(error, 'EAGAIN') || (error instanceof Error && error.name === 'TimeoutError')

function socketOf(data: string): string | undefined {
  const runtime = readState(data)?.native?.runtime
  return runtime === undefined ? undefined : controlSocket(runtime)
}

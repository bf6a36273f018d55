import type { TotalsAnswer } from '../src/likes/protocol.ts'
import type { LikesPolicy } from '../src/platform/config.ts'
import { Refusal } from '../src/platform/errors.ts'
import { isIdNumber } from '../src/platform/fields.ts'
import type { Log } from '../src/platform/log.ts'
import type { Metrics } from '../src/platform/metrics.ts'
import { beginTrace } from '../src/platform/trace.ts'
import type { Parted } from './flush/flusher.ts'
import type { Decision } from './flush/reconcile.ts'
import { readLikes, readPosts } from './intake/parse.ts'

/** What the HTTP side can have done. */
export type Work = {
  name: string
  policy: LikesPolicy
  /** Whether the request is of one of ours. */
  lets(request: Request): boolean
  isDraining(): boolean
  take(presses: ReturnType<typeof readLikes>): Promise<string>
  flush(): Promise<boolean>
  /** Undefined while somebody else makes a backup. */
  backup(id: string): Promise<Uint8Array | undefined>
  resume(id: string): boolean
  /** Decides, if MySQL and the journal have parted, what becomes of the likes that wait; says how things are. */
  reconcile(decision: Decision | undefined): Promise<Reconciled>
  forget(posts: number[]): Promise<number[]>
  totals(posts: number[]): Omit<TotalsAnswer, 'batcher'>
  liked(user: number, posts: number[]): Promise<number[]>
  stats(): Record<string, unknown>
  metrics: Pick<Metrics, 'text' | 'contentType'>
}

export type Reconciled = {
  batcher: string
  /** How the newest batches of the two differ; null when they agree. */
  parted: Parted | null
  /** Likes that MySQL may not have. */
  waiting: number
  /** Whether there was something to decide. */
  decided: boolean
}

const longestBodyBytes = 4 * 1024 * 1024
const json = { 'content-type': 'application/json' }

/**
 * The batcher's HTTP, for replicas and `./agora` only: `Authorization: Bearer` and the secret, but for health and
 * metrics, which change nothing and name nobody. Errors are `{"error": "..."}` with 400 (a body or query that makes no
 * sense as a whole), 401, 404 or 503 (draining, or the journal can't write).
 */
export function serve(work: Work, { host, port, log }: { host: string; port: number; log: Log }) {
  const unlessDraining = (answer: () => Response) =>
    work.isDraining() ? refusal(new Refusal(503, 'This batcher is stopping.')) : answer()

  let isStrangerTold = false
  const ours =
    (answer: (request: Request) => Response | Promise<Response>) =>
    (request: Request): Response | Promise<Response> => {
      if (work.lets(request)) return answer(request)
      if (!isStrangerTold) log.warn('somebody without the secret, or with another one, was refused')
      isStrangerTold = true
      return refusal(new Refusal(401, 'This batcher serves those who have its secret.'))
    }

  return Bun.serve({
    hostname: host,
    port,
    reusePort: false,
    maxRequestBodySize: longestBodyBytes,
    idleTimeout: 120,
    routes: {
      '/likes': {
        POST: ours((request) =>
          traced(request, async () => {
            const presses = readLikes(await request.text(), work.policy)
            if (work.isDraining()) throw new Refusal(503, 'This batcher is stopping.')
            return new Response(await work.take(presses), { headers: json })
          }),
        ),
      },
      '/flush': {
        POST: ours(async () => {
          const isFlushed = await work.flush()
          return Response.json({ flushed: isFlushed, ...work.stats() }, { status: isFlushed ? 200 : 503 })
        }),
      },
      '/backup': {
        POST: ours(async (request) => {
          const copy = await work.backup(holderIn(request))
          if (!copy) throw new Refusal(409, 'Another backup is being made.')
          return new Response(Buffer.from(copy), { headers: { 'content-type': 'application/vnd.sqlite3' } })
        }),
      },
      '/resume': { POST: ours((request) => Response.json({ held: work.resume(holderIn(request)) })) },
      '/reconcile': {
        POST: ours(async (request) => Response.json(await work.reconcile(decisionIn(request)))),
      },
      '/forget': {
        POST: ours(async (request) => {
          const { posts } = await bodyOf(request)
          return Response.json({ gone: await work.forget(readPosts(posts)) })
        }),
      },
      '/totals': {
        GET: ours((request) => {
          const posts = readPosts(new URL(request.url).searchParams.get('posts') ?? '')
          return Response.json({ batcher: work.name, ...work.totals(posts) })
        }),
      },
      '/liked': {
        GET: ours(async (request) => {
          const query = new URL(request.url).searchParams
          const user = Number(query.get('user'))
          if (!isIdNumber(user)) throw new Refusal(400, 'user must be a whole number above 0')
          return Response.json({ liked: await work.liked(user, readPosts(query.get('posts') ?? '')) })
        }),
      },
      '/stats': { GET: ours(() => Response.json(work.stats())) },
      '/metrics': {
        GET: async () =>
          new Response(await work.metrics.text(), { headers: { 'content-type': work.metrics.contentType } }),
      },
      '/up': { GET: () => unlessDraining(() => Response.json({ batcher: work.name })) },
      '/ready': { GET: () => unlessDraining(() => Response.json({ batcher: work.name })) },
    },
    fetch: () => refusal(new Refusal(404, 'No such address.')),
    error: failed,
  })

  /** Whatever is logged meanwhile has the ids of the visitors' requests; Bun's own handler of errors is outside of it. */
  function traced(request: Request, answer: () => Promise<Response>): Promise<Response> {
    beginTrace(request.headers.get('x-request-id'))
    return answer().catch(failed)
  }

  function failed(error: unknown): Response {
    if (error instanceof Refusal) return refusal(error)
    log.error('a request failed', { error })
    return refusal(new Refusal(503, 'The like could not be kept.'))
  }
}

function holderIn(request: Request): string {
  const holder = new URL(request.url).searchParams.get('holder')
  if (!holder) throw new Refusal(400, 'holder must say who makes the backup')
  return holder
}

function decisionIn(request: Request): Decision | undefined {
  const waiting = new URL(request.url).searchParams.get('waiting')
  if (waiting === null || waiting === 'send' || waiting === 'drop') return waiting ?? undefined
  throw new Refusal(400, 'waiting must be send or drop')
}

async function bodyOf(request: Request): Promise<{ posts?: unknown }> {
  const body: unknown = await request.json().catch(() => undefined)
  if (typeof body !== 'object' || body === null) throw new Refusal(400, 'the body must be an object')
  return body
}

const refusal = ({ status, message }: Refusal) => Response.json({ error: message }, { status })

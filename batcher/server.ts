import type { TotalsAnswer } from '../src/likes/protocol.ts'
import type { LikesPolicy } from '../src/platform/config.ts'
import { Refusal } from '../src/platform/errors.ts'
import { isIdNumber } from '../src/platform/fields.ts'
import type { Identity } from '../src/platform/identity.ts'
import type { Log } from '../src/platform/log.ts'
import type { Metrics } from '../src/platform/metrics.ts'
import { beginTrace } from '../src/platform/trace.ts'
import type { Parted } from './flush/reconcile.ts'
import { type ParsedLike, readLikes, readPosts } from './intake/parse.ts'
import { StandsBy } from './ledger/journal.ts'
import type { Decision } from './ledger/ledger.ts'

/** The calls of a batcher. */
export type Operations = {
  name: string
  policy: LikesPolicy
  allows(request: Request): boolean
  isDraining(): boolean
  /** Whether it serves, and does not stand by for another one. */
  isActive(): boolean
  /** Resolves to the body of the answer. */
  accept(likes: ParsedLike[]): Promise<string>
  /** Resolves to whether MySQL has all that waited. */
  flush(): Promise<boolean>
  /**
   * Pauses flushes and resolves to a copy of the journal; to undefined while somebody else makes a backup.
   */
  backup(owner: string): Promise<Uint8Array | undefined>
  /** Ends this owner's pause. Returns whether it lasted until now. */
  resume(owner: string): boolean
  /** Decides, if MySQL and the journal have parted, what becomes of the likes that wait. */
  reconcile(decision: Decision | undefined): Promise<Reconciled>
  forget(posts: number[]): Promise<number[]>
  totals(posts: number[]): Promise<Omit<TotalsAnswer, 'batcher'>>
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

type Place = { host: string; port: number; identity: Identity | undefined; log: Log }

const longestBodyBytes = 4 * 1024 * 1024
const json = { 'content-type': 'application/json' }

/**
 * A batcher's HTTP, for replicas and `./agora` only: `Authorization: Bearer` and the secret, but for health
 * and metrics, which change nothing and name nobody. Errors are `{"error": "..."}` with 400 (a body or query
 * that makes no sense as a whole), 401, 404 or 503 (draining, or the journal can't write). In a cluster TLS,
 * and nobody without a certificate of its authority gets any answer.
 */
export function serve(batcher: Operations, { host, port, identity, log }: Place) {
  const unlessDraining = (answer: () => Response) =>
    batcher.isDraining() ? refusal(new Refusal(503, 'This batcher is stopping.')) : answer()

  let isStrangerLogged = false
  const guarded =
    (answer: (request: Request) => Response | Promise<Response>) =>
    (request: Request): Response | Promise<Response> => {
      if (batcher.allows(request)) return answer(request)
      if (!isStrangerLogged) log.warn('somebody without the secret, or with another one, was refused')
      isStrangerLogged = true
      return refusal(new Refusal(401, 'This batcher serves those who have its secret.'))
    }

  return Bun.serve({
    hostname: host,
    port,
    reusePort: false,
    maxRequestBodySize: longestBodyBytes,
    idleTimeout: 120,
    ...(identity && { tls: { ...identity, requestCert: true, rejectUnauthorized: true } }),
    routes: {
      '/likes': {
        POST: guarded((request) =>
          traced(request, async () => {
            const likes = readLikes(await request.text(), batcher.policy)
            if (batcher.isDraining()) throw new Refusal(503, 'This batcher is stopping.')
            return new Response(await batcher.accept(likes), { headers: json })
          }),
        ),
      },
      '/flush': {
        POST: guarded(async () => {
          const isFlushed = await batcher.flush()
          return Response.json({ flushed: isFlushed, ...batcher.stats() }, { status: isFlushed ? 200 : 503 })
        }),
      },
      '/backup': {
        POST: guarded(async (request) => {
          const copy = await batcher.backup(ownerIn(request))
          if (!copy) throw new Refusal(409, 'Another backup is being made.')
          return new Response(Buffer.from(copy), { headers: { 'content-type': 'application/vnd.sqlite3' } })
        }),
      },
      '/resume': { POST: guarded((request) => Response.json({ held: batcher.resume(ownerIn(request)) })) },
      '/reconcile': {
        POST: guarded(async (request) => Response.json(await batcher.reconcile(decisionIn(request)))),
      },
      '/forget': {
        POST: guarded(async (request) => {
          const { posts } = await bodyOf(request)
          return Response.json({ gone: await batcher.forget(readPosts(posts)) })
        }),
      },
      '/totals': {
        GET: guarded(async (request) => {
          const posts = readPosts(new URL(request.url).searchParams.get('posts') ?? '')
          return Response.json({ batcher: batcher.name, ...(await batcher.totals(posts)) })
        }),
      },
      '/liked': {
        GET: guarded(async (request) => {
          const query = new URL(request.url).searchParams
          const user = Number(query.get('user'))
          if (!isIdNumber(user)) throw new Refusal(400, 'user must be a whole number above 0')
          return Response.json({ liked: await batcher.liked(user, readPosts(query.get('posts') ?? '')) })
        }),
      },
      '/stats': { GET: guarded(() => Response.json(batcher.stats())) },
      '/metrics': {
        GET: async () =>
          new Response(await batcher.metrics.text(), {
            headers: { 'content-type': batcher.metrics.contentType },
          }),
      },
      '/up': {
        GET: () => unlessDraining(() => Response.json({ batcher: batcher.name, active: batcher.isActive() })),
      },
      '/ready': {
        GET: () =>
          unlessDraining(() =>
            batcher.isActive() ? Response.json({ batcher: batcher.name }) : refusal(new StandsBy()),
          ),
      },
    },
    fetch: () => refusal(new Refusal(404, 'No such address.')),
    error: failed,
  })

  /**
   * Logs meanwhile with the ids of the visitors' requests; Bun's own handler of errors is outside
   * of it.
   */
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

function ownerIn(request: Request): string {
  const owner = new URL(request.url).searchParams.get('holder')
  if (!owner) throw new Refusal(400, 'holder must say who makes the backup')
  return owner
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

import { isHtml } from '@elysiajs/html'
import { type AnyElysia, Elysia } from 'elysia'
import { noteTokenRule } from './accounts/scopes.ts'
import { hasToken } from './accounts/token-sign-in.ts'
import type { Context } from './context.ts'
import { currentReader } from './doors/reader.ts'
import { gateOf, throughDoors } from './gate.ts'
import { judgesBody, refusalOfBody } from './http/body-limit.ts'
import { sayCost } from './http/cost.ts'
import { allowEdgeCache, unchanged } from './http/edge-cache.ts'
import { answerError } from './http/error-response.ts'
import { needsHost } from './http/host.ts'
import { largeAnswer } from './http/large-responses.ts'
import { answerEveryMethod } from './http/methods.ts'
import { refuseForeignOrigin } from './http/origin.ts'
import { isFragmentRequest, isRead, mayBeOld } from './http/page-context.ts'
import { bodyLimitsOf } from './http/route-body-limits.ts'
import { forOnePerson, isPersonal, securityHeaders } from './http/security-headers.ts'
import { sparingly } from './http/spent-networks.ts'
import { strangersInTurn } from './http/strangers-in-turn.ts'
import { inLanguage, languageHeaders } from './language/choice.ts'
import { pressPastElysia } from './likes/routes.ts'
import type { Role } from './platform/config.ts'
import { Refusal } from './platform/errors.ts'
import { beginTrace } from './platform/trace.ts'
import { routes, site, tokenRuleOf } from './site.ts'

/** The replica: all parts of the site that its pool serves. */
export function createApp(context: Context) {
  const { role } = context.config
  const own = site.filter(({ pool }) => pool === role || pool === 'all')
  const app = own.reduce<AnyElysia>((whole, { feature }) => whole.use(feature(context)), pipeline(context))
  return answerEveryMethod(app, elsewhere(role))
}

/** HAProxy has these read at one pool and written at another: each says what both can do. */
const elsewhere = (role: Role) =>
  routes.filter(({ pool, path }) => pool !== role && /^\/(market|api\/items|api\/orders)/.test(path))

/** Returns what every request passes, whatever it asks for. */
function pipeline(context: Context) {
  const open = basicPipeline(context)
  if (context.config.read === 'everyone') return open
  const gate = gateOf(context)
  return open.onRequest(({ request }) => gate(request))
}

const basicPipeline = (context: Context) =>
  new Elysia({ name: 'agora' })
    .wrap(
      context.config.role === 'web' && context.config.read === 'everyone'
        ? pressPastElysia(context, fragmentAnswer(context))
        : (handle) => handle,
    )
    .wrap(throughDoors(context))
    .wrap(sparingly(context))
    .wrap(strangersInTurn(context))
    .wrap(inLanguage)
    .wrap(needsHost)
    .wrap(judgesBody(context.config.maxBodyBytes, bodyLimitsOf))
    .onError(answerError(context))
    .headers(usualHeaders(context))
    .onRequest(({ request, set }) => admit(context, request, set))
    .onBeforeHandle({ as: 'global' }, ({ request, route }) => {
      if (hasToken(request)) noteTokenRule(request, tokenRuleOf(request.method, route))
    })
    // As the plugin of @elysiajs/html does, but that wraps each page in a Response, which Elysia copies once
    // more to add our headers: a third of what a like costs a replica. What is named here is all that Elysia
    // prepares: given the whole of it, it parses the cookies and the query of each request.
    .mapResponse({ as: 'global' }, ({ request, responseValue, route, set }) => {
      const ms = noteAnswer(context, request.method, route, statusOf(responseValue, set.status))
      sayCost(request, set.headers, ms)
      const isPage = isHtml(responseValue)
      const mayBeKept = describeAnswer(request, route, set, isPage)
      if (!isPage) return
      const same = mayBeKept ? unchanged(responseValue, context.config.name, request, set) : undefined
      return same ?? largeAnswer(responseValue, request, set)
    })

type Setting = { headers: Record<string, unknown> }

const usualHeaders = ({ config }: Context) => ({ ...securityHeaders, 'x-served-by': config.name })

/** Begins every request; what is set is its answer's. Throws a Refusal for one that goes no further. */
function admit({ lifecycle, accessLog }: Context, request: Request, set: Setting) {
  beginTrace(request.headers.get('x-request-id'), {
    mayBeOld: mayBeOld(request),
    isWrite: !isRead(request),
  })
  if (isPersonal(request)) set.headers['cache-control'] = forOnePerson
  if (lifecycle.isFailing()) throw new Refusal(500, 'This replica broke down, as it was asked to.')
  accessLog.request(request.method, currentReader() ? withoutNames(request.url) : request.url)
  refuseForeignOrigin(request)
  refuseBody(request)
}

/** Sets what the answer of a route says of itself. Returns whether the edge may keep it. */
function describeAnswer(request: Request, route: string, set: Setting, isPage: boolean): boolean {
  // Else a browser that goes back shows the fragment in place of the page of the same address.
  if (isFragmentRequest(request)) set.headers.vary ??= 'HX-Request'
  const mayBeKept = allowEdgeCache(request, route, set)
  if (isPage) {
    set.headers['content-type'] ??= 'text/html; charset=utf-8'
    Object.assign(set.headers, languageHeaders(set.headers))
  }
  return mayBeKept
}

/**
 * Returns what answers a request for a small fragment as the pipeline does, without Elysia: with what `draw`
 * resolves to, and what it throws is answered as every error is.
 */
function fragmentAnswer(context: Context) {
  const usual = usualHeaders(context)
  const answerFailure = answerError(context)
  // By what is not usual: of a few kinds. Copying one takes a third of the time that making it does.
  const headersOf = new Map<string, Headers>()

  return async (request: Request, route: string, draw: () => Promise<string>): Promise<Response> => {
    const set: Setting = { headers: {} }
    const fail = (error: unknown, at?: { route: string }) =>
      answerFailure({
        code: 'UNKNOWN',
        error,
        request,
        ...at,
        set: { headers: { ...usual, ...set.headers } },
      })
    try {
      admit(context, request, set)
    } catch (error) {
      return fail(error)
    }
    const answer = await draw().then(
      (markup) => {
        describeAnswer(request, route, set, true)
        return new Response(markup, { headers: madeHeaders(set.headers) })
      },
      (error) => {
        describeAnswer(request, route, set, false)
        return fail(error, { route })
      },
    )
    noteAnswer(context, request.method, route, answer.status)
    return answer
  }

  function madeHeaders(own: Setting['headers']): Headers {
    const kind = Object.values(own).join()
    const known = headersOf.get(kind) ?? new Headers({ ...usual, ...own })
    headersOf.set(kind, known)
    return known
  }
}

/**
 * Where some categories are not for everybody, lines of the log that many may see say no name of a category
 * or tag, and nothing that was looked for.
 */
function withoutNames(url: string): string {
  const { origin, pathname } = new URL(url)
  return origin + pathname.replace(/(\/(?:c|categories|tags)\/)[^/]+/, '$1:name')
}

/** The acts API judges the method and the writer first: it throws this where it reads the body. */
function refuseBody(request: Request) {
  const refusal = refusalOfBody(request)
  if (refusal && !new URL(request.url).pathname.startsWith('/api/v1/')) throw refusal
}

const statusOf = (answer: unknown, status: unknown) =>
  answer instanceof Response ? answer.status : typeof status === 'number' ? status : 200

/**
 * A line for each request where all is to be seen, else for the slow ones only. Returns how long it took, in
 * milliseconds.
 */
function noteAnswer(
  { config, metrics, log }: Context,
  method: string,
  route: string,
  status: number,
): number {
  const ms = metrics.answered(method, route, status)
  if (ms < config.slowRequestMs && config.logLevel !== 'debug') return ms
  const isSlow = ms >= config.slowRequestMs
  log[isSlow ? 'warn' : 'debug'](isSlow ? 'a slow request' : 'answered', {
    method,
    route,
    status,
    ms: Math.round(ms),
  })
  return ms
}

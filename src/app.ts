import { isHtml } from '@elysiajs/html'
import { type AnyElysia, Elysia } from 'elysia'
import { noteTokenRule } from './accounts/scopes.ts'
import { hasToken } from './accounts/token-sign-in.ts'
import type { Context } from './context.ts'
import { judgesBody, refusalOfBody } from './http/body-limit.ts'
import { allowEdgeCache, unchanged } from './http/edge-cache.ts'
import { answerError } from './http/error-response.ts'
import { needsHost } from './http/host.ts'
import { largeAnswer } from './http/large-responses.ts'
import { answerEveryMethod } from './http/methods.ts'
import { refuseForeignOrigin } from './http/origin.ts'
import { isFragmentRequest, isRead, mayBeOld } from './http/page-context.ts'
import { bodyLimitsOf } from './http/route-body-limits.ts'
import { forOnePerson, isPersonal, securityHeaders } from './http/security-headers.ts'
import { inLanguage, languageHeaders } from './language/choice.ts'
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
const pipeline = (context: Context) =>
  new Elysia({ name: 'agora' })
    .wrap(inLanguage)
    .wrap(needsHost)
    .wrap(judgesBody(context.config.maxBodyBytes, bodyLimitsOf))
    .onError(answerError(context))
    .headers({ ...securityHeaders, 'x-served-by': context.config.name })
    .onRequest(({ request, set }) => {
      beginTrace(request.headers.get('x-request-id'), {
        mayBeOld: mayBeOld(request),
        isWrite: !isRead(request),
      })
      if (isPersonal(request)) set.headers['cache-control'] = forOnePerson
      if (context.lifecycle.isFailing())
        throw new Refusal(500, 'This replica broke down, as it was asked to.')
      context.accessLog.request(request.method, request.url)
      refuseForeignOrigin(request)
      refuseBody(request)
    })
    .onBeforeHandle({ as: 'global' }, ({ request, route }) => {
      if (hasToken(request)) noteTokenRule(request, tokenRuleOf(request.method, route))
    })
    // As the plugin of @elysiajs/html does, but that wraps each page in a Response, which Elysia copies once
    // more to add our headers: a third of what a like costs a replica. What is named here is all that Elysia
    // prepares: given the whole of it, it parses the cookies and the query of each request.
    .mapResponse({ as: 'global' }, ({ request, responseValue, route, set }) => {
      noteAnswer(context, request.method, route, statusOf(responseValue, set.status))
      // Else a browser that goes back shows the fragment in place of the page of the same address.
      if (isFragmentRequest(request)) set.headers.vary ??= 'HX-Request'
      const isPage = isHtml(responseValue)
      if (isPage) {
        set.headers['content-type'] ??= 'text/html; charset=utf-8'
        Object.assign(set.headers, languageHeaders(set.headers))
      }
      const mayBeKept = allowEdgeCache(request, route, set)
      if (!isPage) return
      const same = mayBeKept ? unchanged(responseValue, context.config.name, request, set) : undefined
      return same ?? largeAnswer(responseValue, request, set)
    })

/** The acts API judges the method and the writer first: it throws this where it reads the body. */
function refuseBody(request: Request) {
  const refusal = refusalOfBody(request)
  if (refusal && !new URL(request.url).pathname.startsWith('/api/v1/')) throw refusal
}

const statusOf = (answer: unknown, status: unknown) =>
  answer instanceof Response ? answer.status : typeof status === 'number' ? status : 200

/** A line for each request where all is to be seen, else for the slow ones only. */
function noteAnswer({ config, metrics, log }: Context, method: string, route: string, status: number) {
  const ms = metrics.answered(method, route, status)
  if (ms < config.slowRequestMs && config.logLevel !== 'debug') return
  const isSlow = ms >= config.slowRequestMs
  log[isSlow ? 'warn' : 'debug'](isSlow ? 'a slow request' : 'answered', {
    method,
    route,
    status,
    ms: Math.round(ms),
  })
}

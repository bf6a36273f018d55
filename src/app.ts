import { isHtml } from '@elysiajs/html'
import { Elysia } from 'elysia'
import { accountsApi } from './accounts/api.ts'
import { addUserForm, userById } from './accounts/by-id.ts'
import { accounts } from './accounts/routes.ts'
import { tokenPages } from './accounts/token-routes.ts'
import { acts, actsUsers } from './acts/routes.ts'
import { admin } from './admin/routes.ts'
import { answerEveryMethod } from './api/methods.ts'
import { api } from './api/routes.ts'
import { audit } from './audit/routes.ts'
import { avatars } from './avatars/routes.ts'
import { boardApi } from './board/api.ts'
import { editing } from './board/edit-routes.ts'
import { board } from './board/routes.ts'
import { bodyLimitsOf } from './body-limits.ts'
import { commentsApi } from './comments/api.ts'
import { comments } from './comments/routes.ts'
import type { Context } from './context.ts'
import { allowDoor, unchanged } from './door.ts'
import { answerError } from './errors.ts'
import { feeds } from './feeds/routes.ts'
import { isFragmentRequest, isRead, mayBeOld } from './frame.ts'
import { inLanguage, languageHeaders } from './language/choice.ts'
import { languageChoice } from './language/routes.ts'
import { likes } from './likes/routes.ts'
import { live } from './live/routes.ts'
import { market } from './market/routes.ts'
import { logs } from './ops/logs.ts'
import { robots } from './ops/robots.ts'
import { ops } from './ops/routes.ts'
import { status } from './ops/status.ts'
import { ordering, orders } from './orders/routes.ts'
import { pictures } from './pictures/routes.ts'
import { Refusal } from './platform/errors.ts'
import { needsHost } from './platform/host.ts'
import { largeAnswer } from './platform/large-answers.ts'
import { judgesBody, refusalOfBody } from './platform/long-bodies.ts'
import { refuseForeignOrigin } from './platform/same-origin.ts'
import { beginTrace } from './platform/trace.ts'
import { searching } from './search/routes.ts'
import { forOnePerson, isPersonal, securityHeaders } from './security-headers.ts'

/** The replica. */
export const createApp = (context: Context) => answerEveryMethod(featuresOf(context), elsewhere(context))

/** HAProxy has addresses of the market read at one pool and written at the other: each says what both can do. */
function elsewhere(context: Context) {
  if (context.config.role === 'admin') return [...market(context).routes, ...orders(context).routes]
  return context.config.role === 'web' ? ordering(context).routes : []
}

/** Every feature its role serves, in the order of the menu. */
function featuresOf(context: Context) {
  const app = new Elysia({ name: 'agora' })
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
      if (context.lifecycle.isBroken()) throw new Refusal(500, 'This replica broke down, as it was asked to.')
      context.accessLog.request(request.method, request.url)
      refuseForeignOrigin(request)
      refuseBody(request)
    })
    // As the plugin of @elysiajs/html does, but that wraps each page in a Response, which Elysia copies once more to
    // add our headers: a third of what a like costs a replica. What is named here is all that Elysia prepares: given the
    // whole of it, it parses the cookies and the query of each request.
    .mapResponse({ as: 'global' }, ({ request, responseValue, route, set }) => {
      noteAnswer(context, request.method, route, statusOf(responseValue, set.status))
      // Else a browser that goes back shows the fragment in place of the page of the same address.
      if (isFragmentRequest(request)) set.headers.vary ??= 'HX-Request'
      const isPage = isHtml(responseValue)
      if (isPage) {
        set.headers['content-type'] ??= 'text/html; charset=utf-8'
        Object.assign(set.headers, languageHeaders(set.headers))
      }
      const mayBeKept = allowDoor(request, route, set)
      if (!isPage) return
      const same = mayBeKept ? unchanged(responseValue, context.config.name, request, set) : undefined
      return same ?? largeAnswer(responseValue, request, set)
    })
    .use(ops(context))
    .use(logs(context))

  switch (context.config.role) {
    case 'accounts':
      return app
        .use(accounts(context))
        .use(addUserForm(context))
        .use(tokenPages(context))
        .use(accountsApi(context))
        .use(actsUsers(context))
    case 'admin':
      return app.use(admin(context)).use(ordering(context))
    case 'web':
      return app
        .use(board(context))
        .use(editing(context))
        .use(boardApi(context))
        .use(comments(context))
        .use(commentsApi(context))
        .use(avatars(context))
        .use(searching(context))
        .use(feeds(context))
        .use(userById(context))
        .use(pictures(context))
        .use(likes(context))
        .use(live(context))
        .use(market(context))
        .use(orders(context))
        .use(audit(context))
        .use(status(context))
        .use(robots(context))
        .use(languageChoice(context))
        .use(acts(context))
        .use(api(context))
  }
}

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

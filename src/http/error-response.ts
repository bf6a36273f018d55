import { STATUS_CODES } from 'node:http'
import { language } from '../../texts/say.ts'
import { ErrorNote, ErrorPage, type UnsentForm } from '../../views/errors.tsx'
import type { Viewer } from '../accounts/queries.ts'
import type { Context } from '../context.ts'
import { currentReader } from '../doors/reader.ts'
import { withoutToken } from '../platform/access-log.ts'
import { Ended } from '../platform/db-errors.ts'
import { Refusal, Unavailable, type Way } from '../platform/errors.ts'
import { asFields } from '../platform/fields.ts'
import { sayCost } from './cost.ts'
import {
  isForProgram,
  isFragmentRequest,
  isPageRequest,
  isRead,
  pageContextFor,
  pageContextWithout,
} from './page-context.ts'
import { signInFirst } from './sign-in-first.ts'

type Failure = {
  code: string | number
  error: unknown
  request: Request
  /** Missing when it was not read. */
  body?: unknown
  /** Missing when no route was found, or before one was looked for. */
  route?: string
  set: { status?: number | string; headers: Record<string, unknown> }
}

/**
 * Turns whatever was thrown into an answer: problem details (RFC 9457) below `/api`, `{}` in the acts API,
 * else a page, or for htmx a sentence. What is not a Refusal is a bug: logged whole, shown as one.
 */
export const answerError =
  (context: Context) =>
  async ({ code, error, request, body, route, set }: Failure) => {
    const refusal = behindDoors(request, route, asRefusal(code, error))
    // An answer to a route is noted in app.ts.
    if (!route) sayCost(request, set.headers, context.metrics.answered(request.method, route, refusal.status))
    if (isFailure(error, refusal, request)) logFailure(context, error, request)

    const { pathname } = new URL(request.url)
    const challenge: Record<string, string> = refusal.status === 401 ? { 'www-authenticate': 'Bearer' } : {}
    const headers = {
      ...stringsOf(set.headers),
      ...challenge,
      ...refusal.headers,
      'cache-control': 'no-store',
    }
    const answer = (body: string, type: string, more = {}) =>
      new Response(body, { status: refusal.status, headers: { ...headers, ...more, 'content-type': type } })

    if (pathname.startsWith('/api/v1/'))
      return answer('{}', 'application/json', { 'x-reason': refusal.message })
    if (isForPrograms(pathname, request)) return answer(problem(refusal), 'application/problem+json')
    const said = { 'content-language': language() }
    if (isFragmentRequest(request))
      return answer(String(ErrorNote({ refusal })), markup, { ...said, ...intoFlash })
    // When a part of the site is away, nothing more is asked of it.
    const pageContext =
      refusal.status < 500 ? await pageContextOrNone(context, request) : pageContextWithout(context, request)
    const typed = unsentForm(request, body)
    const on = refusal.on ?? wayBack(pathname, pageContext.viewer)
    const page = mayComeAgain(refusal)
      ? ErrorPage({ pageContext, refusal, on, unsent: typed })
      : ErrorPage({ pageContext, refusal, on, lost: isAllowed(refusal) ? writtenIn(typed) : [] })
    return answer(String(page), markup, said)
  }

/** Where something may stand that not everybody may read. */
const withDoors = /^\/(api\/)?(posts|comments|c|categories|follows|reports)\//

/**
 * Where some categories are not for everybody, a stranger is asked to sign in whether there is something that
 * they may not read or nothing at all; and while nobody can say who asks, neither is said.
 */
function behindDoors(request: Request, route: string | undefined, refusal: Refusal): Refusal {
  const reader = currentReader()
  if (!reader || !route || refusal.status !== 404 || !withDoors.test(new URL(request.url).pathname))
    return refusal
  if (reader.isUnknown) return new Unavailable('mysql')
  return reader.isStranger ? signInFirst(request) : refusal
}

/**
 * Returns the list that admins had before them, or a member's own page, where a form there was refused.
 */
function wayBack(pathname: string, viewer: Viewer | undefined): Way | undefined {
  const list = /^\/admin\/(?:orders|categories|members|posts|mail)(?=\/)|^\/admin(?=\/)/.exec(pathname)
  if (list && viewer?.role === 'admin') return { to: list[0], says: 'Back to the list' }
  return viewer && pathname.startsWith('/account/') ? { to: '/account', says: 'To your account' } : undefined
}

/** Returns whether the route is for programs: below `/api`, the log, which is a page, too, or pictures. */
const isForPrograms = (pathname: string, request: Request) =>
  pathname.startsWith('/api/') || (/^\/(logs$|images\/)/.test(pathname) && isForProgram(request))

/** The same request is right later, or once its sender is signed in. */
const mayComeAgain = ({ status }: Refusal) => status === 401 || status === 429 || status >= 500

/** Returns whether the form came from a page of ours: another site's was not written here. */
const isAllowed = ({ status }: Refusal) => status !== 403

/** The texts among the fields of a form: nobody wants a key or a version back. */
const writtenIn = (form: UnsentForm | undefined) =>
  (form?.texts ?? []).flatMap(({ name, value }) => (written.has(name) && value !== '' ? [value] : []))

const written = new Set(['title', 'body', 'alt', 'name', 'reason'])

/**
 * Returns what a plain form held, so that the page can offer to send it again: a browser without JavaScript
 * has lost it by then. Returns undefined when nothing was typed. Secrets are left out, and so are pictures,
 * which no page can put back.
 */
function unsentForm(request: Request, body: unknown): UnsentForm | undefined {
  if (request.method !== 'POST' || !isPageRequest(request)) return undefined
  const fields = Object.entries(asFields(body))
  if (fields.some(([name]) => secret.test(name))) return undefined
  const { pathname, search } = new URL(request.url)
  const texts = fields.flatMap(([name, value]) => (typeof value === 'string' ? [{ name, value }] : []))
  const pictures = fields.flatMap(([name, value]) => (value instanceof Blob && value.size > 0 ? [name] : []))
  return texts.length > 0 ? { action: pathname + search, texts, pictures } : undefined
}

const secret = /^(password|current|confirm|code|half|secret)$/

/**
 * A token that is not known was the error, or is not worth a second one. Whoever may not write now is a
 * member all the same: the page that says so is for them to read.
 */
const pageContextOrNone = (context: Context, request: Request) => {
  const read = isRead(request) ? request : new Request(request.url, { headers: request.headers })
  return pageContextFor(context, read).catch(() => pageContextWithout(context, request))
}

const markup = 'text/html; charset=utf-8'

/** htmx would put the sentence in place of the button that was pressed. */
const intoFlash = { 'hx-retarget': '#flash', 'hx-reswap': 'innerHTML' }

function asRefusal(code: string | number, error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (code === 'NOT_FOUND') return new Refusal(404, 'There is nothing at this address.')
  if (code === 'PARSE') return new Refusal(400, 'The body of this request cannot be read.')
  if (code === 'VALIDATION')
    return new Refusal(422, 'Something in this request is missing or of the wrong kind.')
  return new Refusal(500, 'Something broke on our side.')
}

/**
 * Being too busy is no failure: a line for each who was sent away would be one more burden. Nor is a visitor
 * who left.
 */
const isFailure = (error: unknown, refusal: Refusal, { signal }: Request) =>
  refusal.status >= 500 &&
  (error !== refusal || refusal.cause !== undefined) &&
  !(signal.aborted && refusal.cause instanceof Ended)

function logFailure({ log }: Context, error: unknown, request: Request) {
  log.error('a request failed', {
    method: request.method,
    path: withoutToken(new URL(request.url).pathname),
    error,
  })
}

const problem = ({ status, message, fields, on }: Refusal) =>
  JSON.stringify({
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: message,
    ...(Object.keys(fields).length > 0 ? { errors: fields } : {}),
    ...(on && { see: on.to }),
  })

const stringsOf = (headers: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  )

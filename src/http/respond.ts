import type { Source } from '../platform/cache.ts'
import { Refusal } from '../platform/errors.ts'
import { isNamed } from './etags.ts'
import { isForProgram, isFragmentRequest, seeOther } from './page-context.ts'

export type Exchange = {
  request: Request
  set: { status?: number | string; headers: Record<string, unknown> }
}

type Answers = {
  page: () => unknown
  fragment: () => unknown
  /** For programs, where they are answered at the same address: whoever does not ask for HTML. */
  data?: () => unknown
  /** Of all, where it is not 200. */
  status?: number
  /** A selector of what the fragment takes the place of, where that is not what was asked for. */
  target?: string
}

/**
 * Returns the fragment to htmx, and a whole page to a browser that followed a link or submitted a plain form.
 */
export function respond(
  { request, set }: Exchange,
  { page, fragment, data, status, target }: Answers,
): unknown {
  if (status !== undefined) set.status = status
  if (data && isForProgram(request)) return data()
  if (!isFragmentRequest(request)) return page()
  if (target !== undefined) Object.assign(set.headers, { 'hx-retarget': target, 'hx-reswap': 'outerHTML' })
  return fragment()
}

/** Leads on to another page: a browser by a 303, htmx by its own header. */
export const leadTo = (request: Request, location: string, headers: Record<string, string> = {}): Response =>
  isFragmentRequest(request)
    ? new Response(null, { headers: { ...headers, 'hx-redirect': location } })
    : seeOther(location, headers)

/** Adds cookies to an answer. */
export function withCookies(answer: Response, cookies: string[]): Response {
  for (const cookie of cookies) answer.headers.append('set-cookie', cookie)
  return answer
}

export const notKept = { 'cache-control': 'no-store' }

export const json = (value: unknown, headers: Record<string, string> = {}, status = 200) =>
  new Response(JSON.stringify(value), { status, headers: { 'content-type': 'application/json', ...headers } })

/** Returns one thing, or a 304 to a client that has exactly this. */
export const one = (request: Request, value: unknown, source?: Source): Response =>
  tagged(request, value, fromSource(source))

/** A page of a list. `next` is the query that leads to the page after it, absent on the last one. */
export const list = (request: Request, values: unknown[], next?: Record<string, string>, source?: Source) =>
  tagged(request, values, { ...fromSource(source), ...(next ? { link: nextLink(request, next) } : {}) })

/**
 * The ETag is a hash over what is sent, likes and all, behind one over what is not counted: a like must not
 * keep anybody from changing a text.
 */
function etagOf(value: unknown, body = JSON.stringify(value)): string {
  if (Array.isArray(value)) return `"${hashOf(body)}"`
  const uncounted = { ...(value as object), likes: undefined, comments: undefined, posts: undefined }
  return `"${hashOf(JSON.stringify(uncounted))}-${hashOf(body)}"`
}

const hashOf = (text: string) => Bun.hash(text).toString(36)

/** Throws a 412 when the request has an `If-Match` and what it wants to change is another thing by now. */
export function refuseStale(request: Request, value: unknown): void {
  const ifMatch = request.headers.get('if-match')
  if (ifMatch === null) return
  const withoutCounts = (etags: string) => etags.replaceAll(/-\w+"/g, '"')
  if (!isNamed(withoutCounts(ifMatch), withoutCounts(etagOf(value)))) throw stale()
}

/** The same of a thing that has no ETag: whichever the `If-Match` names, it is another; `*` is any. */
export function refuseUntagged(request: Request): void {
  const ifMatch = request.headers.get('if-match')
  if (ifMatch !== null && ifMatch.trim() !== '*') throw stale()
}

const stale = () => new Refusal(412, 'This is another by now. Read it again before you change it.')

function tagged(request: Request, value: unknown, more: Record<string, string>): Response {
  const body = JSON.stringify(value)
  const etag = etagOf(value, body)
  const headers = { etag, ...more }
  return isNamed(request.headers.get('if-none-match'), etag)
    ? new Response(null, { status: 304, headers })
    : new Response(body, { headers: { 'content-type': 'application/json', ...headers } })
}

/** RFC 8288: the same address with other parameters. */
export function nextLink(request: Request, next: Record<string, string>): string {
  const { pathname, searchParams } = new URL(request.url)
  for (const [name, value] of Object.entries(next)) searchParams.set(name, value)
  return `<${pathname}?${searchParams}>; rel="next"`
}

/** Returns what was made, and where it is from now on. */
export const created = (location: string, value: unknown, more: Record<string, string> = {}) =>
  json(value, { ...notKept, location, ...more }, 201)

/** Returns what a write left behind, or what only its owner may see: no cache on the way stores it. */
export const unkept = (value: unknown, headers: Record<string, string> = {}) =>
  json(value, { ...notKept, ...headers })

export const gone = (headers: Record<string, string> = {}) =>
  new Response(null, { status: 204, headers: { ...notKept, ...headers } })

const fromSource = (source: Source | undefined): Record<string, string> =>
  source ? { 'x-source': source } : {}

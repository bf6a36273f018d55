import type { Viewer } from '../accounts/queries.ts'
import { viewerOf } from '../accounts/sessions.ts'
import type { Context } from '../context.ts'
import { Refusal, Unavailable } from '../platform/errors.ts'
import { currentTrace } from '../platform/trace.ts'
import { type BoardLook, lastLook, lookOf } from '../settings/look.ts'
import { isForMemory } from './cost.ts'
import { isSecure } from './secure.ts'
import { isPersonal } from './security-headers.ts'

/** The data of a page around its content. */
export type PageContext = {
  /** Where the visitor sees the site, e.g. `https://board.example`. */
  site: string
  /** Which replica drew it, for those who are shown it. */
  servedBy: string | undefined
  /** What the board looks like, always the same object for the same look. */
  look: BoardLook
  viewer: Viewer | undefined
  /** They have a session or a token, and nobody can say now whose it is. */
  isViewerUnknown?: boolean
  /** Strangers see nothing here but how they sign in. */
  isClosed?: boolean
  /** The page is drawn of what was known last, because no store answers. Asked when all is read. */
  isOld?: () => boolean
  /** It is for HAProxy to remember, and says from when it is. */
  isForMemory?: boolean
  /** Addresses of our stylesheet and our scripts, of htmx and the icon. */
  assets: Context['assets']['links']
}

/** A replica's name, where everyone is shown it. */
const nameOf = ({ config }: Context, viewer?: Viewer) =>
  config.showReplica === 'everyone' || viewer?.role === 'admin' ? config.name : undefined

/** The context of a page for somebody who was not looked up. */
export const pageContextWithout = (context: Context, request: Request): PageContext => ({
  site: siteOf(request),
  servedBy: nameOf(context),
  look: lastLook(context),
  viewer: undefined,
  isViewerUnknown: isPersonal(request),
  isClosed: context.config.read === 'members',
  isOld: () => currentTrace()?.isOld === true,
  isForMemory: isForMemory(request),
  assets: context.assets.links,
})

/**
 * The context of a page for whoever sent this request. Who only reads may do so while nobody can say who they
 * are.
 */
export async function pageContextFor(context: Context, request: Request): Promise<PageContext> {
  const reading = lookOf(context)
  try {
    const viewer = await viewerOf(context, request)
    const look = await reading
    return {
      ...pageContextWithout(context, request),
      ...{ servedBy: nameOf(context, viewer), look, viewer, isViewerUnknown: false },
    }
  } catch (error) {
    const isUnavailable = error instanceof Refusal && error.status === 503
    if (!isUnavailable || !isRead(request)) throw error
    return pageContextWithout(context, request)
  }
}

/** The viewer of a page that is a member's own. Throws a 503 when nobody can say who they are. */
export function viewerIn({ viewer, isViewerUnknown }: PageContext): Viewer | undefined {
  if (isViewerUnknown) throw new Unavailable('mysql')
  return viewer
}

export const isRead = ({ method }: Request) => method === 'GET' || method === 'HEAD'

/**
 * A page that somebody reads may be drawn of what was known last, and says so; what programs read may not.
 */
export const mayBeOld = (request: Request) =>
  isRead(request) &&
  !isFragmentRequest(request) &&
  !request.url.includes('/api/') &&
  !request.headers.get('accept')?.includes('json')

/** htmx asked for a fragment. */
export const isFragmentRequest = (request: Request) => request.headers.get('hx-request') === 'true'

/** A browser asked, and not a program. */
const wantsHtml = ({ headers }: Request) => /\btext\/html\b/.test(headers.get('accept') ?? '')

export const wantsJson = ({ headers }: Request) => /^application\/json\b/.test(headers.get('accept') ?? '')

/** Whether neither htmx asked nor a browser. */
export const isForProgram = (request: Request) => !isFragmentRequest(request) && !wantsHtml(request)

/** A browser that followed a link or submitted a plain form, and shows what it gets as a page. */
export const isPageRequest = (request: Request) => !isFragmentRequest(request) && wantsHtml(request)

/** Where a plain form's sender goes back to: the page it was on, never another site. */
export function backOf(request: Request, fallback: string): string {
  const referer = request.headers.get('referer')
  if (!referer || !URL.canParse(referer)) return fallback
  const { host, pathname, search } = new URL(referer)
  // A path that begins with two slashes would be taken for a host.
  return host === new URL(request.url).host && !pathname.startsWith('//') ? pathname + search : fallback
}

/** Where the visitor sees the site, e.g. `https://board.example`: for what must name an address whole. */
export function siteOf(request: Request): string {
  return `${isSecure(request) ? 'https' : 'http'}://${new URL(request.url).host}`
}

/** The same by the board's own name where it has one: for what is passed on to somebody else. */
export const namedSiteOf = ({ config }: Context, request: Request) => config.mail?.siteUrl ?? siteOf(request)

/** 303: the browser goes on with a GET. */
export const seeOther = (location: string, headers: Record<string, string> = {}) =>
  new Response(null, { status: 303, headers: { location, ...headers } })

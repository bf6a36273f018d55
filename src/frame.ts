import type { Viewer } from './accounts/queries.ts'
import { viewerOf } from './accounts/sessions.ts'
import type { Context } from './context.ts'

/** What every page has around its content. */
export type Frame = {
  servedBy: string
  viewer: Viewer | undefined
  /** Addresses of our stylesheet and our script, of htmx and the icon. */
  assets: { style: string; script: string; htmx: string; icon: string }
}

/** A frame for somebody whose session was not looked up. */
export const anonymousFrame = ({ config, assets }: Context): Frame => ({
  servedBy: config.name,
  viewer: undefined,
  assets: {
    style: assets.style,
    script: assets.script,
    htmx: assets.url('htmx.min.js'),
    icon: assets.url('icon.svg'),
  },
})

/** The frame for whoever sent this request. */
export const frameFor = async (context: Context, request: Request): Promise<Frame> => ({
  ...anonymousFrame(context),
  viewer: await viewerOf(context, request),
})

/** htmx asked for a fragment. */
export const isFragmentRequest = (request: Request) => request.headers.get('hx-request') === 'true'

/** A browser that submitted a plain form and shows what it gets as a page. */
export const isFormPost = (request: Request) =>
  !isFragmentRequest(request) && /\btext\/html\b/.test(request.headers.get('accept') ?? '')

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
  const isSecure = request.headers.get('x-forwarded-proto') === 'https'
  return `${isSecure ? 'https' : 'http'}://${new URL(request.url).host}`
}

/** 303: the browser goes on with a GET. */
export const seeOther = (location: string, headers: Record<string, string> = {}) =>
  new Response(null, { status: 303, headers: { location, ...headers } })

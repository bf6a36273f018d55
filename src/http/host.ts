import { isIP } from 'node:net'

/**
 * Wraps a server's handler: a request that names no host, or one that cannot be, is refused before anything
 * reads its address: that of such a request is none, and whoever reads it throws.
 */
export const needsHost =
  <Rest extends unknown[], Answer>(handle: (request: Request, ...rest: Rest) => Answer) =>
  (request: Request, ...rest: Rest): Answer | Response =>
    URL.canParse(request.url) && pathIsFound(request) ? handle(request, ...rest) : refused()

/**
 * Elysia looks for a path from the eleventh character of an address on: after a host as short as `nas` it
 * skips the path's first part and finds another place than HAProxy judged. With the usual port behind it such
 * a host is long enough.
 */
function pathIsFound(request: Request): boolean {
  const { url } = request
  const at = url.indexOf('/', scheme.length)
  if (at >= elysiaLooksFrom) return true
  const whole = `${url.slice(0, at)}:80${url.slice(at)}`
  if (!url.startsWith(scheme) || !URL.canParse(whole)) return false
  Object.defineProperty(request, 'url', { value: whole })
  return true
}

/**
 * Whether a request names this machine by its address or as localhost, or by one of these names. Any other
 * name may have been led here by whoever owns it, for a browser that takes the board for a part of their site
 * (DNS rebinding).
 */
export function isAtOwnName({ url }: Request, names: string[]): boolean {
  const { hostname } = new URL(url)
  const isAddress = isIP(hostname.replaceAll(/^\[|\]$/g, '')) !== 0
  return isAddress || /^(?:.+\.)?localhost\.?$/.test(hostname) || names.includes(hostname)
}

const scheme = 'http://'
const elysiaLooksFrom = 11

const refused = () =>
  new Response('This request names no host, or one that cannot be.\n', {
    status: 400,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  })

import { defaultLanguage } from '../../texts/languages.ts'
import { language } from '../../texts/say.ts'
import { edgeSeconds, isForAll, memorySeconds } from '../cache-policy.ts'
import { currentTrace } from '../platform/trace.ts'
import { isForMemory } from './cost.ts'
import { isNamed } from './etags.ts'
import { isFragmentRequest, isRead } from './page-context.ts'
import { isPersonal } from './security-headers.ts'

type Setting = { headers: Record<string, unknown> }

/**
 * Lets HAProxy keep the answer, if the table says so of its route, it is nobody's own and not what was known
 * last. The header is for HAProxy alone: towards browsers it says `private, no-cache` instead, which lets
 * them keep a page but ask each time.
 */
export function allowEdgeCache(request: Request, route: string, set: Setting): boolean {
  if (currentTrace()?.isOld) {
    set.headers['cache-control'] = 'no-store'
    return false
  }
  const isRemembered = isForMemory(request)
  const seconds = edgeSeconds[route] && (isRemembered ? memorySeconds : edgeSeconds[route])
  if (seconds === undefined || !isRead(request) || isPersonal(request) || isFragmentRequest(request))
    return false
  if (!isForAll()) return false
  // HAProxy's cache has one language, its memory has all.
  if (language() === defaultLanguage || isRemembered)
    set.headers['cache-control'] ??= `public, s-maxage=${seconds}`
  return true
}

/**
 * Returns a 304 for a browser that has exactly this page, else undefined. Who drew it is left out: the same
 * page drawn by another replica is the same.
 */
export function unchanged(
  page: string,
  servedBy: string,
  request: Request,
  set: Setting,
): Response | undefined {
  const etag = `W/"${Bun.hash(page.replace(servedBy, '')).toString(36)}"`
  set.headers.etag = etag
  if (!isNamed(request.headers.get('if-none-match'), etag)) return undefined
  return new Response(null, { status: 304 })
}

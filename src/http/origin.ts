import { Refusal } from '../platform/errors.ts'

const harmless = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Browsers say where a write comes from; one from another site is refused (403). Programs such as curl send
 * neither `Sec-Fetch-Site` nor `Origin` and carry no visitor's cookie along, so they pass.
 */
export function refuseForeignOrigin(request: Request): void {
  if (harmless.has(request.method)) return

  const site = request.headers.get('sec-fetch-site')
  const isForeign = site ? site !== 'same-origin' && site !== 'none' : isOtherHost(request)
  if (isForeign) throw new Refusal(403, 'This came from another site and was not done.')
}

function isOtherHost({ headers, url }: Request): boolean {
  const origin = headers.get('origin')
  if (origin === null) return false
  return !URL.canParse(origin) || new URL(origin).host !== new URL(url).host
}

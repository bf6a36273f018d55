/**
 * What every answer of a replica says to browsers. Scripts, styles and pictures come from here alone and
 * nothing is written into pages; nobody frames them, reads them from another site or learns the addresses
 * people came from. Those of HAProxy's own answers are in haproxy.cfg, which also adds HSTS where it speaks
 * TLS.
 */
export const securityHeaders = {
  'content-security-policy':
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

/**
 * The answer may be made for one person alone: no cache on the way stores it, unless the route knows better.
 */
export const isPersonal = ({ headers }: Request) =>
  headers.has('authorization') || /(?:^|;\s*)session(?:-\d+)?=/.test(headers.get('cookie') ?? '')

export const forOnePerson = 'private, no-store'

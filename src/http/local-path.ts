/** Returns the path of the form to sign in, which leads back to what the request asks for. */
export function signInPath(request: Request): string {
  const { pathname, search } = new URL(request.url)
  return `/login?next=${encodeURIComponent(pathname + search).replaceAll('%2F', '/')}`
}

const elsewhere = /^\/(login|signup|session|password|address|forgot)\b/

/**
 * A path on this site, as it may be given in an address by anyone, or `/` where it is none: a visitor who
 * signs in must not be led to another site. Browsers read a backslash as a slash and drop tabs and line
 * breaks, so it is read as they do, and given back as it was understood.
 */
export function ownPath(text: unknown): string {
  const here = 'http://here.invalid'
  if (typeof text !== 'string' || !text.startsWith('/') || !URL.canParse(text, here)) return '/'
  const { origin, pathname, search, hash } = new URL(text, here)
  // A path that begins with two slashes would be taken for a host.
  if (origin !== here || pathname.startsWith('//') || elsewhere.test(pathname)) return '/'
  return pathname + search + hash
}

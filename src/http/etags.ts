/**
 * Whether an `If-None-Match` names this ETag. They are compared weakly: whoever compresses on the way makes
 * them weak. https://www.rfc-editor.org/rfc/rfc9110#name-if-none-match
 */
export function isNamed(header: string | null, etag: string): boolean {
  if (header === null) return false
  const names = header.split(',').map(opaque)
  return names.includes('*') || names.includes(opaque(etag))
}

const opaque = (etag: string) => etag.trim().replace(/^W\//, '')

/**
 * Somebody who keeps cookies and submits plain forms, as a browser without JavaScript does. Follows no
 * redirect.
 */
export type Visitor = {
  get(path: string, headers?: Record<string, string>): Promise<Response>
  /** Submits a form; one with files as a form for files. */
  post(path: string, fields?: Fields, headers?: Record<string, string>): Promise<Response>
  cookies: Map<string, string>
}

type Fields = Record<string, string | File>

/**
 * A visitor of the site at `origin`; `send` is `fetch` for a running site, `app.handle` for one in this
 * process.
 */
export function newVisitor(origin: string, send: (request: Request) => Promise<Response> = fetch): Visitor {
  const cookies = new Map<string, string>()

  async function ask(path: string, init: RequestInit, headers: Record<string, string>): Promise<Response> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const request = new Request(origin + path, {
      ...init,
      redirect: 'manual',
      headers: { accept: 'text/html', ...(cookie && { cookie }), ...headers },
    })
    const response = await send(request)
    for (const line of response.headers.getSetCookie()) keep(cookies, line)
    return response
  }

  return {
    get: (path, headers = {}) => ask(path, { method: 'GET' }, headers),
    post: (path, fields = {}, headers = {}) =>
      ask(path, { method: 'POST', body: bodyOf(fields) }, { origin, ...headers }),
    cookies,
  }
}

function bodyOf(fields: Fields): FormData | URLSearchParams {
  const isForFiles = Object.values(fields).some((value) => value instanceof File)
  const body = isForFiles ? new FormData() : new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) body.set(name, value as string)
  return body
}

function keep(cookies: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';')
  const [name = '', value = ''] = pair.split(/=(.*)/s)
  const isGone = value === '' || attributes.some((each) => /^\s*max-age=(0|-\d+)\s*$/i.test(each))
  if (isGone) cookies.delete(name.trim())
  else cookies.set(name.trim(), value)
}

/** The cookie by which a visitor is signed in, as in `session=...`. Its name holds the site's port. */
export function sessionCookieOf({ cookies }: Visitor): string {
  const [name, secret] = [...cookies].find(([name]) => name.startsWith('session')) ?? []
  if (!name) throw new Error('this visitor is not signed in')
  return `${name}=${secret}`
}

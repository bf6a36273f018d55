/**
 * Wraps a server's handler: a request that names no host, or one that cannot be, is refused before anything reads its
 * address: that of such a request is none, and whoever reads it throws.
 */
export const needsHost =
  <Rest extends unknown[], Answer>(handle: (request: Request, ...rest: Rest) => Answer) =>
  (request: Request, ...rest: Rest): Answer | Response =>
    URL.canParse(request.url) ? handle(request, ...rest) : refused()

const refused = () =>
  new Response('This request names no host, or one that cannot be.\n', {
    status: 400,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  })

import { Elysia } from 'elysia'
import type { Context } from '../context.ts'
import { isNamed } from '../http/etags.ts'
import { Refusal } from '../platform/errors.ts'
import { lookOf } from '../settings/look.ts'

const forever = 'public, max-age=31536000, immutable'

/** Routes that keep the site running: health for the balancer, readiness for the stack, static files. */
export const health = (context: Context) => {
  const { assets, lifecycle, metrics, unavailable } = context
  return new Elysia({ name: 'health' })
    .get('/up', ({ set }) => {
      if (lifecycle.isDraining()) set.status = 503
      return lifecycle.isDraining() ? 'draining' : 'up'
    })
    .get('/ready', async ({ set }) => {
      const missing = await unavailable()
      if (missing.length > 0) set.status = 503
      return { ready: missing.length === 0, missing }
    })
    .get('/metrics', async ({ request }) => {
      // HAProxy gives everything that comes through it an id. Prometheus asks the replica itself.
      if (request.headers.has('x-request-id')) throw new Refusal(404, 'There is nothing at this address.')
      return new Response(await metrics.text(), { headers: { 'content-type': metrics.contentType } })
    })
    .get('/static/:name', ({ params: { name }, request }) => {
      const named = assets.byName.get(name)
      const found = named ?? assets.ofAnotherVersion(name)
      if (!found) throw new Refusal(404, 'There is no such file.')

      const etag = `"${name}"`
      const cacheable = {
        'cache-control': named ? forever : 'no-store',
        vary: 'Accept-Encoding',
        ...(named && { etag }),
      }
      if (isNamed(request.headers.get('if-none-match'), etag))
        return new Response(null, { status: 304, headers: cacheable })
      const gzip = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '')
      return new Response(gzip ? found.gzipped : found.content, {
        headers: {
          ...cacheable,
          'content-type': found.type,
          ...(gzip ? { 'content-encoding': 'gzip' } : {}),
        },
      })
    })
    .get('/favicon.ico', async () => {
      const { icon } = await lookOf(context)
      const location = icon ? `/logos/${icon}-48.png` : assets.url('icon.svg')
      return new Response(null, { status: 302, headers: { location } })
    })
}

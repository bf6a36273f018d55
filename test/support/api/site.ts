import { readAtMost } from '../../../src/http/body-limit.ts'
import type { Document } from '../../../src/openapi/document.ts'
import type { Config } from '../../../src/platform/config.ts'
import { type Route, routes } from '../../../src/site.ts'
import { closeAfterTests } from '../servers/cleanup.ts'
import { openReplica, type Replica } from '../servers/replica.ts'
import { type ApiClient, apiClient } from './client.ts'

/**
 * The pool that the site names for a route; the web's for what no pool serves. `routing.test.ts` holds
 * HAProxy to the same.
 */
function poolOf(method: string, path: string) {
  const fits = (route: Route) => new RegExp(`^${route.path.replaceAll(/:\w+/g, '[^/]+')}/?$`).test(path)
  const there = routes.filter((route) => fits(route) && route.pool !== 'all')
  return (there.find((route) => route.method === method) ?? there[0])?.pool ?? 'web'
}

export type ApiSite = {
  web: Replica
  accounts: Omit<Replica, 'as'>
  admin: Omit<Replica, 'as'>
  url: string
  webUrl: string
  document: Document
  api: ApiClient
}

/** A replica of each pool that listens, behind one address, on stores of their own. */
export async function openApiSite(settings: Partial<Config> = {}): Promise<ApiSite> {
  const haproxy = closeAfterTests(
    Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      maxRequestBodySize: 64 * 1024 * 1024,
      fetch: (request) => pass(request),
    }),
    (it) => it.stop(true),
  )
  const url = `http://127.0.0.1:${haproxy.port}`
  const web = await openReplica({ balancerUrl: url, ...settings })
  const accounts = await web.as('accounts', { balancerUrl: url, ...settings })
  const admin = await web.as('admin', { balancerUrl: url, ...settings })
  const urls = { web: listen(web), accounts: listen(accounts), admin: listen(admin), all: '' }

  const pass = async (request: Request): Promise<Response> => {
    const { pathname, search, host } = new URL(request.url)
    const headers = new Headers(request.headers)
    headers.set('host', host)
    const body = await request.arrayBuffer()
    return fetch(urls[poolOf(request.method, pathname)] + pathname + search, {
      method: request.method,
      headers,
      redirect: 'manual',
      decompress: false,
      ...(body.byteLength > 0 ? { body } : {}),
    })
  }
  const document = (await (await fetch(`${url}/api/openapi.json`)).json()) as Document
  return { web, accounts, admin, url, webUrl: urls.web, document, api: apiClient(url, document) }
}

function listen({ app, context }: Omit<Replica, 'as'>): string {
  const listening = closeAfterTests(
    app.listen({
      port: 0,
      hostname: '127.0.0.1',
      reusePort: false,
      maxRequestBodySize: readAtMost(context.config.maxBodyBytes),
    }),
    (it) => void it.stop(true),
  )
  return `http://127.0.0.1:${listening.server?.port}`
}

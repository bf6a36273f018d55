import type { Document } from '../../src/api/document.ts'
import type { Config } from '../../src/platform/config.ts'
import { readAtMost } from '../../src/platform/long-bodies.ts'
import { type ApiClient, apiClient } from './api.ts'
import { closeAfterTests } from './cleanup.ts'
import { openReplica, type Replica } from './replica.ts'

/** What HAProxy's `use_backend accounts` has. */
const ofAccounts =
  /^\/(signup|login|session|account|password|add_user|tokens|api\/session|api\/users|api\/tokens|api\/v1\/(users|validate_user))/

/** What it sends to the pool that may write the market: all of the admins' pages, and what others write there. */
const isForAdmins = (method: string, path: string) =>
  path.startsWith('/admin') || (method !== 'GET' && /^\/(api\/(items|orders)|market\/orders)/.test(path))

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
  const door = closeAfterTests(
    Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      maxRequestBodySize: 64 * 1024 * 1024,
      fetch: (request) => pass(request),
    }),
    (it) => it.stop(true),
  )
  const url = `http://127.0.0.1:${door.port}`
  const web = await openReplica({ balancerUrl: url, ...settings })
  const accounts = await web.as('accounts', { balancerUrl: url, ...settings })
  const admin = await web.as('admin', { balancerUrl: url, ...settings })
  const [webUrl, accountsUrl, adminUrl] = [listen(web), listen(accounts), listen(admin)]
  const poolOf = (method: string, path: string) =>
    ofAccounts.test(path) ? accountsUrl : isForAdmins(method, path) ? adminUrl : webUrl

  const pass = async (request: Request): Promise<Response> => {
    const { pathname, search, host } = new URL(request.url)
    const headers = new Headers(request.headers)
    headers.set('host', host)
    const body = await request.arrayBuffer()
    return fetch(poolOf(request.method, pathname) + pathname + search, {
      method: request.method,
      headers,
      redirect: 'manual',
      decompress: false,
      ...(body.byteLength > 0 ? { body } : {}),
    })
  }
  const document = (await (await fetch(`${url}/api/openapi.json`)).json()) as Document
  return { web, accounts, admin, url, webUrl, document, api: apiClient(url, document) }
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

import type { Config } from '../../../src/platform/config.ts'
import { openRedis } from '../../../src/platform/redis.ts'
import { password } from '../site/page.ts'
import { type Route, routesOf } from '../site/routes.ts'
import { newVisitor, type Visitor } from '../site/visitor.ts'
import { closeAfterTests } from './cleanup.ts'
import { openReplica, origin, type Replica } from './replica.ts'
import { startRedis } from './services.ts'

type Role = Config['role']
type Apps = Record<Role, Omit<Replica, 'as'>>

/** The same site twice, on one database: `warm` remembers, `cold` forgets all before it is asked. */
export type PairedSites = {
  warm: Apps
  routes: (Route & { role: Role })[]
  /** Sends JSON, or a form that htmx sends. */
  json(role: Role, method: string, path: string, body?: unknown, who?: Visitor): Promise<Response>
  form(role: Role, path: string, fields: Record<string, string | Blob>, who?: Visitor): Promise<Response>
  /** A new member with a visitor that is signed in, and how this member is known. */
  join(name: string): Promise<Member>
  members: Member[]
  /** Secrets of tokens that were made. */
  tokens: string[]
  /** Reads the addresses where they are remembered then. */
  warmUp(addresses: string[]): Promise<void>
  /** What each address shows, of those that differ between the sites, as [warm, cold]. */
  differences(addresses: string[]): Promise<Record<string, [string, string]>>
}
export type Member = { name: string; id: number; visitor: Visitor }

export async function openPairedSites(): Promise<PairedSites> {
  // Who adds an act asks it for the members, as a replica asks through HAProxy.
  const proxy = closeAfterTests(
    Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: (request) => warm.accounts.app.handle(request) }),
    (it) => it.stop(true),
  )
  const replica = await openReplica({ balancerUrl: `http://127.0.0.1:${proxy.port}` })
  const redis = await startRedis()
  const asAll = async (settings: Partial<Config>): Promise<Apps> => ({
    web: await replica.as('web', settings),
    accounts: await replica.as('accounts', settings),
    admin: await replica.as('admin', settings),
  })
  const [warm, cold] = [await asAll({}), await asAll({ redisUrl: redis.url })]
  const emptied = closeAfterTests(openRedis(redis.url, warm.web.context.log), (it) => it.disconnect())
  const members: Member[] = []
  const tokens: string[] = []
  const cookies = (who: Visitor | undefined) => ({
    cookie: [...(who?.cookies ?? [])].map(([name, value]) => `${name}=${value}`).join('; '),
  })

  const json: PairedSites['json'] = (role, method, path, body, who) =>
    warm[role].app.handle(
      new Request(origin + path, {
        method,
        headers: { ...cookies(who), accept: 'application/json', 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    )
  const form: PairedSites['form'] = (role, path, fields, who) => {
    const body = new FormData()
    for (const [name, value] of Object.entries(fields)) body.append(name, value)
    const headers = { ...cookies(who), 'hx-request': 'true', origin }
    return warm[role].app.handle(new Request(origin + path, { method: 'POST', headers, body }))
  }

  const shown = async (apps: Apps, address: string, headers: Record<string, string>) => {
    const role = address.startsWith('/api/users') || address === '/api/session' ? 'accounts' : 'web'
    const answer = await apps[role].app.handle(new Request(origin + address, { headers }))
    return `${answer.status} ${(await answer.text()).replaceAll(changing, '')}`
  }

  const questionsOf = (addresses: string[]) => [
    ...addresses.map((address) => ({ address, who: 'anyone', headers: {} })),
    ...members.map(({ name, visitor }) => ({
      address: '/api/session',
      who: name,
      headers: cookies(visitor),
    })),
    ...tokens.map((token) => ({
      address: '/api/session',
      who: token,
      headers: { authorization: `Bearer ${token}` },
    })),
  ]

  return {
    warm,
    routes: (
      await Promise.all(
        (['web', 'accounts', 'admin'] as const).map(async (role) =>
          (await routesOf(warm[role])).map((route) => ({ ...route, role })),
        ),
      )
    ).flat(),
    json,
    form,
    members,
    tokens,
    async join(name) {
      const visitor = newVisitor(origin, warm.accounts.app.handle)
      await visitor.post('/signup', { username: name, password })
      const answer = await json('accounts', 'GET', '/api/session', undefined, visitor)
      const member = { name, id: ((await answer.json()) as { id: number }).id, visitor }
      members.push(member)
      return member
    },
    async warmUp(addresses) {
      for (const { address, headers } of questionsOf(addresses)) await shown(warm, address, headers)
    },
    async differences(addresses) {
      const differing: Record<string, [string, string]> = {}
      await emptied.flushall()
      for (const { address, who, headers } of questionsOf(addresses)) {
        const both = await Promise.all([shown(warm, address, headers), shown(cold, address, headers)])
        if (both[0] !== both[1]) differing[`${address} of ${who}`] = both
      }
      return differing
    },
  }
}

/** Which store knew, and keys made for each page. */
const changing =
  /<dd>(Redis|MySQL)<\/dd>|(Source:\s*)?\b(Redis|MySQL)\b|"source":"\w+"|[0-9a-f]{8}-[0-9a-f-]{27}/g

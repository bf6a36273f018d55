import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import type { Config } from '../../src/platform/config.ts'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { addCategory, newMember } from '../support/site/members.ts'
import { addressOf, routesOf } from '../support/site/routes.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(120_000)

let web: Replica
let ana: Visitor
beforeAll(async () => {
  web = await openReplica()
  await addCategory(web, 'Books')
  ana = await newMember(web, 'ana', 'admin')
  await ana.post('/posts', { category: 'Books', title: 'A', body: 'B' })
})

const roles: Config['role'][] = ['web', 'accounts', 'admin']

test.each(roles)('each page of the role %s says that it is one, to members and strangers', async (role) => {
  const replica = role === 'web' ? web : await web.as(role)
  const cookie = [...ana.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const routes = (await routesOf(replica)).filter(({ path }) => path !== '/live' && path !== '/session/end')
  const wrong: string[] = []
  let pages = 0

  for (const route of routes) {
    const address = addressOf(route, { category: 'Books', name: 'ana' })
    for (const who of [{}, { cookie }] as Record<string, string>[]) {
      const { method } = route
      const headers = { origin, accept: 'text/html', ...who }
      const answer = await replica.app.handle(new Request(origin + address, { method, headers }))
      const type = answer.headers.get('content-type') ?? ''
      if (!(await answer.text()).startsWith('<!doctype html>')) continue
      pages++
      if (type !== 'text/html; charset=utf-8') wrong.push(`${method} ${address} ${type}`)
    }
  }

  expect(pages).toBeGreaterThan(5)
  expect(wrong).toEqual([])
})

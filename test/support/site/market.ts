import { type Decimal, priceIn } from '../../../src/market/money.ts'
import type { Document } from '../../../src/openapi/document.ts'
import { checkerOf } from '../api/client.ts'
import { proxyTo, type Replica } from '../servers/replica.ts'
import { newVisitor, type Visitor } from './visitor.ts'

/**
 * The pools that the market's requests reach, behind one proxy that routes as HAProxy does. Each answer must
 * fit the API's document.
 */
export type Market = {
  replica: Replica
  /** Signed in as a new member, or as an admin. */
  signedIn(name: string, role?: 'member' | 'admin'): Promise<Visitor>
  anyone(): Visitor
  send(request: Request): Promise<Response>
  /** Sends JSON as a visitor. */
  json(
    visitor: Visitor,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Response>
  /** Submits a form as htmx does. */
  form(visitor: Visitor, path: string, fields?: Record<string, string>): Promise<Response>
  stock(name: string): Promise<{ id: number; quantity: number; price: string } | undefined>
  addItem(name: string, quantity: number, price: string): Promise<number>
}

const origin = 'http://localhost'
const password = 'correct horse battery'

export async function openMarket(replica: Replica): Promise<Market> {
  const accounts = await replica.as('accounts')
  const admin = await replica.as('admin', { balancerUrl: proxyTo(accounts) })
  const { database, context } = replica

  const document = (await (
    await replica.app.handle(new Request(`${origin}/api/openapi.json`))
  ).json()) as Document
  const fits = checkerOf(document)

  const send = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url)
    const response = await answered(request)
    const type = response.headers.get('content-type') ?? ''
    const text = await response.clone().text()
    const body = /json/.test(type) && text !== '' ? JSON.parse(text) : text
    fits(request.method, pathname, { status: response.status, body, headers: response.headers }, type)
    return response
  }

  const answered = (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url)
    const isRead = ['GET', 'HEAD'].includes(request.method)
    if (/^\/(admin|api\/(moderat|invites|groups|doors))/.test(pathname)) return admin.app.handle(request)
    if (!isRead && /^\/(market|api\/(items|orders))/.test(pathname)) return admin.app.handle(request)
    return /^\/(signup|login|session|password|account)/.test(pathname)
      ? accounts.app.handle(request)
      : replica.app.handle(request)
  }

  return {
    replica,
    send,
    anyone: () => newVisitor(origin, send),
    async signedIn(name, role = 'member') {
      const visitor = newVisitor(origin, send)
      await visitor.post('/signup', { username: name, password })
      await database.write('UPDATE users SET role = ? WHERE name = ?', [role, name])
      return visitor
    },
    json(visitor, method, path, body, headers = {}) {
      const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      return send(
        new Request(origin + path, {
          method,
          headers: { accept: 'application/json', 'content-type': 'application/json', cookie, ...headers },
          body: body === undefined ? undefined : JSON.stringify(body),
        }),
      )
    },
    form: (visitor, path, fields) => visitor.post(path, fields, { 'hx-request': 'true' }),
    async stock(name) {
      const [item] = await database.rows<{ id: number; quantity: number; price: string }>(
        'SELECT id, quantity, price FROM items WHERE name = ?',
        [name],
      )
      return item && { ...item, price: priceIn(item.price as Decimal, context.config.currency) }
    },
    async addItem(name, quantity, price) {
      const statement = 'INSERT INTO items (name, quantity, price) VALUES (?, ?, ?)'
      const { insertId } = await database.write(statement, [name, quantity, price])
      await context.cache.invalidate(['items'])
      return insertId
    },
  }
}

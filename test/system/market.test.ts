import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { served } from '../support/served.ts'
import { type Stack, sharedStack } from '../support/servers/stack.ts'
import { adminOf } from '../support/site/admin.ts'
import { newName, password, servedBy } from '../support/site/page.ts'
import { newVisitor, type Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(120_000)

let stack: Stack
let admin: Visitor

beforeAll(async () => {
  stack = await sharedStack()
  admin = newVisitor(stack.url)
  await admin.post('/login', adminOf(stack))
})

function send(visitor: Visitor, method: string, path: string, body?: unknown, more = {}): Promise<Response> {
  const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const headers = { cookie, 'content-type': 'application/json', ...more }
  return fetch(stack.url + path, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
  })
}

async function four(path: string): Promise<(string | undefined)[]> {
  const names = []
  for (let times = 0; times < 4; times++) names.push(servedBy(await (await admin.get(path)).text()))
  return names
}

describe('four requests in a row', () => {
  test.each([
    ['/market', /^web-\d$/],
    ['/admin', /^admin-\d$/],
  ])('of %s come from two servers in turn, each with its name at the top left', async (path, pool) => {
    const names = await four(path)

    expect(names[0]).toMatch(pool)
    expect(names[1]).toMatch(pool)
    expect(names[1]).not.toBe(names[0])
    expect(names.slice(2)).toEqual(names.slice(0, 2))
  })
})

describe('through the balancer', () => {
  test('items are written by the admin pool and read by the web pool at once', async () => {
    const name = newName('ana')

    const added = await send(admin, 'POST', '/api/items', { name, quantity: 3, price: '1.50' })
    const read = await fetch(`${stack.url}/api/items?q=${name}`)
    const set = await send(admin, 'POST', '/api/items', { name, quantity: 4, price: '1.50' })
    const { id } = await set.json()
    const removed = await send(admin, 'DELETE', `/api/items/${id}`)

    expect([added.status, set.status, removed.status]).toEqual([201, 200, 204])
    expect(added.headers.get('x-served-by')).toMatch(/^admin-/)
    expect(read.headers.get('x-served-by')).toMatch(/^web-/)
    expect(await read.json()).toMatchObject([{ name, quantity: 3, price: '1.50' }])
    expect(await (await fetch(`${stack.url}/api/items?q=${name}`)).json()).toEqual([])
  })

  test('the sample is on the shelf', async () => {
    const items = (await (await fetch(`${stack.url}/api/items`)).json()) as { name: string; price: string }[]

    for (const name of ['Muffins', 'Cake', 'Nails', 'Coke', 'Kitkat', 'Shake']) {
      expect(items.map((item) => item.name)).toContain(name)
    }
  })

  test('200 buyers at once of 50 pieces make exactly 50 orders', async () => {
    const name = newName('cem')
    const item = await (await send(admin, 'POST', '/api/items', { name, quantity: 50, price: '9.99' })).json()
    const buyers = await Promise.all(
      ['bo', 'cem'].map(async () => {
        const buyer = newVisitor(stack.url)
        await buyer.post('/signup', { username: newName('bo'), password })
        return buyer
      }),
    )

    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) => buy(buyers[index % 2]!, item.id, `${name}-${index}`)),
    )

    const statuses = Object.groupBy(answers, ({ status }) => status)
    expect(Object.keys(statuses)).toEqual(['201', '409'])
    expect(statuses[201]).toHaveLength(50)
    expect(await stack.sql(`SELECT quantity FROM items WHERE id = ${item.id}`)).toEqual(['0'])
    expect(await stack.sql(`SELECT SUM(quantity) FROM order_lines WHERE item_id = ${item.id}`)).toEqual([
      '50',
    ])
  })
})

test('no process of a native stack can be reached from another machine', async () => {
  const { processes } = await stack.status()
  const ports = processes.map(({ port }) => port)

  const reachable = listening().filter(
    ({ port, address }) => ports.includes(port) && !address.startsWith('127.'),
  )

  expect(ports.length).toBeGreaterThan(5)
  expect(listening().filter(({ port }) => ports.includes(port)).length).toBeGreaterThanOrEqual(ports.length)
  expect(reachable).toEqual([])
})

/** A buyer who sends the same order again as long as the site is busy. */
function buy(buyer: Visitor, item: number, key: string): Promise<Response> {
  const body = { items: [{ item, quantity: 1 }] }
  return served(() => send(buyer, 'POST', '/api/orders', body, { 'idempotency-key': key }))
}

/** What listens on this machine, from Linux's own tables: addresses in hexadecimal, the last byte first. */
function listening(): { address: string; port: number }[] {
  const isListening = '0A'
  return ['/proc/net/tcp', '/proc/net/tcp6']
    .flatMap((path) => readFileSync(path, 'utf8').trim().split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state]) => state === isListening)
    .map(([, local = '']) => {
      const [address = '', port = ''] = local.split(':')
      const bytes =
        address.length === 8
          ? address
              .match(/../g)!
              .toReversed()
              .map((byte) => Number.parseInt(byte, 16))
          : []
      return { address: bytes.length > 0 ? bytes.join('.') : address, port: Number.parseInt(port, 16) }
    })
}

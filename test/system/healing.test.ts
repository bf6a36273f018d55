import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { sha256 } from '../../src/platform/sha256.ts'
import { nativeStatus } from '../../stack/native/status.ts'
import { identify } from '../../stack/process/identity.ts'
import { freePort } from '../support/servers/services.ts'
import { runAgora, type Stack, startStack } from '../support/servers/stack.ts'
import { adminOf } from '../support/site/admin.ts'
import { startBuyers } from '../support/site/buyers.ts'
import { fresh, likesShown, postsShown } from '../support/site/page.ts'
import { newVisitor } from '../support/site/visitor.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

const names = [
  'haproxy',
  'mysql',
  'redis',
  'batcher-1',
  'courier-1',
  'search-1',
  'scaler',
  'web-1',
  'web-2',
  'accounts-1',
  'admin-1',
  'admin-2',
]

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})

describe('a running stack', () => {
  test('names its processes, all of them ready', async () => {
    const { mode, url, processes } = await stack.status()

    expect([mode, url]).toEqual(['native', stack.url])
    expect(processes.map(({ name }) => name).sort()).toEqual([...names].sort())
    expect(processes.filter(({ state }) => state !== 'ready')).toEqual([])
    expect(processes.filter(({ pid }) => !pid || !identify(pid))).toEqual([])
  })

  test('is not started a second time', async () => {
    const before = await stack.status()

    const { code, output } = await runAgora(['up', '--native', '--detach', '--data', stack.data])

    expect(code).toBe(0)
    expect(output).toContain('runs already')
    expect(output).toContain(stack.url)
    expect(await stack.status()).toEqual(before)
  })

  test('keeps its port to itself, and who wants it is refused', async () => {
    const args = ['up', '--native', '--detach', '--data', `${stack.data}-2`, '--port', `${stack.port}`]

    const { code, output } = await runAgora(args)

    expect(code).toBe(1)
    expect(output).toContain(`port ${stack.port} is taken`)
    expect(output).toContain('haproxy')
  })
})

describe('kill -9', () => {
  test.each(names)('%s is back on the same port', async (name) => {
    const before = await stack.process(name)

    process.kill(before.pid!, 'SIGKILL')

    const after = await until(
      async () => {
        const now = await stack.process(name)
        const works = now.pid !== before.pid && now.state === 'ready' && (await fetch(stack.url, fresh)).ok
        return works && now
      },
      { withinMs: 60_000 },
    )
    expect(after.port).toBe(before.port)
  })

  test('one replica goes unnoticed by those who read', async () => {
    const { pid } = await stack.process('web-1')
    const reads = Array.from({ length: 200 }, async (_, index) => {
      await Bun.sleep(index * 5)
      return (await fetch(`${stack.url}/?read=${index}`, fresh)).status
    })

    process.kill(pid!, 'SIGKILL')

    expect(new Set(await Promise.all(reads))).toEqual(new Set([200]))
  })

  test('of the batcher loses no like that was answered', async () => {
    const post = postsShown(await (await fetch(stack.url, fresh)).text())[0]!
    const before = likesShown(await (await fetch(stack.url, fresh)).text(), post)
    const sendLike = (headers = {}) =>
      fetch(`${stack.url}/api/posts/${post}/likes`, { method: 'POST', headers })
    const answers = [await sendLike(), await sendLike(), await sendLike()]

    process.kill((await stack.process('batcher-1')).pid!, 'SIGKILL')

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    // One that was not answered may be in the journal. It is sent again by its key, and counts once.
    const key = { 'idempotency-key': crypto.randomUUID() }
    const next = await until(async () => ((await (await sendLike(key)).json()) as { likes?: number }).likes)
    expect(next).toBe(before + 4)
  })
})

describe('kill -9 while 200 buyers order, change and cancel 50 pieces', () => {
  const stocked = { Apples: 25, 'Apples, red': 15, 'Apples, green': 10 }
  const mostEach = 2
  const victims = ['admin-1', 'mysql', 'admin-2', 'mysql']
  const tokens = Array.from({ length: 200 }, (_, buyer) => `agora_buyer${`${buyer}`.padStart(38, '0')}`)

  /** With tokens of theirs: to sign up would take each a password's time. */
  async function signUp() {
    const users = tokens.map((name) => `('${name}', UNHEX('${sha256(name)}'))`)
    await stack.sql(`INSERT INTO users (name, name_key) VALUES ${users.join(', ')}`)
    await stack.sql(
      `INSERT INTO tokens (token_key, user_id, name, scopes)
       SELECT UNHEX(SHA2(name, 256)), id, 'test', 'read market' FROM users WHERE name LIKE 'agora_buyer%'`,
    )
  }

  /** The items by their names, as an admin adds them: all count as the first, of which nobody has many. */
  async function stockUp() {
    const admin = newVisitor(stack.url)
    await admin.post('/login', adminOf(stack))
    const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString().slice(0, 16)
    const pickup = (n: number, place: string) => ({
      ...{ [`place-${n}`]: place, [`starts-${n}`]: at(3), [`ends-${n}`]: at(4) },
    })
    const window = { name: 'Harvest', timeZone: 'UTC', opens: at(-1), closes: at(2) }
    await admin.post('/admin/windows', { ...window, ...pickup(0, 'Barn'), ...pickup(1, 'School') })
    for (const [name, quantity] of Object.entries(stocked))
      await admin.post('/admin/items', { name, quantity: `${quantity}`, price: '1.00' })
    const items = await rows(`SELECT id FROM items WHERE name LIKE 'Apples%' ORDER BY id`)
    const [first, ...others] = items
    await stack.sql(`UPDATE items SET most_each = ${mostEach} WHERE id = ${first}`)
    await stack.sql(`UPDATE items SET variant_of = ${first} WHERE id IN (${others})`)
    return { items, pickups: await rows('SELECT id FROM pickups ORDER BY id') }
  }

  const rows = async (statement: string) => {
    const [list = ''] = await stack.sql(`SELECT GROUP_CONCAT(id ORDER BY id) FROM (${statement}) AS found`)
    return list.split(',').map(Number)
  }

  /** Kills it, and waits until it works again and so many were served since. */
  async function kill(name: string, served: () => number) {
    const processOf = async () =>
      (await nativeStatus(stack.data)).processes.find((each) => each.name === name)!
    const before = await processOf()
    process.kill(before.pid!, 'SIGKILL')
    await until(
      async () => {
        const { pid, state } = await processOf()
        return pid !== before.pid && state === 'ready'
      },
      { withinMs: 60_000, everyMs: 100 },
    )
    const since = served()
    await until(() => served() >= since + 100, { withinMs: 60_000 })
  }

  test('sells each piece once, leaves no order half done and keeps the limits', async () => {
    await signUp()
    const { items, pickups } = await stockUp()
    const seed = Date.now() % 2 ** 32
    const buyers = startBuyers({ url: stack.url, tokens, items, pickups, seed })

    for (const name of victims) await kill(name, buyers.served)
    const known = await buyers.end()

    const [sold, left, halfDone, tooMany] = await stack.sql(
      `SELECT (SELECT GROUP_CONCAT(pieces ORDER BY item_id)
                 FROM (SELECT order_lines.item_id, SUM(order_lines.quantity) AS pieces
                         FROM order_lines
                         JOIN orders ON orders.id = order_lines.order_id AND orders.state <> 'cancelled'
                        WHERE order_lines.item_id IN (${items})
                        GROUP BY order_lines.item_id) AS sold),
              (SELECT GROUP_CONCAT(quantity ORDER BY id) FROM items WHERE id IN (${items})),
              (SELECT COUNT(*)
                 FROM orders
                WHERE NOT EXISTS (SELECT 1 FROM order_lines WHERE order_id = orders.id)
                   OR (state = 'open') <> (closed_at IS NULL)
                   OR NOT EXISTS (SELECT 1 FROM window_orders WHERE order_id = orders.id)),
              (SELECT COUNT(*)
                 FROM (SELECT orders.user_id
                         FROM orders
                         JOIN order_lines ON order_lines.order_id = orders.id
                        WHERE orders.state <> 'cancelled'
                        GROUP BY orders.user_id
                       HAVING SUM(order_lines.quantity) > ${mostEach}) AS greedy)`,
    )
    const shown = await Promise.all(tokens.map((_, buyer) => buyers.ordersOf(buyer)))

    const each = (list = '') => list.split(',').map(Number)
    expect(each(left).map((pieces, n) => pieces + each(sold)[n]!)).toEqual(Object.values(stocked))
    expect([halfDone, tooMany]).toEqual(['0', '0'])
    expect(shown.map((orders) => [...orders].toSorted())).toEqual(
      known.map((orders) => [...orders].toSorted()),
    )
    expect(buyers.failed()).toBeGreaterThan(0)
    expect(buyers.refused()).toBeGreaterThan(0)
  }, 180_000)
})

describe('./agora down', () => {
  test('leaves no process, and the next start has everything that was there', async () => {
    const { processes } = await stack.status()
    const front = postsShown(await (await fetch(stack.url, fresh)).text())

    await stack.down()

    expect(processes.filter(({ pid }) => pid && identify(pid))).toEqual([])
    expect((await runAgora(['status', '--data', stack.data])).code).toBe(1)
    const again = await startStack({ data: stack.data, port: await freePort() })
    expect(postsShown(await (await fetch(again.url, fresh)).text())).toEqual(front)
  })
})

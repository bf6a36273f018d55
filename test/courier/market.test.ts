import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test'
import type { FailpointName } from '../../courier/failpoint.ts'
import { killCouriers, startCourier } from '../support/servers/courier.ts'
import { freshDatabase, type TestDatabase } from '../support/servers/database.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

const [ana, bo, cem, dora] = [1, 2, 3, 4]
const jam = 1

let database: TestDatabase
beforeEach(async () => {
  database = await freshDatabase()
  await database.write('INSERT INTO users (id, name, name_key, role, disabled_at) VALUES ?', [
    [
      [ana, 'ana', 'a', 'admin', null],
      [bo, 'bo', 'b', 'member', null],
      [cem, 'cem', 'c', 'member', null],
      [dora, 'dora', 'd', 'admin', new Date()],
    ],
  ])
  await database.write(`INSERT INTO items (id, name, quantity, price) VALUES (${jam}, 'Jam', 9, 1)`)
})
afterEach(killCouriers)

const start = (diesAt?: FailpointName) =>
  startCourier(database, '', {
    env: { MAIL: 'off' },
    isAwaited: diesAt === undefined,
    ...(diesAt && { diesAt }),
  })

/** Who was told what, in words such as `1 low 1 -`. */
const told = async () => {
  const rows = await database.rows<{ user: number; kind: string; item: number; window: number }>(
    'SELECT user_id AS user, kind, item_id AS item, window_id AS `window` FROM notices ORDER BY id',
  )
  return rows.map(({ user, kind, item, window }) => `${user} ${kind} ${item ?? '-'} ${window ?? '-'}`)
}

const set = (quantity: number) =>
  database.write('UPDATE items SET quantity = ? WHERE id = ?', [quantity, jam])
const isLow = async () => (await database.rows<{ low: number }>('SELECT is_low AS low FROM items'))[0]!.low

/** That none of what there was to tell is left: a window that has just closed is told behind it. */
async function settled(): Promise<void> {
  const { insertId } = await database.write(
    `INSERT INTO order_windows (name, opens_at, closes_at, time_zone)
     VALUES ('Past', NOW(3) - INTERVAL 3 HOUR, NOW(3) - INTERVAL 2 HOUR, 'UTC')`,
  )
  await until(async () => (await told()).includes(`${ana} packing - ${insertId}`))
  await database.write('DELETE FROM order_windows WHERE id = ?', [insertId])
}

test('admins are told once that an item is low, and again when it was stocked up since', async () => {
  await database.write('UPDATE items SET low_at = 3')
  await start()
  await settled()
  expect(await told()).toEqual([])

  await set(3)
  await until(async () => (await told()).length === 1)
  await set(1)
  await settled()
  expect(await told()).toEqual([`${ana} low ${jam} -`])

  await set(9)
  await until(async () => (await isLow()) === 0)
  await set(0)
  await until(async () => (await told()).length === 2)
})

test('whoever waits for an item is told once that it is in stock again', async () => {
  await set(0)
  await database.write('INSERT INTO stock_waits (item_id, user_id) VALUES (?, ?), (?, ?)', [
    jam,
    bo,
    jam,
    cem,
  ])
  await start()
  await settled()
  expect(await told()).toEqual([])

  await set(2)
  await until(async () => (await told()).length === 2)
  await set(0)
  await set(2)
  await settled()

  expect(await told()).toEqual([`${bo} back ${jam} -`, `${cem} back ${jam} -`])
  expect(await database.rows('SELECT item_id FROM stock_waits')).toEqual([])
})

test('of a window its followers are told that it opens, who ordered that it closes and is ready', async () => {
  await database.write(`INSERT INTO market_follows (user_id, level) VALUES (${bo}, 'all'), (${cem}, 'mute')`)
  const { insertId: window } = await database.write(
    `INSERT INTO order_windows (name, opens_at, closes_at, time_zone)
     VALUES ('Spring', NOW(3), NOW(3) + INTERVAL 1 HOUR, 'UTC')`,
  )
  await database.write(
    `INSERT INTO pickups (id, window_id, place, starts_at, ends_at) VALUES (1, ${window}, 'Barn', '2031-01-01', '2031-01-02')`,
  )
  for (const [user, state] of [
    [cem, 'open'],
    [bo, 'cancelled'],
  ]) {
    const { insertId } = await database.write(
      'INSERT INTO orders (user_id, state, request_key, request_hash) VALUES (?, ?, ?, ?)',
      [user!, state!, 'x', 'x'],
    )
    await database.write(`INSERT INTO window_orders (order_id, window_id, pickup_id) VALUES (?, ?, 1)`, [
      ...[insertId, window],
    ])
  }
  await start()

  await until(async () => (await told()).includes(`${bo} opens - ${window}`))
  await database.write('UPDATE order_windows SET closes_at = NOW(3)')
  await until(async () => (await told()).length === 3)
  await database.write(`INSERT INTO window_tellings (window_id, stage) VALUES (${window}, 'ready')`)
  await until(async () => (await told()).length === 4)

  expect(await told()).toEqual([
    `${bo} opens - ${window}`,
    `${cem} closes - ${window}`,
    `${ana} packing - ${window}`,
    `${cem} ready - ${window}`,
  ])
})

test('a window that was over for a day is told to nobody', async () => {
  await database.write(`INSERT INTO market_follows (user_id, level) VALUES (${bo}, 'all')`)
  await database.write(
    `INSERT INTO order_windows (name, opens_at, closes_at, time_zone)
     VALUES ('Old', NOW(3) - INTERVAL 50 HOUR, NOW(3) - INTERVAL 25 HOUR, 'UTC')`,
  )
  await start()
  await settled()

  expect(await told()).toEqual([])
})

test('couriers that are killed while they tell, and two at once, tell each once', async () => {
  await database.write('UPDATE items SET low_at = 20')
  await database.write('INSERT INTO stock_waits (item_id, user_id) VALUES (?, ?)', [jam, bo])
  await database.write(`INSERT INTO market_follows (user_id, level) VALUES (${cem}, 'all')`)
  await database.write(
    `INSERT INTO order_windows (id, name, opens_at, closes_at, time_zone)
     VALUES (7, 'Now', NOW(3), NOW(3) + INTERVAL 1 HOUR, 'UTC')`,
  )
  for (const step of [
    'while telling of what is low',
    'while telling of stock',
    'while telling of a window',
  ] as const)
    await (await start(step)).running.exited

  await Promise.all([start(), start()])
  await until(async () => (await told()).length === 3)
  await settled()

  expect((await told()).toSorted()).toEqual([
    `${ana} low ${jam} -`,
    `${bo} back ${jam} -`,
    `${cem} opens - 7`,
  ])
})

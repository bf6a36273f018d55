import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test'
import type { FailpointName } from '../../courier/failpoint.ts'
import { killCouriers, startCourier } from '../support/servers/courier.ts'
import { freshDatabase, type TestDatabase } from '../support/servers/database.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

const most = 1_700
const author = 1

let database: TestDatabase
beforeEach(async () => {
  database = await freshDatabase()
  await database.write('INSERT INTO users (name, name_key) VALUES ?', [
    Array.from({ length: most }, (_, n) => [`bo${n}`, `bo${n}`]),
  ])
  await database.write('UPDATE users SET disabled_at = NOW(3) WHERE id = 2')
  await database.write(`INSERT INTO categories (id, name, name_key) VALUES (1, 'Books', 'x')`)
  await database.write(
    `INSERT INTO posts (id, category_id, author_id, title, body) VALUES (1, 1, ${author}, 'Read', 'Me')`,
  )
  await database.write(
    `INSERT INTO announcements (post_id, until_at, is_everywhere)
     VALUES (1, NOW(3) + INTERVAL 1 DAY, 1)`,
  )
})
afterEach(killCouriers)

const start = (diesAt?: FailpointName, diesAfter = 1) =>
  startCourier(database, '', {
    env: { MAIL: 'off' },
    isAwaited: diesAt === undefined,
    ...(diesAt && { diesAt, diesAfter }),
  })

const asked = async (table: 'confirmations' | 'notices') => {
  const rows = await database.rows<{ user: number }>(`SELECT user_id AS user FROM ${table} ORDER BY user_id`)
  return rows.map(({ user }) => user)
}

const allAsked = () =>
  until(
    async () => (await database.rows('SELECT 1 FROM announcements WHERE asked_at IS NOT NULL')).length > 0,
  )

test('all members are asked once each, by couriers that are killed and by two at once', async () => {
  const steps: [FailpointName, number][] = [
    ['while asking', 1],
    ['after asking', 1],
    ['while asking', 2],
  ]
  for (const [step, times] of steps) await (await start(step, times)).running.exited
  expect((await asked('confirmations')).length).toBeLessThan(most)

  await Promise.all([start(), start()])
  await allAsked()

  const members = Array.from({ length: most }, (_, n) => n + 1).filter((id) => id !== author && id !== 2)
  expect(await asked('confirmations')).toEqual(members)
  expect(await asked('notices')).toEqual(members)
  expect((await database.rows('SELECT post_id FROM fan_outs WHERE spread_at IS NOT NULL')).length).toBe(1)
})

test('what is hidden waits until it is shown, and what is over is asked about no more', async () => {
  await database.write(
    `INSERT INTO posts (id, category_id, author_id, title, body) VALUES (2, 1, 1, 'Over', 'x'), (3, 1, 1, 'y', 'y')`,
  )
  await database.write(`INSERT INTO removed_posts (post_id, title, reason) VALUES (1, 'x', 'x')`)
  await database.write(
    `INSERT INTO announcements (post_id, until_at, is_everywhere)
     VALUES (2, NOW(3) - INTERVAL 1 SECOND, 1), (3, NOW(3) + INTERVAL 1 DAY, 0)`,
  )
  await start()
  // The courier comes by both others before this one.
  await allAsked()
  expect(await asked('confirmations')).toEqual([])

  await database.write('DELETE FROM removed_posts')
  await until(async () => (await asked('confirmations')).length === most - 2)
})

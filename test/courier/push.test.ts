import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { unpushed } from '../../courier/push/queries.ts'
import { openPushSender } from '../../courier/push/send.ts'
import { openDb } from '../../src/platform/db.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { type CourierOptions, killCouriers, startCourier } from '../support/servers/courier.ts'
import { freshDatabase, type TestDatabase } from '../support/servers/database.ts'
import { type PushService, startPushService } from '../support/servers/push-service.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

const [ana, bo, cem] = [1, 2, 3]

let database: TestDatabase
let service: PushService
beforeEach(async () => {
  database = await freshDatabase()
  service = await startPushService()
  await database.write(
    `INSERT INTO users (id, name, name_key) VALUES (1, 'ana', 'a'), (2, 'bo', 'b'), (3, 'cem', 'c')`,
  )
  await database.write(`INSERT INTO categories (id, name, name_key) VALUES (1, 'Books', 'x')`)
  await database.write(
    `INSERT INTO posts (id, category_id, author_id, title, body) VALUES (1, 1, 1, 'How to bake', 'Bread')`,
  )
})
afterEach(killCouriers)

const start = (options: CourierOptions = {}) =>
  startCourier(database, '', {
    ...options,
    env: { MAIL: 'off', PUSH: 'private', NODE_EXTRA_CA_CERTS: service.certificate, ...options.env },
  })

/** Signs a member in with a browser that gets their notices. */
async function subscribe(member: number, path: string, language = 'en'): Promise<void> {
  const { endpoint, p256dh, auth } = await service.browser(path)
  await database.write(
    `INSERT INTO sessions (token_key, user_id, expires_at)
     VALUES (UNHEX(SHA2(?, 256)), ?, NOW() + INTERVAL 1 DAY)`,
    [path, member],
  )
  await database.write(
    `INSERT INTO push_subscriptions (session_key, user_id, endpoint, endpoint_key, p256dh, auth, language)
     VALUES (UNHEX(SHA2(?, 256)), ?, ?, UNHEX(SHA2(?, 256)), ?, ?, ?)`,
    [path, member, endpoint, endpoint, p256dh, auth, language],
  )
}

/** Resolves when the board has its keys: what is told from then on is pushed. */
const ready = () => until(async () => (await database.rows('SELECT id FROM push_keys')).length === 1)

let told = 0
async function tell(member: number, kind = 'answer'): Promise<number> {
  const { insertId } = await database.write(
    `INSERT INTO comments (post_id, author_id, body) VALUES (1, 2, 'So be it')`,
  )
  const { insertId: notice } = await database.write(
    `INSERT INTO notices (user_id, cause, kind, post_id, comment_id) VALUES (?, ?, ?, 1, ?)`,
    [member, `comment ${insertId} ${told++}`, kind, insertId],
  )
  return notice
}

const waiting = () => database.rows('SELECT notice_id FROM pushes WHERE due_at IS NOT NULL')
const subscribed = async () =>
  (await database.rows<{ user: number }>('SELECT user_id AS user FROM push_subscriptions ORDER BY user')).map(
    ({ user }) => user,
  )
const payloads = () => service.messages.map(({ at, payload }) => ({ at, ...JSON.parse(payload) }))

describe('a notice', () => {
  test('reaches the browsers of its member, encrypted for each, in its language, and nobody else', async () => {
    await subscribe(ana, '/ana')
    await subscribe(ana, '/ana-too', 'de')
    await subscribe(cem, '/cem')
    await start()
    await ready()

    await tell(ana)
    await until(async () => service.messages.length === 2 && (await waiting()).length === 0)

    const [first, second] = payloads().sort((a, b) => a.at.localeCompare(b.at))
    expect(first).toEqual({
      ...{
        at: '/ana',
        title: 'An answer by “\u2068bo\u2069”, in “\u2068How to bake\u2069”',
        body: '',
        lang: 'en',
        dir: 'ltr',
      },
      path: expect.stringMatching(/^\/comments\/\d+$/),
    })
    expect(second).toMatchObject({ at: '/ana-too', lang: 'de' })
    expect(service.messages[0]?.ttl).toBe(86_400)
    expect(service.messages[0]?.vapid).toMatchObject({ sub: 'mailto:board@board.example' })
    expect(service.messages[0]?.vapid.aud).toStartWith('https://127.0.0.1:')
  })

  test('is in the language that its member chose, whatever their browser was in', async () => {
    await subscribe(cem, '/cem', 'ar')
    await database.write(`UPDATE users SET language = 'de' WHERE id = ?`, [cem])
    await start()
    await ready()

    await tell(cem)
    await until(async () => service.messages.length === 1)

    expect(payloads()[0]).toMatchObject({ at: '/cem', lang: 'de' })
  })

  test('that came before the browser, or was read, or whose text is gone, is not pushed', async () => {
    await start()
    await ready()
    await tell(ana)
    await database.write('UPDATE notices SET created_at = created_at - INTERVAL 1 SECOND')
    await subscribe(ana, '/ana')
    await killCouriers()
    const [read, gone, last] = [await tell(ana), await tell(ana), await tell(ana)]
    await database.write('UPDATE notices SET read_at = NOW(3) WHERE id = ?', [read])
    await database.write(
      'UPDATE comments SET removed_at = NOW(3) WHERE id = (SELECT comment_id FROM notices WHERE id = ?)',
      [gone],
    )

    await start()
    await until(async () => service.messages.length === 1 && (await waiting()).length === 0)
    const rows = await database.rows<{ id: number }>('SELECT notice_id AS id FROM pushes')

    expect(rows.map(({ id }) => id).sort()).toEqual([gone, last])
    expect(payloads()[0]).toMatchObject({ body: '' })
  })

  test('is one of several: they come together', async () => {
    await subscribe(ana, '/ana')
    await start()
    await ready()
    await killCouriers()
    for (let n = 0; n < 30; n++) await tell(ana)

    await start()
    await until(async () => service.messages.length > 0 && (await waiting()).length === 0)

    expect(payloads()).toMatchObject([{ body: 'There is more: all your notices', path: '/notices' }])
  })

  test('of a member who is shut out is not pushed', async () => {
    await subscribe(ana, '/ana')
    await subscribe(cem, '/cem')
    await database.write('UPDATE users SET disabled_at = NOW(3) WHERE id = ?', [ana])
    await start()
    await ready()
    await tell(ana)
    await tell(cem)

    await until(async () => service.messages.length === 1 && (await waiting()).length === 0)
    expect(service.messages.map(({ at }) => at)).toEqual(['/cem'])
  })
})

describe('a notice of a category that was closed since', () => {
  const everybody = ['member', 'elsewhere', 'taken-out', 'in-group', 'moderator', 'admin'] as const

  const postponed = async () =>
    (await database.rows('SELECT tries FROM pushes WHERE due_at > NOW() + INTERVAL 30 MINUTE AND tries = 1'))
      .length

  test('is pushed to who may read there when it is sent alone, whoever was told of it', async () => {
    const { write } = database
    await write(`UPDATE posts SET title = 'Canary'`)
    await write(`INSERT INTO categories (id, name, name_key) VALUES (2, 'Cellar', 'y')`)
    await write(`INSERT INTO member_groups (id, name, name_key) VALUES (1, 'choir', 'z')`)
    for (const [n, name] of everybody.entries()) {
      await write('INSERT INTO users (id, name, name_key, role) VALUES (?, ?, UNHEX(SHA2(?, 256)), ?)', [
        ...[10 + n, name, name],
        name === 'admin' ? 'admin' : 'member',
      ])
      await subscribe(10 + n, `/${name}`)
      service.answers.set(`/${name}`, [new Response('', { status: 503 })])
    }
    await write('INSERT INTO moderators (user_id, category_id) VALUES (11, 2), (14, 1)')
    await write('INSERT INTO group_members (user_id, group_id) VALUES (12, 1), (13, 1)')
    await start({ pace: { push: { look: 0.02, first: 3_600, longest: 3_600, lease: 3_600 } } })
    await ready()
    for (const n of everybody.keys()) await tell(10 + n)
    await until(
      async () => service.tries.length === everybody.length && (await postponed()) === everybody.length,
    )
    await killCouriers()

    await write(`INSERT INTO doors (category_id, read_by, write_by) VALUES (1, 'groups', 'members')`)
    await write('INSERT INTO door_groups (category_id, group_id, may_write) VALUES (1, 1, 1)')
    await write('DELETE FROM group_members WHERE user_id = 12')
    await write('UPDATE pushes SET due_at = CURRENT_TIMESTAMP(3)')
    await start()
    await until(async () => (await waiting()).length === 0)

    const may = ['/admin', '/in-group', '/moderator']
    expect(service.messages.map(({ at }) => at).sort()).toEqual(may)
    expect(payloads().every(({ title }) => title.includes('Canary'))).toBe(true)
    expect(service.tries.slice(everybody.length).sort()).toEqual(may)
  })
})

describe('a push service', () => {
  test('that knows a browser no more has it forgotten, and the others go on', async () => {
    for (const [at, status] of [404, 410].entries()) {
      await subscribe(at + 1, `/${status}`)
      service.answers.set(`/${status}`, [new Response('', { status })])
    }
    await subscribe(cem, '/cem')
    await start()
    await ready()
    for (const member of [ana, bo, cem]) await tell(member)

    await until(async () => (await subscribed()).length === 1 && service.messages.length === 1)
    expect(await subscribed()).toEqual([cem])
  })

  test('that is in trouble is asked again, and one that refuses is not', async () => {
    await subscribe(ana, '/ana')
    await subscribe(cem, '/cem')
    service.answers.set(
      '/ana',
      [500, 429, 503].map((status) => new Response('', { status })),
    )
    service.answers.set('/cem', [new Response('', { status: 413 })])
    await start()
    await ready()
    await tell(ana)
    await tell(cem)

    await until(async () => service.messages.length === 1 && (await waiting()).length === 0)
    expect(service.tries.toSorted()).toEqual(['/ana', '/ana', '/ana', '/ana', '/cem'])
    expect(await subscribed()).toEqual([ana, cem])
  })

  test('that answers nothing but trouble is left in peace after eight tries', async () => {
    await subscribe(ana, '/ana')
    service.answers.set(
      '/ana',
      Array.from({ length: 20 }, () => new Response('', { status: 500 })),
    )
    await start()
    await ready()
    await tell(ana)

    await until(async () => service.tries.length >= 8 && (await waiting()).length === 0)
    expect(service.tries.length).toBe(8)
  })
})

describe('a courier that is killed', () => {
  test.each(['after taking', 'before sending', 'after sending'] as const)(
    '%s leaves the notice to the next one',
    async (diesAt) => {
      await subscribe(ana, '/ana')
      const first = await start({ diesAt })
      await ready()
      await tell(ana)
      await until(async () => !first.running.isRunning())

      await start()
      await until(async () => service.messages.length > 0 && (await waiting()).length === 0)

      // Once more when it was killed after the service had it, and it replaces the first on the screen.
      expect(service.messages.length).toBe(diesAt === 'after sending' ? 2 : 1)
      expect(new Set(payloads().map(({ path }) => path)).size).toBe(1)
    },
  )

  test('beside another sends each notice once', async () => {
    for (let n = 0; n < 20; n++) await subscribe(ana, `/ana-${n}`)
    await Promise.all([start(), start({ env: { COURIER_NAME: 'courier-2' } })])
    await ready()
    await tell(ana)

    await until(async () => service.messages.length >= 20 && (await waiting()).length === 0)
    expect(new Set(service.messages.map(({ at }) => at)).size).toBe(20)
    expect(service.messages.length).toBe(20)
  })
})

test('whoever signs out gets nothing more: the browser is forgotten with the session', async () => {
  await subscribe(ana, '/ana')

  await database.write('DELETE FROM sessions')

  expect(await subscribed()).toEqual([])
})

test('a notice whose transaction was long is found behind newer ones', async () => {
  await subscribe(ana, '/ana')
  const db = openDb({ url: database.urls.courier, connections: 2 })
  closeAfterTests(db, (each) => each.close())
  const [late, newer] = [await tell(ana), await tell(ana)]
  await database.write(
    `INSERT INTO pushes (session_key, notice_id, due_at) VALUES (UNHEX(SHA2('/ana', 256)), ?, NULL)`,
    [newer],
  )

  expect((await unpushed(db, 0, 10)).map(({ notice }) => notice)).toEqual([late])
})

test('what leads to a private address is sent nothing', async () => {
  const resolve = ((_: string, __: object, found: (...found: unknown[]) => void) =>
    found(null, [{ address: '127.0.0.1', family: 4 }])) as never
  const send = openPushSender(
    {
      publicKey: 'BH2cXu_OMjMfCp4nJU0geTIQca5vUTsklwiOaB1wHsI0WxtUHJCq36RpDXe5yp85Ul_hFngqACPTi_MxFoF8lfk',
      privateKey: 'E3CS4Rx5nJP8xrzXD6LVK_kXMjM1SeDZQ66KKPtJhA8',
    },
    'mailto:board@board.example',
    'on',
    resolve,
  )
  const browser = await service.browser('/ana')

  expect(await send(browser, '{}')).toEqual({ is: 'gone', code: 'no endpoint' })
  const named = { ...browser, endpoint: browser.endpoint.replace('127.0.0.1', 'localhost') }
  expect(await send(named, '{}')).toEqual({ is: 'gone', code: 'no endpoint' })
  const rebound = { ...browser, endpoint: browser.endpoint.replace('127.0.0.1', 'push.board.example') }
  expect(await send(rebound, '{}')).toEqual({ is: 'gone', code: 'at a private address' })
  expect(service.tries).toEqual([])
})

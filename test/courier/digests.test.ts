import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { digestSome } from '../../courier/digests/digests.ts'
import type { FailpointName } from '../../courier/failpoint.ts'
import { type Db, openDb } from '../../src/platform/db.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { killCouriers, startCourier } from '../support/servers/courier.ts'
import { freshDatabase, type TestDatabase } from '../support/servers/database.ts'
import { type MailSink, startMailSink } from '../support/servers/mail-sink.ts'
import { freePort } from '../support/servers/services.ts'
import { readMail } from '../support/site/letters.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

const [ana, bo, cem] = [1, 2, 3]

let database: TestDatabase
let db: Db
beforeEach(async () => {
  database = await freshDatabase()
  db = openDb({ url: database.urls.courier, connections: 2 })
  closeAfterTests(db, (each) => each.close())
  await database.write(
    `INSERT INTO users (id, name, name_key) VALUES (1, 'ana', 'a'), (2, 'bo', 'b'), (3, 'cem', 'c')`,
  )
  await database.write(
    `INSERT INTO addresses (user_id, address, address_key, language)
     SELECT id, CONCAT(name, '@board.example'), UNHEX(SHA2(name, 256)), 'en' FROM users`,
  )
  await database.write(`INSERT INTO categories (id, name, name_key) VALUES (1, 'Books', 'x')`)
  await database.write(
    `INSERT INTO posts (id, category_id, author_id, title, body) VALUES (1, 1, 1, 'How to bake', 'Bread')`,
  )
})
afterEach(killCouriers)

const choose = (user: number, pace: string, timeZone: string, due: string) =>
  database.write(
    `INSERT INTO notice_mails (user_id, pace, time_zone, token, due_at, mailed_up_to) VALUES (?, ?, ?, ?, ?, 0)`,
    [user, pace, timeZone, `${user}`.padStart(43, 't'), new Date(due)],
  )

/** Tells a member of a new comment. Returns its id. */
async function tell(user: number, at = '2026-01-01T00:00Z', writer = bo): Promise<number> {
  const { insertId } = await database.write(
    'INSERT INTO comments (post_id, author_id, body) VALUES (1, ?, ?)',
    [writer, 'So be it'],
  )
  await database.write(
    `INSERT INTO notices (user_id, cause, kind, post_id, comment_id, created_at) VALUES (?, ?, 'answer', 1, ?, ?)`,
    [user, `comment ${insertId}`, insertId, new Date(at)],
  )
  return insertId
}

type Mailed = { user: number; after: number; upTo: number }

async function mailed(): Promise<Mailed[]> {
  const rows = await database.rows<{ user: number; content: string }>(
    `SELECT user_id AS user, content FROM outbox WHERE kind = 'notices' ORDER BY id`,
  )
  return rows.map(({ user, content }) => ({ user, ...JSON.parse(content) }))
}

const digestAt = (now: Date) => db.transaction((sql) => digestSome(sql, now))

describe('a digest', () => {
  test('is written once each day over a change of the clocks, in three zones, by a clock that runs twice', async () => {
    const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe']
    const start = Date.parse('2026-10-01T12:00Z')
    const users = [ana, bo, cem]
    for (const user of users) await choose(user, 'daily', zones[user - 1] as string, '2026-10-01T12:00Z')

    const written: Record<number, string[]> = { [ana]: [], [bo]: [], [cem]: [] }
    let known = 0
    const days = 40
    for (let step = 0; step < days * 24 * 2; step++) {
      const now = new Date(start + step * 1_800_000)
      if (step % 48 === 0) for (const user of users) await tell(user)
      await Promise.all([digestAt(now), digestAt(now)])
      const all = await mailed()
      for (const { user } of all.slice(known)) {
        const zone = zones[user - 1] as string
        written[user]?.push(
          now.toLocaleString('sv', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' }),
        )
      }
      known = all.length
    }

    for (const user of users) {
      const times = (written[user] ?? []).slice(1)
      expect(times.length).toBeGreaterThanOrEqual(days - 2)
      expect(times.filter((time) => !/ 08:00$/.test(time))).toEqual([])
      expect(new Set(times.map((time) => time.slice(0, 10))).size).toBe(times.length)
    }
    // Each notice stands in one mail.
    for (const user of users) {
      const spans = (await mailed()).filter((each) => each.user === user)
      expect(spans.slice(1).map(({ after }) => after)).toEqual(spans.slice(0, -1).map(({ upTo }) => upTo))
    }
  })

  test('covers all that came while there was no courier, and goes to nobody who has nothing new', async () => {
    await choose(ana, 'weekly', 'UTC', '2026-10-05T08:00Z')
    await choose(bo, 'daily', 'UTC', '2026-10-05T08:00Z')
    for (const _ of [1, 2, 3]) await tell(ana)

    await digestAt(new Date('2026-11-04T10:00Z'))
    await digestAt(new Date('2026-11-04T10:00Z'))

    expect(await mailed()).toMatchObject([{ user: ana, after: 0, upTo: 3 }])
    const due = await database.rows<{ at: string }>('SELECT due_at AS at FROM notice_mails ORDER BY user_id')
    expect(due.map(({ at }) => new Date(at).toISOString())).toEqual([
      '2026-11-09T08:00:00.000Z',
      '2026-11-05T08:00:00.000Z',
    ])
  })

  test('waits for a notice to be a minute old, and for no address that refuses mail or account that is shut', async () => {
    for (const user of [ana, bo, cem]) {
      await choose(user, 'soon', 'UTC', '2026-10-05T08:00Z')
      await tell(user, '2026-10-05T08:00:30Z', user === bo ? ana : bo)
    }
    await database.write('UPDATE addresses SET refused_at = NOW(3) WHERE user_id = ?', [bo])
    await database.write('UPDATE users SET disabled_at = NOW(3) WHERE id = ?', [cem])

    await digestAt(new Date('2026-10-05T08:01Z'))
    expect(await mailed()).toEqual([])
    await digestAt(new Date('2026-10-05T08:06Z'))

    expect(await mailed()).toMatchObject([{ user: ana }])
  })
})

describe('what a mail of notices says', () => {
  let sink: MailSink
  beforeEach(async () => {
    sink = await startMailSink()
  })
  const carried = () =>
    until(async () => {
      const rows = await database.rows(
        `SELECT id FROM outbox WHERE state = 'waiting'
          UNION SELECT user_id FROM notice_mails WHERE due_at < NOW(3)`,
      )
      return rows.length === 0
    })

  test('is who did what where, and how to end these mails by one press', async () => {
    await choose(ana, 'soon', 'UTC', '2026-01-02T00:00Z')
    const comment = await tell(ana)

    await startCourier(database, sink.url)
    await carried()

    const [mail, ...more] = sink.received
    expect(more).toEqual([])
    const link = `https://board.example/unsubscribe/${'1'.padStart(43, 't')}`
    expect(mail?.text).toContain(`List-Unsubscribe: <${link}>\r\n`)
    expect(mail?.text).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n')
    const { text, html } = readMail(mail!)
    expect(text).toContain('An answer by “\u2068bo\u2069”, in “\u2068How to bake\u2069”')
    expect(text).toContain(`https://board.example/comments/${comment}`)
    expect(text).toContain(link)
    expect(html).toContain(`<a href="${link}">No more of these mails</a>`)
  })

  test('is in the language of the member, and leaves out what is hidden', async () => {
    await database.write(`UPDATE users SET language = 'ar' WHERE id = ?`, [ana])
    await choose(ana, 'soon', 'UTC', '2026-01-02T00:00Z')
    const [there, hidden] = [await tell(ana), await tell(ana)]
    await database.write('UPDATE comments SET removed_at = NOW(3) WHERE id = ?', [hidden])

    await startCourier(database, sink.url)
    await carried()

    const { text, html } = readMail(sink.received[0]!)
    expect(html).toContain('<html lang="ar" dir="rtl">')
    expect(text).toContain('\u2068ردّ\u2069 من')
    expect(text).toContain(`/comments/${there}`)
    expect(text).not.toContain(`/comments/${hidden}\n`)
  })

  test.each(['read', 'hidden', 'ended'])('is nothing when all was %s before it left', async (what) => {
    await choose(ana, 'soon', 'UTC', '2026-01-02T00:00Z')
    const comment = await tell(ana)
    await digestAt(new Date())
    expect((await mailed()).length).toBe(1)

    if (what === 'read') await database.write('UPDATE notices SET read_at = NOW(3)')
    if (what === 'hidden')
      await database.write(`INSERT INTO removed_posts (post_id, title, reason) VALUES (1, 'x', '')`)
    if (what === 'ended') await database.write(`UPDATE notice_mails SET pace = 'never', due_at = NULL`)
    await startCourier(database, sink.url)
    await carried()

    expect(sink.received).toEqual([])
    expect(await database.rows('SELECT state FROM outbox')).toEqual([{ state: 'dropped' }])
    expect(comment).toBe(1)
  })
})

test('couriers that are killed at every step write to each of many members once', async () => {
  const most = 400
  await database.write('INSERT INTO users (name, name_key) VALUES ?', [
    Array.from({ length: most }, (_, n) => [`dina${n}`, `dina${n}`]),
  ])
  await database.write(
    `INSERT INTO addresses (user_id, address, address_key, language)
     SELECT id, CONCAT(name, '@board.example'), UNHEX(SHA2(name, 256)), 'en' FROM users WHERE id > 3`,
  )
  await database.write(
    `INSERT INTO notice_mails (user_id, pace, time_zone, token, due_at, mailed_up_to)
     SELECT id, 'daily', 'Europe/Berlin', LPAD(id, 43, 't'), '2026-01-02', 0 FROM users WHERE id > 3`,
  )
  await database.write(
    `INSERT INTO notices (user_id, cause, kind, post_id, created_at)
     SELECT id, 'post 1', 'follow', 1, '2026-01-01' FROM users WHERE id > 3`,
  )
  // Nothing listens there, so what a mail says stays in its row.
  const away = `smtp://127.0.0.1:${await freePort()}`
  const steps: [FailpointName, number][] = [
    ['while digesting', 1],
    ['after digesting', 1],
    ['while digesting', 77],
    ['after digesting', 2],
    ['while digesting', 49],
  ]
  for (const [diesAt, diesAfter] of steps) {
    const { running } = await startCourier(database, away, { isAwaited: false, diesAt, diesAfter })
    await running.exited
    const users = (await mailed()).map(({ user }) => user)
    expect(new Set(users).size).toBe(users.length)
  }
  expect((await mailed()).length).toBeLessThan(most)

  await Promise.all([1, 2].map(() => startCourier(database, away)))
  await until(
    async () => (await database.rows('SELECT 1 FROM notice_mails WHERE due_at < NOW(3)')).length === 0,
  )

  const users = (await mailed()).map(({ user }) => user)
  expect([users.length, new Set(users).size]).toEqual([most, most])
})

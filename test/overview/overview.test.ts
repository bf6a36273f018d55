import { beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Backups, SiteState } from '../../src/health/site-status.ts'
import { countDays } from '../../src/overview/counting.ts'
import { countsBetween } from '../../src/overview/overview.ts'
import type { Kind } from '../../src/overview/queries.ts'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { textsIn } from '../support/site/markup.ts'
import { addCategory, newMember } from '../support/site/members.ts'
import type { Visitor } from '../support/site/visitor.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

const year = { from: '2026-01-01', until: '2026-12-31', by: 'day' } as const

let web: Replica
let admin: Awaited<ReturnType<Replica['as']>>
let other: typeof admin
let ana: Visitor

/** What came on some days, in one of which a row comes whose day is before those of others. */
beforeAll(async () => {
  web = await openReplica()
  admin = await web.as('admin')
  other = await web.as('admin')
  await addCategory(web, 'Books')
  const member = await newMember(web, 'ana', 'admin')
  ana = admin.visitor()
  for (const [key, value] of member.cookies) ana.cookies.set(key, value)
  const { write } = web.database
  const days = ['2026-03-02', '2026-03-02', '2026-03-08', '2026-02-27', '2026-03-09']
  for (const [at, day] of days.entries()) {
    const when = `${day} 23:59:59.999`
    await write('INSERT INTO users (name, name_key, created_at) VALUES (?, UNHEX(SHA2(?, 256)), ?)', [
      `m${at}`,
      `m${at}`,
      when,
    ])
    const { insertId: post } = await write(
      "INSERT INTO posts (category_id, author_id, title, body, created_at) VALUES (1, 1, 'A', 'b', ?)",
      [when],
    )
    await write("INSERT INTO comments (post_id, author_id, body, created_at) VALUES (?, 1, 'c', ?)", [
      post,
      when,
    ])
    await write(
      `INSERT INTO reports (kind, subject_id, reason, body, language, created_at)
       VALUES ('post', ?, 'spam', '', 'en', ?)`,
      [post, when],
    )
    await write(
      `INSERT INTO orders (user_id, request_key, request_hash, created_at)
       VALUES (1, UNHEX(SHA2(?, 256)), UNHEX(SHA2(?, 256)), ?)`,
      [when + at, when + at, when],
    )
    await write(
      `INSERT INTO outbox (kind, recipient_key, language, content, created_at)
       VALUES ('test', REPEAT('b', 32), 'en', '{}', ?)`,
      [when],
    )
  }
  for (const [at, day] of days.toSorted().entries())
    await write(
      `INSERT INTO like_batches (batcher, number, likes, posts, entries, hash, applied_at)
       VALUES ('b', ?, ?, 1, '[]', REPEAT('a', 64), ?)`,
      [at + 1, (at + 1) * 10, `${day} 12:00:00.123`],
    )
})

const tables: Record<Exclude<Kind, 'active'>, [table: string, at: string, amount: string]> = {
  members: ['users', 'created_at', 'COUNT(*)'],
  posts: ['posts', 'created_at', 'COUNT(*)'],
  comments: ['comments', 'created_at', 'COUNT(*)'],
  reports: ['reports', 'created_at', 'COUNT(*)'],
  orders: ['orders', 'created_at', 'COUNT(*)'],
  mails: ['outbox', 'created_at', 'COUNT(*)'],
  likes: ['like_batches', 'applied_at', 'SUM(likes)'],
}

/** What SQL says by itself of the year's days on which something came. */
async function asInTables(kind: keyof typeof tables): Promise<[string, number][]> {
  const [table, at, amount] = tables[kind]
  const rows = await web.database.rows<{ day: string; count: number }>(
    `SELECT DATE_FORMAT(${at}, '%Y-%m-%d') AS day, CAST(${amount} AS SIGNED) AS count
       FROM ${table} WHERE ${at} >= '2026-01-01' GROUP BY day ORDER BY day`,
  )
  return rows.map(({ day, count }) => [day, count])
}

async function asCounted(kind: Kind): Promise<[string, number][]> {
  const series = await countsBetween(admin.context.db, year)
  const { points } = series.find((each) => each.kind === kind)!
  return points.filter(({ count }) => count > 0).map(({ day, count }) => [day, count])
}

/** As if a minute had passed. */
const aMinuteLater = () => web.database.write("UPDATE day_counters SET seen_at = '2000-01-01'")

async function countAll(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await aMinuteLater()
    while (await countDays(admin.context, 1_000));
  }
}

const kinds = Object.keys(tables) as (keyof typeof tables)[]

describe('what came by day', () => {
  test.each(kinds)('is of %s what their table says, before and after it is counted', async (kind) => {
    const before = await asCounted(kind)
    await countAll()
    const after = await asCounted(kind)

    expect(before).toEqual(await asInTables(kind))
    expect(after).toEqual(await asInTables(kind))
    const kept = await web.database.rows('SELECT day FROM daily_counts WHERE what = ?', [kind])
    expect(kept.length).toBeGreaterThanOrEqual(4)
  })

  test('stays counted when it is gone', async () => {
    await countAll()
    const before = await asCounted('mails')
    await web.database.write('DELETE FROM outbox')
    await countAll()

    expect(await asCounted('mails')).toEqual(before)
  })

  test('has what is committed after something newer was counted', async () => {
    await countAll()
    const late = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const post = "INSERT INTO posts (category_id, author_id, title, body) VALUES (1, 1, 'A', 'b')"
    const slow = web.context.db.transaction(async (sql) => {
      await sql.write('latePost', post)
      begun.resolve()
      await late.promise
    })
    await begun.promise
    await web.database.write(post)

    await aMinuteLater()
    while (await countDays(admin.context, 1_000));
    late.resolve()
    await slow
    await countAll()

    expect(await asCounted('posts')).toEqual(await asInTables('posts'))
  })

  test('is counted once by two replicas', async () => {
    for (let n = 0; n < 5; n++) {
      await web.database.write(
        "INSERT INTO comments (post_id, author_id, body) SELECT MIN(id), 1, 'c' FROM posts",
      )
      await aMinuteLater()
      await Promise.all([admin, other].map(({ context }) => countDays(context, 1_000)))
    }
    await countAll()

    expect(await asCounted('comments')).toEqual(await asInTables('comments'))
  })
})

describe('members who were here', () => {
  beforeEach(() => web.database.write("DELETE FROM daily_counts WHERE what IN ('active', 'weekly')"))

  /** What SQL says by itself of each day, or of each week by its Monday. */
  const asInTable = async (by: 'day' | 'week'): Promise<[string, number][]> => {
    const start = by === 'day' ? 'day' : 'DATE_SUB(day, INTERVAL WEEKDAY(day) DAY)'
    const rows = await web.database.rows<{ start: string; count: number }>(
      `SELECT DATE_FORMAT(${start}, '%Y-%m-%d') AS start, COUNT(DISTINCT user_id) AS count
         FROM active_days GROUP BY 1 ORDER BY 1`,
    )
    return rows.map(({ start, count }) => [start, count])
  }
  const asDrawn = async (by: 'day' | 'week', from: string, until: string) => {
    const series = await countsBetween(admin.context.db, { from, until, by })
    const { points } = series.find(({ kind }) => kind === 'active')!
    return points.filter(({ count }) => count > 0).map(({ day, count }) => [day, count])
  }

  test.each(['day', 'week'] as const)(
    'are by %s what their table says, before and after it is kept',
    async (by) => {
      const { write } = web.database
      const dayBefore = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)
      const mondaysDistance = (new Date(dayBefore(13)).getUTCDay() + 6) % 7
      const [from, until] = [dayBefore(13 + mondaysDistance), dayBefore(0)]
      await write('DELETE FROM active_days')
      for (const days of [0, 1, 3, 4, 7, 12])
        await write('INSERT INTO active_days (day, user_id) SELECT ?, id FROM users WHERE (id + ?) % 3 > 0', [
          ...[dayBefore(days), days],
        ])
      const before = await asDrawn(by, from, until)

      await write("UPDATE day_counters SET counted_to = 0 WHERE what = 'active'")
      while (await countDays(admin.context, 1_000));

      expect(before.length).toBeGreaterThan(1)
      expect(before).toEqual(await asInTable(by))
      expect(await asDrawn(by, from, until)).toEqual(before)
    },
  )

  test('count once a day and once a week, whether they are still kept or not', async () => {
    const { rows, write } = web.database
    const ids = (await rows<{ id: number }>('SELECT id FROM users ORDER BY id LIMIT 3')).map(({ id }) => id)
    const [{ monday = '' } = {}] = await rows<{ monday: string }>(
      `SELECT DATE_FORMAT(CURRENT_DATE - INTERVAL WEEKDAY(CURRENT_DATE) + 7 DAY, '%Y-%m-%d') AS monday`,
    )
    await write('DELETE FROM active_days')
    await write('INSERT INTO active_days (day, user_id) VALUES (?), (?), (?), (?)', [
      [monday, ids[0]],
      [monday, ids[1]],
      [new Date(Date.parse(monday) + 86_400_000).toISOString().slice(0, 10), ids[1]],
      [new Date(Date.parse(monday) + 86_400_000).toISOString().slice(0, 10), ids[2]],
    ])
    const seen = async (by: 'day' | 'week') => {
      const until = new Date(Date.parse(monday) + 6 * 86_400_000).toISOString().slice(0, 10)
      const series = await countsBetween(admin.context.db, { from: monday, until, by })
      return series.find(({ kind }) => kind === 'active')!.points.map(({ count }) => count)
    }
    const before = [await seen('day'), await seen('week')]

    await write("UPDATE day_counters SET counted_to = 0 WHERE what = 'active'")
    await countDays(admin.context, 1_000)
    await write('DELETE FROM active_days')

    expect(before).toEqual([[2, 2, 0, 0, 0, 0, 0], [3]])
    expect([await seen('day'), await seen('week')]).toEqual(before)
  })

  test('stay counted while who they were is forgotten, however many', async () => {
    const { rows, write } = web.database
    const names = Array.from({ length: 250 }, (_, at) => [`old${at}`, Buffer.from(`old${at}`.padEnd(32))])
    await write('INSERT INTO users (name, name_key) VALUES ?', [names])
    await write('DELETE FROM active_days')
    await write(
      "INSERT INTO active_days SELECT CURRENT_DATE - INTERVAL 40 DAY, id FROM users WHERE name LIKE 'old%'",
    )

    await write("UPDATE day_counters SET counted_to = 0 WHERE what = 'active'")
    while (await countDays(admin.context, 100));

    expect(await rows('SELECT day FROM active_days')).toEqual([])
    expect(
      await rows(
        `SELECT what, count
           FROM daily_counts
          WHERE what IN ('active', 'weekly') AND day > CURRENT_DATE - INTERVAL 50 DAY
            AND day < CURRENT_DATE - INTERVAL 30 DAY
          ORDER BY what`,
      ),
    ).toEqual([
      { what: 'active', count: 250 },
      { what: 'weekly', count: 250 },
    ])
  })

  test('are noted when they come, and those of a month ago are forgotten', async () => {
    const { rows, write } = web.database
    await write('DELETE FROM active_days')
    await write('INSERT INTO active_days (day, user_id) VALUES (CURRENT_DATE - INTERVAL 40 DAY, 1)')
    await write('DELETE FROM visits')
    const bo = await newMember(web, 'bo')

    await bo.get('/')
    const today = () =>
      rows<{ user: number }>('SELECT user_id AS user FROM active_days WHERE day = CURRENT_DATE')
    await until(async () => (await today()).length > 0)
    await write("UPDATE day_counters SET counted_to = 0 WHERE what = 'active'")
    await countDays(admin.context, 1_000)

    expect(await rows('SELECT day FROM active_days')).toHaveLength(1)
  })
})

describe('the page', () => {
  test('draws each kind, and has the numbers as a table', async () => {
    await countAll()
    const page = await (await ana.get('/admin/overview?from=2026-03-01&until=2026-03-09')).text()

    expect(page.match(/<svg class="plot"/g)).toHaveLength(8)
    expect(page).toContain('aria-label="Likes: at most 50, on Mar 2, 2026"')
    const row = page.split('datetime="2026-03-02"')[1]!.split('</tr>')[0]!
    expect(
      [...row.matchAll(/data-label="([^"]+)">(\d+)</g)].map(([, name, number]) => `${name} ${number}`),
    ).toEqual([
      'New members 2',
      'Members who were here 0',
      'Posts 2',
      'Comments 2',
      'Likes 50',
      'Reports 2',
      'Orders 2',
      'Mails 2',
    ])
  })

  test('says what is wrong with a period, and draws nothing', async () => {
    const answer = await ana.get('/admin/overview?from=2026-03-09&until=2026-03-01&by=day')

    const page = await answer.text()
    expect(answer.status).toBe(422)
    expect(page).toContain('The first day is after the last one.')
    expect(page).not.toContain('<svg class="plot"')
  })
})

test('tells when the last backup was made, as far as the stack says it', async () => {
  const facts = async () => textsIn(await (await ana.get('/admin/overview')).text(), '.facts dd').slice(5)
  const site: SiteState = {
    ...{ at: '', mode: 'native', processes: [], decisions: [] },
    scaling: { policy: 'off', min: 1, max: 1, replicas: 1, load: null, requestsInWindow: null },
  }
  const told = (backups?: Backups) => admin.context.watch.publish(backups ? { ...site, backups } : site)
  const at = '2026-11-30T03:00:00.000Z'

  await told()
  const unknown = await facts()
  await told({ last: null, failedAt: null, provenAt: null })
  const none = await facts()
  await told({ last: { at, bytes: 12_340_000 }, failedAt: at, provenAt: at })
  const made = await facts()

  expect([unknown, none]).toEqual([['not known'], ['None yet.']])
  expect(made[0]).toBe('Nov 30, 2026, 3:00 AM UTC')
  expect(made[1]).toStartWith('Nov 30, 2026, 3:00 AM UTC, 12.3 MB')
  expect(made[1]).toContain('The last try failed, Nov 30, 2026, 3:00 AM UTC.')
})

import type { Sql } from '../platform/db.ts'

/** What is counted by the day on which it came, in the order of the page. */
export const kinds = [
  'members',
  'active',
  'posts',
  'comments',
  'likes',
  'reports',
  'orders',
  'mails',
] as const
export type Kind = (typeof kinds)[number]

/** So many came on a day, `YYYY-MM-DD` in UTC. */
export type DayCount = { day: string; count: number }

/** A table whose rows come in the order of a whole number, by which it is known what was counted before. */
type Source = {
  table: string
  /** The number of a row. */
  number: string
  /** In a condition on `number`'s index: the value that belongs to the number `?`. */
  value: string
  at: string
  amount: string
  /** Numbers that are counted at once. */
  piece: number
}

const byId = (table: string): Source => ({
  table,
  number: 'id',
  value: '?',
  at: 'created_at',
  amount: 'COUNT(*)',
  piece: 20_000,
})

/** Mails when they were written: those that were sent are deleted a day later. */
const sources: Record<Exclude<Kind, 'active'>, Source> = {
  members: byId('users'),
  posts: byId('posts'),
  comments: byId('comments'),
  reports: byId('reports'),
  orders: byId('orders'),
  mails: byId('outbox'),
  likes: {
    table: 'like_batches',
    number: 'CAST(UNIX_TIMESTAMP(applied_at) * 1000 AS UNSIGNED)',
    value: 'FROM_UNIXTIME(? / 1000)',
    at: 'applied_at',
    amount: 'SUM(likes)',
    piece: Number.MAX_SAFE_INTEGER,
  },
}
export type SourceKind = keyof typeof sources

export type Counter = { what: Kind; countedTo: number; countTo: number; isDue: 0 | 1 }

const columns = `what, counted_to AS countedTo, count_to AS countTo,
            seen_at <= CURRENT_TIMESTAMP(3) - INTERVAL ? SECOND AS isDue`

/** Those with something to do: what was seen so many seconds ago is committed by now. */
export const dueCounters = (sql: Sql, seconds: number) =>
  sql.rows<Counter>(
    'dueCounters',
    `SELECT ${columns}
       FROM day_counters
      WHERE what <> 'active' AND seen_at <= CURRENT_TIMESTAMP(3) - INTERVAL ? SECOND
         OR what = 'active' AND counted_to < TO_DAYS(CURRENT_DATE)`,
    [seconds, seconds],
  )

/** Undefined while another replica counts this. */
export async function holdCounter(sql: Sql, what: Kind, seconds: number): Promise<Counter | undefined> {
  const [counter] = await sql.rows<Counter>(
    'holdCounter',
    `SELECT ${columns} FROM day_counters WHERE what = ? FOR UPDATE SKIP LOCKED`,
    [seconds, what],
  )
  return counter
}

export const counters = (sql: Sql) =>
  sql.rows<Counter>('dayCounters', `SELECT ${columns} FROM day_counters`, [0])

/** By day, what came after one number, up to another. */
export function countsOf(sql: Sql, kind: SourceKind, after: number, upTo?: number): Promise<DayCount[]> {
  const { table, number, value, at, amount } = sources[kind]
  const column = number === 'id' ? 'id' : at
  return sql.rows<DayCount>(
    `${kind}ByDay`,
    `SELECT DATE_FORMAT(${at}, '%Y-%m-%d') AS day, CAST(${amount} AS SIGNED) AS count
       FROM ${table}
      WHERE ${column} > ${value} ${upTo === undefined ? '' : `AND ${column} <= ${value}`}
      GROUP BY day`,
    upTo === undefined ? [after] : [after, upTo],
  )
}

/** The end of what is counted at once behind `after`. */
export const endOfPiece = (kind: SourceKind, after: number, countTo: number) =>
  Math.min(countTo, after + sources[kind].piece)

/** The number of the newest of a kind; 0 is none. */
export async function newestOf(sql: Sql, kind: SourceKind): Promise<number> {
  const { table, number, at } = sources[kind]
  const [newest] = await sql.rows<{ number: number }>(
    `newestOf-${kind}`,
    `SELECT ${number} AS number FROM ${table} ORDER BY ${number === 'id' ? 'id' : at} DESC LIMIT 1`,
  )
  return newest?.number ?? 0
}

export const addCounts = (sql: Sql, kind: Kind, counts: DayCount[]) =>
  sql.write(
    'addCounts',
    `INSERT INTO daily_counts (what, day, count)
     VALUES ?
         ON DUPLICATE KEY UPDATE count = daily_counts.count + VALUES(count)`,
    [counts.map(({ day, count }) => [kind, day, count])],
  )

export const markCounted = (sql: Sql, kind: Kind, countedTo: number) =>
  sql.write('markCounted', 'UPDATE day_counters SET counted_to = ? WHERE what = ?', [countedTo, kind])

/** From now on, and a while later, it may be counted up to `countTo`. */
export const markSeen = (sql: Sql, kind: Kind, countTo: number) =>
  sql.write(
    'markSeen',
    `UPDATE day_counters
        SET count_to = GREATEST(count_to, ?), seen_at = CURRENT_TIMESTAMP(3)
      WHERE what = ?`,
    [countTo, kind],
  )

/** In statements about `active_days`: the Monday of a day's week. */
const monday = 'DATE_SUB(day, INTERVAL WEEKDAY(day) DAY)'

/** Days of which it is known who was here: two whole weeks, whatever day it is. */
const keptDays = 21

/**
 * Keeps how many members were here on the days and in the weeks that are over. What was kept before never
 * gets less: of a day or a week whose rows are going, or whose members have left, there were as many.
 */
export async function foldActiveDays(sql: Sql): Promise<void> {
  await sql.write(
    'foldActiveDays',
    `INSERT INTO daily_counts (what, day, count)
     SELECT 'active', day, COUNT(*)
       FROM active_days
      WHERE day < CURRENT_DATE
      GROUP BY day
         ON DUPLICATE KEY UPDATE count = GREATEST(daily_counts.count, VALUES(count))`,
  )
  await sql.write(
    'foldActiveWeeks',
    `INSERT INTO daily_counts (what, day, count)
     SELECT 'weekly', ${monday} AS week, COUNT(DISTINCT user_id)
       FROM active_days
      WHERE day < CURRENT_DATE - INTERVAL WEEKDAY(CURRENT_DATE) DAY
      GROUP BY week
         ON DUPLICATE KEY UPDATE count = GREATEST(daily_counts.count, VALUES(count))`,
  )
}

/** Until tomorrow nothing is to be done about who was here. */
export const markFolded = (sql: Sql) =>
  sql.write('markFolded', "UPDATE day_counters SET counted_to = TO_DAYS(CURRENT_DATE) WHERE what = 'active'")

/** Deletes who was here before the kept days. Returns how many rows that were. */
export async function deleteOldActiveDays(sql: Sql, limit: number): Promise<number> {
  const { affectedRows } = await sql.write(
    'deleteOldActiveDays',
    `DELETE FROM active_days WHERE day < CURRENT_DATE - INTERVAL ${keptDays + 7} DAY LIMIT ?`,
    [limit],
  )
  return affectedRows
}

/** Of days from one to another, both `YYYY-MM-DD`, as far as they are kept. */
export const keptCounts = (sql: Sql, from: string, until: string) =>
  sql.rows<DayCount & { what: Kind | 'weekly' }>(
    'keptCounts',
    `SELECT what, DATE_FORMAT(day, '%Y-%m-%d') AS day, count
       FROM daily_counts
      WHERE what IN (?) AND day BETWEEN ? AND ?`,
    [[...kinds, 'weekly'], from, until],
  )

/** How many members were here on each of the last days. */
export const activeDays = (sql: Sql) =>
  sql.rows<DayCount>(
    'activeDays',
    "SELECT DATE_FORMAT(day, '%Y-%m-%d') AS day, COUNT(*) AS count FROM active_days GROUP BY active_days.day",
  )

/** And in each of the weeks of which every day is known, by their Mondays. */
export const activeWeeks = (sql: Sql) =>
  sql.rows<DayCount>(
    'activeWeeks',
    `SELECT DATE_FORMAT(${monday}, '%Y-%m-%d') AS day, COUNT(DISTINCT user_id) AS count
       FROM active_days
      WHERE day >= CURRENT_DATE - INTERVAL ${keptDays - 7} DAY - INTERVAL WEEKDAY(CURRENT_DATE) DAY
      GROUP BY DATE_FORMAT(${monday}, '%Y-%m-%d')`,
  )

export type Present = { reports: number; applications: number; orders: number; bytes: number }

/** What waits for somebody now, and how much room the database takes. */
export async function presentState(sql: Sql): Promise<Present> {
  const [present] = await sql.rows<Present>(
    'presentState',
    `SELECT (SELECT COUNT(*)
               FROM (SELECT 1
                       FROM reports
                      WHERE closed_at IS NULL
                      GROUP BY kind, subject_id) AS things) AS reports,
            (SELECT COUNT(id) FROM applications) AS applications,
            (SELECT COUNT(*) FROM orders WHERE state = 'open') AS orders,
            (SELECT CAST(COALESCE(SUM(data_length + index_length), 0) AS SIGNED)
               FROM information_schema.tables
              WHERE table_schema = DATABASE()) AS bytes`,
  )
  return present ?? { reports: 0, applications: 0, orders: 0, bytes: 0 }
}

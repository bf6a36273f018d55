import { chunks } from '../../../src/platform/async.ts'
import type { Sql, SqlValue } from '../../../src/platform/db.ts'
import type { Statement } from '../../../src/platform/session.ts'
import type { Batch } from '../batch.ts'
import type { Producer } from '../records.ts'

const rowsPerStatement = 1_000

/** Who has the journal. `generation` and `renewals` are others as soon as anything was kept. */
export type Holder = { generation: number; renewals: number; owner: string; isRead: number }

export async function holderOf(sql: Sql, batcher: string): Promise<Holder | undefined> {
  const rows = await sql.rows<Holder>(
    'journalHolder',
    `SELECT generation, renewals, owner, is_read AS isRead
     FROM like_journals
     WHERE batcher = ?`,
    [batcher],
  )
  return rows[0]
}

/** Makes an empty journal that goes on behind these, unless there is one. */
export const makeJournal = (
  sql: Sql,
  batcher: string,
  { number, hash, likes }: { number: number; hash: string; likes: number },
) =>
  sql.write(
    'makeJournal',
    `INSERT IGNORE INTO like_journals (batcher, generation, owner, is_read, renewals, answered, version,
       applied, batches, counted, number, hash, epoch)
     VALUES (?, 0, '', FALSE, 0, 0, 0, 0, 0, ?, ?, ?, 0)`,
    [batcher, likes, number, hash],
  )

/**
 * Takes the journal, if nothing has been kept in it since that was read. A commit of the one who had it until
 * now either comes before this, or finds no row.
 */
export async function takeJournal(sql: Sql, batcher: string, from: Holder, owner: string): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'takeJournal',
    `UPDATE like_journals
     SET generation = generation + 1, renewals = renewals + 1, owner = ?, is_read = FALSE
     WHERE batcher = ? AND generation = ? AND renewals = ?`,
    [owner, batcher, from.generation, from.renewals],
  )
  return affectedRows === 1
}

export type StateRow = {
  answered: number
  version: number
  applied: number
  batches: number
  counted: number
  number: number
  hash: string
  epoch: number
}

export async function stateOf(sql: Sql, batcher: string, generation: number): Promise<StateRow | undefined> {
  const rows = await sql.rows<StateRow>(
    'journalState',
    `SELECT answered, version, applied, batches, counted, number, hash, epoch
     FROM like_journals
     WHERE batcher = ? AND generation = ?`,
    [batcher, generation],
  )
  return rows[0]
}

/** `likes`: of the post in MySQL, null when it is gone. */
export type WaitingRow = { post_id: number; waiting: number; since: number; likes: number | null }

export const waitingLikes = (sql: Sql, batcher: string, after: number, limit: number) =>
  sql.rows<WaitingRow>(
    'waitingLikes',
    `SELECT post_id, waiting, since, likes
     FROM waiting_likes
     LEFT JOIN posts ON posts.id = waiting_likes.post_id
     WHERE batcher = ? AND post_id > ?
     ORDER BY post_id
     LIMIT ?`,
    [batcher, after, limit],
  )

export const waitingChoices = (sql: Sql, batcher: string) =>
  sql.rows<{ post_id: number; user_id: number; liked: number }>(
    'waitingChoices',
    `SELECT post_id, user_id, liked
     FROM waiting_choices
     WHERE batcher = ?`,
    [batcher],
  )

export const waitingBatches = (sql: Sql, batcher: string) =>
  sql.rows<{ number: number; likes: number; entries: string; choices: string; hash: string }>(
    'waitingBatches',
    `SELECT number, likes, entries, choices, hash
     FROM waiting_batches
     WHERE batcher = ?
     ORDER BY number`,
    [batcher],
  )

export const likeSenders = (sql: Sql, batcher: string) =>
  sql.rows<{ sender: Buffer; high: number; refused: string }>(
    'likeSenders',
    `SELECT sender, high, refused
     FROM like_senders
     WHERE batcher = ?`,
    [batcher],
  )

export const likeKeys = (sql: Sql, batcher: string, after: number, limit: number) =>
  sql.rows<{ number: number; period: number; hour: number; entries: Buffer }>(
    'likeKeys',
    `SELECT number, period, hour, entries
     FROM like_keys
     WHERE batcher = ? AND number > ?
     ORDER BY number
     LIMIT ?`,
    [batcher, after, limit],
  )

/** What is another in the one row of the journal. */
export type Kept = Omit<StateRow, 'applied' | 'batches'>

/** Matches one row as long as nobody else has taken the journal, and none from then on. */
export const renew = (batcher: string, generation: number, kept: Kept): Statement => [
  `UPDATE like_journals
   SET renewals = renewals + 1, is_read = TRUE, answered = ?, version = ?, counted = ?, number = ?,
     hash = ?, epoch = ?
   WHERE batcher = ? AND generation = ?`,
  [
    ...[kept.answered, kept.version, kept.counted, kept.number, kept.hash, kept.epoch],
    ...[batcher, generation],
  ],
]

/**
 * From now on the server ends the session when it hears nothing from it for two seconds: a client that
 * vanished holds no row for longer, so that another can take the journal.
 */
export const endIdleSession = (sql: Sql) => sql.write('endIdleSession', 'SET wait_timeout = 2')

export const begin: Statement = ['START TRANSACTION', []]
export const commit: Statement = ['COMMIT', []]

export const putWaiting = (batcher: string, rows: [post: number, waiting: number, since: number][]) =>
  inChunks(
    rows.map((row) => [batcher, ...row]),
    `INSERT INTO waiting_likes (batcher, post_id, waiting, since)
     VALUES ?
     ON DUPLICATE KEY UPDATE waiting = VALUES(waiting), since = VALUES(since)`,
  )

export const dropWaiting = (batcher: string, posts: number[]) =>
  chunks(posts, rowsPerStatement).map(
    (some): Statement => [
      `DELETE FROM waiting_likes
     WHERE batcher = ? AND post_id IN (?)`,
      [batcher, some],
    ],
  )

export const putChoices = (batcher: string, rows: [post: number, user: number, liked: boolean][]) =>
  inChunks(
    rows.map((row) => [batcher, ...row]),
    `INSERT INTO waiting_choices (batcher, post_id, user_id, liked)
     VALUES ?
     ON DUPLICATE KEY UPDATE liked = VALUES(liked)`,
  )

export const dropChoices = (batcher: string, rows: [post: number, user: number][]) =>
  chunks(rows, rowsPerStatement).map((some): Statement => {
    const byPost = [...Map.groupBy(some, ([post]) => post)]
    return [
      `DELETE FROM waiting_choices
       WHERE batcher = ? AND (${byPost.map(() => '(post_id = ? AND user_id IN (?))').join(' OR ')})`,
      [batcher, ...byPost.flatMap(([post, own]): SqlValue[] => [post, own.map(([, user]) => user)])],
    ]
  })

export const putSenders = (batcher: string, rows: [sender: string, producer: Producer][]) =>
  inChunks(
    rows.map(([sender, { highWaterMark, refused }]) => [
      batcher,
      Buffer.from(sender),
      highWaterMark,
      JSON.stringify(refused),
    ]),
    `INSERT INTO like_senders (batcher, sender, high, refused)
     VALUES ?
     ON DUPLICATE KEY UPDATE high = VALUES(high), refused = VALUES(refused)`,
  )

export const dropSenders = (batcher: string, senders: string[]) =>
  chunks(senders, rowsPerStatement).map(
    (some): Statement => [
      `DELETE FROM like_senders
     WHERE batcher = ? AND sender IN (?)`,
      [batcher, some.map((sender) => Buffer.from(sender))],
    ],
  )

export const putKeys = (
  batcher: string,
  blocks: [number: number, period: number, hour: number, entries: Uint8Array][],
) =>
  inChunks(
    blocks.map(([number, period, hour, entries]) => [batcher, number, period, hour, Buffer.from(entries)]),
    `INSERT INTO like_keys (batcher, number, period, hour, entries)
     VALUES ?`,
  )

/** Those before a period, a part of them at a time. */
export const dropKeys = (batcher: string, period: number): Statement => [
  `DELETE FROM like_keys
   WHERE batcher = ? AND period < ?
   ORDER BY number
   LIMIT 2000`,
  [batcher, period],
]

export const putBatches = (batcher: string, batches: Batch[]) =>
  batches.map(
    ({ number, likes, entries, memberLikes, hash }): Statement => [
      `REPLACE INTO waiting_batches (batcher, number, likes, entries, choices, hash)
     VALUES (?)`,
      [[batcher, number, likes, JSON.stringify(entries), JSON.stringify(memberLikes), hash]],
    ],
  )

export const dropBatches = (batcher: string, numbers: number[]) =>
  chunks(numbers, rowsPerStatement).map(
    (some): Statement => [
      `DELETE FROM waiting_batches
     WHERE batcher = ? AND number IN (?)`,
      [batcher, some],
    ],
  )

/** Matches one row as long as nobody else has taken the journal. */
export const countApplied = (sql: Sql, batcher: string, generation: number, likes: number) =>
  sql.write(
    'countApplied',
    `UPDATE like_journals
     SET applied = applied + ?, batches = batches + 1
     WHERE batcher = ? AND generation = ?`,
    [likes, batcher, generation],
  )

export const dropApplied = (sql: Sql, batcher: string, number: number) =>
  sql.write(
    'dropApplied',
    `DELETE FROM waiting_batches
     WHERE batcher = ? AND number = ?`,
    [batcher, number],
  )

/** Says that nobody has the journal any more. */
export const leaveJournal = (batcher: string, generation: number): Statement => [
  `UPDATE like_journals
   SET owner = '', renewals = renewals + 1
   WHERE batcher = ? AND generation = ?`,
  [batcher, generation],
]

const inChunks = (rows: SqlValue[][], text: string) =>
  chunks(rows, rowsPerStatement).map((some): Statement => [text, [some]])

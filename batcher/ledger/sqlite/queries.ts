import type { Database } from 'bun:sqlite'
import type { JournalPost, JournalState, KeyBlock } from '../records.ts'

/**
 * The journal's own tables (SQLite), with the names that release 0.1.0 gave them. A change of their shape
 * raises `journalShape`.
 */
export const journalShape = 1

const journalTables = `
-- Each post that the batcher answers for. \`waiting\` counts likes that MySQL may not have, those in the
-- batch in flight too; \`since\` is when the first of them came or, with none waiting, when the last batch
-- was applied.
CREATE TABLE posts (
  post    INTEGER PRIMARY KEY,
  total   INTEGER NOT NULL,
  waiting INTEGER NOT NULL,
  since   INTEGER NOT NULL
);
-- LIKES=once: what members want that is in no batch yet.
CREATE TABLE choices (
  post  INTEGER NOT NULL,
  user  INTEGER NOT NULL,
  liked INTEGER NOT NULL,
  PRIMARY KEY (post, user)
) WITHOUT ROWID;
-- The highest number seen of each producer of numbered ids, and those up to it that were refused.
CREATE TABLE senders (
  sender  TEXT PRIMARY KEY,
  high    INTEGER NOT NULL,
  refused TEXT NOT NULL,
  seen_at INTEGER NOT NULL
) WITHOUT ROWID;
-- Ids of any other kind, as version 0.1.0 stored them.
CREATE TABLE keys (
  number  INTEGER PRIMARY KEY,
  id      TEXT NOT NULL UNIQUE,
  post    INTEGER NOT NULL,
  seen_at INTEGER NOT NULL
);
-- Batches that MySQL may not have, in the order in which they go there: one, or those that MySQL has lost.
CREATE TABLE batches (
  number  INTEGER PRIMARY KEY,
  likes   INTEGER NOT NULL,
  entries TEXT NOT NULL,
  choices TEXT NOT NULL,
  hash    TEXT NOT NULL
);
CREATE TABLE state (
  answered   INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  applied    INTEGER NOT NULL,
  batches    INTEGER NOT NULL,
  number     INTEGER NOT NULL,
  hash       TEXT NOT NULL,
  generation INTEGER NOT NULL
);
INSERT INTO state VALUES (0, 0, 0, 0, 0, '', 0);
PRAGMA user_version = ${journalShape};`

/** Later tables, made at every start. A program that does not know them does without. */
const laterTables = `
-- Batches that MySQL confirmed within the last hour, to be sent again should it lose them.
CREATE TABLE IF NOT EXISTS delivered (
  number       INTEGER PRIMARY KEY,
  delivered_at INTEGER NOT NULL,
  bytes        INTEGER NOT NULL,
  likes        INTEGER NOT NULL,
  hash         TEXT NOT NULL,
  entries      TEXT NOT NULL,
  choices      TEXT NOT NULL
);
-- One row: by how much all answered likes changed totals since the chain of batches began. None: not known
-- yet.
CREATE TABLE IF NOT EXISTS counted (likes INTEGER NOT NULL);
-- Ids of any other kind: those of a commit in a row, 16 bytes each as in batcher/ledger/key-table.ts.
-- Periods and hours rise.
CREATE TABLE IF NOT EXISTS key_blocks (
  number  INTEGER PRIMARY KEY,
  period  INTEGER NOT NULL,
  hour    INTEGER NOT NULL,
  entries BLOB NOT NULL
);
-- A row when requests without the secret are not served any more.
CREATE TABLE IF NOT EXISTS guarded (since INTEGER NOT NULL);`

/**
 * Takes the file for this process alone and makes each commit wait for the disk. Throws SQLite's own errors,
 * with `code` SQLITE_BUSY when another process has it.
 */
export function openTables(database: Database): { shape: number; isEmpty: boolean } {
  database.run('PRAGMA locking_mode = EXCLUSIVE')
  const isEmpty = database.query('SELECT 1 FROM sqlite_master').get() === null
  if (isEmpty) {
    // A commit writes each page it touches whole, and likes touch posts all over the file.
    database.run('PRAGMA page_size = 1024')
    database.run('PRAGMA auto_vacuum = INCREMENTAL')
  }
  database.run('PRAGMA journal_mode = WAL')
  database.run('PRAGMA synchronous = FULL')
  // On macOS an ordinary sync stops at the disk's own cache.
  database.run('PRAGMA fullfsync = ON')
  database.run('PRAGMA checkpoint_fullfsync = ON')
  database.run('PRAGMA wal_autocheckpoint = 8000')
  database.run('PRAGMA journal_size_limit = 8388608')
  database.run('PRAGMA cache_size = -8192')
  database.run('BEGIN IMMEDIATE')
  database.run('COMMIT')
  const shape = database.query<{ user_version: number }, []>('PRAGMA user_version').get()?.user_version ?? 0
  return { shape, isEmpty }
}

export const makeTables = (database: Database) => database.transaction(() => database.run(journalTables))()
export const makeLaterTables = (database: Database) => database.transaction(() => database.run(laterTables))()

/** Returns 'ok', or what is wrong with the file. */
export const checkTables = (database: Database) =>
  database.query<{ quick_check: string }, []>('PRAGMA quick_check(1)').get()?.quick_check ?? 'no answer'

export const fileSize = (database: Database) =>
  database.prepare<{ bytes: number }, []>(
    'SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()',
  )

export type JournalBatch = {
  number: number
  likes: number
  entries: string
  memberLikes: string
  hash: string
}

/** The journal's statements, compiled once. */
export function journalStatements(database: Database) {
  const write = (text: string) => database.prepare<never, (string | number)[]>(text)
  return {
    begin: write('BEGIN IMMEDIATE'),
    commit: write('COMMIT'),
    rollback: write('ROLLBACK'),
    putPost: write(`
      INSERT INTO posts (post, total, waiting, since)
      VALUES (?, ?, ?, ?)
      ON CONFLICT (post) DO UPDATE
      SET total = excluded.total, waiting = excluded.waiting, since = excluded.since`),
    lowerWaiting: write(`
      UPDATE posts
      SET waiting = waiting - ?2, since = CASE WHEN waiting > ?2 THEN since ELSE ?3 END
      WHERE post = ?1`),
    correctPost: write('UPDATE posts SET total = total + ?2, waiting = waiting + ?3 WHERE post = ?1'),
    dropPost: write('DELETE FROM posts WHERE post = ? AND waiting <= 0'),
    putMemberLike: write('INSERT OR REPLACE INTO choices (post, user, liked) VALUES (?, ?, ?)'),
    dropMemberLike: write('DELETE FROM choices WHERE post = ? AND user = ?'),
    dropMemberLikes: write('DELETE FROM choices WHERE post = ?'),
    putProducer: write('INSERT OR REPLACE INTO senders (sender, high, refused, seen_at) VALUES (?, ?, ?, ?)'),
    dropProducer: write('DELETE FROM senders WHERE sender = ?'),
    putKeys: database.prepare<never, [number, number, Uint8Array]>(
      'INSERT INTO key_blocks (period, hour, entries) VALUES (?, ?, ?)',
    ),
    // MAX_KEYS of a day are fewer than this for each of its seconds, so they do not pile up.
    dropKeys: write(`
      DELETE FROM key_blocks
      WHERE period < ? AND number < (SELECT MIN(number) FROM key_blocks) + 2000`),
    dropKeysOfBefore: write(`
      DELETE FROM keys
      WHERE seen_at < ? AND number < (SELECT MIN(number) FROM keys) + 2000`),
    putBatch: write(
      'INSERT OR REPLACE INTO batches (number, likes, entries, choices, hash) VALUES (?, ?, ?, ?, ?)',
    ),
    dropBatch: write('DELETE FROM batches WHERE number = ?'),
    dropBatches: write('DELETE FROM batches'),
    putDelivered: database.prepare<{ bytes: number }, [number, number]>(`
      INSERT OR REPLACE INTO delivered (number, delivered_at, bytes, likes, hash, entries, choices)
      SELECT number, ?2, LENGTH(entries) + LENGTH(choices), likes, hash, entries, choices
      FROM batches
      WHERE number = ?1
      RETURNING bytes`),
    requeue: write(`
      INSERT INTO batches (number, likes, entries, choices, hash)
      SELECT number, likes, entries, choices, hash
      FROM delivered
      WHERE number > ?`),
    dropDeliveredAfter: write('DELETE FROM delivered WHERE number > ?'),
    dropOldDelivered: database.prepare<
      { bytes: number },
      [before: number, startedAt: number, old: number, most: number]
    >(`
      DELETE FROM delivered
      WHERE CASE WHEN number <= ? THEN ? ELSE delivered_at END < ?
        AND number IN (SELECT number FROM delivered ORDER BY number LIMIT ?)
      RETURNING bytes`),
    newestDelivered: database.prepare<{ number: number }, []>(
      'SELECT COALESCE(MAX(number), 0) AS number FROM delivered',
    ),
    deliveredBytes: database.prepare<{ bytes: number | null }, []>(
      'SELECT SUM(bytes) AS bytes FROM delivered',
    ),
    requeuePost: write(`
      INSERT INTO posts (post, total, waiting, since)
      VALUES (?, ?, ?, ?)
      ON CONFLICT (post) DO UPDATE
      SET total = excluded.total, waiting = waiting + excluded.waiting`),
    dropPosts: write('DELETE FROM posts'),
    dropAllMemberLikes: write('DELETE FROM choices'),
    setCounted: write('INSERT INTO counted (likes) VALUES (?)'),
    dropCounted: write('DELETE FROM counted'),
    addCounted: write('UPDATE counted SET likes = likes + ?'),
    count: write('UPDATE state SET answered = ?, version = ?'),
    number: write('UPDATE state SET number = ?, hash = ?'),
    apply: write('UPDATE state SET applied = applied + ?, batches = batches + ?'),
    nextGeneration: database.prepare<{ generation: number }, [number]>(
      'UPDATE state SET generation = MAX(generation + 1, ?) RETURNING generation',
    ),
    keyBlocks: database.prepare<KeyBlock, []>('SELECT period, hour, entries FROM key_blocks ORDER BY number'),
    keysOfBefore: database.prepare<{ id: string; post: number }, []>('SELECT id, post FROM keys'),
    guard: write('INSERT INTO guarded (since) VALUES (unixepoch())'),
    guarded: database.prepare<{ since: number }, []>('SELECT since FROM guarded'),
    state: database.prepare<JournalState, []>(
      'SELECT answered, version, applied, batches, number, hash FROM state',
    ),
    batches: database.prepare<JournalBatch, []>(
      'SELECT number, likes, entries, choices AS memberLikes, hash FROM batches ORDER BY number',
    ),
    deliveredAfter: database.prepare<JournalBatch, [number]>(
      'SELECT number, likes, entries, choices AS memberLikes, hash FROM delivered WHERE number > ? ORDER BY number',
    ),
    counted: database.prepare<{ likes: number }, []>('SELECT likes FROM counted'),
    producers: database.prepare<{ producer: string; highWaterMark: number; refused: string }, []>(
      'SELECT sender AS producer, high AS highWaterMark, refused FROM senders',
    ),
    memberLikes: database.prepare<{ post: number; user: number; liked: number }, []>(
      'SELECT post, user, liked FROM choices',
    ),
    posts: database.prepare<JournalPost, []>('SELECT post, total, waiting, since FROM posts ORDER BY since'),
    shrink: write('PRAGMA incremental_vacuum(500)'),
    emptyLog: database.prepare('PRAGMA wal_checkpoint(TRUNCATE)'),
  }
}

/**
 * The journal: what makes an answered like survive anything.
 *
 * One SQLite file, owned by one process (an exclusive lock), each commit synced to the disk before it returns. All
 * presses of one turn of the event loop share a commit. Memory is changed only after the commit, so a commit that
 * fails leaves nothing to undo, and memory is always what a restart would read.
 *
 * Why a like is counted exactly once, at each point where the process may be killed:
 *
 * 1. Before the journal's commit. Nothing is kept and nothing was answered. The replica sends the same id again to
 *    the next process, which has never seen it.
 * 2. After the commit, before the answer. The like and its id are kept by one commit. The replica sends the id again;
 *    it is known, so it is answered with the post's total and not counted a second time.
 * 3. While likes wait. They are in `posts.waiting`, with the total that was answered.
 * 4. After a batch was formed. Its number, content and hash were fixed in the journal by one commit, before MySQL
 *    heard of it. Only one batch is ever under way, and likes that come meanwhile are no part of it. Whatever happens
 *    now, this same batch is sent, and no other, until its fate is known.
 * 5. Before MySQL's commit. One transaction inserts the batch's row into `like_batches` and adds the likes: MySQL
 *    rolls both back when the connection dies. The batch is sent again.
 * 6. After MySQL's commit, or with its outcome unknown. The batch is sent again; the insert meets its own primary key
 *    (it waits for a rival transaction that is still open), so nothing is added a second time. That the row has our
 *    hash shows that it is ours.
 * 7. Before the journal forgets the batch. As 6: MySQL has it, the journal still does; it is sent again and refused.
 *    Forgetting lowers `posts.waiting` and drops the batch in one commit, so it happens once.
 *
 * A torn write at the end of SQLite's log is not a commit and is dropped at the next start, like 1. A file that is
 * damaged elsewhere stops the start and is left as it is.
 *
 * Totals need no MySQL to be right after a restart: `posts.total` is kept in the same commit as the like, and a flush
 * moves likes from the journal to MySQL without changing it.
 */

import { Database } from 'bun:sqlite'
import type { Senders } from './ids.ts'
import type { PostTable } from './posts.ts'
import {
  checkTables,
  fileSize,
  type JournalBatch,
  type JournalState,
  journalShape,
  journalStatements,
  makeTables,
  openTables,
} from './queries.ts'

/** The journal can't be used; the message is the one line a person needs. */
export class JournalError extends Error {
  override name = 'JournalError'
}

/** Where tests stop the process. */
export type Point =
  | 'before journal commit'
  | 'after journal commit'
  | 'before mysql commit'
  | 'after mysql commit'
  | 'before journal forgets'
export type At = (point: Point) => void

/** What one commit keeps. Rows are those of the post table, with the values they will have. */
export type Change = {
  posts: { post: number; total: number; waiting: number; since: number }[]
  senders: Senders
  keys: Map<string, number>
  /** `liked` null: the member wants what MySQL has. */
  choices: { post: number; user: number; liked: boolean | null }[]
  answered: number
  version: number
}

/** `[post, user, liked]`, under `LIKES=once`. */
export type Choice = [post: number, user: number, liked: boolean]

export type Batch = {
  number: number
  /** What it adds in all. */
  likes: number
  entries: [post: number, added: number][]
  choices: Choice[]
  hash: string
}

/** By how much a post's numbers change when its batch turns out to add something else. */
export type Correction = { post: number; total: number; waiting: number }

export type Journal = ReturnType<typeof openJournal>

const keptMs = 24 * 60 * 60 * 1_000

/** Opens or makes the file. Throws a JournalError when it is damaged, not ours, or in use. */
export function openJournal(path: string, at: At = () => {}) {
  const database = openFile(path)
  const run = journalStatements(database)
  const size = fileSize(database)

  /** All of `work` or nothing, on the disk when it returns. */
  function transaction(work: () => void, beforeCommit: () => void = () => {}) {
    run.begin.run()
    try {
      work()
      beforeCommit()
      run.commit.run()
    } catch (error) {
      if (database.inTransaction) run.rollback.run()
      throw error
    }
  }

  return {
    state: (): JournalState => run.state.get() ?? missing('its state'),
    senders: () => run.senders.all(),
    choices: () => run.choices.all(),
    batch: () => toBatch(run.batch.get()),
    bytes: () => size.get()?.bytes ?? 0,
    /** The post that a key was used for. */
    keyed: (id: string) => run.keyed.get(id)?.post,
    /** A number that no other process and no earlier call got. */
    nextGeneration: () => run.nextGeneration.get()?.generation ?? missing('its generation'),

    /**
     * Fills an empty table with every post of the journal. The process before may have had another idea of the time: no
     * like is younger than `now`, and what was flushed is kept for its whole time again.
     */
    loadPosts(posts: PostTable, now: number) {
      for (const { post, total, waiting, since } of run.posts.iterate()) {
        const row = posts.add(post, total)
        if (waiting > 0) posts.setWaiting(row, waiting, Math.min(since, now))
        else posts.settle(row, now)
      }
    },

    /** Keeps what one turn of the event loop took. */
    keep({ posts, senders, keys, choices, answered, version }: Change) {
      const now = Date.now()
      transaction(
        () => {
          for (const { post, total, waiting, since } of posts) run.putPost.run(post, total, waiting, since)
          for (const { post, user, liked } of choices) {
            if (liked === null) run.dropChoice.run(post, user)
            else run.putChoice.run(post, user, liked ? 1 : 0)
          }
          for (const [sender, { high, refused }] of senders) {
            run.putSender.run(sender, high, JSON.stringify(refused), now)
          }
          for (const [id, post] of keys) run.putKey.run(id, post, now)
          run.count.run(answered, version)
        },
        () => at('before journal commit'),
      )
      at('after journal commit')
    },

    /** Fixes the batch that goes to MySQL next. Its choices stop waiting. */
    fix(batch: Batch) {
      transaction(() => {
        for (const post of new Set(batch.choices.map(([post]) => post))) run.dropChoices.run(post)
        putBatch(batch)
      })
    },

    /** Fixes another batch in place of one that MySQL is known not to have. */
    refix(batch: Batch, corrections: Correction[] = []) {
      transaction(() => {
        run.dropBatch.run()
        putBatch(batch)
        for (const { post, total, waiting } of corrections) run.correctPost.run(post, total, waiting)
      })
    },

    /** MySQL has the batch: `counts` likes of each post no longer wait. */
    forget(batch: Batch, counts: [post: number, count: number][], now: number) {
      transaction(
        () => {
          for (const [post, count] of counts) run.settlePost.run(post, count, now)
          run.dropBatch.run()
          run.apply.run(batch.likes)
        },
        () => at('before journal forgets'),
      )
    },

    /** Forgets posts of which nothing waits, and ids that are a day old, and gives the room back to the disk. */
    prune(posts: number[]) {
      const before = Date.now() - keptMs
      transaction(() => {
        for (const post of posts) run.dropPost.run(post)
        run.dropSenders.run(before)
        run.dropKeys.run(before)
      })
      run.shrink.run()
    },

    /** The whole file as of the last commit, the part that is in SQLite's log too. */
    copy: () => database.serialize(),

    /** Empties SQLite's write-ahead log into the file. Costs two syncs: for quiet times. */
    tidy: () => void run.emptyLog.run(),

    close() {
      run.emptyLog.run()
      for (const statement of [...Object.values(run), size]) statement.finalize()
      database.close(true)
    },
  }

  function putBatch({ number, likes, entries, choices, hash }: Batch) {
    run.putBatch.run(number, likes, JSON.stringify(entries), JSON.stringify(choices), hash)
    run.number.run(number, hash)
  }
}

function openFile(path: string): Database {
  let database: Database | undefined
  try {
    database = new Database(path, { create: true, strict: true })
    const { shape, isEmpty } = openTables(database)
    if (isEmpty) makeTables(database)
    else if (shape !== journalShape)
      throw new Error(`it is of version ${shape}, this program reads ${journalShape}`)
    const health = checkTables(database)
    if (health !== 'ok') throw new Error(health)
    return database
  } catch (error) {
    database?.close()
    throw new JournalError(reasonOf(path, error), { cause: error })
  }
}

function reasonOf(path: string, error: unknown): string {
  if (!(error instanceof Error)) return `the journal ${path} can't be opened: ${error}`
  const code = 'code' in error ? String(error.code) : ''
  if (code.startsWith('SQLITE_BUSY')) return `the journal ${path} is in use by another batcher`
  return `the journal ${path} can't be used and was left as it is: ${error.message}`
}

function toBatch(row: JournalBatch | null): Batch | undefined {
  if (!row) return undefined
  const { number, likes, hash } = row
  return { number, likes, hash, entries: JSON.parse(row.entries), choices: JSON.parse(row.choices) }
}

function missing(what: string): never {
  throw new JournalError(`the journal has lost ${what}`)
}

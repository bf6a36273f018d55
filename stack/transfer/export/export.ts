/**
 * `./agora export FILE`: what people wrote, as of one moment, in a format that other programs read
 * (../format.ts), while the site runs.
 *
 * The moment is found as for a backup (../../backup/backup.ts): the batchers pause their flushes and hand
 * over copies of their journals, a transaction begins that sees one moment of the database, the batchers go
 * on. So a post has the likes that were answered until then: those of its row, or, where some wait, the total
 * that its journal has.
 *
 * Rows are read in portions, by their keys, and written at once: memory does not grow with the board but for
 * the ids of members, posts and comments.
 */

import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { version as agora } from '../../../package.json'
import { chunks } from '../../../src/platform/async.ts'
import { openDb, type Sql } from '../../../src/platform/db.ts'
import { withFolder } from '../../backup/archive.ts'
import { UserError } from '../../errors.ts'
import type { Print } from '../../stack.ts'
import type { Board } from '../board.ts'
import { type BoardWriter, writeBoard } from '../board-file.ts'
import { aboutName, type Kind, kinds, ofPlace, version } from '../format.ts'
import { type IdList, openIdList } from '../id-list.ts'
import { openParts } from '../parts.ts'
import { lineOf } from './line.ts'
import * as queries from './queries.ts'
import { identityOf, type Row, type Sized } from './queries.ts'
import { type Waiting, waitingIn } from './waiting.ts'

/** How many lines of each kind. */
export type Counts = Record<Kind, number>

const tries = 3
const rowsAtOnce = 500
const bytesAtOnce = 8 * 1024 * 1024
const statementMs = 600_000

class PauseEnded extends Error {}

/** Writes all of a running board to a new file. Throws a UserError, and leaves nothing, when it can't. */
export async function exportBoard(board: Board, path: string, print: Print): Promise<Counts> {
  for (let index = 1; index <= tries; index++) {
    const file = writeBoard(path)
    try {
      return await withFolder(path, (folder) => attempt(board, file, folder, print))
    } catch (error) {
      if (!(error instanceof PauseEnded)) throw error
    } finally {
      file.close()
    }
  }
  throw new UserError('the database took longer to begin than the batchers wait: try again later')
}

async function attempt(
  { url, batchers, ask }: Board,
  file: BoardWriter,
  folder: string,
  print: Print,
): Promise<Counts> {
  const holder = randomUUID()
  const resume = async () => {
    const answers = await Promise.all(batchers.map((batcher) => ask(batcher, `/resume?holder=${holder}`)))
    return answers.every((each) => JSON.parse(Buffer.from(each).toString()).held === true)
  }
  const db = openDb({ url, connections: 2, queryTimeoutMs: statementMs })
  let isPaused = true
  try {
    const journals = batchers.map((batcher) => join(folder, `${batcher}.sqlite`))
    for (const [index, batcher] of batchers.entries()) {
      await Bun.write(journals[index] ?? '', await ask(batcher, `/backup?holder=${holder}`), { mode: 0o600 })
    }
    return await db.transaction(async (sql) => {
      // The first statement that reads a table is the moment.
      const identity = await identityOf(sql)
      isPaused = false
      if (!(await resume())) throw new PauseEnded()
      const about = {
        format: 'agora-board',
        version,
        board: identity,
        agora,
        madeAt: new Date().toISOString(),
      }
      file.add(aboutName, Buffer.from(`${JSON.stringify(about)}\n`))
      const counts = await writeAll(sql, file, waitingIn(journals), print)
      file.finish()
      return counts
    })
  } finally {
    // When something failed they need not wait for the minute to end.
    if (isPaused) await resume().catch(() => false)
    await db.close()
  }
}

async function writeAll(sql: Sql, file: BoardWriter, waiting: Waiting, print: Print): Promise<Counts> {
  const known = {
    ...{ members: openIdList(), categories: openIdList(), posts: openIdList(), comments: openIdList() },
  }
  const pictures = new Set<string>()
  const counts = Object.fromEntries(kinds.map((kind) => [kind, 0])) as Counts
  for (const kind of kinds) {
    const parts = openParts(kind, file)
    for await (const line of lines[kind]({ sql, file, waiting, known, pictures })) {
      parts.add(line)
      counts[kind]++
    }
    parts.end()
    if (counts[kind] > 0) print(`${kind}: ${counts[kind].toLocaleString('en')}`)
  }
  return counts
}

type From = {
  sql: Sql
  file: BoardWriter
  waiting: Waiting
  known: Record<'members' | 'categories' | 'posts' | 'comments', IdList>
  /** Those that are in the file already, by their hashes. */
  pictures: Set<string>
}

/** Where the lines of each kind come from. References to what is being swept are left out. */
const lines: Record<Kind, (from: From) => AsyncGenerator<object>> = {
  async *members({ sql, file, known }) {
    for await (const rows of byId(sql, queries.members)) {
      const ids = idsOf(rows)
      const [codes, keys] = [await queries.recoveryCodes(sql, ids), await queries.passkeys(sql, ids)]
      for (const { hash, picture } of await queries.avatarsOf(sql, ids)) {
        file.add(`avatars/${hash}.webp`, picture)
      }
      const [codesOf, keysOf] = [byOwner(codes), byOwner(keys)]
      const sanctionsOf = byOwner(await queries.sanctions(sql, ids))
      for (const row of rows) {
        known.members.add(Number(row.id))
        yield lineOf('members', row, {
          recoveryCodes: (codesOf.get(row.id) ?? []).map(({ code }) => String(code)),
          passkeys: (keysOf.get(row.id) ?? []).map(withoutNull),
          sanctions: (sanctionsOf.get(row.id) ?? []).map(withoutNull),
        })
      }
    }
  },
  async *categories({ sql, known }) {
    for await (const rows of byId(sql, queries.categories)) {
      for (const row of rows) {
        known.categories.add(Number(row.id))
        yield lineOf('categories', row)
      }
    }
  },
  async *posts({ sql, file, waiting, known, pictures }) {
    for await (const rows of bySize(sql, queries.postSizes, queries.posts)) {
      const tagsOf = byOwner(await queries.tagsOf(sql, idsOf(rows)))
      const offered = await queries.offerPicturesOf(sql, idsOf(rows))
      const picturesOf = byOwner(offered)
      const shown = [...rows.flatMap((row) => row['picture.hash'] ?? []), ...offered.map(({ hash }) => hash)]
      await addPictures({ sql, file, pictures }, shown.map(String))
      for (const row of rows) {
        const id = Number(row.id)
        known.posts.add(id)
        const likes = waiting.totals.get(id) ?? row.likes ?? 0
        const line = {
          ...row,
          likes,
          ...only(known.members, row, ['author', 'removed.author', 'removed.by']),
        }
        yield lineOf('posts', line, {
          tags: (tagsOf.get(row.id) ?? []).map(({ name }) => String(name)),
          offerPictures: (picturesOf.get(row.id) ?? []).map(withoutNull),
        })
      }
    }
  },
  async *comments({ sql, known }) {
    for await (const rows of bySize(sql, queries.commentSizes, queries.comments)) {
      for (const row of rows) {
        if (!known.posts.has(Number(row.post))) continue
        known.comments.add(Number(row.id))
        yield lineOf('comments', { ...row, ...only(known.members, row, ['author', 'hidden.author']) })
      }
    }
  },
  async *likes({ sql, waiting, known }) {
    let last = { post: 0, member: 0 }
    const madeAt = new Date().toISOString()
    const isKnown = (post: number, member: number) => known.posts.has(post) && known.members.has(member)
    for (let isMore = true; isMore; ) {
      const rows = await queries.likes(sql, last, rowsAtOnce)
      for (const row of rows) {
        last = { post: Number(row.post), member: Number(row.member) }
        const isLiked = waiting.memberLikes.get(last.post)?.get(last.member)
        waiting.memberLikes.get(last.post)?.delete(last.member)
        if (isLiked !== false && isKnown(last.post, last.member)) yield lineOf('likes', row)
      }
      isMore = rows.length === rowsAtOnce
    }
    for (const [post, members] of waiting.memberLikes) {
      for (const [member, isLiked] of members) {
        if (isLiked && isKnown(post, member)) yield lineOf('likes', { post, member, at: madeAt })
      }
    }
  },
  async *items({ sql, file, known, pictures }) {
    for await (const rows of byId(sql, queries.items)) {
      const shown = await queries.itemPictures(sql, idsOf(rows))
      await addPictures(
        { sql, file, pictures },
        shown.map(({ hash }) => String(hash)),
      )
      const picturesOf = byOwner(shown)
      for (const row of rows) {
        const own = (picturesOf.get(row.id) ?? []).map(withoutNull)
        const line = { ...row, ...only(known.posts, row, ['post']) }
        yield lineOf('items', line, own.length === 0 ? {} : { pictures: own })
      }
    }
  },
  async *variants({ sql }) {
    for await (const rows of byId(sql, queries.variants, 'item'))
      for (const row of rows) yield lineOf('variants', row)
  },
  async *windows({ sql }) {
    for await (const rows of byId(sql, queries.windows)) {
      const toldOf = byOwner(await queries.tellings(sql, idsOf(rows)))
      for (const row of rows)
        yield lineOf('windows', row, { told: (toldOf.get(row.id) ?? []).map(({ stage }) => String(stage)) })
    }
  },
  async *pickups({ sql }) {
    for await (const rows of byId(sql, queries.pickups)) for (const row of rows) yield lineOf('pickups', row)
  },
  async *orders({ sql, known }) {
    for await (const rows of byId(sql, queries.orders)) {
      const linesOf = byOwner(await queries.orderLines(sql, idsOf(rows)))
      const notesOf = byOwner(await queries.paymentNotes(sql, idsOf(rows)))
      const invoicesOf = byOwner(await queries.invoices(sql, idsOf(rows)))
      for (const row of rows) {
        const line = { ...row, ...only(known.members, row, ['member']) }
        const notes = (notesOf.get(row.id) ?? []).map(({ isPaid, ...note }) => ({
          ...withoutNull({ ...note, ...only(known.members, note, ['by']) }),
          isPaid: isPaid !== 0,
        }))
        yield lineOf('orders', line, {
          lines: (linesOf.get(row.id) ?? []).map(withoutNull),
          payments: notes,
          invoices: (invoicesOf.get(row.id) ?? []).map(withoutNull),
        })
      }
    }
  },
  async *follows({ sql, known }) {
    for (const kind of queries.followedKinds) {
      let last = { subject: 0, member: 0 }
      for (let isMore = true; isMore; ) {
        const rows = await queries.follows(sql, kind, last, rowsAtOnce)
        for (const { named, ...row } of rows) {
          last = { subject: Number(row.subject), member: Number(row.member) }
          if (
            !known.members.has(last.member) ||
            (kind !== 'tag' && !known[ofFollowed[kind]].has(last.subject))
          )
            continue
          yield lineOf('follows', { ...row, subject: kind === 'tag' ? (named ?? null) : last.subject })
        }
        isMore = rows.length === rowsAtOnce
      }
    }
  },
  async *moderators({ sql, known }) {
    let last = { member: 0, category: -1 }
    for (let isMore = true; isMore; ) {
      const rows = await queries.moderators(sql, last, rowsAtOnce)
      for (const row of rows) {
        last = { member: Number(row.member), category: Number(row.category) }
        if (!known.members.has(last.member)) continue
        if (last.category !== 0 && !known.categories.has(last.category)) continue
        yield lineOf('moderators', { ...row, ...only(known.members, row, ['madeBy']) })
      }
      isMore = rows.length === rowsAtOnce
    }
  },
  goneposts: ({ sql, known }) =>
    simple('goneposts', 'post', sql, queries.gonePosts, known.members, ['author', 'by']),
  moderation: ({ sql, known }) =>
    simple('moderation', 'id', sql, queries.moderationLog, known.members, ['by']),
  adminnotes: ({ sql, known }) => simple('adminnotes', 'id', sql, queries.adminNotes, known.members, ['by']),
  rules: ({ sql, known }) => simple('rules', 'id', sql, queries.rules, known.members, []),
  // Their hashes are over what they say, so nothing of it is left out.
  actions: ({ sql, known }) => simple('actions', 'number', sql, queries.actions, known.members, []),
  // Whoever decided or noted something stays named by number when the account is gone, as in the log.
  reports: ({ sql, known }) => simple('reports', 'id', sql, queries.reports, known.members, ['reporter']),
  modnotes: ({ sql, known }) => simple('modnotes', 'id', sql, queries.moderatorNotes, known.members, []),
  async *places({ sql, known }) {
    for (const { id, board, program } of await queries.foreignImports(sql)) {
      const linesOf = function* (rows: Row[]) {
        for (const row of rows) {
          const kind = ofPlace[String(row.kind)]
          if (kind && known[kind].has(Number(row.subject))) yield lineOf('places', { board, program, ...row })
        }
      }
      for (const kind of Object.keys(ofPlace)) {
        const page: Page = (sql, after, limit) => queries.placesByNumber(sql, id, kind, after, limit)
        for await (const rows of byId(sql, page, 'source')) yield* linesOf(rows)
      }
      let last = ''
      for (let isMore = true; isMore; ) {
        const rows = await queries.placesByPath(sql, id, last, rowsAtOnce)
        yield* linesOf(rows)
        last = String(rows.at(-1)?.path ?? last)
        isMore = rows.length === rowsAtOnce
      }
    }
  },
}

const ofFollowed = { post: 'posts', category: 'categories', member: 'members' } as const

type Page = (sql: Sql, after: number, limit: number) => Promise<Row[]>

async function* simple(
  kind: Kind,
  key: string,
  sql: Sql,
  page: Page,
  members: IdList,
  references: string[],
): AsyncGenerator<object> {
  for await (const rows of byId(sql, page, key)) {
    for (const row of rows) yield lineOf(kind, { ...row, ...only(members, row, references) })
  }
}

async function* byId(sql: Sql, page: Page, key = 'id'): AsyncGenerator<Row[]> {
  let last = 0
  for (let isMore = true; isMore; ) {
    const rows = await page(sql, last, rowsAtOnce)
    if (rows.length > 0) yield rows
    last = Number(rows.at(-1)?.[key] ?? last)
    isMore = rows.length === rowsAtOnce
  }
}

/** Texts may have megabytes each: as many rows at once as have a few. */
async function* bySize(
  sql: Sql,
  sizes: (sql: Sql, after: number, limit: number) => Promise<Sized[]>,
  read: (sql: Sql, ids: number[]) => Promise<Row[]>,
): AsyncGenerator<Row[]> {
  let last = 0
  for (let isMore = true; isMore; ) {
    const found = await sizes(sql, last, rowsAtOnce)
    for (let some = found; some.length > 0; ) {
      let bytes = 0
      const end = some.findIndex((each) => {
        bytes += each.bytes
        return bytes > bytesAtOnce
      })
      const now = end === -1 ? some : some.slice(0, Math.max(end, 1))
      yield await read(
        sql,
        now.map(({ id }) => id),
      )
      some = some.slice(now.length)
    }
    last = found.at(-1)?.id ?? last
    isMore = found.length === rowsAtOnce
  }
}

/** Adds the files of these pictures that are not there yet. */
async function addPictures(
  { sql, file, pictures }: Pick<From, 'sql' | 'file' | 'pictures'>,
  hashes: string[],
) {
  const fresh = [...new Set(hashes)].filter((hash) => !pictures.has(hash))
  for (const some of chunks(fresh, 10)) {
    for (const { hash, small, large } of await queries.pictures(sql, some)) {
      file.add(`pictures/${hash}.webp`, large)
      file.add(`pictures/${hash}.small.webp`, small)
      pictures.add(hash)
    }
  }
}

const idsOf = (rows: Row[]) => rows.map(({ id }) => Number(id))
const byOwner = (rows: Row[]) => Map.groupBy(rows, ({ owner }) => owner)

function withoutNull({ owner: _, ...row }: Row): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(row).filter((each): each is [string, string | number] => each[1] !== null),
  )
}

/** Returns those of these columns that name nobody who comes along, as NULL. */
const only = (members: IdList, row: Row, columns: string[]) =>
  Object.fromEntries(columns.filter((name) => !members.has(Number(row[name]))).map((name) => [name, null]))

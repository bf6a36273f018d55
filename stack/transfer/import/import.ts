/**
 * `./agora import agora FILE`: what an export of a board wrote comes onto this one, while it runs.
 *
 * The whole file is read and judged first (read.ts, mend.ts), so that one that is damaged changes nothing.
 * Then its lines come in their order, some hundred in a transaction, which also notes under which number each
 * came (`imported`). Whatever is killed, those notes say what is there, and the next run goes on behind it;
 * the same file again, or a later export of the same board, brings what is new and nothing twice.
 *
 * A board that has nothing but its first admin takes the numbers of the file, so that old addresses go on,
 * and that admin makes way for the file's. Elsewhere everything gets a new number.
 *
 * The likes of posts come as batches of a chain named `import`, in the transaction that adds the posts: the
 * audit counts them, and says how many nobody pressed here.
 */

import { type Db, isDuplicate, openDb, type Sql } from '../../../src/platform/db.ts'
import { UserError } from '../../errors.ts'
import type { Print } from '../../stack.ts'
import { type BoardReader, readBoard } from '../board-file.ts'
import type { Counts } from '../export/export.ts'
import { identityOf } from '../export/queries.ts'
import { type Kind, kinds, type Line } from '../format.ts'
import { bringMembers } from './bring/members.ts'
import type { Bringing } from './bring/rows.ts'
import { bringers } from './bring.ts'
import { tellCollisions } from './collisions.ts'
import { mend } from './mend.ts'
import {
  addImport,
  contentOf,
  deleteMember,
  type Import,
  imported,
  lockImport,
  type Numbered,
  numberAfter,
} from './queries.ts'
import { type Checked, check, linesIn } from './read.ts'

const linesAtOnce = 200
const bytesAtOnce = 2 * 1024 * 1024
const statementMs = 600_000

/** Where a test may end the process, as it were. */
type Failpoint = (place: 'before commit' | 'after commit') => void

export type ImportOptions = { isDryRun: boolean; print: Print; failpoint?: Failpoint }

/** How many lines of the file can come, and how many came now. */
export type Outcome = { of: Counts; came: Counts }

/**
 * Brings the board of a file onto the one whose database `url` names. `print` is called with each thing that
 * cannot come, and why. Throws a UserError, and changes nothing, when the file is none of ours.
 */
export async function importBoard(url: string, path: string, options: ImportOptions): Promise<Outcome> {
  const db = openDb({ url, connections: 2, queryTimeoutMs: statementMs })
  const file = readBoard(path)
  try {
    if ((await identityOf(db)) === file.about.board)
      throw new UserError(`${path} came from this very board: ./agora restore brings back what was`)
    const checked = check(file, path, options.print)
    return options.isDryRun
      ? await judge(db, file, path, checked, options)
      : await bringAll(db, file, path, checked, options)
  } finally {
    file.close()
    await db.close()
  }
}

/** Writes nothing. */
async function judge(
  db: Db,
  file: BoardReader,
  path: string,
  checked: Checked,
  { print }: ImportOptions,
): Promise<Outcome> {
  const known = await lockImport(db, file.about.board)
  const keepsIds = known ? known.keepsIds === 1 : isEmpty(await contentOf(db)) && checked.admin !== undefined
  const came = none()
  for (const { kind, lines } of portions(file, path, checked)) {
    const fresh = await freshOf(db, known, kind, lines)
    came[kind] += fresh.length
    await tellCollisions(db, { kind, lines: fresh, isWhole: keepsIds, print })
  }
  return { of: checked.counts, came }
}

async function bringAll(
  db: Db,
  file: BoardReader,
  path: string,
  checked: Checked,
  { print, failpoint = () => {} }: ImportOptions,
): Promise<Outcome> {
  const { board } = file.about
  const came = { ...none(), members: await begin(db, file, checked, failpoint) }
  let saidAt = Date.now()
  for (const { kind, lines } of portions(file, path, checked)) {
    const some = await patiently(() =>
      db.transaction(async (sql) => {
        const known = await lockImport(sql, board)
        if (!known) throw new UserError('what this board knew of the import is gone: begin anew')
        const fresh = await freshOf(sql, known, kind, lines)
        if (fresh.length === 0) return 0
        const bringing: Bringing = { sql, known, file, print }
        const some = await bringers[kind](bringing, fresh as never)
        if (some > 0) failpoint('before commit')
        return some
      }),
    )
    came[kind] += some
    if (some > 0) failpoint('after commit')
    if (Date.now() - saidAt > 2_000) {
      print(`${kind}: ${came[kind].toLocaleString('en')} of ${checked.counts[kind].toLocaleString('en')}`)
      saidAt = Date.now()
    }
  }
  return { of: checked.counts, came }
}

/** Somebody took a name or a number meanwhile: it is looked at anew. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (!isDuplicate(error) || tries === 5) throw error
    }
  }
}

const numbered: [Kind, Numbered][] = [
  ['members', 'users'],
  ['categories', 'categories'],
  ['posts', 'posts'],
  ['comments', 'comments'],
  ['items', 'items'],
  ['windows', 'order_windows'],
  ['pickups', 'pickups'],
  ['orders', 'orders'],
  ['moderation', 'moderation_log'],
  ['adminnotes', 'admin_notes'],
  ['rules', 'rules'],
  ['reports', 'reports'],
  ['modnotes', 'moderator_notes'],
]

/**
 * Notes the board that the file came from; a board with nothing on it makes room for its numbers. Returns how
 * many members came.
 */
async function begin(
  db: Db,
  file: BoardReader,
  { admin, highest }: Checked,
  failpoint: Failpoint,
): Promise<number> {
  const { board, from: program = 'agora' } = file.about
  const before = await lockImport(db, board)
  const keepsIds = before ? before.keepsIds === 1 : admin !== undefined && isEmpty(await contentOf(db))
  // Who writes meanwhile gets numbers above those of the file.
  if (keepsIds) for (const [kind, table] of numbered) await numberAfter(db, table, highest[kind] ?? 0)
  if (before) return 0
  const came = await db.transaction(async (sql) => {
    const content = await contentOf(sql)
    const isWhole = keepsIds && isEmpty(content)
    await addImport(sql, board, program, isWhole)
    const known = await lockImport(sql, board)
    const isReplaced = known && isWhole && admin && content.admin !== null
    if (isReplaced) {
      await deleteMember(sql, content.admin ?? 0)
      await bringMembers({ sql, known, file, print: () => {} }, [admin])
    }
    failpoint('before commit')
    return isReplaced ? 1 : 0
  })
  failpoint('after commit')
  return came
}

const isEmpty = ({ members, others, admin }: Awaited<ReturnType<typeof contentOf>>) =>
  members === 1 && others === 0 && admin !== null

const none = () => Object.fromEntries(kinds.map((kind) => [kind, 0])) as Counts

type Portion = { kind: Kind; lines: Line[] }

/** What can come of the file, a transaction's worth at a time, of one kind each. */
function* portions(file: BoardReader, path: string, { known }: Checked): Generator<Portion> {
  let now: Portion | undefined
  let bytes = 0
  for (const { kind, line } of linesIn(file, path)) {
    const mended = mend(kind, line, known).line
    if (!mended) continue
    if (now && (now.kind !== kind || now.lines.length === linesAtOnce || bytes > bytesAtOnce)) {
      yield now
      now = undefined
    }
    if (!now) {
      now = { kind, lines: [] }
      bytes = 0
    }
    now.lines.push(mended)
    bytes += sizeOf(mended)
  }
  if (now) yield now
}

const sizeOf = (line: object): number =>
  Object.values(line).reduce(
    (sum: number, value) =>
      sum + (typeof value === 'string' ? value.length : typeof value === 'object' ? sizeOf(value) : 8),
    0,
  )

/** Those that have not come yet. Lines without a number are written so that they come once. */
async function freshOf(sql: Sql, known: Import | undefined, kind: Kind, lines: Line[]): Promise<Line[]> {
  const ids = lines.flatMap((line) => ('id' in line ? [line.id] : []))
  if (!known || ids.length === 0) return lines
  const there = new Set((await imported(sql, known.id, kind, ids)).map(({ source }) => source))
  return lines.filter((line) => !('id' in line && there.has(line.id)))
}

/** As in "12 members, 3 posts". */
export const countsText = (counts: Counts) =>
  kinds
    .filter((kind) => counts[kind] > 0)
    .map((kind) => `${counts[kind].toLocaleString('en')} ${kind}`)
    .join(', ') || 'nothing'

import { noteChanged } from '../../../../src/changes/queries.ts'
import { chunks } from '../../../../src/platform/async.ts'
import type { Sql, SqlValue } from '../../../../src/platform/db.ts'
import { sha256 } from '../../../../src/platform/sha256.ts'
import type { Print } from '../../../stack.ts'
import type { BoardReader } from '../../board-file.ts'
import type { Kind, Line } from '../../format.ts'
import {
  addImported,
  giveUpIds,
  type Import,
  idsThere,
  imported,
  insertRows,
  isPassed,
  type Numbered,
  stepOfIds,
  type Values,
} from '../queries.ts'

/** A transaction that brings some lines of one kind, none of which has come yet. */
export type Bringing = { sql: Sql; known: Import; file: BoardReader; print: Print }

/** Resolves to how many of the lines came. */
export type Bring<K extends Kind> = (bringing: Bringing, lines: Line<K>[]) => Promise<number>

export const keyOf = (text: string) => Buffer.from(sha256(text), 'hex')

export const bytes = (hex: string) => Buffer.from(hex, 'hex')

export const at = (time: string | undefined) => (time === undefined ? null : new Date(time))

/** Returns how many there were not yet. */
export async function insertAll(sql: Sql, table: string, rows: Values[], ignore = false): Promise<number> {
  let added = 0
  for (const some of chunks(rows, 500)) added += (await insertRows(sql, table, some, ignore)).added
  return added
}

/**
 * Adds rows under their numbers there or, where those are not kept, under new ones. Returns the new numbers
 * by the old, and notes them.
 */
export async function numberedRows(
  bringing: Bringing,
  kind: Kind,
  table: Numbered,
  rows: (Values & { id: number })[],
): Promise<Map<number, number>> {
  if (rows.length === 0) return new Map()
  const { sql, known } = bringing
  const olds = rows.map(({ id }) => id)
  if (known.keepsIds && (await idsThere(sql, table, olds)).length > 0) {
    // Somebody else has one: from here on all get new ones.
    await giveUpIds(sql, known.id)
    known.keepsIds = 0
  }
  const pairs: [number, number][] = []
  if (known.keepsIds) {
    await insertRows(sql, table, rows)
    pairs.push(...olds.map((id): [number, number] => [id, id]))
  } else {
    // The numbers of one statement's rows follow one another.
    const step = await stepOfIds(sql)
    const { first } = await insertRows(
      sql,
      table,
      rows.map(({ id: _, ...row }) => row),
    )
    pairs.push(...olds.map((id, index): [number, number] => [id, first + index * step]))
  }
  await note(bringing, kind, pairs)
  return new Map(pairs)
}

export async function note(
  { sql, known }: Bringing,
  kind: Kind | 'openers',
  pairs: [number, number][],
): Promise<void> {
  if (pairs.length > 0) await addImported(sql, known.id, kind, pairs)
}

/** Notes where they stood on another board, so that their addresses there lead here. */
export async function notePaths<L extends { id: number; path?: string }>(
  { sql, known }: Bringing,
  kind: Kind,
  lines: L[],
  idOf: (line: L) => number | undefined,
): Promise<void> {
  const rows = lines.flatMap((line): Values[] => {
    const local_id = idOf(line)
    if (line.path === undefined || local_id === undefined) return []
    return [{ path_key: keyOf(line.path), import_id: known.id, kind, local_id }]
  })
  await insertAll(sql, 'imported_paths', rows, true)
}

/** Returns under which numbers those came, by their numbers there. */
export async function mapOf(
  { sql, known }: Bringing,
  kind: Kind,
  ids: (number | undefined)[],
): Promise<Map<number, number>> {
  const asked = [...new Set(ids.filter((id) => id !== undefined && id > 0))] as number[]
  if (asked.length === 0) return new Map()
  return new Map((await imported(sql, known.id, kind, asked)).map(({ source, local }) => [source, local]))
}

export const localOf = (map: Map<number, number>, id: number | undefined): SqlValue =>
  id === undefined ? null : (map.get(id) ?? null)

/** Search follows new texts by their numbers: those below others that it has seen are told to it. */
export async function tellSearch(
  sql: Sql,
  kind: 'post' | 'comment',
  table: 'posts' | 'comments',
  ids: number[],
): Promise<void> {
  if (await isPassed(sql, table, Math.max(...ids))) await noteChanged(sql, kind, ids)
}

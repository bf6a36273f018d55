import { ofPlace } from '../../format.ts'
import { addImport, lockImport } from '../queries.ts'
import { type Bring, type Bringing, bytes, insertAll, mapOf } from './rows.ts'

/**
 * The boards of other programs that had come there are known here as if they had come here: their addresses
 * go on, and a later dump of one brings what is new.
 */
export const bringPlaces: Bring<'places'> = async (bringing, lines) => {
  const { sql } = bringing
  let came = 0
  for (const [board, own] of Map.groupBy(lines, (line) => line.board)) {
    const from = await foreignImport(bringing, board, own[0]?.program ?? '')
    const locals = new Map<string, Map<number, number>>()
    for (const [kind, some] of Map.groupBy(own, (line) => line.kind)) {
      const ids = some.map(({ subject }) => subject)
      locals.set(kind, await mapOf(bringing, ofPlace[kind] ?? 'posts', ids))
    }
    const rows = own.flatMap(({ kind, subject, source, path }) => {
      const local_id = locals.get(kind)?.get(subject)
      return local_id === undefined ? [] : [{ source, path, row: { import_id: from, kind, local_id } }]
    })
    const numbers = rows.flatMap(({ source, row }) => (source ? [{ ...row, source_id: source }] : []))
    const paths = rows.flatMap(({ path, row }) => (path ? [{ ...row, path_key: bytes(path) }] : []))
    came += await insertAll(sql, 'imported', numbers, true)
    came += await insertAll(sql, 'imported_paths', paths, true)
  }
  return came
}

/** Returns the number of the import of a board that came by way of another one. */
async function foreignImport({ sql, known }: Bringing, board: string, program: string): Promise<number> {
  const there = await lockImport(sql, board)
  if (there) return there.id
  await addImport(sql, board, program, known.keepsIds === 1)
  return (await lockImport(sql, board))?.id ?? 0
}

import { type ForeignFormat, withForeign } from '../../../stack/transfer/foreign/foreign.ts'
import { importBoard } from '../../../stack/transfer/import/import.ts'
import { freshDatabase, type TestDatabase } from '../servers/database.ts'

type Options = { isDryRun?: boolean; board?: TestDatabase | undefined }

/** Brings a dump to a board with its first admin, and returns that with what was said. */
export async function bring(
  format: ForeignFormat,
  dump: string,
  files: string | undefined,
  { isDryRun = false, board = undefined }: Options = {},
) {
  const target = board ?? (await emptyBoard())
  const said: string[] = []
  const print = (line: string) => said.push(line)
  const outcome = await withForeign(format, { dump, files, print }, (file) =>
    importBoard(target.url, file, { isDryRun, print }),
  )
  return { board: target, said, ...outcome }
}

async function emptyBoard() {
  const board = await freshDatabase()
  await addAdmin(board)
  return board
}

export const addAdmin = (board: TestDatabase) =>
  board.write(
    `INSERT INTO users (name, name_key, password_hash, role)
     VALUES ('admin', UNHEX(SHA2('admin', 256)), 'x', 'admin')`,
  )

/**
 * Brings a dump by runs that each die in their first transaction that writes, in turn before and after its
 * commit. Returns the board and how many died.
 */
export async function bringKilled(format: ForeignFormat, dump: string, files: string) {
  const board = await emptyBoard()
  const print = () => {}
  const deaths = await withForeign(format, { dump, files, print }, async (file) => {
    for (let deaths = 0; ; deaths++) {
      const place = deaths % 2 === 0 ? 'before commit' : 'after commit'
      const failpoint = (at: string) => {
        if (at === place) throw new Error('killed')
      }
      try {
        await importBoard(board.url, file, { isDryRun: false, print, failpoint })
        return deaths
      } catch (error) {
        if (!(error instanceof Error) || error.message !== 'killed') throw error
      }
    }
  })
  return { board, deaths }
}

/** What came of a dump, without what depends on the moment. */
export const contentOf = (board: TestDatabase) =>
  Promise.all(
    [
      'SELECT id, name, role, password_hash FROM users ORDER BY id',
      'SELECT id, name, posts FROM categories ORDER BY id',
      'SELECT id, category_id, author_id, title, body, likes, comments, image_hash FROM posts ORDER BY id',
      'SELECT id, post_id, root_id, parent_id, author_id, body FROM comments ORDER BY id',
      'SELECT post_id, user_id FROM likes ORDER BY post_id, user_id',
      'SELECT subject_id, user_id, level FROM post_follows ORDER BY subject_id, user_id',
      'SELECT SUM(likes) AS likes FROM like_batches',
      'SELECT kind, source_id, local_id FROM imported ORDER BY kind, source_id',
      'SELECT HEX(path_key) AS path, kind, local_id FROM imported_paths ORDER BY path_key',
    ].map((sql) => board.rows(sql)),
  )

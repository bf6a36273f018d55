import { expect } from 'bun:test'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { exportBoard } from '../../../stack/transfer/export/export.ts'
import { type ForeignFormat, withForeign } from '../../../stack/transfer/foreign/foreign.ts'
import { importBoard } from '../../../stack/transfer/import/import.ts'
import { freshDatabase, type TestDatabase } from '../servers/database.ts'
import { temporaryFolder } from '../servers/reaper.ts'
import { openReplica } from '../servers/replica.ts'
import { openMarket } from './market.ts'

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

/** Makes a folder in which another board is installed, as far as it has a picture at each of these places. */
export async function folderWithPictures(paths: string[]): Promise<string> {
  const folder = temporaryFolder()
  const picture = sharp({ create: { width: 40, height: 30, channels: 3, background: 'red' } }).png()
  const bytes = await picture.toBuffer()
  for (const path of paths) {
    mkdirSync(join(folder, dirname(path)), { recursive: true })
    writeFileSync(join(folder, path), bytes)
  }
  return folder
}

/**
 * Expects a dump to be there once whatever ended its import, and to bring nothing when it comes again.
 * Returns the board that has it.
 */
export async function expectOnce(format: ForeignFormat, dump: string, files: string): Promise<TestDatabase> {
  const { board: whole } = await bring(format, dump, files)
  const content = await contentOf(whole)

  const { board, deaths } = await bringKilled(format, dump, files)

  expect(deaths).toBeGreaterThan(10)
  expect(await contentOf(board)).toEqual(content)
  const again = await bring(format, dump, files, { board: whole })
  expect(Object.values(again.came).every((count) => count === 0)).toBe(true)
  expect(await contentOf(whole)).toEqual(content)
  return whole
}

/**
 * Opens a board to which a dump has come: by itself or, `isMoved`, to another board first, and from there in
 * our own format.
 */
export async function openForeign(
  format: ForeignFormat,
  { dump, files, isMoved = false }: { dump: string; files: string; isMoved?: boolean },
) {
  const web = await openReplica()
  const { database } = web
  await addAdmin(database)
  if (isMoved) await move((await bring(format, dump, files)).board, database)
  else await bring(format, dump, files, { board: database })
  const market = await openMarket(web)
  const leads = async (path: string) => {
    const answer = await market.anyone().get(path)
    return [answer.status, answer.headers.get('location')]
  }
  return {
    rows: database.rows,
    signIn: async (username: string, password: string) =>
      (await market.anyone().post('/login', { username, password, next: '/' })).status,
    /** Expects old addresses to lead to new ones, and others nowhere. */
    async expectPlaces(places: Record<string, string>, nowhere: string[]) {
      for (const [path, place] of Object.entries(places))
        expect([path, ...(await leads(path))]).toEqual([path, 301, place])
      for (const path of nowhere) expect([path, ...(await leads(path))]).toEqual([path, 404, null])
    },
  }
}

async function move(from: TestDatabase, to: TestDatabase): Promise<void> {
  const file = join(temporaryFolder(), 'board.tar')
  await exportBoard({ url: from.url, batchers: [], ask: async () => new Uint8Array() }, file, () => {})
  await importBoard(to.url, file, { isDryRun: false, print: () => {} })
}

async function emptyBoard() {
  const board = await freshDatabase()
  await addAdmin(board)
  return board
}

const addAdmin = (board: TestDatabase) =>
  board.write(
    `INSERT INTO users (name, name_key, password_hash, role)
     VALUES ('admin', UNHEX(SHA2('admin', 256)), 'x', 'admin')`,
  )

/**
 * Brings a dump by runs that each die in their first transaction that writes, in turn before and after its
 * commit. Returns the board and how many died.
 */
async function bringKilled(format: ForeignFormat, dump: string, files: string) {
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
const contentOf = (board: TestDatabase) =>
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

import { Database } from 'bun:sqlite'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TestBatcher } from './batcher.ts'
import type { TestDatabase } from './database.ts'
import { temporaryFolder } from './reaper.ts'

const tables = ['like_batches', 'likes'] as const

/**
 * Copies what MySQL has of the likes. Returns a function that puts it back: MySQL is then one that lost every
 * transaction of the batcher since, as after a failover or the restore of an older copy.
 */
export async function rememberMysql(database: TestDatabase): Promise<() => Promise<void>> {
  const posts = await database.rows<{ id: number; likes: number }>('SELECT id, likes FROM posts')
  const stored = await Promise.all(tables.map((table) => rowsOf(database, table)))
  return async () => {
    for (const [index, table] of tables.entries()) {
      await database.write(`DELETE FROM ${table}`)
      const rows = stored[index] ?? []
      if (rows.length > 0) await database.write(`INSERT INTO ${table} VALUES ?`, [rows])
    }
    for (const { id, likes } of posts)
      await database.write('UPDATE posts SET likes = ? WHERE id = ?', [likes, id])
  }
}

async function rowsOf(database: TestDatabase, table: string): Promise<unknown[][]> {
  const rows = await database.rows<Record<string, unknown>>(`SELECT * FROM ${table}`)
  return rows.map((row) => Object.values(row))
}

/**
 * Copies a batcher's journal. Returns a function that puts the copy in its place; the batcher must not run
 * then.
 */
export async function rememberJournal(batcher: TestBatcher): Promise<() => Promise<void>> {
  const copy = join(temporaryFolder(), 'copy.sqlite')
  await Bun.write(copy, await batcher.send('/backup?holder=test'))
  await batcher.send('/resume?holder=test')
  return async () => {
    for (const end of ['', '-wal', '-shm']) rmSync(`${batcher.journal}${end}`, { force: true })
    await Bun.write(batcher.journal, Bun.file(copy))
  }
}

/** Makes a journal one that has none of the batches that MySQL confirmed, as after an hour. */
export function forgetDelivered(journal: string) {
  const file = new Database(journal)
  file.run('DELETE FROM delivered')
  file.close()
}

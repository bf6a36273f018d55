import { Database } from 'bun:sqlite'
import { holdAlone } from './queries.ts'

export type Lock = { release: () => void }

/**
 * Makes this process the only supervisor of a data folder; undefined when another one is. The lock is SQLite's on an
 * empty file: the kernel's in truth, so it is gone the moment its holder is, however it died. Keep what you get: a lock
 * that is collected as garbage is let go.
 */
export function takeLock(file: string): Lock | undefined {
  const database = new Database(file, { create: true })
  try {
    database.run(holdAlone)
    return { release: () => database.close() }
  } catch (error) {
    database.close()
    if (error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY') return undefined
    throw error
  }
}

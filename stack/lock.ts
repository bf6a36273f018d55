import { Database } from 'bun:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
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

/** The same, with patience for a holder that is about to let go. */
export async function takeLockWithin(file: string, withinMs: number): Promise<Lock | undefined> {
  const deadline = performance.now() + withinMs
  while (true) {
    const lock = takeLock(file)
    if (lock || performance.now() > deadline) return lock
    await sleep(50)
  }
}

import { Database } from 'bun:sqlite'
import { chmodSync, statSync, truncateSync } from 'node:fs'
import { hasCode } from './data-folder.ts'
import { holdAlone } from './database/queries.ts'
import { type Clock, poll } from './poll.ts'

export type Lock = {
  release: () => void
  /** False when its file is gone or another one, so that it keeps nobody away any more. */
  isInPlace: () => boolean
}

/**
 * Makes this process the only supervisor of a data folder; undefined when another one is. The lock is
 * SQLite's on an empty file: the kernel's in truth, so it is gone the moment its holder is, however it died.
 * Keep what you get: a lock that is collected as garbage is let go.
 */
export function takeLock(file: string): Lock | undefined {
  try {
    return take(file)
  } catch (error) {
    if (!hasCode(error, 'SQLITE_NOTADB')) throw error
    // Nothing is stored in it, and nobody holds it: one that is held is reported first.
    truncateSync(file)
    return take(file)
  }
}

function take(file: string): Lock | undefined {
  const database = new Database(file, { create: true })
  try {
    // Who may open it may hold it.
    chmodSync(file, 0o600)
    database.run(holdAlone)
  } catch (error) {
    database.close()
    if (hasCode(error, 'SQLITE_BUSY')) return undefined
    throw error
  }
  const inode = inodeOf(file)
  return { release: () => database.close(), isInPlace: () => inodeOf(file) === inode }
}

const inodeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.ino

/** Somebody holds the lock at this moment. */
export function isLocked(file: string): boolean {
  const lock = takeLock(file)
  lock?.release()
  return lock === undefined
}

/** The same, with patience for a holder that is about to let go. */
export const takeLockWithin = (file: string, withinMs: number, clock?: Clock): Promise<Lock | undefined> =>
  poll(() => takeLock(file), { withinMs, ...(clock && { clock }) })

import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { UserError } from './errors.ts'
import type { Identity } from './process/identity.ts'
import { isMode, type Mode, type ProcessRole } from './status.ts'

/** What a data folder remembers of its stack, in `state.json`. */
export type State = {
  mode: Mode
  port: number
  /** The rest is there only while the stack runs natively, or was killed. */
  native?: NativeState
}

export type NativeState = {
  supervisor: Identity
  /** The folder under the system's temporary one that holds sockets: their paths may have 100 bytes only. */
  runtime: string
  statsPort: number
  mysqlPort: number
  processes: (Identity & { name: string; role: ProcessRole })[]
}

export function dataPaths(data: string) {
  return {
    state: join(data, 'state.json'),
    secrets: join(data, 'secrets.json'),
    env: join(data, '.env'),
    /** What the board began with. */
    beginning: join(data, 'beginning.json'),
    /** Which version it was brought to last. */
    version: join(data, 'version.json'),
    /** What became of backups. */
    backups: join(data, 'backups.json'),
    lock: join(data, 'lock'),
    mysql: join(data, 'mysql'),
    journal: join(data, 'journal'),
    /** Mails, where they are not sent. */
    mail: join(data, 'sent-mail'),
    /** What search knows of the board. It may be deleted while nothing runs. */
    index: join(data, 'index'),
    monitoring: join(data, 'monitoring'),
    logs: join(data, 'logs'),
    /** Copies of the code that replicas run. */
    releases: join(data, 'releases'),
    /** What the scaler of containers is, and what was asked of it by hand. */
    scaler: join(data, 'scaler.json'),
    scale: join(data, 'scale.json'),
    /** Held by whoever changes which containers there are. */
    scaleLock: join(data, 'scale.lock'),
    /** Held by what goes before a drill: a backup, a deploy, a restore. */
    work: join(data, 'work.lock'),
    supervisorLog: join(data, 'logs', 'supervisor.log'),
  }
}

/**
 * Makes the folder, for its owner's eyes only. Folders above it that are missing are usual ones, which the
 * programs' users can pass.
 */
export function makeDataFolder(data: string): void {
  mkdirSync(dirname(data), { recursive: true })
  const { journal, mail, index, logs } = dataPaths(data)
  for (const folder of [data, journal, mail, index, logs]) mkdirSync(folder, { recursive: true, mode: 0o700 })
}

/**
 * A stack was started on this folder once, or at least tried to be: nothing else in it is ours to stop or
 * delete.
 */
export function isDataFolder(data: string): boolean {
  const { state, supervisorLog, journal, lock } = dataPaths(data)
  return existsSync(state) || (existsSync(lock) && (existsSync(supervisorLog) || existsSync(journal)))
}

/** Deletes what a stack keeps and the folder, unless something else is in it: `--data` may point anywhere. */
export function deleteDataFolder(data: string): void {
  const paths = dataPaths(data)
  // SQLite keeps a journal beside the lock, MariaDB's folder has another name until it is whole.
  for (const path of [
    ...Object.values(paths),
    `${paths.lock}-journal`,
    `${paths.scaleLock}-journal`,
    `${paths.work}-journal`,
    `${paths.mysql}.draft`,
  ])
    rmSync(path, { recursive: true, force: true })
  try {
    rmdirSync(data)
  } catch (error) {
    if (!hasCode(error, 'ENOTEMPTY') && !hasCode(error, 'ENOENT')) throw error
  }
}

/** Undefined, too, when what is there is empty or damaged: a supervisor that runs writes it anew. */
export function readState(data: string): State | undefined {
  const state = readObject(dataPaths(data).state) as Partial<State> | undefined
  const isWhole = isMode(state?.mode) && isNative(state?.native) && typeof state?.port === 'number'
  return isWhole ? (state as State) : undefined
}

function isNative(native: Partial<NativeState> | undefined): boolean {
  if (native === undefined) return true
  return (
    typeof native.runtime === 'string' && native.supervisor !== undefined && Array.isArray(native.processes)
  )
}

export function writeState(data: string, state: State): void {
  writeWhole(dataPaths(data).state, stateText(state))
}

export const stateText = (state: State) => `${JSON.stringify(state, null, 2)}\n`

/**
 * Writes a file, private unless `mode` says otherwise, so that a reader sees the old text or the new, never a
 * half, whatever ends meanwhile, the machine included. Leaves nothing behind when it can't.
 */
export function writeWhole(path: string, text: string, mode = 0o600): void {
  const draft = `${path}.${process.pid}.draft`
  try {
    writeFileSync(draft, text, { mode })
    toDisk(draft)
    renameSync(draft, path)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
  toDisk(dirname(path))
}

/** Of a file, or of a folder, which holds the names of those in it. */
function toDisk(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Deletes what a process that was killed while it wrote has left. To be called under the lock. */
export function clearDrafts(data: string): void {
  const { monitoring } = dataPaths(data)
  for (const folder of [data, monitoring].filter(existsSync)) {
    const left = readdirSync(folder).filter((name) => /\.\d+\.draft$/.test(name))
    for (const name of left) rmSync(join(folder, name), { force: true })
  }
}

/** Returns what a file of JSON says; undefined when it is not there, empty or damaged. */
export function readObject(path: string): Record<string, unknown> | undefined {
  const text = readIfThere(path)
  try {
    const found: unknown = JSON.parse(text ?? '')
    return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    if (hasCode(error, 'ENOTDIR')) throw new UserError(`${dirname(path)} is not a folder`)
    throw error
  }
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

/**
 * The stack of a drill, in a folder of its own among the system's temporary ones. In it stands who drills
 * which board, and what that runs at the moment. So a second drill of a board is not begun, whoever goes
 * before a drill finds it and ends it, and what one that was killed has left is ended and deleted by the next
 * look.
 *
 * A drill writes that first and looks for others then; who goes before it takes the board's lock first, and
 * looks for drills then. So one of the two sees the other, however closely they begin.
 */

import { existsSync, lstatSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { environment, loosest } from '../../src/platform/config.ts'
import { dataPaths, isDataFolder, readObject, writeWhole } from '../data-folder.ts'
import { explain, UserError } from '../errors.ts'
import { isLocked, type Lock, takeLock } from '../lock.ts'
import { endProcess, type Identity, identify, isAlive, isGoneWithin } from '../process/identity.ts'
import { failuresOf } from '../process/mend-files.ts'
import { root } from '../root.ts'
import type { Print, Stack } from '../stack.ts'

/** A drill that does not begin, or was ended, as something goes before it. It says nothing of the backup. */
export class Postponed extends UserError {
  override name = 'Postponed'
}

/** Of a command that was postponed, as sysexits.h has it: try again. */
export const postponedCode = 75

export type Scratch = {
  /** Private, and gone with it. */
  folder: string
  /** Where the stack keeps its things. */
  data: string
  /** Aborted when the drill has to end. */
  signal: AbortSignal
  /** Runs `./agora` with these words. Returns what it printed. Throws a UserError with what went wrong. */
  agora(words: string[]): Promise<string>
}

type Owner = { drill: Identity; board: string; step?: Identity | undefined }

const prefix = 'agora-drill-'
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** Until its stack is stopped and deleted. */
const endsWithinMs = 120_000

/**
 * Runs `work` with a stack of its own beside that of `board`, which is gone afterwards. Throws a Postponed
 * when another drill of that board runs, or something that goes before it, or when a signal ended it.
 */
export async function withScratch<T>(
  board: string,
  settingsFor: Stack['drillSettings'],
  work: (scratch: Scratch) => Promise<T>,
): Promise<T> {
  // What can't be cleared away is tried again the next time.
  await clearLeft().catch(() => undefined)
  const folder = mkdtempSync(join(realpathSync(tmpdir()), prefix))
  const owner: Owner = { drill: identify(process.pid) as Identity, board: pathOf(board) }
  const ending = new AbortController()
  const end = () => ending.abort(new Postponed('the drill was ended before it was over'))
  for (const signal of signals) process.on(signal, end)
  const { signal } = ending
  try {
    note(folder, owner)
    refuseBesideOthers(folder, board)
    const settings = await settingsFor(folder.slice(folder.lastIndexOf('-') + 1))
    const agora = (words: string[]) => {
      // A full disk is said by what runs.
      const began = (step?: Identity) => void failuresOf(() => note(folder, { ...owner, step }))
      return runAgora(words, { signal, settings, began })
    }
    return await work({ folder, data: dataIn(folder), signal, agora })
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  } finally {
    await clear(folder)
    for (const each of signals) process.off(each, end)
  }
}

function refuseBesideOthers(folder: string, board: string): void {
  if (drillsOn(board).some(({ path }) => path !== folder))
    throw new Postponed('a drill of this board is under way: try again when it has ended')
  if (isDataFolder(board) && isLocked(dataPaths(board).work))
    throw new Postponed('a backup, a deploy or a restore is under way: try again when it has ended')
}

/**
 * Runs what goes before drills of a board: one that is under way is ended first, and none begins meanwhile.
 */
export async function beforeDrills<T>(board: string, print: Print, work: () => Promise<T>): Promise<T> {
  if (!isDataFolder(board)) return work()
  const lock = lockOf(board)
  try {
    // A drill that does not end is no reason to go without a backup.
    await endDrills(board, print).catch((error) => print(explain(error)))
    return await work()
  } finally {
    lock?.release()
  }
}

async function endDrills(board: string, print: Print): Promise<void> {
  for (const { owner } of drillsOn(board)) {
    print('A drill of this board is ended first.')
    await endProcess(owner.drill, [{ signal: 'SIGTERM', forMs: endsWithinMs }])
  }
  // What it could not clear away itself.
  await clearLeft()
}

/** Undefined where another holds it, who keeps drills away as well, or a full disk has no room for it. */
function lockOf(board: string): Lock | undefined {
  try {
    return takeLock(dataPaths(board).work)
  } catch {
    return undefined
  }
}

/** Ends and deletes what drills that were killed have left. */
export async function clearLeft(): Promise<void> {
  for (const { path, owner } of drills()) {
    if (isAlive(owner.drill)) continue
    const lock = lockIn(path)
    // Somebody else does so.
    if (lock === undefined) continue
    try {
      await clear(path, owner.step)
    } finally {
      lock.release()
    }
  }
}

function lockIn(folder: string): Pick<Lock, 'release'> | undefined {
  try {
    return takeLock(join(folder, 'lock'))
  } catch {
    // A full disk has no room for it, and room is made here.
    return { release: () => {} }
  }
}

async function clear(folder: string, step?: Identity): Promise<void> {
  if (step && isAlive(step)) {
    sendToGroup(step.pid)
    await isGoneWithin(step, endsWithinMs)
  }
  const data = dataIn(folder)
  if (existsSync(data)) await runAgora(['down', '--volumes', '--data', data])
  // Whose it is goes last: by that what is left is found.
  for (const name of readdirSync(folder)) {
    if (name !== ownerName) rmSync(join(folder, name), { recursive: true, force: true })
  }
  rmSync(folder, { recursive: true, force: true })
}

const dataIn = (folder: string) => join(folder, 'data')
const ownerName = 'drill.json'
const ownerIn = (folder: string) => join(folder, ownerName)

const note = (folder: string, owner: Owner) => writeWhole(ownerIn(folder), JSON.stringify(owner))

const drillsOn = (board: string) =>
  drills().filter(({ owner }) => owner.board === pathOf(board) && isAlive(owner.drill))

/** Those of this user: nobody else may say whom to end. */
function drills(): { path: string; owner: Owner }[] {
  const temporary = realpathSync(tmpdir())
  const uid = process.getuid?.()
  return readdirSync(temporary)
    .filter((name) => name.startsWith(prefix))
    .flatMap((name) => {
      const path = join(temporary, name)
      const found = lstatSync(path, { throwIfNoEntry: false })
      const owner = found?.isDirectory() && found.uid === uid ? readObject(ownerIn(path)) : undefined
      return owner ? [{ path, owner: owner as Owner }] : []
    })
}

const pathOf = (board: string) => (existsSync(board) ? realpathSync(board) : board)

/** Said on purpose: what was restored may have been closed, and nobody but the drill reaches it. */
const onPurpose = { ...loosest, SIGN_UP: 'closed', ACTS_API: 'closed', LOGS: 'off' }

type Run = {
  signal?: AbortSignal
  settings?: Record<string, string>
  /** Hears of its process, and that it is over. */
  began?: (step?: Identity) => void
}

/** As in a shell without other settings. Returns what it printed. Throws a UserError with what went wrong. */
async function runAgora(words: string[], { signal, settings, began }: Run = {}): Promise<string> {
  signal?.throwIfAborted()
  const { PATH, HOME, TMPDIR, DOCKER_HOST, LIKES } = environment
  const command = [process.execPath, '--no-env-file', join(root, 'stack/cli/main.ts'), ...words]
  // It begins when it is noted: who dies before that leaves nobody.
  const child = Bun.spawn(['sh', '-c', 'read -r go && exec "$@" </dev/null', 'sh', ...command], {
    cwd: root,
    env: { ...onPurpose, ...(LIKES && { LIKES }), ...settings, PATH, HOME, TMPDIR, DOCKER_HOST },
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    // Ctrl-C reaches the drill, which ends it with all that it runs.
    detached: true,
  })
  const end = () => sendToGroup(child.pid)
  signal?.addEventListener('abort', end)
  began?.(identify(child.pid))
  child.stdin.write('go\n')
  await Promise.resolve(child.stdin.end()).catch(() => undefined)
  const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), child.exited])
  signal?.removeEventListener('abort', end)
  signal?.throwIfAborted()
  began?.()
  const [last = `it ended with ${code}`] = [errors, output].flatMap((each) =>
    each.trim().split('\n').slice(-1),
  )
  if (code !== 0) throw new UserError(`${words[0]} failed: ${last.replace(/^agora: /, '')}`)
  return output
}

function sendToGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGTERM')
  } catch {
    // It ended between the look and the signal.
  }
}

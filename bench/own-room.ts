import { mkdtempSync, readdirSync, readlinkSync, realpathSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../stack/errors.ts'

const diskMb = 1_536
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Runs `command` in a mount namespace of its own, in which a new folder is a small disk (a tmpfs). It gets
 * the folder's path as its last argument. The disk is gone with the last process that sees it, whatever ends
 * them. Returns the exit code. Throws a UserError where this user may not mount.
 */
export async function inOwnRoom(command: string[]): Promise<number> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'agora-disk-'))
  try {
    needRoom(folder)
    const child = Bun.spawn([...roomWith(folder), ...command, folder], {
      stdio: ['inherit', 'inherit', 'inherit'],
    })
    // From a terminal it gets them too; what it leaves behind is cleared up in there.
    for (const signal of signals) process.on(signal, () => child.kill(signal))
    const room = await roomSoon(child)
    const code = await child.exited
    while (room !== undefined && isUsed(room)) await Bun.sleep(100)
    return code
  } finally {
    rmdirSync(folder)
  }
}

function needRoom(folder: string): void {
  const { exitCode, stderr } = Bun.spawnSync([...roomWith(folder), 'true'], { stderr: 'pipe' })
  if (exitCode === 0) return
  const reason = stderr.toString().trim()
  throw new UserError(`no small disk can be mounted here (${reason}); --full-disks 0 leaves full disks out`)
}

/** Not root becomes root of a user namespace to mount, and in one below it who they were. */
function roomWith(folder: string): string[] {
  const [uid = 0, gid = 0] = [process.getuid?.(), process.getgid?.()]
  const mount = `mount -t tmpfs -o size=${diskMb}m,mode=755 tmpfs "$0"`
  if (uid === 0) return ['unshare', '--mount', 'sh', '-c', `${mount} && exec "$@"`, folder]
  const back = `exec unshare --map-user=${uid} --map-group=${gid} "$@"`
  return ['unshare', '--map-root-user', '--mount', 'sh', '-c', `${mount} && ${back}`, folder]
}

/** Undefined when it has ended before it was in one. */
async function roomSoon(child: Bun.Subprocess): Promise<string | undefined> {
  while (child.exitCode === null && child.signalCode === null) {
    const room = roomOf(child.pid)
    if (room !== roomOf('self')) return room
    await Bun.sleep(5)
  }
  return undefined
}

function roomOf(pid: number | 'self'): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`)
  } catch {
    return undefined
  }
}

function isUsed(room: string): boolean {
  return readdirSync('/proc').some((name) => /^\d+$/.test(name) && roomOf(Number(name)) === room)
}

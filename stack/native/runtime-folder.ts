import {
  chmodSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  utimesSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootAccess } from '../database/queries.ts'
import { failuresOf, mendFiles } from '../process/mend-files.ts'
import { redisConfig } from './plans/redis.ts'
import { initFile, mysqlFolder, redisFile, type Site } from './site.ts'
import type { Users } from './system-users.ts'

/**
 * A private folder with a short and plain name: a unix socket's path may have about 100 bytes, and MariaDB's
 * own script takes no spaces.
 */
export function makeRuntime(folder = tmpdir()): string {
  const isUsable = /^[\w./-]{1,60}$/.test(folder) && existsSync(folder)
  return mkdtempSync(join(isUsable ? folder : '/tmp', 'agora-'))
}

/** Makes anew what of it is gone or damaged: the stores cannot start without. Returns why what failed did. */
export function mendRuntime(site: Site): string[] {
  const { runtime, secrets, users } = site
  const refused = failuresOf(() => makeOurs(runtime))
  if (refused.length > 0) return refused
  const failed = mendFiles({
    [initFile(runtime)]: rootAccess(secrets.mysqlRoot, hostname()),
    [redisFile(runtime)]: redisConfig(site),
  })
  return [...failed, ...failuresOf(() => share(runtime, users))]
}

/**
 * Each store may read what is its own, and only MySQL writes, in a folder of its own: root writes into no
 * other's.
 */
function share(runtime: string, users: Users | undefined): void {
  mkdirSync(mysqlFolder(runtime), { recursive: true, mode: 0o700 })
  if (!users) return
  lchownSync(mysqlFolder(runtime), users.mysql.uid, users.mysql.gid)
  for (const [path, { gid }] of [
    [initFile(runtime), users.mysql],
    [redisFile(runtime), users.redis],
  ] as const) {
    lchownSync(path, 0, gid)
    chmodSync(path, 0o640)
  }
  // To pass, not to see what is there.
  chmodSync(runtime, 0o711)
}

/**
 * Temporary folders are swept of what is old: nothing in this one is. Files that go meanwhile are passed
 * over.
 */
export function touch(runtime: string): void {
  const now = new Date()
  failuresOf(() => {
    const folders = [runtime, mysqlFolder(runtime)]
    for (const path of folders.flatMap((each) => [
      each,
      ...readdirSync(each).map((name) => join(each, name)),
    ])) {
      failuresOf(() => utimesSync(path, now, now))
    }
  })
}

/** Once it is gone anybody may make a folder of its name, and secrets go into it. */
function makeOurs(runtime: string): void {
  mkdirSync(runtime, { recursive: true, mode: 0o700 })
  const found = lstatSync(runtime)
  const isOurs = found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0
  if (!isOurs) throw new Error(`${runtime} is somebody else's now, so nothing is written there`)
}

/**
 * `./agora backup` without a file: makes one where `BACKUP_TO` says, and deletes those that are not kept.
 *
 * Nothing is deleted before what replaces it is proven: the new one is read back from where it was put, and
 * is byte by byte what was written. What can't be put, or comes back otherwise, ends it there, and so does a
 * clock that runs behind the newest of those before: by it the wrong ones would be old.
 */

import { createHash } from 'node:crypto'
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../errors.ts'
import { encryptFile } from './age.ts'
import { withFolder } from './archive.ts'
import { backUp, type Source } from './backup.ts'
import { backupName, newestFirst, surplus, timeOf } from './kept.ts'
import type { BackupSettings } from './settings.ts'
import { openStore } from './store.ts'

export type Kept = { name: string; where: string; bytes: number; removed: string[] }

/** `beside`: a path beside which there is room for the file. Throws a UserError when it can't. */
export async function backUpAndKeep(
  source: Source,
  settings: BackupSettings,
  beside: string,
  now: () => Date = () => new Date(),
): Promise<Kept> {
  const store = openStore(settings)
  const [newest] = newestFirst(await store.names())
  const at = now()
  if (newest && (timeOf(newest)?.getTime() ?? 0) > at.getTime())
    throw new UserError(`${newest} in ${store.where} is from the future: is the clock of this machine right?`)
  // Who forgot the key would send the next one away as it is.
  if (newest?.endsWith('.age') && !settings.key && !settings.isPlain)
    throw new UserError(
      `${newest} in ${store.where} is encrypted, and this backup would not be: give BACKUP_KEY again, or BACKUP_KEY=off`,
    )
  return withFolder(beside, async (folder) => {
    const name = backupName(at, settings.key !== undefined)
    const plain = join(folder, 'plain')
    const file = join(folder, name)
    await backUp(source, plain)
    if (settings.key) await encryptFile(plain, file, settings.key)
    else renameSync(plain, file)

    await store.put(name, file)
    const [written, found] = [await hashOf(Bun.file(file).stream()), await hashOf(await store.read(name))]
    if (written !== found)
      throw new UserError(`${name} is not in ${store.where} as it was written: nothing older was deleted`)
    const removed = surplus(await store.names(), settings.keep)
    for (const each of removed) await store.remove(each)
    return { name, where: store.where, bytes: Bun.file(file).size, removed }
  })
}

async function hashOf(content: ReadableStream<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of content) hash.update(chunk)
  return hash.digest('hex')
}

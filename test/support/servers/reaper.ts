import { mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { environment } from '../../../src/platform/config.ts'

export const root = resolve(import.meta.dir, '../../..')
export const agora = join(root, 'agora')
/** With the Bun that runs this test first, so that `./agora` takes it too. */
export const PATH = `${dirname(process.execPath)}:${environment.PATH}`

const startReaper = () =>
  Bun.spawn([join(import.meta.dir, 'reaper.sh'), agora], {
    env: { ...environment, PATH },
    stdin: 'pipe',
    stdout: 'ignore',
    detached: true,
  })

let reaper: ReturnType<typeof startReaper> | undefined

/** Has something cleared away when this test run ends, whatever ends it. */
export function atTheEnd(
  kind: 'group' | 'ended' | 'folder' | 'stack' | 'project' | 'container',
  value: string | number,
): void {
  // What has been cleared away already needs nobody to know that it ended.
  if (kind === 'ended' && !reaper) return
  reaper ??= startReaper()
  reaper.stdin.write(`${kind} ${value}\n`)
  reaper.stdin.flush()
}

/** A new empty folder of the system's temporary ones, deleted at the end of the run. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'agora-test-'))
  atTheEnd('folder', folder)
  return folder
}

/** Clears everything away now. What is started later gets a new reaper. */
export async function clearUp(): Promise<void> {
  const leaving = reaper
  reaper = undefined
  await leaving?.stdin.end()
  await leaving?.exited
}

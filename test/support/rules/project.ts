import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../servers/reaper.ts'

export type ProjectFile = { path: string; text: string }

/** All text files of the project: those that git has and those that are new, without what it ignores. */
export function projectFiles(): ProjectFile[] {
  const list = ['git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const { stdout, exitCode } = Bun.spawnSync(list, { cwd: root })
  if (exitCode !== 0) throw new Error('git could not list the files of the project')
  const paths = [...new Set(stdout.toString().split('\0'))].filter(
    (path) => path && existsSync(join(root, path)),
  )
  return paths
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
    .filter(({ text }) => !text.includes('\0'))
}

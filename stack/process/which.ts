import { environment } from '../../src/platform/config.ts'

/** Where package managers put servers besides the folders in PATH. */
const moreFolders = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/opt/homebrew/bin',
  '/opt/homebrew/opt/mysql/bin',
  '/usr/local/bin',
]

/** Where a program is, looked for beyond PATH too. */
export function which(program: string): string | undefined {
  return Bun.which(program, { PATH: searchFolders().join(':') }) ?? undefined
}

/** The folders in which programs are looked for, in order. */
export function searchFolders(): string[] {
  return [...new Set([...(environment.PATH ?? '').split(':').filter(Boolean), ...moreFolders])]
}

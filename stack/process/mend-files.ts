import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { readIfThere, writeWhole } from '../data-folder.ts'

/** What files hold, by their paths. */
export type FileTexts = Record<string, string>

/**
 * Writes each file that is gone, or holds something else, and makes its folder. Returns in a line each why
 * those failed that could not be written; never throws, because nobody's work shall end for it.
 */
export function mendFiles(files: FileTexts): string[] {
  return Object.entries(files).flatMap(([path, text]) =>
    failuresOf(() => {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
      if (readIfThere(path) !== text) writeWhole(path, text)
    }),
  )
}

/** Why some work failed, as a list of one line; an empty list when it did not. */
export function failuresOf(work: () => void): string[] {
  try {
    work()
    return []
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
}

import { copyFileSync, existsSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { pause } from '../../src/platform/async.ts'
import { failuresOf } from './mend-files.ts'

const largestLog = 32 * 1024 * 1024

/**
 * Copies each log over `largest` bytes to `NAME.log.1` and empties it, so a log takes twice that at most, and
 * three times where there is no room for the copy. Processes hold their log open for appending and go on in
 * the emptied file; lines written during the copy may be lost. Never throws.
 */
export function turnLogs(folder: string, largest = largestLog): void {
  failuresOf(() => {
    for (const name of logNames(folder)) failuresOf(() => turnLog(logPath(folder, name), largest))
  })
}

function turnLog(path: string, largest: number): void {
  const { size } = statSync(path)
  if (size <= largest) return
  const isCopied = failuresOf(() => copyFileSync(path, `${path}.1`)).length === 0
  if (!isCopied) rmSync(`${path}.1`, { force: true })
  if (isCopied || size > 3 * largest) truncateSync(path)
}

/** The processes that have a log, by name. */
export function logNames(folder: string): string[] {
  if (!existsSync(folder)) return []
  const files = readdirSync(folder).filter((file) => file.endsWith('.log'))
  return files.map((file) => file.slice(0, -'.log'.length)).sort()
}

export function logPath(folder: string, name: string): string {
  return join(folder, `${name}.log`)
}

/** The last lines of a file, without reading more than its last 256 kB. */
export async function lastLines(path: string, count: number): Promise<string[]> {
  const file = Bun.file(path)
  if (!(await file.exists())) return []
  const text = await file.slice(Math.max(0, file.size - 256 * 1024)).text()
  return text.split('\n').filter(Boolean).slice(-count)
}

/**
 * Whole lines as they are added to a file from byte `from` on, until `signal`. Starts over in a file that was
 * emptied.
 */
export async function* newLines(path: string, from: number, signal: AbortSignal): AsyncGenerator<string> {
  let offset = from
  while (true) {
    // One more look after the signal, for what was written just before it.
    const isLast = signal.aborted
    const size = existsSync(path) ? statSync(path).size : 0
    if (size < offset) offset = 0
    const bytes = size > offset ? await Bun.file(path).slice(offset, size).bytes() : new Uint8Array()
    const whole = bytes.subarray(0, bytes.lastIndexOf(10) + 1)
    offset += whole.length
    for (const line of new TextDecoder().decode(whole).split('\n').slice(0, -1)) yield line
    if (isLast) return
    await pause(100, signal)
  }
}

import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { pause } from '../../src/platform/async.ts'
import { failuresOf } from './mend-files.ts'

const largestLog = 32 * 1024 * 1024

/**
 * Copies each log over `largest` bytes to `NAME.log.1` and empties it, so a log takes twice that at most, and
 * three times where there is no room for the copy. Processes hold their log open for appending and go on in
 * the emptied file; lines written during the copy may be lost. Where one went on at its old place, what
 * counts is what the disk holds: the hole before it is neither counted nor copied. Never throws.
 */
export function turnLogs(folder: string, largest = largestLog): void {
  failuresOf(() => {
    for (const name of logNames(folder)) failuresOf(() => turnLog(logPath(folder, name), largest))
  })
}

function turnLog(path: string, largest: number): void {
  const { size, blocks } = statSync(path)
  const held = Math.min(size, blocks * blockBytes)
  if (held <= largest) return
  const isCopied = failuresOf(() => copyEnd(path, `${path}.1`, size - held)).length === 0
  if (!isCopied) rmSync(`${path}.1`, { force: true })
  if (isCopied || held > 3 * largest) truncateSync(path)
}

/** Of which stat(2) counts. */
const blockBytes = 512
const copiedAtOnce = 1024 * 1024

function copyEnd(from: string, to: string, start: number): void {
  const [source, target] = [openSync(from, 'r'), openSync(to, 'w', 0o600)]
  try {
    const buffer = Buffer.alloc(copiedAtOnce)
    for (let place = start, read = -1; read !== 0; place += read) {
      read = readSync(source, buffer, 0, copiedAtOnce, place)
      writeFileSync(target, buffer.subarray(0, read))
    }
  } finally {
    closeSync(source)
    closeSync(target)
  }
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

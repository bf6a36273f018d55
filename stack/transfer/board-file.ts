/**
 * The file of an export: a tar, which any system opens. Its first entry is `agora.json`, its last `SHA256`:
 * the SHA-256 of every byte before that entry, in hex. The rest of the file follows from those 64 digits, so
 * that one byte that is another, anywhere, or a missing end, is noticed before anything else is read.
 */

import { createHash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { Header } from 'tar'
import { tarBlock as block, tarEnd, tarEntry, tarPadding } from '../../src/platform/tar.ts'
import { refuseToOverwrite } from '../backup/archive.ts'
import { UserError } from '../errors.ts'
import { type About, aboutFault, aboutName, version } from './format.ts'

const sealName = 'SHA256'
const sealBytes = 4 * block
const readAtOnce = 1024 * 1024
/** Of one entry, which is read as a whole: one line or picture of the board is smaller by far. */
const largestEntry = 256 * 1024 * 1024

export type BoardWriter = {
  add(name: string, content: Uint8Array): void
  /** The file appears under its name, whole and on the disk. */
  finish(): void
  /** Leaves nothing, unless it is finished. */
  close(): void
}

/** Opens a file for its owner's eyes alone. Throws a UserError when there is one already. */
export function writeBoard(path: string): BoardWriter {
  refuseToOverwrite(path)
  const draft = `${path}.${process.pid}.draft`
  const file = openSync(draft, 'wx', 0o600)
  const hash = createHash('sha256')
  const write = (bytes: Uint8Array) => {
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written)
  }
  return {
    add(name, content) {
      for (const bytes of tarEntry(name, content)) {
        hash.update(bytes)
        write(bytes)
      }
    },
    finish() {
      write(sealOf(hash.digest('hex')))
      fsyncSync(file)
      refuseToOverwrite(path)
      linkSync(draft, path)
    },
    close() {
      closeSync(file)
      rmSync(draft, { force: true })
    },
  }
}

/** The end of a file: its last entry, and two empty blocks. */
const sealOf = (digest: string) => Buffer.concat([...tarEntry(sealName, Buffer.from(`${digest}\n`)), tarEnd])

export type Entry = { name: string; start: number; bytes: number }

export type BoardReader = {
  about: About
  /** In their order, but for the first and the last. */
  entries: Entry[]
  read(entry: Entry): Buffer
  close(): void
}

/** Throws a UserError, in one line, when the file is not what an export of this version wrote. */
export function readBoard(path: string): BoardReader {
  if (!existsSync(path)) throw new UserError(`there is no file ${path}`)
  const file = openSync(path, 'r')
  try {
    if (!fstatSync(file).isFile()) throw new UserError(`${path} is no file`)
    const about = aboutIn(file, path)
    refuseUnsealed(file, path)
    const fault = aboutFault(about)
    if (fault) throw new UserError(`${path} is no export of Agora: ${aboutName} in it: ${fault}`)
    const [, ...entries] = entriesIn(file, path)
    return {
      about: about as About,
      entries,
      read: ({ start, bytes }) => bytesAt(file, start, bytes),
      close: () => closeSync(file),
    }
  } catch (error) {
    closeSync(file)
    throw error
  }
}

/** Read before the rest is checked: a newer version may check otherwise. */
function aboutIn(file: number, path: string): unknown {
  const head = bytesAt(file, 0, block)
  const { path: name, size, cksumValid } = head.length === block ? headerIn(head) : {}
  if (!cksumValid || name !== aboutName || !size || size > block * 20)
    throw new UserError(`${path} is no export of Agora, or damaged`)
  const about = parsed(bytesAt(file, block, size))
  if (about?.format !== 'agora-board') throw new UserError(`${path} is no export of Agora, or damaged`)
  if (typeof about.version === 'number' && about.version > version) {
    throw new UserError(
      `${path} is of version ${about.version} of the format, made by Agora ${about.agora}; this one reads ` +
        `version ${version}: upgrade first`,
    )
  }
  return about
}

function parsed(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const found: unknown = JSON.parse(bytes.toString())
    return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function refuseUnsealed(file: number, path: string): void {
  const end = fstatSync(file).size - sealBytes
  const hash = createHash('sha256')
  for (let at = 0; at < end; at += readAtOnce) hash.update(bytesAt(file, at, Math.min(readAtOnce, end - at)))
  if (end <= 0 || !bytesAt(file, end, sealBytes).equals(sealOf(hash.digest('hex'))))
    throw new UserError(`${path} is damaged or cut: it is not what was written`)
}

function entriesIn(file: number, path: string): Entry[] {
  const end = fstatSync(file).size - sealBytes
  const entries: Entry[] = []
  for (let at = 0; at < end; ) {
    const { path: name, size = 0, type, cksumValid } = headerIn(bytesAt(file, at, block))
    if (!cksumValid || !name || type !== 'File' || at + block + size > end)
      throw new UserError(`${path} is no export of Agora: what stands at byte ${at} is no file of it`)
    if (size > largestEntry)
      throw new UserError(`${path}: ${name} in it has more than ${largestEntry / 1024 / 1024} MB`)
    entries.push({ name, start: at + block, bytes: size })
    at += block + size + tarPadding(size)
  }
  return entries
}

function headerIn(head: Buffer): Partial<Pick<Header, 'path' | 'size' | 'type' | 'cksumValid'>> {
  try {
    return new Header(head, 0)
  } catch {
    return {}
  }
}

function bytesAt(file: number, start: number, bytes: number): Buffer {
  const content = Buffer.alloc(bytes)
  let read = 0
  while (read < bytes) {
    const more = readSync(file, content, read, bytes - read, start + read)
    if (more === 0) break
    read += more
  }
  return content.subarray(0, read)
}

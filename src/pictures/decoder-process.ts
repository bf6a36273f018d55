import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { sha256 } from '../platform/sha256.ts'
import type { Kind, Verdict } from './check-and-resize.ts'
import type { Picture } from './queries.ts'

/** A file is no picture that we take; the message is for who sent it. */
export class NotAPicture extends Error {
  override name = 'NotAPicture'
}

/** It was not refused by a decoder but was the end of one, which somebody may want to know. */
export class DecoderEnded extends NotAPicture {
  override name = 'DecoderEnded'
}

export type NamedFile = { name: string; bytes: Uint8Array }

/**
 * Decodes a picture and encodes it anew in two sizes, upright and without whatever else was in the file.
 * Takes a process of its own, which is gone after `withinMs` at the latest. Throws NotAPicture.
 */
export async function decodePicture(bytes: ArrayBuffer, withinMs: number): Promise<Picture> {
  const { width, height, files } = await decodeAs('picture', bytes, withinMs)
  const [small = nothing, large = nothing] = files
  return { hash: sha256(large), width, height, small, large }
}

/** Likewise, the middle of it as a small square. */
export async function decodeAvatar(
  bytes: ArrayBuffer,
  withinMs: number,
): Promise<{ hash: string; bytes: Uint8Array }> {
  const [file = nothing] = (await decodeAs('avatar', bytes, withinMs)).files
  return { hash: sha256(file), bytes: file }
}

/** Likewise, for the head of each page. */
export async function decodeLogo(bytes: ArrayBuffer, withinMs: number): Promise<NamedFile[]> {
  const { width, height, files } = await decodeAs('logo', bytes, withinMs)
  return files.map((file) => ({ name: `${sha256(file)}-${width}x${height}.webp`, bytes: file }))
}

/** Likewise, for browsers' tabs and for what keeps the board as an app. */
export async function decodeIcon(bytes: ArrayBuffer, withinMs: number): Promise<NamedFile[]> {
  const { files } = await decodeAs('icon', bytes, withinMs)
  const hash = sha256(files.at(-1) ?? nothing)
  return files.map((file, at) => ({ name: `${hash}-${iconNames[at]}.png`, bytes: file }))
}

/** Its sizes, and the one with room around it. */
export const iconNames = ['48', '192', '512', 'maskable']

const nothing = new Uint8Array()
const decoder = join(import.meta.dir, 'check-and-resize.ts')

async function decodeAs(kind: Kind, bytes: ArrayBuffer, withinMs: number) {
  const child = Bun.spawn([process.execPath, '--no-env-file', decoder, kind, String(withinMs)], {
    stdin: new Uint8Array(bytes),
    stdout: 'pipe',
    stderr: 'pipe',
    env: {},
  })
  let isLate = false
  const limit = setTimeout(() => {
    isLate = true
    child.kill('SIGKILL')
  }, withinMs)
  const [printed, complaint] = await Promise.all([buffer(child.stdout), text(child.stderr), child.exited])
  clearTimeout(limit)

  if (isLate) throw new DecoderEnded('This picture takes too long to read. A smaller one may do.')
  if (child.signalCode) throw unreadable(DecoderEnded, `the decoder was ended by ${child.signalCode}`)
  if (child.exitCode !== 0)
    throw new Error(`the decoder of pictures ended with ${child.exitCode}: ${complaint}`)
  return outputIn(printed)
}

function outputIn(printed: Uint8Array) {
  const end = printed.indexOf(0x0a)
  const verdict: Verdict = JSON.parse(new TextDecoder().decode(printed.subarray(0, end)))
  if (verdict.refused === 'large') throw new NotAPicture('A picture has at most 40 megapixels.')
  if (verdict.refused === 'heavy')
    throw new NotAPicture('This picture takes too much memory to read. A smaller one may do.')
  if (verdict.refused) throw unreadable(NotAPicture, verdict.why)

  let rest = printed.subarray(end + 1)
  const files = verdict.sizes.map((size) => {
    const file = rest.subarray(0, size)
    rest = rest.subarray(size)
    return file
  })
  return { ...verdict, files }
}

const unreadable = (Kind: typeof NotAPicture, cause: unknown) =>
  new Kind('This is no picture that can be read here. JPEG, PNG, WebP and GIF can.', { cause })

/*
 * `JSON.parse` takes 200 ms for 16 MB of escapes, and holds up everyone else meanwhile. Of a body of
 * megabytes only its texts can cost that much: other parts are few (body-cost.ts). So each text is read by
 * itself, piece by piece, a short mark takes its place, and what is left is little work for the parser.
 */

/** Bytes that are read before everyone else has a turn. */
const portion = 256 * 1024
/** A text of fewer bytes stays where it is. */
const shortBytes = 64

const [quote, backslash, letterU] = [0x22, 0x5c, 0x75]

export type Revive = (key: string, value: unknown, context: { source?: string }) => unknown

/** Returns what `JSON.parse` would, and yields meanwhile. Throws where it or UTF-8 would be wrong. */
export async function parseInPieces(bytes: Uint8Array, revive: Revive): Promise<unknown> {
  const mark = crypto.randomUUID()
  const texts = new Map<string, string>()
  const outline: Uint8Array[] = []

  let [from, at] = [0, 0]
  while (at < bytes.length) {
    const stop = Math.min(at + portion, bytes.length)
    while (at < stop && bytes[at] !== quote) at++
    if (at === stop) {
      await new Promise(setImmediate)
      continue
    }
    const { text, end } = await textAfter(bytes, at)
    if (end - at > shortBytes) {
      const key = `${mark}${texts.size}`
      texts.set(key, text)
      outline.push(bytes.subarray(from, at), Buffer.from(`"${key}"`))
      from = end + 1
    }
    at = end + 1
  }
  outline.push(bytes.subarray(from))

  const left = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(outline))
  await new Promise(setImmediate)
  return parseWith(left, (key, value, context) =>
    typeof value === 'string' ? (texts.get(value) ?? value) : revive(key, value, context),
  )
}

/** Returns the text whose first quote stands at `start`, and where its last one stands. */
async function textAfter(bytes: Uint8Array, start: number): Promise<{ text: string; end: number }> {
  // A character of several bytes may begin in one piece and end in the next.
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let [text, at] = ['', start + 1]
  while (true) {
    const from = at
    const stop = Math.min(from + portion, bytes.length)
    while (at < stop && bytes[at] !== quote)
      at += bytes[at] !== backslash ? 1 : bytes[at + 1] === letterU ? 6 : 2
    const isWhole = bytes[at] === quote
    if (!isWhole && at >= bytes.length) throw new SyntaxError()
    text += JSON.parse(`"${decoder.decode(bytes.subarray(from, at), { stream: !isWhole })}"`)
    // After a short one, too: there may be thousands.
    await new Promise(setImmediate)
    if (isWhole) return { text, end: at }
  }
}

/**
 * `revive` is given each number as it was written, too.
 *
 * TypeScript doesn't know the third argument of a reviver yet.
 * https://tc39.es/proposal-json-parse-with-source/
 */
export const parseWith = (text: string, revive: Revive): unknown =>
  JSON.parse(text, revive as Parameters<typeof JSON.parse>[1])

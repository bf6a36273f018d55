/*
 * What it costs to read a body grows with its parts more than with its bytes: a field, a list's element or a
 * nesting costs as much as some hundred letters. So they are counted in the bytes, before any parser sees
 * them.
 */

/** Of a form; ours have ten at most. */
const mostFields = 200

/**
 * Of JSON; ours have thirty at most. An escape, or a byte of a number or between texts, costs no more than a
 * letter.
 */
const mostJsonParts = 5_000

/** Bytes that are looked at before everyone else has a turn. */
const portion = 64 * 1024

const [quote, comma, backslash, bracket, brace] = [0x22, 0x2c, 0x5c, 0x5b, 0x7b]

/** Whether a form, as `application/x-www-form-urlencoded`, has more fields than are read. */
export const hasManyFields = (bytes: Buffer) => occursOften(bytes, '&')

/**
 * Whether one with files has. Its parts begin with the boundary: with what surely belongs to it, as parsers
 * do not agree where it ends, nor which of two counts. Chromium's own holds the word: `WebKitFormBoundary`.
 */
export function hasManyParts(bytes: Buffer, contentType: string): boolean {
  const [, boundary = ''] = /boundary="?([\w'()+,./:=?-]*)/i.exec(contentType) ?? []
  const named = contentType.match(/boundary[\s\d*]*=/gi) ?? []
  return named.length > 1 || occursOften(bytes, `--${boundary}`)
}

function occursOften(bytes: Buffer, what: string): boolean {
  let count = 0
  for (let index = bytes.indexOf(what); index >= 0; index = bytes.indexOf(what, index + 1))
    if (++count > mostFields) return true
  return false
}

/** Whether JSON has more parts than are read. What is no JSON is for the parser to find. */
export async function isCostlyJson(bytes: Buffer): Promise<boolean> {
  const next = (byte: number, at: number) => {
    const found = bytes.indexOf(byte, at)
    return found < 0 ? bytes.length : found
  }
  let [parts, steps, pause, slash] = [0, 0, portion, -1]
  const step = () => (++steps >= pause ? letOthers() : undefined)
  const letOthers = () => {
    pause = steps + portion
    return new Promise(setImmediate)
  }

  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index]
    if (byte === quote) {
      // To its end by leaps, from escape to escape.
      let end = next(quote, index + 1)
      for (index++; ; index = slash + 2) {
        if (end < index) end = next(quote, index)
        if (slash < index) slash = next(backslash, index)
        if (slash >= end) break
        const othersTurn = step()
        if (othersTurn) await othersTurn
      }
      index = end
    } else if ((byte === comma || byte === bracket || byte === brace) && ++parts > mostJsonParts) return true
    const othersTurn = step()
    if (othersTurn) await othersTurn
  }
  return false
}

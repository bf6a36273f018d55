/** The few values of ASN.1 that a certificate is made of, in DER (ITU-T X.690). */

type Value = Buffer

const tagOf = { boolean: 1, integer: 2, bits: 3, bytes: 4, id: 6, text: 12, sequence: 48, set: 49 }
const utcTime = 23
const generalizedTime = 24
const ownPart = 0xa0
const ownName = 0x80

function value(tag: number, ...parts: Value[]): Value {
  const content = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content])
}

/** Up to 127 in one byte; else their number comes first. */
const lengthOf = (bytes: number) =>
  bytes < 0x80 ? [bytes] : bytes < 0x100 ? [0x81, bytes] : [0x82, bytes >> 8, bytes & 0xff]

export const sequence = (...parts: Value[]) => value(tagOf.sequence, ...parts)
export const set = (...parts: Value[]) => value(tagOf.set, ...parts)
export const bytes = (content: Value) => value(tagOf.bytes, content)
export const text = (content: string) => value(tagOf.text, Buffer.from(content))
export const yes = () => value(tagOf.boolean, Buffer.from([0xff]))

/** A number above 0, given by its bytes. */
export const integer = (content: Value) =>
  value(tagOf.integer, (content[0] ?? 0) & 0x80 ? Buffer.from([0, ...content]) : content)

/** `unused`: how many of the last bits mean nothing. */
export const bits = (content: Value, unused = 0) => value(tagOf.bits, Buffer.from([unused]), content)

/** An object identifier, as `2.5.29.17`. */
export function id(dotted: string): Value {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number)
  return value(tagOf.id, Buffer.from([first * 40 + second, ...others.flatMap(inSevens)]))
}

function inSevens(arc: number): number[] {
  const digits = [arc & 0x7f]
  for (let rest = arc >>> 7; rest > 0; rest >>>= 7) digits.unshift((rest & 0x7f) | 0x80)
  return digits
}

/** Years from 2050 on are written with four digits (RFC 5280, 4.1.2.5). */
export function time(at: Date): Value {
  const digits = at.toISOString().replaceAll(/[-:T]|\.\d+/g, '')
  return at.getUTCFullYear() < 2050
    ? value(utcTime, Buffer.from(digits.slice(2)))
    : value(generalizedTime, Buffer.from(digits))
}

/** A part with a number in place of a type, around another value. */
export const numbered = (number: number, content: Value) => value(ownPart + number, content)
/** The same in place of a type. */
export const named = (number: number, content: Value) => value(ownName + number, content)

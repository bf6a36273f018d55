import { JsonNumber } from '../http/json.ts'
import { Refusal } from '../platform/errors.ts'

const refuse = (message: string): never => {
  throw new Refusal(400, message)
}

/** An object with exactly these fields. */
export function exactFields<Name extends string>(
  body: unknown,
  names: readonly Name[],
): Record<Name, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return refuse('An object is expected.')
  const given = Object.keys(body)
  const missing = names.find((name) => !given.includes(name))
  if (missing) return refuse(`The field ${missing} is missing.`)
  if (given.length > names.length) return refuse('There is a field too many.')
  return body as Record<Name, unknown>
}

/** A list of exactly one element: that element. */
export function onlyElement(body: unknown): unknown {
  return Array.isArray(body) && body.length === 1 ? body[0] : refuse('An array of exactly one is expected.')
}

/**
 * Text of at least one character. A lone half of a surrogate pair is no character and could not be stored.
 */
export const textIn = (field: unknown): string =>
  typeof field === 'string' && field !== '' && field.isWellFormed()
    ? field
    : refuse('A field must be text and not empty.')

/** The digits of an unsigned integer of any size. */
export const actIdIn = (field: unknown): string =>
  field instanceof JsonNumber && isActId(field.text)
    ? field.text
    : refuse('An actId must be a whole number from 0.')

export const isActId = (text: string) => /^(0|[1-9]\d*)$/.test(text)

/** Lower and upper case are both fine, and are not the same password. */
export const passwordIn = (field: unknown): string =>
  typeof field === 'string' && /^[0-9A-Fa-f]{40}$/.test(field)
    ? field
    : refuse('A password must be a SHA-1 in 40 hex digits.')

/** Strict, padded base64. Groups of four in one expression would overflow the stack at some megabytes. */
export const base64In = (field: unknown): string =>
  typeof field === 'string' && field !== '' && field.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(field)
    ? field
    : refuse('imgB64 must be padded base64.')

const timestampForm = /^(\d\d)-(\d\d)-(\d{4}):(\d\d)-(\d\d)-(\d\d)$/

export type Moment = {
  /** As it was sent. */
  text: string
  /** YYYYMMDDHHMMSS, which sorts as time does. */
  order: string
}

/** `DD-MM-YYYY:SS-MM-HH`, a moment that was or will be. */
export function momentIn(field: unknown): Moment {
  const text = typeof field === 'string' ? field : ''
  const [, day = '', month = '', year = '', second = '', minute = '', hour = ''] =
    timestampForm.exec(text) ?? []
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}`
  const time = new Date(`${iso}Z`)
  const isReal = Number(year) > 0 && !Number.isNaN(time.getTime()) && time.toISOString().startsWith(iso)
  return isReal
    ? { text, order: year + month + day + hour + minute + second }
    : refuse('A timestamp must be a real moment, DD-MM-YYYY:SS-MM-HH.')
}

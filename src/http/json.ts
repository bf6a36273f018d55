import { Refusal } from '../platform/errors.ts'
import { refusalOfBody } from './body-limit.ts'
import { parseInPieces, parseWith, type Revive } from './json-in-pieces.ts'

/** A number exactly as it was written: a JavaScript number keeps only 15 or so of its digits. */
export class JsonNumber {
  constructor(readonly text: string) {}
}

const notJson = () => new Refusal(400, 'The body must be JSON in UTF-8.')

/** The request's body as JSON, whatever its content type. Throws a Refusal: 400 when it is none. */
const readJson = (request: Request): Promise<unknown> => parsed(request, (bytes) => JSON.parse(textOf(bytes)))

/** The same of a body that must be an object. Throws a 422 when it is anything else. */
export async function readObject(request: Request): Promise<Record<string, unknown>> {
  const body = await readJson(request)
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body }
  throw new Refusal(422, 'The body must be a JSON object.')
}

/**
 * The fields of a body that is a JSON object or, by its content type, a form with files. Throws as
 * `readObject` does.
 */
export async function readFields(request: Request): Promise<Record<string, unknown>> {
  if (!/^multipart\/form-data\b/i.test(request.headers.get('content-type') ?? '')) return readObject(request)
  try {
    return Object.fromEntries(await request.formData())
  } catch {
    throw new Refusal(400, 'The form in the body cannot be read.')
  }
}

/** `readJson` with every number as a JsonNumber, of as many megabytes as there may be. */
export const readExactJson = (request: Request): Promise<unknown> => parsed(request, parseExactly)

type Parse = (bytes: Uint8Array) => unknown

async function parsed(request: Request, parse: Parse): Promise<unknown> {
  const refusal = refusalOfBody(request)
  if (refusal) throw refusal
  const bytes = new Uint8Array(await request.arrayBuffer())
  try {
    return await parse(bytes)
  } catch {
    // Also of what is nested too deep for the parser.
    throw notJson()
  }
}

const exactly: Revive = (_, value, { source }) =>
  typeof value === 'number' && source !== undefined ? new JsonNumber(source) : value

const parseExactly: Parse = (bytes) =>
  bytes.length > megabyte ? parseInPieces(bytes, exactly) : parseWith(textOf(bytes), exactly)

const textOf = (bytes: Uint8Array) => new TextDecoder('utf-8', { fatal: true }).decode(bytes)

const megabyte = 1024 * 1024

import { Refusal } from '../platform/errors.ts'
import { hasManyFields, hasManyParts, isCostlyJson } from './body-cost.ts'
import { type Claim, openRoom } from './body-room.ts'
import { networkOf } from './network.ts'

/*
 * Bodies are read and judged here, before anything parses them: by their bytes, and by how many parts they
 * have. Bun's own 413 comes without a word and while the client still sends: behind HAProxy it is lost. A
 * body that is too long is read to its end first, as far as `readBeforeRefused` times the most that any route
 * takes, so that its sender reads the answer; nothing of it is stored. Whoever sends many at once, or byte by
 * byte, is refused as well: what is held of all bodies together is bounded, and so is how long each may take.
 */
const readBeforeRefused = 8

/** Whatever this many bytes hold is read within milliseconds: they are not judged. */
const harmlessBytes = 4 * 1024

/** Returns how many bytes Bun must let through, so that we can refuse. */
export const readAtMost = (mostBytes: number) => mostBytes * readBeforeRefused

/** The limits of a body: `textBytes` of a form with files are all that is no file. */
export type BodyLimits = { bytes: number; textBytes: number }

/** So many of the largest bodies are held in memory at a time. */
const largestAtOnce = 8

/** A body may take a minute, and as long again as 16 kB a second of it take. */
const leastMs = 60_000
const bytesInMs = 16
const usualPatience = (bytes: number) => leastMs + bytes / bytesInMs

type LimitsOf = (path: string, isMultipart: boolean) => BodyLimits

const refusals = new WeakMap<Request, Refusal>()

/** Why the body of this request is not read, where it isn't: a 413, or a 400 for what has too many parts. */
export const refusalOfBody = (request: Request): Refusal | undefined => refusals.get(request)

/**
 * Wraps a server's handler: of a body it is given what `limitsOf` its path allows, of no route more than
 * `mostBytes`.
 */
export const judgesBody = (
  mostBytes: number,
  limitsOf: LimitsOf,
  patienceMs: (bytes: number) => number = usualPatience,
) => {
  const room = openRoom(largestAtOnce * mostBytes)
  return <Rest extends unknown[], Answer>(handle: (request: Request, ...rest: Rest) => Answer) =>
    (request: Request, ...rest: Rest): Answer | Promise<Awaited<Answer>> => {
      const declaredBytes = Number(request.headers.get('content-length'))
      const isDeclared = !request.headers.has('transfer-encoding')
      if ((isDeclared && declaredBytes <= harmlessBytes) || !request.body) return handle(request, ...rest)
      // Whose host is none is refused further in, and has no path that could be judged by.
      if (!URL.canParse(request.url)) return handle(request, ...rest)
      if (isDeclared && declaredBytes > mostBytes) {
        refusals.set(request, tooMuch(413))
        return handle(request, ...rest)
      }
      const held = room.claim(networkOf(request))
      return judged(request, request.body, held, { mostBytes, limitsOf, patienceMs })
        .then((whole) => handle(whole, ...rest) as Awaited<Answer>)
        .finally(held.release)
    }
}

type Judging = { mostBytes: number; limitsOf: LimitsOf; patienceMs: (bytes: number) => number }

/** The same request with its whole body, or with none and the reason why. */
async function judged(
  request: Request,
  body: ReadableStream<Uint8Array>,
  held: Claim,
  { mostBytes, limitsOf, patienceMs }: Judging,
): Promise<Request> {
  const { url, method, headers, signal } = request
  const { pathname } = new URL(url)
  const type = headers.get('content-type') ?? ''
  const limits = limitsOf(pathname, isMultipart(type))
  const takenBytes = Math.min(limits.bytes, mostBytes)
  const bytes = await read(body, held, { takenBytes, mostBytes, withinMs: patienceMs(takenBytes) })
  const refusal = bytes instanceof Refusal ? bytes : await refusalOf(bytes, pathname, type, limits)
  const isTaken = !refusal && method !== 'GET' && method !== 'HEAD'
  const whole = new Request(url, {
    method,
    headers,
    signal,
    ...(isTaken ? { body: bytes as Buffer<ArrayBuffer> } : {}),
  })
  // What Bun's router found in the path: Elysia asks the request for it.
  Object.assign(whole, { params: (request as Partial<Bun.BunRequest>).params })
  if (refusal) refusals.set(whole, refusal)
  return whole
}

async function read(
  body: ReadableStream<Uint8Array>,
  held: Claim,
  { takenBytes, mostBytes, withinMs }: { takenBytes: number; mostBytes: number; withinMs: number },
): Promise<Buffer<ArrayBuffer> | Refusal> {
  const parts: Uint8Array[] = []
  let [bytes, isRoom, isLate] = [0, true, false]
  const reader = body.getReader()
  const timer = setTimeout(() => {
    isLate = true
    void reader.cancel()
  }, withinMs)
  try {
    while (true) {
      const { value: part } = await reader.read()
      if (!part) break
      bytes += part.byteLength
      isRoom &&= bytes <= takenBytes && held.take(part.byteLength)
      if (isRoom) parts.push(part)
      else parts.length = 0
      if (!isRoom) held.release()
      if (bytes > readAtMost(mostBytes) - mostBytes) break
    }
  } catch {
    return unreadable(400)
  } finally {
    clearTimeout(timer)
  }
  if (isLate) return unreadable(408)
  if (bytes > takenBytes) return tooMuch(413)
  return isRoom ? Buffer.concat(parts) : busy()
}

const parsedTypes = ['application/x-www-form-urlencoded', 'multipart/form-data', 'application/json']

/**
 * Judged as what its path and type have it read as. The acts API takes everything for JSON. Elysia knows a
 * type by one of its letters: a form under a type that has this letter, too, would be read as a form, but
 * judged as JSON.
 */
async function refusalOf(bytes: Buffer<ArrayBuffer>, path: string, type: string, { textBytes }: BodyLimits) {
  if (!path.startsWith('/api/') && !parsedTypes.includes((type.split(';', 1)[0] ?? '').trimEnd()))
    return new Refusal(415, 'A body of this type is not read here.')
  if (isMultipart(type) && !path.startsWith('/api/v1/')) {
    if (hasManyParts(bytes, type)) return tooMuch(400)
    return bytes.length > textBytes && (await textIn(bytes, type)) > textBytes ? tooMuch(413) : undefined
  }
  const isForm = !path.startsWith('/api/') && /^application\/x-www-form-urlencoded\b/i.test(type)
  const isTooMuch = isForm ? hasManyFields(bytes) : await isCostlyJson(bytes)
  return isTooMuch ? tooMuch(400) : undefined
}

const isMultipart = (type: string) => /^multipart\/form-data\b/i.test(type)

/** How much of a form with files is none. */
async function textIn(bytes: Buffer<ArrayBuffer>, type: string): Promise<number> {
  const form = await new Response(bytes, { headers: { 'content-type': type } })
    .formData()
    .catch(() => new FormData())
  return [...form].reduce(
    (sum, [name, value]) => sum + name.length + (typeof value === 'string' ? value : value.name).length,
    0,
  )
}

const unreadable = (status: number) => new Refusal(status, 'The body of this request cannot be read.')

const busy = () =>
  new Refusal(
    503,
    'Very many people want this at the moment. Please try again soon.',
    {},
    { 'retry-after': '10' },
  )

const tooMuch = (status: number) => new Refusal(status, 'This is more than is taken at once.')

import { currentReader, readingAs } from '../doors/reader.ts'
import { charactersAtOnce, slicesOf, streamed } from '../http/slices.ts'

/** An element of a list as JSON, whole or in pieces. */
export type Element = Iterable<string> | AsyncIterable<string>

/**
 * The elements with commas between them, as JSON between `open` and `close`: text where that is short, else a
 * stream, each part of which is made when the client has taken the one before. Undefined where there are
 * none.
 */
export async function inPieces(
  open: string,
  elements: AsyncIterable<Element>,
  close: string,
): Promise<string | ReadableStream | undefined> {
  const parts = partsOf(joined(open, elements, close))
  const first = await parts.next()
  if (first.done) return undefined
  const second = await parts.next()
  return second.done ? first.value : streamOf([first.value, second.value], parts)
}

async function* joined(open: string, elements: AsyncIterable<Element>, close: string) {
  let before = open
  for await (const element of elements) {
    yield before
    yield* element
    before = ','
  }
  if (before === ',') yield close
}

/** Joins small pieces. */
async function* partsOf(pieces: AsyncIterable<string>): AsyncGenerator<string, void> {
  let part = ''
  for await (const piece of pieces) {
    part += piece
    if (part.length < charactersAtOnce) continue
    yield part
    part = ''
  }
  if (part !== '') yield part
}

function streamOf(made: string[], parts: AsyncGenerator<string, void>): ReadableStream {
  // What is read when the client asks for more is read for whoever asked for the list.
  const reader = currentReader()
  const next = () => (reader ? readingAs(reader, () => parts.next()) : parts.next())
  return streamed(
    async () => made.shift() ?? (await next()).value ?? undefined,
    () => parts.return(),
  )
}

/** A text as JSON, in pieces: a name may have as many megabytes as a body. */
export function* quoted(text: string): Generator<string> {
  yield '"'
  for (const slice of slicesOf(text)) yield JSON.stringify(slice).slice(1, -1)
  yield '"'
}

import { AsyncLocalStorage } from 'node:async_hooks'

/** Characters that are made and sent before everyone else has their turn. */
export const charactersAtOnce = 256 * 1024

/** Digits, for one, are no text and still may be megabytes. The halves of a surrogate pair stay together. */
export function* slicesOf(text: string): Generator<string> {
  let from = 0
  while (from < text.length) {
    const end = from + charactersAtOnce
    const to = (text.codePointAt(end - 1) ?? 0) > 0xffff ? end + 1 : end
    yield text.slice(from, to)
    from = to
  }
}

/** A text of megabytes, as a stream: a client takes one part after another. */
export function inSlices(text: string): ReadableStream {
  const slices = slicesOf(text)
  return streamed(async () => slices.next().value ?? undefined)
}

/**
 * Streams texts, each made when the client has taken the one before, for whom this is called; `next` gives
 * undefined at the end.
 */
export function streamed(
  next: () => Promise<string | undefined>,
  cancel?: () => Promise<unknown>,
): ReadableStream {
  const bytes = new TextEncoder()
  const asNow = AsyncLocalStorage.snapshot()
  return new ReadableStream({
    async pull(stream) {
      await new Promise(setImmediate)
      const text = await asNow(next)
      if (text === undefined) stream.close()
      else stream.enqueue(bytes.encode(text))
    },
    async cancel() {
      await cancel?.()
    },
  })
}

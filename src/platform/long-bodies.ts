/**
 * Bodies that are too long are counted here, not by Bun, whose own 413 comes without a word and while the client still
 * sends: behind HAProxy it is lost. A body whose length is not told is read to its end first, as far as
 * `readBeforeRefused` times the limit, so that its sender reads the answer; nothing of it is kept.
 */
const readBeforeRefused = 8

/** What Bun must let through, in bytes, so that we can refuse. */
export const readAtMost = (mostBytes: number) => mostBytes * readBeforeRefused

const tooLong = new WeakSet<Request>()

/** Whether the body of this request was found to be longer than the limit: it is to be refused with 413. */
export const isTooLong = (request: Request) => tooLong.has(request)

/** Wraps a server's handler: it is given no more than `mostBytes` of a body. */
export const countsBody =
  (mostBytes: number) =>
  <Rest extends unknown[], Answer>(handle: (request: Request, ...rest: Rest) => Answer) =>
  (request: Request, ...rest: Rest): Answer | Promise<Awaited<Answer>> => {
    if (Number(request.headers.get('content-length')) > mostBytes) tooLong.add(request)
    if (!request.headers.has('transfer-encoding') || !request.body) return handle(request, ...rest)
    return counted(request, request.body, mostBytes).then(
      (whole) => handle(whole, ...rest) as Awaited<Answer>,
    )
  }

async function counted(request: Request, body: ReadableStream<Uint8Array>, mostBytes: number) {
  const { url, method, headers } = request
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of body) {
    bytes += part.byteLength
    if (bytes <= mostBytes) parts.push(part)
    else parts.length = 0
    if (bytes > readAtMost(mostBytes) - mostBytes) break
  }
  const isLong = bytes > mostBytes
  const whole = new Request(url, { method, headers, ...(isLong ? {} : { body: Buffer.concat(parts) }) })
  if (isLong) tooLong.add(whole)
  return whole
}

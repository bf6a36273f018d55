/** Bun sends smaller bodies in one buffer with the head: 16 KiB less 1 KiB for the head. */
const mostBufferedBytes = 16 * 1_024 - 1_024

type Setting = { headers: Record<string, unknown>; status?: number | string }

/**
 * The answer to a request that was waited for, when it is a text larger than Bun's buffer; undefined for
 * smaller ones, which are sent well. Bun (1.4.4) writes the head of such an answer with four system calls for
 * each header, sixty in all, each of which is a packet for HAProxy to read. As a stream that is there at
 * once, head and text leave with one. It takes over what was set, so that nobody copies the answer to add it.
 */
export function largeAnswer(text: string, { method }: Request, set: Setting): Response | undefined {
  const { headers, status = 200 } = set
  const isPlain = typeof status === 'number' && !Array.isArray(headers['set-cookie'])
  if (method === 'HEAD' || !isPlain || text.length <= mostBufferedBytes / 3) return undefined
  const bytes = Buffer.byteLength(text)
  if (bytes < mostBufferedBytes) return undefined
  set.headers = {}
  set.status = 200
  return new Response(atOnce(text, bytes), { status, headers: headers as Record<string, string> })
}

function atOnce(text: string, bytes: number): ReadableStream<string> {
  const source: Bun.DirectUnderlyingSource<string> = {
    type: 'direct',
    pull(controller) {
      controller.write(text)
      controller.end()
    },
  }
  // With room for all of it the end is known before anything is sent, and so is the length.
  const room = { highWaterMark: bytes + 1 }
  // TypeScript knows the streams of browsers, which lack this type.
  return new ReadableStream(source as unknown as UnderlyingDefaultSource<string>, room)
}

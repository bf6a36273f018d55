/** One answer of `text/event-stream`: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export type Stream = {
  body: ReadableStream<Uint8Array>
  /** Nobody reads it any more, or too slowly. */
  isOver(): boolean
  /** The bytes are not copied, so all streams can be given the same. Whoever is too far behind is cut off. */
  write(bytes: Uint8Array): void
  /** Sends the last bytes and ends the answer. */
  end(bytes: Uint8Array): void
}

/** Bytes that may wait for one reader, besides what the system buffers for its connection. */
const mostWaiting = 64 * 1024

/** Opens a stream; `onOver` is called once, when it ended in whatever way. */
export function openStream(onOver: (stream: Stream) => void): Stream {
  let isOver = false
  let controller: ReadableStreamDefaultController<Uint8Array>
  const over = () => {
    if (isOver) return
    isOver = true
    onOver(stream)
  }
  const body = new ReadableStream<Uint8Array>(
    {
      start: (given) => {
        controller = given
      },
      cancel: over,
    },
    new ByteLengthQueuingStrategy({ highWaterMark: mostWaiting }),
  )

  const stream: Stream = {
    body,
    isOver: () => isOver,
    write(bytes) {
      if (isOver) return
      controller.enqueue(bytes)
      if ((controller.desiredSize ?? 0) >= 0) return
      over()
      controller.error(new Error('the reader is too slow'))
    },
    end(bytes) {
      if (isOver) return
      over()
      controller.enqueue(bytes)
      controller.close()
    },
  }
  return stream
}

const encoder = new TextEncoder()

/** An event of one line of JSON. */
export const eventOf = (name: string, data: unknown): Uint8Array =>
  encoder.encode(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)

/** Returns the field by which the browser knows how long to wait before it comes back. */
export const retryIn = (ms: number): Uint8Array => encoder.encode(`retry: ${Math.round(ms)}\n\n`)

type Told = [post: number, total: number, version: number]

/** What a stream of server-sent events has said so far. */
export type Events = {
  /** The data of all events of a name. */
  of(name: 'likes'): Told[][]
  of(name: string): unknown[]
  /** The newest total of a post. */
  last(post: number): { total: number; version: number } | undefined
  /** Milliseconds that were given as time to wait before coming back. */
  retries(): number[]
  /** Resolves at its end, however that comes. */
  ended: Promise<void>
}

/** Reads a stream to its end. */
export function readEvents(body: ReadableStream<Uint8Array>): Events {
  let text = ''
  const fields = (name: string) =>
    [...text.matchAll(new RegExp(`^${name}: (.*)$`, 'gm'))].map(([, value]) => value!)
  const of = (name: string) =>
    [...text.matchAll(new RegExp(`^event: ${name}\ndata: (.*)\n\n`, 'gm'))].map(([, data]) =>
      JSON.parse(data!),
    )
  const read = async () => {
    const decoder = new TextDecoder()
    for await (const bytes of body) text += decoder.decode(bytes, { stream: true })
  }
  return {
    of,
    last(post) {
      const found = (of('likes') as Told[][]).flat().findLast(([id]) => id === post)
      return found && { total: found[1], version: found[2] }
    },
    retries: () => fields('retry').map(Number),
    ended: read().catch(() => {}),
  }
}

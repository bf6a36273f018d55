import type { Socket } from 'bun'
import { withTimeout } from '../src/platform/async.ts'

/**
 * People who look at one page and get what changes on it. Plain sockets, so that they cost the machine
 * little.
 */
export type Watchers = {
  /** Streams that are still open. */
  open(): number
  /** Events that came to any of them. */
  events(): number
  /**
   * How long after `since` each of them heard that a post has so many likes, in ms. Resolves when all have,
   * or with those that did in 5 s.
   */
  heard(post: number, total: number, since: number): Promise<number[]>
  close(): void
}

const atOnce = 100
const patienceMs = 5_000

type Question = { mark: string; total: number; since: number; delays: number[]; done: () => void }

/** Opens the streams, a hundred at a time; resolves when each has had its first event, or failed. */
export async function openWatchers(origin: string, path: string, count: number): Promise<Watchers> {
  const { hostname, port } = new URL(origin)
  const sockets = new Set<Socket>()
  let events = 0
  let question: Question | undefined

  const openOne = async () => {
    const { promise: greeted, resolve } = Promise.withResolvers<void>()
    const socket = await Bun.connect({
      hostname,
      port: Number(port),
      socket: {
        open: (it) => void it.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`),
        data: (_, bytes) => {
          const text = bytes.toString()
          if (!text.includes('event: likes')) return
          events++
          resolve()
          if (question) note(question, text)
        },
        close: (it) => {
          sockets.delete(it)
          resolve()
        },
        error: () => resolve(),
      },
    })
    sockets.add(socket)
    await greeted
  }
  for (let index = 0; index < count; index += atOnce)
    await Promise.all(
      Array.from({ length: Math.min(atOnce, count - index) }, () => openOne().catch(() => {})),
    )

  const note = ({ mark, total, since, delays, done }: Question, text: string) => {
    const at = text.lastIndexOf(mark)
    if (at < 0 || Number.parseInt(text.slice(at + mark.length), 10) !== total) return
    delays.push(performance.now() - since)
    if (delays.length >= sockets.size) done()
  }

  return {
    open: () => sockets.size,
    events: () => events,
    async heard(post, total, since) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const waited: Question = { mark: `[${post},`, total, since, delays: [], done: resolve }
      question = waited
      await withTimeout(promise, patienceMs, () => undefined)
      question = undefined
      return waited.delays
    },
    close: () => {
      for (const socket of sockets) socket.end()
    },
  }
}

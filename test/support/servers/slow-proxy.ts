import { connect, createServer, type Socket } from 'node:net'
import { closeAfterTests } from './cleanup.ts'

/**
 * A way to a server that takes as long as is said: a store that is slow, with nothing wrong with it.
 */
export type SlowProxy = {
  port: number
  delayMs: number
  /** Connections through which something comes. */
  open(): number
  /**
   * From now on nothing comes through by the connections that are open, which stay so. Returns how many they
   * are.
   */
  loseAll(): number
  /**
   * The same for one of them: the one at this place, from 0 up to 1. The server does not learn either that
   * its client has gone, before the returned function is called. Undefined when none is open.
   */
  loseOne(place: number): (() => void) | undefined
  /** No answer comes back by the next connection that sends this text. */
  loseAnswerTo(text: string): void
  /** Resolves when this text is sent next, before its answer comes. */
  nextSent(text: string): Promise<void>
  close(): void
}

/** `holdsStore`: the server's end stays open when the client's has closed. */
type Pair = { client: Socket; store: Socket; isLost: boolean; holdsStore: boolean }

type Address = { host?: string; port: number }

/**
 * Listens, on a port of its own unless one is given, and passes everything on to `to`, answers later by
 * `delayMs`.
 */
export async function startSlowProxy(
  to: number | (() => Address),
  { host = '127.0.0.1', port }: Address = { port: 0 },
): Promise<SlowProxy> {
  const pairs = new Set<Pair>()
  const awaited = new Map<string, () => void>()
  let fatal: string | undefined
  const proxy: SlowProxy = {
    port: 0,
    delayMs: 0,
    open: () => useful().length,
    loseAll() {
      for (const pair of pairs) pair.isLost = true
      return pairs.size
    },
    loseOne(place) {
      const pair = useful()[Math.floor(place * useful().length)]
      if (!pair) return undefined
      pair.isLost = true
      pair.holdsStore = true
      return () => end(pair)
    },
    loseAnswerTo(text) {
      fatal = text
    },
    nextSent: (text) => new Promise((resolve) => awaited.set(text, resolve)),
    close() {
      for (const pair of pairs) end(pair)
      server.close()
    },
  }
  const server = createServer((client) => {
    const store = connect({ host: '127.0.0.1', ...(typeof to === 'number' ? { port: to } : to()) })
    const pair = { client, store, isLost: false, holdsStore: false }
    pairs.add(pair)
    for (const [one, other] of [
      [client, store],
      [store, client],
    ] as const) {
      one.on('error', () => other.destroy())
      one.on('close', () => {
        if (pair.holdsStore) return
        pairs.delete(pair)
        other.destroy()
      })
    }
    client.on('data', (bytes) => {
      if (pair.isLost) return
      store.write(bytes)
      for (const [text, resolve] of awaited) if (bytes.includes(text)) resolve()
      if (fatal === undefined || !bytes.includes(fatal)) return
      pair.isLost = true
      fatal = undefined
    })
    store.on('data', (bytes) => {
      setTimeout(() => client.writable && !pair.isLost && client.write(bytes), proxy.delayMs)
    })
  })
  await new Promise<void>((resolve) => server.listen(port, host, resolve))
  const address = server.address()
  if (typeof address === 'object' && address) proxy.port = address.port
  return closeAfterTests(proxy, (it) => it.close())

  function useful(): Pair[] {
    return [...pairs].filter(({ isLost, client, store }) => !isLost && client.writable && store.writable)
  }

  function end(pair: Pair) {
    pairs.delete(pair)
    pair.client.destroy()
    pair.store.destroy()
  }
}

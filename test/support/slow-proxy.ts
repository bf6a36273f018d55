import { connect, createServer, type Socket } from 'node:net'
import { closeAfterTests } from './cleanup.ts'

/** A way to a server that takes as long as it is told to: a store that is slow, with nothing wrong with it. */
export type SlowProxy = {
  port: number
  delayMs: number
  /** From now on nothing comes through by the connections that are open, which stay so. Gives how many they are. */
  loseAll(): number
  /** No answer comes back by the next connection that sends this text. */
  loseAnswerTo(text: string): void
}

/** Listens on a port of its own and passes everything on to `to`, answers later by `delayMs`. */
export async function startSlowProxy(to: number): Promise<SlowProxy> {
  const open = new Set<Socket>()
  const lost = new WeakSet<Socket>()
  let fatal: string | undefined
  const proxy: SlowProxy = {
    port: 0,
    delayMs: 0,
    loseAll() {
      for (const socket of open) lost.add(socket)
      return open.size / 2
    },
    loseAnswerTo(text) {
      fatal = text
    },
  }
  const server = createServer((client) => {
    const store = connect(to, '127.0.0.1')
    for (const [one, other] of [
      [client, store],
      [store, client],
    ] as const) {
      open.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        open.delete(one)
        other.destroy()
      })
    }
    client.on('data', (bytes) => {
      if (lost.has(client)) return
      store.write(bytes)
      if (fatal === undefined || !bytes.includes(fatal)) return
      lost.add(client)
      fatal = undefined
    })
    store.on('data', (bytes) => {
      setTimeout(() => client.writable && !lost.has(client) && client.write(bytes), proxy.delayMs)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address === 'object' && address) proxy.port = address.port
  return closeAfterTests(proxy, () => {
    for (const socket of open) socket.destroy()
    server.close()
  })
}

import { connect, createServer, type Socket } from 'node:net'
import { closeAfterTests } from './cleanup.ts'

/** A way to a server that takes as long as it is told to: a store that is slow, with nothing wrong with it. */
export type SlowProxy = { port: number; delayMs: number }

/** Listens on a port of its own and passes everything on to `to`, answers later by `delayMs`. */
export async function startSlowProxy(to: number): Promise<SlowProxy> {
  const proxy: SlowProxy = { port: 0, delayMs: 0 }
  const open = new Set<Socket>()
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
    client.on('data', (bytes) => store.write(bytes))
    store.on('data', (bytes) => {
      setTimeout(() => client.writable && client.write(bytes), proxy.delayMs)
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

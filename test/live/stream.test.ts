import { expect, setDefaultTimeout, test } from 'bun:test'
import { openStream, type Stream } from '../../src/live/stream.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

/** A server whose every answer is a stream, and those that are open. */
function serveStreams() {
  const streams: Stream[] = []
  const server = Bun.serve({
    port: 0,
    hostname: 'localhost',
    fetch: () => {
      const stream = openStream((it) => streams.splice(streams.indexOf(it), 1))
      streams.push(stream)
      return new Response(stream.body)
    },
  })
  closeAfterTests(server, (it) => it.stop(true))
  return { streams, port: server.port! }
}

const dial = (port: number, onData: (bytes: number) => void) =>
  Bun.connect({
    hostname: 'localhost',
    port,
    socket: {
      open: (it) => void it.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'),
      data: (_, bytes) => onData(bytes.length),
    },
  })

test('a reader that stops reading is cut off over a real connection, the others hear all', async () => {
  const { streams, port } = serveStreams()
  const chunk = new Uint8Array(256 * 1024)
  let [written, read] = [0, 0]
  const ana = await dial(port, (bytes) => {
    read += bytes
  })
  await until(() => streams.length === 1)
  const slow = await dial(port, () => {})
  await until(() => streams.length === 2)
  slow.pause()

  // What the system keeps for a connection is some megabytes.
  await until(
    () => {
      if (read < written) return false
      for (const stream of [...streams]) stream.write(chunk)
      written += chunk.length
      return streams.length === 1
    },
    { everyMs: 1 },
  )

  await until(() => read >= written)
  expect(streams[0]?.isOver()).toBe(false)
  ana.end()
  slow.end()
})

test('a reader that goes away is noticed', async () => {
  const { streams, port } = serveStreams()
  const ana = await dial(port, () => {})
  await until(() => streams.length === 1)

  ana.end()

  await until(() => streams.length === 0)
})

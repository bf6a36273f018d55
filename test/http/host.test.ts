import { expect, setDefaultTimeout, test } from 'bun:test'
import { once } from 'node:events'
import { connect } from 'node:net'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { openReplica } from '../support/servers/replica.ts'

setDefaultTimeout(60_000)

/** The first line of an answer to a request with these header lines, as bytes on the wire. */
const statusOf = (port: number, path: string, ...headers: string[]) =>
  firstLine(port, [`GET ${path} HTTP/1.0`, ...headers, '', ''].join('\r\n'))

async function firstLine(port: number, request: string): Promise<string | undefined> {
  const socket = connect(port, '127.0.0.1')
  socket.write(request)
  const [bytes] = await once(socket, 'data')
  socket.destroy()
  return String(bytes).split('\r\n')[0]
}

test('a request whose host is none is refused, on pages, feeds and the API alike', async () => {
  const { app } = await openReplica()
  const { port } = closeAfterTests(
    Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: (request) => app.handle(request) }),
    (it) => it.stop(true),
  )
  if (port === undefined) throw new Error('no port')

  const wrong = await Promise.all(
    ['/', '/feed', '/api/posts', '/api/v1/categories', '/nothing'].flatMap((path) => [
      statusOf(port, path),
      statusOf(port, path, 'Host: a b'),
      statusOf(port, path, 'Host: board.test:99999'),
      statusOf(port, path, 'Host: <script>'),
    ]),
  )
  const right = await statusOf(port, '/feed', 'Host: board.test')

  expect(new Set(wrong)).toEqual(new Set(['HTTP/1.1 400 Bad Request']))
  expect(right).toBe('HTTP/1.1 200 OK')
})

test('a long body changes nothing of that', async () => {
  const { app } = await openReplica()
  app.listen({ hostname: '127.0.0.1', port: 0, reusePort: false })
  const { port } = closeAfterTests(app, async (it) => void (await it.stop(true))).server ?? {}
  if (port === undefined) throw new Error('no port')
  const body = 'a'.repeat(5_000)
  const post = (host: string) =>
    ['POST /posts HTTP/1.1', `Host: ${host}`, `Content-Length: ${body.length}`, '', body].join('\r\n')

  const wrong = await Promise.all(
    ['xn--', '127.0.0.1:99999', '127.0.0.1?x='].map((host) => firstLine(port, post(host))),
  )

  expect(new Set(wrong)).toEqual(new Set(['HTTP/1.1 400 Bad Request']))
})

test('a short host leads to the same places as a long one', async () => {
  const { app } = await openReplica()
  app.listen({ hostname: '127.0.0.1', port: 0, reusePort: false })
  const { port } = closeAfterTests(app, async (it) => void (await it.stop(true))).server ?? {}
  if (port === undefined) throw new Error('no port')
  const answers = async (host: string) =>
    Promise.all(
      ['/market', '/market/', '/x/market', '/xxx/market'].map((path) =>
        statusOf(port, path, `Host: ${host}`),
      ),
    )

  const long = await answers('board.test')
  const short = await Promise.all(['a', 'me', 'nas', 'nas:8'].map(answers))
  const [refused] = await answers('a:1')

  const gone = 'HTTP/1.1 404 Not Found'
  expect(long).toEqual(['HTTP/1.1 200 OK', 'HTTP/1.1 200 OK', gone, gone])
  expect(short).toEqual([long, long, long, long])
  expect(refused).toBe('HTTP/1.1 400 Bad Request')
})

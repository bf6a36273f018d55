import { afterAll, beforeAll, expect, test } from 'bun:test'
import { connect } from 'node:net'
import { largeAnswer } from '../../src/http/large-responses.ts'

const pieces = { small: 'ش'.repeat(7_000), page: 'ش'.repeat(20_000), large: 'x'.repeat(4_000_000) }
let server: ReturnType<typeof Bun.serve>
beforeAll(() => {
  server = Bun.serve({
    port: 0,
    async fetch(request) {
      const text = pieces[new URL(request.url).pathname.slice(1) as keyof typeof pieces]
      await Bun.sleep(1)
      const set = { headers: { 'x-one': '1', 'x-two': '2', 'content-type': 'text/html' }, status: 201 }
      return largeAnswer(text, request, set) ?? new Response(text, set)
    },
  })
})
afterAll(() => server.stop(true))

test.each(Object.entries(pieces))(
  'a %s answer comes whole, with its status and headers',
  async (path, text) => {
    const answer = await fetch(`${server.url}${path}`)

    expect(answer.status).toBe(201)
    expect(Object.fromEntries(answer.headers)).toMatchObject({ 'x-one': '1', 'x-two': '2' })
    expect((await answer.text()) === text).toBe(true)
  },
)

test('every answer names its length', async () => {
  for (const [path, text] of Object.entries(pieces)) {
    const { headers } = await fetch(`${server.url}${path}`)

    expect(headers.get('content-length')).toBe(`${Buffer.byteLength(text)}`)
  }
})

test('what is larger than the buffer is a stream, and what is not is left alone', () => {
  const answer = (text: string) => largeAnswer(text, new Request('http://localhost/'), { headers: {} })

  expect(answer('x'.repeat(15_359))).toBeUndefined()
  expect(answer('x'.repeat(15_360))?.body).toBeInstanceOf(ReadableStream)
})

test('a reader who is slow gets all of it', async () => {
  const bytes = await receivedSlowly('large')

  expect(bytes.subarray(bytes.indexOf('\r\n\r\n') + 4).toString() === pieces.large).toBe(true)
})

test('HEAD names a length and sends nothing', () => {
  const request = new Request('http://localhost/', { method: 'HEAD' })

  expect(largeAnswer(pieces.page, request, { headers: {} })).toBeUndefined()
})

function receivedSlowly(path: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const got: Buffer[] = []
    const socket = connect(Number(server.port), '127.0.0.1')
    socket.write(`GET /${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
    socket.on('data', (bytes: Buffer) => {
      got.push(bytes)
      socket.pause()
      setTimeout(() => socket.resume(), 1)
    })
    socket.on('end', () => resolve(Buffer.concat(got)))
    socket.on('error', reject)
  })
}

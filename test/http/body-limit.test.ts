import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { judgesBody, refusalOfBody } from '../../src/http/body-limit.ts'
import { type ApiSite, openApiSite } from '../support/api/site.ts'
import { type Haproxy, startHaproxy } from '../support/servers/haproxy.ts'

setDefaultTimeout(60_000)

const megabyte = 1024 * 1024
let site: ApiSite
let haproxy: Haproxy

beforeAll(async () => {
  ;[site, haproxy] = await Promise.all([openApiSite(), startHaproxy({ RATE_LIMITS: 'off' })])
  await haproxy.socket.addServer('web', 'web-1', '127.0.0.1', Number(new URL(site.webUrl).port))
})

/** Sends a body without telling its length, in pieces. */
async function send(url: string, megabytes: number, headers: Record<string, string> = {}) {
  const piece = new Uint8Array(megabyte / 4).fill(120)
  let left = megabytes * 4
  const body = new ReadableStream({
    pull: (stream) => (left-- > 0 ? stream.enqueue(piece) : stream.close()),
  })
  const answer = await fetch(url, { method: 'POST', body, headers })
  const type = answer.headers.get('content-type') ?? ''
  return `${answer.status} ${type.split(';')[0]} ${(await answer.text()).slice(0, 20)}`
}

test.each([17, 40])(
  'a body of %d MB in chunks is refused with 413 in the form that was asked for',
  async (size) => {
    for (const url of [haproxy.url, site.webUrl]) {
      expect(await send(`${url}/api/v1/acts`, size)).toBe('413 application/json {}')
      expect(await send(`${url}/api/posts`, size)).toStartWith('413 application/problem+json {"type":"about')
      expect(await send(`${url}/posts`, size, { origin: url })).toStartWith('413 text/html <!doctype html>')
    }
  },
)

test('one within the limit is read as it was sent', async () => {
  expect(await send(`${haproxy.url}/api/v1/categories`, 1)).toBe('400 application/json {}')
})

test.each([
  '----WebKitFormBoundaryqCkTcY9GRtx5RXpA',
  '----geckoformboundary6d1d1cb5bd3c2b5e',
  '------------------------d74496d66958873e',
  '===============8601434921398471853==',
])('a form with a file is read, whichever boundary a browser chose, such as %s', async (boundary) => {
  const file = Buffer.alloc(200_000, 'no picture ')
  const body = Buffer.concat([
    Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="image"; filename="a.png"\r\n\r\n`),
    file,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])
  const answer = await fetch(`${haproxy.url}/api/posts`, {
    method: 'POST',
    headers: {
      'content-type': `multipart/form-data; boundary=${/=/.test(boundary) ? `"${boundary}"` : boundary}`,
    },
    body,
  })

  expect(answer.status).toBe(401)
})

test.each([{}, { 'transfer-encoding': 'chunked' }])(
  'a long body finds its way by its path %j',
  async (headers) => {
    const text = JSON.stringify({ body: 'x'.repeat(9_000) })
    const pieces = async function* () {
      yield text.slice(0, 5_000)
      yield text.slice(5_000)
    }
    const isInPieces = 'transfer-encoding' in headers
    const answer = await fetch(`${site.webUrl}/api/posts/1`, {
      method: 'PATCH',
      body: isInPieces ? (pieces() as unknown as BodyInit) : text,
    })

    expect([answer.status, await answer.json()]).toEqual([401, expect.objectContaining({ status: 401 })])
  },
)

describe('of bodies that are under way', () => {
  const [kilobytes, most] = [1_024, 100 * 1_024]
  const ofMost = () => ({ bytes: most, textBytes: most })
  /** Begins to send so many kB, and never ends unless told to. */
  function begin(judge: ReturnType<typeof judgesBody>, address: string, size: number) {
    let end = () => {}
    const body = new ReadableStream<Uint8Array>({
      start(stream) {
        stream.enqueue(new Uint8Array(size * kilobytes))
        end = () => stream.close()
      },
    })
    const headers = {
      ...{ 'x-forwarded-for': address, 'content-type': 'application/json' },
      'transfer-encoding': 'chunked',
    }
    const request = new Request('http://agora.example/posts', { method: 'POST', body, headers })
    const answer = Promise.resolve(judge((whole: Request) => refusalOfBody(whole)?.status ?? 200)(request))
    return { answer, end: () => end() }
  }

  test('so much is held, and of one sender half of it', async () => {
    const judge = judgesBody(most, ofMost)
    const own = Array.from({ length: 4 }, () => begin(judge, '192.0.2.1', 99))
    const [more, small] = [begin(judge, '192.0.2.1', 99), begin(judge, '192.0.2.1', 60)]
    const others = Array.from({ length: 4 }, (_, at) => begin(judge, `2001:db8::${at}`, 99))
    const another = begin(judge, '192.0.2.2', 99)
    await Bun.sleep(0)
    for (const { end } of [more, small, another, ...own, ...others]) end()
    const statuses = (some: { answer: Promise<number> }[]) => Promise.all(some.map(({ answer }) => answer))

    expect(await statuses(own)).toEqual([200, 200, 200, 200])
    expect(await statuses([more, small])).toEqual([503, 200])
    expect(await statuses([...others, another])).toEqual([200, 200, 200, 200, 503])
    const after = begin(judge, '192.0.2.1', 99)
    after.end()
    expect(await after.answer).toBe(200)
  })

  test('none is waited for without an end', async () => {
    const { answer } = begin(
      judgesBody(most, ofMost, () => 1),
      '192.0.2.1',
      5,
    )

    expect(await answer).toBe(408)
  })
})

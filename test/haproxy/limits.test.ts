import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { request } from 'node:http'
import { connect } from 'node:net'
import { type Haproxy, startHaproxy } from '../support/servers/haproxy.ts'
import { freePort } from '../support/servers/services.ts'
import { sendText } from '../support/site/raw.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

type Answer = { status: number; retryAfter: string | undefined; type: string | undefined; text: string }

let haproxy: Haproxy
let inner: string
beforeAll(async () => {
  const innerPort = await freePort()
  inner = `http://127.0.0.1:${innerPort}`
  haproxy = await startHaproxy({
    INNER_BIND: `127.0.0.1:${innerPort}`,
    RATE_LIMITS: 'all',
    RATE_SIGN_IN: '3',
    RATE_SIGN_UP: '2',
    RATE_REPORTS: '2',
    RATE_WRITES: '4',
    RATE_LIKES: '5',
    RATE_ALL: '40',
    RATE_CONNECTIONS: '20',
  })
  await haproxy.add('web', 'web-1')
  await haproxy.add('accounts', 'accounts-1')
  await haproxy.add('admin', 'admin-1')
})

// Every address that begins with 127 is this machine; each test is a visitor of its own.
let last = 1
const newAddress = () => `127.0.1.${++last}`

function ask(from: string, path: string, method = 'POST', headers = {}, url = haproxy.url): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const sent = request(url + path, { method, headers, localAddress: from, agent: false }, (response) => {
    let text = ''
    response.on('data', (chunk) => {
      text += chunk
    })
    response.on('end', () => {
      const { 'retry-after': retryAfter, 'content-type': type } = response.headers
      resolve({ status: response.statusCode ?? 0, retryAfter, type, text })
    })
  })
  sent.on('error', reject)
  sent.end()
  return promise
}

async function times(count: number, from: string, path: string, method?: string): Promise<number[]> {
  const statuses: number[] = []
  for (let index = 0; index < count; index++) statuses.push((await ask(from, path, method)).status)
  return statuses
}

describe('who asks too often', () => {
  test.each([
    ['sign in', '/login', 3, '60'],
    ['guess the code of a second factor', '/login/code', 3, '60'],
    ['sign in over the API', '/api/session', 3, '60'],
    ['check passwords', '/api/v1/validate_user', 3, '60'],
    ['guess the password of a session found open', '/account/password', 3, '60'],
    ['set a password by a link', '/password/x', 3, '60'],
    ['confirm an address', '/address/x', 3, '60'],
    ['have a link for a new password sent', '/forgot', 3, '60'],
    ['guess it by ending a session', '/account/sessions/1/end', 3, '60'],
    ['guess it by a token', '/tokens/1/revoke', 3, '60'],
    ['guess it by a token over the API', '/api/tokens/1', 3, '60'],
    ['guess it by removing an account', '/api/users/ana', 3, '60'],
    ['guess it by changing a member', '/admin/members/1', 3, '60'],
    ['guess it by making a moderator', '/admin/moderators', 3, '60'],
    ['guess it by ending one', '/admin/moderators/1/remove', 3, '60'],
    ['guess it by making one over REST', '/api/moderators/1', 3, '60'],
    ['sign up', '/signup', 2, '600'],
    ['sign up over the API', '/api/users', 2, '600'],
    ['guess a password with a slash at the end', '/account/password/', 3, '60'],
    ['sign up with a slash at the end', '/api/users/', 2, '600'],
    ['report', '/reports/post/1', 2, '600'],
    ['report over the API', '/api/reports', 2, '600'],
    ['write', '/posts', 4, '60'],
    ['like', '/posts/1/likes', 5, '10'],
    ['like over the API', '/api/posts/1/likes', 5, '10'],
  ])('to %s reads when to come back', async (_, path, allowed, retryAfter) => {
    const address = newAddress()

    const before = await times(allowed, address, path)
    const refused = await ask(address, path)

    expect(before).toEqual(Array(allowed).fill(200))
    expect([refused.status, refused.retryAfter]).toEqual([429, retryAfter])
  })

  test('may still do other things, and so may everyone else', async () => {
    const address = newAddress()
    await times(4, address, '/login')

    expect((await ask(address, '/login')).status).toBe(429)
    expect((await ask(address, '/', 'GET')).status).toBe(200)
    expect((await ask(address, '/login', 'GET')).status).toBe(200)
    expect((await ask(address, '/posts/1/likes')).status).toBe(200)
    expect((await ask(newAddress(), '/login')).status).toBe(200)
  })

  test('for anything at all is refused everything', async () => {
    const address = newAddress()

    expect(await times(41, address, '/', 'GET')).toEqual([...Array(40).fill(200), 429])
  })

  test('reads so in a form of their own', async () => {
    const address = newAddress()
    await times(5, address, '/posts/1/likes')

    const page = await ask(address, '/posts/1/likes')
    const note = await ask(address, '/posts/1/likes', 'POST', { 'hx-request': 'true' })
    const api = await ask(address, '/api/posts/1/likes')

    expect([page.type, note.type, api.type]).toEqual([
      'text/html; charset=utf-8',
      'text/html; charset=utf-8',
      'application/problem+json',
    ])
    expect(page.text).toContain('That was a lot at once.')
    expect(note.text).toStartWith('<p class="error"')
    expect(JSON.parse(api.text)).toMatchObject({ status: 429 })
  })

  test('cannot pose as somebody else', async () => {
    const address = newAddress()
    await times(4, address, '/login')

    const answer = await ask(address, '/login', 'POST', {
      'x-forwarded-for': '6.6.6.6',
      forwarded: 'for=6.6.6.6',
    })

    expect(answer.status).toBe(429)
  })
})

test('replicas that call one another are never limited', async () => {
  const address = newAddress()
  await times(4, address, '/login')

  const answer = await ask(address, '/login', 'POST', {}, inner)

  expect(answer.status).toBe(200)
})

test('one address opens only so many connections at a time', async () => {
  const address = newAddress()
  const open = () => {
    let isClosed = false
    const socket = connect({
      port: Number(new URL(haproxy.url).port),
      host: '127.0.0.1',
      localAddress: address,
    })
    socket.on('close', () => {
      isClosed = true
    })
    socket.on('error', () => {})
    return { socket, isClosed: () => isClosed }
  }

  const connections = Array.from({ length: 30 }, open)
  await until(() => connections.filter(({ isClosed }) => isClosed()).length === 10)
  for (const { socket } of connections) socket.destroy()

  await until(async () => (await ask(address, '/', 'GET').catch(() => undefined))?.status === 200)
})

test('usually this machine itself may do as it likes, and with the limits off everyone', async () => {
  const usual = await startHaproxy({ RATE_SIGN_IN: '1' })
  const without = await startHaproxy({ RATE_LIMITS: 'off', RATE_SIGN_IN: '1' })

  for (const { url, add } of [usual, without]) {
    await add('accounts', 'accounts-1')
    const statuses = [1, 2, 3].map(async () => (await fetch(`${url}/login`, { method: 'POST' })).status)
    expect(await Promise.all(statuses)).toEqual([200, 200, 200])
  }
})

test('who sends a body too slowly is cut off, and no replica waits for it', async () => {
  await Promise.all(
    ['POST', 'GET'].map(async (method) => {
      const socket = connect({
        port: Number(new URL(haproxy.url).port),
        host: '127.0.0.1',
        localAddress: newAddress(),
      })
      let answer = ''
      socket.on('data', (chunk) => {
        answer += chunk
      })
      socket.write(`${method} /posts HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n`)
      const drip = setInterval(() => socket.write('x'), 500)

      await until(() => answer !== '').finally(() => clearInterval(drip))

      expect(answer).toStartWith('HTTP/1.1 408 ')
      socket.destroy()
    }),
  )
})

test.each([
  ['Content-Length: 5000', 'x'.repeat(5_000)],
  ['Transfer-Encoding: chunked', `1388\r\n${'x'.repeat(5_000)}\r\n0\r\n\r\n`],
])('who reads sends no body that a replica would have to wait for: %s', async (head, body) => {
  const ask = (of: string, sent: string) =>
    sendText(haproxy.url, `GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n${of}\r\n\r\n${sent}`)

  expect(await ask(head, body)).toStartWith('HTTP/1.1 413 ')
  expect(await ask('Content-Length: 2', '{}')).toStartWith('HTTP/1.1 200 ')
})

import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { connect as connectHttp2 } from 'node:http2'
import { request } from 'node:https'
import { connect as connectSocket } from 'node:net'
import { join } from 'node:path'
import { connect, type SecureVersion } from 'node:tls'
import { type Haproxy, startHaproxy } from '../support/servers/haproxy.ts'
import { run } from '../support/servers/processes.ts'
import { temporaryFolder } from '../support/servers/reaper.ts'
import { freePort } from '../support/servers/services.ts'
import { sendRaw } from '../support/site/raw.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

let haproxy: Haproxy
let secure: string
let tlsPort: number
let pem: string
beforeAll(async () => {
  tlsPort = await freePort()
  secure = `https://localhost:${tlsPort}`
  pem = await certificate()
  haproxy = await startHaproxy({
    TLS_CERT: pem,
    TLS_BIND: `127.0.0.1:${tlsPort}`,
    TLS_AT: `:${tlsPort}`,
    ACME_THUMBPRINT: 'the-thumbprint',
    TRUSTED_PROXIES: '127.0.0.9',
  })
  await haproxy.add('web', 'web-1')
})

async function certificate(): Promise<string> {
  const folder = temporaryFolder()
  const [key, cert, both] = ['key', 'cert', 'both'].map((name) => join(folder, `${name}.pem`)) as [
    string,
    string,
    string,
  ]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
  const created = await run([
    'openssl',
    'req',
    '-x509',
    ...curve,
    '-nodes',
    '-subj',
    '/CN=localhost',
    '-keyout',
    key,
    '-out',
    cert,
  ])
  if (created.code !== 0) throw new Error(created.output)
  await Bun.write(both, (await Bun.file(cert).text()) + (await Bun.file(key).text()))
  return both
}

const get = (path: string) => fetch(secure + path, { tls: { rejectUnauthorized: false } })

test('replicas learn that the visitor speaks TLS, and browsers that they should go on so', async () => {
  const response = await get('/')

  const { headers } = (await response.json()) as { headers: Record<string, string> }
  expect(headers['x-forwarded-proto']).toBe('https')
  expect(response.headers.get('strict-transport-security')).toBe('max-age=31536000')
})

test('plain HTTP only leads to TLS, whatever the method, path and all', async () => {
  const read = await fetch(`${haproxy.url}/posts/1?before=2`, { redirect: 'manual' })
  const sent = await fetch(`${haproxy.url}/login`, { method: 'POST', redirect: 'manual' })

  expect([read.status, sent.status]).toEqual([308, 308])
  expect(read.headers.get('location')).toBe(`https://127.0.0.1:${tlsPort}/posts/1?before=2`)
  expect(sent.headers.get('location')).toBe(`https://127.0.0.1:${tlsPort}/login`)
  expect(read.headers.get('strict-transport-security')).toBeNull()
})

test('a challenge of the certificate authority is answered without TLS', async () => {
  const token = 'evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA'

  const answer = await fetch(`${haproxy.url}/.well-known/acme-challenge/${token}`)
  const forged = await fetch(`${haproxy.url}/.well-known/acme-challenge/<b>`, { redirect: 'manual' })

  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain'])
  expect(await answer.text()).toBe(`${token}.the-thumbprint`)
  expect(forged.status).toBe(308)
})

test('HTTP/2 is spoken', async () => {
  const session = connectHttp2(secure, { rejectUnauthorized: false })
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  session.on('error', reject)
  const stream = session.request({ ':path': '/' })
  stream.on('response', (headers) => resolve(Number(headers[':status'])))
  stream.on('error', reject)
  stream.end()

  expect(await promise).toBe(200)
  session.destroy()
})

test('of one address only so many requests are under way at a time, on however few connections', async () => {
  const port = await freePort()
  const limits = { RATE_LIMITS: 'all', RATE_CONNECTIONS: '5' }
  const { add } = await startHaproxy({ TLS_CERT: pem, TLS_BIND: `127.0.0.1:${port}`, ...limits })
  const echo = await add('web', 'web-1')
  const session = connectHttp2(`https://localhost:${port}`, { rejectUnauthorized: false })
  const statuses: number[] = []
  for (let count = 0; count < 10; count++) {
    const stream = session.request({ ':path': '/hold' })
    stream.on('response', (headers) => statuses.push(Number(headers[':status'])))
    stream.resume()
  }

  await until(() => statuses.length === 5)
  await until(async () => (await (await fetch(`${echo.url}/holding`)).json()) === 5)
  await fetch(`${echo.url}/release`)
  await until(() => statuses.length === 10)

  expect(statuses).toEqual([...Array(5).fill(429), ...Array(5).fill(200)])
  session.destroy()
})

describe('what HAProxy answers by itself', () => {
  let at: string
  beforeAll(async () => {
    const port = await freePort()
    at = `https://localhost:${port}`
    const limits = { RATE_LIMITS: 'all', RATE_LIKES: '0', MAX_BODY_BYTES: '1000' }
    await startHaproxy({ TLS_CERT: pem, TLS_BIND: `127.0.0.1:${port}`, ...limits })
  })

  test.each([
    [400, 'POST', '//'],
    [405, 'PURGE', '/'],
    [429, 'POST', '/posts/1/likes'],
    [503, 'POST', '/login'],
  ])(
    'with %d is the same by HTTP/1 and HTTP/2, also while a body is still under way',
    async (status, method, path) => {
      const one = await byHttp1(method, path)
      const two = await byHttp2(method, path)

      expect(two).toEqual({ ...one, reset: 0 })
      expect(one).toMatchObject({ status, text: expect.stringContaining('</h1>') })
    },
  )

  test('with 413 is the same, too, though nobody waits for all of that body', async () => {
    const one = await byHttp1('POST', '/posts', 100_000)
    const two = await byHttp2('POST', '/posts', 100_000)

    expect(one).toMatchObject({ status: 413, text: expect.stringContaining('too large') })
    expect(two).toMatchObject(one)
  })

  function byHttp1(method: string, path: string, size = 10) {
    const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>()
    const headers = { 'content-length': size }
    const sent = request(at + path, { method, headers, rejectUnauthorized: false }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    sent.on('error', reject)
    sent.end('x'.repeat(size))
    return promise
  }

  /**
   * Sends the body when HAProxy has judged the head: it has answered what was asked after it. `reset`: why it
   * ended the stream before all had come.
   */
  async function byHttp2(method: string, path: string, size = 10) {
    const session = connectHttp2(at, { rejectUnauthorized: false })
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    session.on('error', reject)
    const headers = { ':path': path, ':method': method, 'content-length': `${size}` }
    const stream = session.request(headers, { endStream: false })
    let [status, text] = [0, '']
    stream.on('response', (answer) => {
      status = Number(answer[':status'])
    })
    stream.on('data', (chunk) => {
      text += chunk
    })
    stream.on('error', () => {})
    stream.on('close', resolve)
    const later = session.request({ ':path': '/' })
    later.on('close', () => stream.end('x'.repeat(size)))
    later.resume()
    await promise
    session.destroy()
    return { status, text, reset: stream.rstCode }
  }
})

test.each<[SecureVersion, boolean]>([
  ['TLSv1.1', false],
  ['TLSv1.2', true],
  ['TLSv1.3', true],
])('%s is spoken: %p', async (version, isSpoken) => {
  const { promise, resolve } = Promise.withResolvers<string | null>()
  const socket = connect(
    { port: tlsPort, host: '127.0.0.1', rejectUnauthorized: false, minVersion: version, maxVersion: version },
    () => resolve(socket.getProtocol()),
  )
  socket.on('error', () => resolve(null))

  expect(await promise).toBe(isSpoken ? version : null)
  socket.destroy()
})

/** The SHA-256 of the certificate that a new visitor is shown. */
async function fingerprint(): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const socket = connect({ port: tlsPort, host: '127.0.0.1', rejectUnauthorized: false }, () =>
    resolve(socket.getPeerCertificate().fingerprint256),
  )
  socket.on('error', reject)
  const shown = await promise
  socket.destroy()
  return shown
}

test('a new certificate is taken without a restart, and no connection ends for it', async () => {
  const before = await fingerprint()
  const open = connectHttp2(secure, { rejectUnauthorized: false })
  const renewed = (await Bun.file(await certificate()).text()).trim()

  const set = await sendCommand(`set ssl cert ${pem} <<\n${renewed}\n\n`)
  const notYet = await fingerprint()
  const committed = await sendCommand(`commit ssl cert ${pem}\n`)
  const after = await fingerprint()

  expect(set).toContain('Transaction created for certificate')
  expect(committed).toContain('Success!')
  expect(notYet).toBe(before)
  expect(after).not.toBe(before)
  expect(open.closed).toBe(false)
  open.destroy()
})

/** What HAProxy says to a command of its runtime API that goes over more than one line. */
function sendCommand(command: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const socket = connectSocket(haproxy.path)
  let hint = ''
  socket.on('data', (text) => {
    hint += text
  })
  socket.on('end', () => resolve(hint))
  socket.on('error', reject)
  socket.end(command)
  return promise
}

test('HAProxy has nothing to say against this configuration', () => {
  expect(haproxy.log()).not.toMatch(/\[(WARNING|ALERT)\].*: config/)
})

test('a visitor whose proxy speaks TLS is not led there again, one who says so is', async () => {
  const head = 'X-Forwarded-Proto: https\r\n'

  expect(await sendRaw(haproxy.url, ['GET /'], { from: '127.0.0.9', head })).toStartWith('HTTP/1.1 200 ')
  expect(await sendRaw(haproxy.url, ['GET /'], { from: '127.0.0.10', head })).toStartWith('HTTP/1.1 308 ')
})

import { certificate } from './certificate.ts'
import { closeAfterTests } from './cleanup.ts'
import { temporaryFolder } from './reaper.ts'

/** A message as a browser got it, and what the board said of itself with it. */
export type Pushed = { at: string; payload: string; ttl: number; vapid: { sub: string; aud: string } }

export type PushService = {
  /** In PEM, for NODE_EXTRA_CA_CERTS. */
  certificate: string
  messages: Pushed[]
  tries: string[]
  /** What it answers at a path, for the next so many messages. */
  answers: Map<string, Response[]>
  /** A browser of this service: where it is reached, and its keys. */
  browser(path: string): Promise<{ endpoint: string; p256dh: string; auth: string }>
  stop(): Promise<void>
}

/** A push service at 127.0.0.1 over TLS, which decrypts for its browsers what comes (RFC 8291, RFC 8188). */
export async function startPushService(): Promise<PushService> {
  const { key, cert } = await certificate(temporaryFolder(), '127.0.0.1')
  const browsers = new Map<string, Keys>()
  const [messages, tries, answers] = [[] as Pushed[], [] as string[], new Map<string, Response[]>()]

  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    tls: { key: Bun.file(key), cert: Bun.file(cert) },
    async fetch(request) {
      const at = new URL(request.url).pathname
      tries.push(at)
      const answer = answers.get(at)?.shift()
      if (answer) return answer
      const keys = browsers.get(at)
      if (!keys) return new Response('There is no such browser', { status: 410 })
      if (request.headers.get('content-encoding') !== 'aes128gcm') return new Response('', { status: 400 })
      const vapid = await vapidOf(request.headers.get('authorization') ?? '')
      const payload = await decrypted(new Uint8Array(await request.arrayBuffer()), keys)
      messages.push({ at, payload, vapid, ttl: Number(request.headers.get('ttl')) })
      return new Response('', { status: 201 })
    },
  })

  const service: PushService = {
    ...{ certificate: cert, messages, tries, answers },
    async browser(path) {
      const keys = await newKeys()
      browsers.set(path, keys)
      const endpoint = `https://127.0.0.1:${server.port}${path}`
      return { endpoint, p256dh: keys.point.toBase64(urlSafe), auth: keys.auth.toBase64(urlSafe) }
    },
    stop: () => server.stop(true),
  }
  return closeAfterTests(service, (each) => each.stop())
}

const urlSafe = { alphabet: 'base64url', omitPadding: true } as const

type Bytes = Uint8Array<ArrayBuffer>
type Keys = { pair: CryptoKeyPair; point: Bytes; auth: Bytes }

const curve = { name: 'ECDH', namedCurve: 'P-256' }

async function newKeys(): Promise<Keys> {
  const pair = await crypto.subtle.generateKey(curve, true, ['deriveBits'])
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
  return { pair, point, auth: crypto.getRandomValues(new Uint8Array(16)) }
}

const bytesOf = (text: string) => new TextEncoder().encode(text)
const joined = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts))

async function hkdf(input: Bytes, salt: Bytes, info: Bytes, length: number): Promise<Bytes> {
  const key = await crypto.subtle.importKey('raw', input, 'HKDF', false, ['deriveBits'])
  const bits = await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info }, key, length * 8)
  return new Uint8Array(bits)
}

/** The text of a message of one record. */
async function decrypted(body: Bytes, { pair, point, auth }: Keys): Promise<string> {
  const salt = body.slice(0, 16)
  const ofSender = body.slice(21, 21 + (body[20] ?? 0))
  const sender = await crypto.subtle.importKey('raw', ofSender, curve, false, [])
  const secret = await crypto.subtle.deriveBits({ name: 'ECDH', public: sender }, pair.privateKey, 256)
  const info = joined(bytesOf('WebPush: info\0'), point, ofSender)
  const input = await hkdf(new Uint8Array(secret), auth, info, 32)
  const key = await hkdf(input, salt, bytesOf('Content-Encoding: aes128gcm\0'), 16)
  const iv = await hkdf(input, salt, bytesOf('Content-Encoding: nonce\0'), 12)
  const aes = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['decrypt'])
  const opened = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, aes, body.slice(21 + ofSender.length))
  const record = new Uint8Array(opened)
  // A record ends with 2, when it is the last, and zeros.
  return new TextDecoder().decode(record.slice(0, record.lastIndexOf(2)))
}

/** What a signed header says (RFC 8292). Throws when its signature is not by its key. */
async function vapidOf(header: string): Promise<Pushed['vapid']> {
  const [, token = '', point = ''] = /^vapid t=([^,]+), ?k=([\w-]+)$/.exec(header) ?? []
  const [head = '', claims = '', signature = ''] = token.split('.')
  const ecdsa = { name: 'ECDSA', namedCurve: 'P-256' }
  const key = await crypto.subtle.importKey('raw', Buffer.from(point, 'base64url'), ecdsa, false, ['verify'])
  const isGood = await crypto.subtle.verify(
    { name: 'ECDSA', hash: 'SHA-256' },
    key,
    Buffer.from(signature, 'base64url'),
    bytesOf(`${head}.${claims}`),
  )
  if (!isGood) throw new Error('the signature is not good')
  return JSON.parse(Buffer.from(claims, 'base64url').toString())
}

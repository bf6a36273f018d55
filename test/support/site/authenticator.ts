import { sha256 } from '../../../src/platform/sha256.ts'

/*
 * A device with one passkey, in software, that can be told to lie: https://www.w3.org/TR/webauthn-3/
 */

type Lies = {
  origin?: string
  /** The name that the passkey is for. */
  name?: string
  challenge?: string
  counter?: number
  isVerified?: boolean
}

type Authenticator = {
  id: string
  /** Answers to what a site asks for to add a passkey, or to sign in. */
  create(options: object, lies?: Lies): Promise<object>
  get(options: object, lies?: Lies): Promise<object>
}

export async function newAuthenticator(origin: string): Promise<Authenticator> {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
  const credentialId = crypto.getRandomValues(new Uint8Array(32))
  const id = base64url(credentialId)
  let count = 0

  const clientData = (type: string, options: object, lies: Lies) => {
    const { challenge } = options as { challenge: string }
    const told = { type, challenge: lies.challenge ?? challenge, origin: lies.origin ?? origin }
    return new TextEncoder().encode(JSON.stringify({ ...told, crossOrigin: false }))
  }
  /** The device says whom it is for, that somebody was there and was recognised, and how often it signed. */
  const said = (lies: Lies, flags: number) => {
    const isVerified = lies.isVerified ?? true
    return bytes(
      Buffer.from(sha256(lies.name ?? new URL(origin).hostname), 'hex'),
      [0x01 | (isVerified ? 0x04 : 0) | flags],
      uint32(lies.counter ?? ++count),
    )
  }

  return {
    id,
    async create(options, lies = {}) {
      const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', keys.publicKey)
      const publicKey = cbor(
        new Map<number, unknown>([
          ...([
            [1, 2],
            [3, -7],
            [-1, 1],
          ] as const),
          [-2, new Uint8Array(Buffer.from(x, 'base64url'))],
          [-3, new Uint8Array(Buffer.from(y, 'base64url'))],
        ]),
      )
      const attested = bytes(new Uint8Array(16), [0, credentialId.length], credentialId, publicKey)
      const authData = bytes(said(lies, 0x40), attested)
      const attestation = cbor(
        new Map<string, unknown>([
          ['fmt', 'none'],
          ['attStmt', new Map()],
          ['authData', authData],
        ]),
      )
      return credential(id, {
        clientDataJSON: base64url(clientData('webauthn.create', options, lies)),
        attestationObject: base64url(attestation),
      })
    },
    async get(options, lies = {}) {
      const client = clientData('webauthn.get', options, lies)
      const authenticatorData = said(lies, 0)
      const signed = bytes(authenticatorData, Buffer.from(sha256Of(client), 'hex'))
      const raw = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, keys.privateKey, signed)
      return credential(id, {
        clientDataJSON: base64url(client),
        authenticatorData: base64url(authenticatorData),
        signature: base64url(der(new Uint8Array(raw))),
      })
    },
  }
}

const credential = (id: string, response: object) => ({
  ...{ id, rawId: id, type: 'public-key', clientExtensionResults: {} },
  response,
})

const base64url = (data: Uint8Array) => Buffer.from(data).toString('base64url')
const sha256Of = (data: Uint8Array) => new Bun.CryptoHasher('sha256').update(data).digest('hex')
const bytes = (...parts: ArrayLike<number>[]) =>
  new Uint8Array(parts.flatMap((part) => [...Array.from(part)]))
const uint32 = (number: number) => [24, 16, 8, 0].map((shift) => (number >>> shift) & 255)

/** As much of RFC 8949 as a passkey needs: small whole numbers, texts, bytes below 64 KB, maps. */
function cbor(value: unknown): Uint8Array {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string') return bytes(head(3, value.length), new TextEncoder().encode(value))
  if (value instanceof Uint8Array) return bytes(head(2, value.length), value)
  const entries = [...(value as Map<unknown, unknown>)]
  return bytes(head(5, entries.length), ...entries.flat().map(cbor))
}

const head = (major: number, size: number) =>
  new Uint8Array(
    size < 24
      ? [(major << 5) | size]
      : size < 256
        ? [(major << 5) | 24, size]
        : [(major << 5) | 25, size >> 8, size & 255],
  )

/** A signature as two numbers is written as ASN.1 has it. */
function der(raw: Uint8Array): Uint8Array {
  const number = (half: Uint8Array) => {
    const whole = half.slice(half.findIndex((byte) => byte !== 0))
    const signed = (whole[0] ?? 0) > 127 ? bytes([0], whole) : whole
    return bytes([2, signed.length], signed)
  }
  const both = bytes(number(raw.slice(0, 32)), number(raw.slice(32)))
  return bytes([0x30, both.length], both)
}

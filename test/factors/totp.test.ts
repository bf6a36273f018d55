import { describe, expect, test } from 'bun:test'
import { Secret } from 'otpauth'
import { newTotpSecret, stepOfCode, totpAddress, totpCode } from '../../src/factors/totp.ts'

const secret = Secret.fromLatin1('12345678901234567890').base32

/** https://www.rfc-editor.org/rfc/rfc6238#appendix-B, of whose eight digits apps show the last six. */
const vectors: [seconds: number, code: string][] = [
  [59, '94287082'],
  [1_111_111_109, '07081804'],
  [1_111_111_111, '14050471'],
  [1_234_567_890, '89005924'],
  [2_000_000_000, '69279037'],
  [20_000_000_000, '65353130'],
]

test.each(vectors)('at %d s the code is that of RFC 6238', (seconds, code) => {
  expect(totpCode(secret, seconds * 1_000)).toBe(code.slice(2))
  expect(stepOfCode(secret, code.slice(2), seconds * 1_000)).toBe(Math.floor(seconds / 30))
})

describe('a code', () => {
  const now = 1_234_567_890_000
  const at = (seconds: number) => stepOfCode(secret, totpCode(secret, now + seconds * 1_000), now)

  test('of the 30 seconds before and after is taken, for clocks that differ', () => {
    const step = Math.floor(now / 30_000)

    expect([at(-30), at(0), at(30)]).toEqual([step - 1, step, step + 1])
  })

  test('of five minutes ago or of a minute ahead is none of now', () => {
    expect([at(-300), at(-60), at(60), at(300)]).toEqual([undefined, undefined, undefined, undefined])
  })

  test.each(['', '12345', '1234567', 'abcdef', '١٢٣٤٥٦', '12 456', '０12345'])('is not %p', (typed) => {
    expect(stepOfCode(secret, typed, now)).toBeUndefined()
  })
})

test('a new secret has 160 bits, and an app reads it and whose it is from the address', () => {
  const secret = newTotpSecret()
  const { protocol, host, pathname, searchParams } = new URL(
    totpAddress(secret, 'board.example:8080', 'Zoë: "ana"?&secret=x'),
  )

  expect(secret).toMatch(/^[A-Z2-7]{32}$/)
  expect(newTotpSecret()).not.toBe(secret)
  expect([protocol, host]).toEqual(['otpauth:', 'totp'])
  expect(decodeURIComponent(pathname)).toBe('/board.example:8080:Zoë: "ana"?&secret=x')
  expect([...searchParams]).toEqual([
    ['issuer', 'board.example:8080'],
    ['secret', secret],
    ['algorithm', 'SHA1'],
    ['digits', '6'],
    ['period', '30'],
  ])
})

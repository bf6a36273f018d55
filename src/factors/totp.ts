import { Secret, TOTP } from 'otpauth'

/** What apps take without being told otherwise (RFC 6238): SHA-1, six digits, a new code every 30 seconds. */
const usual = { algorithm: 'SHA1', digits: 6, period: 30 }

/** A clock may be so many codes away from ours. */
const window = 1

/** A new secret of 160 bits, in the letters and digits that apps take: 32 of them. */
export const newTotpSecret = (): string => new Secret({ size: 20 }).base32

export const isTotpSecret = (text: string) => /^[A-Z2-7]{32}$/.test(text)

/** What a QR code tells an app: the secret, and for which account of which board it is. */
export const totpAddress = (secret: string, board: string, name: string): string =>
  new TOTP({ ...usual, secret, issuer: board, label: name }).toString()

/** The code of this moment, `now` in milliseconds since 1970. */
export const totpCode = (secret: string, now: number): string =>
  new TOTP({ ...usual, secret }).generate({ timestamp: now })

/** The digits of a code as it was typed: on a keyboard of another script, with spaces or copied marks. */
const digitsOf = (typed: string) =>
  typed
    .normalize('NFKC')
    .replace(/[\s\p{Cf}]/gu, '')
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => `${digit.charCodeAt(0) & 15}`)

/**
 * Returns the number of the 30 seconds since 1970 whose code this is, of those around `now` (milliseconds);
 * undefined when it is the code of none of them.
 */
export function stepOfCode(secret: string, typed: string, now: number): number | undefined {
  const token = digitsOf(typed)
  const away = new TOTP({ ...usual, secret }).validate({ token, timestamp: now, window })
  return away === null ? undefined : Math.floor(now / 1_000 / usual.period) + away
}

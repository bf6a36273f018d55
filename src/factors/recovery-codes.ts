import { sha256 } from '../platform/sha256.ts'

/** Whoever lost their app signs in with one of these. */
const codesAtOnce = 10

/** Letters and digits that nobody mistakes for one another: https://www.crockford.com/base32.html */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** Of 80 random bits each, so that nobody finds one by its hash. */
const length = 16

/** Returns ten new ones, as they are shown: `k3x9-...`. */
export const newRecoveryCodes = (): string[] =>
  Array.from({ length: codesAtOnce }, () =>
    [...crypto.getRandomValues(new Uint8Array(length))]
      .map((byte) => alphabet[byte % alphabet.length])
      .join('')
      .replace(/.{4}(?=.)/g, '$&-'),
  )

/** Returns what the database knows a recovery code by, however it was typed; undefined for what is none. */
export function keyOfRecoveryCode(typed: string): string | undefined {
  const plain = typed
    .toLowerCase()
    .replace(/[\s\p{Cf}\p{Pd}]/gu, '')
    .replace(/o/g, '0')
    .replace(/[il]/g, '1')
  return plain.length === length && [...plain].every((each) => alphabet.includes(each))
    ? sha256(plain)
    : undefined
}

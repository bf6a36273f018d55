import { dictionary } from '@zxcvbn-ts/language-common'
import { say } from '../../texts/say.ts'
import type { Context } from '../context.ts'
import { composed } from '../platform/fields.ts'
import { isForeign, isForeignPassword } from './foreign-passwords.ts'

const shortest = 10
const longest = 200

/** 19 MiB and two passes, as the OWASP Password Storage Cheat Sheet asks for at least. */
const argon2id = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const

/** Those of the most common passwords that would otherwise do; the list has lower case only. */
const common = new Set(dictionary.passwords.map(String).filter((each) => each.length >= shortest))

/** Returns the rule for passwords as a sentence. */
export const passwordRule = () =>
  say('A password has {shortest} to {longest} characters.', { shortest, longest })

/** Returns what is wrong with a new password, as a sentence, or undefined. */
export function passwordError(password: string, username: string): string | undefined {
  const whole = composed(password)
  const length = [...whole].length
  if (length < shortest || length > longest) return passwordRule()
  const plain = whole.toLowerCase()
  if (common.has(plain)) return 'This is one of the most common passwords. Please choose another one.'
  if (plain === username.toLowerCase()) return 'A password is not the name. Please choose another one.'
  if (new Set(plain).size < 3) return 'This password is too easy to guess. Please choose another one.'
  return undefined
}

/**
 * The argon2id hash of a password. Only as many are made at a time as memory and CPU bear; throws a 503
 * beyond.
 */
export const hashOfPassword = ({ bulkheads }: Context, password: string): Promise<string> =>
  bulkheads.passwords(() => Bun.password.hash(password.normalize('NFC'), argon2id))

/**
 * Whether a password is the one that was hashed. Takes as long where there is no hash, so that the time does
 * not show whether an account has one. Throws a 503 as `hashOfPassword` does.
 */
export async function isPassword(
  { bulkheads }: Context,
  password: string,
  hash: string | null | undefined,
): Promise<boolean> {
  // No hash was ever made of more; the work is proportional to the length.
  if ([...composed(password)].length > longest) return false
  const nobody = await hashOfNobody
  for (const form of formsOf(password)) {
    const isRight = await bulkheads.passwords(() =>
      hash && isForeign(hash) ? isForeignPassword(form, hash) : Bun.password.verify(form, hash ?? nobody),
    )
    if (isRight) return typeof hash === 'string'
  }
  return false
}

/**
 * Hashes are made of composed letters. Those of 0.1.0 were made of what the keyboard sent, which may be
 * either form.
 */
const formsOf = (password: string) =>
  new Set([password.normalize('NFC'), password, password.normalize('NFD')])

const hashOfNobody = Bun.password.hash(crypto.randomUUID(), argon2id)

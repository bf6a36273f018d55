import { createHash, pbkdf2 as pbkdf2Of, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const pbkdf2 = promisify(pbkdf2Of)
/** Discourse makes 600,000. */
const mostShaRounds = 2_000_000

type Check = (password: string, stored: string) => boolean | Promise<boolean>

/** By the program of the other board, whose name and a colon stand before such a hash. */
const checks: Record<string, Check> = {
  /** It hashes what HTML would show, by bcrypt or argon2, and before 3.1 by rounds of MD5. */
  phpbb(password, stored) {
    const typed = shownInHtml(password)
    return /^\$[HP]\$/.test(stored) ? isByRounds(typed, stored) : isHashed(typed, stored)
  },
  flarum: isHashed,
  /** By rounds of SHA-256, of which the way, the salt and what came of it are in the hash. */
  async discourse(password, stored) {
    const [, rounds, salt, hash = ''] =
      /^\$pbkdf2-sha256\$i=(\d+),l=32\$(\w+)\$([0-9a-f]{64})$/.exec(stored) ?? []
    if (!rounds || !salt || Number(rounds) > mostShaRounds) return false
    return timingSafeEqual(
      await pbkdf2(password, salt, Number(rounds), 32, 'sha256'),
      Buffer.from(hash, 'hex'),
    )
  },
  /** By bcrypt, since 2020 of what SHA-512 makes of a password. */
  nodebb: (password, stored) =>
    stored.startsWith('sha512:')
      ? isHashed(createHash('sha512').update(password).digest('hex'), stored.slice('sha512:'.length))
      : isHashed(password, stored),
}

const partsOf = (hash: string) => /^([a-z]+):(.*)$/s.exec(hash) ?? []

/** Whether a hash is another board's: it is replaced by one of ours when its member signs in. */
export const isForeign = (hash: string | null | undefined): boolean =>
  (partsOf(hash ?? '')[1] ?? '') in checks

/** Whether a password is what another board hashed. */
export async function isForeignPassword(password: string, hash: string): Promise<boolean> {
  const [, program = '', stored = ''] = partsOf(hash)
  return (await checks[program]?.(password, stored)) ?? false
}

/** Of bcrypt PHP knows the first 72 bytes of a password; Bun would hash a longer one first. */
function isHashed(password: string, stored: string): Promise<boolean> {
  const bytes = Buffer.from(password)
  const typed = stored.startsWith('$2') ? bytes.subarray(0, 72) : bytes
  return Bun.password.verify(typed, stored).catch(() => false)
}

const shownInHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const letters = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** phpBB made 2^11. */
const mostRounds = 2 ** 16

/** The portable hashes of phpass: `$H$`, a letter for the rounds, eight of salt, 22 of MD5. */
function isByRounds(password: string, stored: string): boolean {
  const rounds = 2 ** letters.indexOf(stored[3] ?? '')
  if (rounds < 1 || rounds > mostRounds) return false
  const md5 = (...parts: (string | Buffer)[]) => {
    const hash = createHash('md5')
    for (const part of parts) hash.update(part)
    return hash.digest()
  }
  let digest = md5(stored.slice(4, 12), password)
  for (let round = 0; round < rounds; round++) digest = md5(digest, password)
  return inLetters(digest) === stored.slice(12)
}

/** Six bits a letter, the lowest first. */
function inLetters(bytes: Buffer): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const some = bytes.subarray(at, at + 3)
    const value = (some[0] ?? 0) | ((some[1] ?? 0) << 8) | ((some[2] ?? 0) << 16)
    for (let letter = 0; letter <= some.length; letter++) text += letters[(value >> (6 * letter)) & 63]
  }
  return text
}

import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Decrypter, Encrypter } from 'age-encryption'
import { UserError } from '../errors.ts'
import { secretKeysIn } from './identity.ts'

/** Encrypts a file, so that only who has the key's other half reads it. */
export async function encryptFile(from: string, to: string, key: string): Promise<void> {
  const encrypter = new Encrypter()
  try {
    encrypter.addRecipient(key)
  } catch {
    throw new UserError('BACKUP_KEY is no public key of age: a character of it is another')
  }
  await write(await encrypter.encrypt(Bun.file(from).stream()), to)
}

/** Writes what one of the secret keys in the file `identity` opens, as age-keygen makes it. */
export async function decryptTo(
  content: ReadableStream<Uint8Array>,
  to: string,
  { name, identity, signal }: { name: string; identity: string; signal?: AbortSignal },
): Promise<void> {
  const keys = secretKeysIn(identity)
  const decrypter = new Decrypter()
  try {
    for (const key of keys) decrypter.addIdentity(key)
  } catch {
    throw new UserError(`${identity} has a key of age that is damaged`)
  }
  try {
    await write(await decrypter.decrypt(content), to, signal)
  } catch (error) {
    const isOther = error instanceof Error && /no identity matched/.test(error.message)
    throw new UserError(
      isOther ? `no key in ${identity} opens ${name}` : `${name} is damaged: it can't be decrypted`,
    )
  }
}

async function write(content: ReadableStream<Uint8Array>, to: string, signal?: AbortSignal): Promise<void> {
  await pipeline(Readable.fromWeb(content as never), createWriteStream(to, { mode: 0o600 }), { signal })
}

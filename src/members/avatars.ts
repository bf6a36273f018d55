import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { decodeAvatar } from '../pictures/decoder-process.ts'
import { decoded } from '../pictures/service.ts'
import { Refusal } from '../platform/errors.ts'
import { asFields } from '../platform/fields.ts'
import { avatarNamed, deleteAvatar, newestPlacesOf, setAvatar } from './queries.ts'

/** Sets a member's picture from a form. Returns what is wrong with it, if anything. */
export async function changeAvatar(
  context: Context,
  user: number,
  body: unknown,
): Promise<string | undefined> {
  const { image } = asFields(body)
  if (!(image instanceof File) || image.size === 0) return 'Choose a picture.'
  const { output, error } = await decoded(context, image, decodeAvatar)
  if (!output) return error
  await setAvatar(context.db, user, output.hash, output.bytes)
  await forgetBylines(context, user)
  return undefined
}

export async function removeAvatar(context: Context, user: number): Promise<void> {
  await deleteAvatar(context.db, user)
  await forgetBylines(context, user)
}

/**
 * Posts beside which a change shows at once; beside older ones of a busy member within the minute that they
 * are remembered.
 */
const forgottenAtOnce = 500

/** It stands beside everything that they wrote. */
async function forgetBylines({ cache, db }: Context, user: number): Promise<void> {
  await cache.invalidate(invalidatedBy.bylinesChanged(await newestPlacesOf(db, user, forgottenAtOnce)))
}

/** The WebP file at `/avatars/NAME`, or a 404. */
export async function avatarFile({ db }: Context, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const [, hash] = /^([0-9a-f]{64})\.webp$/.exec(name) ?? []
  const bytes = hash && (await avatarNamed(db, hash))
  if (!bytes) throw new Refusal(404, 'There is no such picture.')
  return bytes
}

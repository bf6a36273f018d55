import { say } from '../../texts/say.ts'
import type { Context } from '../context.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, textOf } from '../platform/fields.ts'
import { isOneLine } from '../text/seen.ts'
import { DecoderEnded, decodePicture, NotAPicture } from './decoder-process.ts'
import { type Picture, pictureOf } from './queries.ts'

/** A picture that goes with a post, and what it shows in words. */
export type AddedPicture = { picture: Picture; alt: string }
export type ReadPicture = { added?: AddedPicture; errors: FieldErrors }

const mostBytes = 10 * 1024 * 1024
export const longestAlt = 300

/** Reads the picture in a form, if there is one: what to store, or what is wrong, field by field. */
export async function readPicture(context: Context, body: unknown): Promise<ReadPicture> {
  const { image, alt: typedAlt } = asFields(body)
  if (isNone(image)) return { errors: {} }
  if (!(image instanceof File)) return { errors: { image: 'A picture comes as one file.' } }

  const alt = textOf(typedAlt).trim()
  if ([...alt].length > longestAlt || !isOneLine(alt))
    return { errors: { alt: say('One line of at most {longest} characters.', { longest: longestAlt }) } }
  const { output: picture, error } = await decoded(context, image, decodePicture)
  return picture ? { added: { picture, alt }, errors: {} } : { errors: { image: error } }
}

/** A form where none was chosen sends a file without content and a name, which Bun gives as `undefined`. */
export const isNone = (image: unknown) =>
  (image ?? '') === '' || (image instanceof File && image.size === 0 && !image.name)

/** Returns the decoder's output, or why the file is no picture for us, in a sentence. */
export async function decoded<Output>(
  { config, bulkheads, log }: Context,
  image: File,
  decode: (bytes: ArrayBuffer, withinMs: number) => Promise<Output>,
): Promise<{ output: Output; error?: undefined } | { output?: undefined; error: string }> {
  if (image.size > mostBytes) return { error: 'A picture has at most 10 MB.' }
  try {
    const withinMs = config.pictureSeconds * 1_000
    return { output: await bulkheads.pictures(async () => decode(await image.arrayBuffer(), withinMs)) }
  } catch (error) {
    if (!(error instanceof NotAPicture)) throw error
    log[error instanceof DecoderEnded ? 'warn' : 'debug']('a picture was refused', { error })
    return { error: error.message }
  }
}

/** The WebP file at `/images/NAME`, or a 404. */
export async function pictureNamed({ db }: Context, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const [, hash, size] = /^([0-9a-f]{64})-(small|large)\.webp$/.exec(name) ?? []
  const bytes = hash && (await pictureOf(db, hash, size === 'small' ? 'small' : 'large'))
  if (!bytes) throw new Refusal(404, 'There is no such picture.')
  return bytes
}

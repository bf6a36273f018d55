import sharp from 'sharp'
import type { Picture } from './queries.ts'

/** Sides of the square that each size fits into, in pixels. */
const sides = { small: 640, large: 1_600 }
/** An avatar is a square of this side: twice what the largest one takes on a page. */
const avatarSide = 96
const mostPixels = 40_000_000
const withinSeconds = 10

/** What somebody sent is no picture that we take; the message is for them. */
export class NotAPicture extends Error {
  override name = 'NotAPicture'
}

// Files say by their content what they are. Of the forty formats that libvips knows only these decoders may run.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadWebpBuffer',
    'VipsForeignLoadNsgifBuffer',
  ],
})
sharp.cache(false)
sharp.concurrency(1)

/**
 * Decodes a picture and encodes it anew in two sizes, upright and without whatever else was in the file: camera, place,
 * names. libvips works in threads of its own, for at most 10 s. Throws NotAPicture.
 */
export const decodePicture = (bytes: ArrayBuffer): Promise<Picture> =>
  safely(bytes, async () => {
    const large = await asWebp(bytes, sides.large)
    const small = await asWebp(large.data, sides.small)
    const { width, height } = large.info
    return { hash: hashOf(large.data), width, height, small: small.data, large: large.data }
  })

/** Likewise, the middle of it as a small square. */
export const decodeAvatar = (bytes: ArrayBuffer): Promise<{ hash: string; bytes: Uint8Array }> =>
  safely(bytes, async () => {
    const { data } = await opened(bytes)
      .resize({ width: avatarSide, height: avatarSide, fit: 'cover' })
      .webp({ quality: 80 })
      .toBuffer({ resolveWithObject: true })
    return { hash: hashOf(data), bytes: data }
  })

const hashOf = (bytes: Uint8Array) => new Bun.CryptoHasher('sha256').update(bytes).digest('hex')

async function safely<Made>(bytes: ArrayBuffer, decode: () => Promise<Made>): Promise<Made> {
  try {
    await refuseTooLarge(bytes)
    return await decode()
  } catch (cause) {
    if (cause instanceof NotAPicture) throw cause
    throw new NotAPicture('This is no picture that can be read here. JPEG, PNG, WebP and GIF can.', { cause })
  }
}

/** By what the file says of itself, before anything is decoded. */
async function refuseTooLarge(bytes: ArrayBuffer): Promise<void> {
  const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata()
  if (width * height > mostPixels) throw new NotAPicture('A picture has at most 40 megapixels.')
}

const opened = (bytes: ArrayBuffer | Uint8Array) =>
  sharp(bytes, { limitInputPixels: mostPixels, failOn: 'error', sequentialRead: true })
    .timeout({ seconds: withinSeconds })
    .autoOrient()

const asWebp = (bytes: ArrayBuffer | Uint8Array, side: number) =>
  opened(bytes)
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 80 })
    .toBuffer({ resolveWithObject: true })

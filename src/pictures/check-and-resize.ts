/**
 * `bun src/pictures/check-and-resize.ts KIND WITHIN_MS`: decodes the file on its standard input, and prints a
 * line of JSON and then the files that were made of it (`Verdict`).
 *
 * A process of its own, because nothing less can be stopped. libvips looks at its time limit between rows of
 * pixels, but the JPEG decoder reads all scans of a progressive file before the first row: 130 kB with
 * thousands of scans kept it busy for 50 s of a core. Whatever else a file does to a decoder, it does to
 * nobody else, and there is no secret here.
 */
import sharp, { type Metadata } from 'sharp'

/** The output of a decoder: a picture in two sizes, a small square, a board's logo, or its icon in four. */
export type Kind = 'picture' | 'avatar' | 'logo' | 'icon'
/** `sizes`: bytes of each of the files that follow. */
export type Verdict =
  | { refused: 'unreadable' | 'large' | 'heavy'; why?: string }
  | { refused?: undefined; width: number; height: number; sizes: number[] }
type Output = { width: number; height: number; files: Buffer[] }

/** Sides of the square that each size fits into, in pixels. */
const sides = { small: 640, large: 1_600 }
/** An avatar is a square of this side: twice what the largest one takes on a page. */
const avatarSide = 96
/** A logo's box: twice what it takes on a page. */
const logoBox = { width: 400, height: 64 }
/** Sides of an icon: in a browser's tab, and where the board is kept as an app. */
const iconSides = [48, 192, 512]
/** What of an icon a system shows, whatever shape it cuts: https://w3c.github.io/manifest/#icon-masks */
const unmasked = 0.7
/** Of public/site.css. */
const paper = '#fbf8f3'
const mostPixels = 40_000_000
/** A row is held whole, several times over: one of 40,000,000 pixels took 350 MB. JPEG has no longer ones. */
const longestSide = 65_535
/** Most files are read row by row. Of those that are not, this much is held: with the rest some 240 MB. */
const mostHeldBytes = 160_000_000

// Files say by their content what they are. Of the forty formats that libvips knows only these decoders may
// run.
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

async function main(kind: Kind, withinMs: number): Promise<void> {
  // The parent ends it in time, unless it was killed meanwhile.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), withinMs).unref()
  const { verdict, files } = await decode(kind, await Bun.stdin.bytes())
  await Bun.write(
    Bun.stdout,
    new Blob([`${JSON.stringify(verdict)}\n`, ...files.map((file) => new Uint8Array(file))]),
  )
}

async function decode(kind: Kind, bytes: Uint8Array): Promise<{ verdict: Verdict; files: Buffer[] }> {
  try {
    const refused = refusalOf(await sharp(bytes, { limitInputPixels: false }).metadata())
    if (refused) return { verdict: { refused }, files: [] }
    const { files, width, height } = await makers[kind](bytes)
    return { verdict: { width, height, sizes: files.map(({ length }) => length) }, files }
  } catch (error) {
    return { verdict: { refused: 'unreadable', why: String(error) }, files: [] }
  }
}

/** By what the file says of itself, before anything is decoded. */
function refusalOf(said: Metadata): 'large' | 'heavy' | undefined {
  const { width, height } = said
  if (width * height > mostPixels || Math.max(width, height) > longestSide) return 'large'
  return heldBytesOf(said) > mostHeldBytes ? 'heavy' : undefined
}

/**
 * What its decoder holds of the whole picture: all coefficients of a progressive JPEG, two bytes each, all
 * pixels of an interlaced PNG, and of a GIF, as much as was measured.
 */
function heldBytesOf({ format, width, height, channels, depth, ...said }: Metadata): number {
  const pixels = width * height
  if (format === 'gif') return pixels * 5
  if (!said.isProgressive) return 0
  if (format === 'jpeg')
    return pixels * 2 * channels * (said.chromaSubsampling?.startsWith('4:2:0') ? 5 / 8 : 1)
  return pixels * channels * (depth === 'ushort' ? 2 : 1) * 1.25
}

async function inTwoSizes(bytes: Uint8Array): Promise<Output> {
  const large = await asWebp(bytes, sides.large)
  const small = await asWebp(large.data, sides.small)
  const { width, height } = large.info
  return { width, height, files: [small.data, large.data] }
}

async function asSquare(bytes: Uint8Array): Promise<Output> {
  const square = opened(bytes).resize({ width: avatarSide, height: avatarSide, fit: 'cover' })
  const file = await square.webp({ quality: 80 }).toBuffer()
  return { width: avatarSide, height: avatarSide, files: [file] }
}

async function asLogo(bytes: Uint8Array): Promise<Output> {
  const made = await opened(bytes)
    .resize({ ...logoBox, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 90 })
    .toBuffer({ resolveWithObject: true })
  return { width: made.info.width, height: made.info.height, files: [made.data] }
}

/** All of it in a square, and last the same with room around it. */
async function asIcon(bytes: Uint8Array): Promise<Output> {
  const side = 512
  const whole = await opened(bytes).resize(box(side)).png().toBuffer()
  const files = await Promise.all(
    iconSides.map((each) => sharp(whole).resize(box(each)).png({ compressionLevel: 9 }).toBuffer()),
  )
  const inner = Math.round(side * unmasked)
  const [before, behind] = [Math.floor((side - inner) / 2), Math.ceil((side - inner) / 2)]
  const cut = await sharp(await sharp(whole).resize(box(inner)).png().toBuffer())
    .flatten({ background: paper })
    .extend({ top: before, left: before, bottom: behind, right: behind, background: paper })
    .png({ compressionLevel: 9 })
    .toBuffer()
  return { width: side, height: side, files: [...files, cut] }
}

const clear = { r: 0, g: 0, b: 0, alpha: 0 }
const box = (side: number) => ({ width: side, height: side, fit: 'contain', background: clear }) as const

const makers: Record<Kind, (bytes: Uint8Array) => Promise<Output>> = {
  picture: inTwoSizes,
  avatar: asSquare,
  logo: asLogo,
  icon: asIcon,
}

const asWebp = (bytes: Uint8Array, side: number) =>
  opened(bytes)
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 80 })
    .toBuffer({ resolveWithObject: true })

/** Upright, and without whatever else was in the file: camera, place, names. */
const opened = (bytes: Uint8Array) =>
  sharp(bytes, { limitInputPixels: mostPixels, failOn: 'error', sequentialRead: true }).autoOrient()

const [kind, withinMs] = process.argv.slice(2)
await main(kind as Kind, Number(withinMs))

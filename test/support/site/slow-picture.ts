import sharp from 'sharp'

/**
 * A JPEG of 25 megapixels in 300 kB, whose decoder is busy for some 30 s of a core. A progressive file may
 * come in as many scans as it likes (ITU-T T.81, annex G): here each brings one bit of one coefficient of one
 * colour for all blocks, and says that there is nothing in it.
 */
export async function slowPicture(): Promise<Uint8Array> {
  const background = '#a83226'
  const whole = await sharp({ create: { width: 5_000, height: 5_000, channels: 3, background } })
    .jpeg({ progressive: true })
    .toBuffer()
  const segments = segmentsOf(whole)
  const firstScan = segments.findIndex(isScan)
  const empty = segments.findIndex((each, index) => index > firstScan && isScan(each))
  const table = segments[empty - 1]!
  const scans = [1, 2, 3].flatMap((colour) => [...scansOf(segments[empty]!, colour)])
  return Buffer.concat([
    whole.subarray(0, 2),
    ...segments.slice(0, firstScan + 1),
    table,
    ...scans,
    endOfImage,
  ])
}

const endOfImage = new Uint8Array([0xff, 0xd9])
const bits = 14

function* scansOf(empty: Uint8Array, colour: number): Generator<Uint8Array> {
  for (let coefficient = 1; coefficient < 64; coefficient++) {
    for (let bit = bits - 1; bit >= 0; bit--) {
      const scan = new Uint8Array(empty)
      scan[5] = colour
      scan.set([coefficient, coefficient, ((bit === bits - 1 ? 0 : bit + 1) << 4) | bit], 7)
      yield scan
    }
  }
}

const isScan = (segment: Uint8Array) => segment[1] === 0xda

/** What begins with a marker; bytes of a scan that look like one are followed by 0. */
function segmentsOf(file: Uint8Array): Uint8Array[] {
  const begins = [...file.keys()].filter((at) => at >= 2 && file[at] === 0xff && (file[at + 1] ?? 0) >= 0xc0)
  return begins.map((begin, index) => file.subarray(begin, begins[index + 1]))
}

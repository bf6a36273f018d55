import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import sharp from 'sharp'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { find } from '../support/site/markup.ts'
import { newName, password } from '../support/site/page.ts'
import { slowPicture } from '../support/site/slow-picture.ts'
import type { Visitor } from '../support/site/visitor.ts'
import { longestStep } from '../support/steps.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

let web: Replica
let ana: Visitor
let bo: Visitor
beforeAll(async () => {
  web = await openReplica()
  const accounts = await web.as('accounts')
  await web.database.write(
    `INSERT INTO categories (id, name, name_key) VALUES (1, 'Books', UNHEX(SHA2('Books', 256)))`,
  )
  const newMember = async (name: 'ana' | 'bo') => {
    const visitor = accounts.visitor()
    await visitor.post('/signup', { username: newName(name), password })
    const board = web.visitor()
    for (const [key, value] of visitor.cookies) board.cookies.set(key, value)
    return board
  }
  ana = await newMember('ana')
  bo = await newMember('bo')
})

const decoder = join(import.meta.dir, '../../src/pictures/check-and-resize.ts')

const create = (width: number, height: number) => ({
  width,
  height,
  channels: 3 as const,
  background: '#a83226',
})
const photo = (width = 2_000, height = 1_000) =>
  sharp({ create: create(width, height) })
    .jpeg()
    .withExif({ IFD0: { Copyright: 'the secret garden' }, IFD3: { GPSLatitude: '51/1 30/1 0/1' } })
    .toBuffer()

function write(
  visitor: Visitor,
  bytes: Uint8Array,
  alt = 'A red square',
  headers = {},
  { app }: Pick<Replica, 'app'> = web,
): Promise<Response> {
  const form = new FormData()
  for (const [name, value] of Object.entries({
    category: 'Books',
    title: 'With a picture',
    body: 'Look',
    alt,
  }))
    form.set(name, value)
  form.set('image', new File([new Uint8Array(bytes)], '../../picture.html', { type: 'text/html' }))
  const cookie = `session=${visitor.cookies.get('session')}`
  return app.handle(
    new Request(`${origin}/posts`, { method: 'POST', body: form, headers: { cookie, origin, ...headers } }),
  )
}

const stored = async () =>
  (await web.database.rows<{ count: number }>('SELECT COUNT(*) AS count FROM images'))[0]!.count
const posts = async () =>
  (await web.database.rows<{ count: number }>('SELECT COUNT(*) AS count FROM posts'))[0]!.count
const addressIn = (page: string, size: string) =>
  page.match(new RegExp(`/images/[0-9a-f]{64}-${size}\\.webp`))![0]

describe('a decoder', () => {
  const side = 6_300
  const square = (channels: 3 | 4) =>
    sharp({ create: { width: side, height: side, channels, background: '#a83226' }, limitInputPixels: false })
  const wide = (width: number) =>
    sharp(Buffer.alloc(width), { raw: { width, height: 1, channels: 1 }, limitInputPixels: false })
  /** The most memory that it has had, in kB. What the system says at its end has this process's in it. */
  const peakOf = async (child: Bun.Subprocess) => {
    let peak = 0
    while (child.exitCode === null && child.signalCode === null) {
      const [, kilobytes = '0'] = /VmHWM:\s+(\d+)/.exec(await statusOf(child.pid)) ?? []
      peak = Math.max(peak, Number(kilobytes))
      await Bun.sleep(1)
    }
    return peak
  }
  const statusOf = (pid: number) =>
    Bun.file(`/proc/${pid}/status`)
      .text()
      .catch(() => '')
  const whole = { chromaSubsampling: '4:4:4', progressive: true }

  test.each([
    ['a progressive JPEG', () => square(3).jpeg(whole)],
    ['an interlaced PNG', () => square(4).png({ progressive: true, compressionLevel: 1 })],
    ['a GIF', () => square(3).gif({ effort: 1, colours: 2 })],
    ['one row of pixels', () => wide(9_000_000).png()],
  ])('takes no more memory than docs/configuration.md says for %s of 40 megapixels', async (_, draw) => {
    const child = Bun.spawn([process.execPath, decoder, 'picture', '60000'], {
      stdin: new Uint8Array(await draw().toBuffer()),
      stdout: 'pipe',
    })
    const peak = peakOf(child)
    const [verdict] = (await new Response(child.stdout).text()).split('\n', 1)

    expect(await peak).toBeLessThan(240_000)
    expect(JSON.parse(verdict!)).toEqual({ refused: expect.stringMatching(/^(heavy|large)$/) })
  })

  test('takes what cameras and editors save, of as many megapixels as are taken', async () => {
    for (const draw of [
      square(3).jpeg(),
      square(3).jpeg({ progressive: true }),
      square(4).png(),
      sharp({ create: create(5_000, 5_000) }).png({ progressive: true }),
    ]) {
      const bytes = new Uint8Array(await draw.toBuffer())
      const child = Bun.spawn([process.execPath, decoder, 'avatar', '60000'], {
        stdin: bytes,
        stdout: 'pipe',
      })

      expect(await new Response(child.stdout).text()).toStartWith('{"width":96,"height":96')
    }
  })
})

describe('a picture with a post', () => {
  test('is shown on the list and on its page, made anew as WebP, without what else was in the file', async () => {
    const original = await photo()

    const answer = await write(ana, original, 'A "red" <square>')
    const page = await (await web.visitor().get(answer.headers.get('location')!)).text()
    const list = await (await web.visitor().get('/')).text()
    const large = await web.visitor().get(addressIn(page, 'large'))
    const bytes = Buffer.from(await large.arrayBuffer())
    const small = Buffer.from(await (await web.visitor().get(addressIn(list, 'small'))).arrayBuffer())

    expect(answer.status).toBe(303)
    expect(find(page, 'img[width="1600"][height="800"]').map(({ attributes }) => attributes.alt)).toEqual([
      'A "red" <square>',
    ])
    expect(original.includes('the secret garden')).toBe(true)
    for (const each of [bytes, small]) {
      const { format, exif, xmp, icc } = await sharp(each).metadata()
      expect({ format, exif, xmp, icc }).toEqual({
        format: 'webp',
        exif: undefined,
        xmp: undefined,
        icc: undefined,
      })
      expect(each.includes('the secret garden')).toBe(false)
    }
    expect((await sharp(small).metadata()).width).toBe(640)
    expect(large.headers.get('content-type')).toBe('image/webp')
    expect(large.headers.get('cache-control')).toBe('public, max-age=31536000, s-maxage=60, immutable')
    expect(large.headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('stands upright though the camera was held sideways', async () => {
    const sideways = await sharp({ create: create(300, 200) })
      .jpeg()
      .withMetadata({ orientation: 6 })
      .toBuffer()

    const answer = await write(ana, sideways)
    const page = await (await web.visitor().get(answer.headers.get('location')!)).text()

    expect(find(page, 'img[width="200"][height="300"]')).toHaveLength(1)
  })

  test.each(['png', 'webp', 'gif'] as const)('may be a %s', async (format) => {
    const answer = await write(
      ana,
      await sharp({ create: create(30, 20) })
        .toFormat(format)
        .toBuffer(),
    )

    expect(answer.status).toBe(303)
  })

  test('comes with the card that htmx puts on top of the list', async () => {
    const answer = await write(ana, await photo(100, 50), 'Small', { 'hx-request': 'true' })

    const fragment = await answer.text()

    expect(fragment).toContain('-small.webp"')
    expect(find(fragment, 'img[alt=Small]')).toHaveLength(1)
  })
})

const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'

describe('what is refused at the field, with nothing stored', () => {
  test.each<[string, () => Promise<Uint8Array> | Uint8Array, string]>([
    [
      'a page that says it is a picture',
      () => Buffer.from('<script>alert(1)</script>'),
      'no picture that can be read',
    ],
    ['a drawing with scripts', () => Buffer.from(svg), 'no picture that can be read'],
    [
      'a format with many decoders',
      async () =>
        sharp({ create: create(9, 9) })
          .tiff()
          .toBuffer(),
      'no picture',
    ],
    ['half a picture', async () => (await photo()).subarray(0, 4_000), 'no picture that can be read'],
    [
      'a bomb of 44 megapixels in few bytes',
      () =>
        sharp({ create: create(8_000, 5_500) })
          .png()
          .toBuffer(),
      '40 mega',
    ],
    ['more than 10 MB', () => new Uint8Array(10 * 1024 * 1024 + 1), 'at most 10 MB'],
  ])('%s', async (_, bytes, reason) => {
    const before = [await stored(), await posts()]

    const answer = await write(ana, await bytes())

    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain(reason)
    expect([await stored(), await posts()]).toEqual(before)
  })
})

test('a form with a text or two files for its picture is refused at the field, one without any is taken', async () => {
  const send = (...images: (string | File)[]) => {
    const form = new FormData()
    for (const name of ['title', 'body', 'alt']) form.set(name, name)
    form.set('category', 'Books')
    for (const image of images) form.append('image', image)
    const headers = { cookie: `session=${ana.cookies.get('session')}`, origin }
    return web.app.handle(new Request(`${origin}/posts`, { method: 'POST', body: form, headers }))
  }
  const file = () => new File([Buffer.from(svg)], 'photo.jpg')

  const refused = [await send('photo.jpg'), await send(file(), file())]
  const taken = [await send(), await send(''), await send(new File([], ''))]

  for (const answer of refused) {
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('A picture comes as one file.')
  }
  expect(taken.map(({ status }) => status)).toEqual([303, 303, 303])
})

/** How much of the work was done when each page was answered that others asked for during it. */
async function pagesDuring(work: Promise<unknown>, done: () => number): Promise<number[]> {
  const between: number[] = []
  let isOver = false
  const over = work.finally(() => {
    isOver = true
  })
  while (!isOver) {
    await web.visitor().get('/up')
    between.push(done())
    await Bun.sleep(5)
  }
  await over
  return between
}

test('pages go on while pictures are decoded, and who comes with too many at once has to wait', async () => {
  const large = await photo(3_000, 3_000)

  let done = 0
  const writing = Promise.all(Array.from({ length: 13 }, () => write(ana, large).finally(() => void done++)))
  const between = await pagesDuring(writing, () => done)

  const statuses = (await writing).map(({ status }) => status).sort()
  // More of them where the machine is so slow that the last ones would wait too long.
  expect(statuses.slice(-2)).toEqual([503, 503])
  expect([...new Set(statuses)]).toEqual([303, 503])
  expect(longestStep([...between, done])).toBeLessThan(done / 2)
})

test('a picture that would wait until HAProxy gives up is told to come again, and is not stored', async () => {
  const limited = await web.as('web', { pictureSeconds: 20 })
  const before = [await stored(), await posts()]
  const { promise: others, resolve: leave } = Promise.withResolvers<void>()
  const holding = limited.context.bulkheads.pictures(() => others)

  const answer = await write(ana, await photo(50, 30), 'Late', {}, limited)
  leave()
  await holding

  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '10'])
  expect([await stored(), await posts()]).toEqual(before)
})

test('a picture that keeps its decoder busy is refused in time, the decoder ended, and the next one taken', async () => {
  const limited = await web.as('web', { pictureSeconds: 2 })
  const before = [await stored(), await posts()]

  const writing = write(ana, await slowPicture(), 'Slow', {}, limited)
  await until(() => decoders().length === 1)
  const { length: pages } = await pagesDuring(writing, () => 0)
  const left = decoders()
  const next = await write(ana, await photo(40, 30), 'Next', {}, limited)

  expect((await writing).status).toBe(422)
  expect(await (await writing).text()).toContain('This picture takes too long to read.')
  expect(pages).toBeGreaterThan(5)
  expect(left).toEqual([])
  expect([await stored(), await posts()]).toEqual([before[0]! + 1, before[1]! + 1])
  expect(next.status).toBe(303)
})

/** The processes that this one decodes pictures in. */
function decoders(): string[] {
  const lines = Bun.spawnSync(['ps', '-A', '-o', 'ppid=,args=']).stdout.toString().split('\n')
  return lines.filter(
    (line) => line.includes('pictures/check-and-resize.ts') && Number.parseInt(line, 10) === process.pid,
  )
}

describe('removing a post', () => {
  const removal = (visitor: Visitor, post: string) => visitor.post(`${post}/remove`)

  test('is for its author alone, and makes it and its picture gone from everywhere at once', async () => {
    const answer = await write(ana, await photo(123, 45), `Only here ${crypto.randomUUID()}`)
    const post = answer.headers.get('location')!
    const page = await (await ana.get(post)).text()
    const picture = addressIn(page, 'large')
    await web.visitor().get('/')
    await web.visitor().get('/c/Books')

    const others = await removal(bo, post)
    const strangers = await removal(web.visitor(), post)
    const own = await removal(ana, post)

    expect([others.status, strangers.status, own.status]).toEqual([403, 401, 303])
    expect(page).toContain('Remove this post')
    expect(await (await bo.get('/posts/1')).text()).not.toContain('Remove this post')
    expect((await web.visitor().get(post)).status).toBe(404)
    for (const list of ['/', '/c/Books'])
      expect(await (await web.visitor().get(list)).text()).not.toContain(`"${post}"`)
    expect((await web.visitor().post(`${post}/likes`)).status).toBe(404)
    await until(async () => (await web.visitor().get(picture)).status === 404)
  })

  test('leaves a picture that another post shows too', async () => {
    const bytes = await photo(77, 77)
    const [one, two] = [await write(ana, bytes), await write(bo, bytes)]
    const picture = addressIn(await (await bo.get(two.headers.get('location')!)).text(), 'large')

    await removal(ana, one.headers.get('location')!)

    expect((await web.visitor().get(picture)).status).toBe(200)
  })
})

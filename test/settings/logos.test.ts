import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import sharp from 'sharp'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { type Market, openMarket } from '../support/site/market.ts'
import { attributeIn, find, textsIn } from '../support/site/markup.ts'
import { sessionCookieOf, type Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let market: Market
let other: Omit<Replica, 'as'>
let ana: Visitor

beforeAll(async () => {
  const web = await openReplica()
  market = await openMarket(web)
  other = await web.as('web', { name: 'web-2' })
  ana = await market.signedIn('ana', 'admin')
})

const picture = (width: number, height: number, background: string) =>
  sharp({ create: { width, height, channels: 4, background } })
    .png()
    .toBuffer()
const large = () =>
  sharp(Buffer.alloc(50_000_000), { raw: { width: 10_000, height: 5_000, channels: 1 } })
    .png({ compressionLevel: 1 })
    .toBuffer()
const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'
const logoField = ['logo', 'logoDark', 'icon'] as const
type Sent = Partial<Record<(typeof logoField)[number], Uint8Array>> & Record<string, string | Uint8Array>

async function save(fields: Sent): Promise<Response> {
  const form = new FormData()
  form.set('name', 'The Hill')
  for (const [name, value] of Object.entries(fields))
    form.set(name, typeof value === 'string' ? value : new File([new Uint8Array(value)], 'a.png'))
  const headers = { accept: 'text/html', origin: 'http://localhost', cookie: sessionCookieOf(ana) }
  return market.send(new Request('http://localhost/admin/site', { method: 'POST', headers, body: form }))
}

const read = async (path = '/') => (await market.anyone().get(path)).text()
const namesStored = async () =>
  (await market.replica.database.rows<{ name: string }>('SELECT name FROM logos ORDER BY name')).map(
    ({ name }) => name,
  )

test('a logo stands in place of the name on every replica, in the light and in the dark', async () => {
  const answer = await save({
    logo: await picture(800, 100, '#103010'),
    logoDark: await picture(20, 20, '#f0fff0'),
    logoAlt: 'A hill, "green"',
  })

  expect(answer.status).toBe(200)
  for (const page of [await read(), await (await other.visitor().get('/market')).text()]) {
    expect(textsIn(page, '.brand')).toEqual([''])
    const image = find(page, '.brand img')[0]?.attributes
    expect(image).toMatchObject({ alt: 'A hill, "green"', width: '190', height: '24' })
    const [light, dark] = [image?.src ?? '', attributeIn(page, '.brand source', 'srcset')]
    expect(attributeIn(page, '.brand source', 'media')).toBe('(prefers-color-scheme: dark)')
    for (const [path, width, height] of [
      [light, 400, 50],
      [dark, 20, 20],
    ] as const) {
      const file = await market.anyone().get(path)
      expect(file.headers.get('content-type')).toBe('image/webp')
      expect(file.headers.get('cache-control')).toContain('immutable')
      expect(await sharp(await file.bytes()).metadata()).toMatchObject({ width, height, format: 'webp' })
    }
  }
})

test('a form in which no file was chosen is saved, as browsers send it', async () => {
  const part = (name: string, more: string, value: string) =>
    `--x\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`
  const none = '; filename=""\r\ncontent-type: application/octet-stream'
  const files = logoField.map((name) => part(name, none, '')).join('')
  const body = `${part('name', '', 'The Mill')}${files}--x--\r\n`
  const headers = {
    ...{ accept: 'text/html', origin: 'http://localhost', cookie: sessionCookieOf(ana) },
    'content-type': 'multipart/form-data; boundary=x',
  }

  const answer = await market.send(
    new Request('http://localhost/admin/site', { method: 'POST', headers, body }),
  )

  expect(answer.status).toBe(200)
  expect(textsIn(await read(), 'title')[0]).toContain('The Mill')
})

test('what nobody touched stays, and the name comes back without the logo', async () => {
  await save({ logo: await picture(64, 64, '#103010'), logoDark: await picture(20, 20, '#f0fff0') })
  const before = attributeIn(await read(), '.brand img', 'src')

  await save({})
  const untouched = await read()
  await save({ 'without-logo': 'yes' })
  const without = await read()

  expect(attributeIn(untouched, '.brand img', 'src')).toBe(before)
  expect(attributeIn(untouched, '.brand img', 'alt')).toBe('The Hill')
  expect(textsIn(without, '.brand')).toEqual(['The Hill'])
  expect(find(without, '.brand source')).toEqual([])
})

test('an icon is that of tabs, of /favicon.ico and of the app, in each size', async () => {
  const none = attributeIn(await read(), 'link[rel=icon]', 'href')
  await save({ icon: await picture(300, 150, '#103010') })

  const page = await read()
  const favicon = await market.anyone().get('/favicon.ico')
  const manifest = await (await other.visitor().get('/manifest.webmanifest')).json()

  const at = attributeIn(page, 'link[rel=icon]', 'href')
  expect(none).toStartWith('/static/icon.')
  expect(at).toMatch(/^\/logos\/[\da-f]{64}-48\.png$/)
  expect(favicon.headers.get('location')).toBe(at)
  expect(manifest.icons).toHaveLength(3)
  for (const { src, sizes } of manifest.icons) {
    expect(src).toStartWith(at.replace('48.png', ''))
    const file = await market.anyone().get(src)
    const { width, height, format } = await sharp(await file.bytes()).metadata()
    expect([`${width}x${height}`, format]).toEqual([sizes, 'png'])
  }
  const cut = await market.anyone().get(manifest.icons[2].src)
  const [ground] = [
    ...(await sharp(await cut.bytes())
      .ensureAlpha()
      .raw()
      .toBuffer()),
  ]
  expect(ground).toBe(0xfb)

  await save({ 'without-icon': 'yes' })
  expect(attributeIn(await read(), 'link[rel=icon]', 'href')).toBe(none)
})

const unreadable = 'This is no picture that can be read here. JPEG, PNG, WebP and GIF can.'
test.each<[string, () => Sent | Promise<Sent>, string]>([
  ['an SVG with a script', () => ({ logo: Buffer.from(svg) }), unreadable],
  ['text as an icon', () => ({ icon: Buffer.from('<script>') }), unreadable],
  ['50 megapixels', async () => ({ logoDark: await large() }), 'A picture has at most 40 megapixels.'],
  ['a text of two lines', () => ({ logoAlt: 'a\nb' }), 'One line of at most 120 characters.'],
  [
    'one that is fine beside a colour that is not',
    async () => ({ logo: await picture(9, 9, '#a01010'), accent: '#ffee00' }),
    'Words in this colour are hard to read',
  ],
])('%s is refused with a sentence, and nothing is stored', async (_, fields, says) => {
  const before = [await namesStored(), await read()]

  const answer = await save(await fields())

  expect(answer.status).toBe(422)
  expect(textsIn(await answer.text(), '.error').join('\n')).toStartWith(says)
  expect([await namesStored(), await read()]).toEqual(before)
})

test('what was replaced is there for an hour, and gone with the next', async () => {
  const { database } = market.replica
  await save({ logo: await picture(30, 30, '#aa0000') })
  const first = attributeIn(await read(), '.brand img', 'src')
  await save({ logo: await picture(30, 30, '#00aa00') })
  const within = (await market.anyone().get(first)).status

  await database.write('UPDATE logos SET created_at = created_at - INTERVAL 2 HOUR')
  await save({ icon: await picture(30, 30, '#0000aa') })

  expect(within).toBe(200)
  expect((await market.anyone().get(first)).status).toBe(404)
  expect((await market.anyone().get(attributeIn(await read(), '.brand img', 'src'))).status).toBe(200)
  expect(await namesStored()).toHaveLength(6)
})

test.each(['/logos/x.webp', `/logos/${'a'.repeat(64)}-9x9.webp`, `/logos/${'a'.repeat(64)}-48.webp`])(
  'there is nothing at %s',
  async (path) => {
    expect((await market.anyone().get(path)).status).toBe(404)
  },
)

import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import sharp, { type Sharp } from 'sharp'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { find } from '../support/site/markup.ts'
import { newMember } from '../support/site/members.ts'

setDefaultTimeout(120_000)

let web: Replica
beforeAll(async () => {
  web = await openReplica({ siteName: 'The board of the hill', read: 'members' })
})

test('the manifest names the board, in the language of who asks, with pictures of their sizes', async () => {
  const response = await web.visitor().get('/manifest.webmanifest', { 'accept-language': 'ar' })
  const manifest = await response.json()

  expect(response.headers.get('content-type')).toBe('application/manifest+json')
  expect(manifest).toMatchObject({ name: 'The board of the hill', lang: 'ar', dir: 'rtl', start_url: '/' })
  expect(manifest.short_name.length).toBeLessThanOrEqual(12)
  for (const { src, sizes, type } of manifest.icons) {
    const icon = await web.visitor().get(src)
    expect(icon.headers.get('content-type')).toBe(type)
    const { width, height, format } = await sharp(await icon.bytes()).metadata()
    expect([`${width}x${height}`, format]).toEqual([sizes, 'png'])
  }
  expect(manifest.icons.map(({ purpose }: { purpose: string }) => purpose)).toEqual([
    'any',
    'any',
    'maskable',
  ])
})

test('the pictures are those of the drawing, and the one that is cut has its ground everywhere', async () => {
  const onWhite = (picture: Sharp) =>
    picture.resize(512, 512).flatten({ background: '#fff' }).raw().toBuffer()
  const drawing = await onWhite(sharp('public/icon.svg', { density: 1_152 }))
  const picture = await onWhite(sharp('public/icon-512.png'))
  const differing = drawing.filter((value, at) => Math.abs(value - (picture[at] ?? 0)) > 40).length
  expect(differing / drawing.length).toBeLessThan(0.01)

  const cut = await sharp('public/maskable-512.png').ensureAlpha().raw().toBuffer()
  expect([...cut.subarray(0, 4)]).toEqual([0xb3, 0x36, 0x2b, 255])
})

test('the worker is another for another version, small, and kept for a minute', async () => {
  const response = await web.visitor().get('/worker.js')
  const text = await response.text()

  expect(response.headers.get('content-type')).toBe('text/javascript;charset=utf-8')
  expect(response.headers.get('cache-control')).toBe('private, max-age=60')
  expect(text).toMatch(/"version":"\w+"/)
  expect(Bun.gzipSync(text).length).toBeLessThan(2_500)
  const { style, script } = web.context.assets
  for (const file of [style, script]) expect(text).toContain(file)
})

test('the page for who is offline is the same for all, and says nothing of a member', async () => {
  const ana = await newMember(web, 'ana')

  const [ofAna, ofStranger] = await Promise.all(
    [ana, web.visitor()].map(async (who) => (await who.get('/offline')).text()),
  )

  expect(ofAna).toBe(ofStranger as string)
  expect(find(ofAna as string, 'ul#kept').length).toBe(1)
})

test('a page says whose it is, by number, to who keeps it', async () => {
  const bo = await newMember(web, 'bo')

  expect(await (await bo.get('/market')).text()).toMatch(/^<!doctype html><html lang="en" data-reader="\d+"/)
  expect(await (await web.visitor().get('/login')).text()).not.toContain('data-reader')
})

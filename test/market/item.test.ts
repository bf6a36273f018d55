import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import sharp from 'sharp'
import { openReplica } from '../support/servers/replica.ts'
import { type Market, openMarket } from '../support/site/market.ts'
import { find, textsIn } from '../support/site/markup.ts'
import { versionIn } from '../support/site/page.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let market: Market
let ana: Visitor
let bo: Visitor

beforeAll(async () => {
  market = await openMarket(await openReplica())
  ana = await market.signedIn('ana', 'admin')
  bo = await market.signedIn('bo')
})

const page = async (path: string, visitor = market.anyone()) => (await visitor.get(path)).text()

let shade = 0
const picture = async (width = 60, height = 40) =>
  sharp({ create: { width, height, channels: 3, background: { r: ++shade * 8, g: 90, b: 9 } } })
    .png()
    .toBuffer()

/** Sends a file as the form of an item's page does, or as a program. */
function send(path: string, bytes: Uint8Array, alt = '', headers: Record<string, string> = {}) {
  const form = new FormData()
  form.set('image', new File([new Uint8Array(bytes)], 'photo.jpg'))
  form.set('alt', alt)
  const cookie = `session=${ana.cookies.get('session')}`
  const origin = 'http://localhost'
  return market.send(
    new Request(origin + path, { method: 'POST', body: form, headers: { cookie, origin, ...headers } }),
  )
}

const attributesIn = (text: string, selector: string, name: string) =>
  find(text, selector).map(({ attributes }) => attributes[name] ?? '')
const altsIn = (text: string) => attributesIn(text, 'img.picture', 'alt')
const api = async (id: number) => (await market.anyone().get(`/api/items/${id}`)).json()

describe('the page of an item', () => {
  test('shows what it is, what a unit costs and what is left, and leads to its category', async () => {
    const id = await market.addItem('Honey', 12, '4.50')
    const fields = { description: 'From *our* bees', category: 'Larder', unit: 'jar' }
    const answer = await ana.post(`/admin/items/${id}/details`, fields)
    const text = await page(`/market/${id}`)

    expect(answer.headers.get('location')).toBe(`/admin/items/${id}/details`)
    expect(textsIn(text, 'h1 bdi')).toEqual(['Honey'])
    expect(textsIn(text, '.body em')).toEqual(['our'])
    expect(textsIn(text, '.price')).toEqual(['€4.50 / jar'])
    expect(text).toContain('12 in stock')
    expect(attributesIn(text, 'a[href^="/market?"]', 'href')).toEqual(['/market?category=Larder'])
  })

  test('is linked from the market, and is gone with the item', async () => {
    const id = await market.addItem('Wax', 3, '1.00')

    expect(attributesIn(await page('/market?q=wax'), '.item h2 a', 'href')).toEqual([`/market/${id}`])
    await ana.post(`/admin/items/${id}/remove`)

    expect((await market.anyone().get(`/market/${id}`)).status).toBe(404)
    expect((await market.anyone().get('/market/0')).status).toBe(404)
    expect((await market.anyone().get('/market/honey')).status).toBe(404)
    expect((await ana.get(`/admin/items/${id}/details`)).status).toBe(404)
  })

  test('lets a member order there', async () => {
    const id = await market.addItem('Candle', 3, '1.00')

    expect(find(await page(`/market/${id}`, bo), 'form[action="/market/orders"]')).toHaveLength(1)
    expect(find(await page(`/market/${id}`), 'form[action="/market/orders"]')).toEqual([])
  })

  test('shows what is left at once after an order', async () => {
    const id = await market.addItem('Comb', 8, '1.00')
    await page(`/market/${id}`)

    await market.json(bo, 'POST', '/api/orders', { item: id, quantity: 5 })

    expect(await page(`/market/${id}`)).toContain('Only 3 left')
  })
})

describe('a category of the market', () => {
  test('filters the shelf and the API, and is offered in the form', async () => {
    const id = await market.addItem('Rye', 3, '1.00')
    await market.json(ana, 'PATCH', `/api/items/${id}`, { category: 'Bread & buns' })
    const query = new URLSearchParams({ category: 'Bread & buns' })

    const text = await page(`/market?${query}`)
    const found = await (await market.anyone().get(`/api/items?${query}`)).json()

    expect(textsIn(text, '.item h2 a')).toEqual(['Rye'])
    expect(textsIn(text, 'select[name=category] option[selected]')).toEqual(['Bread & buns'])
    expect(found).toMatchObject([{ id, category: 'Bread & buns' }])
    expect(textsIn(await page('/market?category=nonsense'), '.item h2 a')).toEqual([])
    expect((await market.anyone().get('/api/items?category=nonsense')).status).toBe(404)
  })
})

describe('what an item is', () => {
  test.each([
    ['description', 'x'.repeat(5_001), 'A description has at most 5000 characters.'],
    ['category', 'x'.repeat(41), 'One line of at most 40 characters.'],
    ['unit', 'k\u0000g', 'One line of at most 20 characters.'],
  ])('with a wrong %s is refused, and kept as it was', async (field, value, says) => {
    const id = await market.addItem(`Wrong ${field}`, 1, '1.00')

    const form = await ana.post(`/admin/items/${id}/details`, { [field]: value })
    const json = await market.json(ana, 'PATCH', `/api/items/${id}`, { [field]: value })

    expect([form.status, json.status]).toEqual([422, 422])
    expect(textsIn(await form.text(), `#${field}-error`)).toEqual([says])
    expect((await json.json()).errors).toMatchObject({ [field]: says })
    expect(await api(id)).toMatchObject({ description: '', category: '', unit: '' })
  })

  test('that another tab changed meanwhile is not overwritten', async () => {
    const id = await market.addItem('Two tabs', 1, '1.00')
    const version = versionIn(await page(`/admin/items/${id}/details`, ana))
    await ana.post(`/admin/items/${id}/details`, { version, unit: 'kg' })

    const answer = await ana.post(`/admin/items/${id}/details`, { version, unit: 'jar' })

    expect(answer.status).toBe(409)
    expect(await api(id)).toMatchObject({ unit: 'kg' })
  })

  test('is set with a new item over the API, and stays when only its quantity is', async () => {
    const whole = {
      name: 'Jam',
      quantity: 3,
      price: '2',
      description: 'Sweet',
      category: 'Larder',
      unit: 'jar',
    }

    const added = await market.json(ana, 'POST', '/api/items', whole)
    const again = await market.json(ana, 'POST', '/api/items', {
      name: 'Jam',
      quantity: 9,
      price: '5',
      unit: 'kg',
    })

    expect([added.status, again.status]).toEqual([201, 200])
    expect(await again.json()).toMatchObject({
      quantity: 9,
      price: '2.00',
      description: 'Sweet',
      unit: 'jar',
    })
  })

  test('changes over the API only while it is as the If-Match says', async () => {
    const id = await market.addItem('Matched', 1, '1.00')
    const etag = (await market.anyone().get(`/api/items/${id}`)).headers.get('etag')!
    const change = (unit: string) =>
      market.json(ana, 'PATCH', `/api/items/${id}`, { unit }, { 'if-match': etag })

    expect([(await change('kg')).status, (await change('jar')).status]).toEqual([200, 412])
  })
})

describe('the post where an item is talked about', () => {
  test('is linked from its page while one may read it, and is one that is there', async () => {
    const id = await market.addItem('Talked about', 3, '1.00')
    const { write } = market.replica.database
    await write(
      `INSERT IGNORE INTO categories (id, name, name_key) VALUES (1, 'Books', UNHEX(SHA2('Books', 256)))`,
    )
    const { insertId: post } = await write(
      `INSERT INTO posts (category_id, title, body) VALUES (1, 'Talk', 'x')`,
    )

    const wrong = await ana.post(`/admin/items/${id}/details`, { post: '999999' })
    const json = await market.json(ana, 'PATCH', `/api/items/${id}`, { post: 999_999 })
    await ana.post(`/admin/items/${id}/details`, { post: `${post}` })
    const text = await page(`/market/${id}`)
    await write('DELETE FROM posts WHERE id = ?', [post])
    await market.replica.context.cache.invalidate([`post:${post}`])

    expect([wrong.status, json.status]).toEqual([422, 422])
    expect(textsIn(await wrong.text(), '#post-error')).toEqual(['There is no such post.'])
    expect(attributesIn(text, `a[href="/posts/${post}"]`, 'class')).toEqual(['button'])
    expect(await page(`/market/${id}`)).not.toContain('/posts/')
  })
})

describe('pictures of an item', () => {
  test('are added, described, put in order and removed; the first is on the shelf', async () => {
    const id = await market.addItem('Pictured', 3, '1.00')
    const at = `/admin/items/${id}`
    for (const alt of ['One', 'Two', 'Three'])
      expect((await send(`${at}/pictures`, await picture(), alt)).status).toBe(303)
    const [one, two, three] = attributesIn(
      await page(`${at}/details`, ana),
      'form[action*="/pictures/"]',
      'action',
    )
    const orders = [altsIn(await page(`/market/${id}`))]
    const act = async (form: string, fields: Record<string, string>) => {
      await ana.post(form, fields)
      orders.push(altsIn(await page(`/market/${id}`)))
    }

    await act(three!, { do: 'earlier', alt: 'not read' })
    await act(one!, { do: 'later' })
    await act(two!, { do: 'describe', alt: '2' })
    await act(one!, { do: 'remove' })
    const gone = await ana.post(one!, { do: 'remove' })

    expect(orders).toEqual([
      ['One', 'Two', 'Three'],
      ['One', 'Three', 'Two'],
      ['Three', 'One', 'Two'],
      ['Three', 'One', '2'],
      ['Three', '2'],
    ])
    expect(gone.status).toBe(404)
    const [first] = attributesIn(await page('/market?q=pictured'), '.item img', 'src')
    expect(three).toContain(first!.slice('/images/'.length, -'-small.webp'.length))
    expect((await market.anyone().get(first!)).status).toBe(200)
    const lost = first!.replace(/[0-9a-f]{64}/, one!.slice(-64))
    expect((await market.anyone().get(lost, { accept: '*/*' })).status).toBe(404)
  })

  test('are put in order and described at once over the API', async () => {
    const id = await market.addItem('Over the API', 3, '1.00')
    const at = `/api/items/${id}/pictures`
    const first = await send(at, await picture(), 'One')
    const { pictures } = await (await send(at, await picture(), 'Two')).json()
    const [one, two] = pictures as { url: string }[]
    const arrange = (urls: (string | undefined)[]) =>
      market.json(ana, 'PUT', at, { pictures: urls.map((url) => ({ url, alt: 'Anew' })) })

    const turned = await arrange([two!.url, one!.url])
    const twice = await arrange([one!.url, one!.url])
    const stranger = await arrange([`/images/${'0'.repeat(64)}-large.webp`])
    const fewer = await arrange([two!.url])

    expect(first.status).toBe(201)
    expect((await turned.json()).pictures).toMatchObject([
      { url: two!.url, alt: 'Anew', width: 60, height: 40 },
      { url: one!.url },
    ])
    expect([twice.status, stranger.status]).toEqual([422, 422])
    expect(await fewer.json()).toMatchObject({ picture: two!.url, pictures: [{ url: two!.url }] })
  })

  test('are at most ten, each once, and not in a body of JSON', async () => {
    const id = await market.addItem('Full', 3, '1.00')
    const at = `/api/items/${id}/pictures`
    const bytes = await picture()
    await send(at, bytes)
    const twice = await send(at, bytes)
    const { write } = market.replica.database
    const hashes = Array.from({ length: 9 }, (_, n) => `${n}`.repeat(64))
    await write('INSERT INTO images (hash, width, height, small, large) VALUES ?', [
      hashes.map((hash) => [hash, 1, 1, 'small', 'large']),
    ])
    await write('INSERT INTO item_pictures (item_id, place, image_hash) VALUES ?', [
      hashes.map((hash, n) => [id, n + 2, hash]),
    ])
    const eleventh = await send(`/admin/items/${id}/pictures`, await picture())

    expect((await twice.json()).errors).toEqual({ image: 'This picture is there already.' })
    expect(eleventh.status).toBe(422)
    expect(await eleventh.text()).toContain('An item has at most 10 pictures.')
    expect((await market.json(ana, 'POST', at, { image: 'x' })).status).toBe(415)
  })

  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'

  test.each([
    ['of 50 megapixels', () => picture(10_000, 5_000), 'A picture has at most 40 megapixels.'],
    [
      'that is a drawing with scripts',
      async () => Buffer.from(svg),
      'This is no picture that can be read here.',
    ],
    ['that is empty', async () => Buffer.from(''), 'This is no picture that can be read here.'],
  ])('a picture %s is refused in a sentence, and nothing is stored', async (what, bytes, says) => {
    const id = await market.addItem(`With one ${what}`, 3, '1.00')

    const form = await send(`/admin/items/${id}/pictures`, await bytes())
    const program = await send(`/api/items/${id}/pictures`, await bytes())

    expect([form.status, program.status]).toEqual([422, 422])
    expect(textsIn(await form.text(), '#image-error')[0]).toContain(says)
    expect((await program.json()).errors.image).toContain(says)
    expect((await api(id)).pictures).toEqual([])
  })

  test('that a post shows, too, stay with the post when the item goes', async () => {
    const id = await market.addItem('Shared', 3, '1.00')
    await send(`/admin/items/${id}/pictures`, await picture())
    const { write } = market.replica.database
    await write(
      `INSERT IGNORE INTO categories (id, name, name_key) VALUES (1, 'Books', UNHEX(SHA2('Books', 256)))`,
    )
    await write(
      `INSERT INTO posts (category_id, title, body, image_hash)
       SELECT 1, 'Shared', 'x', image_hash FROM item_pictures WHERE item_id = ?`,
      [id],
    )
    const { picture: url } = await api(id)

    await ana.post(`/admin/items/${id}/remove`)

    expect((await market.anyone().get(url)).status).toBe(200)
  })

  test('are changed by admins alone', async () => {
    const id = await market.addItem('Not yours', 3, '1.00')

    expect((await bo.post(`/admin/items/${id}/pictures`)).status).toBe(403)
    expect((await market.json(bo, 'PUT', `/api/items/${id}/pictures`, { pictures: [] })).status).toBe(403)
  })
})

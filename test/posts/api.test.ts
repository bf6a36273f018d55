import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import sharp from 'sharp'
import { type ApiBoard, openApiBoard, type Post } from '../support/api/board.ts'

setDefaultTimeout(60_000)

let api: ApiBoard['api']
let tokens: ApiBoard['tokens']
let write: ApiBoard['write']
let site: ApiBoard['site']

beforeAll(async () => {
  ;({ api, tokens, write, site } = await openApiBoard())
})

describe('a post with a picture', () => {
  const photo = (width = 900) =>
    sharp({ create: { width, height: 300, channels: 3, background: '#a83226' } })
      .jpeg()
      .toBuffer()
  const form = (fields: Record<string, string>, image?: Uint8Array) => {
    const data = new FormData()
    for (const [name, value] of Object.entries(fields)) data.set(name, value)
    if (image) data.set('image', new File([new Uint8Array(image)], 'photo.jpg', { type: 'text/html' }))
    return data
  }
  const fields = { category: 'Books', title: 'With a picture', body: 'Look', alt: 'A red <wall>' }

  test('is sent as a form, and says where its picture is', async () => {
    const created = await api('POST', '/api/posts', form(fields, await photo()), tokens.ana)
    const post = created.body as Post & { image: { url: string; width: number; height: number; alt: string } }
    const read = await api('GET', `/api/posts/${post.id}`)
    const listed = ((await api('GET', '/api/posts')).body as Post[]).find(({ id }) => id === post.id)
    const picture = await fetch(site.url + post.image.url)
    const changed = await api('PATCH', `/api/posts/${post.id}`, { title: 'Still with it' }, tokens.ana)

    expect(created.status).toBe(201)
    expect(post.image).toEqual({
      url: expect.stringMatching(/^\/images\/[0-9a-f]{64}-large\.webp$/),
      width: 900,
      height: 300,
      alt: 'A red <wall>',
    })
    expect([read.body, listed]).toEqual([created.body, created.body])
    expect(picture.headers.get('content-type')).toBe('image/webp')
    expect(await sharp(await picture.arrayBuffer()).metadata()).toMatchObject({ format: 'webp', width: 900 })
    expect(changed.body).toMatchObject({ title: 'Still with it', image: post.image })
  })

  test('is made once for each Idempotency-Key, and another picture is another post', async () => {
    const key = { ...tokens.bo, 'idempotency-key': crypto.randomUUID() }
    const [one, other] = [await photo(), await photo(800)]

    const first = await api('POST', '/api/posts', form(fields, one), key)
    const again = await api('POST', '/api/posts', form(fields, one), key)
    const mistaken = await api('POST', '/api/posts', form(fields, other), key)

    expect([first.status, again.status, mistaken.status]).toEqual([201, 201, 422])
    expect(again.body).toEqual(first.body)
  })

  test('is made once, with a slash behind the address, too', async () => {
    const key = { ...tokens.bo, 'idempotency-key': crypto.randomUUID() }

    const first = await api('POST', '/api/posts', form(fields), key)
    const again = await api('POST', '/api/posts/', form(fields), key)

    expect([first.status, again.status]).toEqual([201, 201])
    expect(again.body).toEqual(first.body)
  })

  test('may be a form without one, and JSON has none', async () => {
    const notChosen = form(fields)
    notChosen.set('image', new File([], ''))

    const plain = await api('POST', '/api/posts', form(fields), tokens.ana)
    const asBrowsersSend = await api('POST', '/api/posts', notChosen, tokens.ana)
    const asText = await api('POST', '/api/posts', form({ ...fields, image: '' }), tokens.ana)
    const asJson = await write('Only words')

    for (const { status, body } of [plain, asBrowsersSend, asText])
      expect([status, (body as { image: unknown }).image]).toEqual([201, null])
    expect(asJson).toMatchObject({ image: null })
  })

  test('is refused with a text or an empty file where its picture belongs', async () => {
    const asText = await api('POST', '/api/posts', form({ ...fields, image: 'photo.jpg' }), tokens.ana)
    const empty = await api('POST', '/api/posts', form(fields, new Uint8Array()), tokens.ana)

    expect([asText.status, empty.status]).toEqual([422, 422])
    expect(asText.body).toMatchObject({ errors: { image: 'A picture comes as one file.' } })
  })

  test('is refused with what is no picture, no post, or no form at all', async () => {
    const send = async (body: FormData | string, headers = {}) =>
      (await api('POST', '/api/posts', body, { ...tokens.ana, ...headers })).status
    const nothing = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>')

    const answers = [
      await send(form(fields, nothing)),
      await send(form({ ...fields, title: '' }, await photo())),
      await send(form({ ...fields, alt: 'x'.repeat(301) }, await photo())),
      await send('--nothing', { 'content-type': 'multipart/form-data; boundary=x' }),
      await send('--nothing', { 'content-type': 'multipart/form-data' }),
    ]

    expect(answers).toEqual([422, 422, 422, 400, 400])
  })
})

describe('categories', () => {
  test('are made by members, once, and listed with the number of their posts', async () => {
    const created = await api('POST', '/api/categories', { name: ' Füße & so ' }, tokens.ana)
    const again = await api('POST', '/api/categories', { name: 'Füße & so' }, tokens.ana)
    const found = await api('GET', created.headers.get('location')!)
    const listed = (await api('GET', '/api/categories')).body

    expect(created.status).toBe(201)
    expect(again.status).toBe(409)
    expect(found.body).toEqual(created.body)
    expect(listed).toContainEqual(created.body)
  })

  test.each([
    ['', 'A category needs a name.'],
    ['x'.repeat(61), 'A name has at most 60 characters.'],
    ['a\nb', 'A name is one line of ordinary characters.'],
    [7, 'This must be text.'],
  ])('called %p are refused', async (name, message) => {
    const { status, body } = await api('POST', '/api/categories', { name }, tokens.ana)

    expect(status).toBe(422)
    expect(body).toMatchObject({ title: 'Unprocessable Entity', errors: { name: message } })
  })

  test('are removed by admins only, when they have no posts', async () => {
    await api('POST', '/api/categories', { name: 'Gone soon' }, tokens.ana)
    const post = await write('in what goes', { category: 'Gone soon' })

    const answers = [
      (await api('DELETE', '/api/categories/Gone%20soon')).status,
      (await api('DELETE', '/api/categories/Gone%20soon', undefined, tokens.ana)).status,
      (await api('DELETE', '/api/categories/Gone%20soon', undefined, tokens.root)).status,
      (await api('GET', `/api/posts/${post.id}`)).status,
      (await api('DELETE', `/api/posts/${post.id}`, undefined, tokens.ana)).status,
      (await api('DELETE', '/api/categories/Gone%20soon', undefined, tokens.root)).status,
      (await api('DELETE', '/api/categories/Gone%20soon', undefined, tokens.root)).status,
    ]

    expect(answers).toEqual([401, 403, 409, 200, 204, 204, 404])
  })
})

describe('posts', () => {
  test('are written, read, changed and removed', async () => {
    const created = await api(
      'POST',
      '/api/posts',
      { category: 'Books', title: ' A title ', body: 'Text\r\nof two lines' },
      tokens.ana,
    )
    const location = created.headers.get('location')!
    const changed = await api(
      'PATCH',
      location,
      { title: 'Another title', category: 'Town square' },
      tokens.ana,
    )
    const read = await api('GET', location)
    const removed = await api('DELETE', location, undefined, tokens.ana)
    const missing = await api('GET', location)

    expect(created.status).toBe(201)
    expect(created.body).toMatchObject({
      title: 'A title',
      body: 'Text\nof two lines',
      author: 'ana',
      likes: 0,
      editedAt: null,
    })
    expect(changed.body).toMatchObject({
      title: 'Another title',
      body: 'Text\nof two lines',
      category: 'Town square',
    })
    expect((changed.body as Post).editedAt).not.toBeNull()
    expect(read.body).toEqual(changed.body)
    expect(removed.status).toBe(204)
    expect(missing.status).toBe(404)
    expect(missing.headers.get('content-type')).toBe('application/problem+json')
  })

  test('count in their category, wherever they are moved', async () => {
    const counts = async () => {
      const { body } = await api('GET', '/api/categories')
      return Object.fromEntries(
        (body as { name: string; posts: number }[]).map(({ name, posts }) => [name, posts]),
      )
    }
    const before = await counts()

    const post = await write('moving', { category: 'Books' })
    const written = await counts()
    await api('PATCH', `/api/posts/${post.id}`, { category: 'Town square' }, tokens.ana)
    const moved = await counts()
    await api('DELETE', `/api/posts/${post.id}`, undefined, tokens.ana)

    expect(written.Books).toBe(before.Books! + 1)
    expect(moved.Books).toBe(before.Books!)
    expect(moved['Town square']).toBe(before['Town square']! + 1)
    expect(await counts()).toEqual(before)
  })

  test('belong to their author and the admins', async () => {
    const { id } = await write('of ana')

    const answers = [
      (await api('PATCH', `/api/posts/${id}`, { title: 'x' })).status,
      (await api('PATCH', `/api/posts/${id}`, { title: 'x' }, tokens.bo)).status,
      (await api('DELETE', `/api/posts/${id}`, undefined, tokens.bo)).status,
      (await api('PATCH', `/api/posts/${id}`, { title: 'x' }, tokens.root)).status,
      (await api('DELETE', `/api/posts/${id}`, undefined, tokens.root)).status,
      (await api('DELETE', `/api/posts/${id}?reason=Spam`, undefined, tokens.root)).status,
    ]

    expect(answers).toEqual([401, 403, 403, 403, 422, 204])
  })

  test('that cannot be taken say why, field by field', async () => {
    const { status, body, headers } = await api(
      'POST',
      '/api/posts',
      { category: '', title: 'x'.repeat(201), body: '' },
      tokens.ana,
    )

    expect(status).toBe(422)
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(body).toEqual({
      type: 'about:blank',
      title: 'Unprocessable Entity',
      status: 422,
      detail: 'Something in this request cannot be taken as it is.',
      errors: {
        category: 'Choose a category.',
        title: 'A title has at most 200 characters.',
        body: 'Write something.',
      },
    })
  })

  test('are not made of what is no JSON or no object', async () => {
    const answers = [
      await api('POST', '/api/posts', '{"title":', tokens.ana),
      await api('POST', '/api/posts', '', tokens.ana),
      await api('POST', '/api/posts', '[]', tokens.ana),
      await api('POST', '/api/posts', 'null', tokens.ana),
      await api('PATCH', `/api/posts/${(await write('as it is')).id}`, '7', tokens.ana),
    ]

    expect(answers.map(({ status }) => status)).toEqual([400, 400, 422, 422, 422])
  })

  test('that are unchanged are not sent again', async () => {
    const { id } = await write('with an ETag')
    const first = await api('GET', `/api/posts/${id}`)
    const etag = first.headers.get('etag')!

    const same = await api('GET', `/api/posts/${id}`, undefined, { 'if-none-match': `"other", W/${etag}` })
    await api('POST', `/api/posts/${id}/likes`)
    const liked = await api('GET', `/api/posts/${id}`, undefined, { 'if-none-match': etag })

    expect(same.status).toBe(304)
    expect(same.headers.get('etag')).toBe(etag)
    expect(liked.status).toBe(200)
    expect(liked.body).toMatchObject({ likes: 1 })
  })
})

test('a category that has another name by now is what a repeated request made', async () => {
  const key = { ...tokens.ana, 'idempotency-key': crypto.randomUUID() }
  const add = () => api('POST', '/api/categories', { name: 'Attic' }, key)
  const { body } = await add()
  const { id } = body as { id: number }
  await site.web.database.write(
    "UPDATE categories SET name = 'Loft', name_key = UNHEX(SHA2('Loft', 256)) WHERE id = ?",
    [id],
  )

  const again = await add()

  expect(again.status).toBe(201)
  expect(again.body).toMatchObject({ id, name: 'Loft' })
})

import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import sharp from 'sharp'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { addCategory, newMember, writePost } from '../support/site/members.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let web: Replica
let ana: Visitor

beforeAll(async () => {
  web = await openReplica()
  await addCategory(web, 'Books')
  ana = await newMember(web, 'ana')
})

const photo = (colour: string) =>
  sharp({ create: { width: 900, height: 300, channels: 3, background: colour } })
    .jpeg()
    .withExif({ IFD0: { Copyright: 'the secret garden' } })
    .toBuffer()

function upload(visitor: Visitor, bytes: Uint8Array): Promise<Response> {
  const form = new FormData()
  form.set('image', new File([new Uint8Array(bytes)], 'me.jpg'))
  const cookie = `session=${visitor.cookies.get('session')}`
  return web.app.handle(
    new Request(`${origin}/avatar`, { method: 'POST', body: form, headers: { cookie, origin } }),
  )
}

const addressIn = (page: string) => /\/avatars\/[0-9a-f]{64}\.webp/.exec(page)?.[0]
const textAt = async (path: string) => (await web.visitor().get(path)).text()

test('who has no picture has a letter on a colour of their own', async () => {
  const bo = await newMember(web, 'émile')
  const post = await writePost(bo, 'By a letter', 'text')

  const page = await textAt(post)

  expect(addressIn(page)).toBeUndefined()
  expect(page).toMatch(
    /<svg class="avatar"[^>]*><circle[^>]*fill="#[0-9a-f]{6}"[^>]*><\/circle><text[^>]*>É<\/text>/,
  )
})

test('a picture becomes a small square beside everything that its member wrote, at once', async () => {
  const post = await writePost(ana, 'With a face', 'text')
  await ana.post(`${post}/comments`, { body: 'me again' })
  const pages = ['/', '/c/Books', '/users/ana', post, '/?sort=hot', '/search?q=face']
  await web.search.caughtUp()
  for (const path of pages) await textAt(path)

  const answer = await upload(ana, await photo('#a83226'))
  const addresses = await Promise.all(pages.map(async (path) => addressIn(await textAt(path))))
  const file = await web.visitor().get(addresses[0]!)
  const bytes = Buffer.from(await file.arrayBuffer())

  expect(answer.status).toBe(303)
  expect(new Set(addresses).size).toBe(1)
  expect(file.headers.get('content-type')).toBe('image/webp')
  expect(file.headers.get('cache-control')).toContain('immutable')
  expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width: 96, height: 96 })
  expect(bytes.includes('the secret garden')).toBe(false)

  await upload(ana, await photo('#1f6b3a'))
  expect(addressIn(await textAt(post))).not.toBe(addresses[0])
  expect((await web.visitor().get(addresses[0]!)).status).toBe(404)

  await ana.post('/avatar/remove')
  expect((await Promise.all(pages.map(textAt))).filter(addressIn)).toEqual([])
})

test('what is no picture is refused at the field', async () => {
  const answers = [
    await upload(ana, Buffer.from('<svg onload=alert(1)>')),
    await upload(ana, new Uint8Array()),
  ]

  expect(answers.map(({ status }) => status)).toEqual([422, 422])
  expect(await answers[0]!.text()).toContain('This is no picture that can be read here.')
  expect(await answers[1]!.text()).toContain('Choose a picture.')
})

test('a picture of somebody who wrote thousands is changed by reading a few of them', async () => {
  const busy = await newMember(web, 'busy')
  const [{ id, category }] = (await web.database.rows<{ id: number; category: number }>(
    "SELECT users.id, categories.id AS category FROM users JOIN categories WHERE users.name = 'busy'",
  )) as [{ id: number; category: number }]
  const posts = Array.from({ length: 3_000 }, (_, n) => [category, id, `post ${n}`, 'text'])
  await web.database.write('INSERT INTO posts (category_id, author_id, title, body) VALUES ?', [posts])
  const [newest] = await web.database.rows<{ id: number }>('SELECT MAX(id) AS id FROM posts')
  const read: number[] = []
  const { db } = web.context
  const rows: typeof db.rows = async (...statement) => {
    const found = await db.rows(...statement)
    read.push(found.length)
    return found as never
  }
  const post = `/posts/${newest!.id}`
  await textAt(post)

  web.context.db = { ...db, rows }
  await upload(busy, await photo('#123456'))
  web.context.db = db

  expect(addressIn(await textAt(post))).toBeDefined()
  expect(Math.max(...read)).toBe(500)
})

import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { rmSync, writeFileSync } from 'node:fs'
import { createConnection } from 'mysql2/promise'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { startSearch } from '../support/servers/search.ts'
import { addCategory, newMember, writePost } from '../support/site/members.ts'
import type { Visitor } from '../support/site/visitor.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

let web: Replica
let ana: Visitor
let post: string

beforeAll(async () => {
  web = await openReplica()
  await addCategory(web, 'Books')
  ana = await newMember(web, 'ana')
  post = await writePost(ana, 'Findable', 'text')
  await web.search.caughtUp()
})

const find = () => web.visitor().get('/search?q=findable')
const isFound = async () => (await (await find()).text()).includes(`href="${post}"`)

describe('while nothing searches', () => {
  test('pages and programs are told so, and the rest of the page is there', async () => {
    await web.search.running().kill()

    const page = await web.visitor().get('/search?q=ana')
    const arabic = await web.visitor().get('/search?q=ana', { 'accept-language': 'ar' })
    const listed = await web.visitor().get('/api/posts?q=findable')
    const text = await page.text()

    expect([page.status, listed.status]).toEqual([503, 503])
    expect(page.headers.get('retry-after')).toBe('5')
    expect(text).toContain('Search is away at the moment')
    expect(text).toContain('href="/users/ana"')
    expect(await arabic.text()).toContain('البحث غائب في هذه اللحظة')
    expect(await listed.text()).toContain('Search is away at the moment')
    expect((await web.visitor().get('/')).status).toBe(200)
  })

  test('status says so, and how far it is when it is there', async () => {
    const status = async () => (await (await web.visitor().get('/api/status')).json()).search
    expect(await status()).toBeNull()

    await web.search.restart()
    await web.search.caughtUp()

    expect(await status()).toMatchObject({ built: 1, texts: { post: 1, comment: 0 } })
    expect(await isFound()).toBe(true)
  })

  test('a replica that was given no address of it says the same', async () => {
    const other = await web.as('web', { search: undefined })

    expect((await other.visitor().get('/search?q=findable')).status).toBe(503)
  })
})

describe('the index', () => {
  test.each([
    ['lost', (file: string) => rmSync(file)],
    ['damaged', (file: string) => writeFileSync(file, 'x'.repeat(100_000))],
  ])('that is %s is made anew', async (_, harm) => {
    await web.search.running().kill()
    for (const more of ['-wal', '-shm']) rmSync(`${web.search.file}${more}`, { force: true })
    harm(web.search.file)

    await web.search.restart()

    await until(isFound)
  })

  test('is made of what was there before anybody searched, the newest first', async () => {
    await web.database.write(
      `INSERT INTO posts (category_id, title, body)
       SELECT posts.category_id, CONCAT('many ', a.n * 40 + b.n), 'text'
         FROM posts
         JOIN JSON_TABLE(?, '$[*]' COLUMNS (n INT PATH '$')) AS a
         JOIN JSON_TABLE(?, '$[*]' COLUMNS (n INT PATH '$')) AS b
        WHERE posts.id = ?`,
      [...[40, 40].map((n) => JSON.stringify([...Array(n).keys()])), post.split('/').at(-1)!],
    )

    const other = await startSearch(web.database)
    await other.caughtUp()
    await web.search.caughtUp()

    expect((await other.extent()).texts.post).toBe(1_601)
    expect((await web.search.extent()).texts.post).toBe(1_601)
  })

  test('takes in what was committed after what came later', async () => {
    const [late, early] = await Promise.all([1, 2].map(() => connection()))
    await late!.query('BEGIN')
    const insert = 'INSERT INTO posts (category_id, title, body) VALUES (1, ?, ?)'
    await late!.query(insert, ['latecomer', 'text'])
    await early!.query(insert, ['earlybird', 'text'])
    await web.search.caughtUp()
    const before = (await web.search.extent()).texts.post!

    await late!.query('COMMIT')
    await web.search.caughtUp()

    expect((await web.search.extent()).texts.post).toBe(before + 1)
    expect(await (await web.visitor().get('/search?q=latecomer')).text()).toContain('<mark>latecomer')
  })
})

const connection = async () => {
  const opened = await createConnection(web.database.url)
  return closeAfterTests(opened, (it) => it.end())
}

import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { addCategory, joined, writePost } from '../support/members.ts'
import { postsShown } from '../support/page.ts'
import { openReplica, type Replica } from '../support/replica.ts'
import type { Visitor } from '../support/visitor.ts'

setDefaultTimeout(60_000)

let web: Replica
let ana: Visitor

beforeAll(async () => {
  web = await openReplica()
  await addCategory(web, 'Books')
  ana = await joined(web, 'ana')
})

const textAt = async (path: string) => (await web.visitor().get(path)).text()

test('posts are edited on a page of their own, by their authors, and say so', async () => {
  const bo = await joined(web, 'bo')
  const post = await writePost(ana, 'A tpyo', 'before #old')

  const form = await (await ana.get(`${post}/edit`)).text()
  const others = await bo.post(`${post}/edit`, { category: 'Books', title: 'x', body: 'y' })
  const wrong = await ana.post(`${post}/edit`, { category: 'Books', title: '', body: 'kept' })
  const answer = await ana.post(`${post}/edit`, { category: 'Books', title: 'A typo', body: 'after #new' })
  const page = await textAt(post)

  expect(form).toContain('value="A tpyo"')
  expect([others.status, wrong.status, answer.status]).toEqual([403, 422, 303])
  expect(await wrong.text()).toContain('kept</textarea>')
  expect(page).toMatch(/edited <time/)
  expect(page).toContain('after <a href="/tags/new" rel="tag">#new</a>')
  expect(await textAt('/tags/old')).toContain('No post has this tag.')
  expect(await textAt('/tags/new')).toContain('A typo')
})

test('the front page and a category are sorted by likes, and go on below them', async () => {
  const posts = []
  for (let n = 0; n < 23; n++) posts.push(Number((await writePost(ana, `n ${n}`, 'text')).split('/')[2]))
  await web.database.write('UPDATE post_ranks SET likes = 9, hot = 4000000000 WHERE post_id = ?', [posts[3]])

  for (const list of ['/', '/c/Books'])
    for (const sort of ['hot', 'top']) {
      const first = await textAt(`${list}?sort=${sort}`)
      const next = /href="(\?sort=[a-z]+&(?:amp;)?before=[\d-]+)"/.exec(first)![1]!.replace('&amp;', '&')
      const second = await textAt(list + next)

      expect(postsShown(first)[0]).toBe(posts[3]!)
      expect(new Set([...postsShown(first), ...postsShown(second)]).size).toBe(24)
      expect(first).toMatch(new RegExp(`sort=${sort}" aria-current="page"`))
    }
})

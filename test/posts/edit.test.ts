import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { attributeIn, find, textsIn } from '../support/site/markup.ts'
import { addCategory, newMember, writePost } from '../support/site/members.ts'
import { nextIn, postsShown, versionIn } from '../support/site/page.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let web: Replica
let ana: Visitor

beforeAll(async () => {
  web = await openReplica()
  await addCategory(web, 'Books')
  ana = await newMember(web, 'ana')
})

const textAt = async (path: string) => (await web.visitor().get(path)).text()

test('posts are edited on a page of their own, by their authors, and say so', async () => {
  const bo = await newMember(web, 'bo')
  const post = await writePost(ana, 'A tpyo', 'before #old')

  const form = await (await ana.get(`${post}/edit`)).text()
  const others = await bo.post(`${post}/edit`, { category: 'Books', title: 'x', body: 'y' })
  const wrong = await ana.post(`${post}/edit`, { category: 'Books', title: '', body: 'kept' })
  const answer = await ana.post(`${post}/edit`, { category: 'Books', title: 'A typo', body: 'after #new' })
  const page = await textAt(post)

  expect(find(form, 'input[value="A tpyo"]')).toHaveLength(1)
  expect([others.status, wrong.status, answer.status]).toEqual([403, 422, 303])
  expect(textsIn(await wrong.text(), 'textarea')).toContain('kept')
  expect(textsIn(page, '.byline').join()).toContain('edited')
  expect(textsIn(page, 'a[href="/tags/new"][rel=tag]')).toEqual(['#new'])
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
      const second = await textAt(list + nextIn(first))

      expect(postsShown(first)[0]).toBe(posts[3]!)
      expect(new Set([...postsShown(first), ...postsShown(second)]).size).toBe(24)
      expect(find(first, `a[href$="sort=${sort}"][aria-current=page]`)).toHaveLength(1)
    }
})

test('of two tabs that edit a post the second is shown what the first wrote, and may replace it', async () => {
  const post = await writePost(ana, 'Two tabs', 'at first')
  const version = versionIn(await (await ana.get(`${post}/edit`)).text())
  const save = (body: string, version: string) =>
    ana.post(`${post}/edit`, { category: 'Books', title: 'Two tabs', body, version })

  const first = await save('from the first tab', version)
  const second = await save('from the second tab', version)
  const page = await second.text()
  const text = await textAt(post)
  const again = await save('from the second tab', versionIn(page))

  expect([first.status, second.status, again.status]).toEqual([303, 409, 303])
  expect(textsIn(page, 'textarea:not([readonly])')).toContain('from the second tab')
  expect(textsIn(page, 'textarea[readonly]')).toEqual([expect.stringContaining('from the first tab')])
  expect(text).toContain('from the first tab')
  expect(await textAt(post)).toContain('from the second tab')
})

test.each<Record<string, string>>([{}, { 'hx-request': 'true' }])(
  'two tabs that edit a comment do not overwrite one another, with the headers %j',
  async (headers) => {
    const post = await writePost(ana, 'Comments', 'text')
    await ana.post(`${post}/comments`, { body: 'at first' })
    const comment = attributeIn(await textAt(post), 'li[id^="comment-"]', 'id').slice('comment-'.length)
    const form = await (await ana.get(`/comments/${comment}/edit`, headers)).text()
    const version = versionIn(form)
    const save = (body: string) => ana.post(`/comments/${comment}/edit`, { body, version }, headers)

    const first = await save('from the first tab')
    const second = await save('from the second tab')
    const answer = await second.text()

    expect([first.status < 400, second.status]).toEqual([true, 409])
    expect(textsIn(answer, 'textarea:not([readonly])')).toContain('from the second tab')
    expect(textsIn(answer, 'textarea[readonly]')).toEqual(['from the first tab'])
    expect(await textAt(post)).toContain('from the first tab')
  },
)

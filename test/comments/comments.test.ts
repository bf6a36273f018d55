import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { served } from '../support/served.ts'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { attributeIn, find, textsIn } from '../support/site/markup.ts'
import { addCategory, newMember, writePost } from '../support/site/members.ts'
import { password } from '../support/site/page.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let web: Replica
let ana: Visitor
let bo: Visitor

beforeAll(async () => {
  web = await openReplica()
  await addCategory(web, 'Books')
  ana = await newMember(web, 'ana')
  bo = await newMember(web, 'bo')
})

const textOf = async (answer: Response | Promise<Response>) => (await answer).text()

/** Writes a comment. Returns its id. */
async function comment(who: Visitor, post: string, body: string, parent = ''): Promise<number> {
  const once = crypto.randomUUID()
  const answer = await served(() => who.post(`${post}/comments`, { body, parent, once }))
  return Number(/comment-(\d+)$/.exec(answer.headers.get('location') ?? '')?.[1])
}

/** Writes comments of which each becomes 100 kB of markup. Returns their ids. */
async function heavyComments(
  post: number,
  { roots, repliesOfEach }: { roots: number; repliesOfEach: number },
) {
  const ids: number[] = []
  const add = async (root: number | null) => {
    const body = `${ids.length}\n\n${`${'>'.repeat(29)}a\n\n`.repeat(150)}`
    const { insertId } = await web.database.write(
      'INSERT INTO comments (post_id, root_id, parent_id, author_id, body) VALUES (?, ?, ?, 1, ?)',
      [post, root, root, body],
    )
    ids.push(insertId)
    return insertId
  }
  for (let root = 0; root < roots; root++) {
    const id = await add(null)
    for (let reply = 0; reply < repliesOfEach; reply++) await add(id)
  }
  return ids.sort((a, b) => a - b)
}

const shownIn = (page: string) =>
  find(page, 'li[id^="comment-"]').map(({ attributes }) => Number(attributes.id!.slice('comment-'.length)))
const countOf = async (post: string) =>
  (
    await web.database.rows<{ comments: number; really: number }>(
      `SELECT comments,
              (SELECT COUNT(*) FROM comments WHERE post_id = posts.id AND removed_at IS NULL) AS really
         FROM posts WHERE id = ?`,
      [post.split('/')[2]],
    )
  )[0]!

describe('a thread', () => {
  test('stands below its post, replies inside of what they answer, and is counted on cards', async () => {
    const post = await writePost(ana, 'A first thread', 'Talk')
    const one = await comment(bo, post, 'one')
    const two = await comment(ana, post, 'two', `${one}`)
    const other = await comment(bo, post, 'other')
    const three = await comment(bo, post, 'three, *really*', `${two}`)

    const page = await textOf(web.visitor().get(post))
    const front = await textOf(web.visitor().get('/'))

    expect(shownIn(page)).toEqual([one, two, three, other])
    expect(page.indexOf(`id="replies-${two}"`)).toBeLessThan(page.indexOf(`id="comment-${three}"`))
    expect(textsIn(page, `#text-${three} em`)).toEqual(['really'])
    expect(page).toContain('4 comments')
    expect(textsIn(front, `a[href="${post}#comments"]`)).toContain('4')
    expect(await countOf(post)).toEqual({ comments: 4, really: 4 })
  })

  test('goes on over pages, each comment once, and each has an address that shows it', async () => {
    const post = await writePost(ana, 'A long thread', 'Talk')
    const roots = []
    for (let n = 0; n < 23; n++) roots.push(await comment(bo, post, `root ${n}`))
    const root = roots[21]!
    const replies: number[] = []
    for (let n = 0; n < 63; n++)
      replies.push(await comment(ana, post, `reply ${n}`, `${n % 2 ? replies.at(-1) : root}`))

    const first = await textOf(bo.get(post))
    const next = attributeIn(first, 'a[href$="#comments"][href*="?from="]', 'href')
    const second = await textOf(bo.get(next))
    const moreIn = (page: string) => attributeIn(page, 'a[href*="/replies?from="]', 'href')
    const more = moreIn(second)
    const third = await textOf(bo.get(more))
    const fourth = await textOf(bo.get(moreIn(third)))
    const fragment = await textOf(bo.get(more, { 'hx-request': 'true' }))

    expect(shownIn(first)).toEqual(roots.slice(0, 20))
    expect(shownIn(second).sort((a, b) => a - b)).toEqual([...roots.slice(20), ...replies.slice(0, 10)])
    expect([...shownIn(third), ...shownIn(fourth)].sort((a, b) => a - b)).toEqual(replies.slice(10))
    expect(fragment).toMatch(/^<li id="comment-/)
    for (const id of [roots[0]!, roots[22]!, replies[3]!, replies[40]!, replies[62]!]) {
      const permalink = await bo.get(`/comments/${id}`)
      const location = permalink.headers.get('location')!
      expect(location).toEndWith(`#comment-${id}`)
      expect(shownIn(await textOf(bo.get(location)))).toContain(id)
    }
  })

  test('that grows large as markup goes on over more pages, each comment once, each with its address', async () => {
    const post = await writePost(ana, 'Deep quotes', 'Talk')
    const ids = await heavyComments(Number(post.split('/')[2]), { roots: 4, repliesOfEach: 12 })

    const [seen, addresses, sizes]: [number[], string[], number[]] = [[], [post], []]
    for (const address of addresses) {
      const page = await textOf(web.visitor().get(address))
      seen.push(...shownIn(page))
      sizes.push(page.length)
      addresses.push(
        ...[...page.matchAll(/href="(\/comments\/\d+\/replies\?from=\d+|[^"]*\?from=\d+#comments)"/g)]
          .map(([, to]) => to!.replace(/^\?/, `${post}?`))
          .filter((to) => !addresses.includes(to)),
      )
    }

    expect(seen.sort((a, b) => a - b)).toEqual(ids)
    expect(Math.max(...sizes)).toBeLessThan(500_000)
    for (const id of ids.filter((_, n) => n % 5 === 0)) {
      const location = (await bo.get(`/comments/${id}`)).headers.get('location')!
      expect(shownIn(await textOf(bo.get(location)))).toContain(id)
    }
  })

  test('takes a comment by htmx in place, with the new count and an empty form', async () => {
    const post = await writePost(ana, 'In place', 'Talk')

    const answer = await bo.post(`${post}/comments`, { body: 'hello' }, { 'hx-request': 'true' })
    const markup = await answer.text()
    const [id] = shownIn(markup)
    const reply = await textOf(
      bo.post(`${post}/comments`, { body: 'again', parent: `${id}` }, { 'hx-request': 'true' }),
    )

    expect(markup).toMatch(/^<li id="comment-\d+"/)
    expect(textsIn(markup, 'h2')).toContain('1 comment')
    expect(find(markup, '[hx-swap-oob="outerHTML:#new-comment"]')).toHaveLength(1)
    expect(find(reply, `#form-${id}[hx-swap-oob=true]`)).toHaveLength(1)
  })

  test.each<[string, string, Record<string, string>, string]>([
    ['no text', '#new-comment', { body: ' ' }, 'Write something.'],
    [
      'too long a text',
      '#new-comment',
      { body: 'x'.repeat(5_001) },
      'A comment has at most 5000 characters.',
    ],
    ['nothing to answer', '#reply-999999', { body: 'kept', parent: '999999' }, 'What you answer is gone.'],
  ])('refuses a comment with %s at the field', async (_, form, fields, reason) => {
    const post = await writePost(ana, 'Refused', 'Talk')

    const fragment = await bo.post(`${post}/comments`, fields, { 'hx-request': 'true' })
    const page = await bo.post(`${post}/comments`, { ...fields, parent: '' })

    expect([fragment.status, fragment.headers.get('hx-retarget')]).toEqual([422, form])
    expect(await fragment.text()).toContain(reason)
    if (!fields.parent) expect([page.status, (await page.text()).includes(reason)]).toEqual([422, true])
    if (!fields.parent) expect(await countOf(post)).toEqual({ comments: 0, really: 0 })
  })

  test('is written once, however often its form is sent', async () => {
    const post = await writePost(ana, 'Sent twice', 'Talk')
    const send = () => bo.post(`${post}/comments`, { body: 'once', once: 'a key' })

    const answers = [await send(), await send(), await send()]

    expect(new Set(answers.map(({ headers }) => headers.get('location'))).size).toBe(1)
    expect(await countOf(post)).toEqual({ comments: 1, really: 1 })
  })

  test('counts right when many write and delete at once', async () => {
    const post = await writePost(ana, 'Busy', 'Talk')
    const root = await comment(ana, post, 'root')

    const ids = await Promise.all(
      Array.from({ length: 20 }, (_, n) => comment(n % 2 ? ana : bo, post, `${n}`, n % 3 ? `${root}` : '')),
    )
    const remove = (who: Visitor, id: number) => served(() => who.post(`/comments/${id}/remove`))
    await Promise.all(ids.slice(0, 10).map((id, n) => remove(n % 2 ? ana : bo, id)))
    await Promise.all(Array.from({ length: 5 }, () => remove(ana, root)))

    expect(await countOf(post)).toEqual({ comments: 10, really: 10 })
  })
})

describe('a comment of one’s own', () => {
  test('is changed, with a mark, and by nobody else', async () => {
    const post = await writePost(ana, 'Changed', 'Talk')
    const id = await comment(bo, post, 'frist')

    const others = await ana.post(`/comments/${id}/edit`, { body: 'stolen' })
    const form = await textOf(bo.get(`/comments/${id}/edit`))
    const wrong = await bo.post(`/comments/${id}/edit`, { body: '' }, { 'hx-request': 'true' })
    const changed = await textOf(bo.post(`/comments/${id}/edit`, { body: 'first' }, { 'hx-request': 'true' }))

    expect(others.status).toBe(403)
    expect(textsIn(form, 'textarea')).toContain('frist')
    expect([wrong.status, wrong.headers.get('hx-retarget')]).toEqual([422, `#edit-${id}`])
    expect(changed).toMatch(new RegExp(`^<div id="text-${id}">.*edited.*first`, 's'))
    expect(textsIn(await textOf(web.visitor().get(post)), `#text-${id} p[dir=auto]`)).toEqual(['first'])
  })

  test('leaves a word behind when it has replies, and goes with the last of them', async () => {
    const post = await writePost(ana, 'Deleted', 'Talk')
    const one = await comment(bo, post, 'a secret')
    const two = await comment(ana, post, 'the answer', `${one}`)

    await bo.post(`/comments/${one}/remove`)
    const between = await textOf(web.visitor().get(post))
    const reply = await ana.post(`${post}/comments`, { body: 'too late', parent: `${one}` })
    await ana.post(`/comments/${two}/remove`)
    const after = await textOf(web.visitor().get(post))

    expect(between).toContain('This comment was deleted.')
    expect(between).not.toContain('a secret')
    expect(shownIn(between)).toEqual([one, two])
    expect(reply.status).toBe(404)
    expect(shownIn(after)).toEqual([])
    expect(after).toContain('No comments yet')
    expect(
      await web.database.rows('SELECT id FROM comments WHERE post_id = ?', [post.split('/')[2]]),
    ).toEqual([])
  })
})

test('an admin removes a comment with a reason, which stands in its place', async () => {
  const cem = await newMember(web, 'cem', 'admin')
  const admin = (await web.as('admin')).visitor()
  for (const [key, value] of cem.cookies) admin.cookies.set(key, value)
  const post = await writePost(ana, 'Moderated', 'Talk')
  const id = await comment(bo, post, 'buy my <b>pills</b>')

  const question = await textOf(admin.get(`/admin/comments/${id}/remove`))
  const without = await admin.post(`/admin/comments/${id}/remove`, { reason: ' ' })
  const answer = await admin.post(`/admin/comments/${id}/remove`, { reason: 'No <ads> here' })
  const page = await textOf(web.visitor().get(post))

  expect(question).toContain('buy my &lt;b&gt;pills')
  expect([without.status, answer.status]).toEqual([422, 303])
  expect(page).toContain('This comment was removed: No &lt;ads&gt; here')
  expect(page).not.toContain('pills')
  expect((await bo.get(`/comments/${id}/edit`)).status).toBe(410)
  expect(await countOf(post)).toEqual({ comments: 0, really: 0 })
})

describe('who leaves', () => {
  test.each([
    ['keep', 2, 'a deleted account'],
    ['remove', 1, 'This comment was deleted.'],
  ])('may %s comments', async (posts, left, says) => {
    const name = `leaver-${posts}`
    const leaver = await newMember(web, name)
    const post = await writePost(ana, `Left to ${posts}`, 'Talk')
    const one = await comment(leaver, post, 'mine')
    await comment(bo, post, 'an answer', `${one}`)
    if (posts === 'remove') await comment(leaver, post, 'nobody answers')
    await textOf(web.visitor().get(post))

    const accounts = (await web.as('accounts')).visitor()
    for (const [key, value] of leaver.cookies) accounts.cookies.set(key, value)
    const answer = await accounts.post('/account/delete', { confirm: password, posts })
    const page = await textOf(web.visitor().get(post))

    expect(answer.status).toBe(303)
    expect(page).toContain(says)
    expect(page).not.toContain(name)
    expect(page).not.toContain('nobody answers')
    expect(await countOf(post)).toEqual({ comments: left, really: left })
  })
})

import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { Window } from 'happy-dom'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { attributeIn, find } from '../support/site/markup.ts'
import { addCategory, newMember, writePost } from '../support/site/members.ts'
import { password } from '../support/site/page.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let web: Replica
let accounts: Omit<Replica, 'as'>
let ana: Visitor
beforeAll(async () => {
  web = await openReplica()
  accounts = await web.as('accounts')
  await addCategory(web, 'Books')
  ana = await newMember(web, 'ana')
})

/** The form of a page that sends what it is shown again: where to, and what. */
async function sentAgain(answer: Response) {
  const { document } = new Window()
  document.write(await answer.text())
  const form = document.querySelector('main form[method=post]')
  const fields = [...(form?.querySelectorAll('input[name]:not([type=file]), textarea') ?? [])].map(
    (field) => [
      field.getAttribute('name'),
      // A line break right behind the tag is not part of the text.
      field.tagName === 'TEXTAREA' ? field.textContent.replace(/^\n/, '') : field.getAttribute('value'),
    ],
  )
  return { action: form?.getAttribute('action') ?? '', fields: Object.fromEntries(fields) }
}

const long = 'It began with a box of apples.\n\n"Quoted" & <b>bold</b>. '.repeat(20)

describe('a text that was written while the session ended', () => {
  test('comes back with the answer, and is a post once its writer is signed in again', async () => {
    const typed = { category: 'Books', title: 'Apples & <pears>', body: long, once: crypto.randomUUID() }

    const refused = await web.visitor().post('/posts', typed)
    const { action, fields } = await sentAgain(refused.clone())
    const posted = await ana.post(action, fields)

    expect(refused.status).toBe(401)
    expect(await refused.text()).toContain('Nothing is lost')
    expect(fields).toEqual(typed)
    expect(posted.status).toBe(303)
  })

  test('does so for a comment, and for what an admin types', async () => {
    const comment = await web.visitor().post('/posts/1/comments', { body: long })
    const admin = await (await web.as('admin')).visitor().post('/admin/items', { name: 'Tea', quantity: '4' })

    expect(await sentAgain(comment)).toEqual({ action: '/posts/1/comments', fields: { body: long } })
    expect(await sentAgain(admin)).toEqual({ action: '/admin/items', fields: { name: 'Tea', quantity: '4' } })
  })

  test('does not with a password in it', async () => {
    const answer = await accounts.visitor().post('/account/password', { current: 'x', password: 'a secret' })

    expect(await answer.text()).not.toContain('a secret')
  })
})

describe('a text that was written while what it is about was removed', () => {
  const reason = 'Off topic'
  let admin: Visitor
  beforeAll(async () => {
    const cem = await newMember(web, 'cem', 'admin')
    admin = (await web.as('admin')).visitor()
    for (const [key, value] of cem.cookies) admin.cookies.set(key, value)
  })

  /** The texts that a page gives back to be copied. */
  async function copied(answer: Response) {
    const { document } = new Window()
    document.write(await answer.text())
    return [...document.querySelectorAll('main textarea[readonly]')].map(({ textContent }) =>
      textContent.replace(/^\n/, ''),
    )
  }

  async function commentOn(post: string): Promise<string> {
    const answer = await ana.post(`${post}/comments`, { body: 'First', once: crypto.randomUUID() })
    return /comment-(\d+)$/.exec(answer.headers.get('location') ?? '')?.[1] ?? ''
  }

  const typed = { title: 'Figs', body: 'Ripe\n</textarea><b>"now"</b>', alt: 'A fig' }

  test.each([
    ['its writer', 404],
    ['an admin', 410],
  ])('by %s comes back: a reply, and a changed comment', async (who, status) => {
    const post = await writePost(ana, 'Figs', 'Dry.')
    const id = await commentOn(post)
    await (who === 'an admin'
      ? admin.post(`/admin/comments/${id}/remove`, { reason })
      : ana.post(`/comments/${id}/remove`))

    const once = crypto.randomUUID()
    const reply = await ana.post(`${post}/comments`, { body: 'So short', parent: id, once })
    const edit = await ana.post(`/comments/${id}/edit`, { body: typed.body, version: 'x' })

    expect([reply.status, edit.status]).toEqual([status, status])
    expect(await copied(reply)).toEqual(['So short'])
    expect(await copied(edit)).toEqual([typed.body])
  })

  test.each([
    ['its writer', 404],
    ['an admin', 410],
  ])('by %s comes back: a comment on a post, and a changed post', async (who, status) => {
    const post = await writePost(ana, 'Figs', 'Dry.')
    await (who === 'an admin' ? admin.post(`/admin${post}/remove`, { reason }) : ana.post(`${post}/remove`))

    const comment = await ana.post(`${post}/comments`, { body: 'So short', once: crypto.randomUUID() })
    const edit = await ana.post(`${post}/edit`, { category: 'Books', version: 'x', ...typed })
    const like = await ana.post(`${post}/likes`, { once: crypto.randomUUID() })

    // A hidden post keeps its likes, and counts those that come.
    const liked = who === 'an admin' ? 303 : 404
    expect([comment.status, edit.status, like.status]).toEqual([status, status, liked])
    expect(await copied(comment)).toEqual(['So short'])
    expect(await copied(edit)).toEqual([typed.title, typed.body, typed.alt])
    expect(await copied(like)).toEqual([])
  })

  test('comes back to admins: a reason, and the name of an item or of a category', async () => {
    const post = await writePost(ana, 'Figs', 'Dry.')
    const id = await commentOn(post)
    await ana.post(`/comments/${id}/remove`)
    await ana.post(`${post}/remove`)

    for (const [path, fields] of [
      [`/admin/comments/${id}/remove`, { reason }],
      [`/admin${post}/remove`, { reason }],
      ['/admin/items/999', { name: reason, quantity: '1', price: '1', was: '1', version: 'x' }],
      ['/admin/categories/999/rename', { name: reason }],
    ] as const)
      expect([path, await copied(await admin.post(path, fields))]).toEqual([path, [reason]])
  })

  test('comes back with a post whose category is gone', async () => {
    const page = await (await ana.post('/posts', { category: 'Gone', ...typed })).text()

    expect(find(page, '[value=Figs]')).toHaveLength(1)
    expect(page).toContain('Ripe\n&lt;/textarea&gt;')
  })

  test('does not where another site sent it', async () => {
    const answer = await ana.post('/posts/999/comments', typed, { origin: 'https://elsewhere.example' })

    expect(answer.status).toBe(403)
    expect(await copied(answer)).toEqual([])
  })
})

test('a fragment says to browsers that the page of its address is another answer', async () => {
  const post = await writePost(ana, 'Plums', 'Ripe.')
  await ana.post(`${post}/comments`, { body: 'Already?' })
  const comment = (await (await ana.get(post)).text()).match(/href="\/comments\/(\d+)/)?.[1]

  for (const path of [`/comments/${comment}`, `/comments/${comment}/replies`, `/comments/${comment}/edit`]) {
    const { headers } = await ana.get(path, { 'hx-request': 'true' })
    expect([path, headers.get('vary')]).toEqual([path, 'HX-Request'])
  }
})

test('forms for pictures say that a moving one will stand still', async () => {
  for (const path of ['/', '/users/ana'])
    expect(await (await ana.get(path)).text()).toContain('Of a moving picture, the first frame is kept.')
})

describe('who pressed on a page of their own', () => {
  const signedInAt = ({ visitor }: Omit<Replica, 'as'>, { cookies }: Visitor) => {
    const there = visitor()
    for (const [name, value] of cookies) there.cookies.set(name, value)
    return there
  }
  let rosa: Visitor
  beforeAll(async () => {
    rosa = signedInAt(await web.as('admin'), await newMember(web, 'rosa', 'admin'))
  })

  test.each([
    ['/admin/mail/999/send', '/admin/mail'],
    ['/admin/members/none', '/admin/members'],
    ['/admin/orders/999/complete', '/admin/orders'],
    ['/admin/categories/999/rename', '/admin/categories'],
    ['/admin/posts/999/remove', '/admin/posts'],
    ['/admin/items/999/remove', '/admin'],
  ])('is led back to where %s was pressed', async (path, list) => {
    const answer = await rosa.post(path, { name: 'Books', reason: 'Spam', password })

    expect(answer.status).toBe(404)
    expect(await wayOn(answer)).toBe(list)
  })

  test('is led to the page of the account from one of those below it', async () => {
    const answer = await signedInAt(accounts, ana).post('/account/sessions/none/end')

    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(await wayOn(answer)).toBe('/account')
  })

  test('is led to the front page where admins alone have one', async () => {
    const answer = await ana.post('/admin/mail/999/send')

    expect(await wayOn(answer)).toBe('/')
  })
})

const wayOn = async (answer: Response) => attributeIn(await answer.text(), 'main a.button', 'href')

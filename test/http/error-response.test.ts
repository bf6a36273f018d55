import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { Window } from 'happy-dom'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { addCategory, joined, writePost } from '../support/site/members.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let web: Replica
let accounts: Omit<Replica, 'as'>
let ana: Visitor
beforeAll(async () => {
  web = await openReplica()
  accounts = await web.as('accounts')
  await addCategory(web, 'Books')
  ana = await joined(web, 'ana')
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

test('a fragment tells browsers that the page of its address is another answer', async () => {
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

import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { CategoriesPanel } from '../../views/categories.tsx'
import { categoryAt, memberAt, nameInPath } from '../../views/names.ts'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { addCategory, newMember } from '../support/site/members.ts'
import { newName } from '../support/site/page.ts'
import { category } from './typed.ts'

setDefaultTimeout(60_000)

const names = ['.', '..', '~..', '~~.', '...', '~', 'a/b', '%2e%2e', 'Books']

let web: Replica
beforeAll(async () => {
  web = await openReplica()
  for (const name of names) {
    await addCategory(web, name)
    await web.database.write('INSERT INTO users (name, name_key) VALUES (?, UNHEX(SHA2(?, 256)))', [
      name,
      name,
    ])
  }
})

/** What a browser asks for when this address is a link. */
const followed = (address: string) => new URL(address, 'http://localhost/posts/1').pathname

test.each(names)('%s as a name is read from its address as it was', (name) => {
  for (const address of [categoryAt(name, 1), memberAt(name, 1)]) {
    expect(followed(address)).toBe(address)
    expect(nameInPath(decodeURIComponent(address.split('/')[2]!))).toBe(name)
  }
})

test.each(names)('the links to the category and the member %s lead to them', async (name) => {
  const front = await (await web.visitor().get('/')).text()
  const category = await web.visitor().get(followed(categoryAt(name, 1)))
  const member = await web.visitor().get(followed(memberAt(name, 1)))
  const feed = await web.visitor().get(`${followed(categoryAt(name, 1))}/feed`)
  const program = await web.visitor().get(`/api/categories/${categoryAt(name, 1).slice(3)}`)

  expect(front).toContain(`href="${categoryAt(name, 1)}"`)
  expect([category.status, member.status, feed.status]).toEqual([200, 200, 200])
  expect(await program.json()).toMatchObject({ name })
})

test.each([
  ['with a NUL', 'a\0b', 'a\ufffdb'],
  ['of two lines', 'a\nb', 'a\r\nb'],
])('a category %s is chosen in a form by what a browser sends back', async (_, name, sent) => {
  await addCategory(web, name)
  await web.context.cache.invalidate(['categories'])
  const ana = await newMember(web, newName('ana'))

  const written = await ana.post('/posts', { category: sent, title: 'In it', body: 'x' })
  const post = written.headers.get('location')
  const changed = await ana.post(`${post}/edit`, { category: sent, title: 'Still in it', body: 'x' })

  expect([written.status, changed.status]).toEqual([303, 303])
  expect(await (await web.visitor().get(`/api${post}`)).json()).toMatchObject({ category: name })
})

test('the form to rename a category holds its name as it is, and none that came cut or that no browser sends back', () => {
  const turned = '\u202eBooks'

  const form = String(
    CategoriesPanel({
      ...{ q: '', next: undefined, isFirstPage: true },
      categories: [
        { ...category, id: 1, name: turned, version: 'x', lookVersion: 'x' },
        { ...category, id: 2, name: 'x'.repeat(101), version: 'x', lookVersion: 'x' },
        { ...category, id: 3, name: 'a\0b', version: 'x', lookVersion: 'x' },
      ],
    }),
  )

  const values = [...form.matchAll(/name="name" required autocomplete="off" value="([^"]*)"/g)]
  // The first is the form to add one.
  expect(values.slice(1).map(([, value]) => value)).toEqual([turned, '', ''])
})

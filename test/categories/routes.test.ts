import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica } from '../support/servers/replica.ts'
import { type Market, openMarket } from '../support/site/market.ts'
import { attributeIn, find, textsIn } from '../support/site/markup.ts'
import { categoryId, somePost } from '../support/site/some-post.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let market: Market
let ana: Visitor

beforeAll(async () => {
  market = await openMarket(await openReplica())
  ana = await market.signedIn('ana', 'admin')
})

describe('the admin’s list of categories', () => {
  test('is in the order of menus, page by page, and is searched, whatever case and accents', async () => {
    const { database } = market.replica
    const names = Array.from({ length: 130 }, (_, n) => `Élan ${n}`)
    for (const name of names)
      await database.write(
        'INSERT INTO categories (name, name_key, place) VALUES (?, UNHEX(SHA2(?, 256)), 1000000)',
        [name, name],
      )
    const last = await categoryId(market, 'Élan 129')
    await market.form(ana, `/admin/categories/${last}/describe`, { description: '', place: '1', hue: '' })
    const shown: string[] = []
    let pages = 0
    for (let path: string | undefined = '/admin/categories?q=elan'; path; pages++) {
      const page: string = await (await ana.get(path)).text()
      shown.push(...textsIn(page, '.grid tbody th'))
      path = find(page, '[rel=next]')[0]?.attributes.href
    }
    const none = await (await ana.get('/admin/categories?q=nothing+of+it')).text()
    await database.write('DELETE FROM categories WHERE name IN (?)', [names])

    expect(shown.map((each) => each.trim())).toEqual(['Élan 129', ...names.slice(0, 129)])
    expect(pages).toBe(2)
    expect(none).toContain('No category has such a name.')
  })
})

describe('categories', () => {
  test('are added, stand on the board at the next read, and are removed while they have no posts', async () => {
    await market.anyone().get('/')

    const added = await market.form(ana, '/admin/categories', { name: ' Garden ' })
    const board = await (await market.anyone().get('/')).text()
    const id = board.match(/href="\/c\/Garden"/) && (await categoryId(market, 'Garden'))
    const removed = await market.form(ana, `/admin/categories/${id}/remove`)

    expect(await added.text()).toContain('Garden is a category now.')
    expect(board).toContain('Garden')
    expect(removed.status).toBe(200)
    expect(await (await market.anyone().get('/')).text()).not.toContain('Garden')
  })

  test('are renamed, and every page calls them so at once', async () => {
    const { id, category } = await somePost(market, ana, 'Where am I?', 'Old name')
    const other = await somePost(market, ana, 'Elsewhere', 'Other name')
    const readers = ['/', `/posts/${id}`, '/users/ana', '/api/posts'] as const
    const pages = async () =>
      (await Promise.all(readers.map(async (path) => (await market.anyone().get(path)).text()))).join('')
    expect(await pages()).toContain('Old name')

    const renamed = await market.form(ana, `/admin/categories/${category}/rename`, { name: ' New name ' })
    const taken = await market.form(ana, `/admin/categories/${other.category}/rename`, { name: 'New name' })
    const missing = await market.form(ana, '/admin/categories/99999/rename', { name: 'Whatever' })

    expect(await renamed.text()).toContain('It is called New name now.')
    expect(await pages()).not.toContain('Old name')
    expect([taken.status, missing.status]).toEqual([422, 404])
    expect(await taken.text()).toContain('There is a category of this name.')
  })

  /** That looked for the posts of a category, until now. */
  const statements = async () => {
    const path = '/logs?filter=placesIn'
    const log = await (await market.anyone().get(path, { accept: 'application/json' })).json()
    return (log as { db_accesses: string[][] }).db_accesses.length
  }

  test('with very many posts are renamed at once, and the newest of these say so', async () => {
    const { replica } = market
    const { category, id: oldest } = await somePost(market, ana, 'The first of many', 'Old crowd')
    const posts = Array.from({ length: 5_000 }, (_, n) => [category, `One of many ${n}`, 'x'])
    const { insertId } = await replica.database.write(
      'INSERT INTO posts (category_id, title, body) VALUES ?',
      [posts],
    )
    const newest = insertId + posts.length - 1
    const textAt = async (id: number) => (await market.anyone().get(`/posts/${id}`)).text()
    for (const id of [oldest, newest]) expect(await textAt(id)).toContain('Old crowd')

    const before = await statements()
    const renamed = await market.form(ana, `/admin/categories/${category}/rename`, { name: 'New crowd' })
    const after = await statements()

    expect(await renamed.text()).toContain('It is called New crowd now.')
    expect(await textAt(newest)).not.toContain('Old crowd')
    expect(after - before).toBe(1)
  })

  test('and members are found by their names however a keyboard composes them', async () => {
    await market.form(ana, '/admin/categories', { name: 'Cafés' })
    await market.signedIn('zoé')
    const [category, user] = ['Cafés', 'zoé'].map((name) => encodeURIComponent(name.normalize('NFD')))
    const statusOf = async (path: string) => [path, (await market.anyone().get(path)).status]
    const paths = [`/c/${category}`, `/c/${category}/feed`, `/api/categories/${category}`]
      .concat([`/api/posts?category=${category}`, `/api/posts?user=${user}`])
      .concat([`/users/${user}`, `/users/${user}/feed`])

    const post = { category: 'Cafés'.normalize('NFD'), title: 'Coffee', body: 'Black.' }
    const written = await market.json(ana, 'POST', '/api/posts', post)

    expect(await written.json()).toMatchObject({ category: 'Cafés' })
    expect(await Promise.all(paths.map(statusOf))).toEqual(paths.map((path) => [path, 200]))
  })

  test('that were renamed in another tab meanwhile are not renamed in this one without a word', async () => {
    const { category } = await somePost(market, ana, 'Where am I?', 'Both tabs')
    const rename = `/admin/categories/${category}/rename`
    const versionIn = async (answer: Response) =>
      attributeIn(await answer.text(), `form[action="${rename}"] input[name=version]`, 'value')
    const version = await versionIn(await ana.get('/admin/categories'))

    const first = await market.form(ana, rename, { name: 'Outdoors A', version })
    const second = await market.form(ana, rename, { name: 'Outdoors B', version })
    const text = await second.clone().text()
    const third = await market.form(ana, rename, { name: 'Outdoors B', version: await versionIn(second) })

    expect([first.status, second.status, third.status]).toEqual([200, 422, 200])
    expect(textsIn(text, 'a')).toContain('Outdoors A')
    expect(find(text, 'input[value="Outdoors B"]')).toHaveLength(1)
    expect(text).toContain('This was changed meanwhile, perhaps in another tab.')
    expect(await third.text()).toContain('It is called Outdoors B now.')
  })

  test.each([
    ['', 'A category needs a name.'],
    ['x'.repeat(61), 'A name has at most 60 characters.'],
    ['a\u0000b', 'A name is one line of ordinary characters.'],
  ])('of a wrong name are refused at the field: %j', async (name, says) => {
    const answer = await market.form(ana, '/admin/categories', { name })

    expect(answer.status).toBe(422)
    expect(textsIn(await answer.text(), '#name-error')[0]).toContain(says)
  })

  test('of the same name are refused', async () => {
    await market.form(ana, '/admin/categories', { name: 'Books' })

    expect((await market.form(ana, '/admin/categories', { name: 'Books' })).status).toBe(422)
  })

  test('with posts stay', async () => {
    const { category } = await somePost(market, ana, 'Stays', 'Full shelf')

    const answer = await market.form(ana, `/admin/categories/${category}/remove`)

    expect(answer.status).toBe(409)
    expect(await categoryId(market, 'Full shelf')).toBe(category)
  })
})

describe('what admins say of categories', () => {
  const menu = async () =>
    textsIn(await (await market.anyone().get('/')).text(), '.categories a span').slice(1)
  const describeIt = (id: number, fields: Record<string, string>) =>
    market.form(ana, `/admin/categories/${id}/describe`, { description: '', place: '', hue: '', ...fields })
  const added = async (name: string) => {
    await market.form(ana, '/admin/categories', { name })
    return categoryId(market, name)
  }

  test('stands on their page, in the list of all and for programs, and their colour beside their posts', async () => {
    const { id, category } = await somePost(market, ana, 'Seeds', 'Gardens')
    const before = await (await market.anyone().get(`/posts/${id}`)).text()

    const answer = await describeIt(category, { description: 'Seeds, tools & help', hue: '2' })
    const texts = async (path: string) => textsIn(await (await market.anyone().get(path)).text(), '.about')
    const post = await (await market.anyone().get(`/posts/${id}`)).text()
    const api = await (await market.anyone().get('/api/categories/Gardens')).json()

    expect(answer.status).toBe(200)
    expect(await texts('/c/Gardens')).toEqual(['Seeds, tools & help'])
    expect(await texts('/categories')).toContain('Seeds, tools & help')
    expect(api).toMatchObject({ name: 'Gardens', description: 'Seeds, tools & help' })
    expect(find(before, '.byline .hue-2')).toHaveLength(category % 8 === 2 ? 1 : 0)
    expect(find(post, '.byline .hue-2')).toHaveLength(1)
  })

  test('puts them in an order without holes, whatever numbers are typed', async () => {
    const [one, two, three] = [await added('Place one'), await added('Place two'), await added('Place three')]

    await describeIt(three, { place: '1' })
    await describeIt(one, { place: '77' })
    await describeIt(two, { place: '2' })
    const places = await market.replica.database.rows<{ id: number; place: number }>(
      'SELECT id, place FROM categories WHERE place < 1000000 ORDER BY place',
    )

    expect((await menu()).slice(0, 3)).toEqual(['Place three', 'Place two', 'Place one'])
    expect(places).toEqual([three, two, one].map((id, index) => ({ id, place: index + 1 })))

    await describeIt(three, {})

    expect((await menu()).slice(0, 2)).toEqual(['Place two', 'Place one'])
  })

  test('is not overwritten by a form that was filled before another admin saved', async () => {
    const category = await added('Described twice')
    const to = `/admin/categories/${category}/describe`
    const page = await (await ana.get('/admin/categories')).text()
    const version = attributeIn(page, `form[action="${to}"] input[name=version]`, 'value')

    const first = await describeIt(category, { description: 'First', version })
    const second = await describeIt(category, { description: 'Second', version })

    expect([first.status, second.status]).toEqual([200, 422])
    expect(await second.text()).toContain('This was changed meanwhile')
  })

  test.each([
    [{ description: 'x'.repeat(301) }, 'A description has at most 300 characters.'],
    [{ description: 'a\u0007b' }, 'A description is one line of ordinary characters.'],
    [{ place: '0' }, 'A place is a whole number, 1 or more.'],
    [{ place: '1.5' }, 'A place is a whole number, 1 or more.'],
    [{ hue: '8' }, 'There is no such colour.'],
  ])('is refused at the field when it is wrong: %j', async (fields, says) => {
    const category = await added(`Wrong ${Bun.hash(JSON.stringify(fields))}`)

    const answer = await describeIt(category, fields)
    const [row] = await market.replica.database.rows<{ description: string; place: number; hue: null }>(
      'SELECT description, place, hue FROM categories WHERE id = ?',
      [category],
    )

    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain(says)
    expect(row).toEqual({ description: '', place: 1_000_000, hue: null })
  })
})

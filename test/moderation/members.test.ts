import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica, proxyTo } from '../support/servers/replica.ts'
import { type Market, openMarket } from '../support/site/market.ts'
import { find, textsIn } from '../support/site/markup.ts'
import { newName, password } from '../support/site/page.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let market: Market
let ana: Visitor

beforeAll(async () => {
  market = await openMarket(await openReplica())
  ana = await market.signedIn('ana', 'admin')
})

async function idOf(name: string): Promise<number> {
  const [row] = await market.replica.database.rows<{ id: number }>('SELECT id FROM users WHERE name = ?', [
    name,
  ])
  return row!.id
}

const linkFor = async (name: string) =>
  ana.post(`/admin/members/${await idOf(name)}/password-link`, { confirm: password })
const linkIn = async (page: Response) => /\/password\/[\w-]+/.exec(await page.text())?.[0] ?? ''

const change = async (admin: Visitor, name: string, change: string) =>
  admin.post(`/admin/members/${await idOf(name)}`, { change, confirm: password })

describe('members', () => {
  test('are found by how their name begins, by an index', async () => {
    await market.signedIn('bo_the_builder')

    const found = await (await ana.get('/admin/members?q=BO_the')).text()
    const none = await (await ana.get('/admin/members?q=%25')).text()

    expect(found).toContain('bo_the_builder')
    expect(find(found, 'th[scope=row] > a[href="/users/ana"]')).toEqual([])
    expect(none).toContain('Nobody has such a name.')
  })

  test('lead a stranger to the form to sign in, also where only the head is asked for', async () => {
    const asked = (method: string) => market.send(new Request('http://localhost/admin/members', { method }))

    const [get, head] = [await asked('GET'), await asked('HEAD')]

    expect([get.status, head.status]).toEqual([303, 303])
    expect(head.headers.get('location')).toBe(get.headers.get('location'))
  })

  test('that were looked for stay when a change was made, and when its password was wrong', async () => {
    await market.signedIn('bo_to_find')
    const at = `/admin/members/${await idOf('bo_to_find')}`
    const form = { change: 'disable', q: 'bo_to' }

    const wrong = await ana.post(`${at}/password-link`, { ...form, confirm: 'not the password' })
    const done = await ana.post(at, { ...form, confirm: password })

    expect(wrong.status).toBe(422)
    expect(find(await wrong.text(), 'th[scope=row] > a[href="/users/ana"]')).toEqual([])
    expect(done.headers.get('location')).toStartWith('/admin/members?q=bo_to#member-')
  })

  test('become admins and members again, on every page at once', async () => {
    const bo = await market.signedIn('bo')
    await bo.get('/market')

    await change(ana, 'bo', 'make-admin')
    const asAdmin = await bo.get('/admin')
    await change(ana, 'bo', 'make-member')
    const asMember = await bo.get('/admin')

    expect([asAdmin.status, asMember.status]).toEqual([200, 403])
  })

  test.each([
    ['a long', 'L'.repeat(150)],
    ['a short', 'shorty'],
  ])('of %s name are at once what they are from now on', async (_, name) => {
    const { insertId: id } = await market.replica.database.write(
      'INSERT INTO users (name, name_key) VALUES (?, UNHEX(SHA2(?, 256)))',
      [name, name],
    )
    const role = async () => {
      const page = await (await market.anyone().get(`/users/${name}`)).text()
      return textsIn(page, '.who .tag')[0]
    }
    const before = await role()

    await ana.post(`/admin/members/${id}`, { change: 'make-admin', confirm: password })

    expect([before, await role()]).toEqual([undefined, 'admin'])
  })

  test('whose account is shut are signed out everywhere at once, tokens too, and may sign in again when it is opened', async () => {
    const cem = await market.signedIn('cem')
    const known = async (visitor: Visitor) => (await visitor.get('/api/orders')).status
    const signIn = async () => {
      const visitor = market.anyone()
      await visitor.post('/login', { username: 'cem', password: 'correct horse battery' })
      return visitor
    }
    const secret = `agora_${'c'.repeat(43)}`
    await market.replica.database.write(
      "INSERT INTO tokens (token_key, user_id, name) SELECT UNHEX(SHA2(?, 256)), id, 'x' FROM users WHERE name = 'cem'",
      [secret],
    )
    const byToken = async () => {
      const authorization = `Bearer ${secret}`
      return (await market.send(new Request('http://localhost/api/orders', { headers: { authorization } })))
        .status
    }

    const before = [await known(cem), await byToken()]
    await change(ana, 'cem', 'disable')
    const during = [await known(cem), await known(await signIn()), await byToken()]
    await change(ana, 'cem', 'enable')
    const after = [await known(cem), await known(await signIn()), await byToken()]

    expect([before, during, after]).toEqual([
      [200, 200],
      [401, 401, 401],
      [401, 200, 401],
    ])
  })

  test('are changed with a line in the admins’ list, each time', async () => {
    const name = newName('bo')
    await market.signedIn(name)

    for (const what of ['make-admin', 'make-member', 'disable', 'enable']) await change(ana, name, what)
    await change(ana, name, 'nothing')
    const lines = textsIn(await (await ana.get('/admin/posts')).text(), '.removals li')

    expect(lines.filter((line) => line.startsWith(name)).map((line) => line.replaceAll(/\s+/g, ' '))).toEqual(
      [
        'The account was opened again.',
        'The account was shut.',
        'Is no admin any more.',
        'Became an admin.',
      ].map((says) => expect.stringContaining(`${name}: ${says}ana · `)),
    )
  })

  test('do not change themselves, so an admin stays', async () => {
    const answer = await change(ana, 'ana', 'make-member')

    expect(answer.status).toBe(409)
    expect((await ana.get('/admin')).status).toBe(200)
  })

  test('that demote each other at the same moment leave one admin', async () => {
    const doubles = await Promise.all(['twin1', 'twin2'].map((name) => market.signedIn(name, 'admin')))
    await Promise.all(doubles.map((same) => same.get('/admin')))

    for (let times = 0; times < 5; times++) {
      await Promise.all([
        change(doubles[0]!, 'twin2', 'make-member'),
        change(doubles[1]!, 'twin1', 'make-member'),
      ])

      const left = await market.replica.database.rows<{ name: string }>(
        "SELECT name FROM users WHERE name LIKE 'twin%' AND role = 'admin'",
      )
      expect(left).toHaveLength(1)
      await change(ana, 'twin1', 'make-admin')
      await change(ana, 'twin2', 'make-admin')
    }
  })

  test('who forgot their password are given a link, shown once, noted and the only one', async () => {
    const dee = newName('bo')
    await market.signedIn(dee)

    const first = await linkFor(dee)
    const second = await linkFor(dee)

    expect([first.status, first.headers.get('cache-control')]).toEqual([200, 'no-store'])
    const [old, link] = [await linkIn(first), await linkIn(second)]
    expect(link).toMatch(/^\/password\/[\w-]{43}$/)
    const newPassword = 'a quite different one'
    const set = async (to: string) => (await market.anyone().post(to, { password: newPassword })).status
    expect([await set(old), await set(link), await set(link)]).toEqual([404, 303, 404])
    const signedIn = await market.anyone().post('/login', { username: dee, password: newPassword })
    expect(signedIn.status).toBe(303)
    const log = await (await ana.get('/admin/posts')).text()
    expect(textsIn(log, '.removals li > span')).toContain(`${dee}: A link for a new password was made.`)
  })

  test('who are admins, shut out or nobody are given none', async () => {
    const [gil, hal] = [newName('bo'), newName('cem')]
    await market.signedIn(gil, 'admin')
    await market.signedIn(hal)
    await change(ana, hal, 'disable')

    const answers = [await linkFor(gil), await linkFor('ana'), await linkFor(hal)]
    const nobody = await ana.post('/admin/members/999999/password-link', { confirm: password })
    const shown = await (await ana.get(`/admin/members?q=${gil}`)).text()

    expect(answers.map(({ status }) => status)).toEqual([409, 409, 409])
    expect(nobody.status).toBe(404)
    expect(shown).toContain('Make member')
    expect(shown).not.toContain('password-link')
  })

  test('are given a link by the name of the board, whatever the admin reaches it by', async () => {
    const eve = newName('bo')
    await market.signedIn(eve)
    const accounts = await market.replica.as('accounts')
    const mail = { siteUrl: 'https://board.example' }
    const admin = await market.replica.as('admin', { balancerUrl: proxyTo(accounts), mail })
    const visitor = admin.visitor()
    for (const [name, value] of ana.cookies) visitor.cookies.set(name, value)

    const path = `/admin/members/${await idOf(eve)}/password-link`
    const page = await (await visitor.post(path, { confirm: password })).text()

    expect(textsIn(page, 'pre code')).toEqual([
      expect.stringMatching(/^https:\/\/board\.example\/password\/[\w-]{43}$/),
    ])
  })

  test('whose account is shut have no link, and none when it is opened again', async () => {
    const cem = newName('cem')
    await market.signedIn(cem)
    const link = await linkIn(await linkFor(cem))

    await change(ana, cem, 'disable')
    await change(ana, cem, 'enable')

    expect((await market.anyone().get(link)).status).toBe(404)
  })

  test.each([
    ['whose account is shut', ['disable', 'enable']],
    ['who become admins', ['make-admin']],
  ])('%s have no address that waits to be confirmed', async (_, changes) => {
    const name = newName('bo')
    await market.signedIn(name)
    await market.replica.database.write(
      `INSERT INTO addresses (user_id, address, language, pending, token_hash, token_expires_at)
       VALUES (?, 'bo@board.example', 'en', 'cem@board.example', UNHEX(SHA2(?, 256)),
               NOW() + INTERVAL 1 DAY)`,
      [await idOf(name), name],
    )

    for (const each of changes) expect((await change(ana, name, each)).status).toBe(303)

    const left = await market.replica.database.rows(
      'SELECT address, pending, token_hash AS token FROM addresses WHERE user_id = ?',
      [await idOf(name)],
    )
    expect(left).toEqual([{ address: 'bo@board.example', pending: null, token: null }])
  })

  test('who become admins have no link that another admin made', async () => {
    const ida = newName('cem')
    await market.signedIn(ida)
    const link = await linkIn(await linkFor(ida))

    await change(ana, ida, 'make-admin')

    expect((await market.anyone().get(link)).status).toBe(404)
  })

  test.each(['', 'delete', 'constructor'])('are not changed by "%s"', async (nonsense) => {
    expect((await change(ana, 'bo', nonsense)).status).toBe(422)
  })
})

import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { newActId } from '../support/acts/client.ts'
import { openReplica, origin } from '../support/servers/replica.ts'
import { textsIn } from '../support/site/markup.ts'
import { newMember } from '../support/site/members.ts'

setDefaultTimeout(60_000)

/** A site with an admin and two members, each with a token, and an act of ana's in a category. */
async function openSite(isOpen: boolean) {
  const web = await openReplica({ actsApiOpen: isOpen })
  const accounts = await web.as('accounts', { actsApiOpen: isOpen })
  const admin = await web.as('admin')
  const visitors = { rosa: await newMember(web, 'rosa', 'admin'), ana: await newMember(web, 'ana'), bo: null }
  await newMember(web, 'bo')
  for (const name of Object.keys(visitors))
    await web.database.write(
      "INSERT INTO tokens (token_key, user_id, name) SELECT UNHEX(SHA2(?, 256)), id, 'x' FROM users WHERE name = ?",
      [tokenOf(name), name],
    )
  await web.database.write(
    "INSERT INTO categories (name, name_key) VALUES ('park', UNHEX(SHA2('park', 256)))",
  )

  const remove = async (path: string, who?: string) => {
    const headers = new Headers(who ? { authorization: `Bearer ${tokenOf(who)}` } : {})
    const { app } = path.startsWith('/users') ? accounts : web
    const answer = await app.handle(new Request(`${origin}/api/v1${path}`, { method: 'DELETE', headers }))
    return `${answer.status} ${await answer.text()}`
  }
  /** Returns its path and its post's. */
  const addAct = async () => {
    const actId = newActId()
    const [user] = await web.database.rows<{ id: number }>("SELECT id FROM users WHERE name = 'ana'")
    const { insertId: post } = await web.database.write(
      "INSERT INTO posts (category_id, author_id, title, body) SELECT id, ?, 'watered', 'watered' FROM categories WHERE name = 'park'",
      [user!.id],
    )
    await web.database.write('UPDATE categories SET posts = posts + 1, acts = acts + 1')
    await web.database.write(
      `INSERT INTO acts (post_id, act_id, act_key, category_id, username, username_key, timestamp, moment,
                         image, bytes)
       SELECT ?, ?, UNHEX(SHA2(?, 256)), id, 'ana', UNHEX(SHA2('ana', 256)), '01-02-2024:00-30-10', 1, '', 1
         FROM categories`,
      [post, `${actId}`, `${actId}`],
    )
    return { act: `/acts/${actId}`, post: `/posts/${post}` }
  }
  const lately = async (language = 'en') => {
    const visitor = admin.visitor()
    for (const [name, value] of visitors.rosa.cookies) visitor.cookies.set(name, value)
    const page = await (await visitor.get('/admin/posts', { 'accept-language': language })).text()
    const admins = textsIn(page, '.removals .byline').map((line) => line.replace(/ · [^·]*$/, ''))
    const removals = textsIn(page, '.removals li > span:not(.byline)')
    return removals.map((removal, index) => `${removal} · ${admins[index]}`.replaceAll(/\s+/g, ' '))
  }
  return { web, remove, addAct, lately }
}

const tokenOf = (name: string) => `agora_${name.padEnd(43, 'x')}`

describe('what goes through the closed /api/v1', () => {
  test('by an admin leaves a reason where it was, and stands in the admins’ list, signed', async () => {
    const { web, remove, addAct, lately } = await openSite(false)
    const { act, post } = await addAct()

    const answer = await remove(act, 'rosa')
    const page = await web.visitor().get(post)

    expect(answer).toBe('200 {}')
    expect(page.status).toBe(410)
    expect(await page.text()).toContain('This post was removed: Removed through /api/v1.')
    expect(await lately()).toEqual(['watered: Removed through /api/v1. · rosa'])
    expect((await lately('ar'))[0]).not.toContain('Removed')
  })

  test('by its author leaves nothing', async () => {
    const { web, remove, addAct, lately } = await openSite(false)
    const { act, post } = await addAct()

    const answers = [await remove(act, 'bo'), await remove(act, 'ana')]

    expect(answers.map((each) => each.slice(0, 3))).toEqual(['403', '200'])
    expect((await web.visitor().get(post)).status).toBe(404)
    expect(await lately()).toEqual([])
  })

  test('as a whole category stands in the list, too, whatever its size', async () => {
    const { web, remove, addAct, lately } = await openSite(false)
    await addAct()

    await remove('/categories/park', 'rosa')
    const { insertId } = await web.database.write(
      "INSERT INTO categories (name, name_key) VALUES ('wood', UNHEX(SHA2('wood', 256)))",
    )
    const rows = Array.from({ length: 1_001 }, () => [insertId, 'x', 'x'])
    await web.database.write('INSERT INTO posts (category_id, title, body) VALUES ?', [rows])
    await remove('/categories/wood', 'rosa')

    expect(await lately()).toEqual([
      'wood: The category was removed. · rosa',
      'park: The category was removed. · rosa',
    ])
  })
})

test('what goes through the open /api/v1 is signed by its token, or as anybody’s', async () => {
  const { remove, addAct, lately } = await openSite(true)
  const acts = [await addAct(), await addAct(), await addAct(), await addAct()]

  const answers = [
    await remove(acts[0]!.act),
    await remove(acts[1]!.act, 'rosa'),
    await remove(acts[2]!.act, 'nobody'),
    await remove(acts[3]!.act, 'ana'),
    await remove('/categories/park'),
    await remove('/users/bo'),
  ]

  expect(answers).toEqual(answers.map(() => '200 {}'))
  expect(await lately()).toEqual([
    'bo: The account was removed. · the open /api/v1',
    'park: The category was removed. · the open /api/v1',
    'watered: Removed through /api/v1. · the open /api/v1',
    'watered: Removed through /api/v1. · rosa',
    'watered: Removed through /api/v1. · the open /api/v1',
  ])
})

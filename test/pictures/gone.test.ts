import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { memberNamed } from '../../src/accounts/queries.ts'
import { removeAccount } from '../../src/accounts/removal.ts'
import { removeCategoryWithPosts } from '../../src/categories/service.ts'
import { bringPostBack, removePostBy, removePost as takeAway } from '../../src/posts/removal.ts'
import { served } from '../support/served.ts'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { newMember } from '../support/site/members.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

/** More than are swept in one go. */
const many = 130

const spam = { rule: '', reason: 'spam' }

let web: Replica
let admin: Omit<Replica, 'as'>
let accounts: Omit<Replica, 'as'>

beforeAll(async () => {
  web = await openReplica()
  ;[admin, accounts] = await Promise.all([web.as('admin'), web.as('accounts')])
  await newMember(web, 'rosa', 'admin')
})

/** A category with many posts of a member, each with a picture of its own. */
async function pictured(name: string) {
  const { insertId: category } = await write('INSERT INTO categories (name, name_key, posts) VALUES (?)', [
    [name, sha256(name), many],
  ])
  const { insertId: author } = await write('INSERT INTO users (name, name_key) VALUES (?)', [
    [name, sha256(name)],
  ])
  const hashes = Array.from({ length: many }, (_, n) => sha256(`${name} ${n}`).toString('hex'))
  await write('INSERT INTO images (hash, width, height, small, large) VALUES ?', [
    hashes.map((hash) => [hash, 1, 1, 'small', 'large']),
  ])
  const { insertId: first } = await write(
    'INSERT INTO posts (category_id, author_id, title, body, image_hash) VALUES ?',
    [hashes.map((hash) => [category, author, 'Pictured', 'text', hash])],
  )
  await web.context.cache.invalidate(['categories'])
  return { category, first, hashes, ids: Array.from({ length: many }, (_, n) => first + n) }
}

const write = (statement: string, values: unknown[]) => web.database.write(statement, values)
const sha256 = (text: string) => new Bun.CryptoHasher('sha256').update(text).digest() as Buffer
const shown = async (hashes: string[]) => {
  const visitor = web.visitor()
  const answers = await Promise.all(
    hashes.map((hash) => served(() => visitor.get(`/images/${hash}-large.webp`))),
  )
  return answers.filter(({ status }) => status === 200).length
}

type Pictured = Awaited<ReturnType<typeof pictured>>

const ways: Record<string, (of: Pictured, name: string) => Promise<unknown>> = {
  'its members remove them': async ({ ids, category }) => {
    for (const id of ids) await takeAway(web.context, { id, categoryId: category })
  },
  'their category is removed': ({ category }) =>
    removeCategoryWithPosts(web.context, { id: category, name: 'Full' }, undefined),
  'their author leaves with them': async (_, name) => {
    const member = (await memberNamed(accounts.context.db, name))!
    await removeAccount(accounts.context, member, { withPosts: true })
  },
}

test.each(Object.entries(ways))(`${many} pictures are gone when %s`, async (name, remove) => {
  const all = await pictured(name)
  const before = await shown(all.hashes)

  await remove(all, name)
  const after = await shown(all.hashes)

  expect([before, after]).toEqual([many, 0])
  await until(async () => {
    const [row] = await web.database.rows<{ left: number }>(
      'SELECT COUNT(*) AS `left` FROM images WHERE hash IN (?)',
      [all.hashes],
    )
    return row?.left === 0
  })
})

test('pictures of posts that an admin removes are not served until the posts are brought back', async () => {
  const { ids, category, hashes } = await pictured('hidden')
  const rosa = (await memberNamed(admin.context.db, 'rosa'))!
  for (const id of ids)
    await removePostBy(admin.context, rosa, { id, categoryId: category, authorId: null }, spam)

  const hidden = await shown(hashes)
  await bringPostBack(admin.context, rosa, ids[0]!)
  const back = await shown(hashes)

  expect([hidden, back]).toEqual([0, 1])
})

test('a picture whose post is gone is not served, though nobody has swept it', async () => {
  const { hashes, category } = await pictured('not swept')

  await write('DELETE FROM posts WHERE category_id = ?', [category])

  expect(await shown(hashes)).toBe(0)
})

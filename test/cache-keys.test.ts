import { expect, setDefaultTimeout, test } from 'bun:test'
import { cached } from '../src/cache-policy.ts'
import { openReplica, origin } from './support/servers/replica.ts'
import { newMember } from './support/site/members.ts'

setDefaultTimeout(60_000)

const numbers = [0, 1, 2, 10]
const hexes = ['0', '1', 'id'].map((text) => new Bun.CryptoHasher('sha256').update(text).digest('hex'))

/** Every kind of key that is made of what is no text of a visitor's. */
const ofNumbers: Record<Exclude<keyof typeof cached, 'user'>, string[]> = {
  categories: [cached.categories.key()],
  closedCategory: numbers.map(cached.closedCategory.key),
  removed: [cached.removed.key()],
  newestPosts: [cached.newestPosts.key()],
  newestPostsIn: numbers.map(cached.newestPostsIn.key),
  newestPostsBy: numbers.map(cached.newestPostsBy.key),
  newestInFull: [undefined, ...numbers].flatMap((category) =>
    [undefined, ...numbers].map((author) => cached.newestInFull.key(category, author)),
  ),
  rankedPosts: (['top', 'hot'] as const).flatMap((sort) =>
    [undefined, ...numbers].map((category) => cached.rankedPosts.key(sort, category)),
  ),
  post: numbers.map(cached.post.key),
  comments: numbers.map(cached.comments.key),
  newestComments: numbers.map(cached.newestComments.key),
  userById: numbers.map(cached.userById.key),
  items: [cached.items.key()],
  item: numbers.map(cached.item.key),
  doors: [cached.doors.key()],
  settings: [cached.settings.key()],
  recount: [cached.recount.key()],
  session: hexes.map(cached.session.key),
  token: hexes.map(cached.token.key),
}

/** Names that are a part of a key, a key of another name, or a number that a long name is known by. */
function hostileNames(): string[] {
  const keys = Object.values(ofNumbers).flat()
  const long = ['x'.repeat(201), 'y'.repeat(5_000), `${'x'.repeat(201)}y`]
  const names = [
    ...keys.flatMap(endsOf),
    ...long,
    ...long.map((name) => `${Bun.hash(name)}`),
    'ana',
    'Ana',
    'ana ',
  ]
  return [...new Set([...names, ...names.flatMap((name) => endsOf(cached.user.key(name)))])]
}

/** A key and all that stands behind one of its colons. */
const endsOf = (key: string) => key.split(':').map((_, part, parts) => parts.slice(part).join(':'))

test('no name, whatever it is, has the key of another name or of anything else', () => {
  const names = hostileNames()
  const others = Object.values(ofNumbers).flat()

  expect(Object.keys(ofNumbers).sort()).toEqual(
    Object.keys(cached)
      .filter((kind) => kind !== 'user')
      .sort(),
  )
  expect(names.length).toBeGreaterThan(100)
  const keys = [...others, ...names.map(cached.user.key)]
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([])
})

test('a member named like the key of another is not taken for them, nor they for it', async () => {
  const replica = await openReplica()
  const accounts = await replica.as('accounts')
  await newMember(replica, 'ana')
  const [ana] = await replica.database.rows<{ id: number }>("SELECT id FROM users WHERE name = 'ana'")
  const named = `id:${ana!.id}`
  const ask = async (path: string, init?: RequestInit) =>
    accounts.app.handle(new Request(`${origin}${path}`, init))
  await ask('/api/v1/users', {
    method: 'POST',
    body: JSON.stringify({ username: named, password: 'a'.repeat(40) }),
  })

  const shownFirst = await (await ask(`/api/users/${encodeURIComponent(named)}`)).json()
  const byId = await (await replica.visitor().get(`/user/${ana!.id}`, { accept: 'application/json' })).json()
  const shownThen = await (await ask(`/api/users/${encodeURIComponent(named)}`)).json()

  expect(byId).toMatchObject({ id: ana!.id, username: 'ana' })
  expect([shownFirst.username, shownThen.username]).toEqual([named, named])
})

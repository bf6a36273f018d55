import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import sharp from 'sharp'
import { invalidatedBy } from '../../src/cache-policy.ts'
import { asksNothing } from '../../src/settings/newcomers.ts'
import { startHaproxy } from '../support/servers/haproxy.ts'
import { openReplica, origin, proxyTo, type Replica } from '../support/servers/replica.ts'
import { addCategory, newMember } from '../support/site/members.ts'
import { newName } from '../support/site/page.ts'
import { addressOf, type Route, routesOf } from '../support/site/routes.ts'
import type { Visitor } from '../support/site/visitor.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(300_000)

/** What moderators hide is walked for: over every route, on every replica, as everybody there is. */
type Site = Pick<Replica, 'app'>
let webs: Site[]
let admin: Site
let accounts: Site
let web: Replica
const people: Record<string, Visitor | undefined> = { stranger: undefined }
const [authorName, memberName] = [newName('ana'), newName('bo')]
/** A category that a group alone reads; all but strangers and the moderator of Films are in it. */
const room = newName('cem')
const feedOf: Record<string, string> = {}

beforeAll(async () => {
  web = await openReplica()
  webs = [web, await web.as('web')]
  admin = await web.as('admin')
  accounts = await web.as('accounts')
  await addCategory(web, 'Books')
  await addCategory(web, 'Films')
  await addCategory(web, room)
  people.author = await newMember(web, authorName)
  people.member = await newMember(web, memberName)
  people.elsewhere = await moderatorOf('Films')
  people.moderator = await moderatorOf('Books', room)
  people.admin = await newMember(web, newName('cem'), 'admin')
  await closeRoom()
  // Whoever has such an address reads it, from wherever they are.
  for (const [person, visitor] of Object.entries(people)) {
    if (!visitor) continue
    const page = await (await visitor.post('/feeds')).text()
    feedOf[person] = /\/feeds\/([\w-]{20,})/.exec(page)?.[1] ?? ''
  }
})

async function moderatorOf(...categories: string[]): Promise<Visitor> {
  const name = newName('cem')
  const visitor = await newMember(web, name)
  await web.database.write(
    `INSERT INTO moderators (user_id, category_id)
     SELECT users.id, categories.id FROM users, categories WHERE users.name = ? AND categories.name IN (?)`,
    [name, categories],
  )
  return visitor
}

async function closeRoom(): Promise<void> {
  const { write } = web.database
  await write(`INSERT INTO member_groups (name, name_key) VALUES ('choir', UNHEX(SHA2('choir', 256)))`)
  await write(
    `INSERT INTO group_members (user_id, group_id)
     SELECT users.id, member_groups.id
       FROM users, member_groups
      WHERE users.id NOT IN (SELECT user_id
                               FROM moderators
                               JOIN categories ON categories.id = category_id
                              WHERE categories.name = 'Films')`,
  )
  const ofRoom = '(SELECT id FROM categories WHERE name = ?)'
  await write(`INSERT INTO doors (category_id, read_by, write_by) VALUES (${ofRoom}, 'groups', 'groups')`, [
    room,
  ])
  await write(
    `INSERT INTO door_groups (category_id, group_id, may_write)
     SELECT ${ofRoom}, id, 1 FROM member_groups`,
    [room],
  )
  // Who somebody is was remembered before they were in the group.
  const sessions = await web.database.rows<{ token: string }>(
    'SELECT LOWER(HEX(token_key)) AS token FROM sessions',
  )
  await web.context.cache.invalidate([
    ...invalidatedBy.doorsChanged(),
    ...sessions.flatMap(({ token }) => invalidatedBy.sessionEnded(token)),
  ])
  await web.context.doors.untilAllKnow()
}

function send(on: Site, method: string, path: string, who?: Visitor, body?: unknown): Promise<Response> {
  const cookie = [...(who?.cookies ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')
  const isForm = body instanceof FormData
  const headers = { origin, cookie, ...(isForm ? {} : { 'content-type': 'application/json' }) }
  const content = body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }
  return on.app.handle(new Request(origin + path, { method, headers, ...content }))
}

const idIn = async (answer: Promise<Response>) => ((await (await answer).json()) as { id: number }).id

type Hidden = {
  category: string
  word: string
  post: number
  comment: number
  other: number
  said: number
  picture: string
}

/**
 * A post with a picture and a comment, and a comment on another post; all have a word of their own, and tell
 * a member by name.
 */
async function written(category = 'Books'): Promise<Hidden> {
  const word = `w${crypto.randomUUID().slice(0, 8)}`
  const form = new FormData()
  const to = `@"${memberName}"`
  const fields = { category, title: `Hidden ${word}`, body: `About #${word} ${to}`, alt: `Red ${word}` }
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  // A colour of its own: the same picture may stand beside another post.
  const square = { width: 40, height: 30, channels: 3, background: `#${word.slice(1, 7)}` } as const
  const bytes = await sharp({ create: square }).png().toBuffer()
  form.set('image', new File([new Uint8Array(bytes)], 'red.png', { type: 'image/png' }))
  const post = await idIn(send(web, 'POST', '/api/posts', people.author, form))
  const draft = { category, title: 'Visible', body: 'Still here' }
  const other = await idIn(send(web, 'POST', '/api/posts', people.author, draft))
  const say = (on: number) =>
    idIn(send(web, 'POST', `/api/posts/${on}/comments`, people.author, { body: `Aside: ${word} ${to}` }))
  const [comment, said] = [await say(post), await say(other)]
  const read = (await (await send(web, 'GET', `/api/posts/${post}`, people.author)).json()) as {
    image: { url: string }
  }
  await web.search.caughtUp()
  return { category, word, post, comment, other, said, picture: read.image.url }
}

async function hide({ post, said }: Hidden): Promise<void> {
  for (const [kind, id] of [
    ['post', post],
    ['comment', said],
  ] as const) {
    const wanted = { act: 'hide', kind, id, reason: 'Rude' }
    expect((await send(admin, 'POST', '/api/moderation/actions', people.moderator, wanted)).status).toBe(201)
  }
}

/** A stream has no end, and the log says what was asked for. */
const isRead = ({ method, path }: Route) => method === 'GET' && !['/live', '/logs'].includes(path)

/** Every address at which it could be, of one replica. */
async function addresses(on: Site, hidden: Hidden): Promise<string[]> {
  const { category, word, post, comment, other, said, picture } = hidden
  const names = { category, name: authorName, username: authorName, tag: word }
  const { id } = (await (
    await send(web, 'GET', `/api/categories/${encodeURIComponent(category)}`, people.author)
  ).json()) as { id: number }
  const maps = [
    ...(await (await send(web, 'GET', '/sitemap.xml')).text()).matchAll(/<loc>[^<]*?(\/sitemap[^<]*)/g),
  ]
  const lists = [
    ...[
      `/search?q=${word}`,
      `/search?q=${word}&in=comments`,
      `/api/posts?q=${word}`,
      `/api/posts?tag=${word}`,
    ],
    ...['/api/posts?sort=hot', '/api/posts?sort=top', '/?sort=hot', '/?sort=top', `/c/${category}?sort=top`],
    ...[`/categories/${id}`, `/api/posts?category=${encodeURIComponent(category)}`, '/notices?all'],
    ...Object.values(feedOf).flatMap((token) => [`/feeds/${token}`, `/feeds/${token}/${id}`]),
    ...[`/api/posts?author=${authorName}`, `/search?q=author:${authorName}`, picture],
    ...maps.map(([, path]) => path ?? ''),
  ]
  const ofRoutes = (await routesOf(on))
    .filter(isRead)
    .flatMap((route) =>
      ['post', 'comment'].flatMap((kind) =>
        (kind === 'post' ? [post, other] : [comment, said]).map((id) =>
          addressOf(route, { ...names, kind, id: `${id}` }),
        ),
      ),
    )
  return [...new Set([...ofRoutes, ...(webs.includes(on) ? lists : [])])]
}

/** Those who read this word, which no address holds, and where. */
async function readersOf(mark: string, hidden: Hidden, on: Site[]): Promise<string[]> {
  const found: string[] = []
  for (const site of on)
    for (const path of await addresses(site, hidden))
      for (const person of Object.keys(people)) {
        const answer = await send(site, 'GET', path, people[person])
        if ((await answer.text()).includes(mark)) found.push(`${person} ${path}`)
      }
  return [...new Set(found)]
}

/** Those of whom something of it is read, and where. */
async function walk(hidden: Hidden, who: string[], on: Site[]): Promise<string[]> {
  const found: string[] = []
  for (const site of on) {
    const paths = await addresses(site, hidden)
    for (const person of who) {
      for (const path of paths) {
        const answer = await send(site, 'GET', path, people[person])
        const text = await answer.text()
        // A tag's own page and a search say what they are of.
        const isThere = path.includes(hidden.word)
          ? text.includes(`/posts/${hidden.post}`) || text.includes(`"id":${hidden.post},`)
          : text.replaceAll(`#${hidden.word}`, '').includes(hidden.word)
        if (isThere || (path === hidden.picture && answer.status !== 404)) found.push(`${person} ${path}`)
      }
    }
  }
  return found
}

/** The author is told what was hidden of theirs; who keeps order there looks at it. */
const mayRead: Record<string, RegExp> = {
  author: /^\/(api\/)?statements$/,
  moderator: /^\/(moderation\/queue|api\/moderation)\//,
  admin: /^\/(moderation\/queue|api\/moderation|admin)\//,
}

const forbidden = (found: string[]) =>
  found.filter((each) => {
    const [person = '', path = ''] = each.split(' ')
    return !mayRead[person]?.test(path)
  })

test.each(['Books', room])(
  'what is hidden in %s is read by nobody at any address of any replica, and comes back to all',
  async (category) => {
    const hidden = await written(category)
    const all = [...webs, accounts, admin]
    const both = `/live?posts=${hidden.post},${hidden.other}`
    const streams = await Promise.all(
      webs.map(async (site) => textOf(await send(site, 'GET', both, people.member))),
    )
    const before = await walk(hidden, Object.keys(people), webs)

    await hide(hidden)
    const after = await walk(hidden, Object.keys(people), webs)
    await web.search.caughtUp()
    const found = await walk(hidden, Object.keys(people), all)
    await send(web, 'POST', `/api/posts/${hidden.post}/likes`)

    expect(before.length).toBeGreaterThan(60)
    // Notices, and the feeds of who has no cookie, are among these addresses.
    for (const place of [/^member \/notices/, /^member \/api\/notices/, /^stranger \/feeds\/[\w-]+$/])
      expect(before.filter((each) => place.test(each))).not.toEqual([])
    expect(before.filter((each) => each.startsWith('stranger') && !each.includes('/feeds/')).length > 0).toBe(
      category === 'Books',
    )
    expect(forbidden(after).filter((each) => !/search|q=/.test(each))).toEqual([])
    expect(forbidden(found)).toEqual([])
    // Whom it concerns, and who keeps order there, still does.
    expect(found).toContain('author /statements')
    expect(found).toContain(`moderator /moderation/queue/post/${hidden.post}`)
    for (const said of streams) expect(said()).not.toContain(hidden.word)

    const back = { act: 'show', kind: 'post', id: hidden.post }
    await send(admin, 'POST', '/api/moderation/actions', people.moderator, back)
    await send(admin, 'POST', '/api/moderation/actions', people.moderator, {
      ...{ act: 'show', kind: 'comment', id: hidden.said },
    })
    await web.search.caughtUp()
    const again = (await walk(hidden, Object.keys(people), webs)).filter(
      (each) => !each.endsWith('/statements'),
    )
    expect(again.sort()).toEqual(before.sort())
  },
)

/** What a stream has said so far. */
function textOf({ body }: Response): () => string {
  let text = ''
  const read = async () => {
    const decoder = new TextDecoder()
    if (body) for await (const bytes of body) text += decoder.decode(bytes, { stream: true })
  }
  read().catch(() => {})
  return () => text
}

test('a text that waits is read by its author and who keeps order there, until it is let through', async () => {
  const author = newName('ana')
  people.newcomer = await newMember(web, author)
  const draft = { category: 'Books', title: 'Visible', body: 'Still here' }
  const other = await idIn(send(web, 'POST', '/api/posts', people.author, draft))
  const ask = (hold: number) =>
    send(admin, 'PUT', '/api/moderation/newcomers', people.admin, {
      ...asksNothing,
      held: '',
      refused: '',
      hold,
    })
  expect((await ask(1)).status).toBe(200)
  const streams = await Promise.all(
    webs.map(async (site) => textOf(await send(site, 'GET', `/live?posts=${other}`))),
  )
  const held = async (path: string, body: object) => {
    const answer = await send(web, 'POST', path, people.newcomer, body)
    expect(answer.status).toBe(202)
    return ((await answer.json()) as { waiting: number }).waiting
  }
  const [word, mark] = [`w${crypto.randomUUID().slice(0, 8)}`, `m${crypto.randomUUID().slice(0, 8)}`]
  const text = { title: `Waits ${mark} ${word}`, body: `@${memberName} reads ${mark} about #${word}` }
  const post = await held('/api/posts', { category: 'Books', ...text })
  const comment = await held(`/api/posts/${other}/comments`, { body: `@${memberName}: ${mark}, ${word}` })
  const all = [...webs, accounts, admin]
  const place = { category: 'Books', word, post, comment, other, said: comment, picture: '/nothing-there' }
  const told = async () =>
    (await (await send(web, 'GET', '/api/notices', people.member)).text()).includes(author)

  await web.search.caughtUp()
  const waiting = await readersOf(mark, place, all)

  const theirs = ['/held', '/api/held']
  expect(waiting.sort()).toEqual(
    [
      ...['newcomer', 'moderator', 'admin'].flatMap((who) => theirs.map((path) => `${who} ${path}`)),
      ...['moderator', 'admin'].map((who) => `${who} /moderation/queue`),
    ].sort(),
  )
  expect(await told()).toBe(false)
  for (const said of streams) expect(said()).not.toContain('event: new')

  const decide = (id: number, decision: object) =>
    send(web, 'POST', `/api/held/${id}`, people.moderator, decision)
  expect((await decide(comment, { decision: 'refuse', reason: 'Rude' })).status).toBe(200)
  const approved = await decide(post, { decision: 'approve' })
  const at = ((await approved.json()) as { place: string }).place
  await web.search.caughtUp()
  const after = await readersOf(mark, { ...place, post: Number(at.split('/').at(-1)) }, all)

  const everywhere = ['/', '/c/Books', at, `/api${at}`, '/feed', `/tags/${word}`, '/api/posts']
  for (const who of Object.keys(people))
    for (const path of [...everywhere, `/search?q=${word}`, `/api/posts?q=${word}`])
      expect(after).toContain(`${who} ${path}`)
  expect(after.filter((each) => /held|queue$/.test(each)).sort()).toEqual(
    theirs.map((path) => `newcomer ${path}`).sort(),
  )
  expect(await told()).toBe(true)
  delete people.newcomer
  await ask(0)
})

test('at the door it is gone within a minute, from what is kept for all and for spent networks', async () => {
  const door = await startHaproxy({ RATE_LIMITS: 'all', READ_BUDGET: '1', TRUSTED_PROXIES: '127.0.0.1' })
  for (const [index, site] of webs.entries()) {
    const { port } = new URL(proxyTo(site))
    for (const backend of ['web', 'memory'])
      await door.socket.addServer(backend, `web-${index}`, '127.0.0.1', Number(port))
  }
  const hidden = await written()
  const paths = [
    ...['/', '/c/Books', `/posts/${hidden.post}`, `/posts/${hidden.other}`, `/tags/${hidden.word}`],
    ...['/feed', '/c/Books/feed', `/tags/${hidden.word}/feed`, `/posts/${hidden.other}/feed`],
    ...['/api/posts', `/api/posts/${hidden.post}`, `/api/posts/${hidden.other}/comments`, hidden.picture],
  ]
  const read = async (from: string, path: string) => {
    const answer = await fetch(door.url + path, { headers: { 'x-forwarded-for': from } })
    const text = await answer.text()
    const isThere = path === hidden.picture ? answer.ok : text.includes(`Hidden ${hidden.word}`)
    return { isThere: isThere || text.includes(`Aside: ${hidden.word}`), from: answer.headers.get('x-cache') }
  }
  const stranger = '192.0.2.1'
  const ofSpent = '198.51.100.1'
  await until(async () => (await fetch(`${door.url}/up`)).status === 200)
  // Ten answers that cost a tenth of a second each.
  await door.add('market', 'echo')
  for (let at = 0; at < 10; at++) await read(ofSpent, `/market?say=x-cost:100&at=${at}`)
  const before = []
  for (const path of paths) before.push(await read(stranger, path), await read(ofSpent, path))
  await Promise.all(paths.map((path) => read(ofSpent, path)))

  await hide(hidden)
  const hiddenAt = performance.now()
  let lastSeenAt = hiddenAt
  const isGone = async () => {
    const askedAt = performance.now()
    const answers = await Promise.all(paths.flatMap((path) => [read(stranger, path), read(ofSpent, path)]))
    if (answers.every(({ isThere }) => !isThere)) return true
    lastSeenAt = askedAt
    return false
  }
  await until(isGone, { withinMs: 120_000, everyMs: 500 })

  expect(before.filter(({ isThere }) => !isThere)).toEqual([])
  expect(before.some(({ from }) => from === 'HIT') || lastSeenAt > hiddenAt).toBe(true)
  expect((lastSeenAt - hiddenAt) / 1_000).toBeLessThan(60)
})

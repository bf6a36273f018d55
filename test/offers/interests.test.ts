import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import sharp from 'sharp'
import { asksNothing } from '../../src/settings/newcomers.ts'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { find, textsIn } from '../support/site/markup.ts'
import { addCategory } from '../support/site/members.ts'
import { newName, password } from '../support/site/page.ts'
import { sessionCookieOf, type Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(120_000)

let web: Replica
let admin: Omit<Replica, 'as'>
let accounts: Omit<Replica, 'as'>
let root: Visitor
const who = {} as Record<'ana' | 'bo' | 'cem', Member>

type Member = { id: number; name: string; visitor: Visitor }

beforeAll(async () => {
  web = await openReplica()
  admin = await web.as('admin')
  accounts = await web.as('accounts')
  await addCategory(web, 'Market')
  root = (await member('rosa')).visitor
  await web.database.write(`UPDATE users SET role = 'admin' WHERE name = 'rosa'`)
  for (const name of ['ana', 'bo', 'cem'] as const) who[name] = await member(newName(name))
})

async function member(name: string): Promise<Member> {
  const signing = accounts.visitor()
  await signing.post('/signup', { username: name, password })
  const visitor = web.visitor()
  for (const [key, value] of signing.cookies) visitor.cookies.set(key, value)
  const [row] = await web.database.rows<{ id: number }>('SELECT id FROM users WHERE name = ?', [name])
  return { id: row?.id ?? 0, name, visitor }
}

const draft = { kind: 'gift', category: 'Market', title: 'A lamp', body: 'It shines.' }

async function offered(): Promise<string> {
  const answer = await who.ana.visitor.post('/offers', draft)
  return answer.headers.get('location') ?? ''
}

const interest = ({ visitor }: Member, offer: string, message = '') =>
  visitor.post(`${offer}/interest`, { message })
const reserve = ({ visitor }: Member, offer: string, { id }: Member) =>
  visitor.post(`${offer}/state`, { state: 'reserved', for: `${id}` })
const textOf = async ({ visitor }: Member, path: string) => (await visitor.get(path)).text()
const noticesOf = async ({ visitor }: Member, offer: string) => {
  const answer = await send(visitor, 'GET', '/api/notices')
  const all = (await answer.json()) as { kind: string; by: string; path: string }[]
  return all.filter(({ path }) => path === offer)
}

function send(visitor: Visitor | undefined, method: string, path: string, body?: unknown, more = {}) {
  const headers: Record<string, string> = { origin, 'content-type': 'application/json', ...more }
  if (visitor) headers.cookie = sessionCookieOf(visitor)
  const { app } = path.startsWith('/api/moderation') ? admin : web
  return app.handle(
    new Request(origin + path, {
      ...{ method, headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  )
}

describe('who is interested', () => {
  test('is told of to the author alone, by name, once, however often it is said', async () => {
    const offer = await offered()

    for (const message of ['Tomorrow?', 'Or on Monday <b>?'])
      expect((await interest(who.bo, offer, message)).status).toBe(303)

    expect(await noticesOf(who.ana, offer)).toMatchObject([{ kind: 'interest', by: who.bo.name }])
    expect(await textOf(who.ana, '/notices')).toContain('Interest in your offer')
    const own = await textOf(who.ana, offer)
    expect(textsIn(own, '#interests .excerpt')).toEqual(['Or on Monday <b>?'])
    expect(textsIn(own, '#interests a')).toContain(who.bo.name)
    for (const reader of [await textOf(who.cem, offer), await (await web.visitor().get(offer)).text()])
      expect(reader).not.toContain('Monday')
    expect(textsIn(await textOf(who.bo, offer), 'textarea')).toEqual(['Or on Monday <b>?'])
  })

  test('is chosen, told, and has it', async () => {
    const offer = await offered()
    await interest(who.bo, offer)
    await interest(who.cem, offer)

    expect((await reserve(who.ana, offer, who.cem)).status).toBe(303)
    expect((await reserve(who.ana, offer, who.cem)).status).toBe(303)

    expect(await noticesOf(who.cem, offer)).toMatchObject([{ kind: 'reserved' }])
    expect(await textOf(who.cem, '/notices')).toContain('It is reserved for you')
    expect(await textOf(who.cem, offer)).toContain('It is reserved for you')
    expect(await textOf(who.bo, offer)).not.toContain(who.cem.name)
    expect(find(await textOf(who.ana, offer), 'input[name=for]')).toHaveLength(0)
    expect((await who.ana.visitor.post(`${offer}/state`, { state: 'gone' })).status).toBe(303)
    expect((await interest(who.bo, offer, 'Late')).status).toBe(409)
  })

  test('is one of two who are reserved it for at once', async () => {
    const offer = await offered()
    for (const each of [who.bo, who.cem]) await interest(each, offer)

    const answers = await Promise.all([who.bo, who.cem].map((each) => reserve(who.ana, offer, each)))
    const [row] = await web.database.rows<{ id: number }>(
      'SELECT reserved_for AS id FROM offers WHERE post_id = ?',
      [offer.split('/')[2] ?? ''],
    )
    const chosen = answers[0]?.status === 303 ? who.bo : who.cem

    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409])
    expect(row?.id).toBe(chosen.id)
    const told = await Promise.all([who.bo, who.cem].map((each) => noticesOf(each, offer)))
    expect(told.map(({ length }) => length).sort()).toEqual([0, 1])
  })

  test('may think again: what was reserved for them is available', async () => {
    const offer = await offered()
    await interest(who.bo, offer)
    await reserve(who.ana, offer, who.bo)

    expect((await who.bo.visitor.post(`${offer}/interest/remove`)).status).toBe(303)
    expect((await who.bo.visitor.post(`${offer}/interest/remove`)).status).toBe(404)

    const own = await textOf(who.ana, offer)
    expect(textsIn(own, '.item .tag')).toEqual(['To give away'])
    expect(textsIn(own, '#interests .excerpt')).toEqual([])
  })

  test('is nobody who is not', async () => {
    const offer = await offered()

    expect((await interest(who.ana, offer)).status).toBe(403)
    expect((await reserve(who.ana, offer, who.bo)).status).toBe(422)
    expect((await web.visitor().post(`${offer}/interest`, {})).status).toBe(401)
    const long = await interest(who.bo, offer, 'x'.repeat(501))
    expect(long.status).toBe(422)
    expect(textsIn(await long.text(), '.error')).toEqual(['A message has at most 500 characters.'])
    expect(await noticesOf(who.ana, offer)).toEqual([])
  })

  test('tells nobody who has muted them', async () => {
    const offer = await offered()
    const muted = await member(newName('bo'))
    await who.ana.visitor.post(`/follows/member/${muted.id}`, { level: 'mute' })

    expect((await interest(muted, offer, 'Please')).status).toBe(303)

    expect(await noticesOf(who.ana, offer)).toEqual([])
  })

  test('writes no message while moderators want silence, nor one that would wait for them', async () => {
    const offer = await offered()
    const [silent, newcomer] = [await member(newName('bo')), await member(newName('bo'))]
    const until = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10)
    const deed = { act: 'silence', kind: 'member', id: silent.id, reason: 'Rude', until }
    expect((await send(root, 'POST', '/api/moderation/actions', deed)).status).toBeLessThan(300)
    const ask = (hold: number) =>
      send(root, 'PUT', '/api/moderation/newcomers', { ...asksNothing, held: '', refused: '', hold })

    expect((await interest(silent, offer, 'Idiot')).status).toBe(403)
    expect((await ask(1)).status).toBe(200)
    const held = await interest(newcomer, offer, 'Buy pills')
    await ask(0)

    expect(held.status).toBe(422)
    expect(await noticesOf(who.ana, offer)).toEqual([])
    expect(textsIn(await textOf(who.ana, offer), '#interests .excerpt')).toEqual([])
  })

  test('is forgotten when they leave', async () => {
    const offer = await offered()
    const leaver = await member(newName('cem'))
    await interest(leaver, offer, 'Secret number')
    await reserve(who.ana, offer, leaver)
    const there = accounts.visitor()
    for (const [key, value] of leaver.visitor.cookies) there.cookies.set(key, value)

    const left = await there.post('/account/delete', { confirm: password, sure: 'on', posts: 'keep' })

    expect(left.status, await left.text()).toBeLessThan(400)
    expect(await textOf(who.ana, offer)).not.toContain('Secret number')
  })
})

describe('programs', () => {
  const make = (body: object, more = {}) =>
    send(who.ana.visitor, 'POST', '/api/offers', { ...draft, ...body }, more)
  type Made = { id: number; price: string | null; state: string; title: string }

  test('offer, once for each key, read, list and change', async () => {
    const key = { 'idempotency-key': crypto.randomUUID() }
    const body = { kind: 'sale', price: 12.5, place: 'Harbour' }

    const answers = [await make(body, key), await make(body, key)]
    const [first, second] = (await Promise.all(answers.map((each) => each.json()))) as Made[]
    const path = `/api/offers/${first?.id}`
    const read = await send(undefined, 'GET', path)
    const etag = read.headers.get('etag') ?? ''
    const listed = (await (await send(undefined, 'GET', '/api/offers?place=harb')).json()) as Made[]

    expect(answers.map(({ status }) => status)).toEqual([201, 201])
    expect(second?.id).toBe(first?.id as number)
    expect(first).toMatchObject({
      kind: 'sale',
      price: '12.50',
      currency: 'EUR',
      state: 'open',
      pictures: [],
    })
    expect(await read.json()).toEqual(first)
    expect(listed).toMatchObject([{ id: first?.id, price: '12.50', place: 'Harbour' }])

    const change = (more: object, by = who.ana, ifMatch = etag) =>
      send(by.visitor, 'PATCH', path, more, { 'if-match': ifMatch })
    expect((await change({ price: '13' }, who.bo)).status).toBe(403)
    expect(await (await change({ price: '13' })).json()).toMatchObject({ price: '13.00', title: 'A lamp' })
    expect((await change({ price: '14' })).status).toBe(412)
    expect((await change({ kind: 'gift' }, who.ana, '*')).status).toBe(422)
    expect(await (await change({ kind: 'gift', price: '' }, who.ana, '*')).json()).toMatchObject({
      price: null,
    })
    expect((await change({ state: 'gone', title: 'x' }, who.ana, '*')).status).toBe(422)
    expect((await change({ state: 'gone' })).status).toBe(412)
    expect(await (await change({ state: 'gone' }, who.ana, '*')).json()).toMatchObject({ state: 'gone' })
    expect((await change({ title: 'Late' }, who.ana, '*')).status).toBe(409)
    expect((await send(who.bo.visitor, 'DELETE', path)).status).toBe(403)
    expect((await send(who.ana.visitor, 'DELETE', path, undefined, { 'if-match': etag })).status).toBe(412)
    expect((await send(who.ana.visitor, 'DELETE', path)).status).toBe(204)
    expect((await send(undefined, 'GET', path)).status).toBe(404)
    expect((await make(body, key)).status).toBe(410)
  })

  test('are told field by field what is wrong', async () => {
    const answer = await make({ price: -1, kind: 'gift', place: 'x'.repeat(81) })
    const { errors } = (await answer.json()) as { errors: Record<string, string> }

    expect(answer.status).toBe(422)
    expect(Object.keys(errors).sort()).toEqual(['place', 'price'])
    expect((await make({ colour: 'red' })).status).toBe(422)
    expect((await send(undefined, 'GET', '/api/offers?state=sold')).status).toBe(422)
    expect((await send(undefined, 'POST', '/api/offers', draft)).status).toBe(401)
  })

  test('add pictures, once for each key', async () => {
    const { id } = (await (await make({})).json()) as Made
    const path = `/api/offers/${id}/pictures`
    const photo = sharp({ create: { width: 64, height: 48, channels: 3, background: 'teal' } })
    const file = new File([new Uint8Array(await photo.png().toBuffer())], 'photo.png', { type: 'image/png' })
    const key = crypto.randomUUID()
    const add = ({ visitor }: Member, alt: string) => {
      const body = new FormData()
      body.append('image', file)
      body.append('alt', alt)
      const headers = { origin, cookie: sessionCookieOf(visitor), 'idempotency-key': key }
      return web.app.handle(new Request(origin + path, { method: 'POST', headers, body }))
    }

    const answers = [await add(who.ana, 'Lit'), await add(who.ana, 'Lit')]
    const shown = (await answers[1]?.json()) as { pictures: { alt: string; width: number }[] }

    expect(answers.map(({ status }) => status)).toEqual([201, 201])
    expect(shown.pictures).toMatchObject([{ alt: 'Lit', width: 64 }])
    expect((await add(who.bo, 'Mine')).status).toBe(403)
    expect((await send(who.ana.visitor, 'POST', path, {})).status).toBe(422)
  })

  test('say that they are interested, and reserve', async () => {
    const { id } = (await (await make({})).json()) as Made
    const path = `/api/offers/${id}`

    const said = await send(who.bo.visitor, 'PUT', `${path}/interest`, { message: 'At six' })
    const interests = await send(who.ana.visitor, 'GET', `${path}/interests`)

    expect(said.status).toBe(204)
    expect((await send(who.bo.visitor, 'GET', `${path}/interests`)).status).toBe(403)
    expect(await interests.json()).toMatchObject([{ id: who.bo.id, member: who.bo.name, message: 'At six' }])
    const reserved = { state: 'reserved', reservedFor: who.bo.id }
    expect((await send(who.ana.visitor, 'PATCH', path, reserved)).status).toBe(200)
    expect(
      (await send(who.ana.visitor, 'PATCH', path, { state: 'reserved', reservedFor: who.cem.id })).status,
    ).toBe(409)
    expect((await send(who.bo.visitor, 'DELETE', `${path}/interest`)).status).toBe(204)
    expect(await (await send(undefined, 'GET', path)).json()).toMatchObject({ state: 'open' })
  })
})

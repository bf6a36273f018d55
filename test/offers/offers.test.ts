import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import sharp from 'sharp'
import { asksNothing } from '../../src/settings/newcomers.ts'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { find, textsIn } from '../support/site/markup.ts'
import { addCategory } from '../support/site/members.ts'
import { newName, password, versionIn } from '../support/site/page.ts'
import { sessionCookieOf, type Visitor } from '../support/site/visitor.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

let web: Replica
let admin: Omit<Replica, 'as'>
let accounts: Omit<Replica, 'as'>
let root: Visitor
let ana: Visitor
let bo: Visitor
const names = { ana: newName('ana'), bo: newName('bo') }

beforeAll(async () => {
  web = await openReplica()
  admin = await web.as('admin')
  accounts = await web.as('accounts')
  root = await newMember('rosa')
  await web.database.write(`UPDATE users SET role = 'admin' WHERE name = 'rosa'`)
  for (const name of ['Market', 'Cellar']) await addCategory(web, name)
  ana = await newMember(names.ana)
  bo = await newMember(names.bo)
})

async function newMember(name: string): Promise<Visitor> {
  const signing = accounts.visitor()
  await signing.post('/signup', { username: name, password })
  return on(web, signing)
}

/** The same visitor on another replica. */
function on(replica: Pick<Replica, 'visitor'>, who: Visitor): Visitor {
  const visitor = replica.visitor()
  for (const [key, value] of who.cookies) visitor.cookies.set(key, value)
  return visitor
}

const bike = { kind: 'sale', category: 'Market', title: 'A red bike', body: 'It *rides*.' }
const offer = (who: Visitor, more: Record<string, string> = {}) => who.post('/offers', { ...bike, ...more })

/** Offers something. Returns its address. */
async function offered(who: Visitor, more: Record<string, string> = {}): Promise<string> {
  const answer = await offer(who, more)
  expect(answer.status, await answer.clone().text()).toBe(303)
  return answer.headers.get('location') ?? ''
}

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
const textOf = async (who: Visitor, path: string) => (await who.get(path)).text()
const errorsIn = async (answer: Response) => textsIn(await answer.text(), '.error')
const listed = async (query: string, who = web.visitor()) =>
  textsIn(await textOf(who, `/offers?${query}`), '.shelf h2')
const idIn = (address: string) => Number(address.split('/')[2])
const postAt = (address: string) => address.replace('/offers/', '/posts/')

async function form(who: Visitor, path: string, fields: Record<string, string | File>): Promise<Response> {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.append(name, value)
  const headers = { origin, accept: 'text/html', cookie: sessionCookieOf(who) }
  return web.app.handle(new Request(origin + path, { method: 'POST', headers, body }))
}

/** A picture like no other. */
let hues = 0
async function picture(): Promise<File> {
  hues += 1
  const background = { r: (hues * 20) % 256, g: 90, b: hues }
  const photo = sharp({ create: { width: 64, height: 48, channels: 3, background } })
  return new File([new Uint8Array(await photo.png().toBuffer())], 'photo.png', { type: 'image/png' })
}

async function act(wanted: object): Promise<void> {
  const answer = await admin.app.handle(
    new Request(`${origin}/api/moderation/actions`, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json', cookie: sessionCookieOf(root) },
      body: JSON.stringify(wanted),
    }),
  )
  expect(answer.status, await answer.text()).toBeLessThan(300)
}

describe('an offer', () => {
  test('is read by everyone, and is a post of its category', async () => {
    const address = await offered(ana, { price: '25.5', place: 'Hill Street' })

    const page = await textOf(web.visitor(), address)
    const post = await textOf(web.visitor(), postAt(address))

    expect(textsIn(page, 'h1, .item .tag, .item .price')).toEqual(['A red bike', 'For sale', '€25.50'])
    expect(page).toContain('Hill Street')
    expect(page).toContain('<em>rides</em>')
    expect(find(post, `a[href="${address}"]`)).toHaveLength(1)
    expect(find(await textOf(web.visitor(), '/c/Market'), `a[href="${address}"]`)).toHaveLength(1)
    expect(find(await textOf(web.visitor(), '/market'), 'a[href="/offers"]')).toHaveLength(1)
  })

  test('that is sent twice stands there once', async () => {
    const once = crypto.randomUUID()

    const [first, second] = [await offered(ana, { once }), await offered(ana, { once })]

    expect(second).toBe(first)
  })

  test.each([
    ['a price below nothing', { price: '-5' }, 'From 0.00 to 1,000,000'],
    ['a price that is no number', { price: 'cheap' }, 'From 0.00 to 1,000,000'],
    ['a gift with a price', { kind: 'gift', price: '3' }, 'What is given away has no price.'],
    ['a kind that there is not', { kind: 'rent' }, 'Choose what kind of offer it is.'],
    ['a place of two lines', { place: 'Hill\nStreet' }, 'A place is one line of ordinary characters.'],
    ['a place without an end', { place: 'x'.repeat(81) }, 'A place has at most 80 characters.'],
    ['no title', { title: ' ' }, 'A post needs a title.'],
    ['no category', { category: 'Nowhere' }, 'Choose a category.'],
  ])('with %s is refused in a sentence, and what was typed stays', async (_, wrong, says) => {
    const title = `Refused ${newName('bo')}`
    const answer = await offer(bo, { title, ...wrong })

    expect(answer.status).toBe(422)
    expect((await errorsIn(answer.clone())).join()).toContain(says)
    expect(await answer.text()).toContain('It *rides*.')
    expect(await listed('state=any')).not.toContain(title)
  })

  test('of a stranger is not taken', async () => {
    expect((await offer(web.visitor())).status).toBe(401)
    expect((await web.visitor().get('/offers/new')).headers.get('location')).toContain('/login')
    expect((await ana.get('/offers/new')).status).toBe(200)
  })

  test('that is none is a 404, of a post that offers nothing, too', async () => {
    const post = await ana.post('/posts', { category: 'Market', title: 'Just words', body: 'No offer' })
    const place = (post.headers.get('location') ?? '').replace('/posts/', '/offers/')

    expect([(await ana.get(place)).status, (await ana.get('/offers/999999')).status]).toEqual([404, 404])
    expect(find(await textOf(ana, '/c/Market'), `a[href="${place}"]`)).toHaveLength(0)
  })
})

describe('the list', () => {
  const word = `zebra${newName('bo').slice(3)}`
  beforeAll(async () => {
    await offered(ana, { title: `${word} one`, place: 'Élm Row' })
    await offered(bo, { title: `${word} two`, kind: 'gift', place: 'elm row 5' })
    await offered(bo, { title: `${word} three`, kind: 'wanted', place: 'Mill' })
    await web.search.caughtUp()
  })
  const titles = (...of: string[]) => of.map((each) => `${word} ${each}`)

  test('is narrowed by kind, place and words, the newest first', async () => {
    expect(await listed(`q=${word}`)).toEqual(titles('three', 'two', 'one'))
    expect(await listed(`q=${word}&kind=gift`)).toEqual(titles('two'))
    expect(await listed('place=ELM')).toEqual(titles('two', 'one'))
    expect(await listed('place=elm&kind=sale')).toEqual(titles('one'))
    expect(await listed(`q=${word}+nothing`)).toEqual([])
    expect((await listed('kind=wanted'))[0]).toBe(`${word} three`)
  })

  test('has what is reserved or gone where one asks for it', async () => {
    const address = await offered(ana, { title: `${word} four`, place: 'Pond' })
    await ana.post(`${address}/state`, { state: 'reserved' })

    expect(await listed('place=pond')).toEqual([])
    expect(await listed('place=pond&state=reserved')).toEqual(titles('four'))
    await ana.post(`${address}/state`, { state: 'gone' })
    expect(await listed('place=pond&state=gone')).toEqual(titles('four'))
    expect(await listed('place=pond&state=any')).toEqual(titles('four'))
  })

  test('goes on where its page ended', async () => {
    for (let n = 1; n <= 22; n++) await offered(bo, { title: `Cup ${n}`, place: 'Cupboard' })

    const first = await textOf(web.visitor(), '/offers?place=cupboard')
    const next = find(first, 'a[rel="next"]')[0]?.attributes.href ?? ''
    const second = textsIn(await textOf(web.visitor(), next), '.shelf h2')

    expect(textsIn(first, '.shelf h2')).toEqual(Array.from({ length: 20 }, (_, n) => `Cup ${22 - n}`))
    expect(second).toEqual(['Cup 2', 'Cup 1'])
  })

  test('of nonsense is the usual one', async () => {
    const answer = await web.visitor().get('/offers?kind=x&state=y&before=z&place=%00&q=in:nowhere')

    expect(answer.status).toBe(200)
    expect(await errorsIn(answer)).toEqual(['No category is called nowhere.'])
  })
})

describe('what it says', () => {
  test('is changed by its author alone, as long as it is not gone', async () => {
    const address = await offered(ana, { price: '9' })
    const change = { ...bike, title: 'A blue bike', kind: 'loan', price: '' }

    expect((await bo.post(`${address}/edit`, change)).status).toBe(403)
    expect((await root.post(`${address}/edit`, change)).status).toBe(403)
    expect((await ana.post(`${address}/edit`, change)).headers.get('location')).toBe(address)
    const page = await textOf(bo, address)
    expect(textsIn(page, 'h1, .item .tag, .item .price')).toEqual(['A blue bike', 'To lend', ''])

    await ana.post(`${address}/state`, { state: 'gone' })
    const late = await ana.post(`${address}/edit`, { ...change, title: 'Late' })
    expect(late.status).toBe(409)
    expect(await late.text()).toContain('This offer is gone. Open it again before you change it.')
    expect((await ana.get(`${address}/edit`)).status).toBe(409)
    expect(await textOf(bo, address)).toContain('A blue bike')
  })

  test('stays as it was when it is gone, by the form of its post, too', async () => {
    const address = await offered(ana)
    const form = await ana.get(`${postAt(address)}/edit`)
    await ana.post(`${address}/state`, { state: 'gone' })

    const late = await ana.post(`${postAt(address)}/edit`, { ...bike, title: 'Late' })

    expect([form.status, form.headers.get('location')]).toEqual([303, `${address}/edit`])
    expect(late.status).toBe(409)
    expect(await late.text()).toContain('This offer is gone. Open it again before you change it.')
    expect(await textOf(bo, address)).not.toContain('Late')
  })

  test('of a form that another tab overtook is shown, and not replaced', async () => {
    const address = await offered(ana)
    const version = versionIn(await textOf(ana, `${address}/edit`))
    await ana.post(`${address}/edit`, { ...bike, price: '7', version })

    const late = await ana.post(`${address}/edit`, { ...bike, price: '8', version })

    expect(late.status).toBe(409)
    const page = await late.text()
    expect(page).toContain('This was changed meanwhile')
    expect(page).toContain('7.00')
    expect(textsIn(await textOf(bo, address), '.item .price')).toEqual(['€7.00'])
  })

  test('is what all of several programs made of it that changed parts of it at once', async () => {
    const address = await offered(ana)
    const program = (fields: object) =>
      web.app.handle(
        new Request(`${origin}/api${address}`, {
          method: 'PATCH',
          headers: { origin, 'content-type': 'application/json', cookie: sessionCookieOf(ana) },
          body: JSON.stringify(fields),
        }),
      )
    const changes = [{ title: 'A green bike' }, { price: '5.00' }, { place: 'Hill' }, { category: 'Cellar' }]

    for (let round = 0; round < 3; round++) {
      await ana.post(`${address}/edit`, bike)
      await Promise.all(changes.map(program))
      expect(await (await web.visitor().get(`/api${address}`)).json()).toMatchObject(
        Object.assign({}, ...changes),
      )
    }
    expect((await program({ kind: 'gift' })).status).toBe(422)
    expect((await program({ kind: 'gift', price: '' })).status).toBe(200)
  })

  test('is not what it cannot be', async () => {
    const address = await offered(ana, { price: '9' })

    const answer = await ana.post(`${address}/edit`, { ...bike, kind: 'gift', price: '9' })

    expect(await errorsIn(answer)).toEqual(['What is given away has no price. Leave it empty.'])
    expect(textsIn(await textOf(bo, address), '.item .tag')).toEqual(['For sale'])
  })
})

describe('its state', () => {
  const stateOf = async (address: string) => {
    const [row] = await web.database.rows<{ state: string }>('SELECT state FROM offers WHERE post_id = ?', [
      idIn(address),
    ])
    return row?.state
  }
  const set = async (who: Visitor, address: string, state: string) =>
    (await who.post(`${address}/state`, { state })).status

  test('is set by its author and by who keeps order there', async () => {
    const address = await offered(ana)

    expect(await set(bo, address, 'gone')).toBe(403)
    expect(await set(web.visitor(), address, 'gone')).toBe(401)
    expect(await set(ana, address, 'sold')).toBe(422)
    expect(await stateOf(address)).toBe('open')
    expect(await set(ana, address, 'reserved')).toBe(303)
    expect(await set(ana, address, 'reserved')).toBe(303)
    expect(await set(root, address, 'gone')).toBe(303)
    expect(await textOf(on(admin, root), '/admin/posts')).toContain('The offer was set to gone.')
    expect(await stateOf(address)).toBe('gone')
  })

  test('that another tab set is not passed over', async () => {
    const address = await offered(ana)
    await set(ana, address, 'gone')

    expect(await set(ana, address, 'reserved')).toBe(409)
    expect(await stateOf(address)).toBe('gone')
    expect(await set(ana, address, 'open')).toBe(303)
  })
})

describe('its pictures', () => {
  const altsOn = async (address: string) =>
    find(await textOf(web.visitor(), address), '.whole > .picture').map((each) => each.attributes.alt)
  const hashesOf = async (address: string) =>
    (
      await web.database.rows<{ hash: string }>(
        'SELECT image_hash AS hash FROM offer_pictures WHERE post_id = ? ORDER BY place',
        [idIn(address)],
      )
    ).map(({ hash }) => hash)

  test('are several, in an order, the first of them the post’s', async () => {
    const made = await form(ana, '/offers', { ...bike, image: await picture(), alt: 'From the left' })
    const address = made.headers.get('location') ?? ''
    for (const alt of ['From the right', 'Its bell'])
      expect((await form(ana, `${address}/pictures`, { image: await picture(), alt })).status).toBe(303)
    const [left = '', , bell = ''] = await hashesOf(address)

    expect(await altsOn(address)).toEqual(['From the left', 'From the right', 'Its bell'])
    await ana.post(`${address}/pictures/${bell}`, { move: 'forward' })
    await ana.post(`${address}/pictures/${left}`, { move: 'away' })

    expect(await altsOn(address)).toEqual(['Its bell', 'From the right'])
    expect(await textOf(web.visitor(), postAt(address))).toContain(`${bell}-large.webp`)
    expect((await web.visitor().get(`/images/${bell}-small.webp`)).status).toBe(200)
    await until(async () => (await web.visitor().get(`/images/${left}-small.webp`)).status === 404)
    expect(await web.database.rows('SELECT hash FROM images WHERE hash = ?', [left])).toEqual([])
  })

  test('are eight at most, each once, and the author’s alone', async () => {
    const address = await offered(ana)
    const same = await picture()
    await form(ana, `${address}/pictures`, { image: same, alt: '' })
    const again = await form(ana, `${address}/pictures`, { image: same, alt: 'The same' })
    for (let n = 2; n <= 8; n++)
      await form(ana, `${address}/pictures`, { image: await picture(), alt: `${n}` })
    const ninth = await form(ana, `${address}/pictures`, { image: await picture(), alt: 'Too much' })
    const [first = ''] = await hashesOf(address)

    expect([again.status, ninth.status]).toEqual([422, 422])
    expect(await errorsIn(again)).toEqual(['This picture is there already.'])
    expect(await errorsIn(ninth)).toEqual(['An offer has at most 8 pictures.'])
    expect(await hashesOf(address)).toHaveLength(8)
    expect(await errorsIn(await form(ana, `${address}/pictures`, { alt: 'None' }))).toEqual([
      'Choose a picture.',
    ])
    const text = new File(['no picture'], 'a.png', { type: 'image/png' })
    expect((await errorsIn(await form(ana, `${address}/pictures`, { image: text }))).join()).toContain(
      'This is no picture',
    )
    expect((await bo.post(`${address}/pictures/${first}`, { move: 'away' })).status).toBe(403)
    expect((await ana.post(`${address}/pictures/${first}`, { move: 'up' })).status).toBe(422)
    expect((await ana.post(`${address}/pictures/${'0'.repeat(64)}`, { move: 'away' })).status).toBe(404)
    expect(await hashesOf(address)).toHaveLength(8)
  })

  test('are not served while moderators hide it, and stay when it comes back', async () => {
    const address = await offered(ana)
    for (const alt of ['a', 'b']) await form(ana, `${address}/pictures`, { image: await picture(), alt })
    const [, second = ''] = await hashesOf(address)
    const status = async () => (await web.visitor().get(`/images/${second}-large.webp`)).status

    await act({ act: 'hide', kind: 'post', id: idIn(address), reason: 'Not here' })
    const hidden = await status()
    await act({ act: 'show', kind: 'post', id: idIn(address), reason: 'It was fine' })

    expect([hidden, await status()]).toEqual([404, 200])
  })
})

describe('the law of posts is its own', () => {
  test('moderators take it off the board with a reason, and bring it back', async () => {
    const address = await offered(ana, { place: 'Lawn' })
    await act({ act: 'hide', kind: 'post', id: idIn(address), reason: 'No weapons here' })

    const page = await web.visitor().get(address)
    expect([page.status, await listed('place=lawn')]).toEqual([410, []])
    expect(await page.text()).toContain('No weapons here')
    for (const path of ['/edit', '/state', '/pictures'])
      expect((await ana.post(address + path, { ...bike, state: 'gone' })).status, path).toBe(410)
    expect(await textOf(web.visitor(), '/moderation')).toContain('No weapons here')
    await act({ act: 'show', kind: 'post', id: idIn(address), reason: 'It was fine' })

    expect(await listed('place=lawn')).toEqual(['A red bike'])
  })

  test('it is reported as the post that it is', async () => {
    const address = await offered(ana)
    const page = await textOf(bo, address)
    const [report = ''] = find(page, 'a[href^="/reports/post/"]').map((each) => each.attributes.href)

    const answer = await bo.post(report, { reason: 'spam', text: 'It is sold elsewhere' })

    expect(answer.status).toBeLessThan(400)
    expect(await textOf(on(admin, root), '/moderation/queue')).toContain('A red bike')
  })

  test.each(['silence', 'suspend'])('who is under a %s neither offers nor changes', async (kind) => {
    const name = newName('cem')
    const cem = await newMember(name)
    const address = await offered(cem, { price: '3', place: kind })
    const [member] = await web.database.rows<{ id: number }>('SELECT id FROM users WHERE name = ?', [name])
    await act({ act: kind, kind: 'member', id: member?.id, reason: 'Rude', until: inDays(3) })

    expect((await offer(cem)).status).toBe(403)
    expect((await cem.post(`${address}/edit`, { ...bike, price: '4' })).status).toBe(403)
    const added = await form(cem, `${address}/pictures`, { image: await picture(), alt: '' })
    expect(added.status).toBe(403)
    expect(textsIn(await textOf(bo, address), '.item .price')).toEqual(['€3.00'])
  })

  test('a newcomer’s waits with its price, and is an offer when it was taken', async () => {
    const ask = (hold: number) =>
      admin.app.handle(
        new Request(`${origin}/api/moderation/newcomers`, {
          method: 'PUT',
          headers: { origin, 'content-type': 'application/json', cookie: sessionCookieOf(root) },
          body: JSON.stringify({ ...asksNothing, held: '', refused: '', hold }),
        }),
      )
    expect((await ask(1)).status).toBe(200)
    const newcomer = await newMember(newName('cem'))
    const held = await offer(newcomer, { title: 'First', price: '12', place: 'Brook' })
    await ask(0)

    expect(held.headers.get('location')).toBe('/held')
    expect(await listed('place=brook')).toEqual([])
    const waiting = await textOf(root, '/held')
    expect(waiting).toContain('€12.00')
    expect(waiting).toContain('Brook')
    const [action = ''] = find(waiting, 'form[action^="/held/"]').map((each) => each.attributes.action)
    const taken = await root.post(action, { decision: 'approve' })
    const address = (taken.headers.get('location') ?? '').replace('/posts/', '/offers/')
    expect(textsIn(await textOf(bo, address), 'h1, .item .price')).toEqual(['First', '€12.00'])
    expect(await listed('place=brook')).toEqual(['First'])
  })

  test('it is gone when its author leaves, and goes along where the posts do', async () => {
    const leave = async (withPosts: boolean) => {
      const leaver = on(accounts, await newMember(newName('cem')))
      const address = await offered(on(web, leaver), { place: 'Wood' })
      const answer = await leaver.post('/account/delete', {
        ...{ confirm: password, sure: 'on' },
        posts: withPosts ? 'remove' : 'keep',
      })
      expect(answer.status, await answer.text()).toBeLessThan(400)
      return address
    }
    const [stays, goes] = [await leave(false), await leave(true)]

    expect(await listed('place=wood')).toEqual([])
    expect(await listed('place=wood&state=gone')).toEqual(['A red bike'])
    expect([(await bo.get(stays)).status, (await bo.get(goes)).status]).toEqual([200, 404])
  })

  test('in a category that a group reads it is there for nobody else', async () => {
    const address = await offered(ana, { category: 'Cellar', place: 'Cellar' })
    const rows = await web.database.rows<{ id: number }>('SELECT id FROM categories WHERE name = ?', [
      'Cellar',
    ])
    const { write } = web.database
    await write(`INSERT INTO member_groups (name, name_key) VALUES ('choir', UNHEX(SHA2('choir', 256)))`)
    await write(`INSERT INTO doors (category_id, read_by, write_by) VALUES (?, 'groups', 'members')`, [
      rows[0]?.id ?? 0,
    ])
    await web.context.cache.invalidate(['doors'])
    await web.context.doors.refresh()

    expect([await listed('place=cellar'), await listed('place=cellar', bo)]).toEqual([[], []])
    expect((await bo.get(address)).status).toBe(404)
    expect(await listed('place=cellar', root)).toEqual(['A red bike'])
  })
})

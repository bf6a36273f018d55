import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { wcagContrast } from 'culori'
import { createConnection } from 'mysql2/promise'
import { contrastOf, leastContrast, shadesOf } from '../../src/settings/accent.ts'
import { accents } from '../../views/admin-look.tsx'
import { untilWaiting } from '../support/servers/locks.ts'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { type Market, openMarket } from '../support/site/market.ts'
import { attributeIn, find, textsIn } from '../support/site/markup.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let market: Market
let other: Omit<Replica, 'as'>
let ana: Visitor

beforeAll(async () => {
  const web = await openReplica()
  market = await openMarket(web)
  other = await web.as('web', { name: 'web-2' })
  ana = await market.signedIn('ana', 'admin')
})

const look = {
  name: 'The Hill',
  accent: '',
  font: 'usual',
  front: 'new',
  welcome: '',
  imprint: '',
  contact: '',
  timeZone: 'UTC',
  currency: 'EUR',
}
const save = (fields: Partial<typeof look> & { version?: string }, who = ana) =>
  market.form(who, '/admin/site', { ...look, ...fields })
const read = async (path = '/') => (await market.anyone().get(path)).text()

test('a board is called as an admin says, on every replica, in titles and feeds, at the next read', async () => {
  const before = await read()

  const saved = await save({ name: 'The <Hill> & Dale' })
  const pages = [await read(), await (await other.visitor().get('/')).text()]
  const feed = await read('/feed')
  const missing = await read('/nothing/here')

  expect(textsIn(before, '.brand')).toEqual(['Agora'])
  expect(saved.status).toBe(200)
  for (const page of [...pages, missing]) {
    expect(textsIn(page, '.brand')).toEqual(['The <Hill> & Dale'])
    expect(textsIn(page, 'title')[0]).toEndWith('· The <Hill> & Dale')
  }
  expect(feed).toContain('The &lt;Hill&gt; &amp; Dale')
})

test('who comes first is welcomed above the newest posts, and nobody who is signed in', async () => {
  await save({ welcome: 'Come **in**.' })

  expect(textsIn(await read(), '.welcome strong')).toEqual(['in'])
  for (const path of ['/?sort=hot', '/market']) expect(find(await read(path), '.welcome')).toEqual([])
  expect(find(await (await ana.get('/')).text(), '.welcome')).toEqual([])
})

test('a welcome that the front page begins with is for members, too', async () => {
  await save({ welcome: 'Come **in**.', front: 'welcome' })

  expect(textsIn(await (await ana.get('/')).text(), '.welcome strong')).toEqual(['in'])
  expect(find(await (await ana.get('/?sort=hot')).text(), '.welcome')).toEqual([])
})

test('the front page begins with hot posts, and its tabs and feeds of new ones know it', async () => {
  await save({ front: 'hot', welcome: 'Come **in**.' })

  const pages = [await read(), await (await other.visitor().get('/')).text()]
  const newest = await read('/?sort=new')

  for (const page of pages) {
    expect(textsIn(page, 'h1')).toEqual(['Hot posts'])
    expect(find(page, '.tabs a').map(({ attributes }) => attributes.href)).toEqual([
      ...['?sort=new', '?', '?sort=top'],
    ])
    expect(textsIn(page, '.tabs a[aria-current]')).toEqual(['Hot'])
    expect(find(page, '#list[data-live]')).toEqual([])
    expect(find(page, '.welcome')).toHaveLength(1)
  }
  expect(textsIn(newest, 'h1')).toEqual(['Newest posts'])
  expect(attributeIn(newest, '.news a', 'href')).toBe('/?sort=new')
  expect(textsIn(await read('/tags/x'), '.tabs a[aria-current]')).toEqual(['New'])
})

test('the front page begins with the categories, in their order', async () => {
  for (const name of ['Garden', 'Bees']) await market.form(ana, '/admin/categories', { name })
  await save({ front: 'categories' })
  const names = (page: string) => textsIn(page, 'main section .rows .place')

  const page = await read()
  expect(names(page).sort()).toEqual(['Bees', 'Garden'])
  expect(names(page)).toEqual(textsIn(page, 'nav.categories .place span'))
  expect(textsIn(page, 'h1')).toEqual(['Newest posts'])
  expect(names(await read('/?sort=hot'))).toEqual([])
})

test('letters come with the colour in one stylesheet, and without either there is none', async () => {
  const themeOf = async () => find(await read(), 'link[href^="/theme/"]').map((each) => each.attributes.href)
  await save({})
  const none = await themeOf()
  await save({ font: 'serif' })
  const serif = await themeOf()
  await save({ font: 'round', accent: '#1d5f9c' })
  const both = await themeOf()

  const rules = await Promise.all(
    [...serif, ...both].map(async (path) => (await market.anyone().get(`${path}`)).text()),
  )

  expect([none, serif, both]).toEqual([[], ['/theme/serif.css'], ['/theme/1d5f9c-round.css']])
  expect(rules[0]).toContain('html{font-family:"Iowan Old Style"')
  expect(rules[1]).toContain('--accent:#1d5f9c')
  expect(rules[1]).toContain('html{font-family:ui-rounded')
})

test('every page leads to the imprint while there is one', async () => {
  await save({})
  const none = await market.anyone().get('/imprint')
  const before = find(await read('/market'), 'footer a[href="/imprint"]')

  await save({ imprint: 'Ana, *Hill 1*', contact: 'ana@hill.example' })
  const page = await read('/imprint')

  expect([none.status, before]).toEqual([404, []])
  expect(find(await read('/market'), 'footer a[href="/imprint"]')).toHaveLength(1)
  expect(textsIn(page, '.body em')).toEqual(['Hill 1'])
  expect(attributeIn(page, 'main a', 'href')).toBe('mailto:ana@hill.example')
})

test('its colour comes as a stylesheet of its own, which never changes', async () => {
  await save({ accent: '#1D5F9C' })

  const address = attributeIn(await read(), 'link[href^="/theme/"]', 'href')
  const theme = await market.anyone().get(address)
  const statuses = [
    ...['/theme/ffff00.css', '/theme/x.css', '/theme/1d5f9c', '/theme/usual.css', '/theme/.css'],
    ...['/theme/1d5f9c-.css', '/theme/-serif.css', '/theme/1d5f9c-x.css', '/theme/1d5f9cserif.css'],
  ].map(async (path) => (await market.anyone().get(path)).status)

  expect(address).toBe('/theme/1d5f9c.css')
  expect(theme.headers.get('content-type')).toStartWith('text/css')
  expect(theme.headers.get('cache-control')).toContain('immutable')
  expect(await theme.text()).toContain('--accent:#1d5f9c')
  expect(await Promise.all(statuses)).toEqual(statuses.map(() => 404))
})

test('of two admins who save at once the second is told', async () => {
  const cem = await market.signedIn('cem', 'admin')
  const version = attributeIn(await (await ana.get('/admin/site')).text(), 'input[name=version]', 'value')

  const answers = await Promise.all([
    save({ name: 'By ana', version }),
    save({ name: 'By cem', version }, cem),
  ])
  const texts = await Promise.all(answers.map((answer) => answer.text()))

  expect(answers.map(({ status }) => status).sort()).toEqual([200, 422])
  expect(texts.join('')).toContain('This was changed meanwhile')
  const winner = answers[0]?.status === 200 ? 'By ana' : 'By cem'
  expect(textsIn(await read(), '.brand')).toEqual([winner])
})

test.each([
  [{ name: ' ' }, 'The board needs a name.'],
  [{ name: 'x'.repeat(200) }, 'A name has at most 60 characters.'],
  [{ name: 'Hill\u202emalliH' }, 'A name is one line of ordinary characters.'],
  [{ accent: 'red' }, 'A colour is a # and six digits from 0 to f, such as #a83226.'],
  [{ accent: '#ffee00' }, 'Words in this colour are hard to read: their contrast is 1.'],
  [{ font: 'comic' }, 'There are no such letters here.'],
  [{ front: 'mine' }, 'There is no such front page here.'],
  [{ front: 'welcome' }, 'There is no welcome yet. Please write one below.'],
  [{ timeZone: 'Mars/Olympus' }, 'There is no such time zone.'],
  [{ currency: 'EURO' }, 'A currency is a code of three letters, such as EUR.'],
  [{ currency: 'eur' }, 'A currency is a code of three letters, such as EUR.'],
  [{ welcome: 'x'.repeat(2_001) }, 'At most 2000 characters.'],
  [{ contact: 'javascript:alert(1)' }, 'A contact is an address for mail, or one that begins with https://.'],
])('what is wrong is refused with a sentence, and nothing is stored: %j', async (fields, says) => {
  const before = await market.replica.database.rows('SELECT name, value FROM settings ORDER BY name')

  const answer = await save(fields)
  const text = await answer.text()

  expect(answer.status).toBe(422)
  expect(textsIn(text, '.error').join()).toContain(says)
  expect(await market.replica.database.rows('SELECT name, value FROM settings ORDER BY name')).toEqual(before)
})

test('days and times are those of the board, on every replica, also in what was drawn before', async () => {
  const { database } = market.replica
  await market.form(ana, '/admin/categories', { name: 'Clocks' })
  await database.write(
    `INSERT INTO posts (category_id, author_id, title, body, created_at)
     SELECT MIN(categories.id), MIN(users.id), 'Late', '', '2026-03-01 23:30:00' FROM categories, users`,
  )
  const timesOn = async (visitor: Visitor) => {
    const page = await (await visitor.get('/users/ana')).text()
    return [textsIn(page, '.byline time'), attributeIn(page, '.byline time', 'title')]
  }

  const before = await timesOn(market.anyone())
  await save({ timeZone: 'Europe/Berlin' })
  const east = [await timesOn(market.anyone()), await timesOn(other.visitor())]
  await save({ timeZone: 'America/New_York' })
  const west = await timesOn(market.anyone())
  await save({})

  expect(before).toEqual([['Mar 1, 2026'], 'Mar 1, 2026, 11:30 PM UTC'])
  for (const each of east) expect(each).toEqual([['Mar 2, 2026'], 'Mar 2, 2026, 12:30 AM GMT+1'])
  expect(west).toEqual([['Mar 1, 2026'], 'Mar 1, 2026, 6:30 PM EST'])
})

describe('another currency', () => {
  const priceOf = async (visitor: Visitor) => {
    const [item] = (await (await visitor.get('/api/items')).json()) as { price: string; currency: string }[]
    return `${item?.price} ${item?.currency}`
  }

  test('keeps the numbers of prices, on every replica, for pages and programs', async () => {
    await market.form(ana, '/admin/items', { name: 'Bread', quantity: '5', price: '3.50' })
    const before = await priceOf(market.anyone())

    const saved = await save({ currency: 'CHF' })

    expect([before, saved.status]).toEqual(['3.50 EUR', 200])
    expect([await priceOf(market.anyone()), await priceOf(other.visitor())]).toEqual(['3.50 CHF', '3.50 CHF'])
    expect(await read('/market')).toContain('CHF')
  })

  test('is that of variants and of the decimals that they may have', async () => {
    const [{ id } = { id: 0 }] = await market.replica.database.rows<{ id: number }>('SELECT id FROM items')
    const add = (price: string) =>
      market.form(ana, `/admin/items/${id}/variants`, { name: `Bread at ${price}`, quantity: '5', price })
    await add('4.50')
    const inFrancs = await (await ana.get(`/admin/items/${id}/details`)).text()

    await save({ currency: 'KWD' })
    const inDinars = await add('4.255')
    const kept = await market.stock('Bread at 4.255')
    await market.replica.database.write(`DELETE FROM items WHERE name LIKE 'Bread at %'`)
    await save({ currency: 'CHF' })

    expect(textsIn(inFrancs, '.money')).toEqual(['CHF\u00a04.50'])
    expect([inDinars.status, kept?.price]).toEqual([303, '4.255'])
  })

  test('is refused while an offer waits that names a price', async () => {
    const { database } = market.replica
    await database.write(`INSERT INTO categories (name, name_key) VALUES ('a', UNHEX(SHA2('a', 256)))`)
    await database.write(
      `INSERT INTO held_texts (author_id, category_id, title, body, cause)
       SELECT users.id, categories.id, 'A bike', 'Blue', 'first'
         FROM users
         JOIN categories
        WHERE users.name = 'ana'`,
    )
    await database.write(
      `INSERT INTO held_offers (held_id, kind, price, place) SELECT id, 'sale', 2.99, '' FROM held_texts`,
    )

    const answer = await save({ currency: 'USD' })
    await database.write('DELETE FROM held_texts')

    expect(answer.status).toBe(422)
    expect(textsIn(await answer.text(), '.error').join()).toContain(
      'What was ordered or offered in CHF would read as if it were in USD',
    )
  })

  test('waits for a price that is stored at the same moment, and looks at it', async () => {
    const { database } = market.replica
    await database.write('UPDATE items SET price = 3')
    const holder = await createConnection({ uri: database.url })
    await holder.beginTransaction()
    await holder.query(`INSERT INTO items (name, quantity, price) VALUES ('Jam', 1, 1)`)

    const added = market.form(ana, '/admin/items', { name: 'Jam', quantity: '5', price: '1.55' })
    await untilWaiting(database, () => 1)
    const changed = save({ currency: 'JPY' })
    await untilWaiting(database, () => 2)
    await holder.rollback()
    await holder.end()

    expect([(await added).status, (await changed).status]).toEqual([200, 422])
    expect(textsIn(await (await changed).text(), '.error').join()).toContain('Jam costs 1.55')
    await database.write(`DELETE FROM items WHERE name = 'Jam'`)
    await database.write('UPDATE items SET price = 3.5')
    await market.replica.context.cache.invalidate(['items'])
  })

  test('has what is stored with a price of the one before refused, whole', async () => {
    const { database } = market.replica
    await database.write(`INSERT INTO categories (name, name_key) VALUES ('b', UNHEX(SHA2('b', 256)))`)
    await market.replica.context.cache.invalidate(['categories'])
    const [{ id } = { id: 0 }] = await database.rows<{ id: number }>('SELECT id FROM items')
    const file = new File(['name,quantity,price\nTea,1,2.55\n'], 'items.csv')
    const offer = { kind: 'sale', title: 'A bike', body: 'Blue', category: 'b', price: '9.50' }
    const holder = await createConnection({ uri: database.url })
    await holder.beginTransaction()
    await holder.query('SELECT name FROM settings FOR UPDATE')

    const changed = save({ currency: 'KWD' })
    await untilWaiting(database, () => 1)
    const late = [
      market.form(ana, '/admin/items', { name: 'Jam', quantity: '5', price: '1.55' }),
      market.form(ana, `/admin/items/${id}`, { name: 'Bread', quantity: '5', price: '3.75' }),
      ana.post('/admin/import', { file }),
      market.form(ana, '/market/orders', { item: `${id}`, quantity: '1', price: '3.50' }),
      ana.post('/offers', offer),
    ]
    await untilWaiting(database, () => 1 + late.length)
    await holder.rollback()
    await holder.end()
    const answers = await Promise.all(late)

    expect((await changed).status).toBe(200)
    for (const answer of answers) {
      expect([409, 422]).toContain(answer.status)
      expect(await answer.text()).toContain('The market has another currency by now.')
    }
    expect(await database.rows('SELECT name, price FROM items')).toEqual([{ name: 'Bread', price: '3.5000' }])
    expect(await database.rows('SELECT id FROM orders UNION SELECT post_id FROM offers')).toEqual([])
    await save({ currency: 'CHF' })
  })

  test('that cannot say what an item costs is refused, and nothing is stored', async () => {
    const answer = await save({ currency: 'JPY', name: 'Not this' })

    expect(answer.status).toBe(422)
    expect(textsIn(await answer.text(), '.error').join()).toContain(
      'Bread costs 3.50, which is no amount of JPY.',
    )
    expect([await priceOf(market.anyone()), (await read()).includes('Not this')]).toEqual(['3.50 CHF', false])
  })

  test('is refused once there is an order, which goes on saying what was paid', async () => {
    const [{ id } = { id: 0 }] = await market.replica.database.rows<{ id: number }>('SELECT id FROM items')
    const ordered = await market.form(ana, '/market/orders', { item: `${id}`, quantity: '2', price: '3.50' })

    const answer = await save({ currency: 'EUR' })
    const text = await answer.text()

    expect([ordered.status < 400, answer.status]).toEqual([true, 422])
    expect(textsIn(text, '.error').join()).toContain(
      'What was ordered or offered in CHF would read as if it were in EUR',
    )
    expect(await priceOf(market.anyone())).toBe('3.50 CHF')
    expect((await save({ currency: 'CHF' })).status).toBe(200)
  })
})

test('who is no admin neither reads nor saves it', async () => {
  const bo = await market.signedIn('bo')

  expect((await market.form(bo, '/admin/site', look)).status).toBe(403)
  expect((await market.form(market.anyone(), '/admin/site', look)).status).toBe(401)
})

describe('of any colour that may be chosen', () => {
  const colours = Array.from({ length: 4_096 }, (_, n) => {
    const [r, g, b] = [n >> 8, (n >> 4) & 15, n & 15].map((digit) => digit.toString(16).repeat(2))
    return `#${r}${g}${b}`
  }).filter((colour) => contrastOf(colour) >= leastContrast)

  test('words are read in it and on it, in the light and in the dark', () => {
    expect(colours.length).toBeGreaterThan(500)
    for (const colour of colours) {
      const { light, dark } = shadesOf(colour)
      const pairs = [
        ...['#fbf8f3', '#fffdfa', light.tint, light.accentInk].map((other) => [light.accent, other] as const),
        ...['#181512', '#221e1a', dark.tint, dark.accentInk].map((other) => [dark.accent, other] as const),
      ]
      const poor = pairs.filter(([one, two]) => wcagContrast(one, two) < leastContrast)
      expect([colour, poor]).toEqual([colour, []])
    }
  })

  test('those that are proposed are easy to read', () => {
    expect(Object.keys(accents).filter((accent) => contrastOf(accent) < leastContrast)).toEqual([])
  })

  test('the grounds are those of the stylesheet', async () => {
    const css = await Bun.file('public/site.css').text()

    expect([...css.matchAll(/--(?:paper|card): (#[0-9a-f]+);/g)].map(([, colour]) => colour)).toEqual([
      ...['#fbf8f3', '#fffdfa', '#181512', '#221e1a'],
    ])
  })
})

test('which replica drew a page, and which store knew a member, is for admins where others reach the board', async () => {
  const shown = async (visitor: Visitor) => {
    const page = await (await visitor.get('/users/ana')).text()
    return [textsIn(page, '.served-by').length, /Id \d+, from (Redis|MySQL)/.test(page)]
  }

  expect(await shown(market.anyone())).toEqual([0, false])
  expect(await shown(await market.signedIn('bo'))).toEqual([0, false])
  expect(await shown(ana)).toEqual([1, true])
})

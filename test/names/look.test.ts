import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { casesOf, lookOf, nameError } from '../../src/names/look.ts'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { password } from '../support/site/page.ts'

setDefaultTimeout(60_000)

let accounts: Replica

beforeAll(async () => {
  accounts = await openReplica({ role: 'accounts' })
})

const json = { 'content-type': 'application/json' }
const sent = (path: string, body: unknown) =>
  accounts.app.handle(
    new Request(origin + path, { method: 'POST', headers: json, body: JSON.stringify(body) }),
  )

/** Every way in which somebody may get a name on the board: the status of each. */
const ways: Record<string, (username: string) => Promise<Response>> = {
  'POST /signup': (username) => accounts.visitor().post('/signup', { username, password }),
  'POST /api/users': (username) => sent('/api/users', { username, password }),
  'POST /add_user': (username) => accounts.visitor().post('/add_user', { username }),
}

const unwanted: Record<string, string> = {
  'the name of who runs the board': 'admin',
  'the same in capitals': 'ADMIN',
  'the same with a letter that looks so': 'аdmin',
  'the same with a digit that looks so': 'adm1n',
  'the same with dots': 'ad.min',
  'the same in wide letters': 'ａｄｍｉｎ',
  'the same in small capitals': 'ᴀᴅᴍɪɴ',
  'another in capitals of another script': 'ЅУЅТЕМ',
  'the same in Arabic': 'المدير',
  'the same in Arabic with its vowels': 'المُدِير',
  'the same with a dot above a letter that has one': 'admi\u0307n',
  'the same with a Turkish capital': 'ADMİN',
  'the same with a mark': 'ādmin',
  'another with a mark': 'modérator',
  'the same with a letter that is struck through': 'ađmin',
  'the same with a digit behind': 'admin1',
  'the same with digits and signs around': '007_admin_2',
  'the same with a digit of another script behind': 'مدير٢',
  'the same with a word before it': 'sysadmin',
  'two of them': 'agora-support',
  'the same with words around it': 'the_real_admin_team',
  'the same as Arabic is typed in haste': 'الاداره',
  'the same with a Persian letter': 'مدیر',
  'the same as it sounds': 'الأدمن',
  'many of them': 'المشرفين',
  'a zero-width space': 'da\u200bra',
  'a mark of direction': 'da\u202era',
  'a filler': 'ann\u3164',
  'a filler alone': '\u3164\u3164',
  'a blank braille pattern': '\u2800\u2800',
  'two dots': '..',
  'letters of two scripts': 'dоra',
  'piled-up marks': `a${'\u0301\u0302'.repeat(3)}b`,
  'letters that are others in another dress': '𝐝𝐨𝐫𝐚',
  'a stretched letter': 'محمـــد',
  'a joiner between letters that it joins not': 'do\u200dra',
  'a line break': 'do\nra',
  'half a character': 'dora\ud800',
}

describe.each(Object.entries(ways))('%s', (_, add) => {
  test.each(Object.entries(unwanted))('refuses %s', async (_, name) => {
    const { status } = await add(name)

    expect(status).toBe(422)
  })
})

test.each([
  'राम',
  'कृष्ण',
  'தமிழ்',
  'مُحَمَّد',
  'أحمد',
  'کتاب\u200cخانه',
  'ក្រុម',
  'น้ำฝน',
  'Zoë',
  'Nguyễn',
  '山田タロウ',
  '김철수',
  'שָׁלוֹם',
  'J.R_R-2',
  'badminton',
  'groot',
  'modesta',
  'realist',
  'ديره',
])('%s is a name', (name) => {
  expect(nameError(name)).toBeUndefined()
  expect(nameError(name.normalize('NFD').normalize('NFC'))).toBeUndefined()
})

test.each([
  ['dora', 'Dora'],
  ['cecep', 'сесер'],
  ['mark', 'rnark'],
  ['Ingrid', 'lngrid'],
  ['alice', 'ali\u0307ce'],
  ['jonas', 'j\u0307onas'],
  ['کتابخانه', 'کتاب\u200cخانه'],
])('who is called %s has no twin called %s, made in any way', async (name, same) => {
  expect(lookOf(same)).toBe(lookOf(name))
  expect((await ways['POST /signup']!(name)).status).toBe(303)

  for (const add of Object.values(ways)) {
    const answer = await add(same)
    expect([409, 422]).toContain(answer.status)
  }
})

test.each([
  ['hope', 'НОРЕ'],
  ['Hope2', 'НОРЕ2'],
  ['ΑΝΝΑ', 'ANNA'],
  ['ᏴᎬᎪᎷ', 'Beam'],
  ['vav', 'ναν'],
  ['ΝΕΡΟ', 'νερο'],
  ['мост', 'МОСТ'],
  ['ᴄᴏᴅᴇʀ', 'coder'],
  ['ꮋꭺꮲ', 'ᎻᎪᏢ'],
])(
  'who is called %s in letters of one case has no twin called %s in those of another',
  async (name, same) => {
    expect((await ways['POST /signup']!(name)).status).toBe(303)

    for (const add of Object.values(ways)) expect([409, 422]).toContain((await add(same)).status)
  },
)

test('letters of which only capitals look alike elsewhere are different', () => {
  expect(lookOf('nova')).not.toBe(lookOf('vova'))
  expect(lookOf('NOVA')).toBe(lookOf('nova'))
})

test('a sigma is the same in capitals, at the end of a word and within it', () => {
  expect(lookOf('ΝΑΣ')).toBe(lookOf('Νασ'))
  expect(casesOf('ΝΑΣ').map(lookOf)).toContain(lookOf('νας'))
  expect(casesOf('νας').map(lookOf)).toContain(lookOf('ΝΑΣ'))
})

test('two who ask for names that look the same in one moment get one of them', async () => {
  const answers = await Promise.all(
    ['gül', 'Gül', 'GÜL', 'gÜl'].map((name) => ways['POST /api/users']!(name)),
  )

  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409])
})

test('two who ask for names that look the same in another case alone get one of them', async () => {
  const pairs = Array.from({ length: 10 }, (_, n) => [
    `\u039d\u03b1\u03c3${'\u03b1'.repeat(n)}`,
    `\u03bd\u03b1\u03c3${'\u03b1'.repeat(n)}`,
  ])

  for (const [capital, small] of pairs) {
    const asked = [capital!, small!].flatMap((name) => Object.values(ways).map((way) => way(name)))
    const answers = await Promise.all(asked)

    expect(answers.filter(({ status }) => status < 400)).toHaveLength(1)
  }
  const names = pairs.flat()
  expect(await accounts.database.rows('SELECT id FROM users WHERE name IN (?)', [names])).toHaveLength(10)
})

test('names that were there before looks were stored stay, and get one', async () => {
  const { write, rows } = accounts.database
  for (const name of ['Hana', 'hana'])
    await write('INSERT INTO users (name, name_key) VALUES (?, UNHEX(SHA2(?, 256)))', [name, name])

  const { status } = await ways['POST /signup']!('HANA')

  expect(status).toBe(422)
  expect(await rows("SELECT name FROM users WHERE name IN ('Hana', 'hana', 'HANA') ORDER BY name")).toEqual([
    { name: 'Hana' },
    { name: 'hana' },
  ])
})

test('names whose looks were stored by another rule get new ones by the migration', async () => {
  await accounts.database.write(
    `INSERT INTO users (name, name_key, look_key) VALUES ('ВОРА', UNHEX(SHA2('ВОРА', 256)), UNHEX(SHA2('ʙopa', 256)))`,
  )

  for (const statement of statementsIn(await Bun.file('sql/migrations/0135-looks-anew.contract.sql').text()))
    await accounts.database.write(statement)

  expect((await ways['POST /api/users']!('bopa')).status).toBe(409)
})

test('names with a dot above are looked at anew by the migration', async () => {
  const old = 'fili\u0307p'
  await accounts.database.write(
    'INSERT INTO users (name, name_key, look_key) VALUES (?, UNHEX(SHA2(?, 256)), UNHEX(SHA2(?, 256)))',
    [old, old, old],
  )
  const file = 'sql/migrations/0185-looks-of-dotted-letters.contract.sql'

  for (const statement of statementsIn(await Bun.file(file).text())) await accounts.database.write(statement)

  expect((await ways['POST /api/users']!('filip')).status).toBe(409)
})

const statementsIn = (sql: string) => sql.split(';').filter((each) => each.trim() !== '')

test('/api/v1 takes every name as it is, and nobody takes one that looks the same on the board', async () => {
  const add = (username: string) => sent('/api/v1/users', { username, password: 'a'.repeat(40) })

  for (const name of ['Ivo', 'IVO', 'ivo\n', 'ivo\u200b', 'admin']) expect((await add(name)).status).toBe(201)

  for (const way of Object.values(ways)) expect([409, 422]).toContain((await way('ivo')).status)
  expect(
    await (await sent('/api/v1/validate_user', { username: 'ivo', password: 'a'.repeat(40) })).status,
  ).toBe(204)
})

test('a name and a password mean the same however a keyboard composes them', async () => {
  const [name, secret] = ['Zoé', 'größer als häuser']
  const signIn = (form: 'NFC' | 'NFD') =>
    accounts.visitor().post('/login', { username: name.normalize(form), password: secret.normalize(form) })

  await accounts
    .visitor()
    .post('/signup', { username: name.normalize('NFD'), password: secret.normalize('NFD') })

  expect((await signIn('NFC')).status).toBe(303)
  expect((await signIn('NFD')).status).toBe(303)
  expect(
    await accounts.database.rows('SELECT id FROM users WHERE name = ?', [name.normalize('NFC')]),
  ).toHaveLength(1)
})

test('whose password was hashed as it was typed in 0.1.0 signs in with it in both forms', async () => {
  const secret = 'größer als häuser'.normalize('NFD')
  const name = 'Chloé'.normalize('NFD')
  await accounts.database.write(
    'INSERT INTO users (name, name_key, password_hash) VALUES (?, UNHEX(SHA2(?, 256)), ?)',
    [name, name, await Bun.password.hash(secret)],
  )

  for (const form of ['NFC', 'NFD']) {
    const typed = { username: name.normalize(form), password: secret.normalize(form) }
    expect((await accounts.visitor().post('/login', typed)).status).toBe(303)
  }
})

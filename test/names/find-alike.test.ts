import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { unhurried } from '../../src/platform/trace.ts'
import { sweep } from '../../src/sweeping/sweeper.ts'
import { sweepers } from '../../src/sweeping/sweepers.ts'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { textsIn } from '../support/site/markup.ts'
import { password } from '../support/site/page.ts'
import { patiently } from '../support/sweeping.ts'

setDefaultTimeout(120_000)

let web: Replica
let accounts: Omit<Replica, 'as'>

beforeAll(async () => {
  web = await openReplica()
  accounts = await web.as('accounts')
})

const piece = { posts: 100, rows: 300, retentionSeconds: 120 }
const digits = '(SELECT 0 AS d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4) AS'

/** As the release before stored them, or the tables were filled by hand: 10,000 of them, in a moment. */
const fill = (table: 'users' | 'categories') =>
  web.database.write(
    `INSERT INTO ${table} (name, name_key)
     SELECT name, UNHEX(SHA2(name, 256))
       FROM (SELECT CONCAT('Old ', ROW_NUMBER() OVER ()) AS name
               FROM ${'abcdefg'
                 .split('')
                 .map((each) => `${digits} ${each}`)
                 .join(' JOIN ')}
              LIMIT 10000) AS old`,
  )

const withoutLook = async (table: 'users' | 'categories') => {
  const [row] = await web.database.rows<{ n: number }>(
    `SELECT COUNT(*) AS n FROM ${table} WHERE look_key IS NULL`,
  )
  return row!.n
}

test.each([
  ['users', 'accounts'],
  ['categories', 'web'],
] as const)(
  'however many %s the release before stored, the looks of all are noted in pieces',
  async (table, role) => {
    await fill(table)
    const before = await withoutLook(table)
    const context = role === 'web' ? web.context : accounts.context

    await sweep(context, piece, patiently(sweepers[role]!))

    expect([before, await withoutLook(table)]).toEqual([10_000, 0])
  },
)

test('who signs up before that is asked to come again, and holds up nothing meanwhile', async () => {
  await web.database.write('UPDATE users SET look_key = NULL')
  const signUp = () => accounts.visitor().post('/signup', { username: 'early', password })

  const early = await signUp()
  const sweeping = unhurried(() => sweep(accounts.context, piece, patiently(sweepers.accounts!)))
  await Promise.all([sweeping, signUp(), signUp()])
  const late = await signUp()

  expect([early.status, early.headers.get('retry-after'), late.status]).toEqual([503, '2', 303])
})

test('then a name that looks like one of them is taken, and another one is not', async () => {
  const signUp = async (username: string) =>
    (await accounts.visitor().post('/signup', { username, password })).text()

  await web.database.write(
    "UPDATE users SET name = 'Olga', name_key = UNHEX(SHA2('Olga', 256)), look_key = NULL LIMIT 1",
  )
  await sweep(accounts.context, piece, patiently(sweepers.accounts!))

  expect(textsIn(await signUp('0lga'), '#username-error')).toEqual([
    'This name looks like one that is taken.',
  ])
  expect(textsIn(await signUp('newcomer'), '#username-error')).toEqual([])
})

import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { interestsIn, listedOffers, type OfferFilter } from '../../src/offers/queries.ts'
import { picturesOf } from '../../src/pictures/queries.ts'
import type { Sql } from '../../src/platform/db.ts'
import { nothingHidden } from '../../src/removal/queries.ts'
import { planOf } from '../support/plan.ts'
import { freshDatabase, type TestDatabase } from '../support/servers/database.ts'

setDefaultTimeout(60_000)

let database: TestDatabase

/** Enough rows that a server which may choose would feel the difference. */
beforeAll(async () => {
  database = await freshDatabase()
  await database.write(`INSERT INTO users (name, name_key) VALUES ('ana', UNHEX(SHA2('ana', 256)))`)
  await database.write(`INSERT INTO categories (name, name_key) VALUES ('a', UNHEX(SHA2('a', 256)))`)
  const posts = Array.from({ length: 6_000 }, (_, n) => [1, 1, `offer ${n}`, 'text'])
  await database.write('INSERT INTO posts (category_id, author_id, title, body) VALUES ?', [posts])
  await database.write(
    `INSERT INTO offers (post_id, kind, place, place_key, state)
     SELECT id, ELT(1 + id % 4, 'sale', 'gift', 'loan', 'wanted'), CONCAT('Street ', id % 300),
            CONCAT('street ', id % 300), ELT(1 + id % 5, 'open', 'open', 'open', 'reserved', 'gone')
       FROM posts`,
  )
  await database.rows('ANALYZE TABLE offers, posts')
})

const page = (more: Partial<OfferFilter>) => (sql: Sql) =>
  listedOffers(sql, { limit: 21, hidden: nothingHidden, ...more })
const closed = { categories: [7], authors: [9] }

const lists: [string, string, (sql: Sql) => Promise<unknown>][] = [
  ['what is available', 'offers_by_state', page({ state: 'open' })],
  ['what is available further down', 'offers_by_state', page({ state: 'open', before: 3_000 })],
  ['what is available beside closed categories', 'offers_by_state', page({ state: 'open', hidden: closed })],
  ['gifts that are available', 'offers_by_kind_and_state', page({ kind: 'gift', state: 'open' })],
  ['gifts in any state', 'offers_by_kind', page({ kind: 'gift', before: 3_000 })],
  ['offers in any state', 'PRIMARY', page({})],
]

test.each(lists)('%s is walked in the order of an index, and nothing is sorted', async (_, key, query) => {
  const plan = await planOf(database, query)

  const walk = plan.filter(({ table }) => table === 'found')
  expect(walk).toHaveLength(1)
  expect([walk[0]?.key, walk[0]?.type]).not.toContain('ALL')
  expect(walk[0]?.key).toBe(key)
  expect(walk[0]?.Extra ?? '').not.toMatch(/filesort|temporary/i)
})

test('what is somewhere is looked for among the newest first, in the order of an index', async () => {
  const plan = await planOf(database, page({ state: 'open', placeKey: 'street 7', amongNewest: 1_000 }))

  const walk = plan.filter(({ table }) => table === 'found')
  expect(walk.map(({ key }) => key)).toEqual(['offers_by_state'])
  expect(walk[0]?.Extra ?? '').not.toMatch(/filesort|temporary/i)
})

test('what is somewhere is read from an index alone, and then sorted', async () => {
  const plan = await planOf(database, page({ state: 'open', placeKey: 'street 7' }))

  const walk = plan.find(({ table }) => table === 'found')
  expect([walk?.key, walk?.type]).toEqual(['offers_by_place', 'range'])
  expect(walk?.Extra).toContain('Using index')
})

test.each<[string, string, (sql: Sql) => Promise<unknown>]>([
  ['offers that search found', 'found', page({ ids: [7, 300, 3_000], state: 'open' })],
  ['the pictures of an offer', 'offer_pictures', (sql) => picturesOf(sql, 'Offer', 7)],
  ['who is interested', 'offer_interests', (sql) => interestsIn(sql, 7)],
])('%s are found by an index', async (_, table, query) => {
  const plan = await planOf(database, query)

  const step = plan.find((each) => each.table === table)
  expect(plan[0]?.table === null || step?.key).toBeTruthy()
  expect(plan.filter(({ type, table: of }) => type === 'ALL' && of === table)).toEqual([])
})

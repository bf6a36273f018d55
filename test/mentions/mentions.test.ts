import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { membersToMention } from '../../src/mentions/queries.ts'
import { mentionOf } from '../../src/text/mentions.ts'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { find } from '../support/site/markup.ts'
import { newMember } from '../support/site/members.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(120_000)

let web: Replica
let ana: Visitor
beforeAll(async () => {
  web = await openReplica()
  ana = await newMember(web, 'ana')
})

const suggestedTo = async (visitor: Visitor, start: string) => {
  const response = await visitor.get(`/mentions?of=${encodeURIComponent(start)}`)
  expect(response.status).toBe(200)
  return find(await response.text(), '#mentions li').map(({ attributes }) => attributes['data-mention'])
}

describe('a member who types the start of a name', () => {
  test('is shown whom they may mean, written so that it mentions them', async () => {
    for (const name of ['bo', 'Bo of the hill', 'bo "the" 2', 'cem'])
      await web.database.write('INSERT INTO users (name, name_key) VALUES (?, UNHEX(SHA2(?, 256)))', [
        name,
        name,
      ])

    expect(await suggestedTo(ana, 'BO')).toEqual(['@bo', '@"bo ""the"" 2"', '@"Bo of the hill"'])
    expect(await suggestedTo(ana, 'Bo of')).toEqual(['@"Bo of the hill"'])
    for (const start of ['', ' ', '%', 'b_', '\\', 'zz', 'x'.repeat(5_000)])
      expect(await suggestedTo(ana, start)).toEqual([])
    expect(await suggestedTo(ana, 'ana')).toEqual([])
  })

  test('is shown nobody who is shut out, suspended or removed, or has muted them', async () => {
    for (const name of ['dan-1', 'dan-2', 'dan-3', 'dan-4', 'dan-5']) await newMember(web, name)
    const { write } = web.database
    const of = (name: string) => `(SELECT id FROM users WHERE name = '${name}')`
    await write(`UPDATE users SET disabled_at = NOW(3) WHERE name = 'dan-1'`)
    await write(`UPDATE users SET disabled_at = NOW(3), removed_at = NOW(3) WHERE name = 'dan-2'`)
    await write(
      `INSERT INTO sanctions (user_id, kind, until_at)
       VALUES (${of('dan-3')}, 'suspend', NOW(3) + INTERVAL 1 DAY),
              (${of('dan-5')}, 'suspend', NOW(3) - INTERVAL 1 DAY)`,
    )
    await write(`INSERT INTO member_follows SELECT ${of('ana')}, id, 'mute' FROM users WHERE name = 'dan-4'`)

    expect(await suggestedTo(ana, 'dan')).toEqual(['@dan-5'])
    expect(await suggestedTo(await newMember(web, 'eve'), 'dan')).toEqual(['@dan-4', '@dan-5'])
  })

  test('is shown eight at most, of fifty who were looked at', async () => {
    for (let n = 0; n < 52; n++)
      await web.database.write(
        `INSERT INTO users (name, name_key, disabled_at)
         VALUES (?, UNHEX(SHA2(?, 256)), IF(? < 45, NOW(3), NULL))`,
        [`fay-${String(n).padStart(2, '0')}`, `fay-${n}`, n],
      )

    expect(await suggestedTo(ana, 'fay')).toEqual([45, 46, 47, 48, 49].map((n) => `@fay-${n}`))
    const found = await membersToMention(web.context.db, 1, 'fay-4%', 3)
    expect(found.map(({ name }) => name)).toEqual(['fay-45', 'fay-46', 'fay-47'])
  })
})

test('strangers are suggested nobody, and load no script for it', async () => {
  const stranger = web.visitor()

  expect((await stranger.get('/mentions?of=bo')).status).toBe(401)
  expect(await (await stranger.get('/')).text()).not.toContain('/static/mentions.')
  expect(await (await ana.get('/')).text()).toContain('/static/mentions.')
  expect(await (await ana.get('/market')).text()).not.toContain('/static/mentions.')
})

test.each([
  ['ana', '@ana'],
  ['ana.', '@"ana."'],
  ['a.b-c', '@a.b-c'],
  ['هدى', '@هدى'],
  ['Ana of the hill', '@"Ana of the hill"'],
  ['two\nlines', undefined],
  ['', undefined],
  ['x'.repeat(101), undefined],
])('%j is mentioned by %j', (name, mention) => {
  expect(mentionOf(name)).toBe(mention)
})

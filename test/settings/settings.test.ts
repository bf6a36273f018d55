import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { changeSettings } from '../../src/moderation/settings.ts'
import { settingsOf } from '../../src/settings/service.ts'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { newMember } from '../support/site/members.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let web: Replica
let other: Omit<Replica, 'as'>
let admin: Omit<Replica, 'as'>
let rosa: Visitor

beforeAll(async () => {
  web = await openReplica()
  other = await web.as('web', { name: 'web-2' })
  admin = await web.as('admin')
  rosa = await newMember(web, 'rosa', 'admin')
})

const asRosa = () =>
  new Request(origin, { headers: { cookie: [...rosa.cookies].map((pair) => pair.join('=')).join('; ') } })

const set = async (value: string) => {
  const [{ id } = { id: 0 }] = await web.database.rows<{ id: number }>(
    `SELECT id FROM users WHERE name = 'rosa'`,
  )
  await changeSettings(admin.context, asRosa(), { id, name: 'rosa', role: 'admin' }, () => ({
    SIGN_UP: value,
  }))
}

test('what an admin sets is what every replica reads next', async () => {
  expect(await settingsOf(other.context)).toEqual({})

  for (const value of ['closed', 'invite', 'open']) {
    await set(value)
    expect([await settingsOf(web.context), await settingsOf(other.context)]).toEqual([
      { SIGN_UP: value },
      { SIGN_UP: value },
    ])
  }
})

test('what nobody changes is not read from MySQL again', async () => {
  await set('closed')
  await settingsOf(web.context)
  const { loads } = web.context.cache.counts()

  for (let n = 0; n < 20; n++) await settingsOf(web.context)

  expect(web.context.cache.counts().loads).toBe(loads)
})

test('without Redis it is read from MySQL', async () => {
  await set('apply')
  await web.redis.stop()

  expect(await settingsOf(other.context)).toEqual({ SIGN_UP: 'apply' })
})

test('who is no admin any more sets nothing', async () => {
  await web.database.write(`UPDATE users SET role = 'member' WHERE name = 'rosa'`)

  expect(set('open')).rejects.toThrow('This is for admins only.')
  expect(await settingsOf(web.context)).toEqual({ SIGN_UP: 'apply' })
})

test('the others read who set it, and to what', async () => {
  const noted = await web.database.rows(
    `SELECT subject, detail FROM admin_notes WHERE what = 'setting' ORDER BY id LIMIT 1`,
  )

  expect(noted).toEqual([{ subject: 'SIGN_UP', detail: 'closed' }])
})

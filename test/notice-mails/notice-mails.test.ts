import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { type Market, openMarket } from '../support/site/market.ts'
import { find, textsIn } from '../support/site/markup.ts'
import { newName } from '../support/site/page.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(120_000)

let web: Replica
let market: Market
beforeAll(async () => {
  web = await openReplica()
  market = await openMarket(web)
})

const member = () => market.signedIn(newName('ana'))
const choice = async (who: Visitor) => (await market.json(who, 'GET', '/api/notices/mail')).json() as unknown
const choose = (who: Visitor, body: unknown) => market.json(who, 'PUT', '/api/notices/mail', body)

type Row = { pace: string; token: string; due: string | null; upTo: number }

async function newestRow(): Promise<Row> {
  const [row] = await web.database.rows<Row>(
    `SELECT pace, token, due_at AS due, mailed_up_to AS upTo FROM notice_mails ORDER BY user_id DESC LIMIT 1`,
  )
  return row as Row
}

describe('how often notices come by mail', () => {
  test.each(['/unsubscribe/é', '/unsubscribe/%ff', '/unsubscribe/%00', `/unsubscribe/${'x'.repeat(2_000)}`])(
    'is changed by no link such as %s, which is none',
    async (path) => {
      const answers = [await web.visitor().get(path), await web.visitor().post(path)]

      expect(answers.map(({ status }) => status)).toEqual([404, 404])
    },
  )

  test('is chosen on a page, which shows what was chosen, and over REST', async () => {
    const ana = await member()
    const chosen = async () =>
      find(await (await ana.get('/notices/mail')).text(), 'input[checked]')[0]?.attributes.value
    expect(await chosen()).toBe('never')
    expect(await choice(ana)).toEqual({ pace: 'never', timeZone: 'UTC' })

    const saved = await ana.post('/notices/mail', { pace: 'weekly', timeZone: 'Asia/Tokyo' })

    expect([saved.status, saved.headers.get('location')]).toEqual([303, '/notices/mail'])
    expect(await chosen()).toBe('weekly')
    const page = await (await ana.get('/notices/mail')).text()
    expect(textsIn(page, 'option[selected]')).toEqual(['Asia/Tokyo'])
    expect(await choice(ana)).toEqual({ pace: 'weekly', timeZone: 'Asia/Tokyo' })
    expect(await (await choose(ana, { pace: 'soon' })).json()).toEqual({ pace: 'soon', timeZone: 'UTC' })
  })

  test('leads from the page of notices there, and says when no address is confirmed', async () => {
    const ana = await member()
    expect(find(await (await ana.get('/notices')).text(), 'main a[href="/notices/mail"]').length).toBe(1)
    const says = async () => textsIn(await (await ana.get('/notices/mail')).text(), 'main p span')
    expect(await says()).toContain('You have no address for mail yet, so nothing is sent.')

    await web.database.write(
      `INSERT INTO addresses (user_id, address, address_key, language)
       SELECT MAX(id), 'ana@board.example', UNHEX(SHA2('x', 256)), 'en' FROM users`,
    )

    expect(await says()).not.toContain('You have no address for mail yet, so nothing is sent.')
  })

  test.each([
    [{ pace: 'daily', timeZone: 'Mars/Base' }, 'There is no such time zone.'],
    [{ pace: 'weekly', timeZone: '' }, 'There is no such time zone.'],
    [{ pace: 'daily' }, 'There is no such time zone.'],
    [{ pace: 'soon', timeZone: '+05:30' }, 'There is no such time zone.'],
    [{ pace: 'hourly', timeZone: 'UTC' }, 'Choose how often you get notices by mail.'],
    [{}, 'Choose how often you get notices by mail.'],
  ])('is not %j', async (fields, says) => {
    const ana = await member()

    const answer = await ana.post('/notices/mail', fields as Record<string, string>)

    expect([answer.status, textsIn(await answer.text(), 'main')[0]]).toEqual([
      422,
      expect.stringContaining(says),
    ])
    expect((await choose(ana, fields)).status).toBe(422)
    expect(await choice(ana)).toEqual({ pace: 'never', timeZone: 'UTC' })
  })

  test('begins with what comes from then on, and goes on where it was', async () => {
    const ana = await member()
    const [user] = await web.database.rows<{ id: number }>('SELECT MAX(id) AS id FROM users')
    const tell = async (order: number) =>
      (
        await web.database.write(`INSERT INTO notices (user_id, cause, kind) VALUES (?, ?, 'order')`, [
          user!.id,
          `order ${order}`,
        ])
      ).insertId
    const first = await tell(1)

    await choose(ana, { pace: 'soon' })
    expect((await newestRow()).upTo).toBe(first)
    await tell(2)
    await choose(ana, { pace: 'daily', timeZone: 'UTC' })
    expect((await newestRow()).upTo).toBe(first)
    await choose(ana, { pace: 'never' })
    const last = await tell(3)
    await choose(ana, { pace: 'daily', timeZone: 'UTC' })

    expect((await newestRow()).upTo).toBe(last)
  })
})

describe('the link that ends these mails', () => {
  test('ends them for who is signed out, by one press, as mail programs send it, and again', async () => {
    const ana = await member()
    await choose(ana, { pace: 'soon' })
    const { token } = await newestRow()
    const anyone = market.anyone()

    const page = await anyone.get(`/unsubscribe/${token}`)
    expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect((await newestRow()).pace).toBe('soon')

    for (const _ of [1, 2]) {
      const ended = await market.send(
        new Request(`http://localhost/unsubscribe/${token}`, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: 'List-Unsubscribe=One-Click',
        }),
      )
      expect([ended.status, textsIn(await ended.text(), '.verdict')]).toEqual([
        200,
        ['You get no more notices by mail.'],
      ])
      expect(await newestRow()).toMatchObject({ pace: 'never', due: null, token })
    }
    expect(await choice(ana)).toMatchObject({ pace: 'never' })
  })

  test.each(['x', 'x'.repeat(43), '%00', `${'t'.repeat(43)}'`])('is not %j', async (token) => {
    const answer = await market.anyone().post(`/unsubscribe/${token}`)

    expect(answer.status).toBe(404)
    expect(await answer.text()).toContain('This link ends no mails.')
  })
})

test('a board that sends no mail says so', async () => {
  const silent = await web.as('web', { mail: undefined })

  const answer = await silent.visitor().get('/notices/mail')

  expect(answer.status).toBe(409)
  expect(await answer.text()).toContain('This board sends no mail.')
})

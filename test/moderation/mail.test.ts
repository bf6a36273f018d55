import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { newMember } from '../support/site/members.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let web: Replica
let ana: Visitor
let cem: Visitor

beforeAll(async () => {
  web = await openReplica()
  const admin = await web.as('admin')
  const asAdmin = async (name: string) => {
    const visitor = admin.visitor()
    for (const [key, value] of (await newMember(web, name, 'admin')).cookies) visitor.cookies.set(key, value)
    return visitor
  }
  ana = await asAdmin('ana')
  cem = await asAdmin('cem')
})

const mails = () =>
  web.database.rows<{ id: number; state: string; address: string; language: string; content: string }>(
    'SELECT id, state, address, language, content FROM outbox ORDER BY id',
  )

describe('an admin', () => {
  test('sends a test mail, in the language of the page', async () => {
    const answer = await ana.post(
      '/admin/mail/test',
      { address: 'bo@board.example' },
      { 'accept-language': 'ar' },
    )

    const page = await (await ana.get(answer.headers.get('location')!)).text()

    expect(answer.status).toBe(303)
    expect(page).toContain('It is on its way.')
    expect(await (await ana.get('/admin/mail')).text()).not.toContain('It is on its way.')
    expect(await mails()).toMatchObject([
      { state: 'waiting', address: 'bo@board.example', language: 'ar', content: '{"by":"ana"}' },
    ])
  })

  test('is told what is no address, and nothing is sent', async () => {
    const before = await mails()

    for (const address of [
      '',
      'bo',
      'bo@',
      'bo@x.example, cem@x.example',
      'bo@x.example\r\nBcc: cem@x.example',
    ]) {
      const answer = await ana.post('/admin/mail/test', { address })

      expect([address, answer.status]).toEqual([address, 422])
      expect(await answer.text()).toContain('This is no address for mail.')
    }
    expect(await mails()).toEqual(before)
  })

  test('sends ten test mails an hour', async () => {
    const send = () => cem.post('/admin/mail/test', { address: 'bo@board.example' })
    const atOnce = await Promise.all(Array.from({ length: 20 }, send))

    const answer = await send()

    const page = await answer.text()
    expect(atOnce.filter(({ status }) => status === 303).length).toBe(10)
    expect(answer.status).toBe(429)
    expect(page).toContain('Please try again in an hour.')
    expect(page).not.toContain('in a moment')
  })

  test('sees what was given up and why, and sends it again', async () => {
    await web.database.write(`UPDATE outbox SET state = 'failed', answer = '550 5.1.1 <…>: gone', tries = 3`)
    const page = await (await ana.get('/admin/mail')).text()
    const [mail] = await mails()

    const answer = await ana.post(`/admin/mail/${mail!.id}/send`)
    const again = await ana.post(`/admin/mail/${mail!.id}/send`)

    expect(page).toContain('550 5.1.1 &lt;…&gt;: gone')
    expect(page).not.toContain('bo@board.example')
    expect([answer.status, again.status]).toEqual([303, 404])
    expect((await mails()).filter(({ state }) => state === 'waiting').map(({ id }) => id)).toEqual([mail!.id])

    await web.database.write(
      `INSERT INTO outbox (kind, recipient_key, language, content, state)
       SELECT 'test', recipient_key, 'en', '{"by":"ana"}', 'failed'
         FROM outbox
         JOIN (WITH RECURSIVE many (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < 130)
               SELECT n FROM many) AS many
        WHERE outbox.id = ?`,
      [mail!.id],
    )
    const failed = (await mails()).filter(({ state }) => state === 'failed').map(({ id }) => id)
    const shown: string[] = []
    for (let path: string | undefined = '/admin/mail'; path; ) {
      const each: string = await (await ana.get(path)).text()
      shown.push(...[...each.matchAll(/action="\/admin\/mail\/(\d+)\/send"/g)].map(([, id]) => id ?? ''))
      path = each.match(/rel="next" href="([^"]+)"/)?.[1]
    }
    expect(shown).toEqual(failed.toSorted((a, b) => b - a).map(String))

    await ana.post('/admin/mail/send')
    expect((await mails()).every(({ state }) => state === 'waiting')).toBe(true)
  })
})

test('where no mail is sent its page says what is missing', async () => {
  const admin = await web.as('admin', { mail: undefined })
  const visitor = admin.visitor()
  for (const [key, value] of ana.cookies) visitor.cookies.set(key, value)

  const page = await (await visitor.get('/admin/mail')).text()
  const sent = await visitor.post('/admin/mail/test', { address: 'bo@board.example' })

  expect(page).toContain('This board sends no mail.')
  expect(page).not.toContain('name="address"')
  expect(sent.status).toBe(409)
})

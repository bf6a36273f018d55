import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { find, textsIn } from '../support/site/markup.ts'
import { newMember } from '../support/site/members.ts'
import { newName } from '../support/site/page.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(120_000)

const boardKey = `B${'k'.repeat(86)}`
const keys = { p256dh: `B${'a'.repeat(86)}`, auth: 'a'.repeat(22) }

let web: Replica
beforeAll(async () => {
  web = await openReplica()
})

const member = (kind: 'ana' | 'bo' | 'cem') => newMember(web, newName(kind))
const switchOn = (visitor: Visitor, endpoint: string, rest = keys) =>
  visitor.post('/notices/push', { endpoint, ...rest })
const page = async (visitor: Visitor) => (await visitor.get('/notices/push')).text()
const endpointsOf = async () =>
  (await web.database.rows<{ endpoint: string }>('SELECT endpoint FROM push_subscriptions')).map(
    ({ endpoint }) => endpoint,
  )
const newEndpoint = () => `https://push.board.example/${crypto.randomUUID()}`

describe('a member', () => {
  test('is told that the board pushes nothing while no courier has made its keys', async () => {
    expect(await page(await member('ana'))).toContain('This board sends nothing by web push.')
  })

  test('switches notices on in one browser and off again, there and everywhere', async () => {
    await web.database.write(
      `INSERT IGNORE INTO push_keys (id, public_key, private_key, looked_up_to) VALUES (1, ?, ?, 0)`,
      [boardKey, 'p'.repeat(43)],
    )
    const ana = await member('ana')
    const off = await page(ana)
    expect(find(off, '#push')[0]?.attributes['data-key']).toBe(boardKey)
    expect(off).not.toContain('p'.repeat(43))

    const [first, second] = [newEndpoint(), newEndpoint()]
    const answer = await switchOn(ana, first)
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/notices/push'])
    expect(textsIn(await page(ana), 'main button')).toEqual(['Switch it off in this browser'])
    await switchOn(ana, second)
    expect(await endpointsOf()).toEqual([second])

    await ana.post('/notices/push/remove', {})
    expect(await endpointsOf()).toEqual([])
    await switchOn(ana, first)
    await ana.post('/notices/push/remove', { everywhere: 'yes' })
    expect(await endpointsOf()).toEqual([])
  })

  test('takes over a browser in which somebody else was signed in', async () => {
    const [ana, bo] = [await member('ana'), await member('bo')]
    const endpoint = newEndpoint()
    await switchOn(ana, endpoint)

    await switchOn(bo, endpoint)

    expect(await endpointsOf()).toEqual([endpoint])
    expect(textsIn(await page(bo), 'main button')).toEqual(['Switch it off in this browser'])
    expect(find(await page(ana), '#push').length).toBe(1)
    await bo.post('/notices/push/remove', {})
  })

  test('registers no address but of a push service, over TLS and at a public name', async () => {
    const ana = await member('ana')

    for (const endpoint of ['', 'http://push.board.example/a', 'https://127.0.0.1/a', 'https://mysql/a'])
      expect((await switchOn(ana, endpoint)).status).toBe(422)
    expect((await switchOn(ana, newEndpoint(), { ...keys, auth: 'short' })).status).toBe(422)
    expect(await endpointsOf()).toEqual([])
  })

  test('gets nothing where the operator has switched it off', async () => {
    const without = await web.as('web', { push: 'off' })
    const ana = await newMember({ ...without, as: web.as }, newName('ana'))

    expect((await switchOn(ana, newEndpoint())).status).toBe(409)
    expect(await page(ana)).toContain('This board sends nothing by web push.')
  })
})

test('strangers are led to sign in, and register nothing', async () => {
  const stranger = web.visitor()

  expect((await stranger.get('/notices/push')).headers.get('location')).toBe('/login?next=/notices/push')
  expect((await switchOn(stranger, newEndpoint())).status).toBe(401)
  expect((await stranger.post('/notices/push/remove', {})).status).toBe(401)
})

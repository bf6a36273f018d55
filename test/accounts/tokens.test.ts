import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { createConnection } from 'mysql2/promise'
import { cached } from '../../src/cache-policy.ts'
import { untilWaiting } from '../support/servers/locks.ts'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { attributeIn, find, textsIn } from '../support/site/markup.ts'
import { newName, password } from '../support/site/page.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let accounts: Replica
beforeAll(async () => {
  accounts = await openReplica({ role: 'accounts' })
})

const writes: Record<string, (ana: Visitor, id: number) => Promise<Response>> = {
  'is revoked': (ana, id) => ask('DELETE', `/api/tokens/${id}`, ana, {}, { password }),
  'gets a new secret': (ana) => ask('POST', '/api/tokens', ana, { 'idempotency-key': 'one' }),
}

describe('a token that gets a new secret elsewhere while it', () => {
  test.each(Object.keys(writes))('%s is not remembered by the other one', async (write) => {
    const ana = accounts.visitor()
    await ana.post('/signup', { username: newName('ana'), password })
    const created = await ask('POST', '/api/tokens', ana, { 'idempotency-key': 'one' })
    const { id } = (await created.json()) as { id: number }
    const { secret, commit } = await replacedBy(ana, id)

    const answer = writes[write]!(ana, id)
    await untilWaiting(accounts.database, () => 1)
    await commit()

    expect((await answer).ok).toBe(true)
    expect(await whoIs(secret)).toBe(401)
  })
})

test('a wrong password for the end of one of several is told in its row, which is open', async () => {
  const ana = accounts.visitor()
  await ana.post('/signup', { username: newName('ana'), password })
  const made = await Promise.all([ask('POST', '/api/tokens', ana), ask('POST', '/api/tokens', ana)])
  const [first] = (await Promise.all(made.map((each) => each.json()))) as { id: number }[]

  const answer = await ana.post(`/tokens/${first?.id}/revoke`, { confirm: 'not the password' })
  const page = await answer.text()

  expect(answer.status).toBe(422)
  expect(textsIn(page, 'details[open] #confirm-error')).toEqual(['This is not your password.'])
  expect(attributeIn(page, 'details[open] form', 'action')).toBe(`/tokens/${first?.id}/revoke`)
  expect(find(page, '#new-token [aria-invalid]')).toEqual([])
})

/** Another replica gives the token a secret, which is used at once, and is about to commit. */
async function replacedBy(ana: Visitor, id: number) {
  const secret = `agora_${'k'.repeat(43)}`
  const key = new Bun.CryptoHasher('sha256').update(secret).digest('hex')
  const viewer = await (await ask('GET', '/api/session', ana)).json()
  const holder = await createConnection({ uri: accounts.database.url })
  await holder.query('BEGIN')
  await holder.query('UPDATE tokens SET token_key = UNHEX(?) WHERE id = ?', [key, id])
  await accounts.context.cache.getOrLoad(cached.token.key(key), 60, async () => viewer)
  return {
    secret,
    commit: async () => {
      await holder.query('COMMIT')
      await holder.end()
    },
  }
}

async function whoIs(secret: string): Promise<number> {
  const headers = { authorization: `Bearer ${secret}` }
  return (await accounts.app.handle(new Request(`${origin}/api/session`, { headers }))).status
}

function ask(
  method: string,
  path: string,
  visitor: Visitor,
  more: Record<string, string> = {},
  sent: object = { name: 'laptop', password },
) {
  const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const headers = { origin, cookie, 'content-type': 'application/json', ...more }
  const body = method === 'GET' ? undefined : JSON.stringify(sent)
  return accounts.app.handle(new Request(origin + path, { method, headers, body }))
}

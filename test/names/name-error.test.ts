import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { isOfBoard } from '../../src/names/look.ts'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { password } from '../support/site/page.ts'

setDefaultTimeout(60_000)

let accounts: Replica

beforeAll(async () => {
  accounts = await openReplica({ role: 'accounts', siteName: 'Dorf am See 7' })
})

describe('nobody takes the name of the board', () => {
  const names = ['DorfAmSee', 'dorf_am_see', 'D0rfAmSee7', 'dorf-am-see.team', 'the_dorfamsee']

  test.each(names)('%s: neither by the form, nor over REST, nor as a user', async (username) => {
    const visitor = accounts.visitor()
    const headers = { origin, 'content-type': 'application/json' }
    const body = JSON.stringify({ username, password })

    const form = await visitor.post('/signup', { username, password })
    const user = await visitor.post('/add_user', { username })
    const rest = await accounts.app.handle(
      new Request(`${origin}/api/users`, { method: 'POST', headers, body }),
    )

    expect([form.status, user.status, rest.status]).toEqual([422, 422, 422])
    expect(await form.text()).toContain('This name is kept for those who run the board.')
    expect(await accounts.database.rows('SELECT id FROM users WHERE name = ?', [username])).toEqual([])
  })

  test('but others are free', async () => {
    for (const username of ['dorfamteich', 'seedorf', 'amsee'])
      expect((await accounts.visitor().post('/signup', { username, password })).status).toBe(303)
  })
})

test('a board whose name has no letters keeps no name', () => {
  expect([isOfBoard('ana', '❤'), isOfBoard('ana', '2026'), isOfBoard('lda', 'Ida.')]).toEqual([
    false,
    false,
    true,
  ])
})

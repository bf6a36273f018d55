import { afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { invalidatedBy } from '../../src/cache-policy.ts'
import { newSecret } from '../../src/platform/secrets.ts'
import { startOidc, type TestOidc } from '../support/servers/oidc.ts'
import { openReplica, origin, proxyTo, type Replica } from '../support/servers/replica.ts'
import { codeOf, letTimePass, turnOn } from '../support/site/factor.ts'
import { attributeIn, find, textsIn } from '../support/site/markup.ts'
import { newName, password } from '../support/site/page.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let accounts: Replica
let only: Omit<Replica, 'as'>
let withoutRoles: Omit<Replica, 'as'>
let board: Omit<Replica, 'as'>
let oidc: TestOidc
beforeAll(async () => {
  oidc = await startOidc(origin)
  const signOn = {
    issuer: oidc.url,
    clientId: 'board',
    clientSecret: 'a secret of both',
    name: 'Our club',
    isOnly: false,
    groupsClaim: 'groups',
    adminGroup: 'board',
    moderatorGroup: 'wardens',
  }
  accounts = await openReplica({ role: 'accounts', mail: { siteUrl: origin }, signOn })
  only = await accounts.as('accounts', { signOn: { ...signOn, isOnly: true } })
  const noRoles = { adminGroup: undefined, moderatorGroup: undefined }
  withoutRoles = await accounts.as('accounts', { signOn: { ...signOn, ...noRoles } })
  board = await accounts.as('admin', { balancerUrl: proxyTo(accounts) })
})
afterEach(() => oidc.tell({}))

const begin = '/login/single-sign-on'

/** Goes the whole way with a browser's cookies; returns what the board says at its end. */
async function signOnAs(visitor: Visitor, name: string, path = begin): Promise<Response> {
  return visitor.get((await wayBack(visitor, name, path)).slice(origin.length))
}

async function wayBack(visitor: Visitor, name: string, path = begin, browser?: Visitor): Promise<string> {
  const answer = await visitor.get(path)
  return oidc.signIn(answer.headers.get('location') ?? '', name, browser)
}

/** Makes a new account by it. */
async function joined(name = newName('ana'), visitor = accounts.visitor()) {
  const half = halfIn(await (await signOnAs(visitor, name)).text())
  const made = await visitor.post(`${begin}/new`, { half, username: name, next: '/posts' })
  return { visitor, name, made }
}

const halfIn = (page: string) => attributeIn(page, '[name=half]', 'value')
const saidIn = (page: string) => textsIn(page, 'main p').join(' ')
const isSignedIn = async (visitor: Visitor) => (await visitor.get('/account')).status === 200
const usersNamed = (name: string) =>
  accounts.database.rows<{ id: number; role: string; password_hash: string | null }>(
    'SELECT id, role, password_hash FROM users WHERE name = ?',
    [name],
  )
const signOns = async (name: string) =>
  (
    await accounts.database.rows(
      'SELECT user_id FROM single_sign_ons JOIN users ON users.id = user_id WHERE users.name = ?',
      [name],
    )
  ).length

const moderates = (name: string) =>
  accounts.database.rows(
    `SELECT category_id, by_group FROM moderators JOIN users ON users.id = user_id WHERE users.name = ?`,
    [name],
  )
const eventsOf = async (name: string) =>
  (
    await accounts.database.rows<{ what: string }>(
      'SELECT what FROM account_events JOIN users ON users.id = user_id WHERE users.name = ?',
      [name],
    )
  ).map(({ what }) => what)

async function member(kind: 'ana' | 'bo' | 'cem' = 'bo') {
  const visitor = accounts.visitor()
  const name = newName(kind)
  await visitor.post('/signup', { username: name, password })
  return { visitor, name }
}

describe('signing in by another service', () => {
  test('is a link beside the form, and leads there with state, nonce and a challenge', async () => {
    const visitor = accounts.visitor()

    const page = await (await visitor.get('/login?next=/market')).text()
    const answer = await visitor.get(attributeIn(page, 'main a.button', 'href'))
    const to = new URL(answer.headers.get('location') ?? '')

    expect(textsIn(page, 'main a.button')).toEqual(['Sign in with Our club'])
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([303, 'no-store'])
    expect(to.origin).toBe(oidc.url)
    expect(to.searchParams.get('code_challenge_method')).toBe('S256')
    expect([...to.searchParams.keys()]).toEqual(
      expect.arrayContaining(['state', 'nonce', 'code_challenge', 'client_id', 'redirect_uri']),
    )
    expect(to.searchParams.get('scope')).toBe('openid profile groups')
    expect(answer.headers.get('set-cookie')).toMatch(/^sign-on=.*HttpOnly; SameSite=Lax$/)
  })

  test('is begun on two boards at one host, and neither forgets it', async () => {
    const cookieAt = async (port: number) => {
      const address = `http://localhost:${port}${begin}?led=yes`
      const answer = await accounts.app.handle(new Request(address))
      return answer.headers.get('set-cookie')?.split(';')[0] ?? ''
    }
    const [one, other] = [await cookieAt(8_080), await cookieAt(8_081)]

    expect([one, other].map((cookie) => cookie.split('=')[0])).toEqual(['sign-on-8080', 'sign-on-8081'])
  })

  test('is kept by a browser however long the address is that it goes on to', async () => {
    const next = `/search?q=${encodeURIComponent('بحث '.repeat(400))}`
    const answer = await accounts.visitor().get(`${begin}?${new URLSearchParams({ next })}`)

    // What browsers keep at least, RFC 6265, 6.1.
    expect(answer.headers.get('set-cookie')?.length).toBeLessThan(4_096)
  })

  test('makes an account of a chosen name, and opens the same the next time', async () => {
    const { name, made, visitor } = await joined()
    const again = accounts.visitor()

    const answer = await signOnAs(again, name, `${begin}?next=/market`)

    expect([made.status, made.headers.get('location')]).toEqual([303, '/posts'])
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/market'])
    expect(await isSignedIn(visitor)).toBe(true)
    expect(await isSignedIn(again)).toBe(true)
    expect(await usersNamed(name)).toMatchObject([{ role: 'member', password_hash: null }])
  })

  test('proposes the name of there, and asks for another one where it is taken', async () => {
    const { name } = await member()
    const visitor = accounts.visitor()

    const page = await (await signOnAs(visitor, name)).text()
    const half = halfIn(page)
    const taken = await visitor.post(`${begin}/new`, { half, username: name })
    const saidTaken = await taken.text()
    const other = await visitor.post(`${begin}/new`, { half: halfIn(saidTaken), username: newName('cem') })

    expect(attributeIn(page, '[action$="/new"] [name=username]', 'value')).toBe(name)
    expect(taken.status).toBe(422)
    expect(textsIn(saidTaken, '#username-error')).toEqual(['This name is taken.'])
    expect(find(saidTaken, '[action$="/join"]')).toHaveLength(1)
    expect(other.status).toBe(303)
    expect(await isSignedIn(visitor)).toBe(true)
  })

  test('joins no account by its name alone, but by its password', async () => {
    const { name } = await member()
    const visitor = accounts.visitor()
    const half = halfIn(await (await signOnAs(visitor, name)).text())

    const wrong = await visitor.post(`${begin}/join`, { half, username: name, password: 'not this one' })
    const before = [await signOns(name), await isSignedIn(visitor)]
    const right = await visitor.post(`${begin}/join`, { half, username: name, password })

    expect(wrong.status).toBe(422)
    expect(saidIn(await wrong.text())).toContain('Name and password do not fit together.')
    expect(before).toEqual([0, false])
    expect(right.status).toBe(303)
    expect([await signOns(name), await isSignedIn(visitor)]).toEqual([1, true])
  })

  test('joins an account with a second factor by a code as well, and asks for one each time', async () => {
    const { name, visitor: owner } = await member()
    const keys = await turnOn(owner)
    await letTimePass(accounts.database)
    const visitor = accounts.visitor()
    const half = halfIn(await (await signOnAs(visitor, name)).text())
    const typed = { half, username: name, password }

    const without = await visitor.post(`${begin}/join`, typed)
    const joinedNow = await visitor.post(`${begin}/join`, { ...typed, code: codeOf(keys) })
    const next = accounts.visitor()
    const page = await (await signOnAs(next, name)).text()

    expect(await without.text()).toContain('name="code"')
    expect(joinedNow.status).toBe(303)
    expect(find(page, '#sign-in-code')).toHaveLength(1)
    expect(await isSignedIn(next)).toBe(false)
    await letTimePass(accounts.database)
    await next.post('/login/code', { half: halfIn(page), code: codeOf(keys) })
    expect(await isSignedIn(next)).toBe(true)
  })

  test('joins the account of who is signed in, for their password', async () => {
    const { name, visitor } = await member()
    const there = newName('ana')
    const page = await (await signOnAs(visitor, there, `${begin}?next=/account/single-sign-on`)).text()
    const half = halfIn(page)

    const wrong = await visitor.post('/account/single-sign-on', { half, confirm: 'not this one' })
    const before = await signOns(name)
    const right = await visitor.post('/account/single-sign-on', { half, confirm: password })
    const after = await (await visitor.get('/account/single-sign-on')).text()
    const other = accounts.visitor()
    await signOnAs(other, there)

    expect(find(page, '[action$="/new"]')).toEqual([])
    expect([wrong.status, before, right.status]).toEqual([422, 0, 303])
    expect(after).toContain('You may sign in with Our club.')
    expect(await (await other.get('/account')).text()).toContain(name)
  })

  test('is parted from an account by its password, and not where it is the only way in', async () => {
    const { name, visitor } = await member()
    const half = halfIn(await (await signOnAs(visitor, newName('ana'))).text())
    await visitor.post('/account/single-sign-on', { half, confirm: password })
    const alone = await joined()

    const wrong = await visitor.post('/account/single-sign-on/remove', { confirm: 'not this one' })
    const right = await visitor.post('/account/single-sign-on/remove', { confirm: password })
    const page = await (await alone.visitor.get('/account/single-sign-on')).text()
    const onlyWay = await alone.visitor.post('/account/single-sign-on/remove', { confirm: '' })

    expect([wrong.status, right.status, onlyWay.status]).toEqual([422, 303, 409])
    expect(find(page, 'main form')).toEqual([])
    expect(saidIn(page)).toContain('This is the only way into your account, so it stays.')
    expect([await signOns(name), await signOns(alone.name)]).toEqual([0, 1])
  })

  test('opens no account that is shut', async () => {
    const { name } = await joined()
    await accounts.database.write('UPDATE users SET disabled_at = NOW(3) WHERE name = ?', [name])
    const visitor = accounts.visitor()

    const answer = await signOnAs(visitor, name)

    expect(answer.status).toBe(403)
    expect(await isSignedIn(visitor)).toBe(false)
  })

  test('does not change who is signed in as somebody else', async () => {
    const { name } = await joined()
    const { visitor } = await member()

    expect((await signOnAs(visitor, name)).status).toBe(409)
  })
})

describe('where not everybody may join', () => {
  test.each([
    ['closed', 'This board takes no new members.'],
    ['invite', 'One joins this board by invitation: please open the link of yours.'],
    ['apply', 'Here one applies first, on the page to join, and joins that account to this then.'],
  ] as const)('it makes no account: %s', async (signUp, says) => {
    const shut = await accounts.as('accounts', { signUp })
    const [visitor, name] = [shut.visitor(), newName('ana')]

    const page = await (await signOnAs(visitor, name)).text()
    const made = await visitor.post(`${begin}/new`, { half: halfIn(page), username: name, next: '/' })

    expect(textsIn(page, 'section[aria-labelledby=new-title] p')).toEqual([says])
    expect(find(page, '[action$="/new"]')).toEqual([])
    expect(find(page, '[action$="/join"]')).toHaveLength(1)
    expect([made.status, await usersNamed(name)]).toEqual([403, []])
  })

  test.each([true, false])('it makes one for whoever comes from an invitation, alone %p', async (isOnly) => {
    const { signOn } = (isOnly ? only : accounts).context.config
    const invited = await accounts.as('accounts', { signUp: 'invite', signOn })
    const [visitor, name, token] = [invited.visitor(), newName('ana'), newSecret()]
    await accounts.database.write(
      `INSERT INTO invites (token_hash, note, uses, ends_at)
       VALUES (UNHEX(SHA2(?, 256)), '', 1, CURRENT_TIMESTAMP(3) + INTERVAL 1 DAY)`,
      [token],
    )

    const page = await (await visitor.get(`/invites/${token}`)).text()
    const choice = await (await signOnAs(visitor, name, attributeIn(page, 'main a.button', 'href'))).text()
    const next = attributeIn(choice, '[name=next]', 'value')
    const made = await visitor.post(`${begin}/new`, { half: halfIn(choice), username: name, next })
    const late = await visitor.get(`/invites/${token}`)

    expect([made.status, made.headers.get('location'), late.status]).toEqual([303, '/', 410])
    expect(await usersNamed(name)).toHaveLength(1)
  })
})

describe('signing out', () => {
  /** Somebody who came back by the service, and its cookies for the same browser. */
  async function signedOn() {
    const { name } = await joined()
    const [visitor, browser] = [accounts.visitor(), oidc.browser()]
    await visitor.get((await wayBack(visitor, name, begin, browser)).slice(origin.length))
    return { name, visitor, browser }
  }

  const signOut = async (visitor: Visitor) => {
    const ended = await visitor.post('/session/end')
    return visitor.get(ended.headers.get('location') ?? '')
  }

  test('leads to a link by which one signs out there, too, and comes back', async () => {
    const { name, visitor, browser } = await signedOn()
    const isKnownThere = async () => {
      const address = (await accounts.visitor().get(begin)).headers.get('location') ?? ''
      const answer = await browser.get(address.slice(oidc.url.length))
      return answer.headers.get('location')?.startsWith(origin)
    }
    const before = await isKnownThere()

    const page = await signOut(visitor)
    const address = attributeIn(await page.text(), 'main a.button', 'href')
    const back = await oidc.signOut(address, browser)
    const home = await visitor.get(back.slice(origin.length))

    const { pathname, searchParams } = new URL(address)
    const [, claims = ''] = searchParams.get('id_token_hint')?.split('.') ?? []
    expect([page.status, page.headers.get('cache-control'), pathname]).toEqual([
      200,
      'no-store',
      '/session/end',
    ])
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString()).sub).toBe(name)
    expect(searchParams.get('client_id')).toBe('board')
    expect(back).toStartWith(`${origin}${begin}/back?`)
    expect([home.status, home.headers.get('location')]).toEqual([303, '/'])
    expect([before, await isKnownThere(), await isSignedIn(visitor)]).toEqual([true, false, false])
    expect([...visitor.cookies.keys()]).toEqual(['sign-on'])
  })

  test('everywhere leads there as well', async () => {
    const { visitor } = await signedOn()
    await accounts.database.write('UPDATE sessions SET signed_on_at = CURRENT_TIMESTAMP(3)')

    const answer = await visitor.post('/account/sessions/end', { confirm: '' })

    expect([answer.status, answer.headers.get('location')]).toEqual([303, `${begin}/out`])
  })

  test('is no page more for who signed in by a password, and none for who is signed in', async () => {
    const { visitor } = await member()
    const { visitor: other } = await signedOn()

    const answers = [await signOut(visitor), await other.get(`${begin}/out`)]

    expect(answers.map((each) => each.headers.get('location'))).toEqual(['/', '/'])
    expect(await isSignedIn(other)).toBe(true)
  })

  test('is done here while the service is away, says so, and has the link when it is back', async () => {
    const { visitor } = await signedOn()
    const another = (await accounts.as('accounts')).visitor()
    for (const [key, value] of visitor.cookies) another.cookies.set(key, value)
    await oidc.stop()

    const page = await signOut(another)
    const said = await page.text()
    await oidc.restart()
    const later = await another.get(`${begin}/out`)

    expect([page.status, find(said, 'main a.button')]).toEqual([200, []])
    expect(saidIn(said)).toContain('The sign-in service does not answer now.')
    expect(await isSignedIn(another)).toBe(false)
    expect(find(await later.text(), 'main a.button')).toHaveLength(1)
  })

  test('leads to the front page where the service has no place for it', async () => {
    const { visitor } = await signedOn()
    const another = (await accounts.as('accounts')).visitor()
    for (const [key, value] of visitor.cookies) another.cookies.set(key, value)
    await oidc.tell({ lie: 'no sign-out' })

    const answer = await signOut(another)

    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/'])
  })

  test('goes without an ID token that was too long for a cookie', async () => {
    await oidc.tell({ lie: 'long' })
    const { visitor } = await signedOn()

    const page = await (await signOut(visitor)).text()

    const { searchParams } = new URL(attributeIn(page, 'main a.button', 'href'))
    expect([searchParams.get('id_token_hint'), searchParams.get('client_id')]).toEqual([null, 'board'])
  })
})

describe('who has no password', () => {
  test('proves who they are by signing in there anew, for five minutes', async () => {
    const { visitor, name } = await joined()
    const leave = () => visitor.post('/account/delete', { posts: 'keep', confirm: '' })

    const page = await (await visitor.get('/account')).text()
    const before = await leave()
    await signOnAs(visitor, name, `${begin}?next=/account`)
    const silently = await leave()
    await signOnAs(visitor, name, `${begin}?anew=yes&next=/account`)
    const fresh = await (await visitor.get('/account')).text()
    await accounts.database.write('UPDATE sessions SET signed_on_at = signed_on_at - INTERVAL 6 MINUTE')
    const late = await leave()
    await signOnAs(visitor, name, `${begin}?anew=yes&next=/account`)
    const right = await leave()

    expect(page).toContain('Instead of the password: sign in with Our club once more')
    expect(fresh).not.toContain('name="confirm"')
    expect([before.status, silently.status, late.status, right.status]).toEqual([422, 422, 422, 303])
    expect(await usersNamed(name)).toEqual([])
  })

  test('sets one the same way, and signs in by it', async () => {
    const { visitor, name } = await joined()
    await signOnAs(visitor, name, `${begin}?anew=yes&next=/account`)

    const set = await visitor.post('/account/password', { current: '', password })
    const other = accounts.visitor()
    await other.post('/login', { username: name, password })

    expect(set.status).toBe(303)
    expect(await isSignedIn(other)).toBe(true)
  })
})

describe('a group there', () => {
  test('makes an admin, and no more when they leave it', async () => {
    const { name } = await joined()
    await joinedAdmin()
    const role = async () => (await usersNamed(name))[0]?.role

    await oidc.tell({ groups: { [name]: ['singers', 'board'] } })
    await signOnAs(accounts.visitor(), name)
    const inside = await role()
    await oidc.tell({ groups: { [name]: ['singers'] } })
    await signOnAs(accounts.visitor(), name)

    expect([inside, await role()]).toEqual(['admin', 'member'])
  })

  test('takes no role that an admin gave, nor that of the last admin', async () => {
    const { name } = await joined()
    await accounts.database.write("UPDATE users SET role = 'admin' WHERE name = ?", [name])

    await signOnAs(accounts.visitor(), name)

    expect((await usersNamed(name))[0]?.role).toBe('admin')
  })

  test('takes no role that an admin gave after a group had, and they may part then', async () => {
    const { name, visitor } = await joined()
    const admin = await joinedAdmin()
    await oidc.tell({ groups: { [name]: ['board', 'wardens'] } })
    await signOnAs(accounts.visitor(), name)

    await changeBy(admin, name, 'make-member')
    await oidc.tell({})
    const page = await (await visitor.get('/account/single-sign-on')).text()
    await changeBy(admin, name, 'make-admin')
    await makeModeratorBy(admin, name)
    await signOnAs(accounts.visitor(), name)

    expect((await usersNamed(name))[0]?.role).toBe('admin')
    expect(await moderates(name)).toEqual([{ category_id: 0, by_group: 0 }])
    expect(saidIn(page)).not.toContain('You are an admin by a group there')
  })

  test('is left by admins who have no password, too, but for the last one', async () => {
    await accounts.database.write("UPDATE users SET role = 'member'")
    const [ana, bo] = [await joined(), await joined(newName('bo'))]
    await oidc.tell({ groups: { [ana.name]: ['board'], [bo.name]: ['board'] } })
    for (const { name } of [ana, bo]) await signOnAs(accounts.visitor(), name)

    await oidc.tell({})
    for (const { name } of [ana, bo]) await signOnAs(accounts.visitor(), name)
    const roles = [await usersNamed(ana.name), await usersNamed(bo.name)].map(([user]) => user?.role)

    expect(roles).toEqual(['member', 'admin'])
  })

  test('makes a moderator of the whole board, and none any more when they leave it', async () => {
    const { name, visitor } = await joined()

    await oidc.tell({ groups: { [name]: ['wardens'] } })
    await signOnAs(accounts.visitor(), name)
    const inside = await moderates(name)
    const parting = await (await visitor.get('/account/single-sign-on')).text()
    const parted = await visitor.post('/account/single-sign-on/remove')
    await oidc.tell({ groups: { [name]: ['singers'] } })
    await signOnAs(accounts.visitor(), name)

    expect(inside).toEqual([{ category_id: 0, by_group: 1 }])
    expect(saidIn(parting)).toContain('You are a moderator by a group there, so it stays.')
    expect([parted.status, await signOns(name)]).toEqual([409, 1])
    expect(await moderates(name)).toEqual([])
    expect(await eventsOf(name)).toEqual(
      expect.arrayContaining(['group-made-moderator', 'group-end-moderator']),
    )
  })

  describe('that fills a group here', () => {
    let web: Omit<Replica, 'as'>
    let group: number
    const [claim, room] = [newName('ana'), newName('bo')]
    beforeAll(async () => {
      web = await accounts.as('web')
      const { write } = accounts.database
      group = (
        await write('INSERT INTO member_groups (name, name_key, claim) VALUES (?, UNHEX(SHA2(?, 256)), ?)', [
          ...[claim, claim, claim],
        ])
      ).insertId
      const { insertId: category } = await write(
        'INSERT INTO categories (name, name_key) VALUES (?, UNHEX(SHA2(?, 256)))',
        [room, room],
      )
      await write(`INSERT INTO doors (category_id, read_by, write_by) VALUES (?, 'groups', 'members')`, [
        category,
      ])
      await write('INSERT INTO door_groups (category_id, group_id, may_write) VALUES (?, ?, 1)', [
        ...[category, group],
      ])
      await web.context.cache.invalidate(invalidatedBy.doorsChanged())
      await web.context.doors.refresh()
    })

    /** How they are in the group, and whether this visitor reads what it reads. */
    const stateOf = async (name: string, visitor: Visitor) => {
      const ways = await accounts.database.rows<{ by_claim: number }>(
        `SELECT by_claim FROM group_members JOIN users ON users.id = user_id WHERE users.name = ? ORDER BY 1`,
        [name],
      )
      const reads = (await web.app.handle(asks(visitor, `/api/categories/${room}`))).status
      return [ways.map(({ by_claim }) => by_claim), reads]
    }

    const asks = ({ cookies }: Visitor, path: string) =>
      new Request(origin + path, {
        headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      })

    const putIn = (name: string) =>
      accounts.database.write(
        'INSERT INTO group_members (user_id, group_id) SELECT id, ? FROM users WHERE name = ?',
        [group, name],
      )

    test('is asked for where no group makes admins or moderators, too', async () => {
      const name = newName('ana')
      await oidc.tell({ groups: { [name]: [claim] } })

      const { visitor } = await joined(name, withoutRoles.visitor())

      expect(await stateOf(name, visitor)).toEqual([[1], 200])
    })

    test('takes them out again at the next sign-in, and at the page that was open before', async () => {
      const name = newName('ana')
      await oidc.tell({ groups: { [name]: [claim] } })
      const { visitor } = await joined(name)
      const atOnce = await stateOf(name, visitor)

      await oidc.tell({ groups: { [name]: ['singers'] } })
      const before = await stateOf(name, visitor)
      const again = accounts.visitor()
      await signOnAs(again, name)

      expect([atOnce, before]).toEqual([
        [[1], 200],
        [[1], 200],
      ])
      expect([await stateOf(name, visitor), await stateOf(name, again)]).toEqual([
        [[], 404],
        [[], 404],
      ])
    })

    test('leaves in it who was put there by hand, too', async () => {
      const name = newName('ana')
      await oidc.tell({ groups: { [name]: [claim] } })
      const { visitor } = await joined(name)
      await putIn(name)
      await signOnAs(accounts.visitor(), name)
      const byBoth = await stateOf(name, visitor)

      await oidc.tell({ groups: { [name]: ['singers'] } })
      await signOnAs(accounts.visitor(), name)

      expect(byBoth).toEqual([[0, 1], 200])
      expect(await stateOf(name, visitor)).toEqual([[0], 200])
    })

    test('has nobody in it who parted from the service, but who was put there by hand', async () => {
      const there = newName('ana')
      await oidc.tell({ groups: { [there]: [claim] } })
      const { name, visitor } = await member()
      const half = halfIn(await (await signOnAs(visitor, there)).text())
      await visitor.post('/account/single-sign-on', { half, confirm: password })
      const other = await member()
      const second = newName('bo')
      await oidc.tell({ groups: { [there]: [claim], [second]: [claim] } })
      const otherHalf = halfIn(await (await signOnAs(other.visitor, second)).text())
      await other.visitor.post('/account/single-sign-on', { half: otherHalf, confirm: password })
      await putIn(other.name)
      const before = await stateOf(name, visitor)

      for (const each of [visitor, other.visitor])
        await each.post('/account/single-sign-on/remove', { confirm: password })

      expect(before).toEqual([[1], 200])
      expect(await stateOf(name, visitor)).toEqual([[], 404])
      expect(await stateOf(other.name, other.visitor)).toEqual([[0], 200])
    })
  })

  test('makes a moderator of a new account at once', async () => {
    const name = newName('ana')
    await oidc.tell({ groups: { [name]: ['wardens'] } })

    await joined(name)

    expect(await moderates(name)).toEqual([{ category_id: 0, by_group: 1 }])
  })

  test('leaves those alone whom an admin made one', async () => {
    const { name } = await joined()
    const board = 'INSERT INTO moderators (user_id, category_id) SELECT id, 0 FROM users WHERE name = ?'
    await accounts.database.write(board, [name])

    await oidc.tell({ groups: { [name]: ['wardens'] } })
    await signOnAs(accounts.visitor(), name)
    await oidc.tell({})
    await signOnAs(accounts.visitor(), name)

    expect(await moderates(name)).toEqual([{ category_id: 0, by_group: 0 }])
  })

  test('may make both at once', async () => {
    const { name } = await joined()
    await joinedAdmin()

    await oidc.tell({ groups: { [name]: ['wardens', 'board'] } })
    await signOnAs(accounts.visitor(), name)

    expect((await usersNamed(name))[0]?.role).toBe('admin')
    expect(await moderates(name)).toHaveLength(1)
  })
})

/** Another admin, with a password. */
async function joinedAdmin(): Promise<Visitor> {
  const { name, visitor } = await member('cem')
  await accounts.database.write("UPDATE users SET role = 'admin' WHERE name = ?", [name])
  return visitor
}

const atBoard = (admin: Visitor): Visitor => {
  const visitor = board.visitor()
  for (const [name, value] of admin.cookies) visitor.cookies.set(name, value)
  return visitor
}

async function changeBy(admin: Visitor, name: string, change: string): Promise<void> {
  const [user] = await usersNamed(name)
  const answer = await atBoard(admin).post(`/admin/members/${user?.id}`, { change, confirm: password })
  expect(answer.status).toBe(303)
}

async function makeModeratorBy(admin: Visitor, name: string): Promise<void> {
  const answer = await atBoard(admin).post('/admin/moderators', { name, confirm: password })
  expect(answer.status).toBe(303)
}

describe('a wrong answer signs nobody in, makes nothing, and is told:', () => {
  const notTrusted = 'cannot be trusted, so nobody is signed in'
  const wrongs: [string, number, string][] = [
    ['issuer', 502, notTrusted],
    ['audience', 502, notTrusted],
    ['nonce', 502, notTrusted],
    ['unsigned', 502, notTrusted],
    ['key', 502, notTrusted],
    ['rolled key', 502, notTrusted],
  ]
  test.each(wrongs)('%s', async (lie, status, says) => {
    const name = newName('ana')
    const visitor = accounts.visitor()
    await oidc.tell({ lie })

    const answer = await signOnAs(visitor, name)

    expect(answer.status).toBe(status)
    expect(await answer.text()).toContain(says)
    expect(await isSignedIn(visitor)).toBe(false)
    await oidc.tell({})
    expect((await signOnAs(visitor, name)).status).toBe(200)
  })

  test('a code that was used', async () => {
    const { name } = await joined()
    const visitor = accounts.visitor()
    const back = (await wayBack(visitor, name)).slice(origin.length)
    const cookies = new Map(visitor.cookies)
    await visitor.get(back)
    const thief = accounts.visitor()
    for (const [key, value] of cookies) thief.cookies.set(key, value)

    const answer = await thief.get(back)

    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('was used already, or took too long')
    expect(await isSignedIn(thief)).toBe(false)
  })

  test('an answer to another browser', async () => {
    const { name } = await joined()
    const back = (await wayBack(accounts.visitor(), name)).slice(origin.length)
    const without = accounts.visitor()
    const other = accounts.visitor()
    await other.get(begin)

    const answers = [await without.get(back), await other.get(back)]

    expect(answers.map(({ status }) => status)).toEqual([422, 422])
    const page = (await answers[0]?.text()) ?? ''
    expect(page).toContain('was begun elsewhere or too long ago')
    expect(attributeIn(page, 'main a.button', 'href')).toBe(begin)
    expect([await isSignedIn(without), await isSignedIn(other)]).toEqual([false, false])
  })

  test('one that was cancelled', async () => {
    const visitor = accounts.visitor()
    const to = new URL((await visitor.get(begin)).headers.get('location') ?? '')
    const state = to.searchParams.get('state') ?? ''
    const query = new URLSearchParams({ state, iss: oidc.url, error: 'access_denied' })

    const answer = await visitor.get(`${begin}/back?${query}`)

    expect([answer.status, (await answer.text()).includes('The sign-in was cancelled.')]).toEqual([403, true])
  })

  test('a form that was sent already', async () => {
    const visitor = accounts.visitor()
    const name = newName('ana')
    const half = halfIn(await (await signOnAs(visitor, name)).text())
    const send = (username: string) => accounts.visitor().post(`${begin}/new`, { half, username })

    const answers = await Promise.all([send(name), send(newName('bo'))])

    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422])
  })

  test('a service whose clock is five minutes off, in either direction', async () => {
    const name = newName('ana')
    const said: string[] = []
    for (const seconds of [300, -300]) {
      await oidc.restart(seconds)
      said.push(await (await signOnAs(accounts.visitor(), name)).text())
    }
    await oidc.restart()

    for (const page of said) expect(page).toContain('clock of the sign-in service and that of this board')
    // It has other keys by now, too.
    expect((await signOnAs(accounts.visitor(), name)).status).toBe(200)
  })

  test('a service that is away, before and after one went there', async () => {
    const visitor = accounts.visitor()
    const back = (await wayBack(visitor, newName('ana'))).slice(origin.length)
    const another = await accounts.as('accounts')
    await oidc.stop()

    const before = await another.visitor().get(begin)
    const after = await visitor.get(back)
    const page = await accounts.visitor().get('/login')
    await oidc.restart()

    for (const answer of [before, after]) {
      expect(answer.status).toBe(503)
      expect(await answer.text()).toContain('does not answer now')
    }
    expect(page.status).toBe(200)
  })
})

describe('where one signs in there alone', () => {
  test('no password, passkey or new account opens the board, and the page has the link alone', async () => {
    const { name } = await member()
    const visitor = only.visitor()
    const send = (path: string, body: object) =>
      only.app.handle(
        new Request(`${origin}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      )

    const page = await (await visitor.get('/login')).text()
    const answers = [
      await visitor.post('/login', { username: name, password }),
      await visitor.post('/signup', { username: newName('cem'), password }),
      await visitor.post('/login/passkey/options'),
      await visitor.post('/forgot', { address: 'ana@board.example' }),
      await send('/api/session', { username: name, password }),
      await send('/api/users', { username: newName('cem'), password }),
    ]

    expect(find(page, 'main form')).toEqual([])
    expect(textsIn(page, 'main a')).toEqual(['Sign in with Our club'])
    for (const path of ['/signup', '/forgot'])
      expect((await visitor.get(path)).headers.get('location')).toBe('/login')
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403])
    expect(await answers[0]?.text()).toContain('Here one signs in by single sign-on alone.')
  })
})

test('a board where one signs in by it alone adds no passkey, and says that there none works', async () => {
  const { visitor } = await member()
  const alone = only.visitor()
  for (const [name, value] of visitor.cookies) alone.cookies.set(name, value)

  const page = await (await alone.get('/account/passkeys')).text()
  const begun = await alone.post('/account/passkeys/options', { name: 'phone', confirm: password })
  await accounts.database.write(
    `INSERT INTO passkeys (user_id, name, credential_key, credential_id, public_key, counter)
     SELECT user_id, 'phone', token_key, token_key, token_key, 0
       FROM sessions
      ORDER BY created_at DESC
      LIMIT 1`,
  )
  const changed = [alone, visitor].map(async (each) => (await each.get('/account?changed=password')).text())
  const links = (await Promise.all(changed)).map((each) => find(each, '[role=status] a').length)

  expect(saidIn(page)).toContain('Here one signs in by single sign-on alone.')
  expect(find(page, '#add-passkey')).toEqual([])
  expect(begun.status).toBe(403)
  expect(links).toEqual([0, 1])
})

test('a board without it has no link, and no page of it', async () => {
  const plain = await accounts.as('accounts', { signOn: undefined })
  const visitor = plain.visitor()

  const page = await (await visitor.get('/login')).text()

  expect(page).not.toContain('single-sign-on')
  expect((await visitor.get(begin)).status).toBe(409)
})

test('an admin who signed in anew changes roles without a password', async () => {
  const { name, visitor } = await joined()
  await accounts.database.write("UPDATE users SET role = 'admin' WHERE name = ?", [name])
  const { name: bo } = await member()
  const admin = await accounts.as('admin', { balancerUrl: proxyTo(accounts) })
  await signOnAs(visitor, name, `${begin}?anew=yes`)
  const other = admin.visitor()
  for (const [key, value] of visitor.cookies) other.cookies.set(key, value)

  const [{ id } = { id: 0 }] = await usersNamed(bo)
  const answer = await other.post(`/admin/members/${id}`, { change: 'make-admin', confirm: '' })

  expect([answer.status, (await usersNamed(bo))[0]?.role]).toEqual([303, 'admin'])
})

import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { newPasswordLink } from '../../stack/database/make-password-link.ts'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { attributeIn, find, textsIn } from '../support/site/markup.ts'
import { newName, newToken, password } from '../support/site/page.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

const newPassword = 'a quite different one'

let accounts: Replica
beforeAll(async () => {
  accounts = await openReplica({ role: 'accounts' })
})

async function newMember(name: 'ana' | 'bo' | 'cem') {
  const username = newName(name)
  const visitor = accounts.visitor()
  await visitor.post('/signup', { username, password })
  return { username, visitor }
}

/** The path of a link, made as `./agora password` makes it. */
const linkFor = (username: string) =>
  newPasswordLink('', username, async (statement) => (await accounts.database.write(statement)).affectedRows)

const openLink = async (link: string, visitor = accounts.visitor()) => {
  const answer = await visitor.get(link)
  return { status: answer.status, text: await answer.text(), headers: answer.headers }
}
const set = (link: string, typed = newPassword, visitor = accounts.visitor()) =>
  visitor.post(link, { password: typed })
const signIn = async (username: string, typed: string) =>
  (await accounts.visitor().post('/login', { username, password: typed })).status
const shows = async (visitor: Visitor) => (await visitor.get('/account')).status

describe('a link for a new password', () => {
  test('sets it once, without the old one, and signs in', async () => {
    const { username } = await newMember('ana')
    const link = await linkFor(username)
    const visitor = accounts.visitor()

    const page = await openLink(link, visitor)
    const answer = await set(link, newPassword, visitor)
    const again = await set(link, 'yet another good one')

    expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(page.text).toContain(username)
    expect(page.text).toContain('A password has 10 to 200 characters.')
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/account?changed=password'])
    expect(await shows(visitor)).toBe(200)
    expect(again.status).toBe(404)
    expect(await again.text()).toContain('This link is no longer good')
    const asFragment = await visitor.post(link, { password }, { 'hx-request': 'true' })
    expect(await asFragment.text()).toContain('<a class="button" href="/forgot">Send me a link</a>')
    const used = await openLink(link)
    expect(used.status).toBe(404)
    expect(used.text).toContain('<a class="button" href="/forgot">Send me a link</a>')
    expect([await signIn(username, newPassword), await signIn(username, password)]).toEqual([303, 422])
  })

  test('is stored as a hash alone', async () => {
    const { username } = await newMember('ana')

    const token = (await linkFor(username)).replace('/password/', '')

    expect(token).toMatch(/^[\w-]{43}$/)
    const [row] = await accounts.database.rows<{ hash: string; seconds: number }>(
      `SELECT LOWER(HEX(token_hash)) AS hash,
              TIMESTAMPDIFF(SECOND, CURRENT_TIMESTAMP(3), expires_at) AS seconds
         FROM password_links JOIN users ON users.id = user_id WHERE users.name = ?`,
      [username],
    )
    expect(row?.hash).toBe(new Bun.CryptoHasher('sha256').update(token).digest('hex'))
    expect(row?.seconds).toBeLessThanOrEqual(30 * 60)
    expect(row?.seconds).toBeGreaterThan(20 * 60)
  })

  test('stays good when the password is refused, and says why at the field', async () => {
    const { username } = await newMember('bo')
    const link = await linkFor(username)

    const refused = await set(link, 'short')
    const text = await refused.text()

    expect(refused.status).toBe(422)
    expect(textsIn(text, '#password-error')[0]).toStartWith('A password has 10 to 200 characters.')
    expect(find(text, `form[action="${link}"]`)).toHaveLength(1)
    expect((await set(link)).status).toBe(303)
  })

  test('is answered with the form alone where htmx asks, and leads on by its header', async () => {
    const { username } = await newMember('bo')
    const link = await linkFor(username)
    const htmx = { 'hx-request': 'true' }

    const refused = await accounts.visitor().post(link, { password: username }, htmx)
    const done = await accounts.visitor().post(link, { password: newPassword }, htmx)

    expect(refused.status).toBe(422)
    expect(find(await refused.text(), 'form#new-password')).toHaveLength(1)
    expect([done.status, done.headers.get('hx-redirect')]).toEqual([200, '/account?changed=password'])
  })

  test('is of no use when it is too old, and the password stays', async () => {
    const { username } = await newMember('cem')
    const link = await linkFor(username)
    await accounts.database.write(
      `UPDATE password_links JOIN users ON users.id = user_id
          SET expires_at = CURRENT_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE users.name = ?`,
      [username],
    )

    expect([(await openLink(link)).status, (await set(link)).status]).toEqual([404, 404])
    expect(await signIn(username, password)).toBe(303)
  })

  test('takes the place of the one before', async () => {
    const { username } = await newMember('ana')
    const first = await linkFor(username)
    const second = await linkFor(username)

    expect([(await openLink(first)).status, (await set(first)).status]).toEqual([404, 404])
    expect((await set(second)).status).toBe(303)
  })

  test('ends with a password that is changed in another way', async () => {
    const { username, visitor } = await newMember('bo')
    const link = await linkFor(username)

    await visitor.post('/account/password', { current: password, password: newPassword })

    expect((await set(link, 'yet another good one')).status).toBe(404)
    expect(await signIn(username, newPassword)).toBe(303)
  })

  test('ends every session and token of its member', async () => {
    const { username, visitor } = await newMember('cem')
    const page = await (await visitor.post('/tokens', newToken('script'))).text()
    const [token] = page.match(/agora_[\w-]{43}/) ?? []
    const asProgram = () =>
      accounts.visitor().get('/api/session', { authorization: `Bearer ${token}`, accept: 'application/json' })
    expect([await shows(visitor), (await asProgram()).status]).toEqual([200, 200])

    await set(await linkFor(username))

    expect([await shows(visitor), (await asProgram()).status]).toEqual([401, 401])
  })

  test('is taken by one of two who set a password at the same moment', async () => {
    const { username } = await newMember('ana')
    const link = await linkFor(username)
    const typed = [newPassword, `${newPassword}, too`]

    const answers = await Promise.all(typed.map((each) => set(link, each)))
    const working = await Promise.all(typed.map((each) => signIn(username, each)))

    expect(answers.map(({ status }) => status).sort()).toEqual([303, 404])
    expect(working).toEqual(answers.map(({ status }) => (status === 303 ? 303 : 422)))
  })

  test('opens no account that is shut, whether the link was made before or after', async () => {
    const { username } = await newMember('bo')
    const link = await linkFor(username)
    await accounts.database.write('UPDATE users SET disabled_at = CURRENT_TIMESTAMP(3) WHERE name = ?', [
      username,
    ])

    expect([(await openLink(link)).status, (await set(link)).status]).toEqual([404, 404])
    await expect(linkFor(username)).rejects.toThrow(`nobody who may sign in is named "${username}"`)
  })

  test('is for exactly one name, and gives a first password to who has none', async () => {
    const username = `${newName('cem')} 'Ö" \\ ✓`
    await accounts.database.write(`INSERT INTO users (name, name_key) VALUES (?, UNHEX(SHA2(?, 256)))`, [
      username,
      username,
    ])

    await expect(linkFor(username.toUpperCase())).rejects.toThrow('nobody who may sign in is named')
    expect((await set(await linkFor(username))).status).toBe(303)
    expect(await signIn(username, newPassword)).toBe(303)
  })

  test('stands in no log of calls', async () => {
    const { username } = await newMember('ana')
    const link = await linkFor(username)
    await openLink(link)
    await set(link)

    const { requests } = await accounts.context.accessLog.read(10_000)

    expect(requests).toContainEqual(['GET', '/password/:token'])
    expect(JSON.stringify(requests)).not.toContain(link)
  })
})

test('who signs in on the page of a link is not led back to it', async () => {
  const page = await accounts.visitor().get('/login', { referer: 'http://localhost/password/x' })

  expect(attributeIn(await page.text(), 'input[name=next]', 'value')).toBe('/')
})

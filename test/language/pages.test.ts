import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { attributeIn, find, textsIn } from '../support/site/markup.ts'
import { newName, password } from '../support/site/page.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let web: Replica
let accounts: Omit<Replica, 'as'>
beforeAll(async () => {
  web = await openReplica()
  accounts = await web.as('accounts')
})

const arabic = { 'accept-language': 'ar-EG,ar;q=0.9,en;q=0.5' }

describe('a page in Arabic', () => {
  test('is written from right to left, and says so', async () => {
    const answer = await web.visitor().get('/', arabic)
    const page = await answer.text()

    expect(find(page, 'html[lang=ar][dir=rtl]')).toHaveLength(1)
    expect(page).toContain('أحدث المنشورات')
    expect(page).not.toContain('Newest posts')
    expect(answer.headers.get('content-language')).toBe('ar')
  })

  test('is in no cache that others share', async () => {
    const { headers } = await web.visitor().get('/', arabic)

    expect(headers.get('cache-control')).toMatch(/^private\b/)
    expect(headers.get('cache-control')).not.toContain('s-maxage')
  })

  test('is never given for the English one that a browser has', async () => {
    const english = await web.visitor().get('/')
    const etag = english.headers.get('etag') ?? '"none"'

    const answer = await web.visitor().get('/', { ...arabic, 'if-none-match': etag })

    expect(answer.status).toBe(200)
    expect(find(await answer.text(), 'html[lang=ar]')).toHaveLength(1)
  })

  test('has its dates, numbers and counts in Arabic', async () => {
    const page = await (await web.visitor().get('/audit', arabic)).text()

    expect(page).toContain('العدّ')
    expect(textsIn(page, 'time')[0]).toMatch(/\p{Script=Arabic}/u)
  })

  test('of what is not there says so in Arabic', async () => {
    const answer = await web.visitor().get('/posts/999999', arabic)

    expect(answer.status).toBe(404)
    expect(await answer.text()).toContain('لم يعد هذا المنشور موجودًا.')
    expect(answer.headers.get('content-language')).toBe('ar')
  })

  test('says what is wrong with a field in Arabic', async () => {
    const fields = { username: newName('ana'), password: 'short' }
    const page = await (await accounts.visitor().post('/signup', fields, arabic)).text()

    expect(page).toContain('طول كلمة المرور بالأحرف من 10 إلى 200.')
  })

  test('puts a sentence for htmx in Arabic as well', async () => {
    const headers = { ...arabic, 'hx-request': 'true' }
    const note = await (await web.visitor().post('/posts', { title: 'A cake' }, headers)).text()

    expect(note).toContain('يُرجى تسجيل الدخول للكتابة.')
  })
})

test('programs are answered in English, whatever they ask for', async () => {
  const answer = await web.visitor().get('/api/posts/999999', arabic)

  expect(await answer.json()).toMatchObject({ detail: 'This post is gone.' })
})

describe('the choice at the foot of a page', () => {
  test('stays for whatever is read afterwards', async () => {
    const ana = web.visitor()
    const answer = await ana.post('/language', { language: 'ar' }, { referer: 'http://localhost/market?q=x' })

    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe('/market?q=x')
    expect(find(await (await ana.get('/market')).text(), 'html[lang=ar][dir=rtl]')).toHaveLength(1)
    expect(answer.headers.get('set-cookie')).toMatch(
      /^language=ar; Path=\/; Max-Age=31536000; HttpOnly; SameSite=Lax$/,
    )
  })

  test('goes back to English over a browser that asks for Arabic', async () => {
    const ana = web.visitor()
    await ana.post('/language', { language: 'en' }, arabic)

    expect(find(await (await ana.get('/', arabic)).text(), 'html[lang=en][dir=ltr]')).toHaveLength(1)
  })

  test('travels by TLS alone where the site speaks it', async () => {
    const answer = await web.visitor().post('/language', { language: 'ar' }, { 'x-forwarded-proto': 'https' })

    expect(answer.headers.get('set-cookie')).toEndWith('; Secure')
  })

  test.each(['', 'tlh', 'constructor'])('is refused for "%s"', async (language) => {
    const answer = await web.visitor().post('/language', { language })

    expect(answer.status).toBe(422)
    expect(answer.headers.get('set-cookie')).toBeNull()
  })

  test('is not made by another site', async () => {
    const answer = await web
      .visitor()
      .post('/language', { language: 'ar' }, { origin: 'http://elsewhere.example' })

    expect(answer.status).toBe(403)
  })

  test('is the same for members', async () => {
    const ana = accounts.visitor()
    await ana.post('/signup', { username: newName('ana'), password }, arabic)
    const page = await (await ana.get('/account', arabic)).text()

    expect(page).toContain('جلساتك المفتوحة')
    expect(page).not.toContain('Where you are signed in')
  })
})
describe('a member’s choice', () => {
  /** Signs a new member up, in a browser that speaks to either replica. */
  const member = async (headers: Record<string, string> = {}, chosen?: string) => {
    const username = newName('ana')
    const browser = accounts.visitor()
    if (chosen) browser.cookies.set('language', chosen)
    await browser.post('/signup', { username, password }, headers)
    return { username, browser }
  }
  /** Presses a button at the foot of a page. */
  const choose = (at: Replica['visitor'], browser: Visitor, language: string) => {
    const visitor = at()
    for (const [name, value] of browser.cookies) visitor.cookies.set(name, value)
    return visitor.post('/language', { language }).finally(() => {
      browser.cookies.clear()
      for (const [name, value] of visitor.cookies) browser.cookies.set(name, value)
    })
  }
  const signIn = async (username: string, chosen?: string) => {
    const browser = accounts.visitor()
    if (chosen) browser.cookies.set('language', chosen)
    const answer = await browser.post('/login', { username, password, next: '/' })
    expect(answer.status).toBe(303)
    return browser
  }
  const account = async (browser: Visitor, headers = {}) => (await browser.get('/account', headers)).text()
  const spokenIn = (page: string) => attributeIn(page, 'html', 'lang')
  const selected = (page: string) => attributeIn(page, 'option[selected]', 'value')

  test('goes with them to each browser in which they sign in, and stays in those they had', async () => {
    const { username, browser } = await member()
    await choose(web.visitor, browser, 'de')

    const other = await signIn(username)
    const third = await signIn(username, 'ar')

    for (const each of [browser, other, third]) {
      const page = await account(each, arabic)
      expect([spokenIn(page), selected(page)]).toEqual(['de', 'de'])
    }
  })

  test('is the one of the browser in which they sign up, or first sign in', async () => {
    const { username } = await member({}, 'ar')
    const page = await account(await signIn(username))

    expect([spokenIn(page), selected(page)]).toEqual(['ar', 'ar'])
  })

  test('is not what a browser asks for by itself', async () => {
    const { username, browser } = await member(arabic)
    const page = await account(browser, arabic)
    const there = await account(await signIn(username))

    expect([spokenIn(page), selected(page), spokenIn(there)]).toEqual(['ar', 'any', 'en'])
  })

  test('ends where they say so', async () => {
    const { username, browser } = await member({}, 'de')
    await choose(web.visitor, browser, 'any')

    const page = await account(browser, arabic)
    const other = await account(await signIn(username))

    expect([spokenIn(page), selected(page), spokenIn(other)]).toEqual(['ar', 'any', 'en'])
  })

  test('is nobody else’s: a stranger’s is in their browser alone', async () => {
    const { username } = await member()
    await web.visitor().post('/language', { language: 'ar' })

    expect(selected(await account(await signIn(username)))).toBe('any')
  })

  test('is the language of mails about the account', async () => {
    const { username, browser } = await member()
    const [{ id } = { id: 0 }] = await web.database.rows<{ id: number }>(
      'SELECT id FROM users WHERE name = ?',
      [username],
    )
    await web.database.write(
      `INSERT INTO addresses (user_id, address, address_key, language) VALUES (?, ?, UNHEX(SHA2(?, 256)), 'en')`,
      [id, `${username}@board.example`, username],
    )
    await choose(web.visitor, browser, 'de')

    await browser.post('/account/password', { current: password, password: `${password} anew` })

    expect(await web.database.rows('SELECT kind, language FROM outbox WHERE user_id = ?', [id])).toEqual([
      { kind: 'password-changed', language: 'de' },
    ])
  })
})

import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { CDPSession, Page } from 'playwright-core'
import { axeFaults } from '../support/browser/faults.ts'
import { openMember, signIn } from '../support/browser/member.ts'
import { openPage, phone } from '../support/browser/window.ts'
import { type Stack, sharedStack } from '../support/servers/stack.ts'
import { codeOf, codesShown } from '../support/site/factor.ts'
import { password } from '../support/site/page.ts'

setDefaultTimeout(120_000)

let stack: Stack
/** Browsers tie passkeys to a name. */
let site: string
beforeAll(async () => {
  stack = await sharedStack()
  site = stack.url.replace('127.0.0.1', 'localhost')
})

/**
 * A device that makes passkeys and recognises its owner: https://www.w3.org/TR/webauthn-3/#sctn-automation
 */
async function giveDevice(page: Page): Promise<{ cdp: CDPSession; authenticatorId: string }> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return { cdp, authenticatorId }
}

async function addPasskey(page: Page, name: string): Promise<void> {
  await page.goto(`${site}/account/passkeys`)
  await page.fill('#add-passkey [name=name]', name)
  await page.fill('#add-passkey [name=confirm]', password)
  await page.click('#add-passkey button')
}

async function holder() {
  const member = await openMember(site)
  const device = await giveDevice(member.page)
  await addPasskey(member.page, 'My laptop')
  await member.page.locator('.rows strong', { hasText: 'My laptop' }).waitFor()
  return { ...member, ...device }
}

const signOut = async (page: Page) => {
  await page.goto(`${site}/`)
  await page.click('text=Sign out')
  await page.locator('.account >> text=Join').waitFor()
}

async function signInByPasskey(page: Page): Promise<void> {
  await page.goto(`${site}/login?next=/market`)
  await page.click('#passkey-sign-in button')
}

describe('a passkey', () => {
  test('is added, and signs in by itself', async () => {
    const { page, name, complaints } = await holder()
    await signOut(page)

    await signInByPasskey(page)
    await page.waitForURL(`${site}/market`)

    expect(await page.locator('.account').textContent()).toContain(name)
    expect(complaints).toEqual([])
  })

  test('is not made twice on one device', async () => {
    const { page } = await holder()

    await addPasskey(page, 'The same once more')

    await page.locator('#add-passkey [role=alert]', { hasText: 'has a passkey of yours already' }).waitFor()
  })

  test('of a second device works beside the first, and no more when it is removed', async () => {
    const { page, name } = await holder()
    const other = await openPage(`${site}/login`)
    await signIn(other.page, name, password)
    await other.page.locator('.account', { hasText: name }).waitFor()
    await giveDevice(other.page)
    await addPasskey(other.page, 'My phone')
    await other.page.locator('.rows strong', { hasText: 'My phone' }).waitFor()
    await signOut(other.page)
    await signInByPasskey(other.page)
    await other.page.waitForURL(`${site}/market`)
    await signOut(other.page)

    await page.goto(`${site}/account/passkeys`)
    const row = page.locator('.rows li', { hasText: 'My phone' })
    await row.locator('summary').click()
    await row.locator('[name=confirm]').fill(password)
    await row.locator('button').click()
    await row.waitFor({ state: 'detached' })
    await signInByPasskey(other.page)

    await other.page.locator('[role=alert]', { hasText: 'belongs to no account here' }).waitFor()
  })

  test('signs nobody in whom the device does not recognise', async () => {
    const { page, cdp, authenticatorId } = await holder()
    await signOut(page)
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })

    await signInByPasskey(page)

    await page.locator('[role=alert]', { hasText: 'It was cancelled' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/login')
  })

  test('is refused when a copy of it has been used', async () => {
    const { page, cdp, authenticatorId } = await holder()
    const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId })
    await signOut(page)
    await signInByPasskey(page)
    await page.waitForURL(`${site}/market`)
    await signOut(page)
    const thief = await openPage(`${site}/login`)
    const { cdp: other, authenticatorId: copy } = await giveDevice(thief.page)
    for (const credential of credentials)
      await other.send('WebAuthn.addCredential', {
        authenticatorId: copy,
        credential: { ...credential, signCount: 0 },
      })

    await signInByPasskey(thief.page)

    await thief.page.locator('[role=alert]', { hasText: 'somebody may have a copy' }).waitFor()
  })

  test('needs JavaScript, and without it the page says that the password works, which it does', async () => {
    const { name } = await openMember(site)
    const { page } = await openPage(`${site}/login`, { javaScript: false, ...phone })

    expect(await page.textContent('noscript, main')).toContain('Your password works without.')
    expect(await page.locator('#passkey-sign-in').isVisible()).toBe(false)
    await signIn(page, name, password)
    await page.locator('.account', { hasText: name }).waitFor()
  })
})

test.each([
  ['with htmx', {}],
  ['without JavaScript, on a dark phone', { javaScript: false, dark: true, ...phone }],
])('a second factor is set up and used by the keyboard alone, %s', async (_, options) => {
  const { page, name } = await openMember(site, options)
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key)
  }

  await page.goto(`${site}/account/second-factor`)
  const secret = (await page.locator('[name=secret]').inputValue()) ?? ''
  await page.locator('#set-up [name=first]').focus()
  await page.keyboard.type(codeOf({ secret }))
  await press('Tab')
  await page.keyboard.type(password)
  await press('Enter')
  await page.locator('.codes').waitFor()
  const codes = codesShown(await page.content())

  await signOut(page)
  await page.goto(`${site}/login`)
  await signIn(page, name, password)
  await page.locator('#sign-in-code [name=code]').waitFor()
  await page.locator('#sign-in-code [name=code]').focus()
  await page.keyboard.type(codes[0] ?? '')
  await press('Enter')
  await page.locator('.account', { hasText: name }).waitFor()

  expect(codes).toHaveLength(10)
})

test.each([
  ['on a desktop', {}],
  ['on a dark phone', { dark: true, ...phone }],
])('the pages of a member’s keys shut nobody out, %s', async (_, options) => {
  const { page } = await openMember(site, options)
  const serious: string[] = []

  const pages = [
    '/account',
    '/account/second-factor',
    '/account/passkeys',
    '/account/data',
    '/tokens',
    '/login',
  ]
  for (const path of pages) {
    await page.goto(site + path)
    serious.push(...(await axeFaults(page, { slight: true })).map((fault) => `${path} ${fault}`))
    const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement)
    if (scrollWidth !== clientWidth) serious.push(`${path} is ${scrollWidth} wide`)
  }

  expect(serious).toEqual([])
})

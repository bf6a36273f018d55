import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { axeFaults } from '../support/browser/faults.ts'
import { openMember } from '../support/browser/member.ts'
import { openPage, phone } from '../support/browser/window.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { startOidc } from '../support/servers/oidc.ts'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { newName, password } from '../support/site/page.ts'

setDefaultTimeout(120_000)

let site: string
/** Where one signs in at the service alone, which does not answer. */
let siteOfOneWay: string
beforeAll(async () => {
  let accounts: Replica | undefined
  let oneWay: Pick<Replica, 'app'> | undefined
  site = serve(() => accounts)
  siteOfOneWay = serve(() => oneWay)
  const oidc = await startOidc(site)
  const signOn = {
    ...{ issuer: oidc.url, clientId: 'board', clientSecret: 'a secret of both', name: 'Our club' },
    ...{ isOnly: false, groupsClaim: 'groups', adminGroup: undefined, moderatorGroup: undefined },
  }
  accounts = await openReplica({ role: 'accounts', mail: { siteUrl: site }, signOn })
  oneWay = await accounts.as('accounts', {
    mail: { siteUrl: siteOfOneWay },
    signOn: { ...signOn, issuer: 'http://127.0.0.1:1', isOnly: true },
  })
})

/** Serves a replica as soon as there is one. Returns its address. */
function serve(replica: () => Pick<Replica, 'app'> | undefined): string {
  const server = closeAfterTests(
    Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch: async (request) => replica()?.app.handle(request) ?? new Response(null, { status: 503 }),
    }),
    (it) => it.stop(true),
  )
  return `http://127.0.0.1:${server.port}`
}

/** Signs in at the service, and lets it tell the board who one is. */
async function signInThere(page: Page, name: string): Promise<void> {
  await page.fill('[name=login]', name)
  await page.fill('[name=password]', 'any')
  await page.click('[type=submit]')
  await page.waitForURL(/interaction/)
  await page.click('[type=submit]')
}

test.each([
  ['with JavaScript', {}],
  ['without, on a dark phone', { javaScript: false, dark: true, ...phone }],
])('one comes by a link from the form to a new account, and back into it, %s', async (_, options) => {
  const name = newName('ana')
  const { page, complaints } = await openPage(`${site}/login?next=/account`, options)

  await page.click('text=Sign in with Our club')
  await signInThere(page, name)
  await page.locator('h1', { hasText: 'Which account is yours?' }).waitFor()
  const proposed = await page.inputValue('[action$="/new"] [name=username]')
  await page.click('text=Make this account')
  await page.locator('.account', { hasText: name }).waitFor()
  await page.context().clearCookies({ name: /^session/ })
  await page.goto(`${site}/login?next=/account`)
  await page.click('text=Sign in with Our club')
  await page.locator('.account', { hasText: name }).waitFor()

  const there = new URL(page.url()).pathname
  await page.click('text=Sign out')
  await page.click('text=Sign out of Our club, too')
  await page.click('[name=logout]')
  await page.waitForURL(`${site}/`)
  await page.goto(`${site}/login`)
  await page.click('text=Sign in with Our club')
  await page.locator('[name=login]').waitFor()

  expect(proposed).toBe(name)
  expect(there).toBe('/account')
  expect(complaints.filter((each) => each.includes('Content Security Policy'))).toEqual([])
})

test.each(['en', 'ar'])('its pages shut nobody out, in %s', async (language) => {
  const cookies = new Map([['language', language]])
  const { page } = await openPage(`${site}/login?next=/account/single-sign-on`, { cookies, ...phone })
  const serious: string[] = []
  const look = async (at = page) => {
    serious.push(...(await axeFaults(at, { slight: true })).map((fault) => `${at.url()} ${fault}`))
    const { scrollWidth, clientWidth } = await at.evaluate(() => document.documentElement)
    if (scrollWidth !== clientWidth) serious.push(`${at.url()} is ${scrollWidth} wide`)
  }

  await look()
  await page.click('main a.button')
  await signInThere(page, newName('bo'))
  await page.locator('[action$="/new"]').waitFor()
  await look()
  await page.click('[action$="/new"] button')
  await page.waitForURL(`${site}/account/single-sign-on`)
  await look()
  await page.goto(`${site}/account`)
  await look()
  await page.click('[action="/session/end"] button')
  await page.locator('main a.button').waitFor()
  await look()

  // Who has a password may part from it again.
  const { page: own } = await openMember(site, { cookies })
  await own.goto(`${site}/account/single-sign-on`)
  await own.click('main a.button')
  await signInThere(own, newName('cem'))
  await own.fill('[action="/account/single-sign-on"] [name=confirm]', password)
  await look(own)
  await own.keyboard.press('Enter')
  await own.locator('[action$="/remove"]').waitFor()
  await look(own)

  // Where there is no other way, and the service does not answer.
  const { page: only } = await openPage(`${siteOfOneWay}/login`, { cookies, ...phone })
  await look(only)
  await only.click('main a.button')
  await only.locator('main a[href^="/login/single-sign-on"]').waitFor()
  await look(only)

  expect(serious).toEqual([])
})

import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { axeFaults } from '../support/browser/faults.ts'
import { openMember, signIn, write } from '../support/browser/member.ts'
import { openPage, phone } from '../support/browser/window.ts'
import { type Stack, sharedStack } from '../support/servers/stack.ts'
import { password } from '../support/site/page.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

let stack: Stack
beforeAll(async () => {
  stack = await sharedStack()
})

test.each(['en', 'ar'])(
  'what is new is marked on another device, until all is read, in %s',
  async (language) => {
    const [ana, bo] = [await openMember(stack.url), await openMember(stack.url)]
    const of = `user_id = (SELECT id FROM users WHERE name = '${ana.name}')`
    await until(async () => (await stack.sql(`SELECT COUNT(*) FROM visits WHERE ${of}`))[0] === '1')
    await stack.sql(`UPDATE visits SET seen_at = seen_at - INTERVAL 2 HOUR WHERE ${of}`)
    await bo.page.locator('.composer > summary').click()
    const title = `Who knows? ${crypto.randomUUID().slice(0, 8)}`
    await write(bo.page, title, 'I do not.')
    const path = (await bo.page.locator('#posts article a', { hasText: title }).getAttribute('href')) ?? ''
    const { page } = await openMember(stack.url)
    await page.goto(stack.url + path)
    await page.locator('#new-comment textarea').fill('Me neither')
    await page.locator('#new-comment button').first().click()
    await page.locator('.comment', { hasText: 'Me neither' }).waitFor()

    const other = await openPage(`${stack.url}/login`, {})
    await signIn(other.page, ana.name, password)
    await other.page.locator('.account', { hasText: ana.name }).waitFor()
    await other.page.context().addCookies([{ name: 'language', value: language, url: stack.url }])
    await other.page.setViewportSize(phone)
    await other.page.goto(stack.url)
    expect(await axeFaults(other.page, { within: '.mark', slight: true })).toEqual([])
    expect(await other.page.locator('p.mark').count()).toBeGreaterThan(0)
    await other.page.locator('p.mark a').first().click()
    await other.page.locator('.comment .tag').first().waitFor()
    const overflow = await other.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)

    await other.page.goto(stack.url)
    const readAll = other.page.locator('form[action="/unread/read"] button')
    if ((await readAll.count()) > 0) await readAll.click()
    await until(async () => {
      await other.page.goto(stack.url)
      return (await other.page.locator('.mark').count()) === 0
    })
    expect(other.complaints).toEqual([])
  },
)

import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { axeFaults, faultsOf } from '../support/browser/faults.ts'
import { openMember, write } from '../support/browser/member.ts'
import { openPage, phone } from '../support/browser/window.ts'
import { fewWindows } from '../support/browser/windows.ts'
import { type Stack, sharedStack } from '../support/servers/stack.ts'
import { adminOf } from '../support/site/admin.ts'
import { newName, password } from '../support/site/page.ts'
import { newVisitor, sessionCookieOf, type Visitor } from '../support/site/visitor.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

let stack: Stack
beforeAll(async () => {
  stack = await sharedStack()
})

/** Ana with a post of hers, and bo who answers it as often as is said. */
async function answered(times: number) {
  const [ana, bo] = [await openMember(stack.url), await openMember(stack.url)]
  await ana.page.locator('.composer > summary').click()
  const title = `Who knows? ${crypto.randomUUID().slice(0, 8)}`
  await write(ana.page, title, 'I do not.')
  const link = ana.page.locator('#posts article a', { hasText: title })
  const path = (await link.getAttribute('href')) ?? ''
  const answer = async (text: string) => {
    await bo.page.goto(stack.url + path)
    await bo.page.locator('#new-comment textarea').fill(text)
    await bo.page.locator('#new-comment button').first().click()
    await bo.page.locator('.comment', { hasText: text }).waitFor()
  }
  for (let n = 0; n < times; n++) await answer(`Answer ${n}`)
  return { ana, bo, title, path, answer }
}

describe('a member who is answered', () => {
  test('sees the number grow on an open page that shows no post', async () => {
    const { ana, answer } = await answered(0)
    const following = ana.page.waitForResponse((response) => response.url().includes('/live'))
    await ana.page.goto(`${stack.url}/market`)
    await following
    expect(await ana.page.locator('#unread').isVisible()).toBe(false)

    await answer('Here I am')
    await ana.page.locator('#unread', { hasText: '1' }).waitFor()

    expect(ana.complaints).toEqual([])
  })

  test('reads one by one, goes there, and reads all, on a phone and in the dark', async () => {
    const { ana, title } = await answered(3)
    const { page } = ana
    await page.setViewportSize(phone)
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.locator('a[href="/notices"]').click()
    await page.locator('h2', { hasText: title }).waitFor()
    expect(await axeFaults(page, { slight: true })).toEqual([])
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)

    await page.getByRole('button', { name: 'Mark as read' }).first().click()
    await until(async () => (await page.locator('#unread').textContent())?.trim() === '2')
    await page.getByRole('button', { name: 'Mark all as read' }).click()
    await until(async () => !(await page.locator('#unread').isVisible()))
    await page.locator('main li a', { hasText: 'An answer' }).first().click()
    await page.locator('.comment', { hasText: 'Answer 2' }).waitFor()

    expect(ana.complaints).toEqual([])
  })
})

describe('how often notices come by mail', () => {
  test.each(['en', 'ar'])('is chosen on a phone, in the dark, in %s', async (language) => {
    const { page, complaints } = await openMember(stack.url)
    await page.context().addCookies([{ name: 'language', value: language, url: stack.url }])
    await page.setViewportSize(phone)
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.goto(`${stack.url}/notices`)

    await page.locator('main a[href="/notices/mail"]').click()
    expect(await axeFaults(page, { slight: true })).toEqual([])
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)
    await page.locator('[name=pace][value=daily]').check()
    await page.locator('[name=timeZone]').selectOption('Asia/Riyadh')
    await page.locator('main button').click()
    await page.goto(`${stack.url}/notices/mail`)

    expect(await page.locator('[name=pace]:checked').getAttribute('value')).toBe('daily')
    expect(await page.locator('[name=timeZone]').inputValue()).toBe('Asia/Riyadh')
    expect(complaints).toEqual([])
  })
})

describe('somebody who types @ and the start of a name', () => {
  test.each(['en', 'ar'])('chooses a member by keyboard, or by pressing a name, in %s', async (language) => {
    const cem = await openMember(stack.url)
    const start = cem.name.slice(0, -1)
    const { page, complaints } = await openMember(stack.url)
    await page.context().addCookies([{ name: 'language', value: language, url: stack.url }])
    await page.setViewportSize(phone)
    await page.goto(stack.url)
    await page.locator('.composer > summary').click()
    const text = page.locator('#new-post [name=body]')
    const options = page.locator('#mentions [role=option]')

    await text.pressSequentially(`Ask @${start}`)
    await options.first().waitFor()
    expect(await text.getAttribute('aria-controls')).toBe('mentions')
    expect(await page.locator('#said').textContent()).toContain('1')
    expect(await axeFaults(page, { slight: true })).toEqual([])
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)

    await text.press('Escape')
    expect(await options.count()).toBe(0)
    await text.press('Backspace')
    await options.first().waitFor()
    await text.press('ArrowDown')
    const id = await page.locator('[aria-selected=true]').getAttribute('id')
    expect(await text.getAttribute('aria-activedescendant')).toBe(id)
    await text.press('Enter')
    const first = await text.inputValue()
    expect(first).toStartWith('Ask @ana')
    expect(first).toEndWith(' ')

    await text.pressSequentially(`or @${start}`)
    await options.first().click()
    await text.pressSequentially('today.')
    await text.press('Enter')
    expect(await text.inputValue()).toBe(`${first}or @${cem.name} today.\n`)
    expect(await options.count()).toBe(0)
    expect(complaints).toEqual([])
  })
})

describe('a member who is asked to confirm a pinned post', () => {
  let root: Visitor
  beforeAll(async () => {
    root = newVisitor(stack.url)
    await root.post('/login', adminOf(stack))
  })

  const json = async (method: string, path: string, body: object) => {
    const headers = { cookie: sessionCookieOf(root), origin: stack.url, 'content-type': 'application/json' }
    const answer = await fetch(stack.url + path, { method, headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
    return (await answer.json()) as { id: number }
  }

  test.each(fewWindows)('does so, and who pinned it sees who has not: %s', async (_, options) => {
    const name = newName('ana')
    const member = newVisitor(stack.url)
    await member.post('/signup', { username: name, password })
    const [category] = (await (await member.get('/api/categories')).json()) as { name: string }[]
    const title = `The well is shut ${crypto.randomUUID().slice(0, 6)}`
    const draft = { category: category?.name, title, body: 'Until Monday.' }
    const { id } = await json('POST', '/api/posts', draft)
    const faults: string[] = []
    const complaints: string[][] = []
    const open = async (path: string, who: Visitor) => {
      const cookies = new Map([...(options.cookies ?? []), ...who.cookies])
      const window = await openPage(stack.url + path, { ...options, cookies })
      complaints.push(window.complaints)
      return window.page
    }
    const look = async (page: Page) => void faults.push(...(await faultsOf(page, options)))

    const keeper = await open(`/moderation/queue/post/${id}`, root)
    const form = keeper.locator('main form.card')
    await form.locator('[name=act]').selectOption('pin')
    await form.locator('[name=reason]').fill('For all')
    await form.locator('[name=place]').selectOption('front')
    await form.locator('[name=asks]').check()
    await form.locator('button.primary').click()
    await form.locator('.error').first().waitFor()
    await look(keeper)
    const inThree = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10)
    await form.locator('[name=until]').fill(inThree)
    await form.locator('button.primary').click()
    await keeper.locator(`main ul.lines a[href$="/post/${id}"]`).first().waitFor()

    const reader = await open('/notices', member)
    const told = reader.locator(`main li a[href="/posts/${id}"]`)
    await until(async () => {
      await reader.goto(`${stack.url}/notices`)
      return (await told.count()) > 0
    })
    await look(reader)
    await told.click()
    const confirm = reader.locator(`form[action="/announcements/${id}/confirm"] button`)
    await look(reader)
    await keeper.goto(`${stack.url}/posts/${id}`)
    await keeper.locator(`a[href="/announcements/${id}"]`).click()
    const missing = await keeper.locator('main').textContent()
    await look(keeper)
    await confirm.click()
    await reader.locator(`#post-${id}`).waitFor()
    await confirm.waitFor({ state: 'detached' })
    await reader.goto(`${stack.url}/notices/push`)
    await look(reader)
    await keeper.reload()
    const then = await keeper.locator('main').textContent()
    await json('POST', '/api/moderation/actions', { act: 'unpin', kind: 'post', id })

    expect([missing?.includes(name), then?.includes(name)]).toEqual([true, false])
    expect(faults).toEqual([])
    expect(complaints.flat().filter((each) => !each.includes('422'))).toEqual([])
  })
})

import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { faultsOf } from '../support/browser/faults.ts'
import { signIn, write } from '../support/browser/member.ts'
import { openPage } from '../support/browser/window.ts'
import { fewWindows } from '../support/browser/windows.ts'
import { type Stack, startStack } from '../support/servers/stack.ts'
import { adminOf } from '../support/site/admin.ts'
import { newName, password } from '../support/site/page.ts'
import { newVisitor, sessionCookieOf, type Visitor } from '../support/site/visitor.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(240_000)

/** The way of a new member: signing up, what they may not yet do, and a text that waits. */
let stack: Stack
let admin: Visitor
beforeAll(async () => {
  stack = await startStack({ replicas: 1 })
  admin = newVisitor(stack.url)
  await admin.post('/login', adminOf(stack))
  const words = Array.from({ length: 100_000 }, (_, n) => `word${n.toString(36)}`).join('\n')
  const asked = { hold: 1, links: 3, pace: 50, until: 5, seconds: 2, held: words, refused: 'spam.example' }
  const answer = await fetch(`${stack.url}/api/moderation/newcomers`, {
    method: 'PUT',
    headers: { cookie: sessionCookieOf(admin), origin: stack.url, 'content-type': 'application/json' },
    body: JSON.stringify(asked),
  })
  expect(answer.status).toBe(200)
})

test.each(fewWindows)('a new member waits, is refused, and let through: %s', async (_, options) => {
  const name = newName('ana')
  const faults: string[] = []
  const complaints: string[][] = []
  const open = async (path: string, who?: Visitor) => {
    const cookies = new Map([...(options.cookies ?? []), ...(who?.cookies ?? [])])
    const window = await openPage(stack.url + path, { ...options, cookies })
    complaints.push(window.complaints)
    return window.page
  }
  const look = async (page: Page, where: string) => {
    const found = await faultsOf(page, options)
    faults.push(...found.map((fault) => `${where}: ${fault}`))
  }

  // The keyboard never gets to the trap, and who is too quick sends it once more.
  const ana = await open('/signup')
  const isFocused = () => ana.evaluate(() => document.activeElement?.getAttribute('name') === 'homepage')
  let reached = false
  await ana.locator('#account [name=username]').focus()
  for (let pressed = 0; pressed < 6; pressed++) {
    await ana.keyboard.press(pressed < 3 ? 'Tab' : 'Shift+Tab')
    reached ||= await isFocused()
  }
  await ana.locator('[name=drawn]').evaluate((field: HTMLInputElement) => {
    // As if it were still to come, so that however slow this is, it is too quick.
    field.value = (Date.now() + 60_000).toString(36)
  })
  await signIn(ana, name, password)
  await ana.locator('#account .error').waitFor()
  await look(ana, 'too quick')
  const drawn = Number.parseInt((await ana.locator('[name=drawn]').getAttribute('value')) ?? '', 36)
  await until(() => Date.now() - drawn > 2_000)
  await signIn(ana, name, password)
  await ana.waitForURL(`${stack.url}/`)
  await ana.goto(`${stack.url}/users/${name}`)
  const asked = await ana.locator('.own.hint li').count()
  await look(ana, 'own page')

  await ana.goto(stack.url)
  const say = async (title: string, body: string) => {
    const folded = ana.locator('details', { has: ana.locator('#new-post') })
    if ((await folded.count()) > 0 && !(await ana.locator('#new-post [name=title]').isVisible()))
      await folded.locator('summary').first().click()
    const category = await ana
      .locator('#new-post option[value]:not([value=""])')
      .first()
      .getAttribute('value')
    await ana.locator('#new-post [name=category]').selectOption(category)
    await write(ana, title, body)
  }
  const title = `The first ${crypto.randomUUID().slice(0, 6)}`
  await say(title, 'See https://example.org')
  await ana.locator('#new-post .error').waitFor()
  await look(ana, 'no link')
  await say(title, 'Hello, all of you.')
  await ana.waitForURL(/\/held$/)
  await look(ana, 'waiting')
  const id = ((await ana.locator('article.card').getAttribute('id')) ?? '').replace('own-', '')

  const keeper = await open('/moderation/queue', admin)
  const card = keeper.locator(`#held-${id}`)
  await look(keeper, 'queue')
  await card.locator('summary').click()
  await card.locator('[name=reason]').fill('Say who you are, please.')
  await card.locator('button[value=refuse]').click()
  await card.waitFor({ state: 'detached' })
  await look(keeper, 'refused')
  await ana.reload()
  const why = await ana.locator(`#own-${id}`).textContent()
  await look(ana, 'not taken')

  await ana.goto(stack.url)
  await say(title, 'Hello, I am Ana from the mill.')
  await ana.waitForURL(/\/held$/)
  const next = ((await ana.locator('article.card').first().getAttribute('id')) ?? '').replace('own-', '')
  await keeper.goto(`${stack.url}/held`)
  await keeper.locator(`#held-${next} button[value=approve]`).click()
  await keeper.waitForURL(/\/posts\/\d+$/)
  const post = await keeper.locator('h1').first().textContent()
  await keeper.goto(`${stack.url}/admin/newcomers`)
  await keeper.locator('[name=refused]').fill('***')
  await keeper.locator('main form button.primary').click()
  await keeper.locator('#refused-error').waitFor()
  await look(keeper, 'settings')

  expect([reached, asked, post?.trim()]).toEqual([false, 4, title])
  expect(why).toContain('Say who you are, please.')
  // That a form is refused the browser reports, too.
  expect([faults, complaints.flat().filter((each) => !each.includes('422'))]).toEqual([[], []])
})

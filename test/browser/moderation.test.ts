import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { openPage, phone, type WindowOptions } from '../support/browser/window.ts'
import { type Stack, startStack } from '../support/servers/stack.ts'
import { adminOf } from '../support/site/admin.ts'
import { newName, password } from '../support/site/page.ts'
import { newVisitor, sessionCookieOf, type Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(240_000)

/** The whole way of a report, in a browser: from whoever has no account to the undoing. */
let stack: Stack
let admin: Visitor
let moderator: Visitor
beforeAll(async () => {
  stack = await startStack({ replicas: 1 })
  admin = newVisitor(stack.url)
  await admin.post('/login', adminOf(stack))
  const made = await joined('bo')
  moderator = made.visitor
  const { id } = (await (await newVisitor(stack.url).get(`/api/users/${made.name}`)).json()) as { id: number }
  const asked = { password: adminOf(stack).password }
  expect((await send(admin, 'PUT', `/api/moderators/${id}`, asked)).status).toBe(200)
})

async function joined(kind: 'ana' | 'bo') {
  const name = newName(kind)
  const visitor = newVisitor(stack.url)
  await visitor.post('/signup', { username: name, password })
  return { name, visitor }
}

const send = (who: Visitor, method: string, path: string, body: object) =>
  fetch(stack.url + path, {
    method,
    headers: { cookie: sessionCookieOf(who), origin: stack.url, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

/**
 * Serious faults for who cannot see or point, which is looked for by a script; and whether the page is wider
 * than the window.
 */
async function faultsOf(page: Page, where: string, { javaScript = true }: WindowOptions): Promise<string[]> {
  const { violations } = javaScript ? await new AxeBuilder({ page }).analyze() : { violations: [] }
  const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement)
  const faults = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  return [...faults.map(({ id }) => id), ...(scrollWidth > clientWidth ? ['too wide'] : [])].map(
    (fault) => `${where}: ${fault}`,
  )
}

const arabic = new Map([['language', 'ar']])
const windows: [string, WindowOptions][] = [
  ['in English with JavaScript', {}],
  ['in English without it, on a phone in the dark', { ...phone, javaScript: false, dark: true }],
  ['in Arabic with it, on a phone', { ...phone, cookies: arabic }],
  ['in Arabic without it, in the dark', { javaScript: false, dark: true, cookies: arabic }],
]

test.each(windows)(
  'a report leads to a decision, a statement, an appeal and its undoing: %s',
  async (_, options) => {
    const ana = await joined('ana')
    const title = `Heard at the fence ${crypto.randomUUID().slice(0, 6)}`
    const category = ((await (await ana.visitor.get('/api/categories')).json()) as { name: string }[])[0]
      ?.name
    const draft = { category, title, body: 'My neighbour never mows his lawn.' }
    const { id } = (await (await send(ana.visitor, 'POST', '/api/posts', draft)).json()) as { id: number }
    const faults: string[] = []
    const complaints: string[][] = []
    const open = async (path: string, who?: Visitor) => {
      const cookies = new Map([...(options.cookies ?? []), ...(who?.cookies ?? [])])
      const window = await openPage(stack.url + path, { ...options, cookies })
      complaints.push(window.complaints)
      return window.page
    }
    const look = async (page: Page, where: string) => {
      faults.push(...(await faultsOf(page, where, options)))
    }

    const stranger = await open(`/posts/${id}`)
    const link = stranger.locator(`a[href="/reports/post/${id}"]`)
    if (!(await link.isVisible())) await stranger.locator('details', { has: link }).locator('summary').click()
    await link.click()
    await stranger.locator('[name=reason]').selectOption('rule')
    await stranger.locator('[name=text]').fill('This is about somebody who cannot answer.')
    await look(stranger, 'report')
    await stranger.locator('main form button.primary').click()
    await stranger.waitForURL(/\?sent$/)
    await look(stranger, 'reported')

    const keeper = await open('/moderation/queue', moderator)
    await look(keeper, 'queue')
    await keeper.locator(`#post-${id} a`).click()
    await keeper.locator('[name=act]').selectOption('hide')
    await keeper.locator('[name=reason]').fill('It is about somebody who cannot answer')
    await look(keeper, 'thing')
    await keeper.locator('main form.card button.primary').click()
    await keeper.locator('[name=act] option[value=show]').waitFor({ state: 'attached' })
    await look(keeper, 'hidden thing')
    const during = await stranger.goto(`${stack.url}/posts/${id}`)
    await look(stranger, 'hidden post')

    const author = await open('/statements', ana.visitor)
    await look(author, 'statement')
    await author.locator('main article.card summary').click()
    await author.locator('main article.card [name=text]').fill('He asked me to write it.')
    await look(author, 'appeal')
    await author.locator('main article.card button').click()
    await author.locator('main article.card form').waitFor({ state: 'detached' })
    const statement = (await author.locator('main article.card').getAttribute('id')) ?? ''
    const number = statement.replace('action-', '')

    await keeper.goto(`${stack.url}/moderation/queue`)
    const own = await keeper.locator(`#appeal-${number} form`).count()
    await look(keeper, 'own appeal')
    const judge = await open('/moderation/queue', admin)
    await judge.locator(`#appeal-${number} [name=answer]`).fill('We asked him: he did')
    await look(judge, 'appeals')
    await judge.locator(`#appeal-${number} button[value=undo]`).click()
    await judge.locator(`#appeal-${number}`).waitFor({ state: 'detached' })
    await author.goto(`${stack.url}/statements`)
    await look(author, 'undone')
    const after = await stranger.goto(`${stack.url}/posts/${id}`)
    await look(stranger, 'post again')
    await stranger.goto(`${stack.url}/moderation`)
    await look(stranger, 'log')

    expect([during?.status(), after?.status()]).toEqual([410, 200])
    expect(own).toBe(0)
    expect(await author.locator('main article.card').textContent()).toContain('We asked him: he did')
    expect(await stranger.locator('main').textContent()).toContain('We asked him: he did')
    // That a page is gone the browser reports, too.
    expect([faults, complaints.flat().filter((each) => !each.includes('410'))]).toEqual([[], []])
  },
)

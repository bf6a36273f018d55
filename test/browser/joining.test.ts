import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { faultsOf } from '../support/browser/faults.ts'
import { signIn } from '../support/browser/member.ts'
import { openPage } from '../support/browser/window.ts'
import { windows } from '../support/browser/windows.ts'
import { type Stack, startStack } from '../support/servers/stack.ts'
import { adminOf } from '../support/site/admin.ts'
import { newName, password } from '../support/site/page.ts'
import { newVisitor } from '../support/site/visitor.ts'

setDefaultTimeout(120_000)

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ replicas: 1, env: { READ: 'members', SIGN_UP: 'apply' } })
})

async function openAdmin(path: string): Promise<Page> {
  const { page } = await openPage(stack.url + path)
  const { username, password } = adminOf(stack)
  await signIn(page, username, password)
  await page.waitForURL(stack.url + path)
  return page
}

const isIn = (page: Page, name: string) => page.locator('.account', { hasText: name }).waitFor()

test.each(windows)('a stranger of a closed board applies, is accepted, and reads: %s', async (_, options) => {
  const name = newName('bo')
  const { page } = await openPage(`${stack.url}/?before=30`, options)
  const ways = await page.locator('nav a').count()
  await page.locator('main a[href^="/signup"]').click()
  await page.locator('[name=answer]').fill('I live in Elm Street.')
  await signIn(page, name, password)
  await page.waitForURL(/\?applied$/)
  const told = await faultsOf(page, options)
  await page.goto(`${stack.url}/login`)
  await signIn(page, name, password)
  await page.locator('#password-error').waitFor()

  const admin = await openAdmin('/applications')
  const faults = [...told, ...(await faultsOf(admin))]
  const card = admin.locator('section.card', { hasText: name })
  const answer = await card.locator('.plain').textContent()
  await card.getByRole('button', { name: 'Accept' }).click()
  await admin.locator('section.card', { hasText: name }).waitFor({ state: 'detached' })
  await signIn(page, name, password)
  await isIn(page, name)

  expect(ways).toBe(3)
  expect(answer?.trim()).toBe('I live in Elm Street.')
  expect(faults).toEqual([])
  await page.goto(stack.url)
  expect(await page.locator('main article').count()).toBeGreaterThan(5)
})

test.each(windows)(
  'somebody who is invited joins, and the next one reads why not: %s',
  async (_, options) => {
    const name = newName('cem')
    const admin = await openAdmin('/admin/joining')
    const faults = await faultsOf(admin)
    await admin.locator('form[action="/admin/invites"] [name=note]').fill('The choir')
    await admin.getByRole('button', { name: 'Make an invitation' }).click()
    const link = (await admin.locator('pre code').textContent()) ?? ''

    const { page } = await openPage(link, options)
    faults.push(...(await faultsOf(page, options)))
    await signIn(page, name, password)
    await isIn(page, name)
    const late = await openPage(link, options)
    faults.push(...(await faultsOf(late.page, options)))
    await admin.goto(`${stack.url}/admin/joining`)

    expect(faults).toEqual([])
    expect(await late.page.locator('#account').count()).toBe(0)
    expect(await admin.locator('table').textContent()).toContain(name)
  },
)

test('what a member has read through HAProxy a stranger gets from no cache', async () => {
  const member = newVisitor(stack.url)
  const { username, password } = adminOf(stack)
  await member.post('/login', { username, password })
  const paths = ['/', '/feed', '/posts/1', '/api/posts', '/api/posts/1', '/market']

  const answers = []
  for (const path of paths) {
    const [own, again] = [await member.get(path), await member.get(path)]
    const theirs = await newVisitor(stack.url).get(path)
    answers.push([
      path,
      own.status,
      again.headers.get('x-cache'),
      theirs.status,
      theirs.headers.get('x-cache'),
    ])
  }

  expect(answers).toEqual(paths.map((path) => [path, 200, 'BYPASS', 303, 'BYPASS']))
})

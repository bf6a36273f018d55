import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { faultsOf } from '../support/browser/faults.ts'
import { signIn } from '../support/browser/member.ts'
import { openPage } from '../support/browser/window.ts'
import { windows } from '../support/browser/windows.ts'
import { type Stack, startStack } from '../support/servers/stack.ts'
import { adminOf } from '../support/site/admin.ts'
import { newName, password } from '../support/site/page.ts'
import { newVisitor } from '../support/site/visitor.ts'

setDefaultTimeout(120_000)

const newThing = (of: string) => `${of}${crypto.randomUUID().slice(0, 8)}`

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ replicas: 1 })
})

test.each(windows)('a group gets a room, and nobody else finds it: %s', async (_, options) => {
  const [bo, group, room] = [newName('bo'), newThing('choir'), newThing('room')]
  const member = newVisitor(stack.url)
  await member.post('/signup', { username: bo, password })
  const { page: admin } = await openPage(`${stack.url}/admin/groups`, options)
  const root = adminOf(stack)
  await signIn(admin, root.username, root.password)
  await admin.waitForURL(`${stack.url}/admin/groups`)

  const faults = await faultsOf(admin, options)
  await admin.locator('main form [name=name]').fill(group)
  await admin.locator('main form button.primary').click()
  await admin.getByRole('link', { name: group }).click()
  await admin.waitForURL(/\/admin\/groups\/\d+$/)
  await admin.locator('[name=member]').fill(bo)
  await admin.locator('form.row-form button').click()
  await admin.locator('tbody', { hasText: bo }).waitFor()
  faults.push(...(await faultsOf(admin, options)))

  await admin.goto(`${stack.url}/admin/categories`)
  await admin.locator('#category-name').fill(room)
  await admin.locator('#add-category button').click()
  const row = admin.locator('tr', { hasText: room })
  await row.locator('a[href$="/door"]').click()
  await admin.waitForURL(/\/door$/)
  faults.push(...(await faultsOf(admin, options)))
  await admin.locator('[name=readBy][value=groups]').check()
  await admin.locator('label', { hasText: group }).first().locator('input').check()
  await admin.locator('main form button.primary').click()
  await admin.waitForURL(/\/admin\/categories$/)

  const posted = await member.post('/posts', { category: room, title: 'Rehearsal', body: 'On Tuesday' })
  const at = stack.url + (posted.headers.get('location') ?? '')
  const { page } = await openPage(at, options)
  const asked = new URL(page.url()).pathname
  faults.push(...(await faultsOf(page, options)))
  await signIn(page, bo, password)
  await page.waitForURL(at)
  const title = await page.locator('main h1').first().textContent()
  faults.push(...(await faultsOf(page, options)))
  await page.goto(`${stack.url}/feeds`)
  await page.locator('main form button').click()
  const feed = await page.locator('input[readonly]').inputValue()
  faults.push(...(await faultsOf(page, options)))
  const read = await (await fetch(feed)).text()

  await admin.goto(`${stack.url}/admin/groups`)
  await admin.getByRole('link', { name: group }).click()
  await admin.locator('td.actions button').click()
  await admin.locator('.empty').waitFor()
  const gone = await page.goto(at)

  expect(faults).toEqual([])
  expect([asked, title?.trim(), gone?.status()]).toEqual(['/login', 'Rehearsal', 404])
  expect(read).toContain('Rehearsal')
})

test('what a member has read of it through HAProxy a stranger gets from no cache', async () => {
  const root = newVisitor(stack.url)
  const { username, password: secret } = adminOf(stack)
  await root.post('/login', { username, password: secret })
  const room = newThing('room')
  await root.post('/admin/categories', { name: room })
  const page = await (await root.get('/admin/categories')).text()
  const id = page.match(new RegExp(`category-(\\d+)"(?:(?!<tr)[\\s\\S])*?${room}`))?.[1]
  await root.post(`/admin/categories/${id}/door`, { readBy: 'members', writeBy: 'members' })
  const canary = newThing('canary')
  const posted = await root.post('/posts', { category: room, title: canary, body: `#${canary}` })
  const post = posted.headers.get('location') ?? ''
  const paths = [
    '/',
    '/feed',
    '/api/posts',
    post,
    `/api${post}`,
    `/c/${room}`,
    `/tags/${canary}`,
    '/categories',
  ]

  const told: string[] = []
  for (const path of paths) {
    const own = await (await root.get(path)).text()
    await root.get(path)
    const answers = [await fetch(stack.url + path), await fetch(stack.url + path)]
    const theirs = (await Promise.all(answers.map((answer) => answer.text()))).join()
    if (![canary, room].some((word) => own.includes(word))) told.push(`${path} is not shown to who may`)
    if ([canary, room].some((word) => !path.includes(word) && theirs.includes(word))) told.push(path)
  }

  expect(id).toBeDefined()
  expect(told).toEqual([])
})

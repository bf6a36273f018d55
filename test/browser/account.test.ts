import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import sharp from 'sharp'
import { openPage, phone } from '../support/browser/window.ts'
import { type Stack, sharedStack } from '../support/servers/stack.ts'
import { newName, password } from '../support/site/page.ts'
import { newVisitor } from '../support/site/visitor.ts'

setDefaultTimeout(120_000)

let stack: Stack
beforeAll(async () => {
  stack = await sharedStack()
})

async function signUp(options = {}) {
  const window = await openPage(`${stack.url}/signup`, options)
  await window.page.fill('[name=username]', newName('ana'))
  await window.page.fill('[name=password]', password)
  await window.page.click('button[type=submit] >> text=Join')
  await window.page.waitForURL(`${stack.url}/`)
  return window
}

/** Sent in 1.2 MB, as a camera's are, and kept in a few: others measure the front page that it is on. */
const picture = () =>
  sharp({ create: { width: 800, height: 500, channels: 3, background: '#2f7d4f' } })
    .png({ compressionLevel: 0 })
    .toBuffer()

test.each([
  ['with htmx', {}],
  ['without JavaScript, on a phone', { javaScript: false, ...phone }],
])('a member posts a picture %s', async (_, options) => {
  const { page, complaints } = await signUp(options)
  const title = `A green field ${crypto.randomUUID()}`

  await page.click('text=Write a post')
  await page.fill('[name=title]', title)
  await page.fill('#new-post [name=body]', 'As far as one can see.')
  await page.setInputFiles('[name=image]', {
    name: 'field.png',
    mimeType: 'image/png',
    buffer: await picture(),
  })
  await page.fill('[name=alt]', 'A green field')
  await page.click('#new-post button[type=submit]')
  await page.waitForSelector(`text=${title}`)

  const shown = page.locator('img[alt="A green field"]').first()
  await shown.scrollIntoViewIfNeeded()
  await page.waitForFunction(() => document.querySelector<HTMLImageElement>('img.picture')?.naturalWidth)
  expect(complaints).toEqual([])
})

test.each([
  ['with htmx', {}],
  ['without JavaScript, on a dark phone', { javaScript: false, dark: true, ...phone }],
])('a member changes the password %s, and reads beside the field what is wrong', async (_, options) => {
  const { page } = await signUp(options)
  await page.goto(`${stack.url}/account`)
  const change = async (current: string, to: string) => {
    await page.fill('[name=current]', current)
    await page.fill('#password-form [name=password]', to)
    await page.click('#password-form button')
  }

  await change('not my password at all', 'a quite different one')
  const error = await page.textContent('#current-error')
  await change(password, 'a quite different one')
  await page.waitForSelector('text=Your password is changed.')

  expect(error).toContain('This is not your password.')
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
})

test('a member without JavaScript, on a phone, signs out elsewhere with the password', async () => {
  const { page } = await signUp({ javaScript: false, ...phone })
  const name = await page.locator('.account a[href^="/users/"]').textContent()
  await newVisitor(stack.url).post('/login', { username: name ?? '', password })
  await page.goto(`${stack.url}/account`)
  const signOut = page.locator('main li button')

  await page.locator('main [name=confirm]').first().press('Enter')
  await page.locator('main [name=confirm]').first().fill('not my password at all')
  await signOut.click()
  const error = await page.textContent('#confirm-error')
  await page.locator('main [name=confirm]').first().fill(password)
  await signOut.click()

  expect(error).toContain('This is not your password.')
  expect(await signOut.count()).toBe(0)
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
})

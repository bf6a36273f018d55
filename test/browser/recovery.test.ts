import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { openPage, phone } from '../support/browser/window.ts'
import { type Stack, sharedStack } from '../support/servers/stack.ts'
import { newName, password } from '../support/site/page.ts'
import { mailedLink } from '../support/site/sent-mail.ts'

setDefaultTimeout(120_000)

let stack: Stack
beforeAll(async () => {
  stack = await sharedStack()
})

test.each([
  ['with JavaScript', {}],
  ['without, on a dark phone', { javaScript: false, dark: true, ...phone }],
])('who forgot the password comes in again by mail, %s', async (_, options) => {
  const [name, address] = [newName('ana'), `${newName('ana')}@board.example`]
  const joining = await openPage(`${stack.url}/signup`, options)
  await joining.page.fill('[name=username]', name)
  await joining.page.fill('[name=password]', password)
  await joining.page.fill('[name=address]', address)
  await joining.page.click('button[type=submit] >> text=Join')
  await joining.page.waitForURL(`${stack.url}/`)
  await joining.page.goto(stack.url + (await mailedLink(stack, address, 'address')))
  await joining.page.click('text=This is my address')
  await joining.page.waitForSelector('text=This address is confirmed.')

  const { page, complaints } = await openPage(`${stack.url}/login`, options)
  await page.click('text=Forgot your password?')
  await page.fill('[name=address]', address)
  await page.click('text=Send me a link')
  await page.waitForSelector('text=If an account has this address')
  await page.goto(stack.url + (await mailedLink(stack, address, 'password')))
  await page.fill('[name=password]', 'a quite different one')
  await page.click('text=Set it')
  await page.waitForSelector('text=Your password is changed.')

  expect(await page.textContent('main')).toContain(address)
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  expect(complaints).toEqual([])
})

test('a member gives an address on a phone, and is told beside the field what is none', async () => {
  const { page } = await openPage(`${stack.url}/signup`, { javaScript: false, ...phone })
  await page.fill('[name=username]', newName('bo'))
  await page.fill('[name=password]', password)
  await page.click('button[type=submit] >> text=Join')
  await page.goto(`${stack.url}/account`)
  const form = page.locator('form[action="/account/address"]')

  await form.locator('[name=address]').fill('bo@board..example')
  await form.locator('[name=confirm]').fill(password)
  await form.evaluate((element: HTMLFormElement) => element.setAttribute('novalidate', ''))
  await form.locator('button.primary').click()
  const error = await page.textContent('#address-error')
  await form.locator('[name=address]').fill('bo@board.example')
  await form.locator('[name=confirm]').fill(password)
  await form.locator('button.primary').click()
  await page.waitForSelector('text=A mail with a link is on its way')

  expect(error).toContain('This is no address for mail.')
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
})

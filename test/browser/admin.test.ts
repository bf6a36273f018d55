import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { axeFaults } from '../support/browser/faults.ts'
import {
  isSameDocument,
  markDocument,
  openPage,
  phone,
  type WindowOptions,
} from '../support/browser/window.ts'
import { once } from '../support/servers/services.ts'
import { type Stack, sharedStack } from '../support/servers/stack.ts'
import { adminOf } from '../support/site/admin.ts'
import { newName, password } from '../support/site/page.ts'
import { newVisitor } from '../support/site/visitor.ts'

setDefaultTimeout(120_000)

let stack: Stack
beforeAll(async () => {
  stack = await sharedStack()
})

const pages = [
  '/market',
  '/market/orders',
  '/admin',
  '/admin/import',
  '/admin/orders',
  '/admin/payment',
  '/admin/windows',
  '/admin/categories',
  '/admin/members',
  '/admin/joining',
  '/admin/posts',
  '/admin/mail',
  '/admin/site',
  '/admin/overview',
]

describe('an admin with JavaScript', () => {
  test('adds an item, sets it, changes it in place and removes it, all on one page', async () => {
    const { page, complaints } = await admin()
    const name = newItem()
    await markDocument(page)

    await add(page, name, '4', '2.99')
    await page.getByText(`${name} is new in the market.`).waitFor()
    await add(page, name, '9', '2.99')
    await page.getByText(`${name} was there already: its quantity is 9 now`).waitFor()
    await row(page, name).getByRole('link', { name: 'Edit' }).click()
    await editForm(page).locator('[name=price]').fill('3.5')
    await editForm(page).getByRole('button', { name: 'Save' }).click()
    await row(page, name).getByText('€3.50').waitFor()
    const changed = await row(page, name).textContent()
    page.on('dialog', (dialog) => dialog.accept())
    await row(page, name).getByRole('button', { name: 'Remove' }).click()
    await page.getByText(`${name} is no longer sold.`).waitFor()

    expect(changed).toContain('9')
    expect(await row(page, name).count()).toBe(0)
    expect(await isSameDocument(page)).toBe(true)
    expect(complaints).toEqual([])
  })

  test('gives and takes a role with the password, typed once', async () => {
    const { page, complaints } = await admin({}, '/admin/members')
    const bo = newName('bo')
    await newVisitor(stack.url).post('/signup', { username: bo, password })
    await page.goto(`${stack.url}/admin/members?q=${bo}`)
    page.on('dialog', (dialog) => dialog.accept())
    await markDocument(page)

    await page.getByRole('button', { name: `Make admin: ${bo}` }).click()
    await page.getByText('This is not your password.').waitFor()
    await page.locator('#change-member [name=confirm]').fill(adminOf(stack).password)
    await page.getByRole('button', { name: `Make admin: ${bo}` }).click()
    await page.getByRole('button', { name: `Make member: ${bo}` }).click()
    await page.getByRole('button', { name: `Make admin: ${bo}` }).waitFor()

    expect(await isSameDocument(page)).toBe(true)
    expect(complaints.filter((each) => !each.includes('422'))).toEqual([])
  })

  test('sees what is wrong at its field and keeps what was typed', async () => {
    const { page } = await admin()
    await markDocument(page)

    await add(page, newItem(), '1.5', '2')
    await page.locator('#new-quantity-error').waitFor()

    expect(await page.locator('#new-price').inputValue()).toBe('2')
    expect(await page.locator('#new-quantity').getAttribute('aria-describedby')).toBe('new-quantity-error')
    expect(await isSameDocument(page)).toBe(true)
  })

  test('gets a row back as it was on cancel', async () => {
    const { page } = await admin()
    const name = newItem()
    await add(page, name, '4', '2.99')
    await row(page, name).getByRole('link', { name: 'Edit' }).click()
    await editForm(page).locator('[name=price]').fill('100')

    await editForm(page).getByRole('link', { name: 'Cancel' }).click()
    await row(page, name).waitFor()

    expect(await row(page, name).textContent()).toContain('€2.99')
  })

  test('brings in a file and reads what came of each row', async () => {
    const { page, complaints } = await admin({}, '/admin/import')
    const name = newItem()
    await markDocument(page)

    await sendFile(page, `name,quantity,price\n${name},3,1.00\nwrong,-1,1\n`)
    await page.getByText('Nothing was stored: 1 row is wrong.').waitFor()
    await page.locator('[name=partial]').check()
    await sendFile(page, `name,quantity,price\n${name},3,1.00\nwrong,-1,1\n`)
    await page.getByText('1 added, 0 changed, 0 as they were, 1 left out.').waitFor()

    expect(await isSameDocument(page)).toBe(true)
    // The browser reports each 422.
    expect(complaints.filter((each) => !each.includes('422'))).toEqual([])
  })

  test("completes a member's order on the spot", async () => {
    const { page } = await admin()
    const name = newItem()
    await add(page, name, '4', '2.99')
    await page.getByText(`${name} is new`).waitFor()
    const buyer = await member()
    await order(buyer.page, name)
    await buyer.page.getByText(`Ordered: 1 × ${name}.`).waitFor()

    await page.goto(`${stack.url}/admin/orders`)
    const card = page.locator('.order', { hasText: name })
    await markDocument(page)
    await card.getByRole('button', { name: 'Complete' }).click()
    await card.getByText('Completed').waitFor()

    expect(await isSameDocument(page)).toBe(true)
    expect(await card.locator('button').count()).toBe(0)
  })
})

describe('a member with JavaScript', () => {
  test('finds an item while typing, orders it in place and cancels the order', async () => {
    const name = newItem()
    await add((await admin()).page, name, '4', '2.99')
    const { page, complaints } = await member()
    await markDocument(page)

    await page.locator('#market-q').pressSequentially(name)
    await page.getByText('1 item found').waitFor()
    await order(page, name)
    await page.getByText(`Ordered: 1 × ${name}.`).waitFor()
    const left = await page.locator('.item', { hasText: name }).textContent()
    const stayed = await isSameDocument(page)
    page.on('dialog', (dialog) => dialog.accept())
    await page.goto(`${stack.url}/market/orders`)
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('Cancelled').waitFor()

    expect(left).toContain('Only 3 left')
    expect(stayed).toBe(true)
    expect(complaints).toEqual([])
  })
})

test.each([true, false])(
  'an admin makes a link for a new password on a phone, JavaScript: %s',
  async (javaScript) => {
    const bo = newName('bo')
    await newVisitor(stack.url).post('/signup', { username: bo, password })
    const { page, complaints } = await admin({ ...phone, javaScript }, `/admin/members?q=${bo}`)

    await page.locator('#change-member [name=confirm]').fill(adminOf(stack).password)
    await page.getByRole('button', { name: `Password link: ${bo}` }).click()
    await page.getByText('This is shown once. Copy it now.').waitFor()
    const link = (await page.locator('pre code').textContent()) ?? ''
    const width = await page.evaluate('document.documentElement.scrollWidth')
    await page.goto(link)

    expect(new URL(link).origin).toBe(new URL(stack.url).origin)
    expect(width).toBe(phone.width)
    await page.getByText(`For the account ${bo}.`).waitFor()
    expect(complaints).toEqual([])
  },
)

describe('without JavaScript', () => {
  test('an admin adds, sets, changes and removes an item', async () => {
    const { page } = await admin({ javaScript: false })
    const name = newItem()

    await add(page, name, '4', '2.99')
    const added = await page.locator('.done').textContent()
    await add(page, name, '9', '2.99')
    const set = await page.locator('.done').textContent()
    await row(page, name).getByRole('link', { name: 'Edit' }).click()
    await editForm(page).locator('[name=price]').fill('3.5')
    await editForm(page).getByRole('button', { name: 'Save' }).click()
    const changed = await row(page, name).textContent()
    await row(page, name).getByRole('button', { name: 'Remove' }).click()

    expect(added).toBe(`${name} is new in the market.`)
    expect(set).toContain('its quantity is 9 now')
    expect(changed).toContain('€3.50')
    expect(await page.locator('.done').textContent()).toBe(`${name} is no longer sold.`)
  })

  test('an admin sees what is wrong at its field', async () => {
    const { page } = await admin({ javaScript: false })

    await add(page, newItem(), 'many', '2')

    expect(await page.locator('#new-quantity-error').textContent()).toContain('A whole number')
    expect(await page.locator('#new-quantity').inputValue()).toBe('many')
  })

  test('an admin brings in a file', async () => {
    const { page } = await admin({ javaScript: false }, '/admin/import')

    await sendFile(page, `name,quantity,price\n${newItem()},3,1.00\n`)

    expect(await page.locator('#report-title').textContent()).toBe('1 added, 0 changed, 0 as they were.')
  })

  test('a member orders and cancels', async () => {
    const name = newItem()
    await add((await admin({ javaScript: false })).page, name, '4', '2.99')
    const { page } = await member({ javaScript: false })

    await page.goto(`${stack.url}/market?q=${name}`)
    await order(page, name)
    const ordered = await page.locator('.order').textContent()
    await page.getByRole('button', { name: 'Cancel' }).click()

    expect(page.url()).toBe(`${stack.url}/market/orders`)
    expect(ordered).toContain(`1 × ${name}`)
    expect(await page.locator('.order').textContent()).toContain('Cancelled')
  })
})

describe('every page of the market and of admins', () => {
  test.each(pages)('%s needs no scrolling to the side on a phone', async (path) => {
    const { page } = await admin(phone, path)

    const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement)

    expect(scrollWidth).toBe(clientWidth)
  })

  test.each(pages)('%s shuts nobody out, in the light and in the dark', async (path) => {
    const { page, complaints } = await admin({}, path)

    for (const isDark of [false, true]) {
      await page.emulateMedia({ colorScheme: isDark ? 'dark' : 'light' })

      const faults = await axeFaults(page, isDark ? { rules: ['color-contrast'] } : {})

      expect(faults).toEqual([])
      expect(complaints).toEqual([])
    }
  })
})

const newItem = () => newName('ana').replace('ana', 'Thing')

const admin = async (options: WindowOptions = {}, path = '/admin') =>
  openPage(stack.url + path, { ...options, cookies: await cookiesOfAdmin() })

const cookiesOfAdmin = once(async () => {
  const visitor = newVisitor(stack.url)
  await visitor.post('/login', adminOf(stack))
  return visitor.cookies
})

/** A window on the market of somebody who just joined. */
async function member(options: WindowOptions = {}) {
  const window = await openPage(`${stack.url}/signup`, options)
  await signIn(window.page, newName('bo'), password)
  await window.page.goto(`${stack.url}/market`)
  return window
}

async function signIn(page: Page, name: string, secret: string): Promise<void> {
  await page.locator('#account [name=username]').fill(name)
  await page.locator('#account [name=password]').fill(secret)
  await page.locator('#account button').click()
  await page.locator('.account', { hasText: name }).waitFor()
}

async function add(page: Page, name: string, quantity: string, price: string): Promise<void> {
  await page.locator('#new-name').fill(name)
  await page.locator('#new-quantity').fill(quantity)
  await page.locator('#new-price').fill(price)
  await page.locator('#add-item button').click()
}

const row = (page: Page, name: string) => page.locator('tbody tr', { hasText: name })
const editForm = (page: Page) => page.locator('.is-edited form')

async function order(page: Page, name: string): Promise<void> {
  await page.locator('.item', { hasText: name }).getByRole('button', { name: 'Order' }).click()
}

async function sendFile(page: Page, content: string): Promise<void> {
  const file = { name: 'items.csv', mimeType: 'text/csv', buffer: Buffer.from(content) }
  await page.locator('[name=file]').setInputFiles(file)
  await page.getByRole('button', { name: 'Import' }).click()
}

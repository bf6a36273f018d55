import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import sharp from 'sharp'
import { axeFaults } from '../support/browser/faults.ts'
import { openPage } from '../support/browser/window.ts'
import { fewWindows } from '../support/browser/windows.ts'
import { type Stack, sharedStack } from '../support/servers/stack.ts'
import { adminOf } from '../support/site/admin.ts'
import { newName } from '../support/site/page.ts'
import { newVisitor, type Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(120_000)

let stack: Stack
let root: Visitor
beforeAll(async () => {
  stack = await sharedStack()
  root = newVisitor(stack.url)
  await root.post('/login', adminOf(stack))
})

test.each(fewWindows)('an admin says what an item is, and orders a variant: %s', async (_, options) => {
  const name = newName('cem').replace('cem', 'Honey')
  await root.post('/admin/items', { name, quantity: '0', price: '4.50' })
  const cookies = new Map([...root.cookies, ...(options.cookies ?? [])])
  const { page, complaints } = await openPage(`${stack.url}/admin`, { ...options, cookies })
  // Axe is a script of the page.
  const faultsOf = async () => (options.javaScript === false ? [] : axeFaults(page))
  const isWide = async () => {
    const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement)
    return scrollWidth > clientWidth
  }

  await page.locator('tbody th a', { hasText: name }).click()
  await page.locator('main [name=category]').fill('Larder')
  await page.locator('main [name=unit]').fill('jar')
  await page.locator('main [name=mostEach]').fill('3')
  await page.locator('main [name=description]').fill('From *our* bees')
  await page.locator('form[action$="/details"] button').click()
  for (const alt of ['A jar', 'A bee']) {
    await page.locator('main [name=image]').setInputFiles(await photo())
    await page.locator('form[action$="/pictures"] [name=alt]').fill(alt)
    await page.locator('form[action$="/pictures"] button').click()
    await page.locator(`img[alt="${alt}"]`).waitFor()
  }
  await page.locator('[value=later]').first().click()
  await page.locator('main section img').first().and(page.locator('[alt="A bee"]')).waitFor()
  await page.locator('#variant-name').fill(`${name}, 500 g`)
  await page.locator('#variant-quantity').fill('5')
  await page.locator('#variant-price').fill('4.50')
  await page.locator('form[action$="/variants"] button').click()
  await page
    .locator('#variants tbody a', { hasText: `${name}, 500 g` })
    .first()
    .waitFor()
  const faults = [await isWide(), ...(await faultsOf())]

  await page.goto(`${stack.url}/market?q=${name}`)
  faults.push(await isWide(), ...(await faultsOf()))
  await page.locator('.item h2 a').click()
  await page.locator('h1', { hasText: name }).waitFor()
  faults.push(await isWide(), ...(await faultsOf()))
  const alts = await page
    .locator('img.large')
    .evaluateAll((all) => all.map((each) => each.getAttribute('alt')))
  await page.locator('.buy button').click()
  await page.locator('.done, .order').first().waitFor()

  expect(faults.filter((fault) => fault !== false)).toEqual([])
  expect(alts).toEqual(['A bee', 'A jar'])
  expect(await page.locator('.body em').count()).toBe(page.url().includes('/orders') ? 0 : 1)
  expect(complaints).toEqual([])
})

let shade = 0
async function photo() {
  const background = { r: 200, g: 150, b: Date.now() % 200 }
  const buffer = await sharp({ create: { width: 600 + ++shade, height: 400, channels: 3, background } })
    .jpeg()
    .toBuffer()
  return { name: 'photo.jpg', mimeType: 'image/jpeg', buffer }
}

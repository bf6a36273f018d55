import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { faultsOf } from '../support/browser/faults.ts'
import { openMember } from '../support/browser/member.ts'
import { openPage } from '../support/browser/window.ts'
import { fewWindows } from '../support/browser/windows.ts'
import { readPdf } from '../support/pdf.ts'
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

const invoices = ['Invoice', 'فاتورة', 'Rechnung']

test.each(fewWindows)('an order is transferred, noted as paid and invoiced: %s', async (_, options) => {
  const name = newName('cem').replace('cem', 'Honey')
  await root.post('/admin/items', { name, quantity: '5', price: '4.50' })
  const cookies = new Map([...root.cookies, ...(options.cookies ?? [])])
  const { page: hers } = await openPage(`${stack.url}/admin/orders`, { ...options, cookies })
  const { page } = await openMember(stack.url, options)
  const faults: string[] = []
  const look = async (at: typeof page) => faults.push(...(await faultsOf(at, options)))

  await hers.locator('main a[href="/admin/payment"]').click()
  await hers.locator('[name=name]').fill('Village Shop')
  await hers.locator('[name=iban]').fill('DE88370400440532013000')
  await hers.locator('main form.stack button').click()
  await hers.locator('#iban-error').waitFor()
  await look(hers)
  await hers.locator('[name=iban]').fill('DE89 3704 0044 0532 0130 00')
  await hers.locator('main form.stack button').click()
  await hers.locator('main .done').waitFor()

  await page.goto(`${stack.url}/market?q=${name}`)
  await page.locator('.buy .primary').click()
  await page.locator('.done, .order').first().waitFor()
  await page.goto(`${stack.url}/market/orders`)
  await page.locator('.order h2 a').first().click()
  await page.locator('.qr svg').waitFor()
  await page.getByText('DE89 3704 0044 0532 0130 00').waitFor()
  await look(page)
  const number = new URL(page.url()).pathname.split('/').at(-1)

  await hers.goto(`${stack.url}/admin/orders?paid=no`)
  await look(hers)
  await hers.locator(`#order-${number} h2 a`).click()
  await hers.locator('form[action$="/paid"] button').click()
  await hers.locator('form[action$="/unpaid"]').waitFor()
  await look(hers)

  await page.reload()
  await page.locator('.order > .done').waitFor()
  await look(page)
  const downloading = page.waitForEvent('download')
  await page.locator('a[href$="/invoice.pdf"]').click()
  const text = await readPdf(await Bun.file(await (await downloading).path()).bytes())

  expect(invoices.filter((word) => text.includes(word))).toHaveLength(1)
  expect(text).toContain(name)
  expect(text).toContain('Village Shop')
  expect(faults).toEqual([])
})

import { afterEach, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
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

/** Other files order on this stack as they like. */
afterEach(async () => {
  await stack.sql('DELETE FROM window_orders')
  await stack.sql('DELETE FROM order_windows')
  const day = (n: number) => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 16)
  const window = { name: 'Last', timeZone: 'UTC', opens: day(1), closes: day(2) }
  await root.post('/admin/windows', { ...window, 'place-0': 'Barn', 'starts-0': day(3), 'ends-0': day(4) })
  const [id] = await stack.sql('SELECT id FROM order_windows')
  await root.post(`/admin/windows/${id}/remove`)
})

/** As a form has it, so many hours from now. */
const hoursOn = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString().slice(0, 16)

const invoices = ['Invoice', 'فاتورة', 'Rechnung']

test.each(fewWindows)(
  'from a window to an order, its packing, hand-over and invoice: %s',
  async (_, options) => {
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

    await hers.goto(`${stack.url}/admin/windows`)
    await hers.locator('main details summary').click()
    await look(hers)
    await hers.locator('main [name=timeZone]').selectOption('UTC')
    const typed = {
      ...{ name: 'Spring', opens: hoursOn(-1), closes: hoursOn(1) },
      ...{ 'place-0': 'Barn', 'starts-0': hoursOn(24), 'ends-0': hoursOn(25) },
      ...{ 'place-1': 'School', 'starts-1': hoursOn(26), 'ends-1': hoursOn(27) },
    }
    for (const [field, value] of Object.entries(typed))
      await hers.locator(`main details [name="${field}"]`).fill(value)
    await hers.locator('main details button.primary').click()
    await hers.locator('section.card .state.completed').waitFor()
    await look(hers)

    await page.goto(`${stack.url}/market?q=${name}`)
    await page.locator('.buy [name=pickup]').selectOption({ index: 1 })
    await look(page)
    await page.locator('.buy .primary').click()
    await page.locator('.done, .order').first().waitFor()
    await page.goto(`${stack.url}/market/orders`)
    await page.locator('.order [name=quantity-1]').fill('2')
    await page.locator('.order form.stack button').click()
    await page.locator('.order .total', { hasText: '9' }).waitFor()
    await look(page)
    await page.locator('.order h2 a').first().click()
    await page.locator('.qr svg').waitFor()
    await page.getByText('DE89 3704 0044 0532 0130 00').waitFor()
    await look(page)
    const number = new URL(page.url()).pathname.split('/').at(-1)

    await hers.locator('section.card div.actions a').click()
    await look(hers)
    await hers.locator('form[action$="/close"] button').click()
    await hers.locator('section.card a[href$="/packing"]').click()
    await hers.locator('.parcel', { hasText: name }).waitFor()
    await look(hers)
    await hers.emulateMedia({ media: 'print' })
    await look(hers)
    const onPaper = await hers.locator('.sheet').textContent()
    await hers.emulateMedia({ media: 'screen' })
    await hers.locator('form[action$="/ready"] button').click()
    await hers.locator('main .done').waitFor()
    await hers.goto(hers.url().replace(/packing$/, 'hand-over'))
    await look(hers)
    await hers.locator(`#order-${number} button`).click()
    await hers.locator(`#order-${number} .done`).waitFor()
    await look(hers)

    await hers.goto(`${stack.url}/admin/orders`)
    await hers.locator('main [name=q]').fill(name)
    await hers.locator('main [name=state]').selectOption('any')
    await hers.locator('main [name=paid]').selectOption('no')
    await hers.locator('main search button').click()
    await hers.locator(`#order-${number}`).waitFor()
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

    expect(onPaper).toContain(name)
    expect(invoices.filter((word) => text.includes(word))).toHaveLength(1)
    expect(text).toContain(name)
    expect(text).toContain('Village Shop')
    expect(faults).toEqual([])
  },
)

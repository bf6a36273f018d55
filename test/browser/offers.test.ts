import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import sharp from 'sharp'
import { faultsOf } from '../support/browser/faults.ts'
import { openMember } from '../support/browser/member.ts'
import { fewWindows } from '../support/browser/windows.ts'
import { type Stack, sharedStack } from '../support/servers/stack.ts'

setDefaultTimeout(120_000)

let stack: Stack
beforeAll(async () => {
  stack = await sharedStack()
})

async function photo(background: string) {
  const image = sharp({ create: { width: 320, height: 200, channels: 3, background } })
  return { name: 'photo.png', mimeType: 'image/png', buffer: await image.png().toBuffer() }
}

test.each(fewWindows)('a thing goes from for sale to gone: %s', async (_, options) => {
  const [ana, bo] = [await openMember(stack.url, options), await openMember(stack.url, options)]
  const { page } = ana
  const title = `A red bike ${crypto.randomUUID().slice(0, 8)}`
  const faults: string[] = []
  const look = async (at: typeof page) => faults.push(...(await faultsOf(at, options)))

  await page.goto(`${stack.url}/market`)
  await page.locator('main a[href="/offers"]').click()
  await page.locator('main a[href="/offers/new"]').click()
  await look(page)
  await page.locator('[name=kind]').selectOption('gift')
  await page.locator('[name=title]').fill(title)
  await page.locator('[name=body]').fill('It *rides*, and it rings.')
  await page.locator('[name=price]').fill('35')
  await page.locator('[name=place]').fill('Hill Street')
  await page.locator('main form.stack button.primary').click()
  await page.locator('#price-error').waitFor()
  await look(page)
  await page.locator('[name=kind]').selectOption('sale')
  await page.locator('[name=image]').setInputFiles(await photo('firebrick'))
  await page.locator('[name=alt]').fill('It leans on a wall')
  await page.locator('main form.stack button.primary').click()
  await page.waitForURL(/\/offers\/\d+$/)
  const address = page.url()
  await page
    .locator('details', { has: page.locator('[name=image]') })
    .locator('summary')
    .click()
  await page.locator('[name=image]').setInputFiles(await photo('teal'))
  await page.locator('[name=alt]').fill('Its bell')
  await page.locator('form[action$="/pictures"] button').click()
  await page.locator('.whole > .picture').nth(1).waitFor()
  await look(page)

  await bo.page.goto(`${stack.url}/offers?place=hill&kind=sale`)
  await look(bo.page)
  await bo.page.getByRole('link', { name: title }).click()
  await bo.page.locator('[name=message]').fill('Can I come on Monday?')
  await bo.page.locator('form[action$="/interest"] button').click()
  await bo.page.locator('form[action$="/interest/remove"]').waitFor()
  await look(bo.page)

  await page.goto(`${stack.url}/notices`)
  await page.locator(`main li a[href="${new URL(address).pathname}"]`).click()
  await page.locator('#interests', { hasText: 'Can I come on Monday?' }).waitFor()
  await look(page)
  await page.locator('#interests form button').click()
  await page.locator('#interests .tag').waitFor()
  await bo.page.reload()
  await bo.page.locator('#interest > .done').waitFor()
  await page.locator('button[name=state][value=gone]').click()
  await page.locator('button[name=state][value=open]').waitFor()
  await look(page)
  await bo.page.goto(`${stack.url}/offers?place=hill&state=gone`)
  await bo.page.getByRole('link', { name: title }).waitFor()
  await look(bo.page)

  expect(faults).toEqual([])
  expect([...ana.complaints, ...bo.complaints].filter((each) => !each.includes('422'))).toEqual([])
})

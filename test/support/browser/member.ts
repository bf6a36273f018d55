import type { Page } from 'playwright-core'
import { newName, password } from '../site/page.ts'
import { openPage, type WindowOptions } from './window.ts'

/** A window on the front page of somebody who just joined. */
export async function openMember(url: string, options: WindowOptions = {}) {
  const name = newName('ana')
  const window = await openPage(`${url}/signup`, options)
  await signIn(window.page, name, password)
  await window.page.locator('.account', { hasText: name }).waitFor()
  return { ...window, name }
}

export async function signIn(page: Page, name: string, secret: string): Promise<void> {
  await page.locator('#account [name=username]').fill(name)
  await page.locator('#account [name=password]').fill(secret)
  await page.locator('#account button').click()
}

/** Types a post into the form, which is open, and sends it. */
export async function write(page: Page, title: string, body: string): Promise<void> {
  await page.locator('#new-post [name=title]').fill(title)
  await page.locator('#new-post [name=body]').fill(body)
  await page.locator('#new-post button').click()
}

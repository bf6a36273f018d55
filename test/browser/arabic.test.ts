import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { axeFaults } from '../support/browser/faults.ts'
import { openPage, type WindowOptions } from '../support/browser/window.ts'
import { type Stack, sharedStack } from '../support/servers/stack.ts'
import { adminOf } from '../support/site/admin.ts'
import { categoryIn, newName, password } from '../support/site/page.ts'
import { newVisitor } from '../support/site/visitor.ts'

setDefaultTimeout(120_000)

const pages = {
  anyone: [
    '/',
    '/signup',
    '/login',
    '/forgot',
    '/market',
    '/audit',
    '/api/docs',
    '/nothing/here',
    ...['/?sort=hot', '/search', '/search?q=Some', '/search?q=Some&in=comments', '/status'],
    ...['/tags/English', '/comments/1/replies', '/posts/'],
  ],
  admin: [
    ...['/account', '/account/second-factor', '/account/passkeys', '/account/data', '/tokens'],
    '/market/orders',
    ...['/admin', '/admin/import', '/admin/orders'],
    ...[
      '/admin/categories',
      '/admin/members',
      '/admin/posts',
      '/admin/mail',
      '/admin/site',
      '/admin/overview',
      '/posts/',
      '/users/',
      '/c/',
    ],
    ...['/users/admin', '/comments/1/reply', '/edit', '/admin/comments/1/remove', '/status'],
  ],
}

let stack: Stack
let front: string
/** Where a post of the admin is. */
let own: string
beforeAll(async () => {
  stack = await sharedStack()
  await writeInArabic()
  front = await (await fetch(stack.url)).text()
})

describe('in Arabic', () => {
  test('everything is turned around by the choice at the foot of the page, and back', async () => {
    const { page, complaints } = await openPage(stack.url)

    await page.getByRole('button', { name: 'العربية' }).click()
    await page.getByRole('heading', { name: 'أحدث المنشورات' }).waitFor()
    const arabic = await sidesOf(page)
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('heading', { name: 'Newest posts' }).waitFor()
    const english = await sidesOf(page)

    expect(arabic).toEqual({ direction: 'rtl', brand: 'right' })
    expect(english).toEqual({ direction: 'ltr', brand: 'left' })
    expect(complaints).toEqual([])
  })

  test('a browser that asks for it gets it, and a like counts in place', async () => {
    const { page } = await openPage(`${stack.url}/login`)
    await page.setExtraHTTPHeaders({ 'accept-language': 'ar-EG,ar;q=0.9' })
    await page.goto(stack.url)
    const like = page.locator('.like').first()
    const before = Number(await like.locator('.count').textContent())

    await like.click()
    await page.waitForFunction(
      (count) => Number(document.querySelector('.like .count')?.textContent) > count,
      before,
    )

    expect(await like.getAttribute('aria-label')).toContain('إعجاب، العدد حتى الآن')
  })

  test.each(Object.keys(pages) as (keyof typeof pages)[])(
    'no page for %s needs scrolling to the side, in the smallest window',
    async (who) => {
      const { page } = await arabicFor(who)
      const tooWide: string[] = []

      for (const width of [320, 375]) {
        await page.setViewportSize({ width, height: 720 })
        for (const path of pages[who]) {
          await page.goto(addressOf(path))
          const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement)
          if (scrollWidth !== clientWidth) tooWide.push(`${path} at ${width}: ${scrollWidth}`)
        }
      }

      expect(tooWide).toEqual([])
    },
  )

  test.each(['/', '/market', '/account', '/account/second-factor'])('%s shuts nobody out', async (path) => {
    const { page } = await arabicFor('admin')
    await page.goto(stack.url + path)

    expect(await axeFaults(page)).toEqual([])
  })

  test.each(Object.keys(pages) as (keyof typeof pages)[])(
    'nothing is left in English for %s',
    async (who) => {
      const { page } = await arabicFor(who)
      const english: string[] = []

      for (const path of pages[who]) {
        const answer = await page.goto(addressOf(path))
        if (!answer?.ok() && path !== '/nothing/here') english.push(`${path}: ${answer?.status()}`)
        english.push(...(await page.evaluate(englishIn)).map((text) => `${path}: ${text}`))
      }

      expect(english).toEqual([])
    },
  )
})

async function arabicFor(who: keyof typeof pages, options: WindowOptions = {}) {
  const window = await openPage(`${stack.url}/login`, options)
  if (who === 'admin') {
    const { username, password } = adminOf(stack)
    await window.page.locator('[name=username]').fill(username)
    await window.page.locator('[name=password]').fill(password)
    await window.page.locator('main button').click()
    await window.page.waitForURL(`${stack.url}/`)
  }
  await window.page.locator('.languages [value=ar]').click()
  await window.page.locator('html[dir=rtl]').waitFor()
  return window
}

const sidesOf = (page: Page) =>
  page.evaluate(() => ({
    direction: getComputedStyle(document.body).direction,
    brand:
      (document.querySelector('.brand')?.getBoundingClientRect().x ?? 0) > innerWidth / 2 ? 'right' : 'left',
  }))

/**
 * Where a page of a kind is: those that end in a slash are the first of their kind that the front page links.
 */
function addressOf(path: string): string {
  if (path === '/edit') return `${stack.url}${own}/edit`
  if (path === '/' || !path.endsWith('/')) return stack.url + path
  return stack.url + front.match(new RegExp(`href="(${path}[^"]+)"`))![1]!
}

/**
 * Texts and labels of the page's own with two words of Latin letters in a row: what people wrote has its own
 * direction.
 */
function englishIn(): string[] {
  const isOurs = (element: Element) =>
    !element.closest('[dir=auto], [dir=ltr], [lang=en], bdi, code, [data-own], option')
  const found: string[] = []
  for (const element of document.body.querySelectorAll('*')) {
    if (!isOurs(element)) continue
    const texts = [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE)
    for (const { textContent } of texts) if (textContent) found.push(textContent)
    for (const name of ['aria-label', 'title', 'placeholder', 'data-label'])
      found.push((element.getAttribute(name) ?? '').replace(/\u2068.*?\u2069/gs, ''))
  }
  return found.filter((text) => /[A-Za-z]{3,} +[A-Za-z]{2,}/.test(text)).map((text) => text.trim())
}

/** Posts in both directions, with words longer than any window. */
async function writeInArabic(): Promise<void> {
  const bo = newVisitor(stack.url)
  await bo.post('/signup', { username: newName('bo'), password })
  const category = categoryIn(await (await bo.get('/')).text())
  await bo.post('/posts', {
    category,
    title: 'مرحبًا بالجميع في Agora!',
    body: 'نص عربي قصير.\n\nSome #English, too.',
  })
  const admin = newVisitor(stack.url)
  await admin.post('/login', adminOf(stack))
  const written = await admin.post('/posts', { category, title: 'Edited by me', body: 'نص' })
  own = new URL(written.headers.get('location') ?? '', stack.url).pathname
  await bo.post('/posts', { category, title: 'م'.repeat(200), body: `${'ن'.repeat(3_000)}\n`.repeat(3) })
}

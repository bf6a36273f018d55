import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { openMember, write } from '../support/browser/member.ts'
import { openPage, phone } from '../support/browser/window.ts'
import { type Stack, sharedStack } from '../support/servers/stack.ts'

setDefaultTimeout(120_000)

let stack: Stack
beforeAll(async () => {
  stack = await sharedStack()
})

test('a member without JavaScript joins, writes, comments, likes, edits, finds it and orders, on a phone', async () => {
  const { page, complaints, name } = await openMember(stack.url, { ...phone, javaScript: false })
  const word = `quince${name.slice(4).replaceAll('-', '')}`

  await page.locator('.composer > summary').click()
  await write(page, `Jam of ${word}`, 'Boil it *slowly*.')
  const written = page.url()
  await page.locator('#new-comment textarea').fill('Nobody asked, but it keeps for years.')
  await page.locator('#new-comment button').click()
  const said = await page.locator('.comment .body').textContent()
  await page.goto(written)
  await page.locator('.like').click()
  const likes = await page.locator('.like .count').textContent()
  await page.goto(written)
  await page.getByRole('link', { name: 'Edit this post' }).click()
  await page.locator('main [name=body]').fill('Boil it quickly.')
  await page.getByRole('button', { name: 'Save' }).click()
  const edited = await page.locator('article .body').textContent()
  await page.locator('.bar a', { hasText: 'Search' }).click()
  await page.locator('.find input').fill(word)
  await page.keyboard.press('Enter')
  await page.locator('#hits a', { hasText: word }).click()
  const found = page.url()
  await page.goto(`${stack.url}/market`)
  await page.locator('.item .primary').first().click()

  expect(said).toContain('Nobody asked')
  expect(likes).toBe('1')
  expect(edited).toContain('quickly')
  expect(found).toBe(written)
  expect(page.url()).toBe(`${stack.url}/market/orders`)
  expect(await page.locator('.order').count()).toBe(1)
  expect(complaints).toEqual([])
})

test('what is edited without a change stays as it was typed, without JavaScript', async () => {
  const { page } = await openMember(stack.url, { javaScript: false })
  const typed = {
    title: 'How to write &lt;b&gt; or &amp;amp; "so"',
    body: '\n</textarea> &lt;i&gt; &amp;amp;',
  }

  await page.locator('.composer > summary').click()
  await write(page, typed.title, typed.body)
  await page.getByRole('link', { name: 'Edit this post' }).click()
  const before = await valuesOf(page)
  await page.getByRole('button', { name: 'Save' }).click()
  const title = await page.locator('main h1').textContent()
  await page.getByRole('link', { name: 'Edit this post' }).click()

  expect(title).toBe(typed.title)
  expect(before).toEqual({ ...typed, body: typed.body.trim() })
  expect(await valuesOf(page)).toEqual(before)
})

const valuesOf = async (page: Page) =>
  Object.fromEntries(
    await page
      .locator('main :is([name=title], [name=body])')
      .evaluateAll((fields) =>
        fields.map((field) => [field.getAttribute('name'), (field as HTMLInputElement).value]),
      ),
  )

describe('with the keyboard alone', () => {
  test('the first stop is a link past the menus, which is seen and leads there', async () => {
    const { page } = await openPage(stack.url)

    await page.keyboard.press('Tab')
    const box = await page.locator('.skip').boundingBox()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')

    expect(box?.y).toBeGreaterThanOrEqual(0)
    expect(await page.evaluate(() => document.activeElement?.closest('main')?.id)).toBe('content')
  })

  test('every stop of the front page shows that it has the focus', async () => {
    const { page } = await openMember(stack.url)
    const unseen: string[] = []

    for (let stop = 0; stop < 30; stop++) {
      await page.keyboard.press('Tab')
      const { outline, what } = await focusOf(page)
      if (outline < 2) unseen.push(what)
    }

    expect(unseen).toEqual([])
  })

  test('a post is written', async () => {
    const { page } = await openMember(stack.url)
    await page.locator('.composer > summary').focus()

    await page.keyboard.press('Enter')
    await page.locator('#new-post [name=title]').focus()
    await page.keyboard.type('Only keys')
    await page.keyboard.press('Tab')
    await page.keyboard.type('No mouse was moved.')
    await page.locator('#new-post button').focus()
    await page.keyboard.press('Enter')

    await page.locator('#posts article', { hasText: 'Only keys' }).first().waitFor()
    expect(await page.locator('#posts article h2').first().textContent()).toBe('Only keys')
  })
})

test('text twice as large needs no scrolling to the side', async () => {
  const { page } = await openPage(stack.url, { width: 640 })
  const tooWide: string[] = []

  for (const path of ['/', '/posts/40', '/market', '/audit', '/login', '/search?q=bread']) {
    await page.goto(stack.url + path)
    await page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%'))
    const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement)
    if (scrollWidth !== clientWidth) tooWide.push(`${path}: ${scrollWidth}`)
  }

  expect(tooWide).toEqual([])
})

const focusOf = (page: Page) =>
  page.evaluate(() => {
    const focused = document.activeElement ?? document.body
    const { outlineStyle, outlineWidth } = getComputedStyle(focused)
    return {
      outline: outlineStyle === 'none' ? 0 : Number.parseFloat(outlineWidth),
      what: focused.outerHTML.slice(0, 100),
    }
  })

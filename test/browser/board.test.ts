import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { openMember, signIn, write } from '../support/browser/member.ts'
import { isSameDocument, markDocument, openPage } from '../support/browser/window.ts'
import { type Stack, sharedStack } from '../support/servers/stack.ts'
import { newName, password } from '../support/site/page.ts'

setDefaultTimeout(120_000)

let stack: Stack
beforeAll(async () => {
  stack = await sharedStack()
})

describe('with JavaScript', () => {
  test('a like raises the number without loading the page', async () => {
    const { page, complaints } = await openPage(stack.url)
    const like = page.locator('article .like').first()
    const before = await countOn(page)
    await markDocument(page)

    await like.click()
    await page.waitForFunction(
      (count) => document.querySelector('article .like .count')?.textContent === count,
      String(before + 1),
    )

    expect(await isSameDocument(page)).toBe(true)
    expect(complaints).toEqual([])
  })

  test('the keyboard stays on a button that was pressed', async () => {
    const { page } = await openPage(stack.url)
    const like = page.locator('article .like').nth(1)
    const id = await like.getAttribute('id')
    await like.focus()

    for (let presses = 1; presses <= 2; presses++) {
      const next = (await countOn(page, 1)) + 1
      await page.keyboard.press('Enter')
      await page.waitForFunction(
        ([button, count]) => document.querySelector(`#${button} .count`)?.textContent === count,
        [id, String(next)],
      )
    }

    expect(await page.evaluate(() => document.activeElement?.id)).toBe(id!)
  })

  test('a new post appears on top of the list without loading the page, and the form is empty again', async () => {
    const { page, complaints } = await openMember(stack.url)
    await page.locator('.composer > summary').click()
    await markDocument(page)

    await write(page, 'Fresh bread', 'Still warm.')
    await page.locator('#posts article', { hasText: 'Fresh bread' }).first().waitFor()

    expect(await page.locator('#posts article h2').first().textContent()).toBe('Fresh bread')
    expect(await page.locator('#new-post [name=title]').inputValue()).toBe('')
    expect(await isSameDocument(page)).toBe(true)
    expect(complaints).toEqual([])
  })

  test("a form's errors show in the form, which keeps what was typed", async () => {
    const { page } = await openMember(stack.url)
    await page.locator('.composer > summary').click()
    await markDocument(page)

    await write(page, '   ', 'Kept text')
    const error = page.locator('#new-post .error')
    await error.waitFor()

    expect(await error.textContent()).toBe('A post needs a title.')
    expect(await page.locator('#new-post [name=title]').getAttribute('aria-describedby')).toBe('title-error')
    expect(await page.locator('#new-post [name=body]').inputValue()).toBe('Kept text')
    expect(await isSameDocument(page)).toBe(true)
  })

  test('a wrong password is shown in the form', async () => {
    const { page } = await openPage(`${stack.url}/login`)
    await markDocument(page)

    await signIn(page, newName('bo'), 'not the password')
    await page.locator('#account .error').waitFor()

    expect(await isSameDocument(page)).toBe(true)
  })

  test("a post's text is never taken for a page's code", async () => {
    const { page, complaints } = await openMember(stack.url)
    const hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
    await page.locator('.composer > summary').click()

    await write(page, hostile, hostile)
    const title = page.locator('#posts article h2 a').first()
    await page.locator('#posts article', { hasText: 'onerror' }).first().waitFor()
    expect(await title.textContent()).toBe(hostile)
    await title.click()
    await page.locator('article.whole').waitFor()

    expect(await page.locator('article.whole img, article.whole script').count()).toBe(0)
    expect(await page.title()).toStartWith(hostile)
    expect(complaints).toEqual([])
  })
})

describe('without JavaScript', () => {
  test('a like raises the number', async () => {
    const { page } = await openPage(stack.url, { javaScript: false })
    const before = await countOn(page, 2)

    await page.locator('article .like').nth(2).click()

    expect(await countOn(page, 2)).toBe(before + 1)
    expect(page.url()).toBe(`${stack.url}/`)
  })

  test('a member joins, writes a post, signs out and in again', async () => {
    const { page, name } = await openMember(stack.url, { javaScript: false })
    await page.locator('.composer > summary').click()
    await write(page, 'Plain words', 'No script was run.')
    const written = await page.locator('article.whole h1').textContent()

    await page.getByRole('button', { name: 'Sign out' }).click()
    const signedOut = await page.locator('.account').textContent()
    await page.goto(`${stack.url}/login`)
    await signIn(page, name, password)

    expect(written).toBe('Plain words')
    expect(signedOut).toContain('Sign in')
    expect(await page.locator('.account').textContent()).toContain(name)
  })

  test("a form's errors show in the form, which keeps what was typed", async () => {
    const { page } = await openMember(stack.url, { javaScript: false })
    await page.locator('.composer > summary').click()

    await write(page, '   ', 'Kept text')

    expect(await page.locator('#new-post .error').textContent()).toBe('A post needs a title.')
    expect(await page.locator('#new-post [name=body]').inputValue()).toBe('Kept text')
  })
})

async function countOn(page: Page, button = 0): Promise<number> {
  const count = await page.locator('article .like .count').nth(button).textContent()
  return Number(count?.replaceAll(',', ''))
}

import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { axeFaults } from '../support/browser/faults.ts'
import {
  isSameDocument,
  markDocument,
  openPage,
  phone,
  type WindowOptions,
} from '../support/browser/window.ts'
import { type Stack, sharedStack } from '../support/servers/stack.ts'
import { newName, password } from '../support/site/page.ts'

setDefaultTimeout(120_000)

let stack: Stack
beforeAll(async () => {
  stack = await sharedStack()
})

/** A window of somebody who just joined, at a post of the sample. */
async function member(options: WindowOptions = {}) {
  const name = newName('ana')
  const window = await openPage(`${stack.url}/signup`, options)
  const { page } = window
  await page.locator('#account [name=username]').fill(name)
  await page.locator('#account [name=password]').fill(password)
  await page.locator('#account button').click()
  await page.locator('.account', { hasText: name }).waitFor()
  await page.goto(`${stack.url}/posts/12`)
  return { ...window, name }
}

async function say(page: Page, form: string, text: string): Promise<void> {
  await page.locator(`${form} textarea`).fill(text)
  await page.locator(`${form} button`).first().click()
}

const newest = (page: Page, text: string) => page.locator('.comment', { hasText: text }).last()
const idOf = async (page: Page, text: string) =>
  Number((await newest(page, text).getAttribute('id'))!.split('-')[1])

describe('with JavaScript', () => {
  test('a comment, a reply and a change appear in place, and the count with them', async () => {
    const { page, complaints } = await member()
    const before = await page.locator('.comment').count()
    await markDocument(page)

    await say(page, '#new-comment', 'In **bold** letters')
    await newest(page, 'In bold letters').waitFor()
    const id = await idOf(page, 'In bold letters')
    await page.locator(`#text-${id} a`, { hasText: 'Reply' }).click()
    await say(page, `#reply-${id}`, 'So loud')
    await page.locator(`#replies-${id} .comment`, { hasText: 'So loud' }).waitFor()
    await page.locator(`#text-${id} a`, { hasText: 'Edit' }).click()
    await say(page, `#edit-${id} form`, 'In quiet letters')
    await page.locator(`#text-${id} .body`, { hasText: 'In quiet letters' }).waitFor()

    expect(await page.locator('#new-comment textarea').inputValue()).toBe('')
    expect(await page.locator(`#reply-${id}`).count()).toBe(0)
    expect(await page.locator(`#text-${id}`).textContent()).toContain('edited')
    expect(await page.locator('#comments-title').textContent()).toContain(String(before + 2))
    expect(await isSameDocument(page)).toBe(true)
    expect(complaints).toEqual([])
  })

  test('a comment without a text is refused in its form, with what was typed', async () => {
    const { page } = await member()
    await markDocument(page)

    await say(page, '#new-comment', '   ')
    const error = page.locator('#new-comment .error')
    await error.waitFor()

    expect(await error.textContent()).toBe('Write something.')
    expect(await isSameDocument(page)).toBe(true)
  })

  test('a picture is seen before it is sent, and what is no picture is refused in the form', async () => {
    const { page, complaints } = await member()
    const picture = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#1f6b3a' } })
      .png()
      .toBuffer()
    await page.goto(stack.url)
    await page.locator('.composer > summary').click()
    await page.locator('#new-post [name=title]').fill('A green picture')
    await page.locator('#new-post [name=body]').fill('Look')
    const file = page.locator('#new-post [name=image]')

    await file.setInputFiles({ name: 'no.png', mimeType: 'image/png', buffer: Buffer.from('no picture') })
    await page.locator('#new-post button').last().click()
    const error = page.locator('#new-post .error')
    await error.waitFor()
    const said = await error.textContent()
    const kept = await page.locator('#new-post [name=title]').inputValue()
    await file.setInputFiles({ name: 'green.png', mimeType: 'image/png', buffer: picture })
    await page.locator('#new-post canvas.preview').waitFor()
    await page.locator('#new-post button').last().click()
    await page.locator('article.whole img.picture').waitFor()

    expect(said).toContain('This is no picture')
    expect(kept).toBe('A green picture')
    expect(page.url()).toMatch(/\/posts\/\d+$/)
    expect(complaints.filter((each) => !each.includes('422'))).toEqual([])
  })

  test('a picture may be dropped onto its field', async () => {
    const { page } = await member()
    await page.goto(stack.url)
    await page.locator('.composer > summary').click()

    await page.evaluate(() => {
      const canvas = new OffscreenCanvas(20, 20)
      canvas.getContext('2d')
      return canvas.convertToBlob().then((blob) => {
        const dataTransfer = new DataTransfer()
        dataTransfer.items.add(new File([blob], 'dropped.png', { type: 'image/png' }))
        const field = document.querySelector('#new-post .drop')!
        field.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }))
      })
    })
    await page.locator('#new-post canvas.preview').waitFor()

    expect(await page.locator('#new-post [name=image]').inputValue()).toContain('dropped.png')
  })
})

describe('without JavaScript', () => {
  test('a member comments, replies, changes and deletes', async () => {
    const { page } = await member({ javaScript: false })

    await say(page, '#new-comment', 'Plain comment')
    const id = await idOf(page, 'Plain comment')
    await page.locator(`#text-${id} a`, { hasText: 'Reply' }).click()
    await say(page, `#reply-${id}`, 'Plain reply')
    const reply = await idOf(page, 'Plain reply')
    const isInside = await page.locator(`#replies-${id} #comment-${reply}`).count()
    await page.locator(`#text-${reply} a`, { hasText: 'Edit' }).click()
    await say(page, `#edit-${reply} form`, 'Changed reply')
    await page.locator(`#text-${reply} a`, { hasText: 'Edit' }).click()
    await page.getByText('Delete this comment').click()
    await page.getByRole('button', { name: 'Delete it' }).click()

    expect(isInside).toBe(1)
    expect(await page.locator(`#comment-${id}`).count()).toBe(1)
    expect(await page.locator(`#comment-${reply}`).count()).toBe(0)
  })

  test('a thread closes and opens', async () => {
    const { page } = await openPage(`${stack.url}/posts/40`, { javaScript: false })

    const reply = page.locator('#comment-2')
    const before = await reply.isVisible()
    await page.locator('#comment-1 > details > summary').click()

    expect([before, await reply.isVisible()]).toEqual([true, false])
  })

  test('search finds a post and leads to it', async () => {
    const { page } = await openPage(stack.url, { ...phone, javaScript: false })

    await page.locator('.bar a', { hasText: 'Search' }).click()
    await page.locator('.find input').fill('forgives')
    await page.keyboard.press('Enter')
    await page.locator('#hits a', { hasText: 'A bread that forgives' }).click()

    expect(page.url()).toEndWith('/posts/3')
  })
})

describe.each(['/posts/40', '/tags/recipes', '/search?q=bread', '/comments/1/replies', '/?sort=hot'])(
  '%s',
  (path) => {
    test('shuts nobody out and fits a phone', async () => {
      const { page, complaints } = await openPage(stack.url + path, phone)

      const faults = await axeFaults(page, { slight: true })
      const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement)

      expect(faults).toEqual([])
      expect(scrollWidth).toBe(clientWidth)
      expect(complaints).toEqual([])
    })
  },
)

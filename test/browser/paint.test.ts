import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Browser } from 'playwright-core'
import sharp from 'sharp'
import { launchChromium } from '../support/browser/launch-chromium.ts'
import { measurePaint } from '../support/browser/paint.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { type Stack, sharedStack } from '../support/servers/stack.ts'
import { newName, password } from '../support/site/page.ts'
import { newVisitor, sessionCookieOf } from '../support/site/visitor.ts'

setDefaultTimeout(120_000)

let stack: Stack
let browser: Browser
let picturePage: string
beforeAll(async () => {
  stack = await sharedStack()
  browser = closeAfterTests(await launchChromium(), (it) => it.close())
  picturePage = await postWithTallPicture()
})

describe.each([375, 1280])('in a window %d wide, to a browser that comes for the first time', (width) => {
  test('the front page is less than 60 KB, in few requests, and nothing moves', async () => {
    const { bytes, requests, shift } = await measurePaint(browser, stack.url, { width })

    expect(shift).toBe(0)
    expect(bytes).toBeLessThan(60_000)
    expect(requests).toBeLessThan(12)
  })

  test('a post keeps the place of its picture until that is there', async () => {
    const { shift } = await measurePaint(browser, stack.url + picturePage, { width })

    expect(shift).toBe(0)
  })
})

/** Of all pictures the tall ones push away most. */
async function postWithTallPicture(): Promise<string> {
  const bo = newVisitor(stack.url)
  await bo.post('/signup', { username: newName('bo'), password })
  const [, category = ''] = (await (await bo.get('/')).text()).match(/<option value="([^"]+)"/) ?? []
  const size = { width: 600, height: 1_600, channels: 3 as const }
  const picture = await sharp({ create: { ...size, background: '#8a5200' } })
    .png()
    .toBuffer()
  const body = new FormData()
  for (const [name, value] of Object.entries({
    category,
    title: 'A tall picture',
    body: 'Look',
    alt: 'Tall',
  }))
    body.set(name, value)
  body.set('image', new File([new Uint8Array(picture)], 'tall.png', { type: 'image/png' }))
  const headers = { origin: stack.url, cookie: sessionCookieOf(bo) }
  const answer = await fetch(`${stack.url}/posts`, { method: 'POST', body, headers, redirect: 'manual' })
  return new URL(answer.headers.get('location')!, stack.url).pathname
}

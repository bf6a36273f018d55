import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { openMember, write } from '../support/browser/member.ts'
import { openPage, phone } from '../support/browser/window.ts'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { type Stack, sharedStack } from '../support/servers/stack.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(300_000)

let stack: Stack
beforeAll(async () => {
  stack = await sharedStack()
})

const keptIn = (page: Page) =>
  page.evaluate(async () => {
    const kept: string[] = []
    for (const name of await caches.keys())
      if (name.startsWith('pages '))
        for (const { url } of await (await caches.open(name)).keys()) kept.push(new URL(url).pathname)
    return kept
  })

const untilControlled = (page: Page) =>
  until(() => page.evaluate(() => navigator.serviceWorker.controller?.state === 'activated'))

describe('a member who is offline', () => {
  test.each(['en', 'ar'])('reads what they have read before, and is told so, in %s', async (language) => {
    const { page } = await openMember(stack.url, { worker: true })
    await untilControlled(page)
    await page.context().addCookies([{ name: 'language', value: language, url: stack.url }])
    await page.setViewportSize(phone)
    await page.goto(stack.url)
    await page.locator('.composer > summary').click()
    const title = `Kept ${crypto.randomUUID().slice(0, 8)}`
    await write(page, title, 'Words of mine.')
    const link = page.locator('#posts article a', { hasText: title }).first()
    const path = (await link.getAttribute('href')) ?? ''
    await page.goto(stack.url + path)
    await until(async () => (await keptIn(page)).includes(path))

    await page.context().setOffline(true)
    await page.goto(stack.url + path)
    expect(await page.locator('.old-page').count()).toBe(1)
    expect(await page.locator('main').textContent()).toContain('Words of mine.')
    await page.goto(`${stack.url}/tags/never-read`)
    expect(await page.locator('html').getAttribute('lang')).toBe(language)
    await page.locator('#kept a', { hasText: title }).click()
    await page.locator('main', { hasText: 'Words of mine.' }).waitFor()
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)

    await page.context().setOffline(false)
    await page.goto(stack.url + path)
    expect(await page.locator('.old-page').count()).toBe(0)
  })
})

describe('signing out', () => {
  test('leaves nothing of what was read', async () => {
    const { page } = await openMember(stack.url, { worker: true })
    await untilControlled(page)
    await page.goto(`${stack.url}/notices`)
    await until(async () => (await keptIn(page)).includes('/notices'))

    await page.locator('form[action="/session/end"] button').click()
    await page.locator('.account a[href="/login"]').waitFor()
    await until(async () => !(await keptIn(page)).includes('/notices'))
    await page.context().setOffline(true)
    await page.goto(`${stack.url}/notices`)

    expect(await page.locator('h1').textContent()).toBe('You are offline')
    expect(await page.locator('#kept a[href="/notices"]').count()).toBe(0)
  })

  test('elsewhere does, too: a page for nobody has what was kept of a member deleted', async () => {
    const { page } = await openMember(stack.url, { worker: true })
    await untilControlled(page)
    await page.goto(`${stack.url}/notices`)
    await until(async () => (await keptIn(page)).includes('/notices'))

    await page.context().clearCookies()
    await page.goto(`${stack.url}/login`)

    await until(async () => !(await keptIn(page)).includes('/notices'))
  })
})

describe('a deploy', () => {
  const tabs = 100
  let old: Replica
  let current: Pick<Replica, 'app'>
  let server: Bun.Server<undefined>
  beforeAll(async () => {
    old = await openReplica({ siteName: 'The old board' })
    current = old
    server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: (request) => current.app.handle(request) })
  })
  afterAll(() => server.stop(true))

  test(`under ${tabs} open pages brings them all the new worker, and no old page`, async () => {
    const url = `http://localhost:${server.port}`
    const { page } = await openPage(`${url}/rules`, { worker: true })
    await untilControlled(page)
    const pages = [page]
    while (pages.length < tabs) {
      const next = await page.context().newPage()
      await next.goto(`${url}/rules`, { waitUntil: 'domcontentloaded' })
      pages.push(next)
    }
    for (const each of pages) {
      await untilControlled(each)
      await each.evaluate(() =>
        navigator.serviceWorker.addEventListener('controllerchange', () =>
          document.body.setAttribute('data-worker', 'new'),
        ),
      )
    }
    const before = await page.evaluate(() => caches.keys())
    expect(await page.title()).toContain('The old board')

    const next = await old.as('web', { siteName: 'The new board' })
    next.context.assets.worker = next.context.assets.worker.replace(/"version":"\w+"/, '"version":"next"')
    current = next
    // Else the browser looks for a worker when a minute is over.
    await (await page.context().newCDPSession(page)).send('Network.clearBrowserCache')
    await page.goto(`${url}/rules`)
    expect(await page.title()).toContain('The new board')

    for (const each of pages.slice(1))
      await until(async () => (await each.locator('body').getAttribute('data-worker')) === 'new')
    const after = await page.evaluate(() => caches.keys())
    expect(after.toSorted()).toEqual(['files next', 'pages next'].filter((name) => after.includes(name)))
    expect(after).toContain('files next')
    expect(before.some((name) => after.includes(name))).toBe(false)

    await page.context().setOffline(true)
    for (const each of pages.slice(1, 4)) {
      await each.goto(`${url}/rules`).catch(() => {})
      expect(await each.title()).not.toContain('The old board')
    }
  })
})

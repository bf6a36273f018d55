import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { openMember, write } from '../support/browser/member.ts'
import { isSameDocument, markDocument, openPage } from '../support/browser/window.ts'
import { type Stack, sharedStack, startStack } from '../support/servers/stack.ts'
import { likesShown } from '../support/site/page.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

let stack: Stack
beforeAll(async () => {
  stack = await sharedStack()
})

describe('two people on the front page', () => {
  test('see each other’s likes, and nothing else on their pages moves', async () => {
    const [ana, bo] = [await follower(stack.url), await follower(stack.url)]
    const before = await shown(ana, 5)
    await markDocument(ana)
    await ana.locator('#like-6').focus()

    await bo.locator('#like-5').click()
    await bo.locator('#like-5').click()
    await shows(ana, 5, before + 2)
    await ana.locator('#like-5').click()
    await shows(bo, 5, before + 3)

    await until(async () => (await ana.locator('#said').textContent()) === `Likes: ${before + 3}`)
    expect(await isSameDocument(ana)).toBe(true)
    expect(await bo.locator('#like-5').getAttribute('aria-label')).toBe(`Like, ${before + 3} so far`)
  })

  test('hear of a new post by a button that moves nothing and brings it', async () => {
    const cem = await follower(stack.url, '/')
    const { page: ana, complaints } = await openMember(stack.url)
    const top = await cem.locator('article').first().boundingBox()
    const title = `Seen by all ${crypto.randomUUID()}`

    await ana.locator('.composer > summary').click()
    await write(ana, title, 'As it happens.')
    const news = cem.locator('.news a', { hasText: '1 new post' })
    await news.waitFor()
    const moved = await cem.locator('article').first().boundingBox()
    await news.click()
    await cem.locator('#posts article', { hasText: title }).waitFor()

    expect(moved).toEqual(top)
    expect(await news.isVisible()).toBe(false)
    expect(await ana.locator('.news a').isVisible()).toBe(false)
    expect(complaints).toEqual([])
  })

  test('hear of a new comment, which a click brings without taking what they write', async () => {
    const cem = await openMember(stack.url)
    const { page: ana } = await openMember(stack.url)
    const said = `Well said ${crypto.randomUUID()}`
    const following = cem.page.waitForResponse((response) => response.url().includes('comments:15'))
    await cem.page.goto(`${stack.url}/posts/15`)
    await following
    await cem.page.locator('#new-comment textarea').fill('Half a')

    await ana.goto(`${stack.url}/posts/15`)
    await ana.locator('#new-comment textarea').fill(said)
    await ana.locator('#new-comment button').click()
    await cem.page.locator('.news a', { hasText: '1 new comment' }).click()
    await cem.page.locator('#threads .comment', { hasText: said }).waitFor()

    expect(await cem.page.locator('#new-comment textarea').inputValue()).toBe('Half a')
    expect(await cem.page.locator('.news a').isVisible()).toBe(false)
  })

  test('leave the connection to other tabs while the page is out of sight, and catch up afterwards', async () => {
    const ana = await follower(stack.url)
    const before = await shown(ana, 7)

    const closed = ana.waitForEvent('requestfailed', (request) => request.url().includes('/live?'))
    await setHidden(ana, true)
    await closed
    await sendLike(stack.url, 7)
    await setHidden(ana, false)

    await shows(ana, 7, before + 1)
  })
})

describe('the way back', () => {
  test('shows the likes of now, not those of then', async () => {
    const ana = await follower(stack.url)
    const before = await shown(ana, 8)
    await ana.goto(`${stack.url}/posts/8`)

    await ana.locator('#like-8').click()
    await shows(ana, 8, before + 1)
    await ana.goBack()

    await shows(ana, 8, before + 1)
    await ana.goForward()
    await shows(ana, 8, before + 1)
  })
})

describe('a like', () => {
  test('shows at once, long before its answer', async () => {
    const ana = await follower(stack.url)
    const before = await shown(ana, 9)
    const held = Promise.withResolvers<void>()
    await ana.route('**/posts/9/likes', async (route) => {
      await held.promise
      await route.continue()
    })

    await ana.locator('#like-9').click()
    await shows(ana, 9, before + 1)
    await until(() => ana.evaluate(() => getComputedStyle(document.body, '::after').visibility === 'visible'))
    held.resolve()

    await ana.waitForFunction(() => !document.querySelector('.htmx-request'))
    expect(await shown(ana, 9)).toBe(before + 1)
  })

  test('counts each time, however fast they come', async () => {
    const ana = await follower(stack.url)
    const before = await shown(ana, 10)

    await ana.evaluate(() => {
      for (let times = 0; times < 5; times++) document.getElementById('like-10')?.click()
    })

    await shows(ana, 10, before + 5)
    await until(async () => likesShown(await pageOf(stack.url, 10), 10) === before + 5)
  })

  test('whose answer was lost says so, and counts once when it is sent again', async () => {
    const ana = await follower(stack.url)
    const before = await shown(ana, 11)
    await ana.route(
      '**/posts/11/likes',
      async (route) => {
        await route.fetch()
        await route.abort('connectionreset')
      },
      { times: 1 },
    )

    await ana.locator('#like-11').click()
    await ana.locator('#flash .error', { hasText: 'cannot be reached' }).waitFor()
    await ana.locator('#flash button').click()
    await ana.locator('#flash button').waitFor({ state: 'detached' })

    await shows(ana, 11, before + 1)
    expect(likesShown(await pageOf(stack.url, 11), 11)).toBe(before + 1)
  })

  test('that was refused for now says when it may be sent again, and the number goes back', async () => {
    const ana = await follower(stack.url)
    const before = await shown(ana, 12)
    const headers = { 'retry-after': '2', 'hx-retarget': '#flash', 'hx-reswap': 'innerHTML' }
    const refusal = { status: 503, headers, contentType: 'text/html', body: '<p class="error">Busy.</p>' }
    await ana.route('**/posts/12/likes', (route) => route.fulfill(refusal), { times: 1 })

    await ana.locator('#like-12').click()
    await ana.locator('#flash', { hasText: 'You can try again in 2 seconds.' }).waitFor()
    const refused = await shown(ana, 12)
    await ana.locator('#flash button').click()

    await shows(ana, 12, before + 1)
    expect(refused).toBe(before)
  })
})

describe('a form', () => {
  test('keeps what was typed when the page is loaded again, until it is sent', async () => {
    const { page } = await openMember(stack.url)
    await page.locator('.composer > summary').click()
    await page.locator('#new-post [name=title]').fill('Half a thought')
    await page.locator('#new-post [name=body]').fill('To be continued')

    await page.reload()
    const kept = await page.locator('#new-post [name=body]').inputValue()
    await page.locator('#new-post button').click()
    await page.locator('#posts article', { hasText: 'Half a thought' }).first().waitFor()
    await page.reload()
    await page.locator('.composer > summary').click()

    expect(kept).toBe('To be continued')
    expect(await page.locator('#new-post [name=title]').inputValue()).toBe('')
  })

  test('that is pressed twice posts once', async () => {
    const { page } = await openMember(stack.url)
    const title = `Twice ${crypto.randomUUID()}`
    await page.locator('.composer > summary').click()
    await page.locator('#new-post [name=title]').fill(title)
    await page.locator('#new-post [name=body]').fill('Once')

    await page.locator('#new-post button').dblclick()
    await page.locator('#posts article', { hasText: title }).waitFor()
    await page.reload()

    expect(await page.locator('#posts article', { hasText: title }).count()).toBe(1)
  })

  test('of the plain kind is sent once, however often it is pressed', async () => {
    const { page } = await openPage(`${stack.url}/login`)
    const sent: string[] = []
    page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()))
    await page.locator('#account [name=username]').fill('nobody')
    await page.locator('#account [name=password]').fill('no such password')

    await page.locator('#account button').dblclick()
    await page.locator('.error').first().waitFor()

    expect(sent.length).toBe(1)
  })
})

test('without JavaScript there is no button for news, and a reload shows them', async () => {
  const { page } = await openPage(stack.url, { javaScript: false })
  const post = Number((await page.locator('.like').last().getAttribute('id'))?.slice('like-'.length))
  const before = await shown(page, post)

  await sendLike(stack.url, post)
  await page.reload()

  expect(await shown(page, post)).toBe(before + 1)
  expect(await page.locator('.news a').isVisible()).toBe(false)
})

describe('a page that is open', () => {
  test.each(['redis', 'batcher-1', 'web'])('goes on following likes after %s was killed', async (name) => {
    const own = await ownStack()
    const ana = await follower(own.url)
    const before = await shown(ana, 5)
    await markDocument(ana)
    const victims = (await own.status()).processes.filter((each) => each.name.startsWith(name))

    const key = crypto.randomUUID()
    for (const { pid } of victims) process.kill(pid!, 'SIGKILL')
    await until(() => sendLike(own.url, 5, key))

    await shows(ana, 5, before + 1)
    expect(await isSameDocument(ana)).toBe(true)
  })
})

let harmed: Promise<Stack> | undefined
const ownStack = () => {
  harmed ??= startStack()
  return harmed
}

/**
 * Somebody whose page follows what happens: with the sample's older posts, or the list that new ones come
 * into.
 */
async function follower(url: string, path = '/?before=21'): Promise<Page> {
  const { page } = await openPage('about:blank')
  const following = page.waitForResponse((response) => response.url().includes('/live?'))
  await page.goto(url + path)
  await following
  return page
}

async function sendLike(url: string, post: number, key: string = crypto.randomUUID()): Promise<boolean> {
  const response = await fetch(`${url}/api/posts/${post}/likes`, {
    method: 'POST',
    headers: { 'idempotency-key': key },
  })
  return response.ok
}

const pageOf = async (url: string, post: number) =>
  (await fetch(`${url}/posts/${post}`, { headers: { 'cache-control': 'no-cache' } })).text()

async function shown(page: Page, post: number): Promise<number> {
  const count = await page.locator(`#like-${post} .count`).textContent()
  return Number(count?.replaceAll(',', ''))
}

const shows = (page: Page, post: number, likes: number) =>
  page.waitForFunction(
    ([button, count]) => document.querySelector(`#${button} .count`)?.textContent === count,
    [`like-${post}`, String(likes)],
  )

/** As when another tab is in front. */
const setHidden = (page: Page, hidden: boolean) =>
  page.evaluate((isHidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => isHidden })
    document.dispatchEvent(new Event('visibilitychange'))
  }, hidden)

import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { openPage } from '../support/browser/window.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { newName, password } from '../support/site/page.ts'

setDefaultTimeout(60_000)

let replica: Replica
let accounts: Awaited<ReturnType<Replica['as']>>
let url: string
beforeAll(async () => {
  replica = await openReplica({ likes: 'once' })
  accounts = await replica.as('accounts')
  await replica.database.write(`INSERT INTO categories (name, name_key) VALUES ('a', UNHEX(SHA2('a', 256)))`)
  const served = closeAfterTests(replica.app.listen(0), async (it) => void (await it.stop(true)))
  url = `http://127.0.0.1:${served.server?.port}`
})

type Opened = { page: Page; post: number; complaints: string[] }

/**
 * A new post's page, open for a member who just joined, until `act` is done: a hook would wait in vain for it
 * to close.
 */
async function onPost(act: (opened: Opened) => Promise<void>): Promise<void> {
  const { insertId } = await replica.database.write(
    `INSERT INTO posts (category_id, title, body) VALUES (1, 't', 'b')`,
  )
  const ana = accounts.visitor()
  await ana.post('/signup', { username: newName('ana'), password })
  const { page, complaints } = await openPage(`${url}/up`)
  await page.context().addCookies([...ana.cookies].map(([name, value]) => ({ name, value, url })))
  await page.goto(`${url}/posts/${insertId}`)
  try {
    await act({ page, post: insertId, complaints })
  } finally {
    await page.context().close()
  }
}

const shown = (page: Page) =>
  page.locator('.like').evaluate((like) => [like.ariaPressed, like.querySelector('.count')?.textContent])
const answered = (page: Page) => page.waitForResponse((answer) => answer.url().endsWith('/likes'))
/** The answer is in place: by then the button is no longer busy. */
const settled = (page: Page, count: string) =>
  page.locator(`.like:not(.htmx-request)[data-likes^="${count}:"]`).waitFor()

test('where each member has one like, a double click gives one and a later click takes it back', () =>
  onPost(async ({ page, post, complaints }) => {
    const before = await shown(page)
    const sent: string[] = []
    page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()))

    const [first] = await Promise.all([answered(page), page.locator('.like').dblclick()])
    await settled(page, '1')
    const doubled = await shown(page)
    const clicks = sent.length
    await page.locator('.like').click()
    await settled(page, '0')

    expect(first.status()).toBe(200)
    expect(before).toEqual(['false', '0'])
    expect(doubled).toEqual(['true', '1'])
    expect(clicks).toBe(1)
    expect(await shown(page)).toEqual(['false', '0'])
    expect(await page.evaluate(() => document.activeElement?.id)).toBe(`like-${post}`)
    expect(complaints).toEqual([])
  }))

test('a like that does not get through is taken off the button again, and can be sent again', () =>
  onPost(async ({ page }) => {
    await page.route('**/likes', (route) => route.abort(), { times: 1 })

    await page.locator('.like').click()
    await page.locator('#flash .again').waitFor()
    const refused = await shown(page)
    await page.locator('#flash .again').click()
    await settled(page, '1')

    expect(refused).toEqual(['false', '0'])
    expect(await shown(page)).toEqual(['true', '1'])
  }))

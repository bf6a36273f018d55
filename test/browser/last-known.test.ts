import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { axeFaults } from '../support/browser/faults.ts'
import { openPage, phone } from '../support/browser/window.ts'
import { addPosts } from '../support/servers/batcher.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { openReplica } from '../support/servers/replica.ts'
import { startMysql } from '../support/servers/services.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

let url: string

beforeAll(async () => {
  const mysql = await startMysql()
  const web = await openReplica({}, mysql)
  await addPosts(web.database, 3)
  const app = closeAfterTests(
    web.app.listen({ port: 0, hostname: '127.0.0.1', reusePort: false }),
    (it) => void it.stop(true),
  )
  url = `http://127.0.0.1:${app.server?.port}`
  await (await fetch(url)).text()
  await mysql.kill()
  await web.redis.kill()
  await until(async () => (await (await fetch(url)).text()).includes('old-page'))
})

describe('the line that says that a page is old', () => {
  test.each([
    ['en', false],
    ['en', true],
    ['ar', false],
    ['ar', true],
  ])('stands above what it is about and fits a phone: %s, dark %p', async (language, dark) => {
    const { page } = await openPage(url, { ...phone, dark, cookies: new Map([['language', language]]) })
    const line = page.locator('.old-page')

    const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement)
    const faults = await axeFaults(page)

    expect(await line.getAttribute('role')).toBe('status')
    expect((await line.boundingBox())?.y).toBeLessThan((await page.locator('main').boundingBox())?.y ?? 0)
    expect(scrollWidth).toBe(clientWidth)
    expect(faults).toEqual([])
  })
})

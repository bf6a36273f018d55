import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { archiveBoard } from '../../stack/archive/archive.ts'
import { axeFaults } from '../support/browser/faults.ts'
import { launchChromium } from '../support/browser/launch-chromium.ts'
import { freshDatabase } from '../support/servers/database.ts'
import { temporaryFolder } from '../support/servers/reaper.ts'
import { addWholeBoard } from '../support/site/whole-board.ts'

setDefaultTimeout(120_000)

let folder: string
let browser: Browser
let said: { posts: number; comments: number }
const board = (url: string) => ({ url, batchers: [], ask: async () => new Uint8Array() })
const options = { language: 'en', siteName: 'Club', print: () => {} } as const

beforeAll(async () => {
  const database = await freshDatabase()
  await addWholeBoard(database)
  for (const sql of [
    `INSERT INTO doors (category_id, read_by, write_by) VALUES (2, 'members', 'members')`,
    `INSERT INTO posts (id, category_id, author_id, title, body) VALUES
       (7000, 2, 1, 'Behind a door', 'Nobody else reads zebrafish'),
       (7001, 1, 2, '<i>Käse</i> & "Brot"', 'See [it](/posts/1), [that](/posts/7000), [gone](/market), #bread, @ana, @nobody and [out](https://example.org/). 東京都で会う'),
       (7002, 1, NULL, 'Long talk', 'Go')`,
    `INSERT INTO tags (name) VALUES ('bread') ON DUPLICATE KEY UPDATE name = name`,
    `INSERT IGNORE INTO post_tags (tag_id, post_id, likes, hot)
     SELECT id, 7001, 0, 0 FROM tags WHERE name = 'bread'`,
    `INSERT INTO held_texts (author_id, category_id, title, body, cause)
     VALUES (1, 1, 'Held', 'A held okapi', 'first')`,
    `INSERT INTO settings (name, value) VALUES ('SITE_WELCOME', 'Come **in**, see [a post](/posts/7001)')`,
  ])
    await database.write(sql)
  const many = Array.from({ length: 620 }, (_, index) => [7002, 1, `Comment number ${index}`])
  await database.write('INSERT INTO comments (post_id, author_id, body) VALUES ?', [many])
  folder = join(temporaryFolder(), 'club')
  said = await archiveBoard(board(database.url), folder, options)
  browser = await launchChromium()

  await expect(archiveBoard(board(database.url), folder, options)).rejects.toThrow('is there already')
  expect(readdirSync(dirname(folder))).toEqual(['club'])
})
afterAll(() => browser.close())

const files = () => readdirSync(folder, { recursive: true, encoding: 'utf8' })
const pages = () => files().filter((name) => name.endsWith('.html'))

describe('an archive', () => {
  test('has no link that leads nowhere', () => {
    const dead: string[] = []
    let links = 0
    for (const name of pages()) {
      const markup = readFileSync(join(folder, name), 'utf8')
      for (const [, address = ''] of markup.matchAll(/ (?:href|src|action)="([^"]*)"/g)) {
        if (/^(https:|mailto:)/.test(address)) continue
        links++
        const [path = '', anchor] = address.split('#')
        const target = join(folder, dirname(name), path)
        const isThere =
          !relative(folder, target).startsWith('..') &&
          existsSync(target) &&
          (anchor === undefined || readFileSync(target, 'utf8').includes(`id="${anchor}"`))
        if (!isThere) dead.push(`${name}: ${address}`)
      }
    }

    expect(dead).toEqual([])
    expect(links).toBeGreaterThan(200)
    expect(pages()).toEqual(
      expect.arrayContaining(['index.html', 'rules.html', 'market.html', 'posts/7002-2.html']),
    )
  })

  test('leads from texts to what it has, and leaves the words of other links', () => {
    const markup = readFileSync(join(folder, 'posts/7001.html'), 'utf8')

    expect(markup).toContain('href="../posts/1.html"')
    expect(markup).toContain('href="https://example.org/"')
    expect(markup).toMatch(/<a rel="[^"]*">that<\/a>/)
    expect(markup).toMatch(/href="\.\.\/tags\/\d+\.html" rel="tag">#bread/)
    expect(markup).toContain('href="../members/1.html"')
    expect(markup).toContain('&lt;i&gt;Käse&lt;/i&gt;')
  })

  test('has nothing that not everybody read', () => {
    const secrets = [
      ...['zebrafish', 'Behind a door', 'okapi', 'The repair evening is back', 'What was said'],
      ...['ana@example.org', 'who@example.org', 'argon2', 'Twice now', 'No longer sold'],
    ]
    for (const name of files().filter((each) => /\.(html|js)$/.test(each))) {
      const text = readFileSync(join(folder, name), 'utf8')
      expect([name, ...secrets.filter((secret) => text.includes(secret))]).toEqual([name])
    }
    const talk = pages()
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join()
    const shown = talk.split('class="comment"').length - talk.split('This comment was removed.').length
    expect([said.comments, said.comments > 620]).toEqual([shown, true])
  })

  test.each([
    ['in the light, wide', { width: 1280, height: 800 }, 'light'],
    ['in the dark, on a phone', { width: 375, height: 700 }, 'dark'],
  ] as const)(
    'is read and searched from a folder without a network, %s',
    async (_, viewport, colorScheme) => {
      const context = await browser.newContext({ offline: true, viewport, colorScheme })
      const page = await context.newPage()
      const faults: string[] = []
      page.on('pageerror', (error) => faults.push(error.message))
      // What axe asks for itself a page in a folder may not have. Who goes on calls off a picture that is not
      // there yet.
      page.on('requestfailed', (request) => {
        const why = request.failure()?.errorText
        if (request.resourceType() === 'xhr' || why === 'net::ERR_ABORTED') return
        faults.push(`${request.resourceType()} ${request.url()}: ${why}`)
      })

      await page.goto(pathToFileURL(join(folder, 'index.html')).href)
      await page.getByRole('searchbox').fill('number 61')
      await page.keyboard.press('Enter')
      await page.locator('#found a').first().waitFor()
      expect(await page.locator('#found-status').textContent()).toBe('Found: 11')
      await page.locator('#found a').first().click()
      await page.locator('h1', { hasText: 'Long talk' }).waitFor()
      expect(page.url()).toMatch(/posts\/7002(-2)?\.html#comment-\d+$/)

      await page.getByRole('searchbox').fill('käse')
      await page.keyboard.press('Enter')
      await page.locator('#found a').first().waitFor()
      for (const [question, title] of [
        ['KASE', '<i>Käse</i> & "Brot"'],
        ['京都', '<i>Käse</i> & "Brot"'],
      ] as const) {
        await page.getByRole('searchbox').fill(question)
        await page.locator('#found a', { hasText: title }).waitFor()
      }
      await page.getByRole('searchbox').fill('zebrafish')
      await page.locator('#found-status', { hasText: 'Nothing has these words.' }).waitFor()
      expect(await axeFaults(page)).toEqual([])
      for (const name of ['index.html', 'posts/1.html', 'categories/1.html', 'market.html']) {
        await page.goto(pathToFileURL(join(folder, name)).href)
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
        expect(await axeFaults(page)).toEqual([])
      }
      expect(faults).toEqual([])
      await context.close()
    },
  )
})

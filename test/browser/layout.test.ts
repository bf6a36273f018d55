import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { seededRandom } from '../../bench/random.ts'
import { environment, siteFonts } from '../../src/platform/config.ts'
import { contrastOf, leastContrast } from '../../src/settings/accent.ts'
import { themeAt } from '../../src/settings/theme.ts'
import { axeFaults } from '../support/browser/faults.ts'
import { openPage, phone } from '../support/browser/window.ts'
import { type Stack, sharedStack } from '../support/servers/stack.ts'
import { categoryIn, newName, password } from '../support/site/page.ts'
import { newVisitor } from '../support/site/visitor.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

const pages = ['/', '/c/', '/posts/', '/users/', '/signup', '/login', '/forgot', '/nothing/here']

let stack: Stack
let links: Record<string, string>
beforeAll(async () => {
  stack = await sharedStack()
  await fillWithHardText()
  const front = await (await fetch(stack.url)).text()
  links = Object.fromEntries(pages.map((path) => [path, firstLink(front, path)]))
})

describe('on a phone', () => {
  test.each(pages)('%s needs no scrolling to the side', async (path) => {
    const { page } = await openPage(stack.url + links[path], phone)

    const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement)

    expect(scrollWidth).toBe(clientWidth)
  })

  test.each(pages)('%s needs none in German, whose words are longer', async (path) => {
    const german = { ...phone, cookies: new Map([['language', 'de']]) }
    const { page } = await openPage(stack.url + links[path], german)

    const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement)

    expect(await page.locator('html').getAttribute('lang')).toBe('de')
    expect(scrollWidth).toBe(clientWidth)
  })

  test('everything to press is large enough for a thumb', async () => {
    const { page } = await openPage(stack.url, phone)

    const heights = await page
      .locator('button:visible, a.button:visible, summary:visible')
      .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().height))

    expect(Math.min(...heights)).toBeGreaterThanOrEqual(24)
  })
})

describe('for axe', () => {
  test.each(pages)('%s shuts nobody out', async (path) => {
    const { page } = await openPage(stack.url + links[path])

    expect(await axeFaults(page)).toEqual([])
  })

  test.each(['/status', '/audit'])('%s shuts nobody out on a phone, whose tables are wider', async (path) => {
    const { page } = await openPage(stack.url + path, phone)
    await page.locator('.scroll tbody tr').first().waitFor()

    expect(await axeFaults(page)).toEqual([])
  })

  test.each(['en', 'ar', 'de'])(
    'the front page shuts nobody out, however many talk about a post, in %s',
    async (language) => {
      const bo = newVisitor(stack.url)
      await bo.post('/signup', { username: newName('bo'), password })
      const category = categoryIn(await (await bo.get('/')).text())
      const talks = [0, 1, 2, 3]
      const paths: string[] = []
      for (const comments of talks) {
        const written = await bo.post('/posts', { category, title: `Talk of ${comments}`, body: 'Say it' })
        const { pathname } = new URL(written.headers.get('location')!, stack.url)
        for (let said = 0; said < comments; said++)
          await bo.post(`${pathname}/comments`, { body: `So I say, ${said}` })
        paths.push(pathname)
      }
      const { page } = await openPage(stack.url, {
        cookies: new Map([...bo.cookies, ['language', language]]),
      })
      const shown = () =>
        Promise.all(
          paths.map((path) => page.locator(`.talk[href="${path}#comments"]`).textContent({ timeout: 5_000 })),
        )
      await until(async () => {
        await page.goto(stack.url)
        return Bun.deepEquals(await shown(), ['', '1', '2', '3'])
      })

      const faults = await axeFaults(page, { slight: true })

      expect(await page.locator('html').getAttribute('lang')).toBe(language)
      expect(faults).toEqual([])
    },
  )

  test.each(pages)('%s is as easy to read in the dark', async (path) => {
    const { page } = await openPage(stack.url + links[path], { dark: true })

    expect(await axeFaults(page, { rules: ['color-contrast'] })).toEqual([])
  })
})

describe('in ten colours and letters that an admin may choose, for axe', () => {
  /** Another seed makes other ones: `PALETTES=7 ./agora test test/browser/layout.test.ts`. */
  const seed = Number(environment.PALETTES ?? 24)
  const random = seededRandom(seed)
  const palettes = Array.from({ length: 10 }, () => {
    let accent: string
    do
      accent = `#${Math.floor(random() * 0x1000000)
        .toString(16)
        .padStart(6, '0')}`
    while (contrastOf(accent) < leastContrast)
    return { accent, font: siteFonts[Math.floor(random() * siteFonts.length)] ?? 'usual' }
  })

  test.each(['/', '/posts/', '/signup'])('%s is easy to read, in the light and in the dark', async (path) => {
    const { page } = await openPage(stack.url + links[path])
    const faults: string[] = []

    for (const palette of palettes) {
      await page.evaluate(async (href) => {
        document.querySelector('link[href^="/theme/"]')?.remove()
        const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href })
        const isThere = new Promise((resolve, reject) =>
          Object.assign(link, { onload: resolve, onerror: reject }),
        )
        document.head.append(link)
        await isThere
      }, themeAt(palette) ?? '')
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        const found = await axeFaults(page, { rules: ['color-contrast', 'link-in-text-block'] })
        faults.push(...found.map((fault) => `seed ${seed}, ${palette.accent} ${colorScheme}: ${fault}`))
      }
    }

    expect(faults).toEqual([])
  })
})

describe('every page', () => {
  test.each(pages.filter((path) => path !== '/nothing/here'))(
    '%s opens without a complaint',
    async (path) => {
      const { complaints } = await openPage(stack.url + links[path])

      expect(complaints).toEqual([])
    },
  )

  test('shows the name of its replica at the top left', async () => {
    const { page } = await openPage(stack.url)

    const { x, y } = (await page.locator('.served-by').boundingBox())!

    expect(x).toBeLessThan(200)
    expect(y).toBeLessThan(100)
  })
})

/**
 * Where a page of a kind is: those that end in a slash are the first of their kind that the front page links.
 */
function firstLink(front: string, path: string): string {
  if (path === '/' || !path.endsWith('/')) return path
  return front.match(new RegExp(`href="(${path}[^"]+)"`))![1]!
}

/** The longest word and line that anybody may write are the ones that break a layout. */
async function fillWithHardText(): Promise<void> {
  const bo = newVisitor(stack.url)
  await bo.post('/signup', { username: newName('bo'), password })
  const category = categoryIn(await (await bo.get('/')).text())
  await bo.post('/posts', { category, title: 'W'.repeat(200), body: `${'m'.repeat(3_000)}\n`.repeat(3) })
}

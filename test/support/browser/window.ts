import { onTestFinished } from 'bun:test'
import type { Page } from 'playwright-core'
import { closeAfterTests } from '../servers/cleanup.ts'
import { once } from '../servers/services.ts'
import { launchChromium } from './launch-chromium.ts'

/** A page of a browser window of its own: no cookies of others, no cache. */
export type Window = {
  page: Page
  /**
   * Errors that the browser reported of the page: scripts, answers, breaches of the content security policy.
   */
  complaints: string[]
}

export type WindowOptions = {
  javaScript?: boolean
  width?: number
  height?: number
  dark?: boolean
  /** With the service worker, whose requests a test cannot route. */
  worker?: boolean
  /** Of a visitor as whom the page is opened. */
  cookies?: Map<string, string>
}

const desktop = { width: 1280, height: 800 }
export const phone = { width: 375, height: 720 }

/** Opens a window at an address; it is closed when the test is over. */
export async function openPage(url: string, options: WindowOptions = {}): Promise<Window> {
  const {
    javaScript = true,
    worker = false,
    dark = false,
    width = desktop.width,
    height = desktop.height,
  } = options
  const context = await (await browser()).newContext({
    viewport: { width, height },
    javaScriptEnabled: javaScript,
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    serviceWorkers: worker ? 'allow' : 'block',
  })
  onTestFinished(() => context.close())
  context.setDefaultTimeout(30_000)
  const { origin } = new URL(url)
  await context.addCookies(
    [...(options.cookies ?? [])].map(([name, value]) => ({ name, value, url: origin })),
  )
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    const text = message.text()
    if (['error', 'warning'].includes(message.type()) && !text.includes('blocked by Playwright'))
      complaints.push(text)
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await visit(page, url)
  return { page, complaints }
}

/**
 * Once more on exactly the error that a browser gives when networks of the machine, such as Docker's, come or
 * go.
 */
async function visit(page: Page, url: string): Promise<void> {
  try {
    await page.goto(url)
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('ERR_NETWORK_CHANGED'))) throw error
    await page.goto(url)
  }
}

/** Marks the document, so that `isSameDocument` can see whether the page was loaded anew since. */
export const markDocument = (page: Page) =>
  page.evaluate(() => document.body.setAttribute('data-mark', 'here'))

export const isSameDocument = (page: Page) =>
  page.evaluate(() => document.body.getAttribute('data-mark') === 'here')

const browser = once(async () => closeAfterTests(await launchChromium(), (it) => it.close()))

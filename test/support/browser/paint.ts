import type { Browser, Page } from 'playwright-core'

/** What it took a browser with an empty cache to show a page. */
export type Paint = {
  /** Until the first text or picture was seen: https://www.w3.org/TR/paint-timing/ */
  firstMs: number
  /** Until everything was there that the page asked for. */
  loadedMs: number
  /** How far things moved that were already seen: https://wicg.github.io/layout-instability/ */
  shift: number
  /**
   * With their headers, as they were sent. Pictures further down are among them: the page was read to its
   * end.
   */
  bytes: number
  requests: number
}

export type PaintOptions = { width?: number; height?: number }

/** Opens a page in a window of its own, reads it to its end. Returns what that took. */
export async function measurePaint(
  browser: Browser,
  url: string,
  { width = 1280, height = 800 }: PaintOptions = {},
): Promise<Paint> {
  const context = await browser.newContext({ viewport: { width, height } })
  try {
    const page = await context.newPage()
    await page.goto(url, { waitUntil: 'load' })
    await readToTheEnd(page)
    return await page.evaluate(figures)
  } finally {
    await context.close()
  }
}

/**
 * What the service worker that a first visit brings sends for beside the page: its own script and, as it is
 * installed, what it keeps. In bytes, by what was asked for; what the page has already is not sent again.
 */
export async function sentForWorker(browser: Browser, url: string): Promise<Map<string, number>> {
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    await page.goto(url, { waitUntil: 'load' })
    await page.evaluate(async () => void (await navigator.serviceWorker.ready))
    const [worker] = context.serviceWorkers()
    if (!worker) throw new Error('no service worker came')
    const kept = await worker.evaluate(() =>
      (performance.getEntriesByType('resource') as PerformanceResourceTiming[]).map(
        ({ name, transferSize }): [string, number] => [new URL(name).pathname, transferSize],
      ),
    )
    const headers = { 'accept-encoding': 'gzip, deflate, br' }
    const answer = await fetch(worker.url(), { headers, decompress: false })
    const own = [...answer.headers].reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0)
    return new Map([['/worker.js', (await answer.arrayBuffer()).byteLength + own], ...kept])
  } finally {
    await context.close()
  }
}

async function readToTheEnd(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    scrollBy(0, innerHeight / 2)
    const isAtTheEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 1
    return isAtTheEnd && [...document.images].every(({ complete }) => complete)
  })
}

/** Runs in the page. */
async function figures(): Promise<Paint> {
  const entries = <T extends PerformanceEntry>(type: string): Promise<T[]> =>
    new Promise((resolve) => {
      const observer = new PerformanceObserver((list) => resolve(list.getEntries() as T[]))
      observer.observe({ type, buffered: true })
      // Buffered entries come before the second frame, and without any none come at all.
      requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve([]))))
    })
  type Shift = PerformanceEntry & { value: number }
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
  const resources = performance.getEntriesByType('resource') as PerformanceResourceTiming[]
  const all = navigation ? [navigation, ...resources] : resources
  const [first] = performance.getEntriesByName('first-contentful-paint')
  return {
    firstMs: first?.startTime ?? Number.NaN,
    loadedMs: navigation?.loadEventEnd ?? Number.NaN,
    shift: (await entries<Shift>('layout-shift')).reduce((sum, { value }) => sum + value, 0),
    bytes: all.reduce((sum, { transferSize }) => sum + transferSize, 0),
    requests: all.length,
  }
}

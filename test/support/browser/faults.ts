import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import type { WindowOptions } from './window.ts'

type AxeOptions = {
  /** Of all rules unless said otherwise. */
  rules?: string[]
  /** The part of the page to look at, as a selector. */
  within?: string
  /** Slight faults too. */
  slight?: boolean
}

/**
 * What shuts out those who cannot see or point, by axe: a line for each rule that is broken, with the
 * elements. Pages have no frames of elsewhere, so axe gathers what it finds in the page itself, which takes a
 * third of the time.
 */
export async function axeFaults(page: Page, options: AxeOptions = {}): Promise<string[]> {
  const axe = new AxeBuilder({ page }).setLegacyMode(true).options({
    resultTypes: ['violations'],
    ...(options.rules && { runOnly: { type: 'rule', values: options.rules } }),
  })
  if (options.within) axe.include(options.within)
  const { violations } = await axe.analyze()
  return violations
    .filter(({ impact }) => options.slight || impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
}

/** Serious faults by axe, which needs scripts, and whether the page is wider than its window. */
export async function faultsOf(page: Page, { javaScript = true }: WindowOptions = {}): Promise<string[]> {
  const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement)
  const width = scrollWidth > clientWidth ? [`${scrollWidth} wide in a window of ${clientWidth}`] : []
  const faults = [...(javaScript ? await axeFaults(page) : []), ...width]
  return faults.map((fault) => `${page.url()}: ${fault}`)
}

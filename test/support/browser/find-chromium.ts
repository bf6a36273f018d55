import { existsSync } from 'node:fs'

/** Debian's name of a Chromium that draws no windows, and so takes half the time. */
export const headlessShell = 'chromium-headless-shell'

const names = [headlessShell, 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const macPrograms = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** The path of a Chromium or Chrome of this machine, the quickest of them. */
export function findChromium(): string | undefined {
  for (const name of names) {
    const path = Bun.which(name)
    if (path) return path
  }
  return macPrograms.find(existsSync)
}

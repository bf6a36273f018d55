import { UserError } from '../../stack/errors.ts'
import { canInstall, findPrograms, installPackages } from '../../stack/native/install-programs.ts'
import { findChromium } from '../support/browser/find-chromium.ts'
import type { Request, SuiteName } from './arguments.ts'

/**
 * Brings the programs that what was asked for needs. Throws a UserError that says what to type where it may
 * not.
 */
export async function installPrograms(
  { checks, suites }: Request,
  say: (line: string) => void,
): Promise<void> {
  const needs = (...names: SuiteName[]) => suites.some(({ name }) => names.includes(name))
  if (checks || needs('unit', 'system', 'browser', 'named')) await findPrograms(undefined, say)
  if (needs('browser', 'named') && !findChromium()) await installChromium(say)
}

async function installChromium(say: (line: string) => void): Promise<void> {
  if (canInstall()) await installPackages(['chromium'], say)
  if (!findChromium()) throw new UserError('Chromium is missing. Run: sudo apt-get install chromium')
}

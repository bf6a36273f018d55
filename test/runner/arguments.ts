import { Glob } from 'bun'
import { root } from '../support/servers/reaper.ts'

export type SuiteName = 'unit' | 'system' | 'browser' | 'compose' | 'machines' | 'named'

export type Suite = {
  name: SuiteName
  /** What follows `bun test`: files, or what else was typed. */
  args: string[]
}

export type Request = { checks: boolean; suites: Suite[] }

/** In the order in which they run. */
const suiteNames = ['unit', 'system', 'browser', 'compose', 'machines'] as const
const usual = ['checks', 'unit', 'system', 'browser']
const words = ['checks', ...suiteNames]

/**
 * Reads what was typed after `./agora test`: nothing for all but the tests in containers, `--compose` for
 * those of one machine too, names of suites, or files and options as `bun test` takes them. Suites take
 * options as well: `unit -t 'a like'`.
 */
export function parseRequest(args: string[]): Request {
  const typed = args.filter((arg) => arg !== '--compose')
  const chosen = typed.filter((arg) => words.includes(arg))
  const others = typed.filter((arg) => !words.includes(arg))
  if (chosen.length === 0 && others.length > 0)
    return { checks: false, suites: [{ name: 'named', args: others }] }

  const suites = [...(chosen.length > 0 ? chosen : usual), ...(typed.length < args.length ? ['compose'] : [])]
  return {
    checks: suites.includes('checks'),
    suites: suiteNames
      .filter((name) => suites.includes(name))
      .map((name) => ({ name, args: [...filesOf(name), ...others] })),
  }
}

/**
 * Tests in containers don't end in `.test.ts`, so that `bun test` alone, which needs no engine, passes them
 * by.
 */
function filesOf(suite: SuiteName): string[] {
  const inContainers = suite === 'compose' || suite === 'machines'
  const pattern = inContainers ? `test/${suite}/**/*.compose.ts` : 'test/**/*.test.{ts,tsx}'
  const files = [...new Glob(pattern).scanSync({ cwd: root })].sort()
  return files.filter((file) => suiteOf(file) === suite).map((file) => `./${file}`)
}

function suiteOf(file: string): SuiteName {
  const folder = file.split('/')[1]
  return suiteNames.find((name) => name === folder) ?? 'unit'
}

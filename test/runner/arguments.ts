import { Glob } from 'bun'
import { mayRunPostfix } from '../support/servers/postfix.ts'
import { root } from '../support/servers/reaper.ts'

export type SuiteName =
  | 'unit'
  | 'system'
  | 'browser'
  | 'postfix'
  | 'compose'
  | 'machines'
  | 'cluster'
  | 'named'

export type Suite = {
  name: SuiteName
  /** What follows `bun test`: files, or what else was typed. */
  args: string[]
}

export type Request = { checks: boolean; suites: Suite[] }

/** In the order in which they run. */
const suiteNames = ['unit', 'system', 'browser', 'postfix', 'compose', 'machines', 'cluster'] as const
const usual = ['checks', 'unit', 'system', 'browser']
/** Others than `.test.ts`: what these need not everybody has, so `bun test` alone passes them by. */
const endings: Partial<Record<SuiteName, string>> = {
  postfix: '.postfix.ts',
  compose: '.compose.ts',
  machines: '.compose.ts',
  cluster: '.cluster.ts',
}
const words = ['checks', ...suiteNames]
/** What of a cluster's tests is for every run of the CI. */
const shortFile = './test/cluster/short.cluster.ts'

export const usage = `Usage: ./agora test [--compose]              all but the containers; with them
       ./agora test SUITE... [OPTIONS]       some of it
       ./agora test FILE|FOLDER... [OPTIONS]

  checks     formatting, types, escaping, HAProxy's configuration, shell, workflows, what nobody uses
  unit       each feature by its own HTTP, each rule by itself
  system     the whole stack through HAProxy
  browser    pages in Chromium
  postfix    mails to a postfix; as root on Debian
  compose    the board in containers, where Docker is
  machines   three servers on one engine of Docker
  cluster    three nodes of which one dies; as root, with MySQL 9.7 in PATH or its image
               --short         two minutes of it, as in the CI

Options are those of bun test, as in: ./agora test unit -t 'a like'
`

/**
 * Reads what was typed after `./agora test`: nothing for all but the tests in containers, `--compose` for
 * those of one machine too, names of suites, or files and options as `bun test` takes them. Suites take
 * options as well: `unit -t 'a like'`, and that of the cluster `--short`. Those of postfix are left out where
 * it cannot run.
 */
export function parseRequest(args: string[], hasPostfix = mayRunPostfix()): Request {
  const isShort = args.includes('cluster') && args.includes('--short')
  const typed = args.filter((arg) => arg !== '--compose' && !(isShort && arg === '--short'))
  const chosen = typed.filter((arg) => words.includes(arg))
  const others = typed.filter((arg) => !words.includes(arg))
  if (chosen.length === 0 && others.length > 0)
    return { checks: false, suites: [{ name: 'named', args: others }] }

  const all = hasPostfix ? [...usual, 'postfix'] : usual
  const suites = [...(chosen.length > 0 ? chosen : all), ...(args.includes('--compose') ? ['compose'] : [])]
  const of = (name: SuiteName) => (name === 'cluster' && isShort ? [shortFile] : filesOf(name))
  return {
    checks: suites.includes('checks'),
    suites: suiteNames
      .filter((name) => suites.includes(name))
      .map((name) => ({ name, args: [...of(name), ...others] })),
  }
}

function filesOf(suite: SuiteName): string[] {
  const pattern = endings[suite] ? `test/${suite}/**/*${endings[suite]}` : 'test/**/*.test.{ts,tsx}'
  const files = [...new Glob(pattern).scanSync({ cwd: root })].sort()
  return files.filter((file) => suiteOf(file) === suite).map((file) => `./${file}`)
}

function suiteOf(file: string): SuiteName {
  const folder = file.split('/')[1]
  return suiteNames.find((name) => name === folder) ?? 'unit'
}

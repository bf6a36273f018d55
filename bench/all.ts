/** `./agora bench all`: every benchmark in turn, its figures to bench/results/, then the plots. */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { UserError } from '../stack/errors.ts'
import { report, resultsFolder } from './report.ts'

type Run = {
  name: string
  /** What it is given for a quick look. */
  short: string[]
  /** How long it takes on two cores, in seconds, so that one can see how far all is. */
  seconds: number
  shortSeconds: number
}

const fewBlows = [
  ...[
    '--batcher-kills',
    '3',
    '--mysql-kills',
    '1',
    '--redis-kills',
    '1',
    '--replica-kills',
    '1',
    '--pauses',
    '0',
  ],
  ...['--full-disks', '1', '--hung-connections', '4', '--clock-steps', '4'],
  ...['--older-redis', '1', '--older-mysql', '1', '--older-journals', '0'],
  ...['--hidden-posts', '2'],
]

/** Those that want a quiet machine first. */
const runs: Run[] = [
  { name: 'likes', short: ['--seconds', '2', '--rounds', '1'], seconds: 205, shortSeconds: 65 },
  { name: 'pages', short: ['--seconds', '1', '--rounds', '1'], seconds: 165, shortSeconds: 30 },
  { name: 'api', short: ['--seconds', '1', '--rounds', '1'], seconds: 60, shortSeconds: 15 },
  {
    name: 'live',
    short: ['--seconds', '1', '--rounds', '1', '--streams', '300', '--presses', '10'],
    seconds: 90,
    shortSeconds: 25,
  },
  { name: 'logs', short: ['--rounds', '4'], seconds: 110, shortSeconds: 30 },
  { name: 'paint', short: ['--rounds', '2'], seconds: 40, shortSeconds: 20 },
  { name: 'mail', short: ['--mails', '1000', '--kills', '5'], seconds: 150, shortSeconds: 20 },
  { name: 'beside-mail', short: ['--seconds', '1', '--rounds', '1'], seconds: 290, shortSeconds: 40 },
  { name: 'memory', short: ['--posts', '20000'], seconds: 150, shortSeconds: 25 },
  { name: 'search', short: ['--posts', '10000'], seconds: 300, shortSeconds: 10 },
  { name: 'lists', short: ['--posts', '20000'], seconds: 600, shortSeconds: 120 },
  { name: 'staleness', short: ['--seconds', '5'], seconds: 75, shortSeconds: 20 },
  { name: 'churn', short: ['--rate', '20', '--kills', '1'], seconds: 130, shortSeconds: 80 },
  { name: 'crowd', short: ['--pages', '300'], seconds: 100, shortSeconds: 45 },
  { name: 'traffic', short: ['--share', '0.3'], seconds: 140, shortSeconds: 55 },
  { name: 'exactness', short: ['--likes', '3000', ...fewBlows], seconds: 420, shortSeconds: 75 },
]

const barWidth = 24

export async function all(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { short: { type: 'boolean', default: false } } })
  const expected = runs.map((run) => (values.short ? run.shortSeconds : run.seconds))
  const total = expected.reduce((sum, seconds) => sum + seconds, 0)
  const began = performance.now()
  const failed: string[] = []
  let done = 0
  for (const [index, run] of runs.entries()) {
    const own = expected[index] ?? 0
    const bar = progress(`${index + 1}/${runs.length} ${run.name}`, { done, own, total })
    const { code, output } = await runOne(run, values.short)
    bar.end()
    console.log(`\n# ${run.name}\n${output.trimEnd()}\n`)
    if (code !== 0) failed.push(run.name)
    done += own
  }
  await report([])
  const minutes = ((performance.now() - began) / 60_000).toFixed(1)
  console.log(failed.length > 0 ? `\nfailed: ${failed.join(', ')}` : `\nall benchmarks in ${minutes} minutes`)
  return failed.length > 0 ? 1 : 0
}

/** In a process of its own: what one leaves behind in memory must not slow the next. */
async function runOne({ name, short }: Run, isShort: boolean): Promise<{ code: number; output: string }> {
  const json = ['--json', join(resultsFolder, `${name}.json`)]
  const command = [process.execPath, '--no-env-file', join(import.meta.dir, 'run.ts'), name, ...json]
  const child = Bun.spawn([...command, ...(isShort ? short : [])], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let isInterrupted = false
  const stop = () => {
    isInterrupted = true
    child.kill('SIGTERM')
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop)
  const [output, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop)
  if (isInterrupted) throw new UserError(`interrupted in ${name}; its figures were not written`)
  return { code, output: code === 0 ? output : output + errors }
}

type Part = { done: number; own: number; total: number }

/** A bar that moves by what is expected; one line for each benchmark where there is no terminal. */
function progress(name: string, { done, own, total }: Part) {
  const began = performance.now()
  const draw = () => {
    const share = Math.min(1, (done + Math.min(own, (performance.now() - began) / 1_000)) / total)
    const full = Math.round(share * barWidth)
    const left = Math.max(0, Math.ceil((total * (1 - share)) / 60))
    return `[${'#'.repeat(full)}${'.'.repeat(barWidth - full)}] ${name}, about ${left} min left`
  }
  if (!process.stdout.isTTY) {
    console.log(draw())
    return { end: () => {} }
  }
  const drawing = setInterval(() => process.stdout.write(`\r${draw()}\u001b[K`), 500)
  return {
    end: () => {
      clearInterval(drawing)
      process.stdout.write('\r\u001b[K')
    },
  }
}

/**
 * `./agora bench live`: many people look at the front page of one replica and get each like on it. What
 * does that cost in memory and in likes a second, and how long after a like do they see it? The watchers run
 * on the same machine, and so does the load.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { UserError } from '../stack/errors.ts'
import { columns } from '../stack/status.ts'
import { describeMachine, machineText } from './machine.ts'
import { type PrivateStack, startPrivateStack } from './private-stack.ts'
import { idsOfNewest } from './queries.ts'
import { openWatchers, type Watchers } from './watchers.ts'
import { needWrk, runWrk } from './wrk.ts'

const warmUpSeconds = 3
/** Until the collector has taken what the opening left. */
const restMs = 3_000
/** Until the round with the last of the load's likes went out. */
const idleMs = 1_000

type Page = { path: string; hot: number; quiet: number }
type RoundResult = { withoutPerSecond: number; withPerSecond: number }

export async function live(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      streams: { type: 'string', default: '2000' },
      seconds: { type: 'string', default: '5' },
      rounds: { type: 'string', default: '3' },
      presses: { type: 'string', default: '40' },
      json: { type: 'string' },
    },
  })
  const [streams, seconds, rounds, presses] = [
    values.streams,
    values.seconds,
    values.rounds,
    values.presses,
  ].map(Number) as [number, number, number, number]
  await needWrk()
  const stack = await startPrivateStack({ replicas: 1 })
  try {
    const machine = await describeMachine(stack)
    const report = await measure(stack, { streams, seconds, rounds, presses })
    console.log([machineText(machine), '', ...columns(rowsOf(report))].join('\n'))
    if (values.json) await Bun.write(values.json, `${JSON.stringify({ machine, ...report }, null, 2)}\n`)
    return report.lost === 0 && report.memoryMbMore < 100 ? 0 : 1
  } finally {
    await stack.down()
  }
}

type Plan = { streams: number; seconds: number; rounds: number; presses: number }

async function measure(stack: PrivateStack, { streams, seconds, rounds, presses }: Plan) {
  const page = await frontPage(stack)
  const hot = { path: `/posts/${page.hot}/likes` }
  await runWrk(stack.url, hot, warmUpSeconds)

  const results: RoundResult[] = []
  const memory: { before: number; open: number; loaded: number }[] = []
  const [delays, delaysUnderLoad]: [number[], number[]] = [[], []]
  let [lost, events] = [0, 0]
  for (let round = 0; round < rounds; round++) {
    const without = await runWrk(stack.url, hot, seconds)
    await Bun.sleep(restMs)
    const before = await memoryMb(stack)
    const watchers = await openAll(stack, page, streams)
    await Bun.sleep(restMs)
    const open = await memoryMb(stack)
    const load = runWrk(stack.url, hot, seconds)
    const slow = await likeAndWait(stack, page, watchers, Math.floor(seconds * 1.5))
    const under = await load
    const loaded = await memoryMb(stack)
    await Bun.sleep(idleMs)
    const quick = await likeAndWait(stack, page, watchers, presses)

    memory.push({ before, open, loaded })
    results.push({ withoutPerSecond: perSecond(without), withPerSecond: perSecond(under) })
    for (const ms of quick) delays.push(ms)
    for (const ms of slow) delaysUnderLoad.push(ms)
    lost += streams - watchers.open()
    events += watchers.events()
    watchers.close()
    await Bun.sleep(restMs)
  }
  return {
    streams,
    lost,
    events,
    memoryMbBefore: memory[0]?.before ?? Number.NaN,
    memoryMbMore: Math.max(...memory.map(({ before, open }) => open - before)),
    memoryMbMoreUnderLoad: Math.max(...memory.map(({ before, loaded }) => loaded - before)),
    likesPerSecondWithout: middle(results.map(({ withoutPerSecond }) => withoutPerSecond)),
    likesPerSecondWith: middle(results.map(({ withPerSecond }) => withPerSecond)),
    share: middle(results.map((each) => each.withPerSecond / each.withoutPerSecond)),
    delayP50Ms: quantile(delays, 0.5),
    delayP99Ms: quantile(delays, 0.99),
    delayP50MsUnderLoad: quantile(delaysUnderLoad, 0.5),
    delayP99MsUnderLoad: quantile(delaysUnderLoad, 0.99),
  }
}

/**
 * What a browser on the front page asks for. The load likes one post of it; the delay is measured on
 * another.
 */
async function frontPage(stack: PrivateStack): Promise<Page> {
  const ids = (await stack.sql(idsOfNewest)).map(([id]) => Number(id)).sort((a, b) => a - b)
  const [quiet = 0, hot = 0] = ids
  return { path: `/live?posts=${ids.join()}&lists=posts.${ids.at(-1)}`, hot, quiet }
}

async function openAll(stack: PrivateStack, page: Page, streams: number): Promise<Watchers> {
  const watchers = await openWatchers(stack.url, page.path, streams)
  if (watchers.open() < streams)
    throw new UserError(
      `Only ${watchers.open()} of ${streams} streams opened. Does \`ulimit -n\` allow as many files?`,
    )
  return watchers
}

/** Likes now and then. Returns how long each watcher took to hear of each like. */
async function likeAndWait(
  stack: PrivateStack,
  { quiet }: Page,
  watchers: Watchers,
  presses: number,
): Promise<number[]> {
  const delays: number[] = []
  let total = await likeOnce(stack, quiet)
  await Bun.sleep(idleMs)
  for (let count = 0; count < presses; count++) {
    const heard = watchers.heard(quiet, total + 1, performance.now())
    total = await likeOnce(stack, quiet)
    delays.push(...(await heard))
    await Bun.sleep(Math.random() * 300)
  }
  return delays
}

async function likeOnce(stack: PrivateStack, post: number): Promise<number> {
  const response = await fetch(`${stack.url}/api/posts/${post}/likes`, { method: 'POST' })
  return ((await response.json()) as { likes: number }).likes
}

/** proc(5): what the replica has in memory. */
async function memoryMb(stack: PrivateStack): Promise<number> {
  const replica = (await stack.processes()).find(({ role }) => role === 'web')
  const status = readFileSync(`/proc/${replica?.pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_000
}

const perSecond = ({ answered, seconds }: { answered: number; seconds: number }) => answered / seconds

function quantile(numbers: number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

const middle = (numbers: number[]) => quantile(numbers, 0.5)

function rowsOf(report: Record<string, number>): string[][] {
  const number = new Intl.NumberFormat('en', { maximumFractionDigits: 2 })
  return Object.entries(report).map(([name, value]) => [name, number.format(value)])
}

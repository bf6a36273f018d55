/**
 * `./agora bench likes`: what a durable like costs. One private stack, HAProxy and two replicas, 64
 * connections. A measurement of each kind is taken in turn, each next to one of the ceiling, round after
 * round, so that whatever else the machine does falls on all of them; a ratio is between neighbours, and the
 * median of all rounds counts. The ceiling is our own, so it moves with us: (e), which is not, is beside it.
 */
import { parseArgs } from 'node:util'
import { columns } from '../stack/status.ts'
import { whole, withCpu } from './figures.ts'
import { describeMachine, type Machine, machineText } from './machine.ts'
import { median } from './median.ts'
import { type Plain, startPlain } from './plain.ts'
import { batcherOf, type PrivateStack, type Site, startPrivateStack } from './private-stack.ts'
import { addPosts, firstAndLast, likesInAll, mayAddLikes, statementsSoFar } from './queries.ts'
import { connections, type Measured, needWrk, runWrk, type Target } from './wrk.ts'

const warmUpSeconds = 5
const likesPath = '/posts/%d/likes'

type Kind = { name: string; says: string; site: Site; target: Target }

type Sample = Measured & {
  perSecond: number
  /** MySQL's own count of all it was asked. */
  statements: number
  /** Of the site's processes, in microseconds of processor time a request. */
  cpuUs: Record<string, number>
}

type Row = Pick<Kind, 'name' | 'says'> & {
  perSecond: number
  p50Ms: number
  p99Ms: number
  ofCeiling: number
  ofPlain: number
  statementsPer1000: number
  failed: number
  cpuUs: Record<string, number>
}

export async function likes(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: 'string', default: '5' },
      rounds: { type: 'string', default: '3' },
      json: { type: 'string' },
    },
  })
  await needWrk()
  const stack = await startPrivateStack({ comparisons: true })
  const plain = await startPlain()
  try {
    const machine = await describeMachine(stack)
    const report = await measureAll(stack, plain, Number(values.seconds), Number(values.rounds))
    console.log(reportText(machine, report))
    if (values.json) await Bun.write(values.json, `${JSON.stringify({ machine, ...report }, null, 2)}\n`)
    const isGood = report.miscounted === 0 && report.rows.every(({ failed }) => failed === 0)
    return isGood ? 0 : 1
  } finally {
    await plain.stop()
    await stack.down()
  }
}

async function measureAll(stack: PrivateStack, plain: Plain, seconds: number, rounds: number) {
  await stack.sql(mayAddLikes)
  const { ceiling, others, posts } = await prepare(stack, plain)
  for (const { site, target } of [ceiling, ...others]) await runWrk(site.url, target, warmUpSeconds)

  const before = await countedBy(stack, posts)
  const measurements = await measureInTurn(stack, { ceiling, others, seconds, rounds })
  const durable = measurements
    .filter(({ kind }) => kind.target.path === likesPath)
    .flatMap(({ samples }) => samples)
  const answered = durable.reduce((sum, each) => sum + each.answered, 0)
  return {
    connections,
    seconds,
    rounds,
    rows: sharesOfPlain(measurements.map(rowOf)),
    batcherMemoryMb: await batcherMemoryMb(stack),
    answered,
    miscounted: miscount((await countedBy(stack, posts)) - before, answered, durable.length),
  }
}

type Plan = { ceiling: Kind; others: Kind[]; seconds: number; rounds: number }
type Measurement = { kind: Kind; samples: Sample[]; ratios: number[] }

/** Each measurement stands between two of the ceiling, and its ratio is to these. */
async function measureInTurn(
  stack: PrivateStack,
  { ceiling, others, seconds, rounds }: Plan,
): Promise<Measurement[]> {
  const empty = (kind: Kind): Measurement => ({ kind, samples: [], ratios: [] })
  const [top, rest] = [empty(ceiling), others.map(empty)]
  let last = await measure(stack, ceiling, seconds)
  top.samples.push(last)
  for (let round = 0; round < rounds; round++) {
    for (const { kind, samples, ratios } of rest) {
      const own = await measure(stack, kind, seconds)
      const next = await measure(stack, ceiling, seconds)
      samples.push(own)
      top.samples.push(next)
      ratios.push((2 * own.perSecond) / (last.perSecond + next.perSecond))
      last = next
    }
  }
  return [{ ...top, ratios: [1] }, ...rest]
}

/** What wrk asks for. Two hot posts of their own, so that what batcher and replica write does not mix. */
async function prepare(stack: PrivateStack, plain: Plain) {
  await stack.sql(addPosts('Spread', 4))
  await stack.sql(addPosts('Hot', 1))
  const spread = await rangeOf(stack, 'Spread')
  const hot = await rangeOf(stack, 'Hot')
  const kind = (name: string, says: string, path: string, first: number, count = 1): Kind => ({
    name,
    says,
    site: stack,
    target: { path, first, count },
  })
  return {
    posts: { first: spread.first, last: hot.first },
    ceiling: kind('a', 'POST that does nothing', '/bench/nothing', 1),
    others: [
      kind('b', 'durable likes, one hot post', likesPath, hot.first),
      kind('c', 'durable likes, 10,000 posts', likesPath, spread.first, spread.count),
      kind('d', 'an UPDATE per click, one hot post', '/bench/posts/%d/likes', hot.last),
      { name: 'e', says: 'plain HAProxy, two Bun.serve', site: plain, target: { path: '/' } },
    ],
  }
}

async function rangeOf(stack: PrivateStack, title: string) {
  const [[first = 0, last = 0, count = 0] = []] = (await stack.sql(firstAndLast(title))).map((row) =>
    row.map(Number),
  )
  if (last - first + 1 !== count) throw new Error(`the posts "${title}" have gaps between their ids`)
  return { first, last, count }
}

async function measure(stack: PrivateStack, { site, target }: Kind, seconds: number): Promise<Sample> {
  const before = await statements(stack)
  const measured = await withCpu(site, () => runWrk(site.url, target, seconds))
  const after = await statements(stack)
  return {
    ...measured,
    perSecond: measured.answered / measured.seconds,
    // The question itself counts, too.
    statements: after - before - 1,
  }
}

async function statements(stack: PrivateStack): Promise<number> {
  const [row] = await stack.sql(statementsSoFar)
  return Number(row?.[1])
}

async function batcherMemoryMb(stack: PrivateStack): Promise<number> {
  return (await (await batcherOf(stack)).stats()).memoryBytes / 1e6
}

/** What MySQL holds for these posts, once nothing waits any more. */
async function countedBy(
  stack: PrivateStack,
  { first, last }: { first: number; last: number },
): Promise<number> {
  await (await batcherOf(stack)).flush()
  const [[likes = ''] = []] = await stack.sql(likesInAll(first, last))
  return Number(likes)
}

/**
 * Likes too few or too many. When wrk ends it leaves a like in flight on each connection, counted or not.
 */
function miscount(storedLikes: number, answered: number, runs: number): number {
  const surplus = storedLikes - answered
  return surplus < 0 ? surplus : Math.max(0, surplus - runs * connections)
}

function rowOf({ kind: { name, says }, samples, ratios }: Measurement): Omit<Row, 'ofPlain'> {
  const middle = (of: (sample: Sample) => number) => median(samples.map(of))
  const sum = (of: (sample: Sample) => number) => samples.reduce((total, sample) => total + of(sample), 0)
  const roles = Object.keys(samples[0]?.cpuUs ?? {})
  return {
    name,
    says,
    perSecond: middle(({ perSecond }) => perSecond),
    p50Ms: middle(({ p50Ms }) => p50Ms),
    p99Ms: middle(({ p99Ms }) => p99Ms),
    ofCeiling: median(ratios),
    statementsPer1000: (1_000 * sum(({ statements }) => statements)) / sum(({ answered }) => answered),
    failed: sum(({ refused, broken }) => refused + broken),
    cpuUs: Object.fromEntries(roles.map((role) => [role, middle(({ cpuUs }) => cpuUs[role] ?? 0)])),
  }
}

function sharesOfPlain(rows: Omit<Row, 'ofPlain'>[]): Row[] {
  const plain = rows.find(({ name }) => name === 'e')?.ofCeiling ?? Number.NaN
  return rows.map((row) => ({ ...row, ofPlain: row.ofCeiling / plain }))
}

type Report = Awaited<ReturnType<typeof measureAll>>

function reportText(machine: Machine, { rows, seconds, rounds, ...report }: Report): string {
  const header = [
    '',
    '',
    'requests/s',
    'of (a)',
    'of (e)',
    'p50 ms',
    'p99 ms',
    'statements per 1,000',
    'failed',
  ]
  const figures = rows.map((row) => [
    `(${row.name})`,
    row.says,
    whole(row.perSecond),
    `${(row.ofCeiling * 100).toFixed(1)} %`,
    `${(row.ofPlain * 100).toFixed(1)} %`,
    row.p50Ms.toFixed(2),
    row.p99Ms.toFixed(2),
    row.statementsPer1000.toFixed(2),
    whole(row.failed),
  ])
  const parts = ['haproxy', 'web', 'batcher', 'redis', 'mysql']
  const costs = rows.map(({ name, cpuUs }) => [
    `(${name})`,
    ...parts.map((role) => (cpuUs[role] ?? 0).toFixed(1)),
  ])
  const [b, d] = ['b', 'd'].map((name) => rows.find((row) => row.name === name)?.perSecond ?? Number.NaN)
  return [
    machineText(machine),
    `${report.connections} connections, HAProxy and 2 replicas, ${rounds} rounds of ${seconds} s each, medians`,
    '',
    ...columns([header, ...figures]),
    '',
    'Microseconds of processor time per request:',
    ...columns([['', ...parts], ...costs]),
    '',
    `(b) is ${((b ?? Number.NaN) / (d ?? Number.NaN)).toFixed(1)} times (d).`,
    `The batcher takes ${whole(report.batcherMemoryMb)} MB after ${whole(report.answered)} likes.`,
    `Counted too few or too many in MySQL: ${report.miscounted}.`,
  ].join('\n')
}

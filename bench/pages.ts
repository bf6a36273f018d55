/**
 * `./agora bench pages`: how fast are pages? One private stack, HAProxy and two replicas, 64 connections.
 * Each kind is measured next to the ceiling, an answer that HAProxy gives by itself, round after round; its
 * share is of this neighbour, and the median of all rounds counts. One kind is nothing of ours: plain.ts.
 * With `--posts 1000000` everything is measured with 10,000 posts and then again with a million, because what
 * a page costs must not grow with the board.
 */
import { parseArgs } from 'node:util'
import { columns } from '../stack/status.ts'
import { newVisitor, sessionCookieOf } from '../test/support/site/visitor.ts'
import { type CpuUs, whole, withCpu } from './figures.ts'
import { describeMachine, machineText } from './machine.ts'
import { median } from './median.ts'
import { type Plain, startPlain } from './plain.ts'
import { type PrivateStack, type Site, startPrivateStack } from './private-stack.ts'
import { addPosts, countAgain, firstAndLast } from './queries.ts'
import { connections, type Measured, needWrk, runWrk, type Target } from './wrk.ts'

/** What is to be reached: a share of the ceiling, or so many a second. */
type Goal = { share: number } | { perSecond: number }
type Kind = { name: string; target: Target; site?: Site; goal?: Goal; withoutRedis?: boolean }
type Sample = Measured & { perSecond: number; share: number; cpuUs: CpuUs }
type Row = {
  kind: Kind
  perSecond: number
  share: number
  p50Ms: number
  p99Ms: number
  failed: number
  cpuUs: CpuUs
}

const fewPosts = 10_000
const worstP99Ms = 50
const mostSlower = 0.2
/** Pages of posts that are read: as on any board, those that are new. */
const postsRead = 1_000
/** HAProxy answers an ACME challenge by itself, with the stack's own thumbprint. */
const ceilingPath = '/.well-known/acme-challenge/bench'
const settings = { ACME_THUMBPRINT: 'bench' }

export async function pages(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: 'string', default: '5' },
      rounds: { type: 'string', default: '3' },
      posts: { type: 'string', default: `${fewPosts}` },
      json: { type: 'string' },
    },
  })
  await needWrk()
  const stack = await startPrivateStack({ env: settings })
  const plain = await startPlain()
  try {
    const [seconds, rounds] = [Number(values.seconds), Number(values.rounds)]
    const machine = await describeMachine(stack)
    console.log(machineText(machine))
    console.log(
      `${connections} connections, HAProxy and 2 replicas, ${rounds} rounds of ${seconds} s, medians`,
    )
    const sizes = [fewPosts, Number(values.posts)].filter((size, index) => index === 0 || size > fewPosts)
    const runs = []
    for (const posts of sizes) {
      const rows = await measureAll(stack, plain, posts, seconds, rounds)
      console.log(reportText(posts, rows))
      runs.push({ posts, rows })
    }
    const growth = runs.length > 1 ? growthOf(runs) : []
    for (const { name, slower } of growth) console.log(`${name}: ${percent(slower)} slower with more posts`)
    if (values.json) await Bun.write(values.json, `${JSON.stringify({ machine, runs, growth }, null, 2)}\n`)
    const isReached = runs.every(({ rows }) => rows.every(reaches))
    return isReached && growth.every(({ slower }) => slower <= mostSlower) ? 0 : 1
  } finally {
    await plain.stop()
    await stack.down()
  }
}

async function measureAll(
  stack: PrivateStack,
  plain: Plain,
  posts: number,
  seconds: number,
  rounds: number,
): Promise<Row[]> {
  const kinds = await prepare(stack, plain, posts)
  for (const kind of kinds) await measure(stack, kind, 2)
  const samples = new Map<Kind, Sample[]>(kinds.map((kind) => [kind, []]))
  for (let round = 0; round < rounds; round++) {
    for (const kind of kinds) {
      const { perSecond: ceiling } = await measure(stack, ceilingKind, Math.ceil(seconds / 2))
      const sample = await measure(stack, kind, seconds)
      samples.get(kind)?.push({ ...sample, share: sample.perSecond / ceiling })
    }
  }
  return [...samples].map(([kind, of]) => rowOf(kind, of))
}

const ceilingKind: Kind = { name: 'HAProxy by itself', target: { path: ceilingPath } }

async function prepare(stack: PrivateStack, plain: Plain, posts: number): Promise<Kind[]> {
  await fillPages(stack, posts)
  const header = await signedIn(stack)
  const [[, last = 0] = []] = (await stack.sql(firstAndLast('Page'))).map((row) => row.map(Number))
  const newest: Target = { path: '/posts/%d', first: last - postsRead + 1, count: postsRead, header }
  return [
    ceilingKind,
    { name: 'plain HAProxy, two Bun.serve', site: plain, target: { path: '/' } },
    { name: 'front page, anonymous', target: { path: '/' }, goal: { share: 0.5 } },
    { name: 'GET /api/posts, anonymous', target: { path: '/api/posts' }, goal: { share: 0.5 } },
    { name: 'front page, signed in', target: { path: '/', header }, goal: { perSecond: 3_000 } },
    { name: 'post pages, signed in', target: newest, goal: { perSecond: 3_000 } },
    {
      name: 'front page, signed in, no Redis',
      target: { path: '/', header },
      goal: { perSecond: 1_000 },
      withoutRedis: true,
    },
  ]
}

const postsAStatement = 100_000

/** Sees to it that there are so many posts with the title "Page", at least. */
export async function fillPages(stack: PrivateStack, posts: number): Promise<void> {
  const [[, , count = 0] = []] = (await stack.sql(firstAndLast('Page'))).map((row) => row.map(Number))
  for (let there = count; there < posts; ) {
    const digits = Math.floor(Math.log10(Math.min(posts - there, postsAStatement)))
    await stack.sql(addPosts('Page', digits, text))
    there += 10 ** digits
  }
  await stack.sql(countAgain)
}

const text = 'A post that is as long as posts often are, some lines of what somebody thought. '.repeat(4)

/** Returns the header of a new member who is signed in. */
export async function signedIn({ url }: PrivateStack): Promise<string> {
  const visitor = newVisitor(url)
  const username = `reader-${crypto.randomUUID().slice(0, 8)}`
  await visitor.post('/signup', { username, password: 'correct horse battery' })
  const page = await (await visitor.get('/')).text()
  if (!page.includes(username)) throw new Error('the reader could not be signed in')
  return `Cookie: ${sessionCookieOf(visitor)}`
}

async function measure(stack: PrivateStack, { target, site = stack, withoutRedis }: Kind, seconds: number) {
  const goOn = withoutRedis ? await pauseRedis(stack) : () => {}
  try {
    const length = await wholeLength(site, target)
    const measured = await withCpu(site, () => runWrk(site.url, { ...target, method: 'GET' }, seconds))
    const cut = Math.max(0, measured.answered - Math.ceil(measured.bytes / length))
    const perSecond = measured.answered / measured.seconds
    return { ...measured, perSecond, broken: measured.broken + (cut > measured.answered / 100 ? cut : 0) }
  } finally {
    goOn()
  }
}

/**
 * How many bytes such an answer has, at least. wrk looks at no answer but says how much it read: were some of
 * them redirects, or less than a page, that would be too little.
 */
async function wholeLength({ url }: Site, { path, first, header = '' }: Target): Promise<number> {
  const [name = '', value = ''] = header.split(': ')
  const headers = { 'Accept-Encoding': 'identity', ...(header ? { [name]: value } : {}) }
  const response = await fetch(url + path.replace('%d', `${first}`), { headers, redirect: 'manual' })
  const body = await response.text()
  const isSignedOut = header !== '' && !body.includes('/session/end')
  if (response.status !== 200 || isSignedOut) throw new Error(`${path}: ${response.status}\n${body}`)
  return Buffer.byteLength(body)
}

/** Stopped and not killed, because the supervisor would have another one running in a third of a second. */
async function pauseRedis(stack: PrivateStack): Promise<() => void> {
  const { pid } = (await stack.processes()).find(({ role }) => role === 'redis') ?? {}
  if (pid === undefined) throw new Error('the stack has no Redis')
  process.kill(pid, 'SIGSTOP')
  return () => process.kill(pid, 'SIGCONT')
}

function rowOf(kind: Kind, samples: Sample[]): Row {
  const middle = (of: (sample: Sample) => number) => median(samples.map(of))
  const roles = Object.keys(samples[0]?.cpuUs ?? {})
  return {
    kind,
    perSecond: middle(({ perSecond }) => perSecond),
    share: middle(({ share }) => share),
    p50Ms: middle(({ p50Ms }) => p50Ms),
    p99Ms: middle(({ p99Ms }) => p99Ms),
    failed: samples.reduce((sum, { refused, broken }) => sum + refused + broken, 0),
    cpuUs: Object.fromEntries(roles.map((role) => [role, middle(({ cpuUs }) => cpuUs[role] ?? 0)])),
  }
}

const reaches = (row: Row) =>
  row.failed === 0 &&
  (!row.kind.goal ||
    (row.p99Ms < worstP99Ms &&
      ('share' in row.kind.goal
        ? row.share >= row.kind.goal.share
        : row.perSecond >= row.kind.goal.perSecond)))

type Run = { posts: number; rows: Row[] }

/** By how much each kind became slower: of the ceiling, which a busier machine lowers too. */
function growthOf([few, many]: Run[]) {
  return (many?.rows ?? []).flatMap((row, index) => {
    const before = few?.rows[index]
    return before && row.kind.goal ? [{ name: row.kind.name, slower: 1 - row.share / before.share }] : []
  })
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`
const goalText = (goal: Goal) =>
  'share' in goal ? `≥ ${percent(goal.share)}` : `≥ ${whole(goal.perSecond)}/s`

function reportText(posts: number, rows: Row[]): string {
  const parts = ['haproxy', 'web', 'redis', 'mysql', 'batcher']
  const header = [
    '',
    'requests/s',
    'of HAProxy',
    'p50 ms',
    'p99 ms',
    'failed',
    'goal',
    '',
    ...parts.map((each) => `${each} µs`),
  ]
  const figures = rows.map((row) => [
    row.kind.name,
    whole(row.perSecond),
    percent(row.share),
    row.p50Ms.toFixed(2),
    row.p99Ms.toFixed(2),
    whole(row.failed),
    row.kind.goal ? goalText(row.kind.goal) : '',
    row.kind.goal ? (reaches(row) ? 'reached' : 'MISSED') : '',
    ...parts.map((role) => (row.cpuUs[role] ?? 0).toFixed(1)),
  ])
  return [
    '',
    `With ${whole(posts)} posts; µs: processor time of each request`,
    '',
    ...columns([header, ...figures]),
  ].join('\n')
}

/**
 * `./agora bench crowd`: do members notice when a crowd reads the whole board? Thousands of addresses of this
 * machine, in networks of 250, each of which asks for a page in some seconds; a network reads each page once,
 * in an order of its own. Members read before it comes, while it is within its budget, and when that is gone.
 * The crowd is a process of its own: it does not hold up the members' clock.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { UserError } from '../stack/errors.ts'
import { columns } from '../stack/status.ts'
import type { CrowdPlan, CrowdSecond } from './crowd-clients.ts'
import { describeMachine, machineText } from './machine.ts'
import { openLoop } from './open-loop.ts'
import { fillPages, signedIn } from './pages.ts'
import { type PrivateStack, startPrivateStack } from './private-stack.ts'
import { newestOf } from './queries.ts'
import { seededRandom } from './random.ts'
import { percentile } from './seconds.ts'

/** What members and the crowd saw in one second. */
export type Row = CrowdSecond & {
  members: number
  membersFailed: number
  p50Ms: number | null
  p99Ms: number | null
}

const members = 20
const membersPerSecond = 60
const aloneSeconds = 20
const restSeconds = 5
const names = ['members alone', 'a crowd within its budget', 'a crowd beyond it', 'members alone'] as const

export async function crowd(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      rate: { type: 'string', default: '800' },
      networks: { type: 'string', default: '16' },
      pages: { type: 'string', default: '2000' },
      budget: { type: 'string', default: '1' },
      json: { type: 'string' },
    },
  })
  if (process.platform !== 'linux')
    throw new UserError('bench crowd needs Linux: visitors come from many addresses of this machine')
  const env = { RATE_LIMITS: 'all', READ_BUDGET: values.budget }
  const stack = await startPrivateStack({ env })
  try {
    const machine = await describeMachine(stack)
    const pages = Number(values.pages)
    await fillPages(stack, pages)
    const posts = (await stack.sql(newestOf('Page', pages))).map(([id]) => Number(id))
    const [rate, networks] = [Number(values.rate), Number(values.networks)]
    const rows = await drive(stack, { url: stack.url, rate, networks, posts })
    const stretches = stretchesOf(rows)
    console.log([machineText(machine), '', ...columns(summary(stretches)), ''].join('\n'))
    const phases = stretches.map(({ name, rows: { length: seconds } }) => ({ name, seconds }))
    if (values.json)
      await Bun.write(values.json, `${JSON.stringify({ machine, phases, seconds: rows }, null, 2)}\n`)
    return isUnnoticed(stretches) ? 0 : 1
  } finally {
    await stack.down()
  }
}

async function drive(stack: PrivateStack, plan: CrowdPlan): Promise<Row[]> {
  const cookies = await Promise.all(Array.from({ length: members }, () => signedIn(stack)))
  const times: number[][] = []
  const failed: number[] = []
  const roll = seededRandom(1)
  let number = 0
  const began = performance.now()
  const seconds = () => (performance.now() - began) / 1_000
  const loop = openLoop(
    stack.url,
    [
      {
        kind: 'member',
        perSecond: () => membersPerSecond,
        next: () => {
          const who = number++ % members
          const post = plan.posts[Math.floor(roll() * plan.posts.length)]
          const path = roll() < 0.4 ? '/' : `/posts/${post}`
          const cookie = cookies[who]?.replace('Cookie: ', '')
          return { method: 'GET', path, cookie, sender: `127.2.${who}.1` }
        },
      },
    ],
    ({ second, ms, status }) => {
      const at = Math.floor(second)
      if (status === 200) times[at] = [...(times[at] ?? []), ms]
      else failed[at] = (failed[at] ?? 0) + 1
    },
  )
  await Bun.sleep(aloneSeconds * 1_000)
  const cameAt = Math.floor(seconds())
  const came = await sendCrowd(plan)
  await Bun.sleep(restSeconds * 1_000)
  const total = Math.floor(seconds())
  await loop.end()
  return Array.from({ length: total }, (_, second) => {
    const sorted = (times[second] ?? []).sort((a, b) => a - b)
    return {
      ...(came[second - cameAt] ?? { sent: 0, replica: 0, memory: 0, refused: 0, broken: 0 }),
      ...{ second, members: sorted.length, membersFailed: failed[second] ?? 0 },
      ...{ p50Ms: percentile(sorted, 0.5), p99Ms: percentile(sorted, 0.99) },
    }
  })
}

async function sendCrowd(plan: CrowdPlan): Promise<CrowdSecond[]> {
  const child = Bun.spawn(
    [process.execPath, '--no-env-file', join(import.meta.dir, 'crowd-clients.ts'), JSON.stringify(plan)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const seen = await new Response(child.stdout).text()
  if ((await child.exited) !== 0) throw new Error('the crowd broke off')
  return JSON.parse(seen) as CrowdSecond[]
}

type Stretch = { name: (typeof names)[number]; rows: Row[] }

/** The budgets are gone from the first second in which most of the crowd is given memory or nothing. */
function stretchesOf(rows: Row[]): Stretch[] {
  const from = rows.findIndex(({ sent }) => sent > 0)
  const to = rows.findLastIndex(({ sent }) => sent > 0) + 1
  const gone = rows.findIndex(({ memory, refused, sent }) => sent > 0 && memory + refused > sent / 2)
  const bounds = [0, from, gone < 0 ? to : gone, to, rows.length]
  return names
    .map((name, index) => ({ name, rows: rows.slice(bounds[index], bounds[index + 1]) }))
    .filter(({ rows: { length } }) => length > 0)
}

/** Every member was answered, and the crowd was held up. */
const isUnnoticed = (stretches: Stretch[]) =>
  stretches.some(({ name }) => name === 'a crowd beyond it') &&
  stretches.every(({ rows }) => rows.every(({ membersFailed }) => membersFailed === 0))

function summary(stretches: Stretch[]): string[][] {
  const header = [
    ...['', 'seconds', 'members/s', 'failed', 'p50 ms', 'p99 ms', 'worst p99'],
    ...['crowd/s', 'by replicas', 'from memory', 'not in memory', 'broken'],
  ]
  return [
    header,
    ...stretches.map(({ name, rows }) => {
      const sum = (of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0)
      const rate = (of: (row: Row) => number) => (sum(of) / rows.length).toFixed(0)
      const sorted = (of: (row: Row) => number | null) =>
        rows.map((row) => of(row) ?? 0).sort((a, b) => a - b)
      const middle = (of: (row: Row) => number | null) => (percentile(sorted(of), 0.5) ?? 0).toFixed(1)
      return [
        ...[name, `${rows.length}`, rate((row) => row.members), `${sum((row) => row.membersFailed)}`],
        ...[middle((row) => row.p50Ms), middle((row) => row.p99Ms)],
        (sorted((row) => row.p99Ms).at(-1) ?? 0).toFixed(0),
        ...[rate((row) => row.sent), rate((row) => row.replica), rate((row) => row.memory)],
        ...[rate((row) => row.refused), `${sum((row) => row.broken)}`],
      ]
    }),
  ]
}

/**
 * `./agora bench traffic`: how the site behaves when nothing much happens, under steady traffic, in a flash
 * crowd, when everyone likes one post, among bots, and with Redis or MySQL dead. One private stack, limits
 * on, visitors from 200 addresses of this machine. What was seen in each second is written down, for the
 * plots of `./agora bench report`.
 */
import { parseArgs } from 'node:util'
import { UserError } from '../stack/errors.ts'
import { columns } from '../stack/status.ts'
import { describeMachine, machineText } from './machine.ts'
import { openLoop, type Stream } from './open-loop.ts'
import { batcherOf, type PrivateStack, startPrivateStack } from './private-stack.ts'
import { addPosts, firstAndLast, likesInAll } from './queries.ts'
import { seededRandom } from './random.ts'
import { addUp, emptySecond, type Second, summary } from './seconds.ts'
import { type Phase, phaseAt, phases } from './traffic-phases.ts'

/** The whole of 127.0.0.0/8 is this machine, on Linux. */
const visitorAt = (number: number) => `127.0.1.${1 + (number % 200)}`
const botAt = (number: number) => `127.0.9.${1 + (number % 4)}`

export async function traffic(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { share: { type: 'string', default: '1' }, json: { type: 'string' } },
  })
  if (process.platform !== 'linux') {
    throw new UserError('bench traffic needs Linux: visitors come from many addresses of this machine')
  }
  const stack = await startPrivateStack({ env: { RATE_LIMITS: 'all' }, autoscale: true })
  try {
    const machine = await describeMachine(stack)
    const posts = await prepare(stack)
    const plan = phases(Number(values.share))
    const seconds = await drive(stack, plan, posts)
    const likes = await balance(stack, posts, seconds)
    console.log([machineText(machine), '', ...columns(summary(seconds)), '', likesText(likes)].join('\n'))
    const report = {
      machine,
      phases: plan.map(({ name, seconds: long }) => ({ name, seconds: long })),
      seconds,
      likes,
    }
    if (values.json) await Bun.write(values.json, `${JSON.stringify(report, null, 2)}\n`)
    return likes.lost === 0 ? 0 : 1
  } finally {
    await stack.down()
  }
}

type Range = { first: number; last: number }

async function prepare(stack: PrivateStack): Promise<Range> {
  await stack.sql(addPosts('Traffic', 3))
  const [[first = 0, last = 0] = []] = (await stack.sql(firstAndLast('Traffic'))).map((row) =>
    row.map(Number),
  )
  return { first, last }
}

async function drive(stack: PrivateStack, plan: Phase[], posts: Range): Promise<Second[]> {
  const total = plan.reduce((sum, { seconds }) => sum + seconds, 0)
  const rows = Array.from({ length: total }, (_, index) =>
    emptySecond(index, phaseAt(plan, index).phase.name),
  )
  const began = performance.now()
  const now = () => (performance.now() - began) / 1_000
  const count = addUp(rows)
  const loop = openLoop(stack.url, streams(plan, posts), count.add)
  const reaper = reap(
    stack,
    () => (now() < total ? phaseAt(plan, now()).phase.dead : undefined),
    () => now() > total,
  )
  await watch(stack, rows, now)
  await Bun.sleep(Math.max(0, (total - now()) * 1_000))
  await Promise.all([loop.end(), reaper])
  return count.rows()
}

/** Who comes. The same numbers each time, so that two runs differ by the site only. */
function streams(plan: Phase[], { first, last }: Range): Stream[] {
  const roll = seededRandom(1)
  let number = 0
  const anyPost = () => first + Math.floor(roll() * (last - first + 1))
  const rate = (of: (phase: Phase, since: number) => number) => (second: number) => {
    const { phase, since } = phaseAt(plan, second)
    return of(phase, since)
  }
  return [
    {
      kind: 'visitor',
      perSecond: rate(({ visitors }, since) => visitors(since)),
      next: () => ({ ...visitOf(roll(), anyPost()), sender: visitorAt(number++) }),
    },
    {
      kind: 'liker',
      perSecond: rate(({ hot = 0 }) => hot),
      next: () => ({ method: 'POST', path: `/posts/${first}/likes`, sender: visitorAt(number++) }),
    },
    {
      kind: 'bot',
      perSecond: rate(({ bots = 0 }) => bots),
      next: () => ({ method: 'GET', path: `/posts/${anyPost()}?ref=${number}`, sender: botAt(number++) }),
    },
  ]
}

/** Most look, some like. */
function visitOf(sort: number, post: number) {
  if (sort < 0.45) return { method: 'GET' as const, path: '/' }
  if (sort < 0.75) return { method: 'GET' as const, path: `/posts/${post}` }
  if (sort < 0.85) return { method: 'GET' as const, path: '/market' }
  return { method: 'POST' as const, path: `/posts/${post}/likes` }
}

/** Once a second: what waits in the batcher, and how many replicas there are. */
async function watch(stack: PrivateStack, rows: Second[], now: () => number): Promise<void> {
  const batcher = await batcherOf(stack)
  for (const row of rows) {
    await Bun.sleep(Math.max(0, (row.second + 0.5 - now()) * 1_000))
    const [stats, processes] = await Promise.all([
      batcher.stats().catch(() => undefined),
      stack.processes().catch(() => []),
    ])
    row.waiting = stats?.waiting ?? null
    row.replicas = processes.filter(({ role, state }) => role === 'web' && state === 'ready').length
  }
}

/** Keeps a process dead: the supervisor starts it again at once. */
async function reap(stack: PrivateStack, victim: () => Phase['dead'], isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const role = victim()
    if (role) {
      const processes = await stack.processes().catch(() => [])
      for (const { pid } of processes.filter((each) => each.role === role)) kill(pid)
    }
    await Bun.sleep(role ? 20 : 100)
  }
}

function kill(pid: number | undefined): void {
  try {
    if (pid) process.kill(pid, 'SIGKILL')
  } catch {
    // It was gone by itself.
  }
}

type Likes = { answered: number; counted: number; lost: number }

/** Likes without an answer may be counted; answered ones must be. */
async function balance(stack: PrivateStack, { first, last }: Range, seconds: Second[]): Promise<Likes> {
  await (await batcherOf(stack)).flush()
  const [[counted = ''] = []] = await stack.sql(likesInAll(first, last))
  const answered = seconds.reduce((sum, { likes }) => sum + likes, 0)
  return { answered, counted: Number(counted), lost: Math.max(0, answered - Number(counted)) }
}

const likesText = ({ answered, counted, lost }: Likes) =>
  `likes: ${answered} answered, ${counted} in MySQL, ${lost} lost`

/**
 * `./agora bench beside-mail`: do likes and pages notice a courier that is busy? One private stack with
 * 10,000 mails to send, to a server that takes each slowly. Each kind of request is measured in pairs, one
 * after the other: while the courier stands still, and while it sends. What else the machine does falls on
 * both, and the median of all pairs counts.
 */
import { parseArgs } from 'node:util'
import { columns } from '../stack/status.ts'
import { startMailSink } from '../test/support/servers/mail-sink.ts'
import { cpuUsed } from './cpu.ts'
import { whole, withCpu } from './figures.ts'
import { describeMachine, machineText } from './machine.ts'
import { median } from './median.ts'
import { fillPages, signedIn } from './pages.ts'
import { type PrivateStack, startPrivateStack } from './private-stack.ts'
import { addMails, addPosts, firstAndLast, mailsWaiting } from './queries.ts'
import { connections, needWrk, runWrk, type Target } from './wrk.ts'

/** As a server elsewhere may be: the courier, which has four on the way, sends 40 a second all the time. */
const takesMs = 100
const warmUpSeconds = 3
/**
 * Of the same requests, before each measurement: the courier looks once a second whether processors are
 * short.
 */
const settleSeconds = 2
const posts = 10_000

type Kind = { name: string; target: Target }
type Sample = { perSecond: number; p99Ms: number; us: number; failed: number }
type Pair = { resting: Sample; sending: Sample }
type Row = { name: string; pairs: Pair[] }

export async function besideMail(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      mails: { type: 'string', default: '10000' },
      seconds: { type: 'string', default: '4' },
      rounds: { type: 'string', default: '6' },
      json: { type: 'string' },
    },
  })
  await needWrk()
  const { url } = await startMailSink({ takesMs })
  const mail = { SMTP_URL: url, SITE_URL: 'https://board.example', MAIL_FROM: 'board@board.example' }
  const stack = await startPrivateStack({ env: mail })
  try {
    const machine = await describeMachine(stack)
    const kinds = await prepare(stack)
    await stack.sql(addMails(Number(values.mails)))
    for (const { target } of kinds) await runWrk(stack.url, target, warmUpSeconds)

    const before = { cpu: await courierUs(stack), waiting: await waiting(stack) }
    const rows = await measureInTurn(stack, kinds, Number(values.seconds), Number(values.rounds))
    const left = await waiting(stack)
    const sent = before.waiting - left
    const usAMail = ((await courierUs(stack)) - before.cpu) / sent

    console.log(machineText(machine))
    console.log(`${connections} connections, ${values.rounds} pairs of ${values.seconds} s each, medians`)
    console.log(reportText(rows))
    console.log(
      `${whole(sent)} mails were sent meanwhile, for ${whole(usAMail)} µs each; ${whole(left)} wait.`,
    )
    if (values.json)
      await Bun.write(values.json, `${JSON.stringify({ machine, rows, sent, usAMail, left }, null, 2)}\n`)
    if (left === 0) console.log('None was left before the end: more are needed.')
    const failed = rows
      .flatMap(({ pairs }) => pairs)
      .some((pair) => pair.resting.failed + pair.sending.failed > 0)
    return left > 0 && sent > 0 && !failed ? 0 : 1
  } finally {
    await stack.down()
  }
}

async function prepare(stack: PrivateStack): Promise<Kind[]> {
  await fillPages(stack, posts)
  await stack.sql(addPosts('Hot', 1))
  const [hot] = await rangeOf(stack, 'Hot')
  const [first, last] = await rangeOf(stack, 'Page')
  const header = await signedIn(stack)
  const newest = { first: last - 999, count: 1_000, header }
  return [
    { name: 'likes, one hot post', target: { path: '/posts/%d/likes', first: hot } },
    { name: 'likes, 10,000 posts', target: { path: '/posts/%d/likes', first, count: posts } },
    { name: 'front page, anonymous', target: { path: '/', method: 'GET' } },
    { name: 'front page, signed in', target: { path: '/', method: 'GET', header } },
    { name: 'post pages, signed in', target: { path: '/posts/%d', method: 'GET', ...newest } },
  ]
}

async function rangeOf(stack: PrivateStack, title: string): Promise<[number, number]> {
  const [[first = 0, last = 0] = []] = (await stack.sql(firstAndLast(title))).map((row) => row.map(Number))
  return [first, last]
}

/** Which of a pair comes first changes from round to round. */
async function measureInTurn(stack: PrivateStack, kinds: Kind[], seconds: number, rounds: number) {
  const rows: Row[] = kinds.map(({ name }) => ({ name, pairs: [] }))
  for (let round = 0; round < rounds; round++) {
    for (const [index, { target }] of kinds.entries()) {
      const rest = () => whileItRests(stack, () => measure(stack, target, seconds))
      const send = () => measure(stack, target, seconds)
      const [first, second] = round % 2 === 0 ? [rest, send] : [send, rest]
      const settled = async (work: () => Promise<Sample>) => {
        await runWrk(stack.url, target, settleSeconds)
        return work()
      }
      const [one, other] = [await settled(first), await settled(second)]
      const [resting, sending] = round % 2 === 0 ? [one, other] : [other, one]
      rows[index]?.pairs.push({ resting, sending })
    }
  }
  return rows
}

async function measure(stack: PrivateStack, target: Target, seconds: number): Promise<Sample> {
  const measured = await withCpu(stack, () => runWrk(stack.url, target, seconds))
  const { courier: _, ...others } = measured.cpuUs
  return {
    perSecond: measured.answered / measured.seconds,
    p99Ms: measured.p99Ms,
    us: Object.values(others).reduce((sum, us) => sum + us, 0),
    failed: measured.refused + measured.broken,
  }
}

/** Stopped, and not for so long that the supervisor takes it for hung. */
async function whileItRests(stack: PrivateStack, work: () => Promise<Sample>): Promise<Sample> {
  const pid = await courierPid(stack)
  process.kill(pid, 'SIGSTOP')
  try {
    return await work()
  } finally {
    process.kill(pid, 'SIGCONT')
  }
}

async function courierPid(stack: PrivateStack): Promise<number> {
  const { pid } = (await stack.processes()).find(({ role }) => role === 'courier') ?? {}
  if (pid === undefined) throw new Error('the stack has no courier')
  return pid
}

const courierUs = async (stack: PrivateStack) => (await cpuUsed(stack)).get('courier') ?? 0

async function waiting(stack: PrivateStack): Promise<number> {
  const [[mails = ''] = []] = await stack.sql(mailsWaiting)
  return Number(mails)
}

function reportText(rows: Row[]): string {
  const header = ['', 'a second', 'beside it', 'ratio', 'of pairs', 'p99 ms', 'beside it', 'µs', 'beside it']
  const figures = rows.map(({ name, pairs }) => {
    const middle = (of: (pair: Pair) => number) => median(pairs.map(of))
    const ratios = pairs.map(({ resting, sending }) => sending.perSecond / resting.perSecond)
    return [
      name,
      whole(middle(({ resting }) => resting.perSecond)),
      whole(middle(({ sending }) => sending.perSecond)),
      median(ratios).toFixed(3),
      `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`,
      middle(({ resting }) => resting.p99Ms).toFixed(1),
      middle(({ sending }) => sending.p99Ms).toFixed(1),
      middle(({ resting }) => resting.us).toFixed(1),
      middle(({ sending }) => sending.us).toFixed(1),
    ]
  })
  return ['', ...columns([header, ...figures]), ''].join('\n')
}

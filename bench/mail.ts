/**
 * `./agora bench mail`: is a mail lost, or sent twice, when the courier is killed and the mail server fails?
 * And how fast is a courier, with how much memory? Two databases, one server of SMTP.
 *
 * First a courier sends all mails undisturbed, and its memory is watched. Then the same number is sent by one
 * courier after the other, each killed at one of the steps of courier/failpoint.ts, while the server refuses,
 * hangs or cuts connections now and then. Each mail has to arrive. A second copy may only be of what was on
 * its way when a courier died or an answer was lost, at most four each time; what is more fails the run.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { usualPace } from '../courier/courier.ts'
import type { FailpointName } from '../courier/failpoint.ts'
import { atOnce } from '../courier/sender.ts'
import { columns } from '../stack/status.ts'
import { startCourier, type TestCourier } from '../test/support/servers/courier.ts'
import { freshDatabase, type TestDatabase } from '../test/support/servers/database.ts'
import { type Fault, type MailSink, startMailSink } from '../test/support/servers/mail-sink.ts'
import { until } from '../test/support/until.ts'
import { whole } from './figures.ts'
import { addMails, mailsWaiting } from './queries.ts'
import { seededRandom } from './random.ts'

const steps: FailpointName[] = [
  'before taking',
  'after taking',
  'before sending',
  'after sending',
  'after commit',
]

const faults: (Fault | undefined)[] = [
  undefined,
  { at: 'connect', does: '421 4.3.2 Not now' },
  { at: 'sender', does: '451 4.3.0 Later' },
  { at: 'recipient', does: '450 4.2.1 Come back' },
  { at: 'recipient', does: 'cut' },
  { at: 'recipient', does: 'hang' },
  { at: 'end', does: '452 4.3.1 No room' },
  { at: 'end', does: 'cut' },
]

const patience = { withinMs: 600_000, everyMs: 100 }

export async function mail(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      mails: { type: 'string', default: '10000' },
      kills: { type: 'string', default: '50' },
      seed: { type: 'string', default: '1' },
      json: { type: 'string' },
    },
  })
  const mails = Number(values.mails)
  const calm = await sendCalmly(mails)
  console.log(calmText(mails, calm))
  const rough = await sendRoughly(mails, Number(values.kills), seededRandom(Number(values.seed)))
  console.log(roughText(mails, rough))
  if (values.json) await Bun.write(values.json, `${JSON.stringify({ mails, calm, rough }, null, 2)}\n`)
  return rough.lost === 0 && rough.elsewhere === 0 ? 0 : 1
}

type Memory = { rssMb: number; pssMb: number }
type Calm = { perSecond: number; idle: Memory; most: Memory; after: Memory }

async function sendCalmly(mails: number): Promise<Calm> {
  const [database, sink] = await Promise.all([freshDatabase(), startMailSink()])
  const courier = await startCourier(database, sink.url, { pace: usualPace })
  const { pid } = courier.running
  // As a courier is that has nothing to do.
  await Bun.sleep(5_000)
  const idle = memoryOf(pid)
  const most = { ...idle }
  const began = performance.now()
  await database.write(addMails(mails))
  await until(() => {
    const now = memoryOf(pid)
    most.rssMb = Math.max(most.rssMb, now.rssMb)
    most.pssMb = Math.max(most.pssMb, now.pssMb)
    return sink.received.length >= mails
  }, patience)
  const seconds = (performance.now() - began) / 1_000
  const after = memoryOf(pid)
  await courier.stop()
  return { perSecond: mails / seconds, idle, most, after }
}

/** proc(5), `smaps_rollup`: what it has in memory, and the same with shared pages counted in part. */
function memoryOf(pid: number): Memory {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const mb = (name: string) =>
    (Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(rollup)?.[1]) * 1_024) / 1e6
  return { rssMb: mb('Rss'), pssMb: mb('Pss') }
}

type Rough = {
  kills: Record<FailpointName, number>
  lost: number
  /** Mails that arrived more than once, by what came between. */
  afterDeath: number
  afterCut: number
  elsewhere: number
}

/**
 * One courier of a run: how many copies had come before it, and of how many mails that came while it lived a
 * second one may come, because it was killed or their answers were lost.
 */
type Life = { first: number; copiesOfDeath: number; copiesOfCut: number }

async function sendRoughly(mails: number, kills: number, random: () => number): Promise<Rough> {
  const [database, sink] = await Promise.all([freshDatabase(), startMailSink()])
  await database.write(addMails(mails))
  const died = Object.fromEntries(steps.map((step) => [step, 0])) as Record<FailpointName, number>
  const lives: Life[] = []
  for (let life = 0; life < kills; life++) {
    const step = steps[life % steps.length] as FailpointName
    const fault = faults[Math.floor(random() * faults.length)]
    const { length: first } = sink.received
    const diesAfter = 1 + Math.floor((random() * 1.5 * mails) / kills)
    const courier = await startCourier(database, sink.url, { ...hasty, diesAt: step, diesAfter })
    const isKilled = await dies(courier, { database, sink, fault })
    const copiesOfCut = fault?.does === 'cut' ? atOnce : 0
    lives.push({ first, copiesOfDeath: isKilled ? atOnce : 0, copiesOfCut })
    if (isKilled) died[step]++
  }
  lives.push({ first: sink.received.length, copiesOfDeath: 0, copiesOfCut: 0 })
  const last = await startCourier(database, sink.url, hasty)
  await until(async () => (await waitingIn(database)) === 0, patience)
  await last.stop()
  return { kills: died, ...judged(sink, lives, mails) }
}

const hasty = { isAwaited: false, pace: { silence: 3 } }

type Scene = { database: TestDatabase; sink: MailSink; fault: Fault | undefined }

/** Resolves when it is dead, or when there is nothing left to die of. The fault is met once. */
async function dies({ running }: TestCourier, { database, sink, fault }: Scene): Promise<boolean> {
  const met = sink.met()
  sink.fault = fault
  void met.then(() => {
    sink.fault = undefined
  })
  await until(async () => !running.isRunning() || (await waitingIn(database)) === 0, patience)
  sink.fault = undefined
  if (!running.isRunning()) return true
  await running.stop()
  return false
}

async function waitingIn(database: TestDatabase): Promise<number> {
  const [row] = await database.rows<{ mails: number }>(mailsWaiting)
  return row?.mails ?? 0
}

/** What each second copy came of. */
function judged(sink: MailSink, lives: Life[], mails: number) {
  /** In which life a mail came last. */
  const seen = new Map<string, Life>()
  const found = { afterDeath: 0, afterCut: 0, elsewhere: 0 }
  for (const [at, { id }] of sink.received.entries()) {
    const life = lives.findLast(({ first }) => first <= at) as Life
    const before = seen.get(id)
    seen.set(id, life)
    if (before) found[causeOf(before, life)]++
  }
  return { lost: mails - seen.size, ...found }
}

/** What the second copy in `life` of a mail that had come in the life `before` came of. */
function causeOf(before: Life, life: Life): 'afterDeath' | 'afterCut' | 'elsewhere' {
  const cause =
    before !== life && before.copiesOfDeath > 0
      ? 'copiesOfDeath'
      : before.copiesOfCut > 0
        ? 'copiesOfCut'
        : undefined
  if (!cause) return 'elsewhere'
  before[cause]--
  return cause === 'copiesOfDeath' ? 'afterDeath' : 'afterCut'
}

const memoryText = ({ rssMb, pssMb }: Memory) => `${rssMb.toFixed(0)} MB (PSS ${pssMb.toFixed(0)})`

const calmText = (mails: number, { perSecond, idle, most, after }: Calm) =>
  [
    `One courier sends ${whole(mails)} mails, ${atOnce} at a time: ${whole(perSecond)} a second.`,
    `It takes ${memoryText(idle)} of memory idle, ${memoryText(most)} at most, ${memoryText(after)} at the end.`,
  ].join('\n')

function roughText(mails: number, { kills, lost, afterDeath, afterCut, elsewhere }: Rough): string {
  return [
    '',
    'The same while couriers are killed and the server fails:',
    '',
    ...columns([['killed', 'times'], ...Object.entries(kills).map(([step, times]) => [step, String(times)])]),
    '',
    `Of ${whole(mails)} mails ${lost} were lost.`,
    `Second copies: ${afterDeath} after a kill, ${afterCut} after a lost answer, ${elsewhere} otherwise.`,
  ].join('\n')
}

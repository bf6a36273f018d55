import { parseArgs } from 'node:util'
import { columns } from '../stack/status.ts'
import { postsShown } from '../test/support/site/page.ts'
import { brokenRelease, deploy, hang, kill, scaleTo, terminate, webReady } from './churn-acts.ts'
import { describeMachine, machineText } from './machine.ts'
import { startPrivateStack } from './private-stack.ts'
import { seededRandom } from './random.ts'
import { constantVisitors, type Visit, wasCut } from './visitors.ts'

type Phase = {
  name: string
  seconds: number
  gets: number
  lostGets: number
  posts: number
  lostPosts: number
  cut: number
  slowestMs: number
}

/**
 * `./agora bench churn`: constant traffic while the web replicas are scaled 2 -> 6 -> 2, ten of them are
 * killed, one hangs, one is asked to end, all are deployed anew, and once more with code that does not start.
 * Exit code 1 when a request was lost, other than a POST that a killed replica worked on.
 */
export async function churn(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      rate: { type: 'string', default: '60' },
      kills: { type: 'string', default: '10' },
      seed: { type: 'string', default: '1' },
      docker: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  })
  const mode = values.docker ? 'docker' : 'native'
  const stack = await startPrivateStack({ mode })
  const machine = await describeMachine(stack)
  const visitors = constantVisitors(
    stack.url,
    Number(values.rate),
    postsShown(await (await fetch(stack.url)).text()),
  )
  const roll = seededRandom(Number(values.seed))
  const kills: number[] = []
  const phases: Phase[] = []

  const phase = async (name: string, work: () => Promise<unknown>) => {
    const from = performance.now()
    console.log(`${name} ...`)
    await work()
    // What was begun in it may still end.
    await Bun.sleep(1_000)
    phases.push(countOf(name, visitors.visits, from, kills))
  }
  try {
    await phase('nothing', () => Bun.sleep(5_000))
    await phase('2 -> 6', () => scaleTo(stack, 6))
    await phase(`${values.kills} x kill -9`, async () => {
      for (let index = 0; index < Number(values.kills); index++) {
        const ready = await webReady(stack)
        const victim = ready[Math.floor(roll() * ready.length)]
        if (victim) kills.push(await kill(stack, victim.name))
      }
    })
    await phase('one hangs', async () => {
      // What it had in hand is lost when it is killed at last.
      const { hungMs, killMs, backMs } = await hang(stack, (await webReady(stack))[0]?.name ?? '')
      kills.push(killMs)
      console.log(`  replaced after ${((backMs - hungMs) / 1_000).toFixed(1)} s`)
    })
    await phase('one SIGTERM', async () => terminate(stack, (await webReady(stack))[1]?.name ?? ''))
    await phase('6 -> 2', () => scaleTo(stack, 2))
    await phase('deploy', () => succeeds(deploy(stack)))
    const broken = await brokenRelease('accounts')
    await phase('deploy, taken back', () => fails(deploy(stack, broken)))
  } finally {
    await visitors.leave()
    await stack.down()
  }
  phases.push(countOf('all', visitors.visits, 0, kills))
  console.log(tableOf(phases))
  console.log(lossesOf(visitors.visits, kills).join('\n'))
  console.log(machineText(machine))
  if (values.json) await Bun.write(values.json, `${JSON.stringify({ mode, machine, phases }, null, 2)}\n`)
  return phases.at(-1)?.lostGets === 0 && phases.at(-1)?.lostPosts === 0 ? 0 : 1
}

async function succeeds(deploying: ReturnType<typeof deploy>): Promise<void> {
  const { code, output } = await deploying
  if (code !== 0) throw new Error(`the deploy failed:\n${output}`)
}

async function fails(deploying: ReturnType<typeof deploy>): Promise<void> {
  const { code, output } = await deploying
  if (code === 0 || !output.includes('taken back'))
    throw new Error(`the deploy was not taken back:\n${output}`)
}

function countOf(name: string, all: Visit[], from: number, kills: number[]): Phase {
  const visits = all.filter(({ startedMs }) => startedMs >= from)
  const of = (method: Visit['method']) => visits.filter((visit) => visit.method === method)
  const lost = (method: Visit['method']) => of(method).filter(({ isLost }) => isLost)
  const cut = lost('POST').filter((visit) => wasCut(visit, kills)).length
  return {
    name,
    seconds: Math.round((performance.now() - Math.max(from, visits[0]?.startedMs ?? 0)) / 1_000),
    ...{ gets: of('GET').length, lostGets: lost('GET').length },
    ...{ posts: of('POST').length, lostPosts: lost('POST').length - cut, cut },
    slowestMs: Math.round(Math.max(0, ...visits.map(({ startedMs, endedMs }) => endedMs - startedMs))),
  }
}

function tableOf(phases: Phase[]): string {
  const header = ['', 's', 'GETs', 'lost', 'POSTs', 'lost', 'cut by kill -9', 'slowest, ms']
  const rows = phases.map(({ name, ...counts }) => [name, ...Object.values(counts).map(String)])
  return ['', ...columns([header, ...rows]), ''].join('\n')
}

const lossesOf = (visits: Visit[], kills: number[]) =>
  visits
    .filter((visit) => visit.isLost)
    .map((visit) => `lost: ${visit.method}${wasCut(visit, kills) ? ', cut' : ''}, ${visit.how}`)

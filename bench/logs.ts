/**
 * `./agora bench logs`: what `/logs` costs a request, by the processor time of the replicas. One private
 * stack whose replicas switch between the log and none, as LOGS=off has it, twice a second and more while
 * they are under load. So both are the same processes, as warm as each other, and whatever else the machine
 * does falls on both.
 */
import { parseArgs } from 'node:util'
import { columns } from '../stack/status.ts'
import { describeMachine, machineText } from './machine.ts'
import { type PrivateStack, startPrivateStack } from './private-stack.ts'
import { addPosts, firstAndLast } from './queries.ts'
import { connections, needWrk, pastTheCache, runWrk, type Target } from './wrk.ts'

const warmUpSeconds = 4
/** Until what one state left to do is done, and then as long as is measured, in milliseconds. */
const idleMs = 300
const sliceMs = 500
/** What a request may cost more, in percent. */
const mostPercent = 5

type State = 'on' | 'off'
type Kind = { says: string; target: Target }
type Used = { cpuUs: number; requests: number }

export async function logs(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { rounds: { type: 'string', default: '24' }, json: { type: 'string' } },
  })
  await needWrk()
  const stack = await startPrivateStack({ comparisons: true })
  try {
    const machine = await describeMachine(stack)
    const rows = []
    for (const kind of await kindsOn(stack)) rows.push(await measure(stack, kind, Number(values.rounds)))
    console.log(`${machineText(machine)}\n${connections} connections, ${values.rounds} rounds\n`)
    console.log(tableOf(rows).join('\n'))
    if (values.json) await Bun.write(values.json, `${JSON.stringify({ machine, rows }, null, 2)}\n`)
    return rows.some(({ percent }) => percent >= mostPercent) ? 1 : 0
  } finally {
    await stack.down()
  }
}

async function kindsOn(stack: PrivateStack): Promise<Kind[]> {
  await stack.sql(addPosts('Spread', 3))
  const [[first = ''] = []] = await stack.sql(firstAndLast('Spread'))
  return [
    { says: 'a like', target: { path: '/posts/%d/likes', first: Number(first), count: 1_000 } },
    { says: 'the front page', target: { path: '/', method: 'GET', header: pastTheCache } },
    {
      says: 'GET /api/v1/categories',
      target: { path: '/api/v1/categories', method: 'GET', header: pastTheCache },
    },
  ]
}

async function measure(stack: PrivateStack, { says, target }: Kind, rounds: number) {
  await runWrk(stack.url, target, warmUpSeconds)
  const ports = (await stack.processes()).flatMap(({ role, port }) => (role === 'web' ? [port] : []))
  const used: Record<State, Used> = { on: { cpuUs: 0, requests: 0 }, off: { cpuUs: 0, requests: 0 } }
  const take = async (state: State) => {
    const slice = await usedIn(ports, state)
    used[state].cpuUs += slice.cpuUs
    used[state].requests += slice.requests
  }

  const seconds = Math.ceil((rounds * 2 * (idleMs + sliceMs)) / 1_000) + 2
  const load = runWrk(stack.url, target, seconds)
  for (let round = 0; round < rounds; round++) {
    for (const state of round % 2 ? (['on', 'off'] as const) : (['off', 'on'] as const)) await take(state)
  }
  const { refused, broken } = await load
  if (refused + broken > 0) throw new Error(`${refused} requests were refused and ${broken} not answered`)

  const [withUs, withoutUs] = [perRequest(used.on), perRequest(used.off)]
  return { says, withUs, withoutUs, percent: (withUs / withoutUs - 1) * 100 }
}

const perRequest = ({ cpuUs, requests }: Used) => cpuUs / requests

/** What all replicas use in one slice in this state. */
async function usedIn(ports: number[], state: State): Promise<Used> {
  for (const port of ports) await ask(port, `logs/${state}`, 'POST')
  await Bun.sleep(idleMs)
  const before = await usedBy(ports)
  await Bun.sleep(sliceMs)
  const after = await usedBy(ports)
  return { cpuUs: after.cpuUs - before.cpuUs, requests: after.requests - before.requests }
}

async function usedBy(ports: number[]): Promise<Used> {
  const all = (await Promise.all(
    ports.map(async (port) => (await ask(port, 'used', 'GET')).json()),
  )) as Used[]
  return {
    cpuUs: all.reduce((sum, { cpuUs }) => sum + cpuUs, 0),
    requests: all.reduce((sum, { requests }) => sum + requests, 0),
  }
}

async function ask(port: number, what: string, method: 'GET' | 'POST'): Promise<Response> {
  const response = await fetch(`http://127.0.0.1:${port}/bench/${what}`, { method })
  if (!response.ok) throw new Error(`the replica at ${port} answered ${response.status} to /bench/${what}`)
  return response
}

const tableOf = (rows: Awaited<ReturnType<typeof measure>>[]) =>
  columns([
    ['microseconds of a replica for', 'without', 'with', 'cost'],
    ...rows.map(({ says, withoutUs, withUs, percent }) => [
      says,
      withoutUs.toFixed(1),
      withUs.toFixed(1),
      `${percent.toFixed(1)} %`,
    ]),
  ])

/**
 * `./agora bench api`: reads for programs beside the front page, over 32 connections through HAProxy and two
 * replicas. Each is asked past HAProxy's cache, so that the replicas answer; Redis holds what it remembers.
 */
import { parseArgs } from 'node:util'
import { columns } from '../stack/status.ts'
import { cpuUsed } from './cpu.ts'
import { describeMachine, machineText } from './machine.ts'
import { median } from './median.ts'
import { type PrivateStack, startPrivateStack } from './private-stack.ts'
import { needWrk, pastTheCache, runWrk } from './wrk.ts'

const warmUpSeconds = 3
const over = 32
const paths = ['/', '/api/posts', '/api/v1/categories']

export async function api(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: 'string', default: '4' },
      rounds: { type: 'string', default: '3' },
      json: { type: 'string' },
    },
  })
  await needWrk()
  const stack = await startPrivateStack()
  try {
    const machine = await describeMachine(stack)
    const [seconds, rounds] = [Number(values.seconds), Number(values.rounds)]
    const rows = await measureAll(stack, seconds, rounds)
    console.log(`${machineText(machine)}\n${over} connections, ${rounds} rounds of ${seconds} s, medians\n`)
    console.log(tableOf(rows).join('\n'))
    if (values.json) await Bun.write(values.json, `${JSON.stringify({ machine, rows }, null, 2)}\n`)
    return rows.some(({ failed }) => failed > 0) ? 1 : 0
  } finally {
    await stack.down()
  }
}

async function measureAll(stack: PrivateStack, seconds: number, rounds: number) {
  for (const path of paths)
    await runWrk(stack.url, { path, method: 'GET', header: pastTheCache }, warmUpSeconds, over)
  const samples = []
  for (let round = 0; round < rounds; round++) {
    for (const path of paths) samples.push(await measure(stack, path, seconds))
  }
  return [...Map.groupBy(samples, ({ path }) => path)].map(([path, own]) => ({
    path,
    perSecond: median(own.map(({ perSecond }) => perSecond)),
    p50Ms: median(own.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(own.map(({ p99Ms }) => p99Ms)),
    replicaUs: median(own.map(({ replicaUs }) => replicaUs)),
    failed: own.reduce((sum, { refused, broken }) => sum + refused + broken, 0),
  }))
}

async function measure(stack: PrivateStack, path: string, seconds: number) {
  const before = (await cpuUsed(stack)).get('web') ?? 0
  const measured = await runWrk(stack.url, { path, method: 'GET', header: pastTheCache }, seconds, over)
  const used = ((await cpuUsed(stack)).get('web') ?? 0) - before
  const { answered } = measured
  return { ...measured, path, perSecond: answered / measured.seconds, replicaUs: used / answered }
}

const tableOf = (rows: Awaited<ReturnType<typeof measureAll>>) =>
  columns([
    ['', 'requests/s', 'p50 ms', 'p99 ms', 'replica µs', 'failed'],
    ...rows.map(({ path, perSecond, p50Ms, p99Ms, replicaUs, failed }) => [
      path,
      Math.round(perSecond).toLocaleString('en'),
      p50Ms.toFixed(1),
      p99Ms.toFixed(1),
      replicaUs.toFixed(0),
      `${failed}`,
    ]),
  ])

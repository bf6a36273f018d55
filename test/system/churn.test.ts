import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { brokenRelease, deploy, hang, kill, scaleTo, terminate, webReady } from '../../bench/churn-acts.ts'
import { constantVisitors, type Visitors, wasCut } from '../../bench/visitors.ts'
import type { SiteStatus } from '../../src/health/site-status.ts'
import { nativeStatus } from '../../stack/native/status.ts'
import { type Stack, startStack } from '../support/servers/stack.ts'
import { postsShown } from '../support/site/page.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

let stack: Stack
let site: Parameters<typeof kill>[0]
let visitors: Visitors
beforeAll(async () => {
  stack = await startStack({ env: { CHAOS: 'on' } })
  site = { ...stack, processes: async () => (await nativeStatus(stack.data)).processes }
  visitors = constantVisitors(stack.url, 25, postsShown(await (await fetch(stack.url)).text()))
})
afterAll(() => visitors.leave())

/** A replica that is ready is one that HAProxy has still to find, in each of its two pools. */
beforeEach(async () => {
  for (const path of ['/up', '/market']) {
    const served = new Set<string | null>()
    await until(async () => {
      const { headers } = await fetch(stack.url + path, { headers: { 'cache-control': 'no-cache' } })
      served.add(headers.get('x-served-by'))
      return served.has('web-1') && served.has('web-2')
    })
  }
})

const statusPage = async () => (await (await fetch(`${stack.url}/api/status`)).json()) as SiteStatus

/** What was lost since `from`, but for POSTs that a killed process worked on. */
function losses(from: number, kills: number[] = []) {
  const since = visitors.visits.slice(from)
  expect(since.length).toBeGreaterThan(20)
  return since.filter((visit) => visit.isLost && !(visit.method === 'POST' && wasCut(visit, kills)))
}

/** How many visits have ended, those under way included. */
async function ended(): Promise<number> {
  const before = visitors.visits.length
  await until(() => visitors.visits.length > before + 25)
  return visitors.visits.length
}

/** The names that several processes had at one moment until `end`. */
async function namesTwiceUntil(end: Promise<unknown>): Promise<string[]> {
  const twice = new Set<string>()
  let isOver = false
  void end.finally(() => {
    isOver = true
  })
  while (!isOver) {
    const names = (await site.processes()).map(({ name }) => name)
    for (const [index, name] of names.entries()) if (names.indexOf(name) !== index) twice.add(name)
    await Bun.sleep(20)
  }
  return [...twice]
}

describe('under constant traffic no visitor loses a request', () => {
  test('when replicas are added and taken away again', async () => {
    const from = visitors.visits.length

    await scaleTo(site, 4)
    const more = (await webReady(site)).map(({ name }) => name)
    await scaleTo(site, 2)
    await ended()

    expect(more).toEqual(['web-1', 'web-2', 'web-3', 'web-4'])
    expect((await webReady(site)).map(({ name }) => name)).toEqual(['web-1', 'web-2'])
    expect(losses(from)).toEqual([])
  })

  test('when replicas are killed, but for a POST that a killed one worked on', async () => {
    const from = visitors.visits.length
    const kills = []

    for (const name of ['web-1', 'web-2', 'web-1']) kills.push(await kill(site, name))
    await ended()

    expect(losses(from, kills)).toEqual([])
  })

  test('when a replica hangs: it is replaced on its port, and the others are left alone', async () => {
    const from = visitors.visits.length
    const other = (await webReady(site))[1]

    const { killMs } = await hang(site, 'web-1')
    await ended()

    expect((await webReady(site))[1]).toEqual(other!)
    expect(losses(from, [killMs])).toEqual([])
  })

  test('when a replica breaks down and answers nothing but errors', async () => {
    const before = (await webReady(site)).map(({ port }) => port)

    // It says 500 to those who ask it until HAProxy knows.
    await fetch(`${stack.url}/api/v1/_crash`, { method: 'POST' })

    const [decision] = await until(
      async () => {
        const { site: state } = await statusPage()
        return state?.decisions[0]?.reason.includes('nothing but errors') && state.decisions
      },
      { everyMs: 200 },
    )
    expect(decision).toMatchObject({ kind: 'replaced', what: expect.stringMatching(/^web-[12]$/) })
    await until(async () => (await webReady(site)).length === 2)
    expect((await webReady(site)).map(({ port }) => port)).toEqual(before)
  })

  test('when a replica is asked to end', async () => {
    const from = await ended()

    await terminate(site, 'web-2')
    await ended()

    expect(losses(from)).toEqual([])
  })

  test('when all replicas are deployed anew, one after another', async () => {
    const from = visitors.visits.length
    const before = await site.processes()

    const deploying = deploy(site)
    const twice = await namesTwiceUntil(deploying)
    const { code, output } = await deploying
    await ended()

    expect(output).toContain('All replicas run the new code.')
    expect(code).toBe(0)
    const after = await site.processes()
    const replicas = (all: typeof after) => all.filter(({ name }) => /^(web|accounts|admin)-/.test(name))
    expect(replicas(after).map(({ name }) => name)).toEqual(replicas(before).map(({ name }) => name))
    const pids = replicas(before).map(({ pid }) => pid)
    expect(replicas(after).filter(({ pid, state }) => pids.includes(pid) || state !== 'ready')).toEqual([])
    expect(twice).toEqual([])
    expect(losses(from)).toEqual([])
  })

  test('when the code that is deployed does not start: the replicas go back to what they ran', async () => {
    const from = visitors.visits.length
    const broken = await brokenRelease('accounts')

    const { code, output } = await deploy(site, broken)
    await ended()

    expect(code).toBe(1)
    expect(output).toContain('web-1 runs the old code again')
    expect(output).toContain('The deploy was taken back')
    expect(output).toContain('This version is broken.')
    expect((await site.processes()).filter(({ state }) => state !== 'ready')).toEqual([])
    expect(losses(from)).toEqual([])
  })
})

test('the status page names every process and the last decisions', async () => {
  const { site: state, missing } = await statusPage()

  expect(missing).toEqual([])
  expect(state!.processes.map(({ name }) => name).sort()).toEqual(
    (await site.processes()).map(({ name }) => name).sort(),
  )
  expect(state!.processes.filter(({ health }) => health !== 'well')).toEqual([])
  expect(state!.decisions.map(({ what }) => what)).toContain('web-1')
})

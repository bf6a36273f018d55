import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { hang, kill, scaleTo, webReady } from '../../bench/churn-acts.ts'
import type { SiteStatus } from '../../src/health/site-status.ts'
import { dockerStatus } from '../../stack/docker/status.ts'
import { type Stack, startStack } from '../support/servers/stack.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(300_000)

let stack: Stack
let site: Parameters<typeof kill>[0]
beforeAll(async () => {
  const env = {
    SCALE_POLICY: 'requests',
    SCALE_WINDOW_SECONDS: '6',
    SCALE_MIN: '1',
    SCALE_MAX: '4',
    CHAOS: 'on',
  }
  stack = await startStack({ mode: 'docker', replicas: 1, isScaled: true, env })
  site = { ...stack, processes: async () => (await dockerStatus(stack.data)).processes }
})

const siteState = async () => ((await (await fetch(`${stack.url}/api/status`)).json()) as SiteStatus).site

const decided = (what: string) =>
  until(async () => (await siteState())?.decisions.find((each) => each.what === what), {
    withinMs: 30_000,
    everyMs: 200,
  })

describe('the scaler beside the containers', () => {
  test('is one of the processes, and sees all of them well', async () => {
    const scaler = await stack.process('scaler')

    const processes = await until(async () => (await siteState())?.processes)

    expect([scaler.state, scaler.pid === undefined]).toEqual(['ready', false])
    expect(processes.filter(({ health }) => health !== 'well')).toEqual([])
    expect(processes.find(({ name }) => name === 'web-1')!.memoryMb).toBeGreaterThan(20)
  })

  test('brings as many web replicas as requests want, health and files not counted, and takes them away', async () => {
    for (let index = 0; index < 65; index++) await fetch(`${stack.url}/api/v1/categories`)
    for (let index = 0; index < 40; index++)
      await fetch(`${stack.url}/${index % 2 ? 'api/v1/_health' : 'static/site.css'}`)

    const more = await decided('web 1 -> 4')
    await until(async () => (await siteState())?.scaling.replicas === 1, { withinMs: 40_000, everyMs: 200 })

    expect(more.reason).toStartWith('65 requests came in 6 s')
    expect((await webReady(site)).map(({ name }) => name)).toEqual(['web-1'])
  })

  test('leaves the number alone that somebody set by hand', async () => {
    await scaleTo(site, 2)

    await until(async () => (await siteState())?.scaling.min === 2, { withinMs: 10_000 })

    expect(await webReady(site)).toHaveLength(2)
  })

  test('is started again when it is killed', async () => {
    const { pid } = await stack.process('scaler')

    process.kill(pid!, 'SIGKILL')

    const again = () => stack.process('scaler').then((now) => now.state === 'ready' && now.pid !== pid)
    expect(await until(again, { withinMs: 20_000, everyMs: 200 })).toBe(true)
  })
})

describe('a container', () => {
  test('that somebody killed is brought back under its id', async () => {
    const { id } = await stack.process('web-1')

    await kill(site, 'web-1')

    expect((await stack.process('web-1')).id).toBe(id!)
  })

  test('that hangs is replaced, and the others are left alone', async () => {
    const other = await stack.process('web-2')

    const { hungMs, killMs } = await hang(site, 'web-1')

    expect(killMs).toBeGreaterThan(hungMs)
    expect(await stack.process('web-2')).toEqual(other)
  })

  test('that answers nothing but errors is replaced', async () => {
    const before = (await siteState())!.decisions.length

    await fetch(`${stack.url}/api/v1/_crash`, { method: 'POST' })

    const { reason } = await until(
      async () => {
        const decisions = (await siteState())?.decisions ?? []
        return decisions.length > before && decisions[0]
      },
      { withinMs: 20_000 },
    )
    expect(reason).toContain('answers nothing but errors')
  })
})

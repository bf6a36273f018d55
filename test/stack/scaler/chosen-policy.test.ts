import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { decide, nothingYet } from '../../../stack/scaler/chosen-policy.ts'
import { loadOf } from '../../../stack/scaler/replicas-by-load.ts'
import type { Sample } from '../../../stack/scaler/sample.ts'
import recorded from './recorded.json'
import { mostOf, settings, simulate, turns } from './simulation.ts'

const idle: Sample = {
  ...{ atMs: 0, replicas: 2, ready: 2, counted: 0 },
  ...{ inFlight: 0, responseMs: 2, loopDelayMs: 0.5, busy: 0.02 },
}

/** Looks once a second at counts of requests, with a pool that follows. */
function countsSeen(counts: number[], given: Partial<typeof settings>, begin = 1): number[] {
  const rules = { ...settings, policy: 'requests' as const, windowSeconds: 6, min: 1, max: 10, ...given }
  let memory = nothingYet
  let replicas = begin
  return counts.map((counted, index) => {
    const sample = { ...idle, atMs: index * 1_000, counted, replicas, ready: replicas }
    const outcome = decide(rules, memory, sample)
    memory = outcome.memory
    replicas = outcome.desired?.replicas ?? replicas
    return replicas
  })
}

describe('following the number of requests', () => {
  test.each([
    [19, 1],
    [20, 2],
    [65, 4],
    [5_000, 10],
  ])('%i requests in a window bring %i replicas, and quiet brings the least again', (requests, replicas) => {
    const seen = countsSeen([0, 0, 0, ...Array(20).fill(requests)], {})

    expect(seen.slice(0, 8)).toEqual(Array(8).fill(1))
    expect(seen.slice(8, 14)).toEqual(Array(6).fill(replicas))
    expect(seen.at(-1)).toBe(1)
  })

  test('a burst counts whole, whenever it comes', () => {
    for (let quiet = 0; quiet < 12; quiet++) {
      const counts = [...Array(quiet + 1).fill(0), 10, 20, ...Array(12).fill(20)]

      expect(Math.max(...countsSeen(counts, {}))).toBe(2)
    }
  })

  test('HAProxy beginning to count anew loses no request', () => {
    const seen = countsSeen([1_000, 1_010, 10, 10, 10, 10, 10, 10, 10], {})

    expect(Math.max(...seen)).toBe(2)
  })

  test('a look that HAProxy does not answer changes nothing', () => {
    const rules = { ...settings, policy: 'requests' as const, windowSeconds: 6, min: 1 }
    const first = decide(rules, nothingYet, { ...idle, counted: 40 })

    const blind = decide(rules, first.memory, { ...idle, atMs: 1_000, counted: undefined })

    expect(blind.desired).toBeUndefined()
    expect(blind.memory.requests.inWindow).toBe(0)
    expect(blind.memory.requests.counted).toBe(40)
  })

  test('every request is in exactly one window', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30), { minLength: 20, maxLength: 80 }), (steps) => {
        const rules = {
          ...settings,
          policy: 'requests' as const,
          windowSeconds: 6,
          min: 1,
          step: 1,
          max: 10_000,
        }
        let memory = nothingYet
        let counted = 0
        let inWindows = 0
        for (const [index, fresh] of [0, ...steps, ...Array(7).fill(0)].entries()) {
          counted += fresh
          const outcome = decide(rules, memory, { ...idle, atMs: index * 1_000, counted, replicas: 0 })
          memory = outcome.memory
          inWindows += Number(outcome.desired?.reason.match(/^\d+/)?.[0] ?? 0)
        }
        expect(inWindows + memory.requests.inWindow).toBe(counted)
      }),
    )
  })
})

describe('following the load', () => {
  const day = (at: number) => 150 + 1_850 * Math.max(0, Math.sin((Math.PI * at) / 43_200)) ** 3

  test("a day's curve is climbed and descended once, and nobody waits", () => {
    const story = simulate({ seconds: 86_400, rate: day })

    expect(turns(story)).toBeLessThanOrEqual(3)
    expect(mostOf(story)).toBeGreaterThanOrEqual(5)
    expect(mostOf(story)).toBeLessThanOrEqual(6)
    expect(Math.max(...story.map(({ waiting }) => waiting))).toBe(0)
    expect(story.at(-1)!.replicas).toBe(2)
  })

  test('a crowd of fifty times as many is served within a minute, and gone from within five', () => {
    const crowd = (at: number) => (at >= 60 && at < 240 ? 5_000 : 100)
    const story = simulate({ seconds: 900, rate: crowd })

    const isServed = (at: number) => story[at]!.waiting === 0
    expect(story[64]!.replicas).toBeGreaterThanOrEqual(4)
    expect(story[90]!.replicas).toBeGreaterThanOrEqual(10)
    expect(isServed(140)).toBe(true)
    expect(story[540]!.replicas).toBe(2)
    expect(turns(story)).toBe(1)
  })

  test('work that grows dearer by and by is followed step by step up to the most', () => {
    const story = simulate({
      seconds: 7_200,
      rate: () => 400,
      costMs: (at) => 2 + at / 300,
      settings: { max: 8 },
    })

    expect(turns(story)).toBe(0)
    expect(story.at(-1)!.replicas).toBe(8)
  })

  test('visitors who wait for a store bring no replica', () => {
    const sample = { ...idle, inFlight: 200, responseMs: 3_000, busy: 0.1 }

    expect(loadOf(sample)).toBeLessThan(0.2)
    expect(loadOf({ ...sample, busy: 0.5 })).toBeGreaterThan(2)
    expect(loadOf({ ...sample, busy: undefined, loopDelayMs: undefined })).toBeGreaterThan(2)
  })

  test('nothing is decided while nothing is known, and not for a start that is under way', () => {
    const blind = {
      ...idle,
      inFlight: undefined,
      responseMs: undefined,
      loopDelayMs: undefined,
      busy: undefined,
    }
    let memory = nothingYet
    const desired = Array.from({ length: 100 }, (_, index) => {
      const full = { ...idle, busy: 1, loopDelayMs: 200, ready: 1 }
      const outcome = decide(settings, memory, { ...(index < 80 ? blind : full), atMs: index * 1_000 })
      memory = outcome.memory
      return outcome.desired
    })

    expect(desired.filter(Boolean)).toEqual([])
  })

  test('a replica that never comes up does not keep the others from getting help', () => {
    let memory = nothingYet
    const desired = Array.from({ length: 60 }, (_, index) => {
      const full = { ...idle, atMs: index * 1_000, busy: 1, loopDelayMs: 100, replicas: 2, ready: 1 }
      const outcome = decide(settings, memory, full)
      memory = outcome.memory
      return outcome.desired?.replicas
    })

    expect(desired.slice(0, 30).filter(Boolean)).toEqual([])
    expect(desired[30]).toBe(4)
  })

  test('recorded: two replicas whose processors others take are left alone, though they are late', () => {
    let memory = nothingYet
    const desired = recorded.flatMap((sample) => {
      const outcome = decide({ ...settings, min: 2, max: 4 }, memory, { ...sample, replicas: 2, ready: 2 })
      memory = outcome.memory
      return outcome.desired ?? []
    })

    expect(Math.max(...recorded.map(({ loopDelayMs }) => loopDelayMs))).toBeGreaterThan(40)
    expect(desired).toEqual([])
  })
})

describe('on a machine short of processor time', () => {
  test('replicas that have little to do stay as they are, however late they are', () => {
    const story = simulate({ seconds: 600, rate: () => 100, cores: () => 0.3 })

    expect(story.at(-1)!.sample.loopDelayMs).toBeGreaterThan(100)
    expect(mostOf(story)).toBe(2)
  })

  test('a growth that brings no more work is taken back and said, and tried again only after minutes', () => {
    const story = simulate({ seconds: 900, rate: () => 1_500, cores: () => 1.2 })

    const decisions = story.flatMap(({ at, reason }) => (reason ? [{ at, reason }] : []))
    expect(mostOf(story)).toBe(4)
    expect(decisions[1]!.reason).toBe(
      '4 replicas got 1.2 cores of the processors, 2 had got 1.2 cores: more do not help.',
    )
    expect(story[decisions[1]!.at + 1]!.replicas).toBe(2)
    expect(decisions[2]!.at - decisions[1]!.at).toBeGreaterThanOrEqual(300)
    expect(decisions.length).toBeLessThanOrEqual(6)
  })

  test('the pool grows as soon as there are processors again', () => {
    const story = simulate({ seconds: 400, rate: () => 1_500, cores: (at) => (at < 120 ? 1.2 : 8) })

    expect(story[119]!.replicas).toBe(2)
    expect(story[160]!.replicas).toBeGreaterThanOrEqual(4)
    expect(story.at(-1)!.waiting).toBe(0)
  })

  test('a crowd is met with as many replicas as there are cores for, and no more', () => {
    const crowd = (at: number) => (at >= 60 && at < 360 ? 5_000 : 100)
    const story = simulate({ seconds: 360, rate: crowd, cores: () => 4 })

    expect(story.slice(120).map(({ replicas }) => replicas)).not.toContain(16)
    expect(story.at(-1)!.replicas).toBe(4)
  })
})

describe('whatever comes', () => {
  const anyFigure = fc.option(fc.double({ min: 0, max: 100_000, noNaN: true }), { nil: undefined })
  const anySample = fc.record({
    counted: fc.option(fc.nat(), { nil: undefined }),
    ...{ inFlight: anyFigure, responseMs: anyFigure, loopDelayMs: anyFigure, busy: anyFigure },
    ready: fc.nat(20),
  })

  test('there are never fewer replicas than the least nor more than the most', () => {
    const rules = fc.record({
      policy: fc.constantFrom('load' as const, 'requests' as const),
      ...{ min: fc.integer({ min: 1, max: 5 }), span: fc.nat(10) },
      ...{ windowSeconds: fc.integer({ min: 1, max: 30 }), step: fc.integer({ min: 1, max: 100 }) },
    })
    fc.assert(
      fc.property(
        rules,
        fc.array(anySample, { maxLength: 150 }),
        fc.integer({ min: 1, max: 20 }),
        (rule, all, begin) => {
          const bounds = { ...settings, ...rule, max: rule.min + rule.span }
          let memory = nothingYet
          let replicas = begin
          for (const [index, each] of all.entries()) {
            const sample = { ...each, atMs: index * 1_000, replicas, ready: Math.min(each.ready, replicas) }
            const outcome = decide(bounds, memory, sample)
            memory = outcome.memory
            replicas = outcome.desired?.replicas ?? replicas
            expect(replicas).toBeGreaterThanOrEqual(bounds.min)
            expect(replicas).toBeLessThanOrEqual(bounds.max)
          }
        },
      ),
    )
  })

  test('a steady load with a tenth of noise takes one correction at most, and then left alone', () => {
    const steady = fc.record({
      rate: fc.integer({ min: 50, max: 5_000 }),
      begin: fc.integer({ min: 2, max: 16 }),
    })
    const noises = fc.array(fc.double({ min: 0.9, max: 1.1, noNaN: true }), { minLength: 50, maxLength: 50 })
    fc.assert(
      fc.property(steady, noises, ({ rate, begin }, noise) => {
        const story = simulate({ seconds: 900, rate: (at) => rate * noise[at % 50]!, begin })

        expect(turns(story)).toBeLessThanOrEqual(1)
        expect(new Set(story.slice(600).map(({ replicas }) => replicas)).size).toBe(1)
      }),
    )
  })

  test('with the policy off only people change the number', () => {
    fc.assert(
      fc.property(anySample, (sample) => {
        const off = { ...settings, policy: 'off' as const }

        expect(decide(off, nothingYet, { ...sample, atMs: 0, replicas: 1 }).desired).toBeUndefined()
      }),
    )
  })
})

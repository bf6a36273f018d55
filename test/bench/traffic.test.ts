import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type Answer, openLoop } from '../../bench/open-loop.ts'
import { addUp, emptySecond, summary } from '../../bench/seconds.ts'
import { phaseAt, phases } from '../../bench/traffic-phases.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

const one = () => ({ method: 'POST' as const, path: '/', sender: '127.0.0.1' })

describe('an open loop', () => {
  test('goes on sending while nothing is answered, and counts the waiting', async () => {
    const { promise: opened, resolve: open } = Promise.withResolvers<void>()
    const server = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch: () => opened.then(() => new Response('late')),
    })
    const answers: Answer[] = []
    const loop = openLoop(
      server.url.origin,
      [{ kind: 'visitor', perSecond: () => 100, next: one }],
      (answer) => answers.push(answer),
    )

    await until(() => loop.underWay() > 15)
    const before = answers.length
    open()
    await loop.end()
    await server.stop(true)

    expect(before).toBe(0)
    expect(answers.length).toBeGreaterThan(15)
    expect(answers.every(({ status, isLike }) => status === 200 && isLike)).toBe(true)
    expect(Math.max(...answers.map(({ ms }) => ms))).toBeGreaterThan(100)
  })

  test('reports requests that nobody takes', async () => {
    const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() })
    const origin = server.url.origin
    await server.stop(true)
    const answers: Answer[] = []

    const loop = openLoop(origin, [{ kind: 'visitor', perSecond: () => 100, next: one }], (answer) =>
      answers.push(answer),
    )
    await until(() => answers.length > 3)
    await loop.end()

    expect(answers.every(({ status }) => status === undefined)).toBe(true)
  })
})

describe('what was seen in a second', () => {
  const answer = (more: Partial<Answer>): Answer => ({
    ...{ kind: 'visitor', second: 0.2, ms: 5, status: 200, isLike: false },
    ...more,
  })

  test('is counted by how it was answered', () => {
    const count = addUp([emptySecond(0, 'steady')])

    for (const more of [
      { ms: 1 },
      { ms: 9, isLike: true },
      { status: 429 },
      { status: 503 },
      { status: undefined },
      { kind: 'bot' },
      { kind: 'bot', status: 429 },
      { second: 7 },
    ]) {
      count.add(answer(more))
    }

    expect(count.rows()).toMatchObject([
      {
        sent: 5,
        answered: 2,
        limited: 1,
        errors: 1,
        broken: 1,
        likes: 1,
        bots: 2,
        botsLimited: 1,
        p50Ms: 1,
        p99Ms: 9,
      },
    ])
  })

  test('is summed up by phases, in the order in which they came', () => {
    const rows = ['steady', 'steady', 'bots', 'steady'].map((phase, index) => ({
      ...emptySecond(index, phase),
      sent: 10,
    }))

    expect(summary(rows).map(([from, phase]) => [from, phase])).toEqual([
      ['from s', 'phase'],
      ['0', 'steady'],
      ['2', 'bots'],
      ['3', 'steady'],
    ])
  })
})

test('phases follow one another and shrink together', () => {
  const full = phases(1)
  const brief = phases(0.3)

  expect(phaseAt(full, 0).phase.name).toBe('quiet')
  expect(phaseAt(full, 25)).toMatchObject({ phase: { name: 'flash crowd' }, since: 0 })
  expect(phaseAt(full, 10_000).phase.name).toBe('back')
  expect(brief.map(({ name }) => name)).toEqual(full.map(({ name }) => name))
  expect(brief.every(({ seconds }) => seconds >= 2 && seconds <= 6)).toBe(true)
})

import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import {
  type CheckContext,
  evaluate,
  type ProbeHistories,
  type Target,
} from '../../../stack/scaler/replace-policy.ts'

const target = (name: string, changed: Partial<Target> = {}): Target => ({
  name,
  role: name.replace(/-\d+$/, '') as Target['role'],
  state: 'ready',
  health: 'well',
  memoryMb: undefined,
  ...changed,
})

/** Checks once a second. Returns who was replaced when. */
function watch(checks: { targets: Target[]; context?: Partial<CheckContext> }[]) {
  let histories: ProbeHistories = {}
  return checks.flatMap(({ targets, context }, index) => {
    const outcome = evaluate(histories, targets, {
      atMs: index * 1_000,
      isLate: false,
      replicaMaxMb: 500,
      drainingTicks: 40,
      ...context,
    })
    histories = outcome.histories
    return outcome.actions.map(({ name, reason, isGentle }) => ({ at: index, name, reason, isGentle }))
  })
}

const silent = { health: 'silent' as const }
const whoWhen = (actions: { at: number; name: string }[]) => actions.map(({ at, name }) => [name, at])

test('a replica that hangs is replaced after five looks, and no other', () => {
  const targets = [target('web-1'), target('web-2', silent), target('mysql')]

  const actions = watch(Array(6).fill({ targets }))

  expect(actions).toEqual([
    { at: 4, name: 'web-2', reason: 'web-2 did not answer 5 times in a row.', isGentle: false },
  ])
})

test('one slow answer harms nobody, and neither do many with one in time between them', () => {
  const checks = Array.from({ length: 60 }, (_, index) => ({
    targets: [target('web-1', index % 5 === 4 ? {} : silent), target('web-2')],
  }))

  expect(watch(checks)).toEqual([])
})

test('where everything is slow nobody is shot', () => {
  const everybody = ['web-1', 'web-2', 'redis', 'mysql', 'batcher-1'].map((name) => target(name, silent))
  const oneOfTwo = [target('web-1', silent), target('web-2')]

  expect(watch(Array(120).fill({ targets: everybody }))).toEqual([])
  expect(watch(Array(120).fill({ targets: oneOfTwo, context: { isLate: true } }))).toEqual([])
})

test('a replica that answers nothing but errors is replaced after three looks', () => {
  const targets = [target('web-1', { health: 'broken' }), target('web-2')]

  expect(whoWhen(watch(Array(4).fill({ targets })))).toEqual([['web-1', 2]])
})

test('a replica that leaks is asked to end by itself, once', () => {
  const checks = Array.from({ length: 30 }, (_, index) => ({
    targets: [
      target('web-1', { memoryMb: index < 20 ? 300 + index * 20 : 90 }),
      target('web-2', { memoryMb: 90 }),
    ],
  }))

  expect(watch(checks)).toEqual([
    { at: 15, name: 'web-1', reason: 'web-1 takes 600 MB, more than 500.', isGentle: true },
  ])
})

test('of a pool that serves one is replaced at a time, of one that is gone all', () => {
  const some = [target('web-1', silent), target('web-2', silent), target('web-3'), target('mysql')]
  const none = [target('web-1', silent), target('web-2', silent), target('mysql')]

  expect(whoWhen(watch(Array(7).fill({ targets: some })))).toEqual([['web-1', 4]])
  expect(whoWhen(watch(Array(7).fill({ targets: none })))).toEqual([
    ['web-1', 4],
    ['web-2', 4],
  ])
})

test('MySQL has a minute, and for its recovery all the time it wants', () => {
  const hung = [target('mysql', silent), target('web-1')]
  const recovering = [target('mysql', { ...silent, state: 'starting' }), target('web-1')]

  expect(whoWhen(watch(Array(61).fill({ targets: hung })))).toEqual([['mysql', 59]])
  expect(watch(Array(3_600).fill({ targets: recovering }))).toEqual([])
})

test.each([
  ['redis', 7],
  ['batcher-1', 7],
  ['haproxy', 4],
])('%s is restarted when it hangs', (name, at) => {
  expect(whoWhen(watch(Array(9).fill({ targets: [target(name, silent), target('web-1')] })))).toEqual([
    [name, at],
  ])
})

test('what the supervisor starts or stops by itself is left to it', () => {
  const targets = [
    target('web-1', { ...silent, state: 'restarting' }),
    target('web-2', { ...silent, state: 'stopping' }),
    target('web-3'),
  ]

  expect(watch(Array(100).fill({ targets }))).toEqual([])
})

test('a container that somebody killed is brought back', () => {
  const targets = [target('web-1', { ...silent, state: 'stopped' }), target('web-2')]

  expect(whoWhen(watch(Array(4).fill({ targets })))).toEqual([['web-1', 2]])
})

describe('a fault that comes back', () => {
  const targets = [target('web-1', { health: 'broken' }), target('web-2')]
  const actions = watch(Array(600).fill({ targets }))

  test('is chased less and less often', () => {
    const pauses = actions.slice(1).map(({ at }, index) => at - actions[index]!.at)

    expect(pauses).toEqual([10, 20, 40, 80, 160])
  })

  test('is said loudly from the third time on', () => {
    expect(actions.map(({ reason }) => reason.includes('times in ten minutes'))).toEqual([
      false,
      false,
      ...Array(actions.length - 2).fill(true),
    ])
  })
})

test('whatever is seen, a process that answers well is never replaced but for its memory', () => {
  const anyTarget = fc.record({
    name: fc.constantFrom('web-1', 'web-2', 'accounts-1', 'redis', 'mysql', 'batcher-1'),
    state: fc.constantFrom('ready' as const, 'starting' as const, 'restarting' as const, 'stopped' as const),
    health: fc.constantFrom('well' as const, 'silent' as const, 'broken' as const, 'draining' as const),
    memoryMb: fc.option(fc.integer({ min: 50, max: 900 }), { nil: undefined }),
  })
  const anyCheck = fc.record({
    targets: fc.uniqueArray(anyTarget, { selector: ({ name }) => name, maxLength: 6 }),
    isLate: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(anyCheck, { maxLength: 200 }), (checks) => {
      const seen = checks.map(({ targets, isLate }) => ({
        targets: targets.map((each) => target(each.name, each)),
        context: { isLate },
      }))
      for (const { at, name, isGentle } of watch(seen)) {
        const found = seen[at]!.targets.find((each) => each.name === name)!
        expect(isGentle ? found.memoryMb! > 500 : found.health !== 'well').toBe(true)
      }
    }),
  )
})

import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import {
  type CheckContext,
  evaluate,
  type ProbeHistories,
  type Target,
} from '../../../stack/scaler/health-check.ts'

const patient = (name: string, changed: Partial<Target> = {}): Target => ({
  name,
  role: name.replace(/-\d+$/, '') as Target['role'],
  state: 'ready',
  health: 'well',
  memoryMb: undefined,
  ...changed,
})

/** Looks once a second; gives who was replaced when. */
function watch(looks: { patients: Target[]; ward?: Partial<CheckContext> }[]) {
  let cases: ProbeHistories = {}
  return looks.flatMap(({ patients, ward }, at) => {
    const outcome = evaluate(cases, patients, {
      atMs: at * 1_000,
      isLate: false,
      replicaMaxMb: 500,
      drainingLooks: 40,
      ...ward,
    })
    cases = outcome.cases
    return outcome.cures.map(({ name, reason, isGentle }) => ({ at, name, reason, isGentle }))
  })
}

const silent = { health: 'silent' as const }
const whoWhen = (cures: { at: number; name: string }[]) => cures.map(({ at, name }) => [name, at])

test('a replica that hangs is replaced after five looks, and no other', () => {
  const patients = [patient('web-1'), patient('web-2', silent), patient('mysql')]

  const cures = watch(Array(6).fill({ patients }))

  expect(cures).toEqual([
    { at: 4, name: 'web-2', reason: 'web-2 did not answer 5 times in a row.', isGentle: false },
  ])
})

test('one slow answer harms nobody, and neither do many with one in time between them', () => {
  const looks = Array.from({ length: 60 }, (_, at) => ({
    patients: [patient('web-1', at % 5 === 4 ? {} : silent), patient('web-2')],
  }))

  expect(watch(looks)).toEqual([])
})

test('where everything is slow nobody is shot', () => {
  const everybody = ['web-1', 'web-2', 'redis', 'mysql', 'batcher-1'].map((name) => patient(name, silent))
  const oneOfTwo = [patient('web-1', silent), patient('web-2')]

  expect(watch(Array(120).fill({ patients: everybody }))).toEqual([])
  expect(watch(Array(120).fill({ patients: oneOfTwo, ward: { isLate: true } }))).toEqual([])
})

test('a replica that answers nothing but errors is replaced after three looks', () => {
  const patients = [patient('web-1', { health: 'broken' }), patient('web-2')]

  expect(whoWhen(watch(Array(4).fill({ patients })))).toEqual([['web-1', 2]])
})

test('a replica that leaks is asked to end by itself, once', () => {
  const looks = Array.from({ length: 30 }, (_, at) => ({
    patients: [
      patient('web-1', { memoryMb: at < 20 ? 300 + at * 20 : 90 }),
      patient('web-2', { memoryMb: 90 }),
    ],
  }))

  expect(watch(looks)).toEqual([
    { at: 15, name: 'web-1', reason: 'web-1 takes 600 MB, more than 500.', isGentle: true },
  ])
})

test('of a pool that serves one is replaced at a time, of one that is gone all', () => {
  const some = [patient('web-1', silent), patient('web-2', silent), patient('web-3'), patient('mysql')]
  const none = [patient('web-1', silent), patient('web-2', silent), patient('mysql')]

  expect(whoWhen(watch(Array(7).fill({ patients: some })))).toEqual([['web-1', 4]])
  expect(whoWhen(watch(Array(7).fill({ patients: none })))).toEqual([
    ['web-1', 4],
    ['web-2', 4],
  ])
})

test('MySQL has a minute, and for its recovery all the time it wants', () => {
  const hung = [patient('mysql', silent), patient('web-1')]
  const recovering = [patient('mysql', { ...silent, state: 'starting' }), patient('web-1')]

  expect(whoWhen(watch(Array(61).fill({ patients: hung })))).toEqual([['mysql', 59]])
  expect(watch(Array(3_600).fill({ patients: recovering }))).toEqual([])
})

test.each([
  ['redis', 7],
  ['batcher-1', 7],
  ['haproxy', 4],
])('%s is restarted when it hangs', (name, at) => {
  expect(whoWhen(watch(Array(9).fill({ patients: [patient(name, silent), patient('web-1')] })))).toEqual([
    [name, at],
  ])
})

test('what the supervisor starts or stops by itself is left to it', () => {
  const patients = [
    patient('web-1', { ...silent, state: 'restarting' }),
    patient('web-2', { ...silent, state: 'stopping' }),
    patient('web-3'),
  ]

  expect(watch(Array(100).fill({ patients }))).toEqual([])
})

test('a container that somebody killed is brought back', () => {
  const patients = [patient('web-1', { ...silent, state: 'stopped' }), patient('web-2')]

  expect(whoWhen(watch(Array(4).fill({ patients })))).toEqual([['web-1', 2]])
})

describe('a fault that comes back', () => {
  const patients = [patient('web-1', { health: 'broken' }), patient('web-2')]
  const cures = watch(Array(600).fill({ patients }))

  test('is chased less and less often', () => {
    const pauses = cures.slice(1).map(({ at }, index) => at - cures[index]!.at)

    expect(pauses).toEqual([10, 20, 40, 80, 160])
  })

  test('is said loudly from the third time on', () => {
    expect(cures.map(({ reason }) => reason.includes('times in ten minutes'))).toEqual([
      false,
      false,
      ...Array(cures.length - 2).fill(true),
    ])
  })
})

test('whatever is seen, a process that answers well is never replaced but for its memory', () => {
  const anyPatient = fc.record({
    name: fc.constantFrom('web-1', 'web-2', 'accounts-1', 'redis', 'mysql', 'batcher-1'),
    state: fc.constantFrom('ready' as const, 'starting' as const, 'restarting' as const, 'stopped' as const),
    health: fc.constantFrom('well' as const, 'silent' as const, 'broken' as const, 'draining' as const),
    memoryMb: fc.option(fc.integer({ min: 50, max: 900 }), { nil: undefined }),
  })
  const anyLook = fc.record({
    patients: fc.uniqueArray(anyPatient, { selector: ({ name }) => name, maxLength: 6 }),
    isLate: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(anyLook, { maxLength: 200 }), (looks) => {
      const seen = looks.map(({ patients, isLate }) => ({
        patients: patients.map((each) => patient(each.name, each)),
        ward: { isLate },
      }))
      for (const { at, name, isGentle } of watch(seen)) {
        const found = seen[at]!.patients.find((each) => each.name === name)!
        expect(isGentle ? found.memoryMb! > 500 : found.health !== 'well').toBe(true)
      }
    }),
  )
})

import { expect, test } from 'bun:test'
import { openBreaker } from '../../src/platform/breaker.ts'

const [slowMs, restMs] = [100, 1_000]

/** A breaker with a clock of its own, and a store that answers or fails after `takesMs` of it. */
function opened() {
  let now = 0
  const store = { isThere: true, takesMs: 0, results: 0 }
  const ask = async () => {
    const { takesMs } = store
    store.results++
    await turn()
    now += takesMs
    if (!store.isThere) throw new Error('away')
    return 'answer'
  }
  const breaker = openBreaker({ probe: ask, slowMs, restMs, now: () => now })
  const tried = () => breaker.run(ask).catch((error: Error) => error.message)
  const pass = (ms: number) => {
    now += ms
  }
  return { store, breaker, tried, pass }
}

/** Lets everything run that waits for nothing from outside. */
const turn = () => new Promise(setImmediate)

test('two failures in a row open it, and then nobody is asked', async () => {
  const { store, breaker, tried, pass } = opened()
  store.isThere = false

  const outcomes = [await tried(), await tried(), await tried()]
  pass(restMs - 1)
  outcomes.push(await tried())

  expect(breaker.state()).toBe('open')
  expect(outcomes).toEqual(['away', 'away', 'it is left alone for a while', 'it is left alone for a while'])
  expect(store.results).toBe(2)
})

test('one failure between answers does not', async () => {
  const { store, breaker, tried } = opened()
  for (const isThere of [true, false, true, false, true]) {
    store.isThere = isThere
    await tried()
  }

  expect(breaker.state()).toBe('closed')
})

test('a slow answer that follows a slow one opens it, many at once do not', async () => {
  const { store, breaker, tried } = opened()
  store.takesMs = slowMs + 1

  await Promise.all([tried(), tried(), tried()])
  const afterOneStall = breaker.state()
  await tried()

  expect([afterOneStall, breaker.state()]).toEqual(['closed', 'open'])
})

test('answers that are just not slow never open it', async () => {
  const { store, breaker, tried } = opened()
  store.takesMs = slowMs
  for (let times = 0; times < 5; times++) await tried()

  expect(breaker.state()).toBe('closed')
})

test('when it has rested a probe is sent that nobody waits for, and one that is not answered opens it again', async () => {
  const { store, breaker, tried, pass } = opened()
  store.isThere = false
  await tried()
  await tried()

  pass(restMs)
  const outcomes = await tried()
  const meanwhile = breaker.state()
  await turn()

  expect([outcomes, meanwhile, breaker.state()]).toEqual([
    'it is left alone for a while',
    'half-open',
    'open',
  ])
  expect(store.results).toBe(3)
})

test('a probe that is answered soon closes it, one that is answered late does not', async () => {
  const { store, breaker, tried, pass } = opened()
  store.isThere = false
  await tried()
  await tried()
  store.isThere = true

  const states = []
  for (const takesMs of [slowMs + 1, 0]) {
    store.takesMs = takesMs
    pass(restMs)
    await tried()
    await turn()
    states.push(breaker.state())
  }

  expect(states).toEqual(['open', 'closed'])
  expect(await tried()).toBe('answer')
})

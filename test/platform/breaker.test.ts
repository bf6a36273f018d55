import { expect, test } from 'bun:test'
import { openBreaker } from '../../src/platform/breaker.ts'
import { until } from '../support/until.ts'

const restMs = 30

/** A breaker, and a store that answers or fails, at once or late. Of a machine that stalls no answer is slow, usually. */
function opened(slowMs = 5_000) {
  const store = { isThere: true, takesMs: 0, asked: 0 }
  const ask = async () => {
    store.asked++
    await Bun.sleep(store.takesMs)
    if (!store.isThere) throw new Error('away')
    return 'answer'
  }
  const breaker = openBreaker({ probe: ask, slowMs, restMs })
  const tried = () => breaker.run(ask).catch((error: Error) => error.message)
  return { store, breaker, tried }
}

test('two failures in a row open it, and then nobody is asked', async () => {
  const { store, breaker, tried } = opened()
  store.isThere = false

  const told = [await tried(), await tried(), await tried()]

  expect(breaker.state()).toBe('open')
  expect(told).toEqual(['away', 'away', 'it is left alone for a while'])
  expect(store.asked).toBe(2)
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
  const { store, breaker, tried } = opened(20)
  store.takesMs = 40

  await Promise.all([tried(), tried(), tried()])
  const afterOneStall = breaker.state()
  await tried()

  expect([afterOneStall, breaker.state()]).toEqual(['closed', 'open'])
})

test('a probe that is answered soon closes it again, one that is not opens it again', async () => {
  const { store, breaker, tried } = opened()
  store.isThere = false
  await tried()
  await tried()

  const probed = store.asked
  await until(async () => {
    await tried()
    return store.asked > probed
  })
  const still = breaker.state()
  store.isThere = true

  await until(async () => (await tried()) === 'answer')
  expect(still).not.toBe('closed')
  expect(breaker.state()).toBe('closed')
})

import { expect, setDefaultTimeout, test } from 'bun:test'
import { openBulkhead } from '../../src/platform/bulkhead.ts'
import { openReplica } from '../support/servers/replica.ts'
import { newName, password } from '../support/site/page.ts'
import { longestStep } from '../support/steps.ts'

setDefaultTimeout(120_000)

test('two hundred sign-ins at the same moment neither stop pages nor exhaust memory', async () => {
  const replica = await openReplica({ role: 'accounts' })
  const username = newName('ana')
  await replica.visitor().post('/signup', { username, password })
  const memoryBefore = process.memoryUsage.rss()
  let memory = 0
  let pages = 0
  let signIns = 0
  /** How many had signed in when each page came. */
  const between: number[] = []
  let isOver = false
  const reader = (async () => {
    while (!isOver) {
      const page = await replica.visitor().get('/login')
      if (page.status === 200) pages++
      between.push(signIns)
      memory = Math.max(memory, process.memoryUsage.rss() - memoryBefore)
      await Bun.sleep(5)
    }
  })()

  const answers = await Promise.all(
    Array.from({ length: 200 }, async () => {
      const answer = await replica.visitor().post('/login', { username, password })
      if (answer.status === 303) signIns++
      return answer
    }),
  )
  isOver = true
  await reader

  const signedIn = answers.filter(({ status }) => status === 303)
  const sentAway = answers.filter(({ status }) => status === 503)
  // More than are hashed at once: who waited was let in, too. How many were depends on the machine, because
  // a busy database sends writes away.
  expect(signedIn.length).toBeGreaterThan(10)
  expect(signedIn.length + sentAway.length).toBe(200)
  expect(sentAway.every(({ headers }) => Number(headers.get('retry-after')) > 0)).toBe(true)
  expect(pages).toBeGreaterThan(20)
  expect(longestStep([...between, signIns])).toBeLessThan(signIns / 2)
  // Two hashes of 19 MiB at a time, where two hundred would take 3.7 GiB.
  expect(memory / 2 ** 20).toBeLessThan(256)
})

test('a bulkhead lets in as many as it should, in order, and goes on after a failure', async () => {
  const bulkhead = openBulkhead({ atOnce: 2, waiting: 3, retrySeconds: 7 })
  let running = 0
  let most = 0
  const done: number[] = []
  const work = (number: number) =>
    bulkhead(async () => {
      most = Math.max(most, ++running)
      await Bun.sleep(1)
      running--
      done.push(number)
      if (number === 1) throw new Error('one of them fails')
    })

  const results = await Promise.allSettled([0, 1, 2, 3, 4, 5].map(work))
  await work(6)

  expect(most).toBe(2)
  expect(done).toEqual([0, 1, 2, 3, 4, 6])
  expect(results.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'rejected',
  ])
  expect((results[5] as PromiseRejectedResult).reason).toMatchObject({
    status: 503,
    headers: { 'retry-after': '7' },
  })
})

import { expect, test } from 'bun:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { openGroupCommit } from '../../../batcher/intake/commit-timing.ts'
import { until } from '../../support/until.ts'

function countCommits() {
  let commits = 0
  const { requestCame: arrived } = openGroupCommit(() => {
    commits++
  })
  return { arrived, commits: () => commits }
}

test('what comes in one turn of the event loop shares a commit', async () => {
  const { arrived, commits } = countCommits()

  arrived('ana')
  arrived('bo')
  arrived(undefined)
  await nextTurn()

  expect(commits()).toBe(1)
})

test('a replica alone never waits', async () => {
  const { arrived, commits } = countCommits()

  for (let times = 0; times < 5; times++) {
    arrived('ana')
    await nextTurn()
  }

  expect(commits()).toBe(5)
})

test('a replica that does not send again holds the others up only for a moment', async () => {
  const { arrived, commits } = countCommits()
  arrived('ana')
  arrived('bo')
  await nextTurn()

  arrived('ana')

  await until(() => commits() === 2, { everyMs: 1 })
})

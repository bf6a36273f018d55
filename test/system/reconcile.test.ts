import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { copyFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '../support/servers/reaper.ts'
import { runAgora, type Stack, startStack } from '../support/servers/stack.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

const env = { FLUSH_SECONDS: '1', FLUSH_EVERY_MS: '20', RATE_LIMITS: 'off' }

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ env })
})

const likesOf = async ({ url }: Stack) =>
  ((await (await fetch(`${url}/api/posts/1`)).json()) as { likes: number }).likes
const sendLike = ({ url }: Stack) => fetch(`${url}/api/posts/1/likes`, { method: 'POST' })
const audit = async ({ url }: Stack) =>
  (await (await fetch(`${url}/api/audit`)).json()) as { waiting: number; drift: number; applied: number }

test('an older journal is put back by hand: nobody can like before somebody decided by a command', async () => {
  const journal = join(stack.data, 'journal')
  const stored = temporaryFolder()
  const before = await likesOf(stack)
  await stack.down()
  for (const name of readdirSync(journal)) copyFileSync(join(journal, name), join(stored, name))
  const newer = await startStack({ data: stack.data, env })
  await sendLike(newer)
  await until(async () => (await audit(newer)).waiting === 0)
  await newer.down()
  for (const name of readdirSync(journal)) rmSync(join(journal, name))
  for (const name of readdirSync(stored)) copyFileSync(join(stored, name), join(journal, name))

  const older = await startStack({ data: stack.data, env })
  const printed = await until(async () => {
    const { code, output } = await runAgora(['reconcile', '--data', stack.data])
    return code === 1 && output
  })
  const refused = await sendLike(older)
  const decided = await runAgora(['reconcile', '--drop', '--data', stack.data])

  expect(printed).toContain('its journal is older than the database')
  expect(printed).toContain('./agora reconcile --drop')
  expect(printed).toContain('count twice')
  expect(refused.status).toBe(503)
  expect([decided.code, decided.output]).toEqual([
    0,
    expect.stringContaining('goes on from what the database has'),
  ])
  const answered = await until(async () => {
    const answer = await sendLike(older)
    return answer.ok && ((await answer.json()) as { likes: number })
  })
  expect(answered.likes).toBe(before + 2)
  await until(async () => (await audit(older)).waiting === 0)
  expect(await likesOf(older)).toBe(before + 2)
  expect((await audit(older)).drift).toBe(0)
  expect((await runAgora(['reconcile', '--data', stack.data])).code).toBe(0)
  expect((await runAgora(['reconcile', 'nobody', '--data', stack.data])).output).toContain(
    'there is no batcher',
  )
  await older.down()
})

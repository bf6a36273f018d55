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
const press = ({ url }: Stack) => fetch(`${url}/api/posts/1/likes`, { method: 'POST' })
const audit = async ({ url }: Stack) =>
  (await (await fetch(`${url}/api/audit`)).json()) as { waiting: number; drift: number; applied: number }

test('an older journal is put back by hand: nobody can like before somebody decided by a command', async () => {
  const journal = join(stack.data, 'journal')
  const kept = temporaryFolder()
  const before = await likesOf(stack)
  await stack.down()
  for (const name of readdirSync(journal)) copyFileSync(join(journal, name), join(kept, name))
  const newer = await startStack({ data: stack.data, env })
  await press(newer)
  await until(async () => (await audit(newer)).waiting === 0)
  await newer.down()
  for (const name of readdirSync(journal)) rmSync(join(journal, name))
  for (const name of readdirSync(kept)) copyFileSync(join(kept, name), join(journal, name))

  const older = await startStack({ data: stack.data, env })
  const said = await until(async () => {
    const { code, output } = await runAgora(['reconcile', '--data', stack.data])
    return code === 1 && output
  })
  const refused = await press(older)
  const decided = await runAgora(['reconcile', '--drop', '--data', stack.data])

  expect(said).toContain('its journal is older than the database')
  expect(said).toContain('./agora reconcile --drop')
  expect(said).toContain('count twice')
  expect(refused.status).toBe(503)
  expect([decided.code, decided.output]).toEqual([
    0,
    expect.stringContaining('goes on from what the database has'),
  ])
  const pressed = await until(async () => {
    const answer = await press(older)
    return answer.ok && ((await answer.json()) as { likes: number })
  })
  expect(pressed.likes).toBe(before + 2)
  await until(async () => (await audit(older)).waiting === 0)
  expect(await likesOf(older)).toBe(before + 2)
  expect((await audit(older)).drift).toBe(0)
  expect((await runAgora(['reconcile', '--data', stack.data])).code).toBe(0)
  expect((await runAgora(['reconcile', 'nobody', '--data', stack.data])).output).toContain(
    'there is no batcher',
  )
  await older.down()
})

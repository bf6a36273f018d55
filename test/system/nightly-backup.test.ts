import { expect, setDefaultTimeout, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { temporaryFolder } from '../support/servers/reaper.ts'
import { runAgora, startStack } from '../support/servers/stack.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(300_000)

test('a stack makes a backup by itself at its time, and status says so, and what a drill found', async () => {
  const folder = temporaryFolder()
  // When it has long been started.
  const at = new Date(Date.now() + 100_000).toISOString().slice(11, 16)
  const daily = await startStack({ replicas: 1, env: { BACKUP_TO: folder, BACKUP_AT: at } })

  await until(() => readdirSync(folder).some((name) => name.endsWith('.agora')), { withinMs: 220_000 })

  const [name = ''] = readdirSync(folder)
  const drilled = await runAgora(['drill', '--data', daily.data], { BACKUP_TO: folder })
  expect([drilled.code, drilled.output]).toEqual([0, expect.stringContaining('no differences.')])
  const { output } = await runAgora(['status', '--data', daily.data])
  expect(output).toMatch(/\nLast proven restore: \S+, in \d+ s, no differences\n/)
  expect(output).toContain(`, ${name}, `)
  const page = async () => (await fetch(`${daily.url}/status`, { headers: { accept: 'text/html' } })).text()
  await until(async () => (await page()).includes('Last proven restore'))
  await daily.down()
})

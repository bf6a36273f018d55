import { expect, setDefaultTimeout, test } from 'bun:test'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import { recordIn } from '../../stack/backup/record.ts'
import { startProcess } from '../support/servers/processes.ts'
import { agora, PATH, temporaryFolder } from '../support/servers/reaper.ts'
import { runAgora, startStack } from '../support/servers/stack.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(300_000)

test('a stack backs itself up at its time and drills that; a drill gives way, and leaves nothing', async () => {
  const folder = temporaryFolder()
  const identity = join(temporaryFolder(), 'key.txt')
  const secret = await generateIdentity()
  writeFileSync(identity, secret, { mode: 0o600 })
  // When it has long been started.
  const at = new Date(Date.now() + 100_000).toISOString().slice(11, 16)
  const env = {
    ...{ BACKUP_TO: folder, BACKUP_KEY: await identityToRecipient(secret), BACKUP_IDENTITY: identity },
    TMPDIR: temporaryFolder(),
  }
  const daily = await startStack({ replicas: 1, env: { ...env, BACKUP_AT: at } })

  await until(() => recordIn(daily.data).drill, { withinMs: 220_000 })

  const [name = ''] = readdirSync(folder)
  const { output } = await runAgora(['status', '--data', daily.data])
  expect(output).toMatch(/\nLast proven restore: \S+, in \d+ s, no differences\n/)
  expect(output).toContain(`, ${name}, `)
  const page = async () => (await fetch(`${daily.url}/status`, { headers: { accept: 'text/html' } })).text()
  await until(async () => (await page()).includes('Last proven restore'))

  const drill = () => startProcess([agora, 'drill', '--data', daily.data], { env: { ...env, PATH } })
  const killed = drill()
  await until(() => killed.printed().includes('restoring'))
  await killed.kill()
  const ended = drill()
  await until(() => ended.printed().includes('restoring'))
  const backup = await runAgora(['backup', '--data', daily.data], env)
  expect([backup.code, backup.output]).toEqual([0, expect.stringContaining('A drill of this board is ended')])
  expect([await ended.exited, ended.output()]).toEqual([75, expect.stringContaining('before it was over')])
  await daily.down()
  expect(readdirSync(env.TMPDIR).filter((each) => each.startsWith('agora-drill-'))).toEqual([])
  expect(commandsWith(env.TMPDIR)).toEqual([])
})

/** Of processes that run. */
const commandsWith = (words: string) =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8')]
      } catch {
        return []
      }
    })
    .filter((command) => command.includes(words))

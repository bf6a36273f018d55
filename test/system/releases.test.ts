import { expect, setDefaultTimeout, test } from 'bun:test'
import { rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { copyOfCheckout } from '../../bench/churn-acts.ts'
import { nativeStatus } from '../../stack/native/status.ts'
import type { ProcessStatus } from '../../stack/status.ts'
import { run } from '../support/servers/processes.ts'
import { atTheEnd, PATH, root, temporaryFolder } from '../support/servers/reaper.ts'
import { freePort } from '../support/servers/services.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

test('all of a stack is started again as it was, though its checkout is gone', async () => {
  const checkout = copyOfCheckout()
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'))
  const data = join(temporaryFolder(), 'data')
  const port = `${await freePort()}`
  atTheEnd('stack', data)
  const up = [
    'up',
    '--native',
    '--detach',
    '--no-autoscale',
    '--replicas',
    '1',
    '--port',
    port,
    '--data',
    data,
  ]
  const started = await run([join(checkout, 'agora'), ...up], { env: { PATH, RATE_LIMITS: 'off' } })
  expect(started).toMatchObject({ code: 0 })
  const { processes: before } = await nativeStatus(data)

  rmSync(checkout, { recursive: true })
  for (const { pid } of before) process.kill(pid!, 'SIGKILL')

  await until(async () => isRenewed(before, (await nativeStatus(data)).processes))
  expect(before.map(({ role }) => role)).toEqual(
    expect.arrayContaining(['batcher', 'scaler', 'haproxy', 'web']),
  )
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200)
})

/** The same processes, each begun anew and ready. */
function isRenewed(before: ProcessStatus[], after: ProcessStatus[]): boolean {
  const old = new Set(before.map(({ pid }) => pid))
  return after.length === before.length && after.every(({ pid, state }) => state === 'ready' && !old.has(pid))
}

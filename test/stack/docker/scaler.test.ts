import { expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { dataPaths } from '../../../stack/data-folder.ts'
import { type ScalerState, scalerStatus, startScaler, stopScaler } from '../../../stack/docker/scaler.ts'
import { identify, isAlive } from '../../../stack/process/identity.ts'
import { logPath } from '../../../stack/process/log-files.ts'
import { closeAfterTests } from '../../support/servers/cleanup.ts'
import { temporaryFolder } from '../../support/servers/reaper.ts'
import { until } from '../../support/until.ts'

setDefaultTimeout(60_000)

const withinMs = 20_000

/** The scaler as it stands beside containers; there are none for it to see. */
async function besideContainers() {
  const data = closeAfterTests(temporaryFolder(), stopScaler)
  const isReady = await startScaler({ data, port: 0, replicas: 2, autoscale: true })
  const stored = (): ScalerState => JSON.parse(readFileSync(dataPaths(data).scaler, 'utf8'))
  const printed = () => readFileSync(logPath(dataPaths(data).logs, 'scaler'), 'utf8').split('\n')
  return { data, isReady, stored, printed }
}

test('the scaler beside containers is started again on its port when it is killed, and a loop is an error', async () => {
  const { data, isReady, printed } = await besideContainers()
  const first = scalerStatus(data)!

  for (let times = 0; times < 3; times++) {
    const { pid } = scalerStatus(data)!
    process.kill(pid!, 'SIGKILL')
    await until(() => scalerStatus(data)?.state === 'ready' && scalerStatus(data)?.pid !== pid, { withinMs })
  }

  expect(isReady).toBe(true)
  expect(scalerStatus(data)).toEqual({ ...first, pid: expect.any(Number) })
  const ends = printed().filter((line) => line.includes('was ended by SIGKILL'))
  expect(ends.map((line) => JSON.parse(line).level)).toEqual(['warn', 'warn', 'error'])
})

test('what keeps it is ended with it, and when that was killed the scaler goes on and is ended alone', async () => {
  const { data, stored } = await besideContainers()
  const { watchdog, scaler } = stored()

  process.kill(watchdog!.pid, 'SIGKILL')
  await until(() => !isAlive(watchdog!))
  const unwatched = scalerStatus(data)!.state
  await stopScaler(data)
  await startScaler({ data, port: 0, replicas: 2, autoscale: true })
  const second = stored()
  await stopScaler(data)

  expect(unwatched).toBe('ready')
  expect([scaler, second.watchdog, second.scaler].map((each) => isAlive(each!))).toEqual([
    false,
    false,
    false,
  ])
  expect(existsSync(dataPaths(data).scaler)).toBe(false)
})

test('what a watchdog of 0.1.0 wrote is understood', async () => {
  const data = temporaryFolder()
  const stored = { keeper: identify(process.pid), port: 20_001, state: 'restarting' }
  await Bun.write(dataPaths(data).scaler, JSON.stringify(stored))

  expect(scalerStatus(data)).toMatchObject({ port: 20_001, state: 'restarting' })
})

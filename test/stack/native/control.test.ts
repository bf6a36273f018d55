import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { makeDataFolder, writeState } from '../../../stack/data-folder.ts'
import {
  askAnswers,
  askReport,
  askScale,
  askStop,
  hearReport,
  NotAnswering,
} from '../../../stack/native/control.ts'
import { nativeDriver } from '../../../stack/native/scaler-driver.ts'
import { identify } from '../../../stack/process/identity.ts'
import { type Running, startProcess } from '../../support/servers/processes.ts'
import { temporaryFolder } from '../../support/servers/reaper.ts'
import { until } from '../../support/until.ts'

setDefaultTimeout(60_000)

let data: string
let supervisor: Running
let socket: string

/** A process that answers on the control socket of a data folder, in which it stands as the supervisor. */
beforeEach(async () => {
  data = join(temporaryFolder(), 'data')
  const runtime = temporaryFolder()
  socket = join(runtime, 'control.sock')
  const program = `Bun.serve({ unix: process.argv.at(-1), fetch: () => Response.json({ isReady: true }) })`
  supervisor = startProcess([process.execPath, '-e', program, socket])
  makeDataFolder(data)
  const native = {
    supervisor: identify(supervisor.pid)!,
    runtime,
    statsPort: 1,
    mysqlPort: 1,
    processes: [],
  }
  writeState(data, { mode: 'native', port: 1, native })
  await until(() => existsSync(socket))
})
afterEach(() => supervisor.kill())

test('a supervisor that is stopped is there and does not answer, and goes on where it left off', async () => {
  supervisor.pause()

  await Promise.all([
    expect(askReport(data)).rejects.toThrow(`Its supervisor (pid ${supervisor.pid})`),
    expect(hearReport(data)).resolves.toBe('silent'),
    expect(askScale(data, { replicas: 2, isByHand: true })).rejects.toBeInstanceOf(NotAnswering),
    expect(askStop(data)).resolves.toBeUndefined(),
  ])
  supervisor.resume()

  expect(await askReport(data)).toMatchObject({ isReady: true })
})

test('so is one whose socket is gone, until it makes another', async () => {
  rmSync(socket)

  await expect(askReport(data)).rejects.toBeInstanceOf(NotAnswering)
})

test('one that has ended is none', async () => {
  await supervisor.kill()

  expect(await askReport(data)).toBeUndefined()
  expect(await hearReport(data)).toBeUndefined()
  await expect(askScale(data, { replicas: 2, isByHand: true })).rejects.toThrow('not running')
})

test('what a stopped supervisor does not say of a store is not that the store is silent', async () => {
  const driver = nativeDriver(socket)
  const mysql = { name: 'mysql', role: 'mysql', state: 'ready', port: 1 } as const
  supervisor.pause()

  expect(await askAnswers({ socket }, 'mysql', 100)).toBeUndefined()
  const figures = { servers: undefined, counted: undefined, heartbeats: undefined }
  expect(await driver.probe([mysql], figures)).toEqual(new Map([['mysql', 'unknown']]))
  expect(await driver.list()).toBeUndefined()
})

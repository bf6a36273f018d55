import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { dataPaths, readState } from '../../stack/data-folder.ts'
import { startProcess } from '../support/servers/processes.ts'
import { agora, PATH, temporaryFolder } from '../support/servers/reaper.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(180_000)

const withinMs = 150_000

/** Processes whose environment or command names the folder, by proc(5). */
const processesOf = (folder: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== `${process.pid}`)
    .filter((pid) => textOf(`/proc/${pid}/environ`).includes(folder) || commandOf(pid).includes(folder))
    .map((pid) => `${pid} ${commandOf(pid)}`)
const commandOf = (pid: string) => textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')

/** Empty where the process has ended meanwhile. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** The data folder of the stack that the tests below this folder have begun to start. */
const dataBelow = (folder: string) =>
  readdirSync(folder)
    .map((name) => join(folder, name, 'data'))
    .find((data) => readState(data) !== undefined)

describe('a test run that is told to end', () => {
  test.each<[NodeJS.Signals, when: string]>([
    ['SIGINT', 'starts its stack'],
    ['SIGTERM', 'has its stack'],
    ['SIGHUP', 'has its stack'],
  ])('by %s while it %s leaves neither processes nor folders', async (signal, when) => {
    const folder = realpathSync(temporaryFolder())
    const tests = startProcess([agora, 'test', './test/system/languages.test.ts'], {
      env: { PATH, TMPDIR: folder },
    })
    const data = await until(() => dataBelow(folder), { withinMs })
    if (when === 'has its stack') {
      const { supervisorLog } = dataPaths(data)
      await until(() => textOf(supervisorLog).includes('ready after'), { withinMs })
    }

    // To itself alone, not to all of its group as Ctrl-C would.
    process.kill(tests.pid, signal)

    await until(() => !tests.isRunning(), { withinMs })
    const left = () => [...processesOf(folder), ...readdirSync(folder, { recursive: true })]
    await until(() => left().length === 0, { withinMs }).catch((cause) => {
      throw new Error(`what is left: ${left().slice(0, 10).join(', ')}`, { cause })
    })
    expect(await tests.exited).not.toBe(0)
  })
})

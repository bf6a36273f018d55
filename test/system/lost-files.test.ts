import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dataPaths, readState } from '../../stack/data-folder.ts'
import { identify, isAlive } from '../../stack/process/identity.ts'
import { startProcess } from '../support/servers/processes.ts'
import { agora, PATH, temporaryFolder } from '../support/servers/reaper.ts'
import { freePort } from '../support/servers/services.ts'
import { runAgora, type Stack, startStack } from '../support/servers/stack.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

const ways = {
  removed: (path: string) => rmSync(path, { force: true }),
  emptied: (path: string) => writeFileSync(path, ''),
  garbled: (path: string) => writeFileSync(path, '\u0000}{ no such thing\n'.repeat(50)),
}
type Way = keyof typeof ways
const allWays = Object.keys(ways) as Way[]

/**
 * Of the data folder all but the database, the journal, logs and code, which are no bookkeeping, and
 * `beginning.json`, which no start needs.
 */
const inData = [
  'state.json',
  'secrets.json',
  ...['prometheus.yml', 'alerts.yml', 'stats-password', 'haproxy.json', 'targets.json'].map(
    (name) => `monitoring/${name}`,
  ),
]
const inRuntime = ['init.sql', 'redis.conf']
const sockets = ['control.sock', 'haproxy.sock', 'scaler.sock']

let stack: Stack
let runtime: string
beforeAll(async () => {
  stack = await startStack({ replicas: 1 })
  runtime = readState(stack.data)!.native!.runtime
})

const stateOf = async (name: string) => (await stack.process(name)).state
const pidOf = async (name: string) => (await stack.process(name)).pid

async function killed(name: string): Promise<void> {
  const before = (await pidOf(name))!
  process.kill(before, 'SIGKILL')
  await until(async () => (await stateOf(name)) === 'ready' && (await pidOf(name)) !== before)
}

describe('of a stack that runs', () => {
  test('these are all files it keeps', () => {
    const { data } = stack
    const folders = ['mysql', 'journal', 'index', 'sent-mail', 'logs', 'releases', 'monitoring']
    const found = readdirSync(data).filter((name) => !folders.includes(name))
    const watched = readdirSync(join(data, 'monitoring')).map((name) => `monitoring/${name}`)

    expect([...found, ...watched].sort()).toEqual(
      [...inData, 'beginning.json', 'version.json', 'lock', 'lock-journal'].sort(),
    )
    // The database's own are its folder, its socket, temporary tables and the link that its folder was made
    // through.
    const ours = readdirSync(runtime).filter((name) => !/^(#|ib|mysql(\.sock)?$|data$)/.test(name))
    expect(ours.sort()).toEqual([...inRuntime, ...sockets].sort())
  })

  const files = allWays.flatMap((way) => [...inData, ...inRuntime].map((name) => [name, way] as const))
  test.each(files)('%s, when it is %s, is there again as it was', async (name, way) => {
    const path = join(inRuntime.includes(name) ? runtime : stack.data, name)
    const before = readFileSync(path, 'utf8')

    ways[way](path)

    await until(() => readFileSync(path, 'utf8') === before)
    expect((await stack.status()).processes.filter(({ state }) => state !== 'ready')).toEqual([])
  })

  test.each(sockets)('%s, when it is removed, is there again', async (name) => {
    rmSync(join(runtime, name))

    await until(() => existsSync(join(runtime, name)))
    await until(async () => (await stateOf('haproxy')) === 'ready')
    const { code, output } = await runAgora(['scale', '1', '--data', stack.data])
    expect({ code, output }).toEqual({ code: 0, output: 'There are 1 web replicas.\n' })
  })

  test('the lock, when it is removed, keeps another start away again', async () => {
    const { lock } = dataPaths(stack.data)
    rmSync(lock)

    await until(() => existsSync(lock))
    const { code, output } = await runAgora(['up', '--native', '--detach', '--data', stack.data])
    expect(output).toContain('Agora runs already')
    expect(code).toBe(0)
  })

  test('the whole runtime folder may go: both stores and HAProxy start again', async () => {
    rmSync(runtime, { recursive: true })

    for (const name of ['redis', 'mysql', 'haproxy']) {
      await until(async () => (await stateOf(name)) === 'ready')
      await killed(name)
    }
    expect(await until(async () => (await fetch(stack.url)).status === 200)).toBe(true)
    expect((await stack.sql('SELECT 1 + 1'))[0]).toBe('2')
  })

  test('the folders of logs and of monitoring may go, too', async () => {
    const { logs, monitoring } = dataPaths(stack.data)
    for (const folder of [logs, monitoring]) rmSync(folder, { recursive: true })

    await killed('web-1')

    await until(() => existsSync(join(logs, 'web-1.log')) && existsSync(join(monitoring, 'targets.json')))
  })

  test('what cannot be written ends nothing, and is written when it can be', async () => {
    const { state } = dataPaths(stack.data)
    rmSync(state)
    mkdirSync(join(state, 'in the way'), { recursive: true })
    const replica = await until(() => replicaOf(stack))

    process.kill(replica, 'SIGKILL')
    await until(async () => (await fetch(stack.url)).status === 200 && replicaOf(stack) !== replica)
    rmSync(state, { recursive: true })

    await until(async () => (await stateOf('web-1')) === 'ready')
    expect(readState(stack.data)?.native?.processes.map(({ pid }) => pid)).toContain(replicaOf(stack))
  })

  test('a start waits for a supervisor that is silent, not for ever, and ends when it is stopped', async () => {
    const { pid } = readState(stack.data)!.native!.supervisor
    const up = () =>
      startProcess([agora, 'up', '--native', '--detach', '--data', stack.data], { env: { PATH } })
    process.kill(pid, 'SIGSTOP')
    try {
      const [waiting, stopped] = [up(), up()]
      await until(() => stopped.printed().includes('waiting for it'))
      stopped.send('SIGTERM')

      expect(await stopped.exited).not.toBe(0)
      expect(await waiting.exited).toBe(1)
      expect(waiting.output()).toContain(`(pid ${pid}) does not answer`)
    } finally {
      process.kill(pid, 'SIGCONT')
    }
    await until(async () => (await stateOf('web-1')) === 'ready')
  })
})

/** The pid of its web replica, as the system has it; 0 while there is none. */
function replicaOf({ data }: Stack): number {
  const marks = [`AGORA_STACK=${data}`, 'AGORA_PROCESS=web-1']
  const isIt = (pid: string) => {
    try {
      const environ = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
      return identify(Number(pid)) !== undefined && marks.every((mark) => environ.includes(mark))
    } catch {
      return false
    }
  }
  return Number(readdirSync('/proc').find((pid) => /^\d+$/.test(pid) && isIt(pid)) ?? 0)
}

describe('of a stack that does not run', () => {
  const files = ['state.json', 'secrets.json', 'lock', '.env', 'scaler.json', 'scale.json']
  const cases = allWays.flatMap((way) => files.map((name) => [name, way] as const))

  test.each(cases)('%s may be %s: status and down answer in a line', async (name, way) => {
    const data = join(temporaryFolder(), 'data')
    mkdirSync(join(data, 'journal'), { recursive: true })
    mkdirSync(join(data, 'mysql'))
    writeFileSync(join(data, 'state.json'), '{"mode":"native","port":8080}')
    for (const file of files.filter((each) => each !== 'state.json')) writeFileSync(join(data, file), '')

    ways[way](join(data, name))

    for (const command of ['status', 'down']) {
      const { code, output } = await runAgora([command, '--data', data])
      expect({ command, code, output }).toEqual({
        command,
        code: command === 'status' ? 1 : 0,
        output: 'Agora is not running.\n',
      })
    }
  })

  test('all may be removed, emptied or garbled: the next start makes them anew, and the board is there', async () => {
    const { data, sql, down } = await startStack({ replicas: 1 })
    await sql("UPDATE posts SET title = 'Still here' WHERE id = 1")

    for (const way of allWays) {
      await down()
      for (const name of [...inData, 'lock']) ways[way](join(data, name))
      await startStack({ replicas: 1, data, port: await freePort() })

      expect(await sql('SELECT title FROM posts WHERE id = 1')).toEqual(['Still here'])
    }
    await down()
  })
})

test('what a killed supervisor left is found without its list, too', async () => {
  const { data, down } = await startStack({ replicas: 1 })
  const { processes, supervisor, runtime: left } = readState(data)!.native!
  process.kill(supervisor.pid, 'SIGKILL')
  await until(() => !isAlive(supervisor))
  rmSync(dataPaths(data).state)

  await down()

  expect(processes.filter(isAlive)).toEqual([])
  expect(existsSync(left)).toBe(false)
})

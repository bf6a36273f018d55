import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { environment } from '../../src/platform/config.ts'
import { readState } from '../../stack/data-folder.ts'
import { type Identity, isAlive } from '../../stack/process/identity.ts'
import { run, startProcess } from '../support/servers/processes.ts'
import { agora, atTheEnd, temporaryFolder } from '../support/servers/reaper.ts'
import { freePort } from '../support/servers/services.ts'
import { runAgora, startStack } from '../support/servers/stack.ts'
import { until } from '../support/until.ts'

const minute = 60_000
setDefaultTimeout(2 * minute)

describe('a stack whose supervisor was killed', () => {
  test('is found by its next start, which ends what was left and begins anew', async () => {
    const stack = await startStack({ replicas: 1 })
    const left = processesOf(stack.data)
    process.kill(supervisorOf(stack.data).pid, 'SIGKILL')
    await until(() => !isAlive(supervisorOf(stack.data)))
    const { code, printed } = await runAgora(['status', '--data', stack.data])
    expect(code).toBe(1)
    expect(printed).toContain('The supervisor is gone')

    await startStack({ replicas: 1, data: stack.data, port: stack.port })

    expect(left.filter(isAlive)).toEqual([])
    expect((await stack.status()).processes.map(({ state }) => state)).not.toContain('restarting')
    expect((await fetch(`${stack.url}/`)).status).toBe(200)
  })

  test('is stopped by down all the same', async () => {
    const stack = await startStack({ replicas: 1 })
    const left = processesOf(stack.data)
    process.kill(supervisorOf(stack.data).pid, 'SIGKILL')

    await stack.down()

    expect(left.length).toBeGreaterThan(6)
    expect(left.filter(isAlive)).toEqual([])
  })
})

describe('a stack whose supervisor stands still', () => {
  test('is there and does not answer, whatever is asked, and goes on', async () => {
    const stack = await startStack({ replicas: 1 })
    const { pid } = supervisorOf(stack.data)
    const where = ['--data', stack.data]
    process.kill(pid, 'SIGSTOP')

    const said = await Promise.all(
      [['status'], ['scale', '2'], ['password', 'ana'], ['reconcile'], ['backup', join(stack.data, 'b')]].map(
        (command) => runAgora([...command, ...where]),
      ),
    )
    const other = await runAgora(['up', '--docker', '--detach', ...where])
    process.kill(pid, 'SIGCONT')

    for (const { code, output } of [...said, other]) {
      expect(code).toBe(1)
      expect(output).toContain(`Its supervisor (pid ${pid})`)
      expect(output).not.toContain('not running')
    }
    expect(supervisorOf(stack.data).pid).toBe(pid)
    await until(async () => (await stack.status()).processes.length > 0)
  })

  test('is stopped in order by down', async () => {
    const stack = await startStack({ replicas: 1 })
    const left = [supervisorOf(stack.data), ...processesOf(stack.data)]
    process.kill(supervisorOf(stack.data).pid, 'SIGSTOP')

    const { code, output } = await runAgora(['down', '--data', stack.data])

    expect(code).toBe(0)
    expect(output).not.toContain('their supervisor is gone')
    expect(left.filter(isAlive)).toEqual([])
  })
})

describe('a stack', () => {
  test('starts from any folder, through a link, with its things under a long name with blanks', async () => {
    const folder = temporaryFolder()
    const data = join(folder, 'a board '.repeat(20).trim(), 'of ana')
    const link = join(folder, 'board')
    symlinkSync(agora, link)
    mkdirSync(data, { recursive: true })
    const { port, options } = await typedIn(folder)
    atTheEnd('stack', data)

    const up = await run(
      [link, 'up', '--native', '--detach', '--port', port, '--replicas', '1', '--data', data],
      options,
    )

    expect(up.output).toContain(`http://127.0.0.1:${port}`)
    expect(up.code).toBe(0)
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toContain('post-')
    const down = await run([link, 'down', '--volumes', '--data', data], options)
    expect(down.code).toBe(0)
    expect(existsSync(data)).toBe(false)
  })

  test('in the foreground stops in order at Ctrl-C', async () => {
    const { data, up } = await inForeground()
    await until(() => up.printed().includes('Stop   Ctrl-C'), { withinMs: minute })
    const all = processesOf(data)

    up.send('SIGINT')

    expect(await up.exited).toBe(0)
    expect(up.printed()).toMatch(/stopping\nstopped in/)
    expect(all.filter(isAlive)).toEqual([])
  })

  test('that is interrupted while it starts leaves nothing', async () => {
    const { data, up } = await inForeground()
    await until(() => up.printed().includes('mysql ready'), { withinMs: minute })
    const some = processesOf(data)

    up.send('SIGTERM')
    await up.exited

    expect(some.length).toBeGreaterThan(0)
    expect(some.filter(isAlive)).toEqual([])
    expect(readState(data)?.native).toBeUndefined()
  })

  test('started twice at the same moment runs once', async () => {
    const data = join(temporaryFolder(), 'data')
    atTheEnd('stack', data)
    const up = async () =>
      runAgora([
        'up',
        '--native',
        '--detach',
        '--replicas',
        '1',
        '--data',
        data,
        '--port',
        `${await freePort()}`,
      ])

    const both = await Promise.all([up(), up()])

    expect(both.map(({ code }) => code)).toEqual([0, 0])
    expect(both.filter(({ printed }) => printed.includes('runs already'))).toHaveLength(1)
    await runAgora(['down', '--data', data])
  })

  test('whose batcher cannot start says why and leaves nothing', async () => {
    const data = join(temporaryFolder(), 'data')
    atTheEnd('stack', data)
    await Bun.write(join(data, 'journal', 'batcher-1.sqlite'), 'this is no journal'.repeat(1_000))

    const { code, output } = await runAgora([
      'up',
      '--native',
      '--detach',
      '--data',
      data,
      '--port',
      `${await freePort()}`,
    ])

    expect(code).toBe(1)
    expect(output).toContain('batcher-1 ended with code')
    expect(output).toMatch(/Its last words .*\n.*(not a database|malformed)/s)
    expect(readState(data)?.native).toBeUndefined()
  })

  test('is not begun with a setting that is wrong', async () => {
    const data = join(temporaryFolder(), 'data')
    const up = ['up', '--native', '--detach', '--data', data, '--port', `${await freePort()}`]

    const { code, output } = await runAgora(up, { FLUSH_LIKES: 'many' })

    expect(code).toBe(1)
    expect(output).toContain('FLUSH_LIKES must be a whole number')
    expect(existsSync(join(data, 'mysql'))).toBe(false)
  })
})

test('questions to a stack that does not run are answered in one line', async () => {
  const data = join(temporaryFolder(), 'data')

  expect(await runAgora(['sql', 'SELECT 1', '--data', data])).toMatchObject({
    code: 1,
    output: 'agora: Agora is not running. Start it with: ./agora up\n',
  })
  expect(await runAgora(['status', '--data', data])).toMatchObject({
    code: 1,
    output: 'Agora is not running.\n',
  })
  expect(await runAgora(['down', '--data', data])).toMatchObject({
    code: 0,
    output: 'Agora is not running.\n',
  })
  expect(existsSync(data)).toBe(false)
})

function supervisorOf(data: string): Identity {
  return readState(data)!.native!.supervisor
}

function processesOf(data: string): Identity[] {
  return readState(data)!.native!.processes
}

async function inForeground() {
  const data = join(temporaryFolder(), 'data')
  const { port, options } = await typedIn('/')
  atTheEnd('stack', data)
  const up = startProcess(
    [agora, 'up', '--native', '--port', port, '--replicas', '1', '--data', data],
    options,
  )
  return { data, up }
}

async function typedIn(cwd: string) {
  const PATH = `${dirname(process.execPath)}:${environment.PATH}`
  return { port: `${await freePort()}`, options: { cwd, env: { PATH } } }
}

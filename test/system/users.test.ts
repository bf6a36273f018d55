import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SiteStatus } from '../../src/health/site-status.ts'
import { isFree } from '../../stack/process/free-port.ts'
import { run } from '../support/servers/processes.ts'
import { temporaryFolder } from '../support/servers/reaper.ts'
import { freePort, once } from '../support/servers/services.ts'
import { runAgora, type Stack, startStack } from '../support/servers/stack.ts'
import { newName, postsShown } from '../support/site/page.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(180_000)

const users: Record<string, string> = {
  haproxy: 'haproxy',
  mysql: 'mysql',
  redis: 'redis',
  batcher: 'agora-batcher',
  courier: 'agora-courier',
  search: 'agora-search',
  scaler: 'agora-scaler',
  web: 'agora-web',
  accounts: 'agora-accounts',
  admin: 'agora-admin',
}

const isRoot = process.getuid?.() === 0 && process.platform === 'linux'
/** As whom a process of a stack runs that is started here. */
const expectedFor = (role: string) => (isRoot ? users[role] : userOf(process.pid)) ?? ''

/** Others may pass it, as they may /srv. */
function openFolder(): string {
  const folder = temporaryFolder()
  chmodSync(folder, 0o755)
  return folder
}

/** proc(5): the real, the effective, the saved and the file system's user, and the groups likewise. */
function userOf(pid: number | undefined): string {
  const ids = readFileSync(`/proc/${pid}/status`, 'utf8').match(/^Uid:\t(\d+)\t\1\t\1\t\1$/m)
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.split(':')[2] === ids?.[1])
  return line?.split(':')[0] ?? 'several'
}

async function usersOf(stack: Stack): Promise<[string, string][]> {
  return (await stack.status()).processes.map(({ role, pid }) => [role, userOf(pid)])
}

const asUser = (name: string, command: string[]) =>
  run(['setpriv', `--reuid=${name}`, `--regid=${name}`, '--clear-groups', '--', ...command])

const runtimeOf = (stack: Stack): string =>
  JSON.parse(readFileSync(join(stack.data, 'state.json'), 'utf8')).native.runtime

/** One that root alone may listen on, where root asks. */
async function boardPort(): Promise<number> {
  if (!isRoot) return freePort()
  for (let port = 1_023; port > 600; port--) if (await isFree(port)) return port
  throw new Error('no port below 1024 is free')
}

const shared = once(async () => {
  const port = await boardPort()
  return startStack({ data: join(openFolder(), 'data'), port, env: { HTTP_BIND: `127.0.0.1:${port}` } })
})

describe('a stack, also one that root starts,', () => {
  test('has a user of its own for each kind of process, and serves at a port of root’s', async () => {
    const stack = await shared()

    expect(await usersOf(stack)).toEqual((await usersOf(stack)).map(([role]) => [role, expectedFor(role)]))
    expect((await stack.status()).processes).toHaveLength(12)
    expect((await fetch(stack.url)).status).toBe(200)
  })

  test.each(isRoot ? Object.values(users) : [])(
    'lets %s read no secret and no data but its own, and give no orders but its own',
    async (name) => {
      const stack = await shared()
      const runtime = runtimeOf(stack)
      const files = {
        root: ['secrets.json', 'state.json', 'lock', 'logs/web-1.log', 'monitoring/stats-password'],
        mysql: ['mysql/ibdata1'],
        'agora-batcher': ['journal/batcher-1.sqlite'],
        'agora-search': ['index/search-1.sqlite'],
      }
      const ofRuntime = { mysql: ['init.sql'], redis: ['redis.conf'] }
      const owned = [
        ...Object.entries(files).flatMap(([owner, paths]) =>
          paths.map((path) => [owner, join(stack.data, path)]),
        ),
        ...Object.entries(ofRuntime).flatMap(([owner, paths]) =>
          paths.map((path) => [owner, join(runtime, path)]),
        ),
        ...(await stack.status()).processes.map(({ role, pid }) => [users[role], `/proc/${pid}/environ`]),
      ]
      const sockets = [
        ['root', 'control.sock'],
        ['root', 'haproxy.sock'],
        ['agora-scaler', 'scaler.sock'],
        ['mysql', 'mysql/mysql.sock'],
      ] as const
      const command = [
        ...owned.map(([owner, path]) => `head -c 1 '${path}' >/dev/null 2>&1 && echo ${owner}`),
        ...sockets.map(([owner, path]) => `test -w '${join(runtime, path)}' && echo ${owner}`),
      ].join('; ')

      const { printed } = await asUser(name, ['sh', '-c', `${command}; true`])

      const readable = new Set(printed.split('\n').filter(Boolean))
      // What HAProxy was started with stays root's.
      expect(readable).toEqual(new Set(name === 'haproxy' ? [] : [name]))
    },
  )

  test('tells on /status of the backup that its owner made', async () => {
    const { url, data } = await shared()
    const backups = async () =>
      ((await (await fetch(`${url}/api/status`)).json()) as SiteStatus).site?.backups?.last

    const made = await runAgora(['backup', '--data', data], { BACKUP_TO: temporaryFolder() })

    expect([made.code, made.output]).toEqual([0, expect.stringContaining('was read back')])
    await until(async () => Boolean(await backups()))
  })

  test('takes no new code and no end from its scaler', async () => {
    const runtime = runtimeOf(await shared())
    const order = async (socket: string, path: string, method: string) =>
      (await fetch(`http://control/${path}`, { method, unix: join(runtime, socket) })).status

    expect(await order('scaler.sock', 'status', 'GET')).toBe(200)
    expect(await order('control.sock', 'status', 'GET')).toBe(200)
    expect(await order('scaler.sock', 'deploy', 'POST')).toBe(404)
    expect(await order('scaler.sock', 'stop', 'POST')).toBe(404)
  })

  test('goes on as it was when one of them is killed', async () => {
    const stack = await shared()
    for (const name of ['web-1', 'batcher-1', 'search-1', 'mysql', 'redis', 'haproxy', 'scaler']) {
      const before = await stack.process(name)
      process.kill(before.pid ?? 0, 'SIGKILL')

      const after = await until(async () => {
        const now = await stack.process(name)
        return now.pid !== before.pid && now.state === 'ready' && now
      })
      expect([name, userOf(after.pid)]).toEqual([name, expectedFor(after.role)])
    }
    const [post] = await until(async () => postsShown(await (await fetch(stack.url)).text()))
    await until(async () => (await fetch(`${stack.url}/api/posts/${post}/likes`, { method: 'POST' })).ok)
  })

  test('takes over what processes of root’s have left, once other users can pass', async () => {
    const folder = temporaryFolder()
    const data = join(folder, 'data')
    const before = await startStack({ data })
    const name = newName('ana')
    const body = JSON.stringify([name])
    expect((await fetch(`${before.url}/api/v1/categories`, { method: 'POST', body })).status).toBe(201)
    const likes = await (await fetch(`${before.url}/api/posts/3/likes`, { method: 'POST' })).json()
    expect(new Set((await usersOf(before)).map(([, user]) => user))).toEqual(new Set([userOf(process.pid)]))
    const printed = readFileSync(join(data, 'logs/supervisor.log'), 'utf8')
    expect(printed.includes(`everything runs as root: other users can't pass ${folder}.`)).toBe(isRoot)
    await before.down()

    chmodSync(folder, 0o755)
    const after = await startStack({ data })

    expect(await usersOf(after)).toEqual((await usersOf(after)).map(([role]) => [role, expectedFor(role)]))
    expect(await (await fetch(`${after.url}/api/categories`)).text()).toContain(name)
    const more = await (await fetch(`${after.url}/api/posts/3/likes`, { method: 'POST' })).json()
    expect(more).toEqual({ ...likes, likes: likes.likes + 1 })
  })
})

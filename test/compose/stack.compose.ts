import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { projectOf } from '../../stack/docker/engine.ts'
import { run } from '../support/servers/processes.ts'
import { runAgora, type Stack, startStack } from '../support/servers/stack.ts'
import { fresh, likesShown, postsShown, servedBy } from '../support/site/page.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(300_000)

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ mode: 'docker', env: { FLUSH_SECONDS: '2' } })
})

const names = [
  'haproxy',
  'mysql',
  'redis',
  'batcher-1',
  'courier-1',
  'search-1',
  'scaler',
  'web-1',
  'web-2',
  'accounts-1',
  'admin-1',
  'admin-2',
]

describe('the stack in containers', () => {
  test('names its containers, all of them ready', async () => {
    const { mode, url, processes } = await stack.status()

    expect([mode, url]).toEqual(['docker', stack.url])
    expect(processes.map(({ name }) => name)).toEqual(names)
    expect(processes.filter(({ state }) => state !== 'ready')).toEqual([])
    expect(processes.filter(({ id }) => !id).map(({ name }) => name)).toEqual(['scaler'])
  })

  test('shows the posts, and which container drew the page', async () => {
    const response = await fetch(stack.url, fresh)

    const page = await response.text()
    expect(postsShown(page).length).toBeGreaterThan(5)
    const webs = (await stack.status()).processes.filter(({ role }) => role === 'web')
    expect(webs.map(({ id }) => id)).toContain(servedBy(page))
    expect(response.headers.get('x-served-by')).toBe(servedBy(page)!)
  })

  test('counts 25 likes that come at once exactly, on the page at once and then in the database', async () => {
    const post = postsShown(await frontPage())[0]!
    const before = Number((await stack.sql(`SELECT likes FROM posts WHERE id = ${post}`))[0])

    const statuses = await Promise.all(Array.from({ length: 25 }, async () => (await like(post)).status))

    expect(statuses).toEqual(Array(25).fill(200))
    expect(likesShown(await frontPage(), post)).toBe(before + 25)
    await untilStored(post, before + 25)
  })

  test('loses no answered like when the batcher is killed', async () => {
    const post = postsShown(await frontPage())[1]!
    const before = Number((await stack.sql(`SELECT likes FROM posts WHERE id = ${post}`))[0])
    const answered = await Promise.all(Array.from({ length: 9 }, async () => (await like(post)).ok))

    await killProcessOf('batcher-1')

    expect(answered).toEqual(Array(9).fill(true))
    await untilStored(post, before + 9)
    await untilReady('batcher-1')
  })

  test('takes one who knows nothing of it for nobody', async () => {
    const { statsUrl } = await stack.status()

    expect((await fetch(statsUrl!)).status).toBe(401)
    expect((await fetch(`${statsUrl}metrics`)).status).toBe(401)
    expect(statSync(join(stack.data, '.env')).mode & 0o777).toBe(0o600)
  })

  test('prints what the database says of a wrong statement', async () => {
    const { code, output } = await runAgora(['sql', 'SELECT nothing', '--data', stack.data])

    expect(code).toBe(1)
    expect(output).toContain("Unknown column 'nothing'")
  })

  test('is not started a second time', async () => {
    const { code, output } = await runAgora(['up', '--docker', '--detach', '--data', stack.data])

    expect(code).toBe(0)
    expect(output).toContain(`runs already at ${stack.url}`)
  })
})

describe('from outside', () => {
  test('only HAProxy can be reached, and from this machine alone until somebody says otherwise', async () => {
    const published = (await inspectAll()).flatMap(({ HostConfig, Name }) =>
      Object.entries(HostConfig.PortBindings ?? {}).map(([port, [binding]]) => ({
        of: Name.includes('-haproxy-'),
        port,
        address: binding?.HostIp,
      })),
    )

    expect(published.sort((a, b) => a.port.localeCompare(b.port))).toEqual([
      { of: true, port: '8080/tcp', address: '127.0.0.1' },
      { of: true, port: '8404/tcp', address: '127.0.0.1' },
      // TLS, for which nothing listens before it has a certificate and TLS_PORT says where.
      { of: true, port: '8443/tcp', address: '127.0.0.1' },
    ])
  })

  test('the stores are on a network with no way in or out, HAProxy is not', async () => {
    const back = `${projectOf(stack.data)}_back`
    const inside = async (service: string) => {
      const [found] = (await inspectAll()).filter(({ Name }) => Name.includes(`-${service}-`))
      return Object.keys(found!.NetworkSettings.Networks)
    }

    for (const service of ['mysql', 'redis', 'batcher']) expect(await inside(service)).toEqual([back])
    expect(await inside('haproxy')).not.toContain(back)
    expect(await docker('network', 'inspect', '--format', '{{.Internal}}', back)).toBe('true')
  })

  test('no container keeps a process of root’s', async () => {
    const { processes } = await stack.status()
    const containers = processes.flatMap(({ name, id }) => (id ? [{ name, id }] : []))

    expect(containers.length).toBeGreaterThanOrEqual(9)
    for (const { name, id } of containers) {
      // A check of a container's health may be root's; it is gone a moment later.
      const isRootless = async () => {
        const users = await usersIn(id)
        return users.length > 0 && !users.includes('0')
      }
      await until(isRootless).catch((error) => Promise.reject(new Error(`${name}: ${error}`)))
    }
  })

  test('our programs are not root and write nowhere but into their volume', async () => {
    const ours = (await inspectAll()).filter(({ Config }) => Config.Image.startsWith('agora'))

    expect(ours.length).toBeGreaterThanOrEqual(7)
    for (const { Config, HostConfig } of ours) {
      expect([Config.User, HostConfig.ReadonlyRootfs, HostConfig.CapDrop]).toEqual(['bun', true, ['ALL']])
    }
  })
})

describe('web replicas', () => {
  test('are found by HAProxy when there are more of them', async () => {
    await compose('up', '--detach', '--no-recreate', '--scale', 'web=4')

    await until(async () => (await servers(40)).size === 4, { withinMs: 20_000 })
  })

  test('one that is killed is missed by no reader, and brought back', async () => {
    const statuses: number[] = []
    let isOver = false
    const reader = async () => {
      while (!isOver) statuses.push((await fetch(stack.url, fresh)).status)
    }
    const readers = [reader(), reader()]
    await until(() => statuses.length > 50)

    const { id } = await stack.process('web-3')
    await docker('kill', id!)
    const before = statuses.length
    await until(() => statuses.length > before + 150, { withinMs: 30_000 })
    isOver = true
    await Promise.all(readers)

    expect(statuses.filter((status) => status !== 200)).toEqual([])
    await until(async () => (await servers(40)).has(id!), { withinMs: 20_000 })
  })

  test('one that crashes is started again', async () => {
    const { id } = await stack.process('web-2')

    await killProcessOf('web-2')

    await until(async () => (await servers(40)).has(id!), { withinMs: 20_000 })
  })

  test('when there are fewer again the others serve on', async () => {
    await compose('up', '--detach', '--no-recreate', '--scale', 'web=1')

    await until(async () => (await servers(10)).size === 1)
    expect((await fetch(stack.url, fresh)).status).toBe(200)
  })
})

describe('down', () => {
  test('keeps the database and the secrets for the next time', async () => {
    const stored = await stack.sql('SELECT SUM(likes) FROM posts')

    await stack.down()
    expect((await stack.status().catch(() => undefined))?.processes ?? []).toEqual([])
    await startStack({ mode: 'docker', port: stack.port, data: stack.data })

    expect(await stack.sql('SELECT SUM(likes) FROM posts')).toEqual(stored)
  })

  test('with --volumes leaves nothing', async () => {
    const { code } = await runAgora(['down', '--volumes', '--data', stack.data])

    expect(code).toBe(0)
    const mine = `label=com.docker.compose.project=${projectOf(stack.data)}`
    expect(await docker('ps', '--all', '--quiet', '--filter', mine)).toBe('')
    expect(await docker('network', 'ls', '--quiet', '--filter', mine)).toBe('')
    expect(await docker('volume', 'ls', '--quiet', '--filter', mine)).toBe('')
    expect(await Bun.file(join(stack.data, 'secrets.json')).exists()).toBe(false)
  })
})

const frontPage = async () => (await fetch(stack.url, fresh)).text()
const like = (post: number) => fetch(`${stack.url}/posts/${post}/likes`, { method: 'POST' })

const untilStored = (post: number, likes: number) =>
  until(async () => Number((await stack.sql(`SELECT likes FROM posts WHERE id = ${post}`))[0]) === likes, {
    withinMs: 20_000,
  })

const untilReady = (name: string) =>
  until(async () => (await stack.process(name)).state === 'ready', { withinMs: 30_000 })

/** Who answers that many requests. */
async function servers(requests: number): Promise<Set<string>> {
  const answers = await Promise.all(Array.from({ length: requests }, () => fetch(`${stack.url}/up`)))
  return new Set(answers.map(({ headers }) => headers.get('x-served-by') ?? ''))
}

/** As a crash: the program gets SIGKILL, Docker was not asked to stop anything. */
async function killProcessOf(name: string): Promise<void> {
  const { id } = await stack.process(name)
  await docker('exec', id!, 'sh', '-c', 'kill -9 $(cat /proc/1/task/1/children)')
}

async function docker(...args: string[]): Promise<string> {
  const { code, printed, output } = await run(['docker', ...args])
  if (code !== 0) throw new Error(`docker ${args.join(' ')} ended with ${code}:\n${output}`)
  return printed.trim()
}

const compose = (...args: string[]) =>
  docker('compose', '--project-name', projectOf(stack.data), '--env-file', join(stack.data, '.env'), ...args)

type Inspected = {
  Name: string
  Config: { Image: string; User: string }
  HostConfig: {
    PortBindings: Record<string, { HostIp: string }[]> | null
    ReadonlyRootfs: boolean
    CapDrop: string[]
  }
  NetworkSettings: { Networks: Record<string, unknown> }
}

async function inspectAll(): Promise<Inspected[]> {
  const ids = await docker(
    'ps',
    '--all',
    '--quiet',
    '--filter',
    `label=com.docker.compose.project=${projectOf(stack.data)}`,
  )
  return JSON.parse(await docker('inspect', ...ids.split('\n')))
}

/** The users of all processes of a container, by number. */
async function usersIn(id: string): Promise<string[]> {
  const { printed } = await run(['docker', 'top', id, '-eo', 'pid,uid'])
  return printed
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/)[1] ?? '')
}

import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { gateway, type Machine, machine, storeFolder } from '../support/servers/machines.ts'
import { run } from '../support/servers/processes.ts'
import { root } from '../support/servers/reaper.ts'
import { freePort } from '../support/servers/services.ts'
import { likesShown } from '../support/site/page.ts'

setDefaultTimeout(300_000)

/** Two releases, alike but for their names, and one whose replicas never become healthy. */
const image = (name: string) => `agora:test-${name}`
const post = 3

let data: Machine
let one: Machine
let two: Machine

beforeAll(async () => {
  await buildImages()
  const [address, mysql, redis, batcher] = [
    await gateway(),
    await freePort(),
    await freePort(),
    await freePort(),
  ]
  const common = {
    RATE_LIMITS: 'off',
    MYSQL_HOST: address,
    MYSQL_PORT: `${mysql}`,
    REDIS_URL: `redis://:for-a-test@${address}:${redis}/0`,
    DB_PASSWORD_WEB: 'web-of-a-test',
    DB_PASSWORD_ACCOUNTS: 'accounts-of-a-test',
    DB_PASSWORD_ADMIN: 'admin-of-a-test',
    WEB_REPLICAS: '1',
    ADMIN_REPLICAS: '1',
  }
  data = await machine({
    ...common,
    AGORA_ROLE: 'data',
    BIND_ADDRESS: address,
    REDIS_PORT: `${redis}`,
    BATCHER_PORT: `${batcher}`,
    REDIS_PASSWORD: 'for-a-test',
    MYSQL_ROOT_PASSWORD: 'root-of-a-test',
    DB_PASSWORD_BATCHER: 'batcher-of-a-test',
    STORE_FOLDER: storeFolder(),
  })
  const http = { ...common, AGORA_ROLE: 'http', BATCHERS: `http://${address}:${batcher}` }
  one = await machine(http)
  two = await machine(http)
  for (const each of [data, one, two]) await expectSuccess(each.ask('roll', image('a')))
})

describe('a board on several servers', () => {
  test('shows a like on one server that was sent to the other', async () => {
    const before = await likesOn(two)

    await fetch(`${one.url}/posts/${post}/likes`, { method: 'POST' })
    const [onOne, onTwo] = [await likesOn(one), await likesOn(two)]

    expect([onOne, onTwo]).toEqual([before + 1, before + 1])
  })

  test('keeps serving while one server is rolled to another image', async () => {
    const before = await one.containers()
    const watched = watch(one)

    await expectSuccess(one.ask('roll', image('b')))

    const { question, refused } = await watched.end()
    const replicas = (await one.containers()).filter((id) => !before.includes(id))
    expect(refused).toEqual([])
    expect(question).toBeGreaterThan(50)
    expect(replicas).toHaveLength(3)
    expect((await one.ask('image')).output.trim()).toBe(image('b'))
  })

  test('goes back to the image that ran before', async () => {
    await expectSuccess(one.ask('back'))

    expect((await one.ask('image')).output.trim()).toBe(image('a'))
    expect(await likesOn(one)).toBe(await likesOn(two))
  })

  test('gets a batcher and a database of another image while it is used', async () => {
    const before = await likesOn(one)
    const watched = watch(two)

    await expectSuccess(data.ask('roll', image('b')))
    await expectSuccess(data.ask('finish'))

    // While the batcher is away longer than 2 s, likes are refused for now; nothing else fails.
    const { likes, refused } = await watched.end()
    expect(refused.filter((each) => each !== 'POST: 503')).toEqual([])
    expect(await likesOn(one)).toBe(before + likes)
  })

  test('stays as it is when a new image does not work', async () => {
    const watched = watch(two)

    const { code, output } = await two.ask('roll', image('broken'))

    const { refused } = await watched.end()
    expect(code).toBe(1)
    expect(output).toContain(`back to ${image('a')}`)
    expect(refused).toEqual([])
    expect((await two.ask('image')).output.trim()).toBe(image('a'))
    await expectSuccess(two.ask('check'))
  })

  test('does nothing but deploy for the key of deployments', async () => {
    const answers = await Promise.all([
      one.ask('asked', 'cat', '/etc/agora/agora.env'),
      one.ask('asked', 'roll', '--privileged'),
      one.ask('asked', 'roll', 'agora;reboot'),
      one.ask('asked', 'disk', 'x'),
    ])

    expect(answers.map(({ code }) => code)).toEqual([1, 1, 1, 1])
    expect((await one.ask('asked', 'image')).output.trim()).toBe(image('a'))
  })

  test('is served by one server when the other is gone', async () => {
    await one.stop()

    await fetch(`${two.url}/posts/${post}/likes`, { method: 'POST' })

    expect(await likesOn(two)).toBeGreaterThan(0)
    expect((await two.ask('check')).code).toBe(0)
  })
})

async function buildImages(): Promise<void> {
  await expectSuccess(run(['docker', 'build', '--quiet', '--tag', image('a'), root]))
  await expectSuccess(run(['docker', 'tag', image('a'), image('b')]))
  const change = `FROM ${image('a')}\nCMD ["bun", "-e", "await Bun.sleep(3600e3)"]\n`
  const command = [
    'sh',
    '-c',
    'printf "$1" | docker build --quiet --tag "$2" -',
    'sh',
    change,
    image('broken'),
  ]
  await expectSuccess(run(command))
}

async function expectSuccess(running: Promise<{ code: number; output: string }>): Promise<void> {
  const { code, output } = await running
  if (code !== 0) throw new Error(`ended with ${code}:\n${output}`)
}

async function likesOn({ url }: Machine): Promise<number> {
  const page = await fetch(`${url}/posts/${post}`, { headers: { 'cache-control': 'no-cache' } })
  return likesShown(await page.text(), post)
}

/** A visitor who keeps asking, a page and a like in turn, one after the other. */
function watch({ url }: Machine) {
  const refused: string[] = []
  let [question, likes] = [0, 0]
  let isOver = false
  const watching = (async () => {
    while (!isOver) {
      const path = question++ % 2 === 0 ? '/' : `/posts/${post}/likes`
      const method = path === '/' ? 'GET' : 'POST'
      const answer = await fetch(url + path, { method, headers: { connection: 'close' } }).catch(String)
      if (typeof answer === 'string') refused.push(`${method}: ${answer}`)
      else if (answer.ok && method === 'POST') likes++
      else if (!answer.ok) refused.push(`${method}: ${answer.status}`)
      await Bun.sleep(50)
    }
  })()
  return {
    end: async () => {
      isOver = true
      await watching
      return { question, likes, refused }
    },
  }
}

import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { findMysql } from '../../bench/cluster/mysql.ts'
import { password, startServers } from '../../bench/cluster/servers.ts'
import { identityIn } from '../../src/platform/identity.ts'
import { type Running, run } from '../support/servers/processes.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(300_000)

let it: Awaited<ReturnType<typeof startServers>>
let running: Running[]
let copierPassword = password

beforeAll(async () => {
  it = await startServers(await findMysql())
  running = it.servers.map(({ first }) => first)
})

const hostOf = (node: number) => it.cluster.nodes[node - 1]!.host

/** `agora-server cluster`, as it runs in the container of a node. */
async function cluster(node: number, command: string, env: Record<string, string> = {}) {
  const { code, output } = await run(
    [process.execPath, '--no-env-file', 'stack/cluster/main.ts', ...command.split(' ')],
    {
      env: {
        ...{ NODES: it.cluster.nodes.map(({ host }) => host).join(','), NODE: hostOf(node) },
        ...{ CLUSTER_NAME: it.cluster.name, MYSQL_ROOT_PASSWORD: password },
        DB_PASSWORD_COPIER: copierPassword,
        CLUSTER_TLS: it.servers[node - 1]!.tls,
        ...env,
      },
    },
  )
  return { code, output: output.trim() }
}

const refused = (sentence: string) => ({ code: 1, output: expect.stringContaining(sentence) })

const connectTo = (node: number) =>
  createConnection({
    host: hostOf(node),
    user: 'root',
    password,
    connectTimeout: 2_000,
    ssl: { ...it.cluster.identity },
  })

async function sql(node: number, ...statements: string[]): Promise<RowDataPacket[]> {
  const connection = await connectTo(node)
  try {
    let rows: RowDataPacket[] = []
    for (const statement of statements) [rows] = await connection.query<RowDataPacket[]>(statement)
    return rows
  } finally {
    connection.destroy()
  }
}

const answers = (node: number) => until(() => sql(node, 'SELECT 1'), { withinMs: 120_000 })
const gtids = (node: number) => sql(node, 'SELECT @@gtid_executed AS gtids, @@super_read_only AS shut')

test('what makes no sense is refused in one sentence', async () => {
  expect(await cluster(1, 'start')).toEqual(refused('ask for one of: init, join, status, leave, restart'))
  expect(await cluster(1, 'join', { NODES: 'n1,n2' })).toEqual(refused('NODES must name three machines'))
  expect(await cluster(1, 'join', { NODE: 'n4' })).toEqual(refused('NODE must be one of NODES'))
  expect(await cluster(1, 'init', { CLUSTER_NAME: 'ours' })).toEqual(refused('CLUSTER_NAME must be a UUID'))
  expect(await cluster(1, 'init', { MYSQL_ROOT_PASSWORD: '' })).toEqual(
    refused('MYSQL_ROOT_PASSWORD is not set'),
  )
})

test('nobody joins before there is a group, and none begins beside a database', async () => {
  await sql(2, 'CREATE DATABASE agora')
  const before = await gtids(2)

  const joined = await cluster(1, 'join')
  const begun = await cluster(2, 'init')
  const after = await gtids(2)
  await sql(2, 'DROP DATABASE agora')

  expect(joined).toEqual(refused('no other node is online in a group'))
  expect(begun).toEqual(refused(`${hostOf(2)} has a database already`))
  expect(after).toEqual(before)
})

test('a group is begun once', async () => {
  const first = await cluster(1, 'init')
  const before = await gtids(2)
  const again = [await cluster(1, 'init'), await cluster(2, 'init')]

  expect(first).toEqual({ code: 0, output: expect.stringContaining('is a group of one') })
  expect(again).toEqual([
    refused(`${hostOf(1)} has a group already`),
    refused(`${hostOf(1)} has a group already`),
  ])
  expect(await gtids(2)).toEqual(before)
})

test('who has another password, or another name for the group, does not join', async () => {
  const before = await gtids(2)

  expect(await cluster(2, 'join', { DB_PASSWORD_COPIER: 'another' })).toEqual(
    refused(`${hostOf(1)} does not take this node's password of agora_copier`),
  )
  expect(await cluster(2, 'join', { CLUSTER_NAME: crypto.randomUUID() })).toEqual(
    refused('the same on every node'),
  )
  await sql(3, "ALTER USER 'root'@'%' IDENTIFIED BY 'another'")
  expect(await cluster(3, 'join', { MYSQL_ROOT_PASSWORD: 'another' })).toEqual(
    refused("does not take this node's password of root"),
  )
  const changed = await createConnection({
    ...{ host: hostOf(3), user: 'root', password: 'another', ssl: { ...it.cluster.identity } },
  })
  await changed.query(`ALTER USER 'root'@'%' IDENTIFIED BY '${password}'`)
  changed.destroy()
  expect(await gtids(2)).toEqual(before)
})

test('three that have joined have the same rows, and say what may be touched', async () => {
  await sql(1, 'CREATE DATABASE diary', 'CREATE TABLE diary.notes (number INT NOT NULL PRIMARY KEY)')
  const alone = await cluster(1, 'status')

  const joined = [await cluster(2, 'join'), await cluster(3, 'join')]
  const again = await cluster(3, 'join')
  await sql(1, 'INSERT INTO diary.notes VALUES (1)')
  const status = await until(async () => {
    const answer = await cluster(2, 'status')
    return answer.code === 0 && answer
  })

  expect(alone).toEqual(refused('Do not touch another node'))
  expect(joined.map(({ code }) => code)).toEqual([0, 0])
  expect(again).toEqual(refused('is a member of the group already'))
  expect(status.output).toContain('Any one node may die.')
  for (const node of [2, 3]) {
    await until(async () => (await sql(node, 'SELECT number FROM diary.notes')).length === 1)
    expect(await sql(node, 'SELECT @@super_read_only AS shut')).toEqual([{ shut: 1 } as RowDataPacket])
  }
})

const whole = () =>
  until(async () => (await cluster(1, 'status')).code === 0, { withinMs: 240_000, everyMs: 500 })

test('a member leaves and comes back, but not while another one is away', async () => {
  const left = await cluster(1, 'leave')
  const status = await cluster(2, 'status')
  const second = await cluster(2, 'leave')
  const back = await cluster(1, 'join')

  expect([left.code, back.code]).toEqual([0, 0])
  expect(status).toEqual(refused(`Do not touch another node: ${hostOf(1)} is away`))
  expect(second).toEqual(refused(`Bring ${hostOf(1)} back first`))
  await whole()
})

test('one of whom two are lost changes nothing, and goes on with them by a restart', async () => {
  await Promise.all([running[1]!.kill(), running[2]!.kill()])
  const stuck = await until(async () => {
    const { output } = await cluster(1, 'status')
    return output.includes('Nothing can be changed') && output
  })
  for (const node of [2, 3]) running[node - 1] = await it.servers[node - 1]!.start()
  await Promise.all([answers(2), answers(3)])
  const restarted = await cluster(1, 'restart')

  expect(stuck).toContain('1 of 3 online')
  expect(restarted).toEqual({ code: 0, output: expect.stringContaining('The group runs again') })
  await whole()
})

/** Resolves to the node that takes changes. */
const untilOpen = () =>
  until(async () => {
    for (const node of [1, 2, 3])
      if ((await sql(node, 'SELECT @@super_read_only AS shut'))[0]?.shut === 0) return node
    return undefined
  })

test('after a loss of power a group begins again with all that was answered, and not with two of three', async () => {
  const open = await untilOpen()
  for (let number = 2; number <= 200; number++) await sql(open, `INSERT INTO diary.notes VALUES (${number})`)

  await Promise.all(running.map((each) => each.kill()))
  for (const node of [1, 2]) running[node - 1] = await it.servers[node - 1]!.start()
  await Promise.all([answers(1), answers(2)])
  const withTwo = await cluster(1, 'restart')
  running[2] = await it.servers[2]!.start()
  await answers(3)
  const stopped = await cluster(3, 'status')
  const restarted = await cluster(1, 'restart')

  expect(withTwo).toEqual(refused(`${hostOf(3)} does not answer`))
  expect(stopped).toEqual(refused('Nothing can be changed'))
  expect(restarted).toEqual({ code: 0, output: expect.stringContaining('The group runs again') })
  await until(async () => (await cluster(2, 'status')).code === 0)
  for (const node of [1, 2, 3])
    await until(async () => (await sql(node, 'SELECT number FROM diary.notes')).length === 200)
  expect(await cluster(1, 'restart')).toEqual(refused('it needs no restart'))
})

test('a restart keeps what was answered and waits in the relay log of one node alone', async () => {
  const open = await untilOpen()
  const [early, late] = [1, 2, 3].filter((node) => node !== open) as [number, number]
  await running[early - 1]!.kill()
  await until(async () => (await cluster(open, 'status')).output.includes('2 of 3 online'))
  await sql(late, 'SET PERSIST group_replication_start_on_boot = OFF')
  const lock = await connectTo(late)
  await lock.query('FLUSH TABLES WITH READ LOCK')
  await sql(open, 'INSERT INTO diary.notes VALUES (201)')
  const [[received]] = await lock.query<RowDataPacket[]>('SELECT number FROM diary.notes WHERE number = 201')

  await Promise.all([running[open - 1]!.kill(), running[late - 1]!.kill()])
  for (const node of [early, late]) running[node - 1] = await it.servers[node - 1]!.start()
  await Promise.all([answers(early), answers(late)])
  const restarted = await cluster(early, `restart --without ${hostOf(open)}`)

  expect(received).toBeUndefined()
  expect(restarted).toEqual({ code: 0, output: expect.stringContaining('The group runs again') })
  for (const node of [early, late])
    await until(async () => (await sql(node, 'SELECT number FROM diary.notes')).length === 201)
  await sql(late, 'SET PERSIST group_replication_start_on_boot = ON')
  running[open - 1] = await it.servers[open - 1]!.start()
  await answers(open)
  await whole()
})

test('another password, by which nodes know one another, is taken by all at once', async () => {
  copierPassword = `${password}-another`
  await sql(await untilOpen(), `ALTER USER agora_copier IDENTIFIED BY '${copierPassword}'`)
  const made = await Promise.all([1, 2, 3].map((node) => cluster(node, 'certificates')))
  await Promise.all(running.map((each) => each.stop()))
  for (const node of [1, 2, 3]) running[node - 1] = await it.servers[node - 1]!.start()
  it.cluster.identity = identityIn(it.servers[0]!.tls)
  await Promise.all([answers(1), answers(2), answers(3)])

  const restarted = await cluster(1, 'restart')
  const first = [1, 2, 3].find((node) => restarted.output.includes(`from ${hostOf(node)},`)) as number
  await whole()
  const again = [await cluster(first, 'leave'), await cluster(first, 'join')]
  await running[first - 1]!.kill()
  running[first - 1] = await it.servers[first - 1]!.start()

  expect([...made, restarted, ...again].map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0])
  await answers(first)
  await whole()
})

test('a node that was changed outside of the group does not come back, and is left as it is', async () => {
  await cluster(3, 'leave')
  await sql(3, 'SET GLOBAL super_read_only = 0, read_only = 0', 'CREATE DATABASE stray')
  const before = await gtids(3)

  const joined = await cluster(3, 'join')

  expect(joined).toEqual(refused(`${hostOf(3)} has changes that the group lacks`))
  expect(await gtids(3)).toEqual(before)
})

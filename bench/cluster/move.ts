/**
 * From one machine to three and back, while visitors press: the steps that deploy/README.md tells, by what
 * they are made of. One machine has a MySQL of its own and the journal in a file; three have one group of
 * MySQL, and the journal in it. The board is closed while its rows move.
 */

import { join } from 'node:path'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { authorized } from '../../src/likes/protocol.ts'
import { eachHost } from '../../src/platform/hosts.ts'
import type { Identity } from '../../src/platform/identity.ts'
import { type Running, run, startProcess } from '../../test/support/servers/processes.ts'
import { temporaryFolder } from '../../test/support/servers/reaper.ts'
import { until } from '../../test/support/until.ts'
import { choose, type PostCount } from '../posts.ts'
import { seededRandom } from '../random.ts'
import { openGaps } from './gaps.ts'
import { emptyFolders, findMysql, type MysqlProgram } from './mysql.ts'
import type { NodeNetwork } from './network.ts'
import { haproxyOf, makeBoard, port, secret, startBatcher, startNodes, startWeb } from './nodes.ts'
import { initFile, password, startMysql, startServers } from './servers.ts'
import { addedMembers, addedPosts, drift, seconds } from './trial.ts'
import { bearer, type Member } from './visitors.ts'

export type Moved = {
  likes: number
  /** Presses that were sent again because no answer came. */
  retried: number
  /** For how long nobody was answered, on the way there and back. */
  closedMs: { there: number; back: number }
  /** Answered likes that MySQL lacks, and likes in MySQL that nobody sent. */
  lost: number
  doubled: number
  drift: number
}

type Move = {
  perSecond: number
  /** How long visitors press before, between and after, each. */
  calmMs: number
  print: (line: string) => void
}

/** One press of each in so long, the time for its answer included. */
const pressEveryMs = 200
const patienceMs = 15_000
const retryMs = 250
const startsWithinMs = 120_000

/** The process is in a network of its own already. */
export async function tryMove({ perSecond, calmMs, print }: Move): Promise<Moved> {
  const program = await findMysql()
  const made = await startServers(program)
  const machine = await made.network.node()
  const first = await startOne(program, machine, 'batcher-1', makeBoard)
  const [posts, members] = await withSql(first.adminUrl, async (sql) => [
    await addedPosts(sql),
    await addedMembers(sql, Math.ceil((perSecond * pressEveryMs) / 1_000)),
  ])
  const visit = keepLiking(posts, members)
  const pressFor = async (site: string) => {
    visit.openAt(site)
    await Bun.sleep(calmMs)
  }
  const closedFor = (began: number) => Math.round(visit.lane.longest(began, performance.now()))

  await pressFor(first.site)
  print(`one machine: ${visit.tally.likes} likes in ${seconds(calmMs)} s`)

  let began = performance.now()
  const three = await startNodes(program, 'open', made, async (adminUrl) => {
    began = performance.now()
    await first.close()
    await copyRows(program, first.adminUrl, await primaryOf(adminUrl))
    await makeBoard(adminUrl)
  })
  await three.whole()
  await pressFor(three.urls.sites[0] as string)
  const there = closedFor(began)
  print(`three machines: closed for ${seconds(there)} s, ${visit.tally.likes} likes`)

  began = performance.now()
  await closeThree(three)
  const source = await primaryOf(three.urls.adminUrl)
  // The journal of a file begins anew, so its batches need a name that no others had.
  const second = await startOne(program, machine, 'batcher-2', async (adminUrl) => {
    await copyRows(program, source, adminUrl)
    await makeBoard(adminUrl)
  })
  await pressFor(second.site)
  const back = closedFor(began)
  print(`one machine again: closed for ${seconds(back)} s, ${visit.tally.likes} likes`)

  await visit.end()
  await second.flush()
  return {
    ...{ likes: visit.tally.likes, retried: visit.tally.retried, closedMs: { there, back } },
    ...(await withSql(second.adminUrl, (sql) => compared(sql, posts))),
    drift: await drift(second.site),
  }
}

/** Everything a board needs on one machine. `fill`: brings the tables into a MySQL that is empty. */
async function startOne(
  program: MysqlProgram,
  machine: NodeNetwork,
  batcherName: string,
  fill: (adminUrl: string) => Promise<void>,
) {
  const [mysqlAt, redisAt, batcherAt, webAt, doorAt] = [
    await machine.place(),
    await machine.place(),
    await machine.place(),
    await machine.place(),
    await machine.place(),
  ]
  const [folder = ''] = await emptyFolders(program, 1, password)
  startMysql(program, folder, mysqlAt, [initFile(program, folder)])
  const adminUrl = `mysql://root:${password}@${mysqlAt.address}`
  await until(() => withSql(adminUrl, async () => true), { withinMs: startsWithinMs })
  await fill(adminUrl)

  startProcess(
    [
      ...[...redisAt.enter, 'redis-server', '--port', `${port.redis}`, '--bind', redisAt.address],
      ...['--dir', temporaryFolder(), '--save', '', '--requirepass', password],
    ],
    { cwd: '/' },
  )
  const stores = (account: string) => ({
    DATABASE_URL: `mysql://${account}:${password}@${mysqlAt.address}/agora`,
    REDIS_URL: `redis://:${password}@${redisAt.address}:${port.redis}`,
    LIKES: 'open',
  })
  const batcherUrl = `http://${batcherAt.address}:${port.batcher}`
  const batcher = startBatcher(batcherAt, {
    ...stores('agora_batcher'),
    ...{ BATCHER_NAME: batcherName, JOURNAL: join(temporaryFolder(), 'journal.sqlite') },
  })
  const web = startWeb(webAt, {
    ...stores('agora_web'),
    ...{ REPLICA_NAME: 'web-1', BATCHERS: batcherUrl, BALANCER_URL: `http://${doorAt.address}:8081` },
  })
  const door = await haproxyOf(doorAt, webAt)()
  const site = `http://${doorAt.address}:${port.haproxy}`
  await until(async () => (await fetch(`${site}/up`)).ok, { withinMs: startsWithinMs })
  await until(async () => (await fetch(`${batcherUrl}/ready`)).ok, { withinMs: startsWithinMs })
  return {
    site,
    adminUrl,
    flush: () => flushed(batcherUrl),
    async close() {
      await letOut(door)
      await web.stop()
      await flushed(batcherUrl)
      await batcher.stop()
    },
  }
}

async function closeThree({ nodes, activeBatcher, identity }: Awaited<ReturnType<typeof startNodes>>) {
  await Promise.all(nodes.map(({ parts }) => letOut(parts.haproxy.running())))
  await Promise.all(nodes.map(({ parts }) => parts.web.running().stop()))
  const active = await until(activeBatcher)
  await flushed(`https://${active.parts.batcher.place.address}:${port.batcher}`, identity)
  await Promise.all(nodes.map(({ parts }) => parts.batcher.running().stop()))
}

/** HAProxy takes nobody in any more, and answers who is in. */
async function letOut(door: Running): Promise<void> {
  door.send('SIGUSR1')
  await door.exited
}

const flushed = (batcherUrl: string, identity?: Identity) =>
  until(
    async () => {
      const headers = authorized(secret)
      const secured = identity ? { tls: identity } : {}
      const answer = await fetch(`${batcherUrl}/flush`, { method: 'POST', headers, ...secured })
      return answer.ok && ((await answer.json()) as { waiting: number }).waiting === 0
    },
    { withinMs: startsWithinMs, everyMs: 100 },
  )

/** Of several servers the one that takes changes. */
async function primaryOf(adminUrl: string): Promise<string> {
  return until(async () => {
    for (const url of eachHost(adminUrl)) {
      const isShut = await withSql(
        url,
        async (sql) => (await sql('SELECT @@super_read_only AS shut'))[0]?.shut,
      )
      if (isShut === 0) return url
    }
    return undefined
  })
}

async function copyRows(program: MysqlProgram, from: string, to: string): Promise<void> {
  const [source, target] = [new URL(from).hostname, new URL(to).hostname]
  const dump = `mysqldump --host=${source} --user=root --single-transaction --routines --set-gtid-purged=OFF`
  const line = `${dump} --databases agora | mysql --host=${target} --user=root`
  const { code, output } = await run(program.shell(line), { env: { MYSQL_PWD: password } })
  if (code !== 0 || /error/i.test(output)) throw new Error(`the rows could not be copied:\n${output}`)
}

type Sql = (statement: string, values?: unknown[]) => Promise<Record<string, unknown>[]>

async function withSql<T>(uri: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const connection = await createConnection({ uri, multipleStatements: true })
  try {
    return await work(async (statement, values = []) => {
      if (!/^SELECT @@/.test(statement)) await connection.query('USE agora')
      return (await connection.query<RowDataPacket[]>(statement, values))[0]
    })
  } finally {
    connection.destroy()
  }
}

/**
 * Members who press, each with a key of its own for every press, at the site that was open last: while it is
 * closed they are refused, and try again.
 */
function keepLiking(posts: PostCount[], members: Member[]) {
  const lane = openGaps()
  const tally = { likes: 0, retried: 0 }
  const roll = seededRandom(7)
  let site = ''
  let isOver = false
  let busy: Promise<unknown> | undefined
  return {
    ...{ lane, tally },
    openAt(open: string) {
      site = open
      busy ??= Promise.all(members.map(press))
    },
    async end() {
      isOver = true
      await busy
    },
  }

  async function press(member: Member): Promise<void> {
    while (!isOver) {
      const post = choose(posts, roll)
      const key = crypto.randomUUID()
      const nextAt = performance.now() + pressEveryMs
      post.sent++
      while (!(await isAnswered(site, post, member, key))) {
        tally.retried++
        await Bun.sleep(retryMs)
      }
      post.answered++
      tally.likes++
      lane.answered()
      await Bun.sleep(Math.max(0, nextAt - performance.now()))
    }
  }
}

async function isAnswered(site: string, { post }: PostCount, member: Member, key: string): Promise<boolean> {
  try {
    const headers = { ...bearer(member), 'idempotency-key': key }
    const signal = AbortSignal.timeout(patienceMs)
    const answer = await fetch(`${site}/api/posts/${post}/likes`, { method: 'POST', headers, signal })
    await answer.text()
    return answer.ok
  } catch {
    return false
  }
}

async function compared(sql: Sql, posts: PostCount[]) {
  const rows = await sql('SELECT id, likes FROM posts')
  const stored = new Map(rows.map(({ id, likes }) => [Number(id), Number(likes)]))
  let [lost, doubled] = [0, 0]
  for (const { post, sent, answered } of posts) {
    const likes = stored.get(post) ?? 0
    lost += Math.max(0, answered - likes)
    doubled += Math.max(0, likes - sent)
  }
  return { lost, doubled }
}

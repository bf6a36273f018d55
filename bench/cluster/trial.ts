/**
 * One trial of a cluster: three nodes, who uses them, deaths, and in the end each number in MySQL held
 * against what those who pressed know.
 */

import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { openLikes } from '../../src/likes/client.ts'
import type { LikesPolicy } from '../../src/platform/config.ts'
import { primaryAt } from '../../src/platform/database.ts'
import { openLog } from '../../src/platform/log.ts'
import { breakerOf, openRedis } from '../../src/platform/redis.ts'
import { sha256 } from '../../src/platform/sha256.ts'
import { until } from '../../test/support/until.ts'
import type { PostCount } from '../posts.ts'
import { addPosts } from '../queries.ts'
import { seededRandom } from '../random.ts'
import { cause, cutPower, type Death, type Lanes } from './deaths.ts'
import { openGaps } from './gaps.ts'
import { findMysql } from './mysql.ts'
import { startNodes, type ThreeNodes } from './nodes.ts'
import {
  keepComparing,
  keepPressing,
  keepReading,
  keepVisiting,
  keepWriting,
  type Member,
  noTally,
  type Scene,
  type Tally,
} from './visitors.ts'

export type Trial = {
  policy: LikesPolicy
  deaths: number
  first: number
  likes: number
  seed: number
  /** Of nodes with MySQL's primary alone, and in the end no loss of power. */
  isShort: boolean
  print: (line: string) => void
}

export type Verdict = {
  policy: LikesPolicy
  seed: number
  mysql: string
  seconds: number
  deaths: Death[]
  tally: Tally
  /** Answered likes that MySQL lacks, and likes in MySQL that nobody sent; over all posts. */
  lost: number
  doubled: number
  /** By the site's own audit. */
  drift: number
  /** Answered comments that MySQL lacks, and such as it has twice. */
  lostWrites: number
  doubledWrites: number
  /** After all nodes lost power at once, if they did: until everything was of use, from the restart on. */
  powerCutMs: number | undefined
  /** How often a batcher took the journal. */
  generations: number
}

/** Those who press at one moment share a commit, as on a site with many visitors. */
const pressers = 160
const momentMs = 40
const visitors = 6
const writers = 3
const readers = 3
/** How long a death takes with what comes after it, roughly. */
const secondsPerDeath = 18
const leastPerSecond = 200
const idleWithinMs = 120_000
const silent = openLog('bench', 'error', () => {})

export const isExact = ({ lost, doubled, drift, lostWrites, doubledWrites, tally }: Verdict) =>
  [lost, doubled, drift, lostWrites, doubledWrites, tally.stale].every((figure) => figure === 0)

/** What the issue of a cluster is: one node dies, and this is all that anybody notices. */
export const keepsTarget = (verdict: Verdict) =>
  verdict.deaths.every(({ gapsMs }) => gapsMs.likes < targetMs && gapsMs.writes < targetMs) &&
  verdict.tally.failedReads === 0

export const targetMs = 10_000

/** The process is in a network of its own already. Prints last words of all processes when it fails. */
export async function tryCluster(trial: Trial): Promise<Verdict> {
  const program = await findMysql()
  const began = performance.now()
  const cluster = await startNodes(program, trial.policy)
  trial.print(`three nodes after ${seconds(performance.now() - began)} s, MySQL ${program.version}`)
  try {
    return { mysql: program.version, ...(await useIt(cluster, trial)) }
  } catch (error) {
    trial.print(cluster.logs().join('\n\n'))
    throw error
  }
}

async function useIt(cluster: ThreeNodes, { policy, deaths, first, likes, seed, isShort, print }: Trial) {
  await cluster.whole()
  const began = performance.now()
  const sql = (statement: string, values: unknown[] = []) => askPrimary(cluster, statement, values)
  const posts = await addedPosts(sql)
  const members = await addedMembers(sql, pressers + visitors + writers)
  const tally = noTally()
  const lanes: Lanes = { likes: openGaps(), writes: openGaps(), reads: openGaps() }
  let isOver = false
  let areDeathsOver = false
  const perSecond = Math.max(leastPerSecond, likes / (deaths * secondsPerDeath))
  const pace = () => (areDeathsOver ? likes : (perSecond * (performance.now() - began)) / 1_000)
  const mayLike = async () => {
    // Spread over all deaths, so that some are under way at each of them.
    while (!isOver && tally.likes >= pace()) await Bun.sleep(momentMs)
    return !isOver
  }
  const roll = seededRandom(seed + 100)
  const replicas = [0, 1].map(() => openReplica(cluster))
  const scene: Scene = {
    ...{ policy, posts, lanes, tally, roll, mayLike, replicas, sites: cluster.urls.sites },
    ...{ liked: new Set<string>(), isOver: () => isOver },
  }
  const member = (at: number) => members[at] as Member
  const many = (count: number, work: (at: number) => Promise<unknown>) =>
    Array.from({ length: count }, (_, at) => work(at))
  const writing = Promise.all(
    Array.from({ length: writers }, (_, at) => keepWriting(scene, member(pressers + visitors + at), at)),
  )
  const busy = Promise.all([
    ...many(pressers, (at) => keepPressing(scene, member(at), at)),
    ...many(visitors, (at) => keepVisiting(scene, member(pressers + at), at)),
    ...many(readers, () => keepReading(scene)),
    ...many(policy === 'open' ? 1 : 0, () => keepComparing(scene)),
    writing,
  ])
  const done: Death[] = []
  let powerCutMs: number | undefined
  let slowest = {}
  const tell = (death: Death) => {
    done.push(death)
    print(`${seconds(performance.now() - began)} s, ${tally.likes} likes: ${told(death)}`)
  }
  try {
    await Promise.race([cause(cluster, { deaths, first, seed, isShort, lanes, tell }), busy])
    const { longestPressMs, longestWriteMs, longestReadMs } = tally
    slowest = { longestPressMs, longestWriteMs, longestReadMs }
    if (!isShort) {
      powerCutMs = (await Promise.race([withoutPower(cluster, tally), busy])) as number
      print(`all lost power: whole ${seconds(powerCutMs)} s after the restart`)
    }
    areDeathsOver = true
    await Promise.race([until(() => tally.likes >= likes, { withinMs: 3_600_000, everyMs: 100 }), busy])
  } finally {
    isOver = true
  }
  await busy
  // Who waited for power waited for longer than any death takes.
  Object.assign(tally, slowest)
  await atRest(cluster, sql)

  return {
    ...{ policy, seed, tally, deaths: done, powerCutMs },
    seconds: Math.round((performance.now() - began) / 1_000),
    ...(await compared(sql, scene)),
    ...(await comparedWrites(sql, (await writing).flat())),
    drift: await drift(cluster.urls.sites[0] as string),
    generations: Number((await sql('SELECT MAX(generation) AS n FROM like_journals'))[0]?.n),
  }
}

/** Nobody can be served meanwhile, and no read that was not counts as failed. */
async function withoutPower(cluster: ThreeNodes, tally: Tally): Promise<number> {
  const { failedReads } = tally
  const took = await cutPower(cluster)
  tally.failedReads = failedReads
  return took
}

export type AskSql = (statement: string, values?: unknown[]) => Promise<Record<string, unknown>[]>

export async function askPrimary({ urls }: ThreeNodes, statement: string, values: unknown[] = []) {
  const uri = await until(() => primaryAt(urls.adminUrl))
  const connection = await createConnection({ uri, database: 'agora', multipleStatements: true })
  try {
    const [rows] = await connection.query<RowDataPacket[]>(statement, values)
    return rows
  } finally {
    connection.destroy()
  }
}

/** A replica's client, in this process, which does not die. */
function openReplica({ urls, secret, identity }: ThreeNodes) {
  const redis = openRedis(urls.redis, silent, identity)
  return openLikes({
    batchers: [urls.batchers],
    secret,
    identity,
    redis,
    breaker: breakerOf(redis),
    log: silent,
  })
}

export async function addedPosts(sql: AskSql): Promise<PostCount[]> {
  await sql("INSERT INTO categories (name, name_key) VALUES ('general', REPEAT('g', 32))")
  await sql(addPosts('Tried', 2))
  const rows = await sql("SELECT id FROM posts WHERE title = 'Tried' ORDER BY id")
  return rows.map(({ id }) => ({ post: Number(id), sent: 0, answered: 0 }))
}

export async function addedMembers(sql: AskSql, count: number): Promise<Member[]> {
  const members: Member[] = []
  for (let at = 0; at < count; at++) {
    const name = `member-${at}`
    const token = `agora_${crypto.randomUUID()}${crypto.randomUUID()}`.slice(0, 49)
    await sql('INSERT INTO users (name, name_key) VALUES (?, ?)', [name, Buffer.from(sha256(name), 'hex')])
    const [row] = await sql('SELECT id FROM users WHERE name = ?', [name])
    await sql('INSERT INTO tokens (token_key, user_id, name) VALUES (?, ?, ?)', [
      Buffer.from(sha256(token), 'hex'),
      row?.id,
      'bench',
    ])
    members.push({ user: Number(row?.id), token })
  }
  return members
}

/** Nothing waits for MySQL. */
async function atRest(cluster: ThreeNodes, sql: AskSql): Promise<void> {
  await cluster.whole()
  const patience = { withinMs: idleWithinMs, everyMs: 100 }
  const waiting = `SELECT (SELECT COUNT(*) FROM waiting_batches)
    + (SELECT COALESCE(SUM(waiting), 0) FROM waiting_likes)
    + (SELECT COUNT(*) FROM waiting_choices) AS n`
  await until(async () => Number((await sql(waiting))[0]?.n) === 0, patience)
}

async function compared(sql: AskSql, { policy, posts, liked, tally }: Scene) {
  const stored = new Map(
    (await sql('SELECT id, likes FROM posts')).map(({ id, likes }) => [Number(id), Number(likes)]),
  )
  if (policy === 'once') return comparedMembers(sql, stored, liked)
  let [lost, doubled] = [0, 0]
  for (const { post, sent, answered } of posts) {
    const likes = stored.get(post) ?? 0
    lost += Math.max(0, answered - likes)
    doubled += Math.max(0, likes - sent)
  }
  const sum = posts.reduce((so, { post }) => so + (stored.get(post) ?? 0), 0)
  // Over all posts together, too: no more than those whose answer was lost.
  return { lost, doubled: Math.max(doubled, sum - tally.likes - tally.unsure) }
}

/** A member's last answer says whether they like a post. */
async function comparedMembers(sql: AskSql, stored: Map<number, number>, liked: Set<string>) {
  const rows = await sql('SELECT post_id, user_id FROM likes')
  const kept = new Set(rows.map(({ post_id, user_id }) => `${post_id}:${user_id}`))
  const byPost = new Map<number, number>()
  for (const each of kept)
    byPost.set(Number(each.split(':')[0]), (byPost.get(Number(each.split(':')[0])) ?? 0) + 1)
  const differing = [...stored].reduce(
    (so, [post, likes]) => so + Math.abs(likes - (byPost.get(post) ?? 0)),
    0,
  )
  return {
    lost: [...liked].filter((each) => !kept.has(each)).length,
    doubled: [...kept].filter((each) => !liked.has(each)).length + differing,
  }
}

async function comparedWrites(sql: AskSql, written: string[]) {
  const rows = await sql('SELECT body, COUNT(*) AS n FROM comments GROUP BY body')
  const kept = new Map(rows.map(({ body, n }) => [String(body), Number(n)]))
  return {
    lostWrites: written.filter((text) => !kept.has(text)).length,
    doubledWrites: [...kept.values()].filter((count) => count > 1).length,
  }
}

/** A recount that began after the cluster had come to rest. */
export async function drift(site: string): Promise<number> {
  const now = Date.now()
  const found = await until(
    async () => {
      await fetch(`${site}/audit/recount`, { method: 'POST', redirect: 'manual' })
      const answer = (await (await fetch(`${site}/api/audit`)).json()) as {
        drift: number
        recount: { at: string }
      }
      return Date.parse(answer.recount.at) >= now && answer
    },
    { withinMs: idleWithinMs, everyMs: 500 },
  )
  return found.drift
}

export const seconds = (ms: number) => (ms / 1_000).toFixed(1)

const told = ({ kind, victim, gapsMs, wholeMs, isByHand }: Death) =>
  `${kind} (${victim}): likes ${seconds(gapsMs.likes)} s, writes ${seconds(gapsMs.writes)} s, reads ` +
  `${seconds(gapsMs.reads)} s; whole ${seconds(wholeMs)} s after it was back${isByHand ? ', by hand' : ''}`

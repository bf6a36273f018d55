/**
 * `./agora drill FILE`: a backup that was never restored is a hope. The file is restored into a stack of its
 * own (scratch.ts), beside whatever runs, by the commands that people type; that stack starts, counts every
 * like anew, checks the moderation log and the orders, and shows a hundred pages. Then it is gone.
 *
 * It gets no setting of the running board but LIKES: it listens on loopback alone, sends no mail (those that
 * wait become files, and are deleted with it), and has one web replica.
 */

import { createWriteStream, existsSync } from 'node:fs'
import { constants, getPriority, setPriority } from 'node:os'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Audit } from '../../src/audit/service.ts'
import { brokenOrders, countsOfBoard, randomPosts } from '../database/queries.ts'
import { UserError } from '../errors.ts'
import { freePort } from '../process/free-port.ts'
import type { Print, Stack } from '../stack.ts'
import type { Mode, Status } from '../status.ts'
import { decryptTo } from './age.ts'
import { newestFirst } from './kept.ts'
import { shortageIn } from './room.ts'
import { type Scratch, withScratch } from './scratch.ts'
import type { BackupSettings } from './settings.ts'
import { openStore } from './store.ts'

export type Drilled = {
  restoredAt: string
  seconds: number
  /** What is not as it should be, a sentence each. */
  differences: string[]
  answered: number
  pages: number
}

const pagesAtMost = 100
const lists = ['/', '/?sort=top', '/?sort=hot', '/market', '/audit', '/login']
const pageWithinMs = 10_000
const auditWithinMs = 60_000

/** The restore was not tried, so nothing is known of the backup. */
export class NoRoom extends UserError {
  override name = 'NoRoom'
}

type DrillOptions = {
  /** The data folder of the board whose backup it is. */
  board: string
  /** A file of secret keys of age. */
  identity: string | undefined
  mode: Mode
  settingsFor: Stack['drillSettings']
  print: Print
}

/** Drills the newest backup where they are kept. Throws a UserError when it can't be restored at all. */
export function drillNewest(settings: BackupSettings, options: DrillOptions): Promise<Drilled> {
  const store = openStore(settings)
  return withScratch(options.board, options.settingsFor, async (scratch) => {
    const [name] = newestFirst(await store.names())
    if (!name) throw new UserError(`there is no backup in ${store.where}`)
    options.print(`${name} in ${store.where}`)
    refuseWithoutRoom(scratch, await store.size(name))
    return drill(await opened(name, await store.read(name), scratch, options), scratch, options)
  })
}

/** The same of a file. */
export function drillFile(file: string, options: DrillOptions): Promise<Drilled> {
  if (!existsSync(file)) throw new UserError(`there is no file ${file}`)
  return withScratch(options.board, options.settingsFor, async (scratch) => {
    const content = Bun.file(file)
    refuseWithoutRoom(scratch, content.size)
    return drill(await opened(basename(file), content.stream(), scratch, options), scratch, options)
  })
}

function refuseWithoutRoom({ folder }: Scratch, bytes: number): void {
  const shortage = shortageIn(folder, bytes)
  if (shortage) throw new NoRoom(shortage)
}

/** Resolves to the file that `./agora restore` reads. */
async function opened(
  name: string,
  content: ReadableStream<Uint8Array>,
  { folder, signal }: Scratch,
  { identity }: DrillOptions,
): Promise<string> {
  const file = join(folder, basename(name, '.age'))
  if (!name.endsWith('.age')) {
    await pipeline(Readable.fromWeb(content as never), createWriteStream(file, { mode: 0o600 }), { signal })
  } else if (identity) {
    await decryptTo(content, file, { name, identity, signal })
  } else {
    throw new UserError(
      `${name} is encrypted: --identity FILE, or BACKUP_IDENTITY, names the file with the secret key of age`,
    )
  }
  return file
}

/** Whatever else runs goes first. What it starts has the priority of this process. */
function giveWay(): void {
  const low = constants.priority.PRIORITY_BELOW_NORMAL
  if (getPriority() < low) setPriority(low)
}

async function drill(
  file: string,
  { data, signal, agora }: Scratch,
  { mode, print }: DrillOptions,
): Promise<Drilled> {
  const startedAt = performance.now()
  giveWay()
  const port = String(await freePort())
  print('restoring')
  await agora(['restore', file, `--${mode}`, '--data', data])
  const restoredAt = new Date().toISOString()
  print('starting what was restored')
  const up = ['up', `--${mode}`, '--detach', '--no-autoscale', '--replicas', '1', '--port', port]
  await agora([...up, '--data', data])
  const { url } = JSON.parse(await agora(['status', '--json', '--data', data])) as Status
  if (!url) throw new UserError('what was restored does not start')
  const rows = async (statement: string) => rowsIn(await agora(['sql', statement, '--data', data]))

  print('counting anew')
  const likes = await likesOf(url)
  const [[orders = '0'] = []] = await rows(brokenOrders)
  const [[posts = '0', members = '0'] = []] = await rows(countsOfBoard)
  print(`reading pages of ${posts} posts by ${members} members`)
  const pages = await readPages(url, await rows(randomPosts(pagesAtMost)), signal)
  return {
    restoredAt,
    seconds: (performance.now() - startedAt) / 1_000,
    differences: [
      ...likes.differences,
      ...(orders === '0' ? [] : [`${orders} orders have no lines, or are closed without a date`]),
      ...pages.differences,
    ],
    answered: likes.answered,
    pages: pages.read,
  }
}

/** The answer of `./agora sql` in a pipe, without its head. */
const rowsIn = (output: string): string[][] =>
  output
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))

async function likesOf(url: string): Promise<{ answered: number; differences: string[] }> {
  const response = await fetch(`${url}/api/audit`, { signal: AbortSignal.timeout(auditWithinMs) }).catch(
    () => undefined,
  )
  if (!response?.ok)
    return { answered: 0, differences: [`the audit answers ${response?.status ?? 'nothing'}`] }
  const { answered, waiting, recount, silent } = (await response.json()) as Audit
  const { drift, flaws, applied, moderation } = recount
  return {
    answered,
    differences: auditDifferences({ answered, waiting, applied, drift, silent, flaws, moderation }),
  }
}

type Counted = Pick<Audit, 'answered' | 'waiting' | 'silent'> &
  Pick<Audit['recount'], 'applied' | 'drift' | 'flaws' | 'moderation'>

/** Returns what a recount finds that should not be. */
function auditDifferences({
  answered,
  waiting,
  applied,
  drift,
  silent,
  flaws,
  moderation,
}: Counted): string[] {
  const counted = applied + waiting
  return [
    ...(silent > 0 ? ['the batcher does not answer'] : []),
    ...(counted === answered ? [] : [`${answered} likes were answered, ${counted} are there`]),
    ...(drift === 0 ? [] : [`likes of posts differ from their batches by ${drift}`]),
    ...flaws.map(({ batcher, number, wrong }) => `batch ${number} of ${batcher}: ${wrong}`),
    ...(moderation.broken === null ? [] : [`the moderation log is broken at ${moderation.broken}`]),
  ]
}

/** Of each post its page, and over REST its title. */
async function readPages(
  url: string,
  posts: string[][],
  signal: AbortSignal,
): Promise<{ read: number; differences: string[] }> {
  const differences: string[] = []
  for (const path of lists) differences.push(...(await faultOf(`${url}${path}`)))
  for (const [id, title = ''] of posts) {
    signal.throwIfAborted()
    differences.push(...(await faultOf(`${url}/posts/${id}`)))
    const expected = Buffer.from(title, 'hex').toString()
    differences.push(...(await faultOf(`${url}/api/posts/${id}`, expected)))
  }
  return { read: lists.length + posts.length, differences }
}

async function faultOf(url: string, title?: string): Promise<string[]> {
  const { pathname } = new URL(url)
  const signal = AbortSignal.timeout(pageWithinMs)
  const answer = await fetch(url, { headers: { accept: title === undefined ? 'text/html' : '*/*' }, signal })
    .then(async (response) => ({ status: response.status, body: await response.text() }))
    .catch((error: Error) => ({ status: 0, body: error.message }))
  if (answer.status !== 200) return [`${pathname} answers ${answer.status || answer.body}`]
  if (title === undefined) return []
  const found = titleIn(answer.body)
  return found === title ? [] : [`${pathname} has another title than its row`]
}

function titleIn(body: string): string | undefined {
  try {
    return (JSON.parse(body) as { title?: string }).title
  } catch {
    return undefined
  }
}

import webPush from 'web-push'
import { pause } from '../../src/platform/async.ts'
import type { PushPolicy } from '../../src/platform/config.ts'
import type { Db, Sql } from '../../src/platform/db.ts'
import type { Log } from '../../src/platform/log.ts'
import { speaking } from '../../texts/say.ts'
import { pushPayload } from '../../views/letters.tsx'
import { noticesWithIds } from '../digests/queries.ts'
import type { Failpoint } from '../failpoint.ts'
import {
  browserOf,
  type DuePush,
  duePushes,
  forgetBrowser,
  lookedUpTo,
  markLooked,
  postponePushes,
  pushKeys,
  putPushes,
  putPushKeys,
  settledAfter,
  takePushes,
  unpushed,
} from './queries.ts'
import { openPushSender, type PushSender, type Sent } from './send.ts'

/** How long it waits, in seconds. */
export type PushPace = {
  /** Between two looks for what is new. */
  look: number
  /** Before something is tried a second time; each further pause is twice as long. */
  first: number
  longest: number
  /** Longer than a try takes. Only then is it taken again when its courier was killed. */
  lease: number
}

export const usualPushPace: PushPace = { look: 1, first: 30, longest: 3_600, lease: 60 }

const [foundAtOnce, dueAtOnce, browsersAtOnce, mostTries] = [500, 200, 8, 8]

type Parts = {
  db: Db
  log: Log
  failpoint: Failpoint
  push: PushPolicy
  contact: string
  pace: PushPace
}

/**
 * Pushes notices to the browsers of members who switched that on, until `stopping`.
 *
 * Whoever writes a notice writes nothing for it. The courier looks through those that were written since it
 * looked last, and writes a row for each that somebody is to get; a row stays until nothing can be written
 * any more that has a lower id than its notice, so that what is looked through twice is found once. A row is
 * taken by a commit of its own, sent, and done by another: what is killed in between is sent again when its
 * lease is over, and replaces on the member's screen what is there already.
 */
export async function runPush({ db, log, failpoint, push, contact, pace }: Parts, stopping: AbortSignal) {
  let sender: PushSender | undefined
  while (!stopping.aborted) {
    const sent = await pushOnce().catch((error) => {
      log.warn('notices could not be pushed', { error })
      return 0
    })
    if (sent === 0) await pause(pace.look * 1_000, stopping)
  }

  async function pushOnce(): Promise<number> {
    sender ??= openPushSender(await keysOf(db), contact, push)
    await db.transaction((sql) => look(sql))
    const taken = await db.transaction((sql) => take(sql, pace.lease))
    if (taken.size > 0) failpoint('after taking')
    await Promise.all([...taken].map(([session, pushes]) => carry(session, pushes)))
    return taken.size
  }

  async function carry(session: string, pushes: DuePush[]): Promise<void> {
    const notices = pushes.map(({ notice }) => notice)
    const browser = await browserOf(db, session)
    const told = browser ? await noticesWithIds(db, browser.user, notices) : []
    if (!browser || told.length === 0) return void (await postponePushes(db, session, notices, undefined))
    const payload = speaking(browser.language, () => pushPayload(told))
    failpoint('before sending')
    const sent = await (sender as PushSender)(browser, payload)
    failpoint('after sending')
    if (sent.is === 'sent') return void (await postponePushes(db, session, notices, undefined))
    // Whoever knows the address may push to it, so it is in no log.
    log.info('a notice was not pushed', { is: sent.is, code: sent.code })
    if (sent.is === 'gone') return void (await forgetBrowser(db, session, browser.endpoint))
    const tries = Math.min(...pushes.map((each) => each.tries)) + 1
    await postponePushes(db, session, notices, pauseAfter(sent, tries, pace))
  }
}

/** In seconds; undefined when it is given up. */
function pauseAfter(
  { is, seconds = 0 }: Sent,
  tries: number,
  { first, longest }: PushPace,
): number | undefined {
  if (is === 'refused' || tries >= mostTries) return undefined
  return Math.min(longest, Math.max(seconds, first * 2 ** (tries - 1)))
}

/** Those of this board, which its first courier makes. */
async function keysOf(db: Db) {
  if (!(await pushKeys(db))) await db.transaction((sql) => putPushKeys(sql, webPush.generateVAPIDKeys()))
  const keys = await pushKeys(db)
  if (!keys) throw new Error('the keys for web push were not kept')
  return keys
}

/** Finds what is to be pushed. One courier does at a time. */
async function look(sql: Sql): Promise<void> {
  const after = await lookedUpTo(sql)
  if (after === undefined) return
  const found = await unpushed(sql, after, foundAtOnce)
  if (found.length > 0) await putPushes(sql, found)
  // The rest comes first.
  if (found.length === foundAtOnce) return
  const settled = await settledAfter(sql, after, foundAtOnce)
  if (settled !== undefined) await markLooked(sql, settled, foundAtOnce)
}

/** What is due for some browsers, together for each. */
async function take(sql: Sql, lease: number): Promise<Map<string, DuePush[]>> {
  const bySession = Map.groupBy(await duePushes(sql, dueAtOnce), ({ session }) => session)
  const taken = new Map([...bySession].slice(0, browsersAtOnce))
  for (const [session, pushes] of taken)
    await takePushes(
      sql,
      session,
      pushes.map(({ notice }) => notice),
      lease,
    )
  return taken
}

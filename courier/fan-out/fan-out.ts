import { pause } from '../../src/platform/async.ts'
import { steadyClock } from '../../src/platform/clock.ts'
import type { Db, Sql } from '../../src/platform/db.ts'
import type { Log } from '../../src/platform/log.ts'
import { noticeFollowers } from '../../src/telling/queries.ts'
import type { Failpoint } from '../failpoint.ts'
import { followersAfter, markSpread, nextFanOut, textOf } from './queries.ts'

/** Followers that one transaction tells. */
const toldAtOnce = 500

type Parts = { db: Db; log: Log; failpoint: Failpoint; lookSeconds: number }

/**
 * Tells followers of new posts and comments, each once.
 *
 * A text that is to be told of is a row, written by the transaction that adds it. Its followers are told in
 * the order of their ids, some hundreds in a transaction that also writes how far it came: what is killed at
 * whatever moment has told either none or all of them, and whoever comes next goes on behind. The row is held
 * meanwhile, so that two couriers do not tell the same followers; where they would, a unique key of member
 * and text stops the second. Between two transactions it rests as long as one took: readers come first.
 */
export async function runFanOut({ db, log, failpoint, lookSeconds }: Parts, stopping: AbortSignal) {
  while (!stopping.aborted) {
    const began = steadyClock()
    const isMore = await db
      .transaction((sql) => tellSome(sql, failpoint))
      .catch((error) => {
        log.warn('followers could not be told', { error })
        return false
      })
    failpoint('after telling')
    await pause(isMore ? steadyClock() - began : lookSeconds * 1_000, stopping)
  }
}

/** Tells the next followers of the oldest text. False when there is nothing to tell. */
async function tellSome(sql: Sql, failpoint: Failpoint): Promise<boolean> {
  const fanOut = await nextFanOut(sql)
  if (!fanOut) return false
  // What is gone is told to nobody; what is there is not removed before this is committed.
  const text = await textOf(sql, fanOut)
  const members = text ? await followersAfter(sql, fanOut, text, toldAtOnce) : []
  failpoint('before telling')
  if (text && members.length > 0)
    await noticeFollowers(sql, { ...fanOut, author: text.author }, text.category, members)
  failpoint('while telling')
  await markSpread(sql, fanOut.id, members.at(-1) ?? fanOut.afterUser, members.length < toldAtOnce)
  return true
}

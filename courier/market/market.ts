import { pause } from '../../src/platform/async.ts'
import { steadyClock } from '../../src/platform/clock.ts'
import type { Db, Sql } from '../../src/platform/db.ts'
import type { Log } from '../../src/platform/log.ts'
import type { Failpoint } from '../failpoint.ts'
import {
  beginTelling,
  heldWaits,
  itemsToTell,
  markLow,
  markTold,
  membersToTell,
  nextTelling,
  noticeLow,
  noticeWindow,
  openAdmins,
  tellingsToBegin,
  tellWaiting,
  waitsToTell,
} from './queries.ts'

/** Members whom one transaction tells, and items that one look finds. */
const [toldAtOnce, itemsAtOnce] = [500, 100]

type Parts = { db: Db; log: Log; failpoint: Failpoint; lookSeconds: number }

/**
 * Tells of the market: admins what is low, members what is in stock again, and of windows.
 *
 * It looks at what is, not at what was done: nobody who orders, cancels or stocks up writes anything for it,
 * and whatever changes the stock is seen. The transaction that tells notes it, too: that the item is low,
 * that somebody waits no more, up to whom a window was told. So what is killed at whatever moment has done
 * both or neither, and of two couriers the second finds nothing left.
 */
export async function runMarket({ db, log, failpoint, lookSeconds }: Parts, stopping: AbortSignal) {
  while (!stopping.aborted) {
    const began = steadyClock()
    const isMore = await tellOfMarket(db, failpoint).catch((error) => {
      log.warn('members could not be told of the market', { error })
      return false
    })
    await pause(isMore ? steadyClock() - began : lookSeconds * 1_000, stopping)
  }
}

/** Returns whether there is more to tell. */
async function tellOfMarket(db: Db, failpoint: Failpoint): Promise<boolean> {
  for (const { item, isLow } of await itemsToTell(db, itemsAtOnce))
    await db.transaction((sql) => tellLow(sql, item, isLow === 1, failpoint))

  const waits = Map.groupBy(await waitsToTell(db, toldAtOnce), ({ item }) => item)
  for (const [item, waiting] of waits) {
    const users = waiting.map(({ user }) => user)
    await db.transaction(async (sql) => {
      const held = await heldWaits(sql, item, users)
      if (held.length > 0) await tellWaiting(sql, item, held)
      failpoint('while telling of stock')
    })
  }

  for (const { window, stage } of await tellingsToBegin(db)) await beginTelling(db, window, stage)
  return db.transaction((sql) => tellSome(sql, failpoint))
}

async function tellLow(sql: Sql, item: number, isLow: boolean, failpoint: Failpoint): Promise<void> {
  if (!(await markLow(sql, item, isLow)) || !isLow) return
  failpoint('while telling of what is low')
  const admins = (await openAdmins(sql)).map(({ user }) => user)
  if (admins.length > 0) await noticeLow(sql, item, admins, Date.now())
}

/** Tells the next members of a window; admins, too, when it has closed. False when nothing is to be told. */
async function tellSome(sql: Sql, failpoint: Failpoint): Promise<boolean> {
  const telling = await nextTelling(sql)
  if (!telling) return false
  const members = await membersToTell(sql, telling, toldAtOnce)
  const isDone = members.length < toldAtOnce
  const { window, stage } = telling
  if (members.length > 0) await noticeWindow(sql, window, stage, members)
  const admins = stage === 'closes' && isDone ? (await openAdmins(sql)).map(({ user }) => user) : []
  if (admins.length > 0) await noticeWindow(sql, window, 'packing', admins)
  failpoint('while telling of a window')
  await markTold(sql, telling, members.at(-1) ?? telling.afterUser, isDone)
  return true
}

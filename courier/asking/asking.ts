import { pause } from '../../src/platform/async.ts'
import { steadyClock } from '../../src/platform/clock.ts'
import type { Db, Sql } from '../../src/platform/db.ts'
import type { Log } from '../../src/platform/log.ts'
import type { Failpoint } from '../failpoint.ts'
import { askMembers, markAsked, membersToAsk, nextAsking } from './queries.ts'

/** Members whom one transaction asks. */
const askedAtOnce = 500

type Parts = { db: Db; log: Log; failpoint: Failpoint; lookSeconds: number }

/**
 * Asks members to confirm that they read what is pinned, each once: as followers are told of a new text, some
 * hundreds in a transaction that also writes how far it came (../fan-out/fan-out.ts).
 */
export async function runAsking({ db, log, failpoint, lookSeconds }: Parts, stopping: AbortSignal) {
  while (!stopping.aborted) {
    const began = steadyClock()
    const isMore = await db
      .transaction((sql) => askSome(sql, failpoint))
      .catch((error) => {
        log.warn('members could not be asked', { error })
        return false
      })
    failpoint('after asking')
    await pause(isMore ? steadyClock() - began : lookSeconds * 1_000, stopping)
  }
}

/** Asks the next members about the oldest post. False when there is nobody to ask. */
async function askSome(sql: Sql, failpoint: Failpoint): Promise<boolean> {
  const asking = await nextAsking(sql)
  if (!asking) return false
  const members = await membersToAsk(sql, asking, askedAtOnce)
  if (members.length > 0) await askMembers(sql, asking.post, members)
  failpoint('while asking')
  const isDone = members.length < askedAtOnce
  await markAsked(sql, asking.post, members.at(-1) ?? asking.afterUser, isDone)
  return true
}

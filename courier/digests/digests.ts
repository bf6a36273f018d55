import { putMail } from '../../src/mail/queries.ts'
import { isTimeZone, nextMail } from '../../src/mail/schedule.ts'
import { pause } from '../../src/platform/async.ts'
import type { Db, Sql } from '../../src/platform/db.ts'
import type { Log } from '../../src/platform/log.ts'
import type { Failpoint } from '../failpoint.ts'
import { dueDigests, markDigested, unmailedOf } from './queries.ts'

/** Members whom one transaction looks after. */
const digestedAtOnce = 50

type Parts = { db: Db; log: Log; failpoint: Failpoint; lookSeconds: number; now(): Date }

/**
 * Writes to members what they have been told of and have not read, each at their time, once.
 *
 * When a member's mail is due stands in a row. The transaction that holds it writes the mail, how far it
 * tells, and when the next is due: what is killed at whatever moment has done either all of that or nothing.
 * Two couriers pass over what the other holds. Nobody is mailed twice for a time that the clocks show twice,
 * as the next time is always behind the one that was; after days without a courier there is one mail for them
 * all. What it says is read when it leaves: what was read on the site meanwhile is not in it.
 */
export async function runDigests({ db, log, failpoint, lookSeconds, now }: Parts, stopping: AbortSignal) {
  while (!stopping.aborted) {
    const due = await db
      .transaction((sql) => digestSome(sql, now(), failpoint))
      .catch((error) => {
        log.warn('notices could not be mailed', { error })
        return 0
      })
    failpoint('after digesting')
    if (due < digestedAtOnce) await pause(lookSeconds * 1_000, stopping)
  }
}

/** Returns how many members' time it was. */
export async function digestSome(sql: Sql, now: Date, failpoint: Failpoint = () => {}): Promise<number> {
  const due = await dueDigests(sql, now, digestedAtOnce)
  if (due.length === 0) return 0
  const members = due.map(({ user }) => user)
  const unmailed = new Map((await unmailedOf(sql, members, now)).map((each) => [each.user, each]))
  for (const { user, pace, timeZone, mailedUpTo } of due) {
    const mail = unmailed.get(user)
    if (mail) {
      const { upTo, address, language } = mail
      await putMail(sql, { kind: 'notices', user, address, language, after: mailedUpTo, upTo })
    }
    failpoint('while digesting')
    // A zone may go from the data base of a newer version.
    const next = nextMail(pace, isTimeZone(timeZone) ? timeZone : 'UTC', now)
    await markDigested(sql, user, mail?.upTo ?? mailedUpTo, next)
  }
  return due.length
}

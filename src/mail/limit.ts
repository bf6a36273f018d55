import type { Db } from '../platform/db.ts'
import { lockSender, mailsInAnHour, type NewMail, putMail } from './queries.ts'

/**
 * Puts a mail that somebody has sent into the outbox, unless `most` of its kind were theirs within the last
 * hour. Those that they send at once are counted one after the other. Returns whether it is there.
 */
export const putLimitedMail = (db: Db, mail: NewMail & { user: number }, most: number): Promise<boolean> =>
  db.transaction(async (sql) => {
    await lockSender(sql, mail.user)
    if ((await mailsInAnHour(sql, mail.user, mail.kind)) >= most) return false
    await putMail(sql, mail)
    return true
  })

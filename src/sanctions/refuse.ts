import { say } from '../../texts/say.ts'
import { shownDay } from '../../views/byline.tsx'
import type { Sql } from '../platform/db.ts'
import { Refusal, RefusalLeadingOn } from '../platform/errors.ts'
import { isLocked, silentUntil } from './queries.ts'

const why = { to: '/statements', says: 'What moderators decided about you' }

/** Throws a 403 for a member who may not write now, when a guarded statement did nothing. */
export async function refuseSilent(sql: Sql, member: number | null): Promise<void> {
  const until = member === null ? undefined : await silentUntil(sql, member)
  if (until)
    throw new RefusalLeadingOn(
      403,
      say('Moderators decided that you write nothing until {day}.', { day: shownDay(until) }),
      why,
    )
}

/** The same, and a 403 for a post that takes no more comments. */
export async function refuseLocked(sql: Sql, post: number, member: number): Promise<void> {
  await refuseSilent(sql, member)
  if (await isLocked(sql, post))
    throw new Refusal(403, 'This discussion is closed: moderators take no more comments.')
}

/** What who is suspended may do all the same: leave, read why, and appeal. */
const stillAllowed =
  /^\/(session\/end|statements\/|language$|notices\/read|account\/|api\/(session|notices)|api\/statements)/

/** Throws a 403 for who is suspended and sends more than that. */
export function refuseSuspended(
  { suspendedUntil }: { suspendedUntil?: string | null },
  request: Request,
): void {
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  if (!suspendedUntil || isRead || Date.parse(suspendedUntil) <= Date.now()) return
  if (stillAllowed.test(new URL(request.url).pathname)) return
  throw new RefusalLeadingOn(
    403,
    say('You are suspended until {day}: you can read, and do nothing else.', {
      day: shownDay(suspendedUntil),
    }),
    why,
  )
}

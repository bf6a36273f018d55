import type { Viewer } from '../accounts/queries.ts'
import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { pageOf } from '../http/paging.ts'
import {
  type Cause,
  hasSpread,
  markRead,
  markReadUpTo,
  membersToldOf,
  type Notice,
  newestNotices,
  sessionsOfMembers,
  sessionsToldOf,
  takeSpread,
  unreadOf,
} from './queries.ts'

/**
 * Shows these members their new number: on open pages at once, on each other page that they ask for. A
 * number stands with what is cached of a session, so that no page has to ask for it. What fails here was done
 * all the same, and shows a minute later.
 */
export async function tellMembers(context: Context, members: number[]): Promise<void> {
  if (members.length === 0) return
  const { db, cache, live, log } = context
  try {
    const sessions = await sessionsOfMembers(db, members)
    await cache.invalidate(sessions.flatMap(invalidatedBy.sessionEnded))
    live.publish({ kind: 'notices', members })
  } catch (error) {
    log.warn('members were not told of a notice', { error })
  }
}

/** The same for the followers of what the courier has told. Returns false when it has told nothing. */
export async function tellFollowers({ db, cache, live }: Context): Promise<boolean> {
  if (!(await hasSpread(db))) return false
  const causes = await db.transaction((sql) => takeSpread(sql, spreadAtOnce))
  for (const cause of causes) {
    const told = await sessionsToldOf(db, cause)
    await cache.invalidate(told.flatMap(({ token }) => invalidatedBy.sessionEnded(token)))
    live.publish({ kind: 'notices', members: [...new Set(told.map(({ member }) => member))] })
  }
  return causes.length > 0
}

const tellEveryMs = 1_000
const spreadAtOnce = 20

/** Shows followers their new number, on whichever replica, a second after the courier told them. */
export function startTelling(context: Context): { stop(): void } {
  const tell = async () => {
    while (await tellFollowers(context));
  }
  let underWay = Promise.resolve()
  const timer = setInterval(() => {
    underWay = underWay
      .then(tell)
      .catch((error) => context.log.warn('followers were not shown what is new', { error }))
  }, tellEveryMs)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}

/** The same for all who have been told of something new. */
export async function tellOf(context: Context, cause: Cause): Promise<void> {
  try {
    await tellMembers(context, await membersToldOf(context.db, cause))
  } catch (error) {
    context.log.warn('members were not told of a notice', { error })
  }
}

export type NoticePage = { notices: Notice[]; next: number | undefined }

/** A page of a member's notices without those of what is gone. */
export async function noticesOf(
  { db }: Context,
  { id }: Viewer,
  { before, limit, unread = false }: { before: string; limit: number; unread?: boolean },
): Promise<NoticePage> {
  const found = await newestNotices(db, id, { before, limit: limit + 1, unread })
  const { rows, last } = pageOf(found, limit)
  return { notices: rows.filter(({ isGone }) => !isGone), next: last?.id }
}

/** Which notices were read: some, or all up to one. */
export type ReadNotices = { ids: number[] } | { upTo: number }

/** Marks them. Returns how many are left unread. */
export async function readNotices(context: Context, { id }: Viewer, read: ReadNotices): Promise<number> {
  if ('upTo' in read) await readUpTo(context, id, read.upTo)
  else await markRead(context.db, id, read.ids)
  await tellMembers(context, [id])
  const [left] = await unreadOf(context.db, [id])
  return left?.unread ?? 0
}

/** Piece by piece: what is done stays done, and of very many some are left for the next time. */
async function readUpTo({ db }: Context, member: number, last: number): Promise<void> {
  for (let piece = 0; piece < piecesAtOnce; piece++)
    if (!(await markReadUpTo(db, member, last, readAtOnce))) return
}

const [piecesAtOnce, readAtOnce] = [5, 1_000]

/** How many notices each of these members has not read; who cannot be looked up now is missing. */
export async function numbersOf({ db }: Context, members: number[]): Promise<Map<number, number>> {
  const numbers = new Map<number, number>()
  for (let first = 0; first < members.length; first += countedAtOnce) {
    const some = members.slice(first, first + countedAtOnce)
    const found = await unreadOf(db, some).catch(() => [])
    for (const { user, unread } of found) numbers.set(user, unread)
  }
  return numbers
}

const countedAtOnce = 100

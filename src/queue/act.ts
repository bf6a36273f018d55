import { timeZone } from '../../texts/time-zone.ts'
import { notYoursToModerate, refuseElsewhere } from '../accounts/access.ts'
import type { Viewer } from '../accounts/queries.ts'
import { signInsOf } from '../accounts/queries.ts'
import { answerReports, logAction } from '../action-log/chain.ts'
import {
  type Decision,
  type Entry,
  entriesSince,
  type HashedEntry,
  type Kind,
  lastEntryOf,
  lockHead,
  type Undoing,
} from '../action-log/queries.ts'
import { invalidatedBy } from '../cache-policy.ts'
import { categoryById } from '../categories/queries.ts'
import { bringCommentBack, commentThere, removeCommentBy } from '../comments/service.ts'
import type { Context } from '../context.ts'
import { invalidatedByMerging, mergeInside, splitInside } from '../merging/service.ts'
import { tellMembers } from '../notices/service.ts'
import { pinInside, unpinInside } from '../pins/service.ts'
import type { Sql } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'
import { isId } from '../platform/fields.ts'
import { bringPostBack, removePostBy } from '../posts/removal.ts'
import { changePost, postAt } from '../posts/service.ts'
import { keepsOrderNow } from '../removal/queries.ts'
import { type Grounds, groundsOrRefuse, type TypedGrounds } from '../rules/grounds.ts'
import {
  liftSanction,
  lockThread,
  putSanction,
  type Sanction,
  type Thing,
  thingOf,
  unlockThread,
} from './queries.ts'

/** What moderators do of themselves; the other undoings come of appeals. */
export type ModeratorAct =
  | Exclude<Decision, 'refuse'>
  | Exclude<Undoing, 'return' | 'withdraw' | 'await'>
  | 'dismiss'

/** What may be done to a thing of each kind. `dismiss` answers its reports, and does nothing. */
export const doable: Record<Kind, ModeratorAct[]> = {
  post: ['dismiss', 'warn', 'hide', 'show', 'lock', 'unlock', 'move', 'merge', 'split', 'pin', 'unpin'],
  comment: ['dismiss', 'warn', 'hide', 'show'],
  item: ['dismiss'],
  member: ['dismiss', 'warn', 'silence', 'unsilence', 'suspend', 'unsuspend'],
}

export type Wanted = {
  act: ModeratorAct
  kind: Kind
  id: number
  typed: TypedGrounds
  /** A day, such as 2026-12-24, of what ends then. */
  until: string
  /** The id of the category that a post is moved to. */
  category: string
  /** The address or the number of the post that one is merged into. */
  into: string
  /** Whether a post is pinned on the front page, too. */
  isOnFront: boolean
  /** Whether members are asked to confirm that they read a post that is pinned. */
  asks: boolean
  /** The last entry of the log about it that they know; undefined for whatever there is. */
  seen: number | undefined
}

/** Returns what may be acted on. Throws a 404, and a 403 for who keeps no order there. */
export async function thingFor({ db }: Context, viewer: Viewer, kind: Kind, id: number): Promise<Thing> {
  const thing = await thingOf(db, kind, id)
  if (!thing) throw new Refusal(404, 'This is gone.')
  refuseElsewhere(viewer, thing.categoryId)
  return thing
}

/**
 * Does it, with its entry in the log, in a transaction each. Returns the entry; undefined where the reports
 * were dismissed. Throws a 409 for who has not seen what somebody else did since.
 */
export async function act(
  context: Context,
  viewer: Viewer,
  wanted: Wanted,
): Promise<HashedEntry | undefined> {
  const { kind, id } = wanted
  if (!doable[kind].includes(wanted.act)) throw new Refusal(422, 'This cannot be done to it.')
  const thing = await thingFor(context, viewer, kind, id)
  await carryOut(whileUnchanged(context, wanted), viewer, thing, wanted)
  if (thing.authorId !== null) await tellMembers(context, [thing.authorId])
  if (wanted.act === 'dismiss') return undefined
  return lastEntryOf(context.db, { kind, subject: id }, [wanted.act])
}

async function carryOut(context: Context, viewer: Viewer, thing: Thing, wanted: Wanted): Promise<void> {
  const { act, kind, id, typed } = wanted
  const by = viewer.id
  const concerns = thing.authorId
  switch (act) {
    case 'hide':
      return hide(context, viewer, wanted)
    case 'show':
      await (kind === 'post' ? bringPostBack : bringCommentBack)(context, viewer, id)
      return
    case 'move':
      return move(context, viewer, wanted)
    case 'dismiss':
      return context.db.transaction(async (sql) => {
        if (!(await keepsOrderNow(sql, by, thing.categoryId))) throw notYoursToModerate()
        await answerReports(sql, { kind, subject: id, by }, null)
      })
    case 'warn': {
      const grounds = await groundsOrRefuse(context, typed)
      return decide(context, wanted, async (sql) => {
        if (!(await keepsOrderNow(sql, by, thing.categoryId))) throw notYoursToModerate()
        return { ...grounds, by, concerns }
      })
    }
    case 'lock': {
      const grounds = await groundsOrRefuse(context, typed)
      await decide(context, wanted, async (sql) => {
        if (!(await lockThread(sql, id, by)))
          throw await whyNot(sql, by, thing.categoryId, 'This is done already, or not possible.')
        return { ...grounds, by, concerns }
      })
      return forgetPost(context, thing)
    }
    case 'merge':
      return merge(context, viewer, wanted)
    case 'split': {
      const places = await context.db.transaction((sql) => splitInside(sql, { post: id, by }))
      return context.cache.invalidate(invalidatedByMerging(places))
    }
    case 'pin': {
      const { isOnFront, asks } = wanted
      if (asks && wanted.until === '')
        throw fieldRefusal('until', 'Say until which day members are asked to confirm it.')
      const until = wanted.until === '' ? null : dayToCome(wanted.until)
      const grounds = await groundsOrRefuse(context, typed)
      await decide(context, wanted, async (sql) => {
        await pinInside(sql, by, { post: id, isOnFront, until, asks })
        const detail = isOnFront ? 'front' : 'category'
        return { ...grounds, by, concerns: null, detail, ...(until === null ? {} : { until }) }
      })
      return forgetPins(context)
    }
    case 'unpin': {
      await context.db.transaction(async (sql) => {
        await unpinInside(sql, by, id)
        const refersTo = (await lastEntryOf(sql, { kind, subject: id }, ['pin']))?.number ?? null
        await logAction(sql, { act, kind, subject: id, reason: '', by, refersTo, concerns: null })
      })
      return forgetPins(context)
    }
    case 'silence':
    case 'suspend': {
      const [grounds, until] = [await groundsOrRefuse(context, typed), dayToCome(wanted.until)]
      if (id === by) throw new Refusal(409, 'Nobody does this to themselves.')
      await decide(context, wanted, async (sql) => {
        if (!(await putSanction(sql, { member: id, kind: act, until }, by)))
          throw await whyNot(sql, by, thing.categoryId, 'This holds for them already, or they are an admin.')
        return { ...grounds, by, concerns, until }
      })
      return forgetSignIns(context, id)
    }
    default:
      return undo(context, by, { act, kind, subject: id, concerns, place: thing.categoryId })
  }
}

type ToUndo = Pick<Entry, 'kind' | 'subject'> & {
  act: Undoing
  concerns: number | null
  /** The id of its category. */
  place: number
}

/** Why a guarded statement did nothing: a 403 for who keeps no order there, or a 409. */
const whyNot = async (sql: Sql, by: number, category: number, says: string): Promise<Refusal> =>
  (await keepsOrderNow(sql, by, category)) ? new Refusal(409, says) : notYoursToModerate()

/** Undoes what holds for something now. */
async function undo(context: Context, by: number, undoing: ToUndo): Promise<void> {
  await context.db.transaction((sql) => undoInside(sql, by, undoing))
  const { act, kind, subject } = undoing
  if (act === 'unlock') await forgetPost(context, await thingOf(context.db, 'post', subject))
  if (kind === 'member') await forgetSignIns(context, subject)
}

/** The part that belongs into a transaction. Throws a 409 where there is nothing to undo. */
async function undoInside(
  sql: Sql,
  by: number,
  { act, kind, subject, concerns, place }: ToUndo,
): Promise<void> {
  if (!(await release(sql, by, act, subject))) throw await whyNot(sql, by, place, 'There is nothing to undo.')
  const undone = await lastEntryOf(sql, { kind, subject }, [act === 'unlock' ? 'lock' : sanctionOf(act)])
  const refersTo = undone?.number ?? null
  await logAction(sql, { act, kind, subject, reason: '', by, refersTo, concerns })
}

/** Opens a discussion, or lets a member write. Returns false where that is so. */
export const release = (sql: Sql, by: number, act: Undoing, subject: number): Promise<boolean> =>
  act === 'unlock'
    ? unlockThread(sql, subject, by)
    : liftSanction(sql, { member: subject, kind: sanctionOf(act) }, by)

const sanctionOf = (act: Undoing): Sanction => (act === 'unsilence' ? 'silence' : 'suspend')

type Ends = { until: string; detail: string }

/** Adds an entry with what it says. */
async function decide(
  { db }: Context,
  wanted: Wanted,
  work: (sql: Sql) => Promise<Grounds & { by: number; concerns: number | null } & Partial<Ends>>,
): Promise<void> {
  await db.transaction(async (sql) => {
    const done = await work(sql)
    await logAction(sql, { act: wanted.act as Decision, kind: wanted.kind, subject: wanted.id, ...done })
  })
}

type Known = Pick<Wanted, 'kind' | 'id' | 'seen'>

/**
 * Returns a context in which every transaction begins by holding the log, so that nobody else does anything
 * meanwhile, and throws a 409 for who has not seen the last that was done.
 */
const whileUnchanged = (context: Context, known: Known): Context => ({
  ...context,
  db: {
    ...context.db,
    transaction: (work, rows) =>
      context.db.transaction(async (sql) => {
        await lockHead(sql)
        await refuseUnseen(sql, known)
        return work(sql)
      }, rows),
  },
})

async function refuseUnseen(sql: Sql, { kind, id, seen }: Known): Promise<void> {
  if (seen === undefined) return
  const [last] = await entriesSince(sql, { kind, subject: id, seen })
  if (last) throw new Refusal(409, 'Somebody else did something about this. See what it was first.')
}

async function hide(context: Context, viewer: Viewer, { kind, id, typed }: Wanted): Promise<void> {
  if (kind === 'post') {
    const { post } = await postAt(context, `${id}`)
    return removePostBy(context, viewer, post, typed)
  }
  return removeCommentBy(context, viewer, await commentThere(context, `${id}`), typed)
}

async function move(context: Context, viewer: Viewer, { id, typed, category }: Wanted): Promise<void> {
  const grounds = await groundsOrRefuse(context, typed)
  const to = /^\d{1,15}$/.test(category) ? await categoryById(context.db, category) : undefined
  if (!to) throw fieldRefusal('category', 'Choose a category.')
  const { post } = await postAt(context, `${id}`)
  if (to.id === post.categoryId) throw fieldRefusal('category', 'It is in this category already.')
  await changePost(context, post, { categoryId: to.id }, { by: viewer, grounds })
}

async function merge(context: Context, viewer: Viewer, wanted: Wanted): Promise<void> {
  const grounds = await groundsOrRefuse(context, wanted.typed)
  const [, number = ''] = /(?:^|\/posts\/)(\d+)\/?$/.exec(wanted.into.trim()) ?? []
  if (!isId(number)) throw fieldRefusal('into', 'Give the address or the number of a post.')
  const [{ post }, into] = [await postAt(context, `${wanted.id}`), Number(number)]
  if (into === post.id) throw fieldRefusal('into', 'A post is not merged into itself.')
  if (post.isAct) throw new Refusal(409, 'What came through /api/v1 is merged into nothing.')
  const places = await context.db.transaction(
    (sql) => mergeInside(sql, { post: post.id, into, by: viewer.id, grounds }),
    [`post ${Math.min(post.id, into)}`, `post ${Math.max(post.id, into)}`],
  )
  await context.cache.invalidate(invalidatedByMerging(places))
}

const forgetPins = ({ cache }: Context) => cache.invalidate(invalidatedBy.settingsChanged())

const longestDays = 3_660

/**
 * The moment at which a day begins where the board is. Throws a 422 for one that is none, or past, or far
 * away.
 */
function dayToCome(text: string): string {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text) && isOfCalendar(text)
  const ms = isDay ? Temporal.PlainDate.from(text).toZonedDateTime(timeZone()).epochMilliseconds : Number.NaN
  if (!isDay || ms <= Date.now() || ms > Date.now() + longestDays * 86_400_000)
    throw fieldRefusal('until', 'Choose a day that is still to come, within ten years.')
  return new Date(ms).toISOString()
}

const isOfCalendar = (day: string) =>
  !Number.isNaN(Date.parse(`${day}T00:00Z`)) && new Date(`${day}T00:00Z`).toISOString().startsWith(day)

const fieldRefusal = (field: string, says: string) => new Refusal(422, says, { [field]: says })

export async function forgetPost({ cache }: Context, thing: Thing | undefined): Promise<void> {
  if (!thing) return
  const { id, categoryId, authorId } = thing
  await cache.invalidate(invalidatedBy.commentsChanged({ id, categoryId, authorId }))
}

export async function forgetSignIns({ cache, db }: Context, member: number): Promise<void> {
  await cache.invalidate(invalidatedBy.signInsChanged(await signInsOf(db, member)))
}

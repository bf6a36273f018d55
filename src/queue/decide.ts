import { notYoursToModerate } from '../accounts/access.ts'
import type { Viewer } from '../accounts/queries.ts'
import { logAction } from '../action-log/chain.ts'
import { type Decision, lockHead, undoingOf } from '../action-log/queries.ts'
import { invalidatedBy } from '../cache-policy.ts'
import { commentShown, putCommentBack } from '../comments/service.ts'
import type { Context } from '../context.ts'
import { invalidatedByMerging, splitInside } from '../merging/service.ts'
import { tellMembers } from '../notices/service.ts'
import type { Sql } from '../platform/db.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { postShown, putPostBack } from '../posts/removal.ts'
import { movePostBack, tellMoved } from '../posts/service.ts'
import { reasonErrors } from '../rules/grounds.ts'
import { forgetPost, forgetSignIns, release } from './act.ts'
import { type Appealed, appealedEntry, awaitAgain, decideAppeal, thingOf } from './queries.ts'

/** An answer to an appeal that was refused, as it was typed. */
export type RefusedDecision = { number: number; answer: string; errors: FieldErrors }

/**
 * Decides an appeal: what was done is undone, just as it was, or stays; in one transaction with its entry in
 * the log. Throws a 403 for who did it and for who keeps no order there, a 409 when it is decided by now.
 */
export async function decideAbout(
  context: Context,
  viewer: Viewer,
  number: number,
  { isGranted, answer: typed }: { isGranted: boolean; answer: string },
): Promise<void> {
  const answer = typed.trim()
  const errors = reasonErrors(answer)
  if (errors.reason) throw new Refusal(422, errors.reason, { answer: errors.reason })
  const entry = await appealedEntry(context.db, number)
  if (!entry) throw new Refusal(404, 'There is no such appeal.')
  if (entry.isDecided) throw new Refusal(409, 'This appeal is decided.')

  const decided = { isGranted, answer, by: viewer.id }
  const after = await context.db.transaction(async (sql) => {
    await lockHead(sql)
    if (!(await decideAppeal(sql, number, decided))) throw await whyNot(sql, viewer, number, entry)
    const { kind, subject, concerns } = entry
    const done = { kind, subject, reason: answer, by: viewer.id, refersTo: number, concerns }
    if (isGranted && !entry.isUndone) return undo(sql, viewer, entry, done)
    await logAction(sql, { act: 'uphold', ...done })
    return undefined
  })
  await after?.(context)
  if (entry.concerns !== null) await tellMembers(context, [entry.concerns])
}

async function whyNot(sql: Sql, viewer: Viewer, number: number, { by }: Appealed): Promise<Refusal> {
  if (by === viewer.id) return new Refusal(403, 'Somebody else has to decide about what you did.')
  const now = await appealedEntry(sql, number)
  return now?.isDecided ? new Refusal(409, 'This appeal is decided.') : notYoursToModerate()
}

type Done = Omit<Parameters<typeof logAction>[1], 'act'>

/** Undoes it, and adds that to the log. Returns what is to be done after the transaction. */
async function undo(
  sql: Sql,
  viewer: Viewer,
  { act, kind, subject, detail }: Appealed,
  done: Done,
): Promise<((context: Context) => Promise<unknown>) | undefined> {
  const undoing = undoingOf[act as Decision]
  const refersTo = done.refersTo ?? undefined
  switch (undoing) {
    case 'show': {
      if (kind === 'post') {
        const post = await putPostBack(sql, viewer, subject, done.reason)
        return (context) => postShown(context, post)
      }
      const post = await putCommentBack(sql, viewer, subject, done.reason)
      return (context) => commentShown(context, post, subject)
    }
    case 'return': {
      const places = await movePostBack(sql, viewer.id, subject, Number(detail?.split(' ')[0]))
      await logAction(sql, { act: undoing, ...done })
      return async (context) => {
        await context.cache.invalidate((places ?? []).flatMap(invalidatedBy.postAddedOrChanged))
        tellMoved(context, places ?? [])
      }
    }
    case 'split': {
      const places = await splitInside(sql, { post: subject, by: viewer.id, reason: done.reason, refersTo })
      return ({ cache }) => cache.invalidate(invalidatedByMerging(places))
    }
    case 'await': {
      const isThere = await awaitAgain(sql, Number(detail))
      if (!isThere) throw new Refusal(409, 'This text is gone: its author took it back.')
      await logAction(sql, { act: undoing, ...done })
      return undefined
    }
    case 'unpin':
    case 'withdraw':
      await logAction(sql, { act: undoing, ...done })
      return undefined
    default:
      // What has come to its end by itself, or is undone, is noted all the same.
      await release(sql, viewer.id, undoing, subject)
      await logAction(sql, { act: undoing, ...done })
      return async (context) =>
        undoing === 'unlock'
          ? forgetPost(context, await thingOf(context.db, 'post', subject))
          : forgetSignIns(context, subject)
  }
}

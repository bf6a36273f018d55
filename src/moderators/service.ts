import { type Member, signInsOf, type Viewer } from '../accounts/queries.ts'
import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { insertEvent } from '../events/queries.ts'
import { pageOf } from '../http/paging.ts'
import { stayAdmin } from '../moderation/members.ts'
import { holdMember } from '../moderation/queries.ts'
import { Refusal } from '../platform/errors.ts'
import { noteAdmin } from '../removal/queries.ts'
import { likeOf } from '../text/like.ts'
import {
  deleteModerator,
  insertModerator,
  type Moderator,
  type ModeratorCursor,
  moderatorOf,
  moderatorsAfter,
  takeOverModerator,
} from './queries.ts'

/** Where somebody keeps order: in a category, or on the whole board, which is none. */
type Realm = { id: number; name: string } | undefined

export const wholeBoard = 0

/**
 * Makes a member a moderator, from their next request on. Again it changes nothing. Other admins read who did
 * it. Throws a 422 where the category or the member is gone. To be called for who proved who they are.
 */
export async function makeModerator(
  context: Context,
  request: Request,
  admin: Viewer,
  member: Pick<Member, 'id' | 'name'>,
  realm: Realm,
): Promise<Moderator> {
  const category = realm?.id ?? wholeBoard
  const signIns = await context.db.transaction(async (sql) => {
    await stayAdmin(sql, request, admin)
    await holdMember(sql, member.id)
    const isNew = await insertModerator(sql, member.id, category, admin.id)
    if (isNew || (await takeOverModerator(sql, member.id, category, admin.id))) {
      await noteAdmin(sql, 'make-moderator', {
        ...{ subject: member.name, detail: realm?.name ?? '' },
        by: admin.id,
      })
      await insertEvent(sql, member.id, 'made-moderator', '')
    } else if (!(await moderatorOf(sql, member.id, category))) throw noSuchCategory()
    return signInsOf(sql, member.id)
  })
  await context.cache.invalidate(invalidatedBy.signInsChanged(signIns))
  const made = await moderatorOf(context.db, member.id, category)
  if (!made) throw gone()
  return made
}

/** Ends it, from their next request on. Throws a 404 where there is none. To be called as the one above. */
export async function endModerator(
  context: Context,
  request: Request,
  admin: Viewer,
  user: number,
  category: number,
): Promise<void> {
  const signIns = await context.db.transaction(async (sql) => {
    await stayAdmin(sql, request, admin)
    await holdMember(sql, user)
    const moderator = await moderatorOf(sql, user, category)
    if (!moderator) throw gone()
    await deleteModerator(sql, user, category)
    const { name, category: of } = moderator
    await noteAdmin(sql, 'end-moderator', { subject: name, detail: of ?? '', by: admin.id })
    await insertEvent(sql, user, 'end-moderator', '')
    return signInsOf(sql, user)
  })
  await context.cache.invalidate(invalidatedBy.signInsChanged(signIns))
}

/** What a list of moderators is asked for. `after`: what the page before it ended with, as text. */
export type ModeratorsQuery = { q: string; after: string; limit: number }

/**
 * A page of moderators whose name begins with `q`, whatever its case and accents. `next`: what the one behind
 * it is after.
 */
export async function listModerators({ db }: Context, { q, after, limit }: ModeratorsQuery) {
  const rows = await moderatorsAfter(db, likeOf(q.trim()), cursorIn(after), limit + 1)
  const { rows: page, last } = pageOf(rows, limit)
  return { moderators: page, next: last && `${last.id}-${last.categoryId}` }
}

/** A number of a member and one of a category; anything else is the beginning of the list. */
export const cursorPattern = '^(0|[1-9]\\d{0,14})-(0|[1-9]\\d{0,14})$'

function cursorIn(text: string): ModeratorCursor {
  const [, id = 0, categoryId = 0] = text.match(cursorPattern) ?? []
  return { id: Number(id), categoryId: Number(categoryId) }
}

export const noSuchCategory = () =>
  new Refusal(422, 'Something in this request cannot be taken as it is.', {
    category: 'There is no such category.',
  })

const gone = () => new Refusal(404, 'There is no such moderator.')

import { say } from '../../texts/say.ts'
import { signInsOf, type Viewer } from '../accounts/queries.ts'
import { invalidatedBy, type SignIn } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { stayAdmin } from '../moderation/members.ts'
import { holdMember } from '../moderation/queries.ts'
import { isDuplicate, type Sql } from '../platform/db.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { type Read, textOf, writtenIn } from '../platform/fields.ts'
import { noteAdmin } from '../removal/queries.ts'
import { isLineOrEmpty, lineFault } from '../text/seen.ts'
import {
  deleteGroup,
  deleteInGroup,
  type Group,
  groupById,
  idsInGroup,
  insertGroup,
  insertInGroup,
  lockGroup,
  lockGroups,
  updateGroup,
} from './queries.ts'

const longestName = 60
const longestClaim = 200
const mostGroups = 100

export type GroupDraft = { name: string; claim: string }

/** Reads what an admin says of a group: what is stored, or what is wrong with it. */
export function readGroup(fields: Record<string, unknown>): Read<GroupDraft> {
  const draft = { name: writtenIn(fields.name), claim: textOf(fields.claim).trim() }
  const fault = lineFault(draft.name, longestName)
  const errors: FieldErrors = {
    ...(fault === 'long' && {
      name: say('A name has at most {longest} characters.', { longest: longestName }),
    }),
    ...(fault === 'unseen' && { name: 'A group needs a name.' }),
    ...(fault && fault !== 'long' && fault !== 'unseen'
      ? { name: 'A name is one line of ordinary characters.' }
      : {}),
    ...(!isLineOrEmpty(draft.claim, longestClaim) && {
      claim: say('One line of at most {longest} characters.', { longest: longestClaim }),
    }),
  }
  return Object.keys(errors).length > 0 ? { errors } : { draft }
}

type By = { request: Request; admin: Viewer }

/** Throws a 409 for a name that is taken, and for one group too many. */
export async function addGroup(
  { db }: Context,
  { request, admin }: By,
  { name, claim }: GroupDraft,
): Promise<Group> {
  const id = await named(() =>
    db.transaction(async (sql) => {
      await stayAdmin(sql, request, admin)
      if ((await lockGroups(sql)).length >= mostGroups)
        throw refusedName(say('A board has at most {most} groups.', { most: mostGroups }))
      const added = await insertGroup(sql, name, claim)
      await noteAdmin(sql, 'add-group', { subject: name, by: admin.id })
      return added
    }),
  )
  return { id, name, claim, members: 0 }
}

/**
 * Throws as `addGroup`, and a 404; `expected` refuses for who has not seen it as it is. Who is in it by
 * another claim stays so until they sign in again.
 */
export const changeGroup = (
  { db }: Context,
  { request, admin }: By,
  id: number,
  draft: GroupDraft,
  expected: (now: Group) => void,
) =>
  named(() =>
    db.transaction(async (sql) => {
      await stayAdmin(sql, request, admin)
      expected(await heldGroup(sql, id))
      await updateGroup(sql, id, draft.name, draft.claim)
    }),
  )

/**
 * Removes a group, and everybody from it at once. What it alone could read is for admins and moderators from
 * then on, until an admin says otherwise.
 */
export async function removeGroup(context: Context, { request, admin }: By, id: number): Promise<void> {
  const signIns = await context.db.transaction(async (sql) => {
    await stayAdmin(sql, request, admin)
    const { name } = await heldGroup(sql, id)
    const members = await idsInGroup(sql, id)
    await deleteGroup(sql, id)
    await noteAdmin(sql, 'remove-group', { subject: name, by: admin.id })
    const signIns: SignIn[] = []
    for (const member of members) signIns.push(...(await signInsOf(sql, member)))
    return signIns
  })
  await doorsChanged(context, invalidatedBy.signInsChanged(signIns))
}

type Membership = { group: number; member: { id: number; name: string } }

/** Puts a member into a group by hand, from their next request on. Again it changes nothing. */
export const putInGroup = (context: Context, by: By, { group, member }: Membership) =>
  changeMembership(context, by, { group, member }, 'put-in-group', (sql) =>
    insertInGroup(sql, { group, user: member.id, byClaim: false }),
  )

/**
 * Takes a member out of a group: from that moment they read, hear and find nothing of it. Throws a 409 for
 * who is in it by a group at the single sign-on, and stays so.
 */
export const takeOutOfGroup = (context: Context, by: By, { group, member }: Membership) =>
  changeMembership(context, by, { group, member }, 'take-out-of-group', async (sql) => {
    const isOut = await deleteInGroup(sql, { group, user: member.id, byClaim: false })
    if (!isOut)
      throw new Refusal(409, 'They are not in this group by hand, but by a group at the single sign-on.')
    return isOut
  })

async function changeMembership(
  context: Context,
  { request, admin }: By,
  { group, member }: Membership,
  what: 'put-in-group' | 'take-out-of-group',
  change: (sql: Sql) => Promise<boolean>,
): Promise<void> {
  const signIns = await context.db.transaction(async (sql) => {
    await stayAdmin(sql, request, admin)
    await holdMember(sql, member.id)
    const { name } = await heldGroup(sql, group)
    if (!(await change(sql))) return []
    await noteAdmin(sql, what, { subject: member.name, detail: name, by: admin.id })
    return signInsOf(sql, member.id)
  })
  await context.cache.invalidate(invalidatedBy.signInsChanged(signIns))
}

/** No replica goes by what was before when this is over. */
export async function doorsChanged(context: Context, keys: string[]): Promise<void> {
  await context.cache.invalidate([...invalidatedBy.doorsChanged(), ...keys])
  context.live.publish({ kind: 'doors' })
  await context.doors.untilAllKnow()
}

async function heldGroup(sql: Sql, id: number): Promise<Group> {
  await lockGroup(sql, id)
  const group = await groupById(sql, id)
  if (!group) throw noSuchGroup()
  return group
}

/** Returns the group of this id. Throws a 404. */
export async function groupAt({ db }: Context, id: number): Promise<Group> {
  const group = await groupById(db, id)
  if (!group) throw noSuchGroup()
  return group
}

const noSuchGroup = () => new Refusal(404, 'There is no such group.')

async function named<T>(change: () => Promise<T>): Promise<T> {
  try {
    return await change()
  } catch (error) {
    throw isDuplicate(error) ? refusedName('There is a group of this name.') : error
  }
}

const refusedName = (sentence: string) => new Refusal(409, sentence, { name: sentence })

import type { Viewer } from '../accounts/queries.ts'
import { invalidatedBy } from '../cache-policy.ts'
import { categoryById, lockCategory, placesIn } from '../categories/queries.ts'
import type { Context } from '../context.ts'
import { allDoors, type Door, readers, writers } from '../doors/queries.ts'
import { stayAdmin } from '../moderation/members.ts'
import type { Sql } from '../platform/db.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import type { Read } from '../platform/fields.ts'
import { noteAdmin } from '../removal/queries.ts'
import { deleteDoor, deleteDoorGroups, insertDoorGroups, lockGroups, putDoor } from './queries.ts'
import { doorsChanged } from './service.ts'

const mostDoors = 200
/** What caches hold of a category that is closed is forgotten of so many of its newest posts. */
const postsForgotten = 2_000

/** Who reads and writes in a category: groups by their ids. */
export type Rights = {
  readBy: Door['readBy']
  writeBy: Door['writeBy']
  readers: number[]
  writers: number[]
}

const open: Rights = { readBy: 'everyone', writeBy: 'members', readers: [], writers: [] }

/** Reads who is to read and to write somewhere; whoever writes reads. */
export function readRights(typed: {
  readBy: string
  writeBy: string
  readers: number[]
  writers: number[]
}): Read<Rights> {
  const readBy = readers.find((each) => each === typed.readBy)
  const writeBy = writers.find((each) => each === typed.writeBy)
  const writing = writeBy === 'groups' ? typed.writers : []
  const reading = readBy === 'groups' ? [...new Set([...typed.readers, ...writing])] : []
  const errors: FieldErrors = {
    ...(readBy === undefined && { readBy: 'Please choose one of these.' }),
    ...(writeBy === undefined && { writeBy: 'Please choose one of these.' }),
    ...(readBy === 'groups' && reading.length === 0 && { readBy: 'Please choose a group, too.' }),
    ...(writeBy === 'groups' && writing.length === 0 && { writeBy: 'Please choose a group, too.' }),
  }
  if (readBy === undefined || writeBy === undefined || Object.keys(errors).length > 0) return { errors }
  return { draft: { readBy, writeBy, readers: reading, writers: writing } }
}

/** Who reads and writes in this category now. */
export async function rightsIn(sql: Sql, category: number): Promise<Rights> {
  const door = (await allDoors(sql)).find((each) => each.category === category)
  return door ? rightsOf(door) : open
}

export const rightsOf = ({ readBy, writeBy, readers, writers }: Door): Rights => ({
  ...{ readBy, writeBy, readers: idsIn(readers), writers: idsIn(writers) },
})

const idsIn = (list: string | null) => (list ? list.split(',').map(Number) : [])

/**
 * Sets who reads and writes in a category, from this moment on: open pages that show it are told nothing
 * more. What HAProxy keeps of an open one ends by itself, within a minute. Throws a 404, a 422 for a group
 * that is gone, and a 409 where there are too many such categories; `expected` refuses for who has not seen
 * what holds now.
 */
export async function setRights(
  context: Context,
  { request, admin }: { request: Request; admin: Viewer },
  id: number,
  rights: Rights,
  expected: (now: Rights) => void = () => {},
): Promise<void> {
  const { db } = context
  await db.transaction(async (sql) => {
    await stayAdmin(sql, request, admin)
    const groups = new Set((await lockGroups(sql)).map((group) => group.id))
    const category = (await lockCategory(sql, id)) && (await categoryById(sql, `${id}`))
    if (!category) throw new Refusal(404, 'There is no such category.')
    const named = [...new Set([...rights.readers, ...rights.writers])]
    if (named.some((group) => !groups.has(group))) throw groupGone()
    expected(await rightsIn(sql, id))
    await deleteDoorGroups(sql, id)
    if (rights.readBy === 'everyone' && rights.writeBy === 'members') await deleteDoor(sql, id)
    else {
      await putDoor(sql, { category: id, ...rights })
      if ((await allDoors(sql)).length > mostDoors) throw tooMany()
    }
    if (named.length > 0)
      await insertDoorGroups(
        sql,
        id,
        named.map((group) => ({ id: group, mayWrite: rights.writers.includes(group) })),
      )
    await noteAdmin(sql, 'set-door', { subject: category.name, by: admin.id })
  })
  const newest = await placesIn(db, id, postsForgotten)
  await doorsChanged(context, [
    ...invalidatedBy.categoriesChanged([id]),
    ...invalidatedBy.bylinesChanged(newest),
    ...invalidatedBy.categoryHidden(id),
  ])
}

const groupGone = () =>
  new Refusal(422, 'Something in this request cannot be taken as it is.', {
    readBy: 'One of these groups is gone.',
  })

const tooMany = () =>
  new Refusal(409, 'At most 200 categories have rules of their own for who reads and writes.')

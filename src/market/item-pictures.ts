import { say } from '../../texts/say.ts'
import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { afterAct, type PictureAct, withAdded } from '../pictures/arranged.ts'
import { type Shown, setPictures } from '../pictures/queries.ts'
import { type AddedPicture, longestAlt } from '../pictures/service.ts'
import type { Sql } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'
import { sweepPictures } from '../removal/forget.ts'
import { isOneLine } from '../text/seen.ts'
import type { ItemInFull } from './queries.ts'
import { lockItemInFull } from './stock.ts'

/** More would make a page of them. */
const mostPictures = 10

/** Adds a picture behind those that are there. Refuses one too many, and one that is there. */
export const addPicture = (context: Context, id: number, added: AddedPicture, expected?: Expected) =>
  changePictures(context, id, expected, (sql, now) =>
    withAdded(sql, now, added, {
      most: mostPictures,
      tooMany: say('An item has at most {most} pictures.', { most: mostPictures }),
    }),
  )

/** Does that to the picture. Refuses when it is gone. */
export const changePicture = (context: Context, id: number, hash: string, act: PictureAct) =>
  changePictures(context, id, undefined, async (_, now) =>
    afterAct(now, hash, act.does === 'describe' ? { ...act, alt: readAlt(act.alt) } : act),
  )

/** Puts the pictures in this order, with these words; those that are left out are removed. */
export const arrangePictures = (context: Context, id: number, wanted: Shown[], expected?: Expected) =>
  changePictures(context, id, expected, async (_, now) => {
    const hashes = new Set(wanted.map(({ hash }) => hash))
    const isThere = (hash: string) => now.some((each) => each.hash === hash)
    if (hashes.size < wanted.length || !wanted.every(({ hash }) => isThere(hash)))
      throw new Refusal(422, 'These are not the pictures of this item, each once.', {
        pictures: 'The names of pictures that are there, each once.',
      })
    return wanted.map(({ hash, alt }) => ({ hash, alt: readAlt(alt) }))
  })

/** Throws when an item is not as somebody thought. */
type Expected = (now: ItemInFull) => void

/** Changes the pictures while nobody else changes the item. Those that nothing shows any more are deleted. */
async function changePictures(
  context: Context,
  id: number,
  expected: Expected | undefined,
  change: (sql: Sql, now: Shown[]) => Promise<Shown[]>,
): Promise<void> {
  const { db, cache } = context
  const isFewer = await db.transaction(async (sql) => {
    const item = await lockItemInFull(sql, id)
    expected?.(item)
    const now = item.pictures.map(({ hash, alt }) => ({ hash, alt }))
    const wanted = await change(sql, now)
    await setPictures(sql, 'Item', id, wanted)
    return wanted.length < now.length
  })
  await cache.invalidate(invalidatedBy.itemChanged(id))
  if (isFewer) await sweepPictures(context)
}

function readAlt(typed: string): string {
  const alt = typed.trim()
  if ([...alt].length <= longestAlt && isOneLine(alt)) return alt
  const says = say('One line of at most {longest} characters.', { longest: longestAlt })
  throw new Refusal(422, says, { alt: says })
}

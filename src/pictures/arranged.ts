import type { Sql } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'
import { insertPicture, type Shown } from './queries.ts'
import type { AddedPicture } from './service.ts'

/** The pictures of an item or of an offer, which are in an order, each once. */

/** Stores a picture behind the others. `tooMany` says that there are `most`. Throws a 422. */
export async function withAdded(
  sql: Sql,
  now: Shown[],
  { picture, alt }: AddedPicture,
  { most, tooMany }: { most: number; tooMany: string },
): Promise<Shown[]> {
  if (now.some(({ hash }) => hash === picture.hash)) throw atImage('This picture is there already.')
  if (now.length >= most) throw atImage(tooMany)
  await insertPicture(sql, picture)
  return [...now, { hash: picture.hash, alt }]
}

const atImage = (says: string) => new Refusal(422, says, { image: says })

/** An act on one of the pictures. */
export type PictureAct = { does: 'describe'; alt: string } | { does: 'earlier' | 'later' | 'remove' }

/** Returns the pictures after it. Throws a 404 for one that is gone. */
export function afterAct(now: Shown[], hash: string, act: PictureAct): Shown[] {
  const at = now.findIndex((each) => each.hash === hash)
  const picture = now[at]
  if (!picture) throw new Refusal(404, 'There is no such picture.')
  const others = now.toSpliced(at, 1)
  if (act.does === 'remove') return others
  if (act.does === 'describe') return now.with(at, { hash, alt: act.alt })
  return others.toSpliced(act.does === 'earlier' ? Math.max(0, at - 1) : at + 1, 0, picture)
}

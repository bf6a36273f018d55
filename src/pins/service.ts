import { notYoursToModerate } from '../accounts/access.ts'
import { endAsking, putAsking } from '../announcements/queries.ts'
import type { Sql } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'
import { lockPost } from '../posts/queries.ts'
import { keepsOrderNow } from '../removal/queries.ts'
import { isPinned, mostOnPage, type Pin, pinsIn } from '../settings/pins.ts'
import { lockedSettings, putSetting } from '../settings/queries.ts'
import { settingsIn } from '../settings/service.ts'

const mostPins = 100
const wholeBoard = 0

/**
 * Pins a post, in a transaction; where it `asks`, the courier asks members then. Throws a 403 for who does
 * not keep order there, on the whole board where it goes on the front page; a 409 where it is pinned so
 * already, or others have all the room.
 */
export async function pinInside(sql: Sql, by: number, pin: Pin): Promise<void> {
  const post = await lockPost(sql, pin.post)
  if (!post) throw new Refusal(404, 'This post is gone.')
  if (!(await keepsOrderNow(sql, by, pin.isOnFront ? wholeBoard : post.categoryId)))
    throw notYoursToModerate()
  const pins = await lockedPins(sql)
  const others = pins.filter((each) => each.post !== pin.post)
  if (pins.some((each) => Bun.deepEquals(each, pin)))
    throw new Refusal(409, 'This is done already, or not possible.')
  const onFront = others.filter(({ isOnFront }) => isOnFront).length
  if ((pin.isOnFront && onFront >= mostOnPage) || others.length >= mostPins)
    throw new Refusal(409, 'As many posts are pinned as there may be. Let one of them go first.')
  await storePins(sql, [pin, ...others], by)
  if (pin.asks) await putAsking(sql, pin)
  else await endAsking(sql, pin.post)
}

/** Lets it go, likewise. Throws a 409 where it is not pinned. */
export async function unpinInside(sql: Sql, by: number, id: number): Promise<void> {
  const pins = await lockedPins(sql)
  const pin = pins.find(({ post }) => post === id)
  if (!pin) throw new Refusal(409, 'There is nothing to undo.')
  const post = await lockPost(sql, id)
  if (!(await keepsOrderNow(sql, by, pin.isOnFront ? wholeBoard : (post?.categoryId ?? wholeBoard))))
    throw notYoursToModerate()
  await storePins(
    sql,
    pins.filter((each) => each !== pin),
    by,
  )
  await endAsking(sql, id)
}

/** Those that have not come to their end, held until the transaction is over. */
async function lockedPins(sql: Sql): Promise<Pin[]> {
  const { PINS } = settingsIn(await lockedSettings(sql))
  return pinsIn(PINS).filter((pin) => isPinned(pin))
}

const storePins = (sql: Sql, pins: Pin[], by: number) =>
  putSetting(sql, 'PINS', pins.length === 0 ? '' : JSON.stringify(pins), by)

import { say } from '../../texts/say.ts'
import type { Item } from '../market/queries.ts'
import type { Sql } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'
import { limitsOn, piecesBeside } from './queries.ts'

/**
 * How many pieces of an item each member may have.
 *
 * Counted are the pieces in a member's open orders, those of the item's variants with them: what was handed
 * over is past. Of an order in a window, those of the member's orders in that window, handed over or not. The
 * orders of one member that touch a limit come one after the other, because each locks the
 * member's row first; it reads after that what the one before it has committed, so two at once cannot both
 * find room for the last piece. Who orders nothing limited locks nothing and asks nothing more.
 */

/** Whether an order of these may meet a limit; then its transaction locks the buyer before all else. */
export const mayBeLimited = (items: Iterable<Item>) =>
  [...items].some(({ mostEach, variantOf }) => mostEach !== null || variantOf !== null)

/**
 * Refuses what the caller's transaction has stored when the buyer of this order has more pieces by it than
 * these items allow; it has locked the buyer.
 */
export async function refuseBeyondLimits(
  sql: Sql,
  { id: order, buyer }: { id: number; buyer: number },
  items: number[],
  undone: 'Nothing was ordered.' | 'Nothing was changed.' = 'Nothing was ordered.',
): Promise<void> {
  for (const { id, name, most } of await limitsOn(sql, items)) {
    const pieces = await piecesBeside(sql, order, buyer, id)
    if (pieces <= most) continue
    const says = say('Each member may have {most} of {item} at a time, and with this you would have {n}.', {
      ...{ most, item: name, n: pieces },
    })
    throw new Refusal(409, `${says} ${say(undone)}`)
  }
}

import { Elysia } from 'elysia'
import { memberOf } from '../accounts/access.ts'
import type { Context } from '../context.ts'
import { seeOther } from '../http/page-context.ts'
import { idIn } from '../http/params.ts'
import { gone, refuseUntagged } from '../http/respond.ts'
import { operation } from '../openapi/operation.ts'
import { Refusal } from '../platform/errors.ts'
import { asFields } from '../platform/fields.ts'
import { deleteWait, insertWait, itemById } from './queries.ts'

/** Being told when an item is in stock again. */
export const stockWaits = (context: Context) => {
  const { db } = context
  const set = async (request: Request, id: string, isWanted: boolean) => {
    const { id: member } = await memberOf(context, request)
    const says = 'There is no such item.'
    const item = await itemById(db, idIn(id, says))
    if (!item) throw new Refusal(404, says)
    if (!isWanted) await deleteWait(db, item.id, member)
    else if (item.quantity > 0) throw new Refusal(409, 'This item is in stock.')
    else await insertWait(db, item.id, member)
    return item
  }

  return new Elysia({ name: 'stock-waits' })
    .post('/market/:id/wait', async ({ params: { id }, body, request }) => {
      const item = await set(request, id, asFields(body).wanted === 'yes')
      return seeOther(`/market/${item.variantOf ?? item.id}#item-${item.id}`)
    })
    .put(
      '/api/items/:id/wait',
      async ({ params: { id }, request }) => {
        refuseUntagged(request)
        await set(request, id, true)
        return gone()
      },
      operations.wait,
    )
    .delete(
      '/api/items/:id/wait',
      async ({ params: { id }, request }) => {
        refuseUntagged(request)
        await set(request, id, false)
        return gone()
      },
      operations.endWait,
    )
}

const operations = {
  wait: operation({
    tag: 'market',
    summary: 'Has one told once when an item that is sold out is in stock again',
    needs: 'member',
    answers: { 204: null },
    problems: [404, 409],
    isConditional: true,
  }),
  endWait: operation({
    tag: 'market',
    summary: 'Has one not told of that',
    needs: 'member',
    answers: { 204: null },
    problems: [404],
    isConditional: true,
  }),
}

import { say } from '../../texts/say.ts'
import { timeZone } from '../../texts/time-zone.ts'
import type { Viewer } from '../accounts/queries.ts'
import type { Context } from '../context.ts'
import type { Paper } from '../invoices/content.ts'
import { invoice, papersOf } from '../invoices/service.ts'
import { priceIn } from '../market/money.ts'
import { type Order, orderOrRefuse } from '../orders/service.ts'
import { Refusal } from '../platform/errors.ts'
import { noteAdmin } from '../removal/queries.ts'
import { currencyOf } from '../settings/look.ts'
import { sellerIn } from '../settings/seller.ts'
import { settingsOf } from '../settings/service.ts'
import { lineFault } from '../text/seen.ts'
import { insertPaymentNote, newestPaymentNotes, type PaymentNote, setPaid, setUnpaid } from './queries.ts'
import { type Asked, transfer } from './ways.ts'

/** How an order is paid, or that it is, and what papers there are. */
export type Payment = { asked: Asked | undefined; papers: Paper[]; hasSeller: boolean }

const notesShown = 50
const longestReason = 200

export async function paymentOf(context: Context, order: Order, site: string): Promise<Payment> {
  const seller = sellerIn(await settingsOf(context))
  const isOwed = order.paidAt === null && order.state !== 'cancelled'
  const currency = currencyOf(context)
  return {
    asked:
      seller && isOwed
        ? transfer.ask({ order: order.id, amount: order.total, currency, site }, seller)
        : undefined,
    papers: order.isInvoiced ? await papersOf(context, order.id) : [],
    hasSeller: seller !== undefined,
  }
}

export const paymentNotesOf = ({ db }: Context, order: number): Promise<PaymentNote[]> =>
  newestPaymentNotes(db, order, notesShown)

/**
 * Notes that an order is paid, and makes its invoice if there is somebody who is paid. Repeated it changes
 * nothing. A payment provider would call this when it hears that money came.
 */
export async function notePaid(context: Context, order: number, by: Viewer): Promise<void> {
  const seller = sellerIn(await settingsOf(context))
  await context.db.transaction(async (sql) => {
    if (!(await setPaid(sql, order))) return
    await insertPaymentNote(sql, order, true, '', by.id)
    await noteAdmin(sql, 'paid', { subject: `order ${order}`, by: by.id })
    if (seller) await invoice(context, sql, order, seller)
  })
  const { paidAt } = await orderOrRefuse(context, order)
  if (paidAt === null) throw new Refusal(409, 'This order is cancelled already.')
}

/** Takes back that an order is paid. An invoice stays: it says what is to be paid, not that it was. */
export async function noteUnpaid(context: Context, order: number, by: Viewer, reason: string): Promise<void> {
  const fault = lineFault(reason, longestReason)
  if (fault === 'unseen') throw refusedReason('Say why, in a sentence.')
  if (fault) throw refusedReason(say('One line of at most {longest} characters.', { longest: longestReason }))
  const isOurs = await context.db.transaction(async (sql) => {
    if (!(await setUnpaid(sql, order))) return false
    await insertPaymentNote(sql, order, false, reason, by.id)
    await noteAdmin(sql, 'unpaid', { subject: `order ${order}`, detail: reason, by: by.id })
    return true
  })
  if (isOurs) return
  await orderOrRefuse(context, order)
  throw new Refusal(409, 'This order is not noted as paid.')
}

const refusedReason = (says: string) => new Refusal(422, says, { reason: says })

/** Makes the invoice of an order before it is paid. Repeated it changes nothing. */
export async function makeInvoice(context: Context, order: number): Promise<void> {
  const seller = sellerIn(await settingsOf(context))
  if (!seller) throw new Refusal(409, 'Nobody is paid yet. Please say first who is.')
  await context.db.transaction((sql) => invoice(context, sql, order, seller))
}

type PaperKind = Paper['kind']

/** The paper of an order, or a 404. A receipt is made of what its invoice says, or of the order as it is. */
export async function paperOf(context: Context, order: Order, kind: PaperKind): Promise<Paper> {
  const papers = order.isInvoiced ? await papersOf(context, order.id) : []
  const found =
    kind === 'receipt'
      ? await receiptOf(context, order, papers[0])
      : papers.find((each) => each.kind === kind)
  if (!found) throw new Refusal(404, 'There is no such paper of this order.')
  return found
}

async function receiptOf(
  context: Context,
  order: Order,
  invoiced: Paper | undefined,
): Promise<Paper | undefined> {
  if (order.paidAt === null) return undefined
  const received = { kind: 'receipt', number: undefined, issuedAt: order.paidAt } as const
  if (invoiced) return { ...invoiced, ...received }
  const seller = sellerIn(await settingsOf(context))
  if (!seller) return undefined
  const currency = currencyOf(context)
  return {
    ...{ seller, buyer: order.buyer, order: order.id, orderedAt: order.createdAt, currency },
    ...{ timeZone: timeZone(), total: order.total, ...received },
    lines: order.lines.map(({ name, quantity, price }) => ({
      ...{ name, quantity, price: priceIn(price, currency) },
    })),
  }
}

import type { Decimal } from '../market/money.ts'
import type { Seller } from '../settings/seller.ts'
import { epcText } from './epc.ts'

/** What is to be paid: an order of its buyer's that nobody has noted as paid. */
type Debt = { order: number; amount: Decimal; currency: string; site: string }

/**
 * A way to pay for an order. Bank transfers are the one there is. A payment provider would be another: `ask`
 * would return the address that it takes the buyer to, and the route on which it tells that money came would
 * call `notePaid` (service.ts), as an admin's press does.
 */
export type WayToPay = {
  /** What the buyer is told; undefined where this way leads nowhere. */
  ask(debt: Debt, seller: Seller): Asked | undefined
}

/** `epc`: the text of a QR code, where a bank's app can take it. */
export type Asked = {
  name: string
  iban: string
  bic: string
  amount: Decimal
  currency: string
  remittance: string
  epc: string | undefined
}

/** The purpose of a transfer for goods, in ISO 20022. */
const goods = 'GDDS'
const mostInformation = 70

/** A transfer to the seller's account. Its words are the same for everyone: whoever is paid reads them. */
export const transfer: WayToPay = {
  ask({ order, amount, currency, site }, { name, iban, bic }) {
    if (iban === '' || Number(amount) === 0) return undefined
    const remittance = `Order ${order}`
    const information = [...site].slice(0, mostInformation).join('')
    const asked = { name, iban, bic, amount, remittance }
    const epc = currency === 'EUR' ? epcText({ ...asked, purpose: goods, information }) : undefined
    return { ...asked, currency, epc }
  },
}

import type { Settings } from './service.ts'

/** Who is paid for what the market sells, as it stands on transfers and invoices. */
export type Seller = {
  name: string
  /** Without spaces; empty: nobody can transfer anything. */
  iban: string
  bic: string
  address: string
  /** A number for taxes, or why there are none: one line or some. */
  taxNote: string
  /** Percent that prices hold, such as "19" or "5.5"; empty: none. */
  taxRate: string
}

/** EPC069-12 has so many characters for a name. */
export const longestSeller = { name: 70, iban: 42, bic: 11, address: 300, taxNote: 300, taxRate: 5 } as const
export const sellerFields = Object.keys(longestSeller) as (keyof Seller)[]

const nobody: Seller = { name: '', iban: '', bic: '', address: '', taxNote: '', taxRate: '' }

/** Returns who is paid; undefined as long as no admin has said it. */
export function sellerIn({ SELLER }: Settings): Seller | undefined {
  const seller = typedSeller(SELLER)
  return seller.name === '' ? undefined : seller
}

/** What the form shows. */
export const typedSeller = (setting: string | undefined): Seller =>
  setting ? { ...nobody, ...JSON.parse(setting) } : nobody

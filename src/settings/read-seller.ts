import { electronicFormatIBAN, isValidBIC, isValidIBAN } from 'ibantools'
import { say } from '../../texts/say.ts'
import type { FieldErrors } from '../platform/errors.ts'
import { type Read, textOf, writtenIn } from '../platform/fields.ts'
import { isLineOrEmpty, isOneLine } from '../text/seen.ts'
import { longestSeller, type Seller } from './seller.ts'

/** Reads what an admin says of who is paid. All fields empty: nobody is. */
export function readSeller(fields: Record<string, unknown>): Read<Seller> {
  const draft: Seller = {
    name: writtenIn(fields.name),
    iban: electronicFormatIBAN(textOf(fields.iban)) ?? '',
    bic: textOf(fields.bic).replaceAll(/\s/g, '').toUpperCase(),
    address: writtenIn(fields.address),
    taxNote: writtenIn(fields.taxNote),
    taxRate: textOf(fields.taxRate).trim().replace(',', '.'),
  }
  const faults = {
    name: nameFault(draft),
    iban: ibanFault(textOf(fields.iban).trim(), draft.iban),
    bic: bicFault(draft),
    address: textFault(draft.address, longestSeller.address),
    taxNote: textFault(draft.taxNote, longestSeller.taxNote),
    taxRate: isRate(draft.taxRate) ? undefined : 'A rate is a number from 0 to 99.99, such as 19 or 5.5.',
  }
  const errors: FieldErrors = Object.fromEntries(
    Object.entries(faults).flatMap(([field, says]) => (says === undefined ? [] : [[field, says]])),
  )
  return Object.keys(errors).length > 0 ? { errors } : { draft }
}

function nameFault({ name, ...others }: Seller): string | undefined {
  const longest = longestSeller.name
  if (!isLineOrEmpty(name, longest)) return say('One line of at most {longest} characters.', { longest })
  return name === '' && Object.values(others).some((value) => value !== '')
    ? 'Say who is paid: the name on the account.'
    : undefined
}

function ibanFault(typed: string, iban: string): string | undefined {
  if (typed === '' || isValidIBAN(iban)) return undefined
  return 'This is no IBAN: its check digits or its length are wrong. Please compare it with your bank’s.'
}

function bicFault({ bic, iban }: Seller): string | undefined {
  if (bic === '') return undefined
  if (!isValidBIC(bic)) return 'A BIC has 8 or 11 letters and digits, such as BPOTBEB1.'
  return iban === '' ? 'A BIC needs an IBAN beside it.' : undefined
}

const textFault = (text: string, longest: number) =>
  text === '' || ([...text].length <= longest && text.split('\n').every(isOneLine))
    ? undefined
    : say('At most {longest} characters.', { longest })

const isRate = (rate: string) => rate === '' || /^\d{1,2}(\.\d{1,2})?$/.test(rate)

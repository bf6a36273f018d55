import { say } from '../../texts/say.ts'
import type { Category } from '../categories/queries.ts'
import { priceError, priceOf } from '../market/items.ts'
import { digitsOf } from '../market/money.ts'
import type { FieldErrors } from '../platform/errors.ts'
import { asFields, composed, textOf } from '../platform/fields.ts'
import { readPost, type TypedPost } from '../posts/draft.ts'
import { lineFault } from '../text/seen.ts'
import { type OfferDraft, offerKinds } from './queries.ts'

export const longestPlace = 80

/** The fields of the form for an offer, as typed. */
export type TypedOffer = TypedPost & { kind: string; price: string; place: string }

/** An offer with the post that it is. */
export type WholeDraft = {
  post: { categoryId: number; title: string; body: string }
  offer: OfferDraft
  /** In which its price was read. */
  currency: string
}

export type ReadOffer =
  | { typed: TypedOffer; errors: FieldErrors; draft?: undefined }
  | { typed: TypedOffer; errors?: undefined; draft: WholeDraft }

/**
 * Reads an offer in the `category` that it names: either a draft, or what is wrong, field by field. A price
 * may come as a number, as programs have it.
 */
export function readOffer(
  body: unknown,
  category: Pick<Category, 'id'> | undefined,
  currency: string,
): ReadOffer {
  const post = readPost(body, category)
  const fields = asFields(body)
  const typed = {
    ...post.typed,
    ...{ kind: textOf(fields.kind), place: textOf(fields.place) },
    price: typeof fields.price === 'number' ? String(fields.price) : textOf(fields.price),
  }
  const kind = offerKinds.find((each) => each === typed.kind)
  const price = typed.price.trim() === '' ? null : priceOf(typed.price.trim(), digitsOf(currency))
  const place = composed(typed.place).trim()
  const errors: FieldErrors = {
    ...post.errors,
    ...(kind ? {} : { kind: 'Choose what kind of offer it is.' }),
    ...(price === undefined ? { price: priceError(digitsOf(currency)) } : {}),
    ...wrongPrice({ kind, price }),
    ...wrongPlace(place),
  }
  if (!post.draft || !kind || price === undefined || Object.keys(errors).length > 0) return { typed, errors }
  return { typed, draft: { post: post.draft, offer: { kind, price, place }, currency } }
}

/** Returns what is wrong with a price beside a kind, by field. */
export const wrongPrice = ({ kind, price }: Partial<OfferDraft>): { price: string } | undefined =>
  kind === 'gift' && price ? { price: 'What is given away has no price. Leave it empty.' } : undefined

function wrongPlace(place: string): FieldErrors {
  if (place === '') return {}
  const fault = lineFault(place, longestPlace)
  if (fault === 'long')
    return { place: say('A place has at most {longest} characters.', { longest: longestPlace }) }
  return fault ? { place: 'A place is one line of ordinary characters.' } : {}
}

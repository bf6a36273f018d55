import { say } from '../../texts/say.ts'
import { cached } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { versionOf } from '../http/form-version.ts'
import type { Cached } from '../platform/cache.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, isId, textOf, writtenIn } from '../platform/fields.ts'
import type { Post } from '../posts/queries.ts'
import { postOrRefuse } from '../posts/service.ts'
import { lineFault } from '../text/seen.ts'
import { asTyped, quantityIn } from './items.ts'
import { type DetailsChange, type ItemDetails, type ItemInFull, itemDetailsOf } from './queries.ts'

export const longestDescription = 5_000
export const longestCategory = 40
export const longestUnit = 20

/** The fields of what an item is, as typed. */
export type TypedDetails = {
  description: string
  category: string
  unit: string
  mostEach: string
  lowAt: string
  post: string
}

/** Returns the post where an item is talked about, unless who asks may not read it, or nobody. */
export async function threadOf(context: Context, id: number): Promise<Post | undefined> {
  try {
    return (await postOrRefuse(context, `${id}`)).post
  } catch (error) {
    if (error instanceof Refusal && [404, 410].includes(error.status)) return undefined
    throw error
  }
}

/** What an item is, beside its stock: from Redis or, when it has none, from MySQL. */
export function itemDetails({ cache, db }: Context, id: number): Promise<Cached<ItemDetails | undefined>> {
  const { key, seconds } = cached.item
  return cache.getOrLoad(key(id), seconds, () => itemDetailsOf(db, id))
}

/** Reads what of it a form or a JSON body has: what is right, and what is wrong with the rest. */
export function readDetails(body: unknown): {
  typed: TypedDetails
  errors: FieldErrors
  details: DetailsChange
} {
  const fields = asFields(body)
  const typed = {
    description: textOf(fields.description),
    category: textOf(fields.category),
    unit: textOf(fields.unit),
    mostEach: asTyped(fields.mostEach),
    lowAt: asTyped(fields.lowAt),
    post: asTyped(fields.post),
  }
  const numberIn = (text: string) => (text.trim() === '' ? null : quantityIn(text.trim()))
  const mostEach = numberIn(typed.mostEach)
  const lowAt = numberIn(typed.lowAt)
  const post = typed.post.trim()
  const details = {
    description: writtenIn(fields.description),
    category: writtenIn(fields.category),
    unit: writtenIn(fields.unit),
    mostEach: mostEach ?? null,
    lowAt: lowAt ?? null,
    post: post === '' ? null : Number(post),
  }
  const given = <Of extends object>(of: Of) =>
    Object.fromEntries(Object.entries(of).filter(([field]) => fields[field] !== undefined)) as Partial<Of>
  const errors: FieldErrors = {
    ...descriptionError(details.description),
    ...lineError('category', details.category, longestCategory),
    ...lineError('unit', details.unit, longestUnit),
    ...(mostEach === undefined || mostEach === 0 ? { mostEach: limitError } : {}),
    ...(lowAt === undefined ? { lowAt: 'A whole number from 0 to 1,000,000, or nothing.' } : {}),
    ...(post === '' || isId(post) ? {} : { post: 'There is no such post.' }),
  }
  const { post: postId, ...rest } = given(details)
  return { typed, errors, details: postId === undefined ? rest : { ...rest, postId } }
}

const limitError = 'A whole number from 1 to 1,000,000, or nothing.'

function descriptionError(description: string): FieldErrors {
  if ([...description].length > longestDescription)
    return {
      description: say('A description has at most {longest} characters.', { longest: longestDescription }),
    }
  return {}
}

const lineError = (field: 'category' | 'unit', text: string, longest: number): FieldErrors =>
  text === '' || lineFault(text, longest) === undefined
    ? {}
    : { [field]: say('One line of at most {longest} characters.', { longest }) }

/** Returns the version of what an item is, as a form has it. */
export const versionOfDetails = ({ description, category, unit, mostEach, lowAt, postId }: ItemInFull) =>
  versionOf(description, category, unit, `${mostEach}`, `${lowAt}`, `${postId}`)

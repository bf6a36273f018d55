import type { Context } from '../context.ts'
import { isTooBroad, type Limits } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'

/** Of one statement. Longer than any takes on a server that has little else to do. */
const searchWithinMs = 2_000

/**
 * The one way to look for words, whoever asks for it: one search at a time, each of its statements ended by the
 * server after two seconds, or when whoever asked has gone. Throws a 422 when the words stand in so many texts that
 * the server's memory for one search is used up.
 */
export async function bounded<T>(
  { bulkheads }: Context,
  { signal }: Request,
  look: (limits: Limits) => Promise<T>,
): Promise<T> {
  try {
    return await bulkheads.search(() => look({ withinMs: searchWithinMs, signal }), signal)
  } catch (error) {
    if (!isTooBroad(error)) throw error
    throw new Refusal(422, 'Too many texts have words like these. Please look for fewer or rarer ones.')
  }
}

import { say } from '../../../texts/say.ts'
import type { Context } from '../../context.ts'
import { type Db, isDuplicate, type Sql } from '../../platform/db.ts'
import { Refusal } from '../../platform/errors.ts'
import { asFields, textOf } from '../../platform/fields.ts'
import { sha256 } from '../../platform/sha256.ts'
import { deleteOldAnswers, reserveAnswer, storedResponse, storeResponse } from './queries.ts'

const keptSeconds = 24 * 3_600
const longestKey = 255

/** What a write made: its id or name, from which the answer is drawn, now and when it is asked for again. */
type Made = string | number
type Asked = {
  /** The member's id, or "" for everyone who is not signed in. */
  by: number | ''
  /** What was asked for, without secrets: the same key with something else in it is a mistake. */
  what: unknown
}

/**
 * Returns the key of a request: its header, or else what its body has for one. undefined where it has none.
 * Throws a 422 for what is none.
 */
export function idempotencyKey(request: Request, inBody?: unknown): string | undefined {
  const key = request.headers.get('idempotency-key') ?? inBody
  if (key === undefined || isKey(key)) return key
  throw new Refusal(422, say('An Idempotency-Key has 1 to {longest} characters.', { longest: longestKey }))
}

const isKey = (key: unknown): key is string =>
  typeof key === 'string' && key.length > 0 && key.length <= longestKey

/**
 * Runs `work` in a transaction, and for a request with an `Idempotency-Key` once a day and no more, whichever
 * replica it is sent to and whoever dies in between. That is why the key is kept in MySQL and not in Redis:
 * it is committed together with what the work did, so there is never one without the other. A second request
 * that comes while the first is under way waits for the row that the first one inserted.
 * https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
export async function idempotent<T extends Made>(
  { db }: Context,
  request: Request,
  asked: Asked,
  work: (sql: Sql) => Promise<T>,
): Promise<{ made: T; isRepeated: boolean }> {
  const key = idempotencyKey(request)
  if (key === undefined) return { made: await db.transaction(work), isRepeated: false }
  return idempotentByKey(db, hash([asked.by, placeOf(request), key]), hash(asked.what), work)
}

/**
 * The same for a form, whose key is in its field `once`, or in the header when a script sends it: pressed
 * twice, or sent again by the browser, it is done once. What was changed meanwhile, after a step back in the
 * browser, is something else to be done, not a mistake. A form without a key is done as often as it comes.
 */
export async function idempotentForm<T extends Made>(
  { db }: Context,
  request: Request,
  form: unknown,
  asked: Asked,
  work: (sql: Sql) => Promise<T>,
): Promise<{ made: T; isRepeated: boolean }> {
  const key = request.headers.get('idempotency-key') ?? textOf(asFields(form).once)
  if (!isKey(key)) return { made: await db.transaction(work), isRepeated: false }
  const requestHash = hash(asked.what)
  return idempotentByKey(db, hash([asked.by, placeOf(request), key, requestHash]), requestHash, work)
}

/**
 * Runs `answer`, the whole of a write with an `Idempotency-Key`. Where it fails, and the write was done
 * before and what it made is not there any more, it was not wrong: a 410 says so. What was made is not kept
 * to be sent again: whoever removes a text wants it gone.
 */
export async function orGone<T>(
  { db }: Context,
  request: Request,
  by: Asked['by'],
  answer: () => Promise<T>,
  find: (made: Made) => Promise<unknown>,
): Promise<T> {
  try {
    return await answer()
  } catch (error) {
    const isRefused = error instanceof Refusal && error.status < 500
    const key = isRefused ? request.headers.get('idempotency-key') : null
    const kept = key && (await storedResponse(db, hash([by, placeOf(request), key])))
    if (!kept || (await find(JSON.parse(kept.answer) as Made))) throw error
    throw new Refusal(410, 'This was done before, and what it made is gone by now.')
  }
}

const placeOf = (request: Request) => `${request.method} ${new URL(request.url).pathname}`

async function idempotentByKey<T extends Made>(
  db: Db,
  requestKey: string,
  askedKey: string,
  work: (sql: Sql) => Promise<T>,
): Promise<{ made: T; isRepeated: boolean }> {
  await deleteOldAnswers(db, keptSeconds, 10)
  return db.transaction(async (sql) => {
    const kept = await reserved(sql, requestKey, askedKey)
    if (kept) return { made: JSON.parse(kept) as T, isRepeated: true }

    const made = await work(sql)
    await storeResponse(sql, requestKey, JSON.stringify(made))
    return { made, isRepeated: false }
  })
}

/** The answer that is kept under this key, or undefined when the key is ours from now on. */
async function reserved(sql: Sql, requestKey: string, askedKey: string): Promise<string | undefined> {
  try {
    await reserveAnswer(sql, requestKey, askedKey)
    return undefined
  } catch (error) {
    if (!isDuplicate(error)) throw error
  }
  const kept = await storedResponse(sql, requestKey)
  if (!kept)
    throw new Refusal(409, 'The first request with this Idempotency-Key was not done. Please repeat it.')
  if (kept.askedKey !== askedKey) throw usedOtherwise()
  return kept.answer
}

export const usedOtherwise = () => new Refusal(422, 'This Idempotency-Key was used for another request.')

const hash = (value: unknown) => sha256(JSON.stringify(value))

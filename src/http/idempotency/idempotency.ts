import { say } from '../../../texts/say.ts'
import type { Context } from '../../context.ts'
import { type Db, isDuplicate, type Sql } from '../../platform/db.ts'
import { Refusal } from '../../platform/errors.ts'
import { asFields, textOf } from '../../platform/fields.ts'
import { sha256 } from '../../platform/sha256.ts'
import { deleteOldKeys, reserveKey, storedResult, storeResult } from './queries.ts'

const storedSeconds = 24 * 3_600
const longestKey = 255

/**
 * The id or name of what a write made, from which the answer is drawn, now and when the request is repeated.
 */
type Result = string | number
/** Two requests with the same key are the same when these are. */
type Identity = {
  /** The member's id, or "" for everyone who is not signed in. */
  by: number | ''
  /** The request's content, without secrets: the same key with something else in it is a mistake. */
  content: unknown
}
/** `isReplayed`: the write was done before, and this is what it came to. */
type Outcome<T extends Result> = { result: T; isReplayed: boolean }

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
 * replica it is sent to and whoever dies in between. That is why the key is stored in MySQL and not in Redis:
 * it is committed together with what the work did, so there is never one without the other. A second request
 * that comes while the first is under way waits for the row that the first one inserted. `rows`: see
 * `Db.transaction`.
 * https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
export async function idempotent<T extends Result>(
  { db }: Context,
  request: Request,
  identity: Identity,
  work: (sql: Sql) => Promise<T>,
  rows?: string[],
): Promise<Outcome<T>> {
  const key = idempotencyKey(request)
  if (key === undefined) return { result: await db.transaction(work, rows), isReplayed: false }
  return idempotentByKey(db, hash([identity.by, placeOf(request), key]), hash(identity.content), work, rows)
}

/**
 * The same for a form, whose key is in its field `once`, or in the header when a script sends it: pressed
 * twice, or sent again by the browser, it is done once. What was changed meanwhile, after a step back in the
 * browser, is something else to be done, not a mistake. A form without a key is done as often as it comes.
 */
export async function idempotentForm<T extends Result>(
  { db }: Context,
  request: Request,
  form: unknown,
  identity: Identity,
  work: (sql: Sql) => Promise<T>,
  rows?: string[],
): Promise<Outcome<T>> {
  const key = request.headers.get('idempotency-key') ?? textOf(asFields(form).once)
  if (!isKey(key)) return { result: await db.transaction(work, rows), isReplayed: false }
  const requestHash = hash(identity.content)
  const requestKey = hash([identity.by, placeOf(request), key, requestHash])
  return idempotentByKey(db, requestKey, requestHash, work, rows)
}

/**
 * Runs `answer`, the whole of a write with an `Idempotency-Key`. Where it fails, and the write was done
 * before and what it made is not there any more, it was not wrong: a 410 says so. What was made is not stored
 * to be sent again: whoever removes a text wants it gone. `contentOf` reads the request's content where that
 * needs nothing that may be gone: something else that is asked for is refused with 422 then, too.
 */
export async function orGone<T>(
  { db }: Context,
  request: Request,
  by: Identity['by'],
  answer: () => Promise<T>,
  find: (result: Result) => Promise<unknown>,
  contentOf?: () => Promise<Identity['content']>,
): Promise<T> {
  try {
    return await answer()
  } catch (error) {
    const key = mayBeGone(error) ? request.headers.get('idempotency-key') : null
    const stored = key && (await storedResult(db, hash([by, placeOf(request), key])))
    if (!stored || (await find(JSON.parse(stored.answer) as Result))) throw error
    if (contentOf && hash(await contentOf()) !== stored.requestHash) throw usedOtherwise()
    throw new Refusal(410, 'This was done before, and what it made is gone by now.')
  }
}

/**
 * Whether something is not there, be it the category alone that a post names: not what is wrong by itself.
 */
const mayBeGone = (error: unknown) =>
  error instanceof Refusal &&
  ([404, 409, 410].includes(error.status) || Object.keys(error.fields).join() === 'category')

/** A slash at the end of an address leads to the same route. */
const placeOf = ({ method, url }: Request) => `${method} ${new URL(url).pathname.replace(/\/$/, '')}`

async function idempotentByKey<T extends Result>(
  db: Db,
  requestKey: string,
  requestHash: string,
  work: (sql: Sql) => Promise<T>,
  rows?: string[],
): Promise<Outcome<T>> {
  await deleteOldKeys(db, storedSeconds, 10)
  return db.transaction(async (sql) => {
    const stored = await reserved(sql, requestKey, requestHash)
    if (stored) return { result: JSON.parse(stored) as T, isReplayed: true }

    const result = await work(sql)
    await storeResult(sql, requestKey, JSON.stringify(result))
    return { result, isReplayed: false }
  }, rows)
}

/** Returns the result that is stored under this key, or undefined when the key is ours from now on. */
async function reserved(sql: Sql, requestKey: string, requestHash: string): Promise<string | undefined> {
  try {
    await reserveKey(sql, requestKey, requestHash)
    return undefined
  } catch (error) {
    if (!isDuplicate(error)) throw error
  }
  const stored = await storedResult(sql, requestKey)
  if (!stored)
    throw new Refusal(409, 'The first request with this Idempotency-Key was not done. Please repeat it.')
  if (stored.requestHash !== requestHash) throw usedOtherwise()
  return stored.answer
}

export const usedOtherwise = () => new Refusal(422, 'This Idempotency-Key was used for another request.')

const hash = (value: unknown) => sha256(JSON.stringify(value))

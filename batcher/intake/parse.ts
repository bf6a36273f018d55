import { maxIdLength, maxLikesPerRequest, readNumberedId } from '../../src/likes/protocol.ts'
import type { LikesPolicy } from '../../src/platform/config.ts'
import { Refusal } from '../../src/platform/errors.ts'
import { isIdNumber } from '../../src/platform/fields.ts'

/** A press as it came in, checked. `sender` and `number` are those of a numbered id. */
export type ParsedLike = {
  id: string
  post: number
  producer: string | undefined
  sequence: number
  /** 0 under `LIKES=open`. */
  user: number
  /** What the member wants: a state, or the opposite of what is. Undefined under `LIKES=open`. */
  wants: boolean | 'opposite' | undefined
  /** Why it makes no sense, and is refused alone. The rest but the id and the post is void then. */
  flaw?: string
}

/**
 * Reads the body of `POST /likes`. An element that makes no sense has a `flaw`, because the others in the request are
 * other people's. Throws a Refusal with status 400 when the body holds no list of at most `maxPressesPerRequest`.
 */
export function readLikes(text: string, policy: LikesPolicy): ParsedLike[] {
  const { likes } = parsed(text)
  if (!Array.isArray(likes)) throw malformed('likes must be a list')
  if (likes.length > maxLikesPerRequest) throw malformed(`likes has more than ${maxLikesPerRequest} elements`)

  const highest = new Map<string, number>()
  return likes.map((each) => {
    const arrival = readLike(each, policy)
    if (arrival.producer === undefined) return arrival
    if (arrival.sequence <= (highest.get(arrival.producer) ?? 0)) {
      return flawed(arrival, 'id must have a higher number than those before it')
    }
    highest.set(arrival.producer, arrival.sequence)
    return arrival
  })
}

function parsed(text: string): { likes?: unknown } {
  try {
    const body: unknown = JSON.parse(text)
    if (isRecord(body)) return body
  } catch {
    throw malformed('the body is not JSON')
  }
  throw malformed('the body must be an object')
}

function readLike(press: unknown, policy: LikesPolicy): ParsedLike {
  if (!isRecord(press)) return flawed({}, 'a like must be an object')
  const { id, post } = press
  if (typeof id !== 'string' || id.length === 0 || id.length > maxIdLength) {
    return flawed(press, `id must be a text of 1 to ${maxIdLength} characters`)
  }
  if (!isIdNumber(post)) return flawed(press, 'post must be a whole number above 0')
  const own = readNumberedId(id)
  const arrival = { id, post, sender: own?.sender, number: own?.number ?? 0 }

  if (policy === 'open') return { ...arrival, user: 0, wants: undefined }
  const { user, liked, toggle } = press
  if (!isIdNumber(user)) return flawed(press, 'user must be a whole number above 0')
  if (toggle === true && liked === undefined) return { ...arrival, user, wants: 'opposite' }
  if (typeof liked !== 'boolean') return flawed(press, 'liked must be true or false, or toggle true')
  return { ...arrival, user, wants: liked }
}

function flawed({ id, post }: { id?: unknown; post?: unknown }, flaw: string): ParsedLike {
  return {
    id: typeof id === 'string' ? id : '',
    post: typeof post === 'number' ? post : 0,
    producer: undefined,
    sequence: 0,
    user: 0,
    wants: undefined,
    flaw,
  }
}

/**
 * Reads a list of post ids, as in `posts=1,2,3`. What is no id is left out: there is no such post, and the others are
 * asked for by others. Throws a Refusal with status 400 when it is no list, or too long.
 */
export function readPosts(list: unknown): number[] {
  const posts = typeof list === 'string' ? list.split(',').map(Number) : list
  if (!Array.isArray(posts) || posts.length > maxLikesPerRequest) {
    throw malformed(`posts must be a list of at most ${maxLikesPerRequest}`)
  }
  return posts.filter(isIdNumber)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const malformed = (reason: string) => new Refusal(400, reason)

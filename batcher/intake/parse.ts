import { maxIdLength, maxPressesPerRequest, numbered } from '../../src/likes/protocol.ts'
import type { LikesPolicy } from '../../src/platform/config.ts'
import { Refusal } from '../../src/platform/errors.ts'
import { isIdNumber } from '../../src/platform/fields.ts'

/** A press as it came in, checked. `sender` and `number` are those of a numbered id. */
export type Arrival = {
  id: string
  post: number
  sender: string | undefined
  number: number
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
export function readPresses(text: string, policy: LikesPolicy): Arrival[] {
  const { likes } = parsed(text)
  if (!Array.isArray(likes)) throw malformed('likes must be a list')
  if (likes.length > maxPressesPerRequest)
    throw malformed(`likes has more than ${maxPressesPerRequest} elements`)

  const highest = new Map<string, number>()
  return likes.map((each) => {
    const arrival = readPress(each, policy)
    if (arrival.sender === undefined) return arrival
    if (arrival.number <= (highest.get(arrival.sender) ?? 0)) {
      return flawed(arrival, 'id must have a higher number than those before it')
    }
    highest.set(arrival.sender, arrival.number)
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

function readPress(press: unknown, policy: LikesPolicy): Arrival {
  if (!isRecord(press)) return flawed({}, 'a like must be an object')
  const { id, post } = press
  if (typeof id !== 'string' || id.length === 0 || id.length > maxIdLength) {
    return flawed(press, `id must be a text of 1 to ${maxIdLength} characters`)
  }
  if (!isIdNumber(post)) return flawed(press, 'post must be a whole number above 0')
  const own = numbered(id)
  const arrival = { id, post, sender: own?.sender, number: own?.number ?? 0 }

  if (policy === 'open') return { ...arrival, user: 0, wants: undefined }
  const { user, liked, toggle } = press
  if (!isIdNumber(user)) return flawed(press, 'user must be a whole number above 0')
  if (toggle === true && liked === undefined) return { ...arrival, user, wants: 'opposite' }
  if (typeof liked !== 'boolean') return flawed(press, 'liked must be true or false, or toggle true')
  return { ...arrival, user, wants: liked }
}

function flawed({ id, post }: { id?: unknown; post?: unknown }, flaw: string): Arrival {
  return {
    id: typeof id === 'string' ? id : '',
    post: typeof post === 'number' ? post : 0,
    sender: undefined,
    number: 0,
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
  if (!Array.isArray(posts) || posts.length > maxPressesPerRequest) {
    throw malformed(`posts must be a list of at most ${maxPressesPerRequest}`)
  }
  return posts.filter(isIdNumber)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const malformed = (reason: string) => new Refusal(400, reason)

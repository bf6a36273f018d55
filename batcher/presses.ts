import { maxIdLength, maxPressesPerRequest, numbered } from '../src/likes/protocol.ts'
import type { LikesPolicy } from '../src/platform/config.ts'
import { Refusal } from '../src/platform/errors.ts'

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
}

/** Reads the body of `POST /likes`. Throws a Refusal with status 400 that names the element which is wrong. */
export function readPresses(text: string, policy: LikesPolicy): Arrival[] {
  const { likes } = parsed(text)
  if (!Array.isArray(likes)) throw malformed('likes must be a list')
  if (likes.length > maxPressesPerRequest)
    throw malformed(`likes has more than ${maxPressesPerRequest} elements`)

  const highest = new Map<string, number>()
  return likes.map((each, at) => {
    const arrival = readPress(each, at, policy)
    if (arrival.sender === undefined) return arrival
    if (arrival.number <= (highest.get(arrival.sender) ?? 0)) {
      throw malformed(`likes[${at}].id must have a higher number than those before it`)
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

function readPress(press: unknown, at: number, policy: LikesPolicy): Arrival {
  if (!isRecord(press)) throw malformed(`likes[${at}] must be an object`)
  const { id, post } = press
  if (typeof id !== 'string' || id.length === 0 || id.length > maxIdLength) {
    throw malformed(`likes[${at}].id must be a text of 1 to ${maxIdLength} characters`)
  }
  if (!isId(post)) throw malformed(`likes[${at}].post must be a whole number above 0`)
  const own = numbered(id)
  const arrival = { id, post, sender: own?.sender, number: own?.number ?? 0 }

  if (policy === 'open') return { ...arrival, user: 0, wants: undefined }
  const { user, liked, toggle } = press
  if (!isId(user)) throw malformed(`likes[${at}].user must be a whole number above 0`)
  if (toggle === true && liked === undefined) return { ...arrival, user, wants: 'opposite' }
  if (typeof liked !== 'boolean') throw malformed(`likes[${at}].liked must be true or false, or toggle true`)
  return { ...arrival, user, wants: liked }
}

/** Reads a list of post ids, as in `posts=1,2,3`. Throws a Refusal with status 400. */
export function readPosts(list: unknown, name = 'posts'): number[] {
  const posts = typeof list === 'string' ? list.split(',').filter(Boolean).map(Number) : list
  if (!Array.isArray(posts) || posts.length > maxPressesPerRequest) {
    throw malformed(`${name} must be a list of at most ${maxPressesPerRequest}`)
  }
  return posts.map((post: unknown, at) => {
    if (!isId(post)) throw malformed(`${name}[${at}] must be a whole number above 0`)
    return post
  })
}

export const isId = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const malformed = (reason: string) => new Refusal(400, reason)

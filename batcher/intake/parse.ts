import { maxIdLength, maxLikesPerRequest, readNumberedId } from '../../src/likes/protocol.ts'
import type { LikesPolicy } from '../../src/platform/config.ts'
import { Refusal } from '../../src/platform/errors.ts'
import { isIdNumber } from '../../src/platform/fields.ts'

/** One like of a request, checked. `producer` and `sequence` are those of a numbered id. */
export type ParsedLike = {
  id: string
  post: number
  producer: string | undefined
  sequence: number
  /** 0 under `LIKES=open`. */
  user: number
  /** The member's request: a state, or the opposite of what is. Undefined under `LIKES=open`. */
  wants: boolean | 'opposite' | undefined
  /** Why it makes no sense, and is refused alone. The rest but the id and the post is void then. */
  flaw?: string
}

/**
 * Reads the body of `POST /likes`. An element that makes no sense has a `flaw`, because the others in the
 * request are other people's. Throws a Refusal with status 400 when the body holds no list of at most
 * `maxLikesPerRequest`.
 */
export function readLikes(text: string, policy: LikesPolicy): ParsedLike[] {
  const { likes } = parsed(text)
  if (!Array.isArray(likes)) throw malformed('likes must be a list')
  if (likes.length > maxLikesPerRequest) throw malformed(`likes has more than ${maxLikesPerRequest} elements`)

  const highest = new Map<string, number>()
  return likes.map((element) => {
    const like = readLike(element, policy)
    if (like.producer === undefined) return like
    if (like.sequence <= (highest.get(like.producer) ?? 0)) {
      return flawed(like, 'id must have a higher number than those before it')
    }
    highest.set(like.producer, like.sequence)
    return like
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

function readLike(element: unknown, policy: LikesPolicy): ParsedLike {
  if (!isRecord(element)) return flawed({}, 'a like must be an object')
  const { id, post } = element
  if (typeof id !== 'string' || id.length === 0 || id.length > maxIdLength) {
    return flawed(element, `id must be a text of 1 to ${maxIdLength} characters`)
  }
  if (!isIdNumber(post)) return flawed(element, 'post must be a whole number above 0')
  const numbered = readNumberedId(id)
  const like = { id, post, producer: numbered?.producer, sequence: numbered?.sequence ?? 0 }

  if (policy === 'open') return { ...like, user: 0, wants: undefined }
  const { user, liked, toggle } = element
  if (!isIdNumber(user)) return flawed(element, 'user must be a whole number above 0')
  if (toggle === true && liked === undefined) return { ...like, user, wants: 'opposite' }
  if (typeof liked !== 'boolean') return flawed(element, 'liked must be true or false, or toggle true')
  return { ...like, user, wants: liked }
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
 * Reads a list of post ids, as in `posts=1,2,3`. Returns it without what is no id: there is no such post, and
 * the others are asked for by others. Throws a Refusal with status 400 when it is no list, or too long.
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

import { Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { LikeButton } from '../../views/likes.tsx'
import { memberOf } from '../accounts/access.ts'
import { hasToken } from '../accounts/token-sign-in.ts'
import type { Context } from '../context.ts'
import { idempotencyKey } from '../http/idempotency/idempotency.ts'
import { backOf, isFragmentRequest, isPageRequest, seeOther } from '../http/page-context.ts'
import { idIn } from '../http/params.ts'
import { refuseUntagged } from '../http/respond.ts'
import { operation } from '../openapi/operation.ts'
import { count, id, object } from '../openapi/schema.ts'
import { Refusal } from '../platform/errors.ts'
import { readablePosts } from '../removal/queries.ts'
import type { LikesClient } from './client.ts'
import type { Accepted } from './protocol.ts'

/** Likes a post, as a fragment, a form and JSON. Answers when the like is on a disk. */
export const likes = (context: Context) => {
  const { like, set } = policyOf(context)

  return new Elysia({ name: 'likes' })
    .post(buttonRoute, async ({ params: { id }, request }) => {
      const { post, total, version, liked } = await like(postIn(id), request)
      return isPageRequest(request)
        ? seeOther(backOf(request, `/posts/${id}`))
        : LikeButton({ id: post, likes: total, version, liked })
    })
    .post(
      '/api/posts/:id/likes',
      async ({ params: { id }, request }) => {
        const { post, total } = await set(postIn(id), request, true)
        return { post, likes: total }
      },
      operations.add,
    )
    .put(
      '/api/posts/:id/likes/mine',
      ({ params: { id }, request }) => mine(postIn(id), request, true),
      operations.like,
    )
    .delete(
      '/api/posts/:id/likes/mine',
      ({ params: { id }, request }) => mine(postIn(id), request, false),
      operations.takeBack,
    )

  async function mine(id: number, request: Request, isLiked: boolean) {
    refuseUntagged(request)
    if (context.config.likes === 'open') {
      throw new Refusal(
        409,
        'Here every press counts and nobody keeps whose it was, so there is no like of yours.',
      )
    }
    const { post, total, liked } = await set(id, request, isLiked)
    return { post, likes: total, liked }
  }
}

const buttonRoute = '/posts/:id/likes'
const plainAddress = /^http:\/\/[^/]+\/posts\/([1-9]\d{0,14})\/likes$/

/** Answers a request of this route with what `draw` draws, and with what it throws as every route does. */
type Answer = (request: Request, route: string, draw: () => Promise<string>) => Promise<Response>

/**
 * Wraps Elysia's handler: a press of the button is by far the commonest request under load, and costs Elysia
 * more than it costs us. One by htmx at the plain address is answered here. It goes there in every other
 * form, with a body, which Elysia parses, and with a token, whose scope is judged there.
 */
export const pressPastElysia = (context: Context, answer: Answer) => {
  const { like } = policyOf(context)

  return <Rest extends unknown[], Handled>(handle: (request: Request, ...rest: Rest) => Handled) =>
    (request: Request, ...rest: Rest): Handled | Promise<Response> => {
      const id = pressedPost(request)
      if (id === undefined) return handle(request, ...rest)
      return answer(request, buttonRoute, async () => {
        const { post, total, version, liked } = await like(id, request)
        return LikeButton({ id: post, likes: total, version, liked })
      })
    }
}

function pressedPost(request: Request): number | undefined {
  if (request.method !== 'POST' || !isFragmentRequest(request) || !isEmpty(request) || hasToken(request))
    return undefined
  const id = plainAddress.exec(request.url)?.[1]
  return id === undefined ? undefined : Number(id)
}

/** htmx sends the form around the button, which has no fields. */
const isEmpty = ({ headers }: Request) =>
  Number(headers.get('content-length')) === 0 && !headers.has('transfer-encoding')

/** What a like is here, by LIKES: of what whoever likes it may read. */
function policyOf(context: Context): Policy {
  const { like, set } = context.config.likes === 'once' ? onceEach(context) : everyLike(context.likes)
  return {
    like: (post, request) => onlyIfReadable(context, post, () => like(post, request)),
    set: (post, request, liked) => onlyIfReadable(context, post, () => set(post, request, liked)),
  }
}

/** Where every category is open to everybody nothing is asked. */
function onlyIfReadable<T>({ db, doors }: Context, post: number, press: () => Promise<T>): Promise<T> {
  if (doors.closed().length === 0) return press()
  return readablePosts(db, [post]).then((readable) => {
    if (readable.length === 0) throw new Refusal(404, 'This post is gone.')
    return press()
  })
}

type Policy = {
  /** Handles the button. */
  like(post: number, request: Request): Promise<Accepted>
  /** Handles the API: sets a state, however often it is asked for. */
  set(post: number, request: Request, liked: boolean): Promise<Accepted>
}

/** `LIKES=open`: each press counts, whoever it is. */
function everyLike(likes: LikesClient): Policy {
  const like = (post: number, request: Request) => likes.add(post, { id: idempotencyKey(request) })
  return { like, set: like }
}

/** `LIKES=once`: members only, one like each; the button's second press takes the first one back. */
function onceEach(context: Context): Policy {
  const { likes } = context
  return {
    async like(post, request) {
      const { id } = await memberOf(context, request, 'Please sign in to like.')
      return likes.toggle(post, id, { id: idempotencyKey(request) })
    },
    async set(post, request, liked) {
      const { id } = await memberOf(context, request, 'Please sign in to like.')
      return likes.set(post, id, liked, { id: idempotencyKey(request) })
    },
  }
}

const postIn = (id: string) => idIn(id, 'There is no such post.')

const ownLike = {
  tag: 'likes',
  needs: 'member',
  answers: { 200: object({ post: id, likes: count, liked: t.Boolean() }, { $id: 'OwnLike' }) },
  problems: [404, 409, 422],
  isConditional: true,
} as const

const operations = {
  add: operation({
    tag: 'likes',
    summary: 'Likes a post',
    description:
      'Each press counts with LIKES=open, where an Idempotency-Key is one for everybody: choose a random one. With LIKES=once members like once, and their keys are their own.',
    answers: { 200: object({ post: id, likes: count }, { $id: 'Likes' }) },
    problems: [401, 404, 422],
    isIdempotent: true,
  }),
  like: operation({ ...ownLike, summary: 'Likes a post, with LIKES=once' }),
  takeBack: operation({ ...ownLike, summary: 'Takes one’s like back, with LIKES=once' }),
}

import { LikeButton } from '../../views/likes.tsx'
import { hasToken } from '../accounts/token-sign-in.ts'
import type { Context } from '../context.ts'
import { isFragmentRequest } from '../http/page-context.ts'
import { policyOf } from './routes.ts'

/** The button's, see routes.ts. */
const route = '/posts/:id/likes'
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
      return answer(request, route, async () => {
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

import { noteTokenRule } from './accounts/scopes.ts'
import { rememberOnce, viewerOf } from './accounts/sessions.ts'
import { hasToken } from './accounts/token-sign-in.ts'
import type { Context } from './context.ts'
import { signInPath } from './http/local-path.ts'
import { isPageRequest, isRead } from './http/page-context.ts'
import { Refusal } from './platform/errors.ts'
import { routesAtTheDoor } from './site.ts'

/**
 * Returns what every request to a closed board (`READ=members`) passes before a route is looked for: a
 * stranger goes no further than the routes at the door, and is answered alike whether there is something or
 * not. Where nobody can say who asks, nobody is let in.
 */
export function gateOf(context: Context): (request: Request) => Promise<void> {
  const places = routesAtTheDoor.map(({ method, path }) => ({ method, path: expressionOf(path) }))

  const isAtTheDoor = (request: Request) => {
    const { pathname } = new URL(request.url)
    const method = request.method === 'HEAD' ? 'GET' : request.method
    return places.some((place) => place.method === method && place.path.test(pathname))
  }

  return async (request) => {
    if (isAtTheDoor(request)) return
    // Reading is a member's right here. What a write asks of a token its route says.
    if (hasToken(request)) noteTokenRule(request, isRead(request) ? 'read' : 'nothing')
    const viewer = await viewerOf(context, request)
    if (!viewer) throw signInFirst(request)
    if (!hasToken(request)) rememberOnce(request, viewer)
  }
}

/** A path as routes have it, with one segment in each place of a name. */
const expressionOf = (path: string) =>
  new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}/?$`)

/** A browser goes to the form; who sends something, and a program, is told. */
const signInFirst = (request: Request) =>
  isRead(request) && isPageRequest(request)
    ? new Refusal(303, 'Please sign in first.', {}, { location: signInPath(request) })
    : new Refusal(401, 'Please sign in first.')

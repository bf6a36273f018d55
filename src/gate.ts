import { noteTokenRule } from './accounts/scopes.ts'
import { rememberOnce, signInKeyOf, viewerOf } from './accounts/sessions.ts'
import { hasToken } from './accounts/token-sign-in.ts'
import type { Context } from './context.ts'
import { type Reader, readingAs } from './doors/reader.ts'
import { isRead } from './http/page-context.ts'
import { signInFirst } from './http/sign-in-first.ts'
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

/**
 * Wraps Elysia's handler: what follows is done for whoever asks, as far as doors go. Where every category is
 * open to everybody, nobody is looked up for it.
 */
export const throughDoors =
  (context: Context) =>
  <Rest extends unknown[], Handled>(handle: (request: Request, ...rest: Rest) => Handled) =>
  (request: Request, ...rest: Rest): Handled | Promise<Handled> => {
    const { doors } = context
    const pass = () => handle(request, ...rest)
    const reading = doors.upToDate()
    if (!reading && doors.closed().length === 0) return pass()
    // One that never knew goes on: what asks who reads says then that a store is away.
    return Promise.resolve(reading)
      .catch(() => {})
      .then(() => readerOf(context, request))
      .then((reader) => (reader ? readingAs(reader, pass) : pass()))
  }

/** A token reads as its member does where it may read at all. Undefined where everybody reads everything. */
async function readerOf(context: Context, request: Request): Promise<Reader | undefined> {
  if (context.doors.closed().length === 0) return undefined
  if (signInKeyOf(request) === undefined) return context.doors.readerOf(undefined)
  if (hasToken(request)) noteTokenRule(request, isRead(request) ? 'read' : 'nothing')
  try {
    const viewer = await viewerOf(context, request)
    if (viewer && !hasToken(request)) rememberOnce(request, viewer)
    return context.doors.readerOf(viewer)
  } catch (error) {
    // Whoever answers asks once more, and says what is wrong.
    return context.doors.readerOf(undefined, error instanceof Refusal && error.status === 503)
  }
}

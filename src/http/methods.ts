import type { AnyElysia } from 'elysia'
import { Refusal } from '../platform/errors.ts'
import { isPageRequest, seeOther } from './page-context.ts'

const everyMethod = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/**
 * Answers every method of each path that the site has: 405 with `Allow` to a wrong one, 204 with `Allow` to
 * OPTIONS. A browser that reads where only a form goes is led to the page above. Elysia itself says 404, or
 * takes `/acts/upvote` for `/acts/:actId`. To be called when all routes are there. `elsewhere` are routes
 * that replicas of another role answer: they are allowed, too.
 */
export function answerEveryMethod<App extends AnyElysia>(app: App, elsewhere: Route[] = []): App {
  const byPath = methodsByPath([...app.routes, ...elsewhere])
  for (const [path, methods] of byPath) {
    const allow = allowed(methods)
    const isForm = methods.has('POST') && !methods.has('GET') && !path.startsWith('/api/')
    if (isForm) {
      const page = pageAbove(path, (above) => byPath.get(above)?.has('GET') === true)
      app.route('GET', path, ({ request }) => readAbove(request, page, allow), hidden)
      methods.add('GET')
    }
    for (const method of everyMethod.filter((each) => !methods.has(each))) {
      app.route(method, path, () => refuseMethod(allow), hidden)
    }
    if (!methods.has('OPTIONS')) app.route('OPTIONS', path, () => optionsAnswer(allow), hidden)
  }
  return app
}

/** How many segments of a form's path name the nearest page above it that is read; 0 is the front page. */
function pageAbove(path: string, isRead: (path: string) => boolean): number {
  const segments = path.split('/').slice(1)
  const longest = segments.findLastIndex((_, at) => isRead(`/${segments.slice(0, at).join('/')}`))
  return Math.max(longest, 0)
}

/**
 * The page of a form that was refused stands at the form's address: its links, the choice of a language,
 * signing in and reloading all lead a browser back there. It goes on to the page above, and what the link
 * asked for with it.
 */
function readAbove(request: Request, segments: number, allow: string): Response {
  if (!isPageRequest(request)) return refuseMethod(allow)
  const { pathname, search } = new URL(request.url)
  const above = pathname
    .split('/')
    .slice(1, segments + 1)
    .join('/')
  return seeOther(`/${above}${search}`)
}

type Route = { path: string; method: string }

function methodsByPath(routes: Route[]): Map<string, Set<string>> {
  const byPath = Map.groupBy(routes, ({ path }) => path)
  return new Map([...byPath].map(([path, some]) => [path, new Set(some.map(({ method }) => method))]))
}

/** HEAD works wherever GET does. */
export const allowed = (methods: Iterable<string>) =>
  [...methods, 'OPTIONS'].flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ')

export function refuseMethod(allow: string): never {
  throw new Refusal(405, `Allowed here: ${allow}.`, {}, { allow })
}

export const optionsAnswer = (allow: string) => new Response(null, { status: 204, headers: { allow } })

const hidden = { parse: 'none' as const, detail: { hide: true } }

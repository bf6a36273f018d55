import type { AnyElysia } from 'elysia'
import { Refusal } from '../platform/errors.ts'

const everyMethod = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/**
 * Gives each path that the site has an answer to every method: 405 with `Allow` to a wrong one, 204 with `Allow` to
 * OPTIONS. Elysia itself says 404, or takes `/acts/upvote` for `/acts/:actId`. To be called when all routes are there.
 * `elsewhere` are routes that replicas of another role answer: they are allowed, too.
 */
export function answerEveryMethod<App extends AnyElysia>(app: App, elsewhere: Route[] = []): App {
  for (const [path, methods] of methodsByPath([...app.routes, ...elsewhere])) {
    const allow = allowed(methods)
    for (const method of everyMethod.filter((each) => !methods.has(each))) {
      app.route(method, path, () => refuseMethod(allow), hidden)
    }
    if (!methods.has('OPTIONS')) app.route('OPTIONS', path, () => optionsAnswer(allow), hidden)
  }
  return app
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

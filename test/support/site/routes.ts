import { origin, type Replica } from '../servers/replica.ts'

export type Route = { method: string; path: string }

/** An address that a route answers: each `:name` in its path filled from `values`, or with 1. */
export const addressOf = ({ path }: Route, values: Record<string, string> = {}) =>
  path.replaceAll(/:(\w+)/g, (_, name) => values[name] ?? '1')

/**
 * The routes of a replica that do something; the others say 405, or answer OPTIONS, for what a path does not
 * have.
 */
export async function routesOf({ app }: Pick<Replica, 'app'>): Promise<Route[]> {
  const question = app.routes
    .filter(({ method }) => method !== 'OPTIONS')
    .map(async ({ method, path }) => {
      const { status } = await app.handle(new Request(origin + addressOf({ method, path }), { method }))
      return status === 405 ? [] : [{ method, path }]
    })
  return (await Promise.all(question)).flat()
}

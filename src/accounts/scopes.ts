import { Refusal } from '../platform/errors.ts'

/**
 * What a token may be for: reading what members may read, writing, doing besides what an admin may do to what
 * others wrote, ordering and keeping the market's stock.
 */
export const scopes = ['read', 'write', 'moderate', 'market'] as const
export type Scope = (typeof scopes)[number]

/**
 * What a route asks of a token: a scope; `nothing`, where everybody reads the same; `session`: no token is
 * let in.
 */
export type TokenRule = Scope | 'nothing' | 'session'

/** What the route of a request asks, noted before its handler runs. */
const rules = new WeakMap<Request, TokenRule>()

export const noteTokenRule = (request: Request, rule: TokenRule) => rules.set(request, rule)

/**
 * Throws a 403 for a token whose scopes are not those that its request needs, as
 * https://www.rfc-editor.org/rfc/rfc6750#section-3.1 has it. `null`: it was made before there were scopes.
 */
export function refuseOutOfScope(request: Request, granted: string | null): void {
  const rule = rules.get(request) ?? 'session'
  if (rule === 'session') throw bySessionAlone()
  if (rule === 'nothing' || granted === null || scopesIn(granted).includes(rule)) return
  throw new Refusal(
    403,
    outside[rule],
    {},
    {
      'www-authenticate': `Bearer error="insufficient_scope", scope="${rule}"`,
    },
  )
}

export const bySessionAlone = () =>
  new Refusal(403, 'This is done by who signed in with a password, not by a token.')

const outside = {
  read: 'This token is not for reading: it lacks the scope read.',
  write: 'This token is not for writing: it lacks the scope write.',
  moderate: 'This token is not for moderating: it lacks the scope moderate.',
  market: 'This token is not for the market: it lacks the scope market.',
} satisfies Record<Scope, string>

/**
 * Whether an admin who writes by a token with these scopes does it as a member: others' things are theirs
 * with `moderate` alone.
 */
export const writesAsMember = (request: Request, granted: string | null): boolean =>
  rules.get(request) === 'write' && granted !== null && !scopesIn(granted).includes('moderate')

/** As they are stored: with spaces between. */
export const scopesIn = (stored: string): Scope[] => {
  const words = stored.split(' ')
  return scopes.filter((each) => words.includes(each))
}

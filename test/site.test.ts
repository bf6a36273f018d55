import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Role } from '../src/platform/config.ts'
import { routes, type Who } from '../src/site.ts'
import {
  endsSession,
  nameOf,
  openStrangers,
  type Person,
  type Strangers,
  type Way,
} from './support/site/strangers.ts'

setDefaultTimeout(120_000)

/** Who the site says may call what a pool serves. */
const allowed = (role: Role) =>
  new Map(
    routes
      .filter(({ pool }) => pool === role || pool === 'all')
      .map(({ method, path, who }) => [`${method} ${path}`, who]),
  )

const shut = [401, 403]
/** 303 leads a browser to the form. */
const isSentToSignIn = (status: number) => status === 401 || status === 303
const isLetIn = (status: number) => !shut.includes(status)

/** What each person may be answered where it is for some. What was removed meanwhile is gone for everyone. */
const says: Record<Who, Record<Person, (status: number) => boolean>> = {
  everyone: {
    ...{ stranger: isLetIn, member: isLetIn, elsewhere: isLetIn, moderator: isLetIn },
    ...{ author: isLetIn, admin: isLetIn },
  },
  member: {
    ...{ stranger: isSentToSignIn, member: isLetIn, elsewhere: isLetIn, moderator: isLetIn },
    ...{ author: isLetIn, admin: isLetIn },
  },
  owner: {
    stranger: isSentToSignIn,
    member: (status) => [403, 404].includes(status),
    elsewhere: (status) => [403, 404].includes(status),
    // Of what others wrote, they change nothing.
    moderator: (status) => status !== 401,
    author: isLetIn,
    admin: (status) => status !== 401,
  },
  keeper: {
    stranger: (status) => isSentToSignIn(status) || status === 403,
    member: (status) => status === 403,
    elsewhere: isLetIn,
    moderator: isLetIn,
    author: (status) => status === 403,
    admin: isLetIn,
  },
  moderator: {
    stranger: (status) => isSentToSignIn(status) || status === 403,
    member: (status) => status === 403,
    // They are refused what is there, and told of what is gone.
    elsewhere: (status) => [403, 404, 409, 410].includes(status),
    moderator: isLetIn,
    author: (status) => status === 403,
    admin: isLetIn,
  },
  admin: {
    stranger: (status) => isSentToSignIn(status) || status === 403,
    member: (status) => status === 403,
    elsewhere: (status) => status === 403,
    moderator: (status) => status === 403,
    author: (status) => status === 403,
    admin: isLetIn,
  },
  // The cookie of a session is no token.
  token: {
    stranger: (status) => status === 401,
    member: (status) => status === 401,
    elsewhere: (status) => status === 401,
    moderator: (status) => status === 401,
    author: (status) => status === 401,
    admin: (status) => status === 401,
  },
}
/** These say 401 for another reason: what they were sent is no password. */
const signIns = ['POST /api/session']

let strangers: Strangers
beforeAll(async () => {
  strangers = await openStrangers()
})

/** Those who may only look come first: the author removes what the others are asked about. */
const persons: Person[] = ['stranger', 'member', 'elsewhere', 'moderator', 'admin', 'author']

/** What routes answer to a person and should not, in words. */
async function wrongFor(
  role: Role,
  person: Person,
  way: Way,
  isRight: (who: Who, status: number) => boolean,
): Promise<string[]> {
  const wrong: string[] = []
  for (const route of await strangers.routesOf(role)) {
    if (endsSession(route)) continue
    const who = allowed(role).get(nameOf(route))
    const status = await strangers.statusFor(role, route, person, way)
    if (!who || isRight(who, status) || (signIns.includes(nameOf(route)) && status === 401)) continue
    wrong.push(`${nameOf(route)} is for ${who}: ${status} for ${person} by ${way}`)
  }
  return wrong
}

describe.each(['web', 'accounts', 'admin'] as const)('the routes of the %s pool', (role) => {
  test('are those that the site lists', async () => {
    const served = await strangers.routesOf(role)

    expect(served.map(nameOf).sort()).toEqual([...allowed(role).keys()].sort())
  })

  test.each(persons)('let in where the site says so, and nowhere else: %s', async (person) => {
    expect(await wrongFor(role, person, 'cookie', (who, status) => says[who][person](status))).toEqual([])
  })

  test.each(['member', 'elsewhere', 'moderator', 'admin'] as const)(
    'let in by a token nowhere where a cookie does not: %s',
    async (person) => {
      const isRight = (who: Who, status: number) =>
        who === 'token' || shut.includes(status) || says[who][person](status)

      expect(await wrongFor(role, person, 'token', isRight)).toEqual([])
    },
  )
})

import { expect, test } from 'bun:test'
import { Elysia } from 'elysia'
import { createApp } from '../../../src/app.ts'
import { openContext } from '../../../src/open-context.ts'
import { type Config, replicaConfig } from '../../../src/platform/config.ts'
import { closeAfterTests } from '../servers/cleanup.ts'
import { type Haproxy, startHaproxy } from '../servers/haproxy.ts'
import { answersIn, sendRaw, statusIn } from './raw.ts'
import { addressOf, type Route } from './routes.ts'

type Answer = { status: number; pool?: string; route?: string; retryAfter?: number }

const pools = ['web', 'accounts', 'admin', 'market', 'live']
const rates = { RATE_SIGN_IN: '1', RATE_SIGN_UP: '1', RATE_LIKES: '1', RATE_WRITES: '2' }

/**
 * Asks for every address of the site, to read and to write, in every spelling that somebody may take for it,
 * and holds what comes back against the plain spelling. Every pool has a server that knows all routes and
 * finds them as a replica does, so an answer says where a request came out, and its fellows which limit it
 * was under.
 */
export function testSpellings(from: 'machine' | 'image'): void {
  test('no spelling of an address gets past a limit, or to another pool', async () => {
    const haproxy = await startHaproxy({ RATE_LIMITS: 'all', ...rates }, from)
    const paths = await pathsOfAllRoles()
    await Promise.all(pools.map((pool) => addRouter(haproxy, pool, paths)))
    const places = paths.flatMap((path) => ['GET', 'POST'].map((method) => ({ method, path })))
    const plain = new Map<string, Answer[]>()
    for (const place of places) plain.set(keyOf(place), await threeAnswers(haproxy, place, addressOf(place)))

    const astray: string[] = []
    for (const place of places) {
      const question = spellingsOf(addressOf(place)).map(async (target) => {
        const wrong = async () => {
          const answers = await threeAnswers(haproxy, place, target)
          const { route } = answers[0] ?? {}
          const expected = route && plain.get(keyOf({ ...place, path: route }))
          if (!expected || Bun.deepEquals(answers, expected)) return undefined
          return `${place.method} ${target} is ${route}: ${texts(answers)}, not ${texts(expected)}`
        }
        // HAProxy counts over a time: a machine that stands still between two requests lets one more through.
        const astrayThrice = (await wrong()) && (await wrong()) && (await wrong())
        if (astrayThrice) astray.push(astrayThrice)
      })
      await Promise.all(question)
    }

    const known = [...plain.values()]
    expect(known.filter(([first]) => first?.status !== 200)).toEqual([])
    expect(new Set(known.map(([first]) => first?.pool))).toEqual(new Set(pools))
    expect(new Set(known.flat().map(({ retryAfter }) => retryAfter))).toEqual(
      new Set([undefined, 60, 600, 10]),
    )
    expect(astray).toEqual([])
  }, 300_000)
}

const keyOf = ({ method, path }: Route) => `${method} ${path}`
const texts = (answers: Answer[]) => answers.map((each) => Object.values(each).join(' ')).join(', ')

/** What a replica of any role answers, by the replicas' own program; none of its stores is there. */
async function pathsOfAllRoles(): Promise<string[]> {
  const roles: Config['role'][] = ['web', 'accounts', 'admin']
  const routes = await Promise.all(
    roles.map(async (ROLE) => {
      const nowhere = {
        DATABASE_URL: 'mysql://nobody@127.0.0.1:1/agora',
        REDIS_URL: 'redis://127.0.0.1:1',
        BATCHERS: 'http://127.0.0.1:1',
      }
      const { context, close } = await openContext(replicaConfig({ ROLE, LOG_LEVEL: 'error', ...nowhere }))
      closeAfterTests(context, close)
      return createApp(context).routes
    }),
  )
  return [...new Set(routes.flat().map(({ path }) => path))]
}

async function addRouter(haproxy: Haproxy, pool: string, paths: string[]): Promise<void> {
  const app = new Elysia()
  for (const path of paths) {
    // Method by method, as the site has them: Bun's own router finds the ones of `all` in another way.
    for (const method of ['GET', 'POST']) app.route(method, path, () => ({ pool, route: path }))
  }
  app.listen({ hostname: '127.0.0.1', port: 0, reusePort: false })
  closeAfterTests(app, async (it) => void (await it.stop(true)))
  await haproxy.socket.addServer(pool, `${pool}-1`, '127.0.0.1', app.server?.port ?? 0)
}

let visitors = 0

/** Three requests of one new visitor, with the target as it is given. */
async function threeAnswers(haproxy: Haproxy, { method }: Route, target: string): Promise<Answer[]> {
  const at = ++visitors
  const from = `127.${2 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}`
  return answersIn(await sendRaw(haproxy.url, Array(3).fill(`${method} ${target}`), { from })).map(read)
}

function read(answer: string): Answer {
  const json = answer.match(/\{"pool".*\}/)?.[0]
  const retryAfter = answer.match(/^retry-after: (\d+)/im)?.[1]
  return {
    status: statusIn(answer),
    ...(json && JSON.parse(json)),
    ...(retryAfter && { retryAfter: Number(retryAfter) }),
  }
}

/** A path as proxies and servers have been known to take it for the same, or for another one. */
function spellingsOf(path: string): string[] {
  const percent = (text: string) =>
    [...text].map((letter) => `%${letter.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')
  const [, ...segments] = path.split('/')
  const last = segments.at(-1) ?? ''
  const before = path.slice(0, path.length - last.length)
  const dots = ['..', '%2e%2e', '%2E%2E', '.%2e', '%2e.', '%252e%252e', '..;', '%c0%ae%c0%ae', '%u002e%u002e']
  const slashes = ['//', '/./', '/%2e/', '\\', '/\\', '%2f', '%2F', '%5c', '%252f', '/;/', '/%20/', '/%09/']
  const firsts = ['/c', '/api/users', '/api/v1/users', '/api/v1/categories', '/account', '/market', '/admin']
  const lasts = ['/', '//', '/.', '/./', '/%2e', '/x/..', '/x/%2E%2E', '\\', '/x\\..', '%2f', '%5c', '%00']
  const more = ['%09', '%0a', '%20', '\t', ' ', '.', ';x', ';/..', '#x', '#/../x', '?', '?/../x', '??x']
  return [
    ...firsts.flatMap((first) => dots.map((dot) => `${first}/${dot}${path}`)),
    ...firsts.flatMap((first) => [`${first}/x/../..${path}`, `${first}\\..${path}`, `${first}/..%2f${path}`]),
    ...dots.map((dot) => `/${dot}${path}`),
    ...slashes.flatMap((slash) => [
      slash + segments.join('/'),
      slash + segments.join(slash),
      before + slash + last,
    ]),
    ...[...lasts, ...more].map((end) => path + end),
    ...[
      path.toUpperCase(),
      before + last.toUpperCase(),
      before + percent(last),
      `/${segments.map(percent).join('/')}`,
    ],
    ...[before + percent(last.slice(0, 1)) + last.slice(1), path.replace('a', 'ａ'), path.replace('s', 'ſ')],
    ...[
      'http://site.example',
      'https://site.example',
      'HTTP://SITE.EXAMPLE',
      'http:',
      '//site.example',
      '/http://x',
    ].flatMap((host) => [
      host + path,
      `${host}/c/..${path}`,
      `${host}/c/%2e%2e${path}`,
      `${host}\\${path.slice(1)}`,
    ]),
    ...[path.slice(1), `*`, `.${path}`, `?${path}`, `#${path}`],
  ]
}

import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { type ApiSite, openApiSite } from '../support/api/site.ts'
import { addOneOfEach } from '../support/site/one-of-each.ts'
import { newName, password } from '../support/site/page.ts'
import { addressOf, type Route, routesOf } from '../support/site/routes.ts'
import { newVisitor, type Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(120_000)

let site: ApiSite
let forms: Route[]
let values: Record<string, string>
const names = { ana: newName('ana'), bo: newName('bo') }

beforeAll(async () => {
  site = await openApiSite({ logs: 'admin' })
  await signedUp(names.ana)
  await signedUp(names.bo)
  const { write } = site.web.database
  await write(`UPDATE users SET role = 'admin' WHERE id = 1`)
  await addOneOfEach(site.web.database)
  await write(`INSERT INTO tokens (id, token_key, user_id, name) VALUES (1, 'x', 1, 'script')`)
  values = { category: 'Books', token: '0'.repeat(64), name: names.ana, kind: 'post' }
  await write(
    `INSERT INTO password_links (user_id, token_hash, expires_at)
     VALUES (1, UNHEX(SHA2(?, 256)), CURRENT_TIMESTAMP(3) + INTERVAL 1 HOUR)`,
    [values.token],
  )
  await write(
    `INSERT INTO addresses (user_id, language, address, address_key)
     VALUES (1, 'en', 'ana@board.example', UNHEX(SHA2('ana@board.example', 256)))`,
  )
  // One that somebody else confirmed meanwhile.
  await write(
    `INSERT INTO addresses (user_id, language, pending, token_hash, token_expires_at)
     VALUES (2, 'en', 'ana@board.example', UNHEX(SHA2(?, 256)), CURRENT_TIMESTAMP(3) + INTERVAL 1 HOUR)`,
    [values.token],
  )
  await write(`INSERT INTO member_groups (id, name, name_key) VALUES (1, 'choir', UNHEX(SHA2('choir', 256)))`)
  // Somebody's appeal against what the first member did.
  await write(
    `INSERT INTO moderation_actions (number, act, kind, subject_id, reason, done_by, done_at, hash, concerns)
     VALUES (1, 'warn', 'post', 1, 'Rude', 1, NOW(3), '', 2)`,
  )
  await write(`INSERT INTO appeals (action_number, user_id, body) VALUES (1, 2, 'It was right')`)
  const routes: Route[] = []
  for (const replica of [site.web, site.accounts, site.admin]) routes.push(...(await routesOf(replica)))
  forms = routes.filter(
    ({ method, path }) => method === 'POST' && !path.startsWith('/api/') && !neverRefused.includes(path),
  )
})

/** These take nothing that they could refuse, whoever sends it. */
const neverRefused = ['/session/end', '/audit/recount', '/posts/:id/likes', '/unsubscribe/:token']
/** What an admin can do with an empty form: it is tried as a stranger and as another member. */
const isDone = ({ path }: Route) => /\/(remove|complete|cancel|paid|invoice|send)$/.test(path)

test('every page that refuses a form leads on to pages that are there', async () => {
  const refused = new Set<string>()
  const wrong: string[] = []
  const senders: [name: string, visitor: Visitor][] = [
    ['a stranger', anyone()],
    ['bo', await signedIn(names.bo)],
    ['ana', await signedIn(names.ana)],
  ]

  for (const [sender, visitor] of senders) {
    const seen = new Map<string, Promise<number>>()
    for (const route of forms.filter((each) => sender !== 'ana' || !isDone(each))) {
      const address = addressOf(route, values)
      const answer = await visitor.post(address)
      if (answer.status < 400 || answer.status === 404) continue
      refused.add(route.path)
      const dead = await deadEnds(visitor, await answer.text(), address, seen)
      if (sender === 'a stranger') dead.push(...notThere([['signing in', await afterSignIn(address)]]))
      wrong.push(...dead.map((each) => `${sender}, ${route.path}, ${answer.status}: ${each}`))
    }
  }

  expect(wrong).toEqual([])
  expect(forms.map(({ path }) => path).filter((path) => !refused.has(path))).toEqual([])
})

test('where a form goes a browser reads the page that it stands on, and a program gets JSON', async () => {
  const { headers, status } = await anyone().get('/posts/1/comments?from=1')
  const program = await anyone().get('/posts/1/comments', { accept: '*/*' })
  const fragment = await anyone().get('/posts/1/comments', { 'hx-request': 'true' })

  expect([status, headers.get('location')]).toEqual([303, '/posts/1?from=1'])
  expect([program.status, program.headers.get('allow')]).toEqual([405, 'POST, OPTIONS'])
  expect(fragment.status).toBe(405)
})

const anyone = () => newVisitor(site.url)

async function signedUp(username: string): Promise<void> {
  await anyone().post('/signup', { username, password })
}

async function signedIn(username: string): Promise<Visitor> {
  const visitor = anyone()
  await visitor.post('/login', { username, password })
  return visitor
}

type End = [way: string, status: number]

const notThere = (ends: End[]) =>
  ends.filter(([, status]) => [404, 405].includes(status)).map(([way, status]) => `${way} is ${status}`)

/**
 * The ways on from a page at `address` that end where nothing is, or nothing that is read; `seen` are links
 * followed.
 */
async function deadEnds(
  visitor: Visitor,
  page: string,
  address: string,
  seen: Map<string, Promise<number>>,
): Promise<string[]> {
  const { links, actions } = waysOn(page, address)
  const follow = (link: string) => {
    const end = seen.get(link) ?? endOf(visitor, link, address)
    seen.set(link, end)
    return end
  }
  const ends: End[] = [['another language', await afterLanguage(visitor, address)]]
  for (const link of links) ends.push([`GET ${link}`, await follow(link)])
  for (const action of actions) ends.push([`POST ${action}`, await posts(action)])
  return notThere(ends)
}

/** Where links and forms of a page lead, as a browser at `address` understands them. */
function waysOn(page: string, address: string): { links: string[]; actions: string[] } {
  const links = new Set<string>()
  const actions = new Set<string>()
  const here = (to: string) => {
    const { pathname, search } = new URL(to.replaceAll('&amp;', '&'), site.url + address)
    return pathname + search
  }
  new HTMLRewriter()
    // A link to an app for codes leads to no page.
    .on('a:not([href^="otpauth:"])', { element: (a) => void links.add(here(a.getAttribute('href') ?? '')) })
    .on('form', {
      element: (form) => {
        const ways = form.getAttribute('method') === 'post' ? actions : links
        ways.add(here(form.getAttribute('action') ?? ''))
      },
    })
    .transform(page)
  return { links: [...links], actions: [...actions] }
}

/** What a browser gets in the end. */
async function endOf(visitor: Visitor, address: string, referer: string): Promise<number> {
  const answer = await visitor.get(address, { referer: site.url + referer })
  const location = answer.headers.get('location')
  return location ? endOf(visitor, location, referer) : answer.status
}

/** 405 where nothing is posted. */
async function posts(action: string): Promise<number> {
  const { headers } = await fetch(site.url + action, { method: 'OPTIONS' })
  return headers.get('allow')?.includes('POST') ? 200 : 405
}

async function afterLanguage(visitor: Visitor, address: string): Promise<number> {
  const answer = await visitor.post('/language', { language: 'en' }, { referer: site.url + address })
  return endOf(visitor, answer.headers.get('location')!, address)
}

async function afterSignIn(address: string): Promise<number> {
  const visitor = anyone()
  const page = await (await visitor.get('/login', { referer: site.url + address })).text()
  const next = page.match(/name="next" value="([^"]*)"/)?.[1] ?? ''
  const answer = await visitor.post('/login', { username: names.ana, password, next })
  return endOf(visitor, answer.headers.get('location')!, '/login')
}

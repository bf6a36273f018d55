import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { invalidatedBy } from '../../src/cache-policy.ts'
import { actsClient, newActId, sha1 } from '../support/acts/client.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { textsIn } from '../support/site/markup.ts'
import { longestStep } from '../support/steps.ts'
import { longestTurn, longestTurnOf } from '../support/turns.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

let web: Replica
let site: string
const { get, post, remove, ask, answerText } = actsClient(() => site)

/** Both services behind one address, as HAProxy has them, with CHAOS on and nobody on the board. */
async function openSite(settings: Partial<Replica['context']['config']> = {}) {
  const haproxy = closeAfterTests(
    Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: (request) => serve(request) }),
    (it) => it.stop(true),
  )
  const balancerUrl = `http://127.0.0.1:${haproxy.port}`
  const replica = await openReplica({ balancerUrl, chaos: true, ...settings })
  const accounts = await replica.as('accounts', { balancerUrl, chaos: true, ...settings })
  const serve = (request: Request) =>
    /^\/api\/v1\/(users|validate_user)/.test(new URL(request.url).pathname)
      ? accounts.app.handle(request)
      : replica.app.handle(request)
  return { replica, accounts, url: balancerUrl }
}

const act = (changes: Record<string, unknown> = {}) => ({
  actId: newActId(),
  username: 'ana',
  timestamp: '01-02-2024:00-30-10',
  caption: 'watered the lime tree',
  categoryName: 'park',
  imgB64: 'aGVsbG8=',
  ...changes,
})

beforeAll(async () => {
  const opened = await openSite()
  web = opened.replica
  site = opened.url
})

test('an empty service has no users, no categories and no acts', async () => {
  const answers = [
    await answerText(get('/users')),
    await answerText(get('/categories')),
    await answerText(get('/acts/count')),
    await answerText(get('/list_act_user/ana')),
  ]

  expect(answers).toEqual(['204', '204', '200 [0]', '204'])
})

test('a category may be called like something every object has', async () => {
  for (const name of ['__proto__', 'constructor', '..', '1']) await post('/categories', [name])

  const { text } = await get('/categories')
  for (const name of ['__proto__', 'constructor', '1']) await remove(`/categories/${name}`)
  await web.database.write('DELETE FROM categories')

  expect(text).toBe('{"__proto__":0,"constructor":0,"..":0,"1":0}')
})

test('an act is a post: its caption is title and text, its likes are upvotes', async () => {
  await post('/users', { username: 'ana', password: sha1('x') })
  await post('/categories', ['park'])
  const one = act({ caption: 'first line\nsecond <line>' })
  await post('/acts', one)
  const [stored] = await web.database.rows<{ id: number }>('SELECT id FROM posts')

  const page = await (await web.visitor().get(`/posts/${stored!.id}`)).text()
  await web.visitor().post(`/posts/${stored!.id}/likes`)
  const [listed] = JSON.parse((await get('/list_act_user/ana')).text)

  expect(textsIn(page, 'h1[dir=auto]')[0]).toStartWith('first line second <line')
  expect(listed.upvotes).toBe(1)
})

test('marks that are piled up in a caption stay there, and paint over nothing on the board', async () => {
  const caption = `limes${'\u0301'.repeat(50)} and\nlemons${'\u0301'.repeat(50)}`
  await post('/categories', ['piles'])
  await post('/acts', act({ caption, categoryName: 'piles' }))
  const [stored] = await web.database.rows<{ id: number }>('SELECT MAX(id) AS id FROM posts')
  const places = ['/c/piles', `/posts/${stored!.id}`, '/c/piles/feed']

  for (const place of places) {
    const page = await (await web.visitor().get(place)).text()
    expect([place, page.includes('lemons'), /\p{M}{7}/u.test(page)]).toEqual([place, true, false])
  }
  const [listed] = JSON.parse((await get('/categories/piles/acts')).text)
  expect(listed.caption).toBe(caption)
})

test.each([
  ['nothing', '\u200b\u2060\ufe0f'],
  ['nothing where a title ends', `${'\u200b'.repeat(250)}late`],
])('a caption that shows %s leaves no link empty', async (what, caption) => {
  const categoryName = `unseen, ${what}`
  await post('/categories', [categoryName])
  await post('/acts', act({ caption, categoryName }))

  const page = await (await web.visitor().get(`/c/${encodeURIComponent(categoryName)}`)).text()

  expect(textsIn(page, 'h2[dir=auto] > a')).toEqual(['Untitled'])
})

test('a title of the release before that shows nothing is called so wherever it stands', async () => {
  await post('/categories', ['unseen'])
  await post('/acts', act({ categoryName: 'unseen' }))
  const [stored] = await web.database.rows<{ id: number }>('SELECT MAX(id) AS id FROM posts')
  await web.database.write("UPDATE posts SET title = '\u200b\u3164' WHERE id = ?", [stored!.id])
  const at = `/posts/${stored!.id}`

  const shown = async (path: string, language = 'en') =>
    (await web.visitor().get(path, { 'accept-language': language })).text()

  expect(textsIn(await shown('/c/unseen'), 'h2[dir=auto] > a')).toEqual(['Untitled'])
  expect(textsIn(await shown('/c/unseen', 'ar'), 'h2[dir=auto] > a')).toEqual(['بلا عنوان'])
  expect(textsIn(await shown(at), 'h1[dir=auto]')).toEqual(['Untitled'])
  expect(textsIn(await shown(`/audit${at}`), `a[href="${at}"]`)).toEqual(['Untitled'])
  for (const feed of ['/c/unseen/feed', `${at}/feed`]) expect(await shown(feed, 'ar')).toContain('Untitled')
})

test('a hundred large pictures come in portions, whole', async () => {
  const imgB64 = Buffer.alloc(300_000, 'street').toString('base64')
  for (let n = 0; n < 25; n++) await post('/acts', act({ imgB64 }))

  const response = await fetch(`${site}/api/v1/categories/park/acts`)
  const acts = (await response.json()) as { imgB64: string }[]

  expect(response.headers.get('content-length')).toBeNull()
  expect(acts.length).toBe(26)
  expect(acts.slice(0, 25).every((each) => each.imgB64 === imgB64)).toBe(true)
})

test('a hundred acts of a megabyte each hold up nobody else', async () => {
  await post('/categories', ['album'])
  const imgB64 = Buffer.alloc(1024 * 1024, 'street').toString('base64')
  for (let n = 0; n < 100; n++) await post('/acts', act({ categoryName: 'album', imgB64 }))
  let bytes = 0
  /** How much had been read when each of the others was answered. */
  const between: number[] = []

  const { body } = await fetch(`${site}/api/v1/categories/album/acts`)
  const reader = (async () => {
    for await (const part of body!) bytes += part.byteLength
    return 'read'
  })()
  while ((await Promise.race([reader, Bun.sleep(5)])) !== 'read') {
    await get('/acts/count')
    between.push(bytes)
  }

  expect(bytes).toBeGreaterThan(100 * imgB64.length)
  expect(between.length).toBeGreaterThan(10)
  expect(longestStep([...between, bytes])).toBeLessThan(bytes / 2)
  await remove('/categories/album')
})

test.each(['word ', 'أحمد ', `'"\\`, 'a\u0301\u0316', '\n\u0001'])(
  'an act with a caption of 12 MB of %j holds up nobody for longer than any body of that size may',
  async (piece) => {
    await post('/categories', ['tall'])
    const bytes = Buffer.byteLength(JSON.stringify(piece)) - 2
    const caption = piece.repeat(Math.floor(12_000_000 / bytes))
    const text = () => JSON.stringify(act({ categoryName: 'tall', caption }))
    let next = text()

    const turn = await longestTurn(
      () => post('/acts', next),
      longBodyMs,
      () => {
        next = text()
      },
    )

    expect(turn).toMatchObject({ isLong: false })
    await remove('/categories/tall')
  },
)

/** The most bytes that a body may have, where names have any length and a password is asked for. */
const longest = 16 * 1024 * 1024
const filled = (piece: string, rest: string) =>
  piece.repeat((longest - rest.length) / Buffer.byteLength(piece))
const asked = (name: string) => `{"username":"${name}","password":"${sha1('x')}"}`
test.each([
  ['letters', asked(filled('x', asked('')))],
  ['letters with accents', asked(filled('é', asked('')))],
  ['letters of another script', asked(filled('أ', asked('')))],
  ['escapes', asked(filled('\\n', asked('')))],
  ['escaped letters', asked(filled('\\u0623', asked('')))],
  ['escaped halves of characters', asked(filled('\\ud83d\\ude00', asked('')))],
  ['texts of a hundred kilobytes', `[${filled(`"${'x\\n'.repeat(33_000)}",`, '[1]')}1]`],
  ['a field with a long name', `{"${filled('\\t', '{"":1}')}":1}`],
  ['spaces', `${filled(' ', asked('ana'))}${asked('ana')}`],
  ['digits', `{"username":${filled('7', asked(''))},"password":"${sha1('x')}"}`],
])('whose password is asked for in 16 MB of %s holds up nobody else', async (_, text) => {
  const turn = await longestTurn(() => post('/validate_user', text), mostTurnMs)

  expect(turn).toMatchObject({ isLong: false })
})

test('a name of megabytes has its password, however it is written in JSON', async () => {
  const username = '"é\u0301\n\ufeff😀\\أ'.repeat(100_000)
  const password = sha1('x')
  await post('/users', { username, password })
  const escaped = JSON.stringify(username).replaceAll('😀', '\\ud83d\\ude00').replaceAll('é', '\\u00e9')

  const answers = [
    await post('/validate_user', { username, password }),
    await post('/validate_user', `{"username":${escaped},"password":"${password}"}`),
    await post('/validate_user', { username, password: sha1('y') }),
    await post('/validate_user', { username: `${username}x`, password }),
    await post('/validate_user', JSON.stringify({ username, password }).replace('\\n', '\n')),
    await post('/validate_user', `{"username":"${username.slice(1, 40)}`.padEnd(4 * megabyte, 'x')),
  ]

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 400, 204, 400, 400])
  await web.database.write('DELETE FROM users WHERE LENGTH(name) > 1000000')
})

/** As in test/http/route-body-limits.test.ts, of what is read at all. */
const longBodyMs = 250

/** The shortest of three tries, each of which reads the whole list: how long it is, and its longest turn. */
async function readList(path: string) {
  let [bytes, turnMs] = [0, Number.POSITIVE_INFINITY]
  for (let tries = 0; tries < 3; tries++) {
    bytes = 0
    const turn = await longestTurnOf(async () => {
      const { body } = await fetch(`${site}/api/v1${path}`)
      for await (const part of body!) bytes += part.byteLength
    })
    turnMs = Math.min(turnMs, turn)
  }
  return { bytes, turnMs }
}

const megabyte = 1024 * 1024
/** Far below what one answer in one piece takes, far above what a turn of it does. */
const mostTurnMs = 50

test('acts in a category whose name has megabytes hold up nobody else', async () => {
  const categoryName = 'x'.repeat(4 * megabyte)
  await post('/categories', [categoryName])
  await post('/users', { username: 'wordy', password: sha1('x') })
  for (let n = 0; n < 20; n++) await post('/acts', act({ username: 'wordy', categoryName }))

  const { bytes, turnMs } = await readList('/list_act_user/wordy')
  const last = JSON.parse((await get('/list_act_user/wordy')).text).at(-1)

  expect(bytes).toBeGreaterThan(80 * megabyte)
  expect(turnMs).toBeLessThan(mostTurnMs)
  expect(last.categoryName === categoryName).toBe(true)
  await web.database.write("DELETE FROM categories WHERE name LIKE 'xxx%'")
})

test('names of megabytes are listed whole, and hold up nobody else', async () => {
  const names = Array.from({ length: 3 }, (_, n) => `${n}${'"😀\\n\u0001é'.repeat(megabyte / 2)}`)
  for (const name of names) {
    await web.database.write('INSERT INTO users (name, name_key) VALUES (?, UNHEX(SHA2(?, 256)))', [
      name,
      name,
    ])
    await web.database.write('INSERT INTO categories (name, name_key) VALUES (?, UNHEX(SHA2(?, 256)))', [
      name,
      name,
    ])
  }

  const users = await readList('/users')
  const categories = await readList('/categories')
  const listed: string[] = JSON.parse((await get('/users')).text)
  const counted = JSON.parse((await get('/categories')).text)

  expect(Math.max(users.turnMs, categories.turnMs)).toBeLessThan(mostTurnMs)
  expect(Math.min(users.bytes, categories.bytes)).toBeGreaterThan(15 * megabyte)
  expect(names.every((name) => listed.includes(name) && counted[name] === 0)).toBe(true)
})

test('who uploads an act is looked up by the users service, and not in a list of everybody', async () => {
  const question: string[] = []
  const users = await web.as('accounts')
  const haproxy = closeAfterTests(
    Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      async fetch(request) {
        const answer = await users.app.handle(request)
        question.push(`${request.method} ${new URL(request.url).pathname} ${await answer.clone().text()}`)
        return answer
      },
    }),
    (it) => it.stop(true),
  )
  const replica = await web.as('web', { balancerUrl: haproxy.url.origin })
  const upload = async (username: string) => {
    const body = JSON.stringify(act({ username }))
    const url = `${haproxy.url.origin}/api/v1/acts`
    return (await replica.app.handle(new Request(url, { method: 'POST', body }))).status
  }

  const statuses = [await upload('ana'), await upload('Ana'), await upload('nobody')]

  expect(statuses).toEqual([201, 400, 400])
  expect(question).toEqual(['GET /api/v1/users ["ana"]', 'GET /api/v1/users ', 'GET /api/v1/users '])
  await web.database.write("DELETE FROM users WHERE name LIKE '_\"%'")
  await web.database.write("DELETE FROM categories WHERE name LIKE '_\"%'")
})

test('paths that are no UTF-8 name nothing', async () => {
  const paths = ['/categories/%ff/acts/size', '/users/%zz', '/acts/%', '/list_act_user/%C3%28']

  const answers = await Promise.all(
    paths.map((path) =>
      answerText(ask(path.endsWith('size') || path.startsWith('/list') ? 'GET' : 'DELETE', path)),
    ),
  )

  expect(answers).toEqual(paths.map(() => '400 {}'))
})

test('calls are counted with Redis away, and nothing fails', async () => {
  await remove('/_count')
  await get('/categories')
  await web.redis.kill()

  const answers = [
    await answerText(get('/categories')),
    await answerText(get('/acts/count')),
    await answerText(get('/_count')),
  ]
  await web.redis.restart()
  const after = await until(async () => {
    const count = await answerText(get('/_count'))
    return web.context.calls && count !== '200 [0]' && count
  })

  expect(answers[0]).toStartWith('200 ')
  expect(answers[2]).toBe('200 [3]')
  expect(after).toBe('200 [3]')
})

test('only with a token does a closed service write, and then only what its member may', async () => {
  const closed = await openSite({ actsApiOpen: false })
  const before = site
  site = closed.url
  const { database } = closed.replica
  await database.write("INSERT INTO users (name, name_key) VALUES ('ana', UNHEX(SHA2('ana', 256)))")
  await database.write("INSERT INTO users (name, name_key) VALUES ('bo', UNHEX(SHA2('bo', 256)))")
  const secret = `agora_${'a'.repeat(43)}`
  await database.write(
    "INSERT INTO tokens (token_key, user_id, name) SELECT UNHEX(SHA2(?, 256)), id, 'x' FROM users WHERE name = 'ana'",
    [secret],
  )
  const withToken = async (method: string, path: string, body?: unknown) => {
    const headers = { authorization: `Bearer ${secret}` }
    return (
      await fetch(`${site}/api/v1${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    ).status
  }

  const without = [
    await answerText(post('/categories', ['park'])),
    await answerText(post('/users', { username: 'cem', password: sha1('x') })),
    await answerText(remove('/users/ana')),
    await answerText(remove('/acts/7')),
    await answerText(post('/acts/upvote', [7])),
    await answerText(post('/acts', act())),
  ]
  const reads = [(await get('/users')).status, (await get('/categories')).status]
  const one = act()
  const own = [
    await withToken('POST', '/categories', ['park']),
    await withToken('POST', '/acts', one),
    await withToken('POST', '/acts/upvote', [one.actId]),
    await withToken('DELETE', `/acts/${one.actId}`),
  ]
  const others = [
    await withToken('POST', '/acts', act({ username: 'bo' })),
    await withToken('DELETE', '/users/bo'),
    await withToken('DELETE', '/categories/park'),
  ]
  // What would wait for moderators on the board is not answered as if it were there.
  await database.write(`INSERT INTO settings (name, value) VALUES ('NEWCOMERS', '{"hold":1}')`)
  await closed.replica.context.cache.invalidate(invalidatedBy.settingsChanged())
  const waiting = [await withToken('POST', '/acts', act()), await answerText(get('/acts/count'))]
  site = before

  expect(without).toEqual(without.map(() => '401 {}'))
  expect(reads).toEqual([200, 204])
  expect(own).toEqual([201, 201, 200, 200])
  expect(others).toEqual([403, 403, 403])
  expect(waiting).toEqual([400, '200 [0]'])
})

test('a replica that was made to crash answers 500 to everything', async () => {
  const { url, accounts } = await openSite()
  const before = site
  site = url

  const crashed = await answerText(post('/_crash', ''))
  const answers = await Promise.all(
    ['/api/v1/categories', '/api/v1/_health', '/up', '/', '/static/x'].map((path) => fetch(url + path)),
  )
  const others = await answerText(get('/users'))
  site = before

  expect(crashed).toBe('200')
  expect(answers.map(({ status }) => status)).toEqual([500, 500, 500, 500, 500])
  expect(others).toBe('204')
  expect(accounts.context.lifecycle.isFailing()).toBe(false)
})

test('without CHAOS there is nothing that crashes a replica', async () => {
  const { url } = await openSite({ chaos: false })

  const response = await fetch(`${url}/api/v1/_crash`, { method: 'POST' })

  expect(response.status).toBe(404)
})

test.each(['\\u0639', '\\n', '\\"'])('a text may have as many letters written as %s', async (letter) => {
  await post('/users', { username: 'ana', password: sha1('ana') })
  await post('/categories', ['park'])
  const body = JSON.stringify(act({ caption: 'CAPTION' })).replace('CAPTION', letter.repeat(100_000))

  const answer = await fetch(`${site}/api/v1/acts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })

  expect(answer.status).toBe(201)
})

describe('a board for this machine alone is open to write', () => {
  let here: Pick<Replica, 'app'>
  beforeAll(async () => {
    here = await web.as('web', { actsApiHosts: ['board.example'] })
  })

  const writes = async (host: string, to = here) => {
    const request = new Request(`http://${host}/api/v1/categories`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([`by ${host}`]),
    })
    return (await to.app.handle(request)).status
  }

  test.each(['localhost:8080', '127.0.0.1', '[::1]:8080', '192.168.1.5', 'agora.localhost', 'board.example'])(
    'by %s',
    async (host) => {
      expect(await writes(host)).toBe(201)
    },
  )

  test.each(['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example', 'nas:8080'])(
    'and not by %s, which still reads',
    async (host) => {
      const read = await here.app.handle(new Request(`http://${host}/api/v1/categories`))

      expect([await writes(host), read.status]).toEqual([400, 200])
    },
  )

  test('by any name where others are meant to reach it', async () => {
    expect(await writes('nas:8080', web)).toBe(201)
  })
})

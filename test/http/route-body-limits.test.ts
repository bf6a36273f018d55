import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { bodyBytes, bodyLimitsOf, takesFiles } from '../../src/http/route-body-limits.ts'
import type { Document } from '../../src/openapi/document.ts'
import type { Config } from '../../src/platform/config.ts'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { find } from '../support/site/markup.ts'
import { addCategory, newMember } from '../support/site/members.ts'
import { addressOf, routesOf } from '../support/site/routes.ts'
import type { Visitor } from '../support/site/visitor.ts'
import { longestTurn } from '../support/turns.ts'

setDefaultTimeout(300_000)

/**
 * No request may keep everyone else waiting for longer, in processor time of one turn: what a body of a few
 * hundred kilobytes takes, and what one of as many megabytes as a file may have takes to be read at all. The
 * faults took seconds.
 */
const mostMs = (bytes: number) => Math.max(100, (250 * bytes) / most)

const roles: Config['role'][] = ['web', 'accounts', 'admin']
const replicas = new Map<string, Omit<Replica, 'as'>>()
let ana: Visitor

beforeAll(async () => {
  const web = await openReplica()
  await addCategory(web, 'Books')
  ana = await newMember(web, 'ana', 'admin')
  await ana.post('/posts', { category: 'Books', title: 'A', body: 'B' })
  await ana.post('/posts/1/comments', { body: 'C' })
  replicas.set('web', web)
  for (const role of ['accounts', 'admin'] as const) replicas.set(role, await web.as(role))
})

const most = 16 * 1024 * 1024
const [form, json, files] = [
  'application/x-www-form-urlencoded',
  'application/json',
  'multipart/form-data; boundary=x',
]
const filled = (piece: string, bytes: number) => piece.repeat(Math.floor(bytes / Buffer.byteLength(piece)))
const numbered = (bytes: number, piece: (number: string) => string) => {
  const pieces: string[] = []
  for (let [n, length] = [0, 0]; length < bytes; n++) {
    pieces.push(piece(n.toString(36)))
    length += pieces[n]!.length
  }
  return pieces.join('')
}
const part = (name: string, text: string, more = '') =>
  `--x\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${text}\r\n`

/** What features read, so that a text gets as far as it can. */
const fieldNames = [
  'username',
  'password',
  'name',
  'title',
  'body',
  'category',
  'reason',
  'current',
  'confirm',
  'caption',
]
  .concat([
    'alt',
    'price',
    'quantity',
    'item',
    'language',
    'next',
    'version',
    'change',
    'parent',
    'once',
    'key',
    'state',
  ])
  .concat([
    'accent',
    'act',
    'address',
    'answer',
    'code',
    'contact',
    'days',
    'decision',
    'description',
    'filter',
    'hue',
    'id',
  ])
  .concat([
    'imprint',
    'invite',
    'kind',
    'level',
    'note',
    'pace',
    'place',
    'question',
    'rule',
    'text',
    'timeZone',
    'until',
  ])
  .concat(['uses', 'welcome', 'held', 'homepage', 'refused'])
const names = ['username', 'password']
const texts = ['title', 'body']
const marks = 'a\u0301\u0316'
const allOf = (text: string, names = fieldNames) => Object.fromEntries(names.map((name) => [name, text]))

/** Bodies of many kinds, each of so many bytes; the texts stand in every field that there is. */
const hostile: Record<string, [type: string, body: (bytes: number) => string]> = {
  numbers: [json, (bytes) => `[${filled('1,', bytes - 3)}1]`],
  keys: [json, (bytes) => `{${numbered(bytes - 20, (n) => `"${n}":1,`)}"a":1}`],
  elements: [json, (bytes) => `{"items":[${filled('{"x":"1"},', bytes - 24)}{}]}`],
  'lists in lists': [json, (bytes) => filled('[', bytes)],
  'objects in objects': [json, (bytes) => filled('{"a":', bytes)],
  'a long number': [json, (bytes) => `[${filled('1', bytes - 2)}]`],
  'a long decimal': [json, (bytes) => `[1.${filled('3', bytes - 4)}]`],
  escapes: [json, (bytes) => `["${filled('\\n', bytes - 4)}"]`],
  'escaped quotes that never end': [json, (bytes) => `["${filled('\\"', bytes - 2)}`],
  spaces: [json, (bytes) => `[${filled(' ', bytes - 2)}]`],
  'text of JSON': [json, (bytes) => JSON.stringify(allOf(filled(marks, bytes / fieldNames.length - 20)))],
  'letters of JSON': [json, (bytes) => JSON.stringify(allOf(filled('x #a', bytes / fieldNames.length - 20)))],
  'marks of a name': [json, (bytes) => JSON.stringify(allOf(filled(marks, bytes / 2 - 20), names))],
  'marks of a post': [
    json,
    (bytes) => JSON.stringify({ category: 'Books', ...allOf(filled(marks, bytes / 2 - 40), texts) }),
  ],
  'letters of a name': [json, (bytes) => JSON.stringify(allOf(filled('e\u0301', bytes / 2 - 20), names))],
  fields: [form, (bytes) => numbered(bytes - 8, (n) => `${n}=&`)],
  'one field many times': [form, (bytes) => filled('a=&', bytes)],
  marks: [
    form,
    (bytes) => new URLSearchParams(allOf(filled(marks, bytes / fieldNames.length / 5))).toString(),
  ],
  'a text': [
    form,
    (bytes) => fieldNames.map((name) => `${name}=${filled('x+<', bytes / fieldNames.length - 20)}`).join('&'),
  ],
  'an address of dots': [
    form,
    (bytes) =>
      fieldNames.map((name) => `${name}=a@${filled('.', bytes / fieldNames.length - 20)}+x`).join('&'),
  ],
  'a contact of dots': [form, (bytes) => `name=Agora&contact=a@${filled('.', bytes - 40)}+x`],
  'one text': [form, (bytes) => `category=Books&title=A&body=${filled('x<', bytes - 40)}`],
  parts: [files, (bytes) => `${numbered(bytes - 100, (n) => part(n, 'v'))}--x--\r\n`],
  'a text among files': [
    files,
    (bytes) =>
      `${part('category', 'Books')}${part('title', 'A')}${part('body', filled('x<', bytes - 400))}--x--\r\n`,
  ],
  'fields under a type like that of a form': [
    'application/x',
    (bytes) => numbered(bytes - 8, (n) => `${n}=&`),
  ],
  'fields under a longer type': [`${form}x`, (bytes) => numbered(bytes - 8, (n) => `${n}=&`)],
  'fields under a type in capitals': [form.toUpperCase(), (bytes) => numbered(bytes - 8, (n) => `${n}=&`)],
  'parts under a type like that of files': [
    'multipart/form-datax; boundary=x',
    (bytes) => `${numbered(bytes - 100, (n) => part(n, 'v'))}--x--\r\n`,
  ],
  'parts under a type that names theirs later': [
    `xxxxxxxxxxxxr; ${files}`,
    (bytes) => `${numbered(bytes - 100, (n) => part(n, 'v'))}--x--\r\n`,
  ],
  'a long name of a part': [files, (bytes) => `${part(filled('n', bytes - 200), 'v')}--x--\r\n`],
  'a file that is none': [
    files,
    (bytes) =>
      `${part('image', filled('\u0000x', bytes - 200), '; filename="a.png"')}${part('file', '', '; filename="a"')}--x--\r\n`,
  ],
}

/** What does its work whatever its body says: what others write about would be gone. */
const needsNoBody =
  /^(DELETE|POST \/(posts\/:id\/remove|comments\/:id\/remove|session\/end|.*\/sessions\/|.*\/likes))/

test.each(roles)('no body that is sent to the role %s holds up others, whatever is in it', async (role) => {
  const { app } = replicas.get(role)!
  const cookie = [...ana.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const routes = (await routesOf({ app })).filter(({ method }) => method !== 'GET')
  const wrong: string[] = []

  for (const [number, [kind, [type, make]]] of Object.entries(hostile).entries()) {
    // Strangers are mostly refused before anybody reads what they sent.
    const others = role === 'accounts' || number % 4 === 0 ? [{}] : []
    const bodies = new Map<number, Buffer<ArrayBuffer>>()
    for (const [place, route] of routes.entries()) {
      const name = `${route.method} ${route.path}`
      const limit =
        type === files && takesFiles.includes(route.path) ? most : (bodyBytes[route.path] ?? 65_536)
      // Where any size may be sent, each fourth is as long as may be.
      const size = Math.min(limit, (number + place) % 4 === 0 ? most : most / 4)
      const body = bodies.get(size) ?? Buffer.from(make(size))
      bodies.set(size, body)
      const send = async (who: Record<string, string>) => {
        const headers = {
          origin,
          accept: 'text/html',
          'content-type': type,
          'content-length': `${body.length}`,
          ...who,
        }
        const address = origin + addressOf(route, { category: 'Books', name: 'ana' })
        const answer = await app.handle(new Request(address, { method: route.method, headers, body }))
        const text = await answer.text()
        // A 503 is of what asks replicas of other roles: there is no HAProxy here.
        if (answer.status === 500 || text.length > 4 * size + 100_000)
          wrong.push(`${name} ${kind} ${answer.status} ${text.length} characters`)
      }
      for (const who of needsNoBody.test(name) ? [{}] : [...others, { cookie }]) {
        const { ms, isLong } = await longestTurn(() => send(who as Record<string, string>), mostMs(size))
        if (isLong) wrong.push(`${name} ${kind} ${size} ${Math.round(ms)} ms`)
      }
    }
  }

  expect(routes.length).toBeGreaterThan(5)
  expect(wrong).toEqual([])
})

test('the table names routes that there are', async () => {
  const routes = [...replicas.values()].flatMap(({ app }) => app.routes.map(({ path }) => path))

  expect([...Object.keys(bodyBytes), ...takesFiles].filter((path) => !routes.includes(path))).toEqual([])
})

test('whatever a form or the document has files sent to takes them', async () => {
  const document = (await (
    await replicas.get('web')!.app.handle(new Request(`${origin}/api/openapi.json`))
  ).json()) as Document
  const named = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.values(methods).some(({ requestBody }) =>
      Object.keys((requestBody as RequestBody | undefined)?.content ?? {}).includes('multipart/form-data'),
    )
      ? [path.replaceAll(/\{(\w+)\}/g, ':$1')]
      : [],
  )
  const views = [...new Bun.Glob('views/*.tsx').scanSync()]
    .map((name) => readFileSync(name, 'utf8'))
    .join('\n')
  const actions = [...views.matchAll(/<form\b[^>]*?\baction=["{`]+(\/[^"`]+)[^>]*?multipart\/form-data/g)]
  const imports = [...views.matchAll(/["'](\/[\w/]+\/import)["']/g)]
  const sent = [...actions, ...imports].map(([, path = '']) => path.replaceAll(/\$\{\w+\}/g, ':id'))

  expect(named.length).toBeGreaterThan(3)
  expect(sent.length).toBeGreaterThan(6)
  expect([...named, ...sent].filter((path) => !takesFiles.includes(path))).toEqual([])
})

type RequestBody = { content: Record<string, unknown> }

/** A character of four bytes, each as in `%F0`. */
const widest = 12

test.each(roles)('what the forms of the role %s let people type is taken, in any script', async (role) => {
  const { app } = replicas.get(role)!
  const cookie = [...ana.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const pages = (await routesOf({ app })).filter(({ method }) => method === 'GET')
  const tooSmall: string[] = []
  const seen = new Set<string>()

  for (const route of pages) {
    if (/live|\/inner|logout/.test(route.path)) continue
    const address = origin + addressOf(route, { category: 'Books', name: 'ana', kind: 'post' })
    const answer = await app.handle(new Request(address, { headers: { accept: 'text/html', cookie } }))
    if (!answer.headers.get('content-type')?.startsWith('text/html')) continue
    const page = await answer.text()
    for (const [whole] of page.matchAll(/<form\b[\s\S]*?<\/form>/g)) {
      const [form] = find(whole, 'form')
      const action = form?.attributes.action || route.path
      if (form?.attributes.method !== 'post' || form.attributes.enctype || seen.has(action)) continue
      seen.add(action)
      const letters = find(whole, '[maxlength]').reduce(
        (n, { attributes }) => n + Number(attributes.maxlength),
        0,
      )
      if (bodyLimitsOf(action, false).bytes < letters * widest + 2_000) tooSmall.push(`${action} ${letters}`)
    }
  }

  expect(seen.size).toBeGreaterThan(0)
  expect(tooSmall).toEqual([])
})

test('as many rules as there may be are taken at once, in any script', async () => {
  const { app } = replicas.get('admin')!
  const cookie = [...ana.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const rule = { title: '😀'.repeat(100), body: '😀'.repeat(2_000) }
  // As programs write them that keep to ASCII.
  const body = JSON.stringify({ rules: Array(50).fill(rule) }).replaceAll('😀', '\\ud83d\\ude00')
  const headers = { origin, cookie, 'content-type': 'application/json', 'content-length': `${body.length}` }

  const answer = await app.handle(
    new Request(`${origin}/api/moderation/rules`, { method: 'PUT', headers, body }),
  )

  expect(answer.status).toBe(200)
})

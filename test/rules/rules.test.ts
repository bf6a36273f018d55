import { beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { attributeIn, textsIn } from '../support/site/markup.ts'
import { addCategory, newMember } from '../support/site/members.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let web: Replica
let admin: Omit<Replica, 'as'>
let ana: Visitor
let root: Visitor

beforeAll(async () => {
  web = await openReplica()
  admin = await web.as('admin')
  ana = await newMember(web, 'ana')
  root = await newMember(web, 'rosa', 'admin')
  await addCategory(web, 'Books')
})
beforeEach(() => web.database.write('DELETE FROM rules'))

type Rule = { id: number; title: string; body: string }

function send(method: string, path: string, who: Visitor, body?: unknown, more = {}): Promise<Response> {
  const cookie = [...who.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const headers = { origin, cookie, 'content-type': 'application/json', ...more }
  const { app } = path.startsWith('/api/moderation') ? admin : web
  return app.handle(
    new Request(origin + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) }),
  )
}

const at = ({ visitor }: Pick<Replica, 'visitor'>, who: Visitor): Visitor => {
  const other = visitor()
  for (const [name, value] of who.cookies) other.cookies.set(name, value)
  return other
}

const idIn = async (answer: Promise<Response>) => ((await (await answer).json()) as { id: number }).id
const write = () =>
  idIn(send('POST', '/api/posts', ana, { category: 'Books', title: 'A post', body: 'What I wrote' }))
const put = (rules: object[], who = root) => send('PUT', '/api/moderation/rules', who, { rules })
async function add(title: string): Promise<number> {
  const [rule] = (await (await put([{ title, body: 'So be it' }])).json()) as { id: number }[]
  return rule!.id
}
const titles = async () => textsIn(await (await ana.get('/rules')).text(), 'main h2')

describe('the rules of the board', () => {
  test('are written by admins on a page of theirs, in an order, and read by everybody', async () => {
    const page = at(admin, root)
    for (const title of ['Be <b>kind', 'No spam', 'Stay on topic'])
      expect((await page.post('/admin/rules', { title, body: 'Always & everywhere' })).status).toBe(303)
    const [{ id = 0 } = {}] = await web.database.rows<{ id: number }>(
      `SELECT id FROM rules WHERE title = 'Stay on topic'`,
    )

    await page.post(`/admin/rules/${id}/move`, { way: 'up' })
    await page.post(`/admin/rules/${id}/move`, { way: 'up' })
    await page.post(`/admin/rules/${id}/move`, { way: 'up' })
    await page.post(`/admin/rules/${id}`, { title: 'On topic', body: 'Please' })
    const stranger = await (await web.visitor().get('/rules')).text()

    expect(textsIn(stranger, 'main h2')).toEqual(['On topic', 'Be <b>kind', 'No spam'])
    expect(stranger).toContain('Always &amp; everywhere')
    await page.post(`/admin/rules/${id}/move`, { way: 'down' })
    await page.post(`/admin/rules/${id + 999}/remove`)
    expect(await titles()).toEqual(['Be <b>kind', 'On topic', 'No spam'])
    expect((await page.post(`/admin/rules/${id}/remove`)).status).toBe(303)
    expect(await titles()).toEqual(['Be <b>kind', 'No spam'])
  })

  test('are not overwritten by who has seen them as they were, in another tab', async () => {
    const id = await add('Be kind')
    const page = at(admin, root)
    const version = attributeIn(await (await page.get('/admin/rules')).text(), '[name=version]', 'value')

    const first = await page.post(`/admin/rules/${id}`, { version, title: 'Be very kind', body: '' })
    const second = await page.post(`/admin/rules/${id}`, { version, title: 'Be kinder', body: '' })
    const shown = await second.text()
    const again = attributeIn(shown, '[name=version]', 'value')

    expect([first.status, second.status]).toEqual([303, 409])
    expect(await titles()).toEqual(['Be very kind'])
    expect(shown).toContain('This was changed meanwhile')
    expect(shown).toContain('value="Be kinder"')
    expect((await page.post(`/admin/rules/${id}`, { version: again, title: 'Be kinder' })).status).toBe(303)
  })

  test('are the same for programs, and nobody but admins writes them', async () => {
    const made = (await (await put([{ title: 'One' }, { title: 'Two', body: 'So be it' }])).json()) as Rule[]
    const [one, two] = made as [Rule, Rule]
    const etag = (await send('GET', '/api/rules', ana)).headers.get('etag') ?? ''
    const since = [{ ...two, body: 'Another' }, { title: 'Three' }, one]

    const answers = [
      await put([], ana),
      await put([{ id: 999, title: 'None' }]),
      await put([{ title: 'Right' }, { title: ' ' }]),
      await put(Array.from({ length: 51 }, () => ({ title: 'Many' }))),
      await send('PUT', '/api/moderation/rules', root, { rules: since }, { 'if-match': etag }),
      await send('PUT', '/api/moderation/rules', root, { rules: [] }, { 'if-match': etag }),
    ]

    expect(answers.map(({ status }) => status)).toEqual([403, 404, 422, 422, 200, 412])
    expect(await answers[2]!.json()).toMatchObject({ errors: { 'rules[1].title': 'A rule needs a title.' } })
    expect(await (await send('GET', '/api/rules', ana)).json()).toEqual([
      { ...two, body: 'Another' },
      { id: expect.any(Number), title: 'Three', body: '' },
      { ...one, body: '' },
    ])
    await put([one])
    expect(await titles()).toEqual(['One'])
  })

  test.each([
    [{ title: ' ', body: '' }, 'A rule needs a title.'],
    [{ title: 'x'.repeat(101), body: '' }, 'At most 100 characters.'],
    [{ title: 'two\nlines', body: '' }, 'A title is one line of ordinary characters.'],
    [{ title: 'Long', body: 'x'.repeat(2_001) }, 'At most 2000 characters.'],
  ])('are refused at the field: %j', async (fields, says) => {
    const answer = await at(admin, root).post('/admin/rules', fields)
    const page = await answer.text()

    expect([answer.status, textsIn(page, '.error')]).toEqual([422, [says]])
    expect((await put([fields])).status).toBe(422)
    expect(await titles()).toEqual([])
  })

  test('are fifty at most', async () => {
    await web.database.write('INSERT INTO rules (place, title, body) VALUES ?', [
      Array.from({ length: 50 }, (_, n) => [n + 1, `Rule ${n + 1}`, '']),
    ])

    expect((await at(admin, root).post('/admin/rules', { title: 'More', body: '' })).status).toBe(409)
  })
})

describe('whoever hides something', () => {
  test('names a rule, which stands there, in the log, and in what the author reads', async () => {
    const rule = await add('Be <kind')
    const [post, other] = [await write(), await write()]
    const comment = await idIn(send('POST', `/api/posts/${other}/comments`, ana, { body: 'Rude' }))
    const grounds = `rule=${rule}&reason=Rude+words`

    const without = await send('DELETE', `/api/posts/${post}?reason=Rude+words`, root)
    const unknown = await send('DELETE', `/api/posts/${post}?rule=${rule + 9}&reason=Rude+words`, root)
    const form = await at(admin, root).post(`/admin/posts/${post}/remove`, { reason: 'Rude words' })
    await send('DELETE', `/api/posts/${post}?${grounds}`, root)
    await at(admin, root).post(`/admin/comments/${comment}/remove`, { rule: `${rule}`, reason: 'Worse' })
    await put([{ id: rule, title: 'Another title' }])

    expect([without.status, unknown.status, form.status]).toEqual([422, 422, 422])
    expect(textsIn(await form.text(), '.error')).toEqual(['Choose the rule that this is about.'])
    expect(await (await ana.get(`/posts/${post}`)).text()).toContain('removed: Be &lt;kind: Rude words')
    expect(await (await ana.get(`/posts/${other}`)).text()).toContain('removed: Be &lt;kind: Worse')
    const [last, before] = textsIn(await (await ana.get('/moderation')).text(), '.lines li')
    expect([last, before]).toEqual([
      expect.stringContaining(`Comment ${comment} was hidden: Be <kind: Worse`),
      expect.stringContaining(`Post ${post} was hidden: Be <kind: Rude words`),
    ])
    const [said] = textsIn(await (await ana.get('/statements')).text(), 'article.card')
    expect(said).toMatch(/hidden[\s\S]*Rule: Be <kind[\s\S]*Why: Worse/)
    const audit = (await (await send('GET', '/api/audit', ana)).json()) as {
      recount: { moderation: { broken: number | null } }
    }
    expect(audit.recount.moderation.broken).toBeNull()
  })

  test('reads in the log of an undoing what it undid, and the author that it was undone', async () => {
    const rule = await add('No spam')
    const post = await write()
    await send('DELETE', `/api/posts/${post}?rule=${rule}&reason=Spam`, root)

    await at(admin, root).post(`/admin/posts/${post}/restore`)

    const year = new Date().getUTCFullYear()
    const entries = (await (await send('GET', `/moderation/${year}.json`, ana)).json()) as object[]
    const [hidden, shown] = entries.slice(-2) as { number: number; refersTo: number | null; rule: string }[]
    expect([hidden!.rule, shown!.refersTo]).toEqual(['No spam', hidden!.number])
    const [said] = textsIn(await (await ana.get('/statements')).text(), 'article.card')
    expect(said).toContain('It was undone.')
  })
})

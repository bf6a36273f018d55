import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { faultsOf } from '../support/browser/faults.ts'
import { openPage, type WindowOptions } from '../support/browser/window.ts'
import { fewWindows, windows } from '../support/browser/windows.ts'
import { type Stack, startStack } from '../support/servers/stack.ts'
import { adminOf } from '../support/site/admin.ts'
import { newName, password } from '../support/site/page.ts'
import { newVisitor, sessionCookieOf, type Visitor } from '../support/site/visitor.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(240_000)

/** The whole way of a report, in a browser: from whoever has no account to the undoing. */
let stack: Stack
let admin: Visitor
let moderator: Visitor
beforeAll(async () => {
  stack = await startStack({ replicas: 1 })
  admin = newVisitor(stack.url)
  await admin.post('/login', adminOf(stack))
  const made = await joined('bo')
  moderator = made.visitor
  const { id } = (await (await newVisitor(stack.url).get(`/api/users/${made.name}`)).json()) as { id: number }
  const asked = { password: adminOf(stack).password }
  expect((await send(admin, 'PUT', `/api/moderators/${id}`, asked)).status).toBe(200)
})

async function joined(kind: 'ana' | 'bo') {
  const name = newName(kind)
  const visitor = newVisitor(stack.url)
  await visitor.post('/signup', { username: name, password })
  return { name, visitor }
}

const send = (who: Visitor, method: string, path: string, body: object) =>
  fetch(stack.url + path, {
    method,
    headers: { cookie: sessionCookieOf(who), origin: stack.url, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

/** Opens pages in one kind of window, looks at each, and keeps what is wrong with them. */
function walker(options: WindowOptions) {
  const faults: string[] = []
  const complaints: string[][] = []
  return {
    async open(path: string, who?: Visitor): Promise<Page> {
      const cookies = new Map([...(options.cookies ?? []), ...(who?.cookies ?? [])])
      const window = await openPage(stack.url + path, { ...options, cookies })
      complaints.push(window.complaints)
      return window.page
    },
    async look(page: Page, where: string): Promise<void> {
      const found = await faultsOf(page, options)
      faults.push(...found.map((fault) => `${where}: ${fault}`))
    },
    /** That a page is gone, or a form was refused, the browser reports, too. */
    found: () => [...faults, ...complaints.flat().filter((each) => !/403|410|422/.test(each))],
  }
}

/** Opens an address until it answers so: strangers may be given a page that HAProxy kept for two seconds. */
async function reach(page: Page, path: string, status: number): Promise<void> {
  await until(async () => (await page.goto(stack.url + path))?.status() === status)
}

/** The board has more than one of them. */
async function categoriesOf(): Promise<{ id: number; name: string }[]> {
  return (await newVisitor(stack.url).get('/api/categories')).json() as Promise<
    { id: number; name: string }[]
  >
}

async function written(who: Visitor, title: string, body: string): Promise<number> {
  const [category] = await categoriesOf()
  const draft = { category: category?.name, title, body }
  return ((await (await send(who, 'POST', '/api/posts', draft)).json()) as { id: number }).id
}

test.each(windows)(
  'a report leads to a decision, a statement, an appeal and its undoing: %s',
  async (_, options) => {
    const ana = await joined('ana')
    const title = `Heard at the fence ${crypto.randomUUID().slice(0, 6)}`
    const id = await written(ana.visitor, title, 'My neighbour never mows his lawn.')
    const { open, look, found } = walker(options)

    const stranger = await open(`/posts/${id}`)
    const link = stranger.locator(`a[href="/reports/post/${id}"]`)
    if (!(await link.isVisible())) await stranger.locator('details', { has: link }).locator('summary').click()
    await link.click()
    await stranger.locator('[name=reason]').selectOption('rule')
    await stranger.locator('[name=text]').fill('This is about somebody who cannot answer.')
    await look(stranger, 'report')
    await stranger.locator('main form button.primary').click()
    await stranger.waitForURL(/\?sent$/)
    await look(stranger, 'reported')

    const keeper = await open('/moderation/queue', moderator)
    await look(keeper, 'queue')
    await keeper.locator(`#post-${id} a`).click()
    await keeper.locator('[name=act]').selectOption('hide')
    await keeper.locator('[name=reason]').fill('It is about somebody who cannot answer')
    await look(keeper, 'thing')
    await keeper.locator('main form.card button.primary').click()
    await keeper.locator('[name=act] option[value=show]').waitFor({ state: 'attached' })
    await look(keeper, 'hidden thing')
    await reach(stranger, `/posts/${id}`, 410)
    await look(stranger, 'hidden post')

    const author = await open('/statements', ana.visitor)
    await look(author, 'statement')
    await author.locator('main article.card summary').click()
    await author.locator('main article.card [name=text]').fill('He asked me to write it.')
    await look(author, 'appeal')
    await author.locator('main article.card button').click()
    await author.locator('main article.card form').waitFor({ state: 'detached' })
    const statement = (await author.locator('main article.card').getAttribute('id')) ?? ''
    const number = statement.replace('action-', '')

    await keeper.goto(`${stack.url}/moderation/queue`)
    const own = await keeper.locator(`#appeal-${number} form`).count()
    await look(keeper, 'own appeal')
    const judge = await open('/moderation/queue', admin)
    await judge.locator(`#appeal-${number} [name=answer]`).fill('We asked him: he did')
    await look(judge, 'appeals')
    await judge.locator(`#appeal-${number} button[value=undo]`).click()
    await judge.locator(`#appeal-${number}`).waitFor({ state: 'detached' })
    await author.goto(`${stack.url}/statements`)
    await look(author, 'undone')
    await reach(stranger, `/posts/${id}`, 200)
    await look(stranger, 'post again')
    await stranger.goto(`${stack.url}/moderation`)
    await look(stranger, 'log')

    expect(own).toBe(0)
    expect(await author.locator('main article.card').textContent()).toContain('We asked him: he did')
    expect(await stranger.locator('main').textContent()).toContain('We asked him: he did')
    expect(found()).toEqual([])
  },
)

test.each(fewWindows)(
  'a post is pinned, closed, moved and merged, and it is undone: %s',
  async (_, options) => {
    const ana = await joined('ana')
    const tail = crypto.randomUUID().slice(0, 6)
    const [twice, once] = [`Who has a ladder? ${tail}`, `A ladder to lend ${tail}`]
    const id = await written(ana.visitor, twice, 'For a *week*, please.')
    const into = await written(ana.visitor, once, 'Ask me in the evening.')
    await send(ana.visitor, 'POST', `/api/posts/${id}/comments`, { body: 'Or two weeks.' })
    const to = (await categoriesOf()).at(-1)
    const { open, look, found } = walker(options)

    const keeper = await open(`/moderation/queue/post/${id}`, moderator)
    const form = keeper.locator('main form.card')
    const deeds = keeper.locator(`main ul.lines a[href$="/post/${id}"]`)
    /** Does it in the form; `fields` are chosen or typed. */
    const acting = async (act: string, fields: Record<string, string> = {}) => {
      await form.locator('[name=act]').selectOption(act)
      const reason = form.locator('[name=reason]')
      // Undoing asks for none, and no act for what another one needs.
      if (await reason.isVisible()) await reason.fill('So that all find it')
      for (const [name, value] of Object.entries(fields)) {
        const field = form.locator(`[name=${name}]`)
        if ((await field.evaluate(({ tagName }) => tagName)) === 'SELECT') await field.selectOption(value)
        else await field.fill(value)
      }
      const before = await deeds.count()
      await form.locator('button.primary').click()
      return before
    }
    const doing = async (act: string, fields?: Record<string, string>) => {
      const before = await acting(act, fields)
      await deeds.nth(before).waitFor()
      await look(keeper, act)
    }
    const inThree = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10)
    const textOf = async (page: Page) => (await page.locator('main').textContent()) ?? ''

    const asked = async (act: string) => {
      await form.locator('[name=act]').selectOption(act)
      const names = ['reason', 'into', 'place', 'until', 'category']
      const visible = await Promise.all(names.map((name) => form.locator(`[name=${name}]`).isVisible()))
      return names.filter((_, at) => visible[at])
    }
    const fields = [await asked('warn'), await asked('pin'), await asked('move'), await asked('merge')]

    await doing('pin', { place: 'front', until: inThree })
    const stranger = await open('/')
    const pinned = await stranger.locator('#posts > *').first().textContent()
    const first = await stranger.locator('#posts h2').first().textContent()
    await look(stranger, 'pinned')
    await doing('unpin')

    await doing('lock')
    const reader = await open(`/posts/${id}`, ana.visitor)
    const closed = await reader.locator('main textarea').count()
    await look(reader, 'closed')
    await doing('unlock')
    await reader.goto(`${stack.url}/posts/${id}`)
    const opened = await reader.locator('main textarea').count()

    await acting('move', { category: '' })
    await form.locator('.error').first().waitFor()
    const refused = await form.locator('[name=act]').inputValue()
    await look(keeper, 'a move that leads nowhere')
    await doing('move', { category: `${to?.id}` })
    await stranger.goto(`${stack.url}/posts/${id}`)
    const place = await textOf(stranger)
    await look(stranger, 'moved')

    await doing('merge', { into: `${stack.url}/posts/${into}` })
    await reach(stranger, `/posts/${id}`, 410)
    await look(stranger, 'merged')
    await stranger.locator('main a[href^="/comments/"]').first().click()
    await stranger.waitForURL(new RegExp(`/posts/${into}`))
    const merged = await textOf(stranger)
    await look(stranger, 'where it is now')
    await reader.goto(`${stack.url}/statements`)
    await look(reader, 'statements')
    await doing('split')
    await reach(stranger, `/posts/${id}`, 200)
    const whole = await textOf(stranger)

    expect(fields).toEqual([
      ['reason'],
      ['reason', 'place', 'until'],
      ['reason', 'category'],
      ['reason', 'into'],
    ])
    expect([pinned?.trim() !== '', first?.trim()]).toEqual([true, twice])
    expect([closed, opened > 0, refused]).toEqual([0, true, 'move'])
    expect(place).toContain(to?.name ?? 'a category')
    for (const text of [merged, whole]) expect(text).toContain('Or two weeks.')
    expect(merged).toContain(once)
    expect(found()).toEqual([])
  },
)

test.each(fewWindows)('a member is muted, silenced and suspended, and let go: %s', async (_, options) => {
  const [ana, bo] = [await joined('ana'), await joined('bo')]
  const tail = crypto.randomUUID().slice(0, 6)
  const id = await written(ana.visitor, `All of you ${tail}`, `Go away ${tail}`)
  const { open, look, found } = walker(options)

  const reader = await open(`/users/${ana.name}`, bo.visitor)
  await reader.locator('a[href^="/follows/member/"]').click()
  await look(reader, 'follow or mute')
  await reader.locator('[name=level][value=mute]').check()
  await reader.locator('main form button.primary').click()
  await reader.locator('[name=level][value=mute][checked]').waitFor()
  await reader.goto(`${stack.url}/posts/${id}`)
  const folded = reader.locator('main details', { hasText: `Go away ${tail}` })
  const isShownFirst = await folded.getByText(`Go away ${tail}`).isVisible()
  await look(reader, 'folded away')
  await folded.locator('summary').first().click()
  await folded.getByText(`Go away ${tail}`).waitFor()
  await look(reader, 'unfolded')
  await reader.goto(stack.url)
  await look(reader, 'front page of who muted')
  await reader.goto(`${stack.url}/follows`)
  await look(reader, 'all that is followed')
  const stranger = await open(`/posts/${id}`)
  const isFoldedForAll = await stranger.locator('main details', { hasText: `Go away ${tail}` }).count()

  const { id: member } = (await (await newVisitor(stack.url).get(`/api/users/${ana.name}`)).json()) as {
    id: number
  }
  const keeper = await open(`/moderation/queue/member/${member}`, moderator)
  const form = keeper.locator('main form.card')
  const inThree = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10)
  const doing = async (act: string, until = '') => {
    await form.locator('[name=act]').selectOption(act)
    if (until !== '') {
      await form.locator('[name=reason]').fill('Be kind')
      await form.locator('[name=until]').fill(until)
    }
    await form.locator('button.primary').click()
  }
  const held = keeper.locator('main p.hint time')
  const author = await open(`/posts/${id}`, ana.visitor)
  const says: string[] = []
  for (const act of ['silence', 'suspend']) {
    await doing(act, '2020-01-01')
    await form.locator('.error').first().waitFor()
    await look(keeper, `${act} in the past`)
    await doing(act, inThree)
    await held.first().waitFor()
    await look(keeper, act)
    await author.goto(`${stack.url}/posts/${id}`)
    await look(author, `a thread for who is under ${act}`)
    await author.locator('main textarea').first().fill('But why?')
    await author.locator('main form:has(textarea) button.primary').first().click()
    await author.locator(':is(#content, #flash) a[href="/statements"]').first().waitFor()
    await look(author, `a comment under ${act}`)
    says.push((await author.locator('body').textContent()) ?? '')
    await doing(`un${act}`)
    await held.waitFor({ state: 'detached' })
  }
  await author.goto(`${stack.url}/statements`)
  await look(author, 'statements')

  expect([isShownFirst, isFoldedForAll]).toEqual([false, 0])
  for (const text of says) expect(text).toContain(inThree.slice(0, 4))
  expect(found()).toEqual([])
})

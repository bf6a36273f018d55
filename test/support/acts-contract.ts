import { beforeAll, describe, expect, test } from 'bun:test'

/** Where the acts API is asked: HAProxy's address. */
export type ActsSite = { url: string }

export const sha1 = (text: string) => new Bun.CryptoHasher('sha1').update(text).digest('hex')

/** Somebody who speaks the acts API. */
export const actsClient = (site: () => string) => {
  const ask = async (method: string, path: string, body?: unknown) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const response = await fetch(`${site()}/api/v1${path}`, {
      method,
      ...(text === undefined ? {} : { body: text }),
    })
    return { status: response.status, text: await response.text(), headers: response.headers }
  }
  const get = (path: string) => ask('GET', path)
  const post = (path: string, body: unknown) => ask('POST', path, body)
  const remove = (path: string) => ask('DELETE', path)
  /** Status and body in one, which is what clients compare. */
  const told = async (answer: Promise<{ status: number; text: string }>) => {
    const { status, text } = await answer
    return `${status} ${text}`.trim()
  }
  return { ask, get, post, remove, told }
}

/** A name of any kind that no other test uses. */
const newName = (name: string) => `${name}-${crypto.randomUUID().slice(0, 8)}`

let lastId = Date.now() * 1_000
export const newActId = () => ++lastId

/** Every row of the published contract, asked through HAProxy. Leaves nothing behind. */
export function actsContract(open: () => Promise<ActsSite>): void {
  let url: string
  const user = newName('ana')
  const category = newName('street & park')
  const { ask, get, post, remove, told } = actsClient(() => url)
  const at = (name: string) => `/categories/${encodeURIComponent(name)}`

  const act = (changes: Record<string, unknown> = {}) => ({
    actId: newActId(),
    username: user,
    timestamp: '29-02-2020:59-59-23',
    caption: 'Helped an old man over the road',
    categoryName: category,
    imgB64: 'aGVsbG8=',
    ...changes,
  })

  beforeAll(async () => {
    url = (await open()).url
    await post('/users', { username: user, password: sha1('secret') })
    await post('/categories', [category])
  }, 180_000)

  describe('users of the acts API', () => {
    const password = sha1('correct horse')

    test('are added, listed, checked and removed', async () => {
      const username = newName('bo / ünïcode %2F')

      const added = await told(post('/users', { username, password }))
      const listed = JSON.parse((await get('/users')).text)
      const answers = [
        await told(post('/users', { username, password })),
        await told(post('/validate_user', { username, password })),
        await told(post('/validate_user', { username, password: sha1('another') })),
        await told(remove(`/users/${encodeURIComponent(username)}`)),
        await told(remove(`/users/${encodeURIComponent(username)}`)),
        await told(post('/validate_user', { username, password })),
      ]

      expect(added).toBe('201 {}')
      expect(listed).toContain(username)
      expect(answers).toEqual(['400 {}', '200 {}', '400 {}', '200 {}', '400 {}', '204'])
    })

    test.each([
      ['39 digits', { username: 'cem', password: password.slice(1) }],
      ['41 digits', { username: 'cem', password: `${password}0` }],
      ['letters beyond f', { username: 'cem', password: `g${password.slice(1)}` }],
      ['a line break behind the digits', { username: 'cem', password: `${password}\n` }],
      ['no password', { username: 'cem' }],
      ['no name', { password }],
      ['an empty name', { username: '', password }],
      ['a number as name', { username: 7, password }],
      ['half a character as name', `{"username":"\\ud83d","password":"${password}"}`],
      ['another field', { username: 'cem', password, role: 'admin' }],
      ['a list', [{ username: 'cem', password }]],
      ['nothing', ''],
      ['no JSON', '{"username":'],
    ])('with %s are refused', async (_, body) => {
      const answers = [await told(post('/users', body)), await told(post('/validate_user', body))]

      expect(answers).toEqual(['400 {}', '400 {}'])
    })

    test('have passwords in upper case too, and names that differ in case', async () => {
      const name = newName('Bo')

      const answers = [
        await told(post('/users', { username: name, password: password.toUpperCase() })),
        await told(post('/users', { username: name.toLowerCase(), password })),
        await told(post('/validate_user', { username: name, password: password.toUpperCase() })),
      ]
      await remove(`/users/${name}`)
      await remove(`/users/${name.toLowerCase()}`)

      expect(answers).toEqual(['201 {}', '201 {}', '200 {}'])
    })
  })

  describe('categories of the acts API', () => {
    test('are added once, listed with the number of their acts, and removed with them', async () => {
      const name = newName('0 ünï/cöde "quoted" \\ %41')
      const one = act({ categoryName: name })

      const answers = [
        await told(post('/categories', [name])),
        await told(post('/categories', [name])),
        await told(get(`${at(name)}/acts/size`)),
        await told(get(`${at(name)}/acts`)),
        await told(get(`${at(name)}/acts?start=1&end=1`)),
        await told(post('/acts', one)),
        await told(get(`${at(name)}/acts/size`)),
      ]
      const listed = JSON.parse((await get('/categories')).text)
      const removed = [
        await told(remove(at(name))),
        await told(remove(at(name))),
        await told(get(`${at(name)}/acts`)),
        await told(get(`${at(name)}/acts?start=1&end=1`)),
        await told(get(`${at(name)}/acts/size`)),
        await told(post('/acts', { ...one, categoryName: category })),
      ]
      await remove(`/acts/${one.actId}`)

      expect(answers).toEqual(['201 {}', '400 {}', '200 [0]', '204', '204', '201 {}', '200 [1]'])
      expect(listed).toMatchObject({ [name]: 1, [category]: 0 })
      expect(removed).toEqual(['200 {}', '400 {}', '204', '204', '400 {}', '201 {}'])
    })

    test.each([
      ['an empty list', '[]'],
      ['two names', '["a","b"]'],
      ['an empty name', '[""]'],
      ['a number', '[7]'],
      ['text alone', '"name"'],
      ['an object', '{"name":"a"}'],
      ['null', 'null'],
      ['nothing', ''],
      ['bad UTF-8 escapes', '["\\ud800"]'],
    ])('are not made of %s', async (_, body) => {
      const answer = await told(post('/categories', body))

      expect(answer).toBe('400 {}')
    })
  })

  describe('acts', () => {
    test('come back exactly as they were sent', async () => {
      const sent = act({ caption: ' <b>ünï\u0000code</b> 👋 \n "quotes" \\ ', imgB64: 'AAECAwQ=' })

      const added = await told(post('/acts', sent))
      const [listed] = JSON.parse((await get(`${at(category)}/acts`)).text)
      const size = await told(get(`${at(category)}/acts/size`))
      const ofUser = JSON.parse((await get(`/list_act_user/${user}`)).text)
      await remove(`/acts/${sent.actId}`)

      expect(added).toBe('201 {}')
      expect(listed).toEqual({ ...sent, upvotes: 0 })
      expect(size).toBe('200 [1]')
      expect(ofUser).toEqual([{ ...sent, upvotes: 0 }])
    })

    test('keep every digit of a number', async () => {
      const id = `1234567890123456789012345${newActId()}`
      const { actId: _, ...rest } = act()

      const added = await told(post('/acts', `{"actId":${id},${JSON.stringify(rest).slice(1)}`))
      const again = await told(post('/acts', `{"actId":${id},${JSON.stringify(rest).slice(1)}`))
      const { text } = await get(`${at(category)}/acts`)
      const upvoted = await told(post('/acts/upvote', `[${id}]`))
      const removed = await told(remove(`/acts/${id}`))

      expect([added, again]).toEqual(['201 {}', '400 {}'])
      expect(text).toStartWith(`[{"actId":${id},`)
      expect([upvoted, removed]).toEqual(['200 {}', '200 {}'])
    })

    test.each([
      ['a negative number as id', { actId: -1 }],
      ['a fraction as id', { actId: 1.5 }],
      ['text as id', { actId: '7' }],
      ['an unknown user', { username: 'nobody of this name' }],
      ['a user in other letters', { username: user.toUpperCase() }],
      ['an unknown category', { categoryName: 'no such category' }],
      ['30 February', { timestamp: '30-02-2019:00-00-00' }],
      ['29 February of a common year', { timestamp: '29-02-2019:00-00-00' }],
      ['a date alone', { timestamp: '10/10/2034' }],
      ['a 60th minute', { timestamp: '01-01-2020:00-60-00' }],
      ['a 24th hour', { timestamp: '01-01-2020:00-00-24' }],
      ['a 60th second', { timestamp: '01-01-2020:60-00-00' }],
      ['a short year', { timestamp: '01-01-20:00-00-00' }],
      ['space around the timestamp', { timestamp: ' 01-01-2020:00-00-00' }],
      ['unpadded base64', { imgB64: 'abc' }],
      ['padding alone', { imgB64: '====' }],
      ['letters outside base64', { imgB64: '$bWF5' }],
      ['a line break in base64', { imgB64: 'aGVs\nbG8=' }],
      ['an empty picture', { imgB64: '' }],
      ['an empty caption', { caption: '' }],
      ['a caption of null', { caption: null }],
      ['upvotes', { upvotes: 0 }],
      ['another field', { more: 1 }],
      ['no caption', { caption: undefined }],
    ])('with %s are refused', async (_, changes) => {
      const answer = await told(post('/acts', act(changes)))

      expect(answer).toBe('400 {}')
    })

    test('that are no act are refused', async () => {
      const bodies = ['', 'null', '[]', '"act"', '7', '{', `[${JSON.stringify(act())}]`]

      const answers = await Promise.all(bodies.map((body) => told(post('/acts', body))))

      expect(new Set(answers)).toEqual(new Set(['400 {}']))
    })

    test('have ids that are free again when they are removed', async () => {
      const one = act()
      const other = newName('other')
      await post('/categories', [other])

      const answers = [
        await told(post('/acts', one)),
        await told(post('/acts', { ...one, categoryName: other })),
        await told(remove(`/acts/${one.actId}`)),
        await told(remove(`/acts/${one.actId}`)),
        await told(remove('/acts/seven')),
        await told(post('/acts', { ...one, categoryName: other })),
        await told(remove(`/acts/${one.actId}`)),
      ]
      await remove(at(other))

      expect(answers).toEqual(['201 {}', '400 {}', '200 {}', '400 {}', '400 {}', '201 {}', '200 {}'])
    })

    test('are upvoted one by one, and the next listing of any replica shows it', async () => {
      const one = act()
      await post('/acts', one)
      const upvotes = async () => JSON.parse((await get(`${at(category)}/acts`)).text)[0].upvotes

      const seen: number[] = []
      for (let n = 0; n < 12; n++) {
        await post('/acts/upvote', [one.actId])
        seen.push(await upvotes(), await upvotes())
      }
      const refused = [
        await told(post('/acts/upvote', [newActId()])),
        await told(post('/acts/upvote', [one.actId, one.actId])),
        await told(post('/acts/upvote', [])),
        await told(post('/acts/upvote', [`${one.actId}`])),
        await told(post('/acts/upvote', one.actId)),
        await told(post('/acts/upvote', '')),
      ]
      await remove(`/acts/${one.actId}`)

      expect(seen).toEqual(Array.from({ length: 12 }, (_, n) => [n + 1, n + 1]).flat())
      expect(new Set(refused)).toEqual(new Set(['400 {}']))
    })

    test('are counted over all categories', async () => {
      const before = JSON.parse((await get('/acts/count')).text)[0]
      const one = act()

      await post('/acts', one)
      const during = await told(get('/acts/count'))
      await remove(`/acts/${one.actId}`)

      expect(during).toBe(`200 [${before + 1}]`)
      expect(await told(get('/acts/count'))).toBe(`200 [${before}]`)
    })

    test('stay when their user is removed, under the name they had', async () => {
      const username = newName('cem')
      await post('/users', { username, password: sha1('x') })
      const one = act({ username })
      await post('/acts', one)

      await remove(`/users/${username}`)
      const [kept] = JSON.parse((await get(`/list_act_user/${username}`)).text)
      const more = await told(post('/acts', act({ username })))
      await remove(`/acts/${one.actId}`)

      expect(kept).toEqual({ ...one, upvotes: 0 })
      expect(more).toBe('400 {}')
      expect(await told(get(`/list_act_user/${username}`))).toBe('204')
    })

    test('show on the board', async () => {
      const one = act({ caption: newName('planted a tree') })
      await post('/acts', one)

      const page = await (await fetch(`${url}/c/${encodeURIComponent(category)}`, { headers: fresh })).text()
      await remove(`/acts/${one.actId}`)

      expect(page).toContain(one.caption)
    })
  })

  describe('a hundred and five acts of the same moment', () => {
    const full = newName('full')
    const sent = Array.from({ length: 105 }, () => act({ categoryName: full }))
    const newestFirst = sent.map(({ actId }) => actId).reverse()
    const listed = async (query: string) =>
      JSON.parse((await get(`${at(full)}/acts${query}`)).text).map((each: { actId: number }) => each.actId)

    beforeAll(async () => {
      await post('/categories', [full])
      for (const each of sent.slice(0, 100)) await post('/acts', each)
    }, 60_000)

    test('are listed up to a hundred and not beyond, the last uploaded first', async () => {
      const hundred = await listed('')
      for (const each of sent.slice(100)) await post('/acts', each)

      expect(hundred).toEqual(newestFirst.slice(5))
      expect(await told(get(`${at(full)}/acts`))).toBe('413 {}')
      expect(await told(get(`${at(full)}/acts/size`))).toBe('200 [105]')
      expect(await listed('?start=1&end=100')).toEqual(newestFirst.slice(0, 100))
      expect(await listed('?start=101&end=105')).toEqual(newestFirst.slice(100))
      expect(await listed('?start=105&end=105')).toEqual(newestFirst.slice(104))
    })

    test.each([
      ['?start=0&end=5', 400],
      ['?start=-1&end=5', 400],
      ['?start=1&end=106', 400],
      ['?start=6&end=5', 400],
      ['?start=1', 400],
      ['?end=5', 400],
      ['?start=a&end=5', 400],
      ['?start=1.5&end=5', 400],
      ['?start=&end=5', 400],
      ['?start=1&end=99999999999999999999999999', 400],
      ['?start=0&end=105', 400],
      ['?start=1&end=101', 413],
      ['?start=1&end=105', 413],
    ])('answer %s with %d', async (query, status) => {
      const answer = await told(get(`${at(full)}/acts${query}`))

      expect(answer).toBe(`${status} {}`)
    })

    test('go with their category', async () => {
      expect(await told(remove(at(full)))).toBe('200 {}')
      expect(await told(get(`${at(full)}/acts`))).toBe('204')
    })
  })

  describe('the order of acts', () => {
    test('is that of time, not of text', async () => {
      const timestamps = [
        '02-01-2020:00-00-00',
        '31-12-2019:59-59-23',
        '01-02-2020:00-00-00',
        '01-01-2021:01-00-00',
      ]
      const sent = timestamps.map((timestamp) => act({ timestamp }))
      for (const each of sent) await post('/acts', each)

      const acts = JSON.parse((await get(`${at(category)}/acts`)).text) as { timestamp: string }[]
      for (const each of sent) await remove(`/acts/${each.actId}`)

      expect(acts.map(({ timestamp }) => timestamp)).toEqual([
        '01-01-2021:01-00-00',
        '01-02-2020:00-00-00',
        '02-01-2020:00-00-00',
        '31-12-2019:59-59-23',
      ])
    })
  })

  describe('a wrong method', () => {
    const rows: [string, string[]][] = [
      ['/acts/upvote', ['GET', 'DELETE', 'PUT', 'PATCH']],
      ['/acts/count', ['POST', 'DELETE', 'PUT', 'PATCH']],
      ['/acts', ['GET', 'DELETE', 'PUT', 'PATCH']],
      ['/acts/7', ['GET', 'POST', 'PUT', 'PATCH']],
      ['/users', ['DELETE', 'PUT', 'PATCH']],
      ['/users/ana', ['GET', 'POST', 'PUT', 'PATCH']],
      ['/validate_user', ['GET', 'DELETE', 'PUT', 'PATCH']],
      ['/categories', ['DELETE', 'PUT', 'PATCH']],
      ['/categories/park', ['GET', 'POST', 'PUT', 'PATCH']],
      ['/categories/park/acts', ['POST', 'PUT', 'DELETE', 'PATCH']],
      ['/categories/park/acts/size', ['POST', 'PUT', 'DELETE', 'PATCH']],
      ['/list_act_user/ana', ['POST', 'PUT', 'DELETE', 'PATCH']],
      ['/_count', ['POST', 'PUT', 'PATCH']],
      ['/_health', ['POST', 'PUT', 'DELETE']],
    ]
    test.each(rows)('on %s is 405, whatever its body is', async (path, wrong) => {
      const answers = await Promise.all(
        wrong.map((method) => told(ask(method, path, method === 'GET' ? undefined : '{"no JSON'))),
      )

      expect(answers).toEqual(wrong.map(() => '405 {}'))
    })

    test('is told which ones are right', async () => {
      const { headers } = await ask('PUT', '/acts/upvote')

      expect(headers.get('allow')).toBe('POST, OPTIONS')
    })
  })

  describe('the count of calls', () => {
    test('has every call of every replica, failed ones too, and begins anew at 0', async () => {
      const reset = await told(remove('/_count'))
      const zero = await told(get('/_count'))
      await get('/categories')
      await get('/categories')
      await remove('/acts/upvote')
      await post('/acts', 'no JSON')
      await get('/acts/count')
      await get('/_health')
      const five = await told(get('/_count'))

      expect([reset, zero, five]).toEqual(['200 {}', '200 [0]', '200 [5]'])
    })
  })

  describe('health', () => {
    test('is an empty 200', async () => {
      expect(await told(get('/_health'))).toBe('200')
    })
  })
}

/** Past HAProxy's cache. */
const fresh = { 'cache-control': 'no-cache' }

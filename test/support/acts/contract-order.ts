import { beforeAll, describe, expect, test } from 'bun:test'
import { type ActsFixture, newName } from './client.ts'

/** Rows of lists, methods, counts and health. */
export function orderContract({ ask, get, post, remove, answerText, at, act, category }: ActsFixture): void {
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
      expect(await answerText(get(`${at(full)}/acts`))).toBe('413 {}')
      expect(await answerText(get(`${at(full)}/acts/size`))).toBe('200 [105]')
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
      const answer = await answerText(get(`${at(full)}/acts${query}`))

      expect(answer).toBe(`${status} {}`)
    })

    test('go with their category', async () => {
      expect(await answerText(remove(at(full)))).toBe('200 {}')
      expect(await answerText(get(`${at(full)}/acts`))).toBe('204')
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
        wrong.map((method) => answerText(ask(method, path, method === 'GET' ? undefined : '{"no JSON'))),
      )

      expect(answers).toEqual(wrong.map(() => '405 {}'))
    })

    test('names the ones that are right', async () => {
      const { headers } = await ask('PUT', '/acts/upvote')

      expect(headers.get('allow')).toBe('POST, OPTIONS')
    })
  })

  describe('the count of calls', () => {
    test('has every call of every replica, failed ones too, and begins anew at 0', async () => {
      const reset = await answerText(remove('/_count'))
      const zero = await answerText(get('/_count'))
      await get('/categories')
      await get('/categories')
      await remove('/acts/upvote')
      await post('/acts', 'no JSON')
      await get('/acts/count')
      await get('/_health')
      const five = await answerText(get('/_count'))

      expect([reset, zero, five]).toEqual(['200 {}', '200 [0]', '200 [5]'])
    })
  })

  describe('health', () => {
    test('is an empty 200', async () => {
      expect(await answerText(get('/_health'))).toBe('200')
    })
  })
}

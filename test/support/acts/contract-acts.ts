import { describe, expect, test } from 'bun:test'
import { type ActsFixture, newActId, newName, sha1 } from './client.ts'

/** Past HAProxy's cache. */
const fresh = { 'cache-control': 'no-cache' }

/** Rows of a single act. */
export function oneActContract({
  get,
  post,
  remove,
  answerText,
  at,
  act,
  user,
  category,
  url,
}: ActsFixture): void {
  describe('acts', () => {
    test('come back exactly as they were sent', async () => {
      const sent = act({ caption: ' <b>ünï\u0000code</b> 👋 \n "quotes" \\ ', imgB64: 'AAECAwQ=' })

      const added = await answerText(post('/acts', sent))
      const [listed] = JSON.parse((await get(`${at(category)}/acts`)).text)
      const size = await answerText(get(`${at(category)}/acts/size`))
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

      const added = await answerText(post('/acts', `{"actId":${id},${JSON.stringify(rest).slice(1)}`))
      const again = await answerText(post('/acts', `{"actId":${id},${JSON.stringify(rest).slice(1)}`))
      const { text } = await get(`${at(category)}/acts`)
      const upvoted = await answerText(post('/acts/upvote', `[${id}]`))
      const removed = await answerText(remove(`/acts/${id}`))

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
      const answer = await answerText(post('/acts', act(changes)))

      expect(answer).toBe('400 {}')
    })

    test('that are no act are refused', async () => {
      const bodies = ['', 'null', '[]', '"act"', '7', '{', `[${JSON.stringify(act())}]`]

      const answers = await Promise.all(bodies.map((body) => answerText(post('/acts', body))))

      expect(new Set(answers)).toEqual(new Set(['400 {}']))
    })

    test('have ids that are free again when they are removed', async () => {
      const one = act()
      const other = newName('other')
      await post('/categories', [other])

      const answers = [
        await answerText(post('/acts', one)),
        await answerText(post('/acts', { ...one, categoryName: other })),
        await answerText(remove(`/acts/${one.actId}`)),
        await answerText(remove(`/acts/${one.actId}`)),
        await answerText(remove('/acts/seven')),
        await answerText(post('/acts', { ...one, categoryName: other })),
        await answerText(remove(`/acts/${one.actId}`)),
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
        await answerText(post('/acts/upvote', [newActId()])),
        await answerText(post('/acts/upvote', [one.actId, one.actId])),
        await answerText(post('/acts/upvote', [])),
        await answerText(post('/acts/upvote', [`${one.actId}`])),
        await answerText(post('/acts/upvote', one.actId)),
        await answerText(post('/acts/upvote', '')),
      ]
      await remove(`/acts/${one.actId}`)

      expect(seen).toEqual(Array.from({ length: 12 }, (_, n) => [n + 1, n + 1]).flat())
      expect(new Set(refused)).toEqual(new Set(['400 {}']))
    })

    test('are counted over all categories', async () => {
      const before = JSON.parse((await get('/acts/count')).text)[0]
      const one = act()

      await post('/acts', one)
      const during = await answerText(get('/acts/count'))
      await remove(`/acts/${one.actId}`)

      expect(during).toBe(`200 [${before + 1}]`)
      expect(await answerText(get('/acts/count'))).toBe(`200 [${before}]`)
    })

    test('stay when their user is removed, under the name they had', async () => {
      const username = newName('cem')
      await post('/users', { username, password: sha1('x') })
      const one = act({ username })
      await post('/acts', one)

      await remove(`/users/${username}`)
      const [stored] = JSON.parse((await get(`/list_act_user/${username}`)).text)
      const more = await answerText(post('/acts', act({ username })))
      await remove(`/acts/${one.actId}`)

      expect(stored).toEqual({ ...one, upvotes: 0 })
      expect(more).toBe('400 {}')
      expect(await answerText(get(`/list_act_user/${username}`))).toBe('204')
    })

    test('show on the board', async () => {
      const one = act({ caption: newName('planted a tree') })
      await post('/acts', one)

      const page = await (
        await fetch(`${url()}/c/${encodeURIComponent(category)}`, { headers: fresh })
      ).text()
      await remove(`/acts/${one.actId}`)

      expect(page).toContain(String(one.caption))
    })
  })
}

import { describe, expect, test } from 'bun:test'
import { type ActsFixture, newName, sha1 } from './client.ts'

/** Rows of users and categories. */
export function namesContract({ get, post, remove, answerText, at, act, category }: ActsFixture): void {
  describe('users of the acts API', () => {
    const password = sha1('correct horse')

    test('are added, listed, checked and removed', async () => {
      const username = newName('bo / ünïcode %2F')

      const added = await answerText(post('/users', { username, password }))
      const listed = JSON.parse((await get('/users')).text)
      const answers = [
        await answerText(post('/users', { username, password })),
        await answerText(post('/validate_user', { username, password })),
        await answerText(post('/validate_user', { username, password: sha1('another') })),
        await answerText(remove(`/users/${encodeURIComponent(username)}`)),
        await answerText(remove(`/users/${encodeURIComponent(username)}`)),
        await answerText(post('/validate_user', { username, password })),
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
      const answers = [await answerText(post('/users', body)), await answerText(post('/validate_user', body))]

      expect(answers).toEqual(['400 {}', '400 {}'])
    })

    test('have passwords in upper case too, and names that differ in case', async () => {
      const name = newName('Bo')

      const answers = [
        await answerText(post('/users', { username: name, password: password.toUpperCase() })),
        await answerText(post('/users', { username: name.toLowerCase(), password })),
        await answerText(post('/validate_user', { username: name, password: password.toUpperCase() })),
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
        await answerText(post('/categories', [name])),
        await answerText(post('/categories', [name])),
        await answerText(get(`${at(name)}/acts/size`)),
        await answerText(get(`${at(name)}/acts`)),
        await answerText(get(`${at(name)}/acts?start=1&end=1`)),
        await answerText(post('/acts', one)),
        await answerText(get(`${at(name)}/acts/size`)),
      ]
      const listed = JSON.parse((await get('/categories')).text)
      const removed = [
        await answerText(remove(at(name))),
        await answerText(remove(at(name))),
        await answerText(get(`${at(name)}/acts`)),
        await answerText(get(`${at(name)}/acts?start=1&end=1`)),
        await answerText(get(`${at(name)}/acts/size`)),
        await answerText(post('/acts', { ...one, categoryName: category })),
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
      const answer = await answerText(post('/categories', body))

      expect(answer).toBe('400 {}')
    })
  })
}

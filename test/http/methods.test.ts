import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { type ApiSite, openApiSite } from '../support/api/site.ts'

setDefaultTimeout(60_000)

let site: ApiSite
beforeAll(async () => {
  site = await openApiSite()
})

const ask = (method: string, path: string) => fetch(site.url + path, { method, redirect: 'manual' })

test('a wrong method is 405 and says which ones are right', async () => {
  const answer = await ask('PUT', '/api/posts')

  expect(answer.status).toBe(405)
  expect(answer.headers.get('allow')).toBe('GET, HEAD, POST, OPTIONS')
  expect(await answer.json()).toMatchObject({ status: 405, title: 'Method Not Allowed' })
})

test('OPTIONS says what a path can do', async () => {
  const answer = await ask('OPTIONS', '/api/posts/7')

  expect(answer.status).toBe(204)
  expect(answer.headers.get('allow')).toBe('GET, HEAD, PATCH, DELETE, OPTIONS')
})

test('every path of the document answers every method, and what it does not have with 405', async () => {
  const methods = ['get', 'post', 'put', 'patch', 'delete']
  const wrong = Object.entries(site.document.paths).flatMap(([path, operations]) =>
    methods
      .filter((method) => !(method in operations))
      .map((method) => [method.toUpperCase(), path] as const),
  )

  const answers: number[] = []
  for (const [method, path] of wrong)
    answers.push((await ask(method, path.replaceAll(/\{\w+\}/g, '7'))).status)

  expect(wrong.length).toBeGreaterThan(40)
  expect(answers).toEqual(wrong.map(() => 405))
})

test('HEAD is GET without a body, with the same headers', async () => {
  const [get, head] = await Promise.all([ask('GET', '/api/categories'), ask('HEAD', '/api/categories')])

  expect(head.status).toBe(200)
  expect(await head.text()).toBe('')
  expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'))
})

test('what is nowhere is 404, whatever the method', async () => {
  const answers = await Promise.all(['GET', 'POST', 'DELETE'].map((method) => ask(method, '/api/nothing')))

  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404])
})

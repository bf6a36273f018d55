import { expect, setDefaultTimeout, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runAgora, sharedStack } from '../support/servers/stack.ts'
import { newName, password } from '../support/site/page.ts'
import { newVisitor } from '../support/site/visitor.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(180_000)

const logsOf = (data: string) =>
  readdirSync(join(data, 'logs')).map((name) => readFileSync(join(data, 'logs', name), 'utf8'))

test('./agora password prints a link by which a member who forgot it gets in again', async () => {
  const stack = await sharedStack()
  const username = newName('ana')
  const newMember = await newVisitor(stack.url).post('/signup', { username, password })
  expect(newMember.status).toBe(303)

  const { code, printed } = await runAgora(['password', username, '--data', stack.data])
  const link = printed.trim()
  const visitor = newVisitor(stack.url)
  const page = await visitor.get(link.replace(stack.url, ''))
  const set = await visitor.post(link.replace(stack.url, ''), { password: 'a quite different one' })

  expect(code).toBe(0)
  expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/password\/[\w-]{43}$/)
  expect(link).toStartWith(`${stack.url}/`)
  expect([page.status, page.headers.get('x-cache'), page.headers.get('cache-control')]).toEqual([
    200,
    'BYPASS',
    'no-store',
  ])
  expect(page.headers.get('referrer-policy')).toBe('same-origin')
  expect([set.status, set.headers.get('location')]).toEqual([303, '/account?changed=password'])
  expect((await visitor.get('/account')).status).toBe(200)
  const token = link.split('/').at(-1)!
  const logs = await until(() => {
    const texts = logsOf(stack.data)
    return texts.join('').split('"path":"\\/password\\/:token"').length > 2 && texts
  })
  expect(logs.filter((log) => log.includes(token))).toEqual([])
})

test('./agora password says in one line when nobody has the name', async () => {
  const stack = await sharedStack()

  const { code, output } = await runAgora(['password', 'nobody at all', '--data', stack.data])

  expect(code).toBe(1)
  expect(output.trim()).toBe('agora: nobody who may sign in is named "nobody at all"')
})

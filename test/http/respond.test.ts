import { expect, test } from 'bun:test'
import { leadTo, respond } from '../../src/http/respond.ts'

const browser = new Request('http://localhost/posts')
const htmx = new Request('http://localhost/posts', { headers: { 'hx-request': 'true' } })
const newSet = () => ({ headers: {} as Record<string, string> })
const drawings = { page: () => 'a page', fragment: () => 'a fragment', status: 422, target: '#new-post' }

test('a browser gets a page, htmx a fragment and where it stands', () => {
  const [one, other] = [newSet(), newSet()]

  expect(respond({ request: browser, set: one }, drawings)).toBe('a page')
  expect(respond({ request: htmx, set: other }, drawings)).toBe('a fragment')
  expect(one).toEqual({ headers: {}, status: 422 } as typeof one)
  expect(other).toEqual({
    headers: { 'hx-retarget': '#new-post', 'hx-reswap': 'outerHTML' },
    status: 422,
  } as typeof other)
})

test('a browser is led on by a 303, htmx by a header of its own', () => {
  const [one, other] = [leadTo(browser, '/admin/posts'), leadTo(htmx, '/admin/posts')]

  expect([one.status, one.headers.get('location')]).toEqual([303, '/admin/posts'])
  expect([other.status, other.headers.get('hx-redirect')]).toEqual([200, '/admin/posts'])
})

import { expect, test } from 'bun:test'
import { refuseForeignOrigin } from '../../src/http/origin.ts'

const ask = (method: string, headers: Record<string, string>) => () =>
  refuseForeignOrigin(
    new Request('http://agora.test/posts', { method, headers: { host: 'agora.test', ...headers } }),
  )

test.each([
  ['a form of our own', 'POST', { 'sec-fetch-site': 'same-origin', origin: 'http://agora.test' }],
  ['an address typed by hand', 'POST', { 'sec-fetch-site': 'none' }],
  ['a program that says nothing', 'POST', {}],
  ['an old browser on our own page', 'DELETE', { origin: 'https://agora.test' }],
  [
    'a link from elsewhere that only reads',
    'GET',
    { 'sec-fetch-site': 'cross-site', origin: 'http://evil.test' },
  ],
])('%s passes', (_, method, headers) => {
  expect(ask(method, headers)).not.toThrow()
})

test.each([
  ['a form on another site', 'POST', { 'sec-fetch-site': 'cross-site', origin: 'http://agora.test' }],
  ['a sister domain', 'POST', { 'sec-fetch-site': 'same-site' }],
  ['an old browser on another site', 'POST', { origin: 'http://evil.test' }],
  ['a sandboxed frame', 'PUT', { origin: 'null' }],
])('%s is refused', (_, method, headers) => {
  expect(ask(method, headers)).toThrow('another site')
})

import { expect, test } from 'bun:test'
import { arePushKeys, isEndpoint, isPublicAddress } from '../../src/telling/endpoint.ts'

test.each([
  'https://fcm.googleapis.com/fcm/send/abc:def',
  'https://updates.push.services.mozilla.com/wpush/v2/gAAAA',
  'https://web.push.apple.com/QMw',
  'https://push.board.example:8443/a?b=c',
])('%s is a push service', (endpoint) => {
  expect(isEndpoint(endpoint, 'on')).toBe(true)
})

const neverOne = [
  '',
  'push',
  'http://push.board.example/a',
  'ftp://push.board.example/a',
  'https://ana:secret@push.board.example/a',
  'https://push.board.example/a#b',
  'https://push.board.example/ a',
  'https://push.board.example/é',
  `https://push.board.example/${'a'.repeat(1_000)}`,
]
const atHome = [
  'https://localhost/a',
  'https://printer/a',
  'https://printer.local/a',
  'https://db.internal/a',
  'https://a.localhost/a',
  'https://127.0.0.1/a',
  'https://2130706433/a',
  'https://0x7f.1/a',
  'https://8.8.8.8/a',
  'https://[::1]/a',
  'https://[2606:4700::1]/a',
]

test.each(neverOne)('%j is none', (endpoint) => {
  expect([isEndpoint(endpoint, 'on'), isEndpoint(endpoint, 'private')]).toEqual([false, false])
})

test.each(atHome)('%j is none but where the operator has one at home', (endpoint) => {
  expect([isEndpoint(endpoint, 'on'), isEndpoint(endpoint, 'private')]).toEqual([false, true])
})

test('addresses of somebody’s own network, and of nobody’s, are not public', () => {
  const own = [
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '169.254.169.254', '172.16.0.1', '172.31.255.255'],
    ...['192.168.1.1', '198.18.0.1', '203.0.113.9', '224.0.0.1', '255.255.255.255', 'push.board.example', ''],
    ...['::', '::1', '::ffff:10.0.0.1', '::ffff:8.8.8.8', '64:ff9b::a00:1', 'fc00::1', 'fd12::1', 'fe80::1'],
    ...['ff02::1', '2001:db8::1', '2001::1', '2002:a00:1::1'],
  ]
  const open = ['8.8.8.8', '172.15.0.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450::1']

  expect(own.filter(isPublicAddress)).toEqual([])
  expect(open.filter((address) => !isPublicAddress(address))).toEqual([])
})

test('keys are a point of the curve and 16 bytes, as texts', () => {
  const [point, auth] = [`B${'a'.repeat(86)}`, 'a'.repeat(22)]

  expect(arePushKeys(point, auth)).toBe(true)
  for (const [wrong, other] of [
    ['', auth],
    [point.slice(1), auth],
    [point, ''],
    [point, `${auth}==`],
  ] as const)
    expect(arePushKeys(wrong, other)).toBe(false)
})

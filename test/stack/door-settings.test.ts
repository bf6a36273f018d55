import { expect, test } from 'bun:test'
import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { boardAddress, checkCertificate, checkLimits, checkWords, tlsAt } from '../../stack/door-settings.ts'
import { makeRuntime } from '../../stack/site.ts'
import { temporaryFolder } from '../support/warden.ts'

test.each([
  ['RATE_LIMITS', 'none'],
  ['RATE_SIGN_IN', '0'],
  ['RATE_SIGN_UP', '-1'],
  ['RATE_WRITES', 'many'],
  ['RATE_LIKES', '1.5'],
  ['RATE_ALL', '999999999999999999'],
  ['RATE_CONNECTIONS', '-1'],
])('a start with %s=%s is refused by name, before HAProxy shuts everyone out', (name, value) => {
  expect(() => checkLimits({ [name]: value })).toThrow(name)
})

test.each([
  ['TLS_AT', '8443'],
  ['TLS_AT', ':https'],
  ['ACME_THUMBPRINT', 'a b"c'],
])('a start with %s=%s is refused by name, before HAProxy reads it', (name, value) => {
  expect(() => checkWords({ [name]: value })).toThrow(name)
  expect(() => checkWords({ TLS_AT: ':8443', ACME_THUMBPRINT: '1-CAtqdl_J' })).not.toThrow()
})

test.each([
  [{}, ':8443'],
  [{ TLS_BIND: '*:443' }, ''],
  [{ TLS_BIND: '127.0.0.1:18443' }, ':18443'],
])('with %p plain HTTP leads to the port where TLS is spoken', (env, at) => {
  expect(tlsAt(env)).toBe(at)
})

test('a certificate that is not there, or has no key, is told before anything starts', () => {
  const pem = join(temporaryFolder(), 'agora.pem')
  writeFileSync(pem, '-----BEGIN CERTIFICATE-----')

  expect(() => checkCertificate({ TLS_CERT: '/nowhere/agora.pem' })).toThrow('TLS_CERT')
  expect(() => checkCertificate({ TLS_CERT: pem })).toThrow('TLS_CERT')
  writeFileSync(pem, '-----BEGIN CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----')
  expect(() => checkCertificate({ TLS_CERT: pem })).not.toThrow()
})

test.each([
  [undefined, '127.0.0.1', 8080],
  ['*:80', '127.0.0.1', 80],
  [':81', '127.0.0.1', 81],
  ['192.0.2.1:80,[2001:db8::1]:80', '192.0.2.1', 80],
  ['[2001:db8::1]:82', '[2001:db8::1]', 82],
])('with HTTP_BIND=%s the board is at %s, port %i', (bind, host, port) => {
  expect(boardAddress(8080, { HTTP_BIND: bind })).toEqual({ host, port })
})

test.each(['80', 'nonsense', '*:0', '*:99999'])('HTTP_BIND=%s is no address', (bind) => {
  expect(() => boardAddress(8080, { HTTP_BIND: bind })).toThrow('HTTP_BIND')
  expect(() => boardAddress(8080, { TLS_BIND: bind })).toThrow('TLS_BIND')
})

test('sockets are kept where their paths are short and plain', () => {
  const spaced = join(temporaryFolder(), 'with space')
  mkdirSync(spaced)
  const folders = [makeRuntime('/nowhere/to/be/found'), makeRuntime(spaced)]
  for (const folder of folders) rmdirSync(folder)

  for (const folder of folders) expect(folder).toMatch(/^\/tmp\/agora-/)
})

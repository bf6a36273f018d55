import { expect, test } from 'bun:test'
import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  boardAddress,
  boardUrl,
  checkCertificate,
  checkLimits,
  checkWords,
  publishedNatively,
  tlsAt,
} from '../../stack/edge-settings.ts'
import { makeRuntime } from '../../stack/native/runtime-folder.ts'
import { unusedSettings } from '../../stack/unused-settings.ts'
import { temporaryFolder } from '../support/servers/reaper.ts'
import { freePort } from '../support/servers/services.ts'
import { runAgora } from '../support/servers/stack.ts'

test.each([
  ['RATE_LIMITS', 'none'],
  ['RATE_SIGN_IN', '0'],
  ['RATE_SIGN_UP', '-1'],
  ['RATE_REPORTS', '-1'],
  ['RATE_WRITES', 'many'],
  ['RATE_LIKES', '1.5'],
  ['RATE_ALL', '999999999999999999'],
  ['RATE_CONNECTIONS', '-1'],
  ['READ_BUDGET', '0'],
])('a start with %s=%s is refused by name, before HAProxy shuts everyone out', (name, value) => {
  expect(() => checkLimits({ [name]: value })).toThrow(name)
})

test.each([
  ['TLS_AT', '8443'],
  ['TLS_AT', ':https'],
  ['ACME_THUMBPRINT', 'a b"c'],
  ['PROXY_PROTOCOL', 'yes'],
  ['TRUSTED_PROXIES', 'proxy.example'],
  ['TRUSTED_PROXIES', '10.0.0.1,10.0.0.2'],
  ['TRUSTED_PROXIES', '10.0.0.0/33'],
  ['TRUSTED_PROXIES', '::1/129'],
  ['TRUSTED_PROXIES', '10.0.0.1 10.0.0'],
])('a start with %s=%s is refused by name, before HAProxy reads it', (name, value) => {
  expect(() => checkWords({ [name]: value })).toThrow(name)
  expect(() => checkWords({ TLS_AT: ':8443', ACME_THUMBPRINT: '1-CAtqdl_J' })).not.toThrow()
  const proxies = { TRUSTED_PROXIES: '10.0.0.0/8 192.0.2.1 2001:db8::/32 ::1', PROXY_PROTOCOL: 'on' }
  expect(() => checkWords(proxies)).not.toThrow()
})

test.each([
  [{}, ':8443'],
  [{ TLS_BIND: '*:443' }, ''],
  [{ TLS_BIND: '127.0.0.1:18443' }, ':18443'],
])('with %p plain HTTP leads to the port where TLS is spoken', (env, at) => {
  expect(tlsAt(env)).toBe(at)
})

test('a certificate that is not there, or has no key, is named before anything starts', () => {
  const pem = join(temporaryFolder(), 'agora.pem')
  writeFileSync(pem, '-----BEGIN CERTIFICATE-----')

  expect(() => checkCertificate({ TLS_CERT: '/nowhere/agora.pem' })).toThrow('TLS_CERT')
  expect(() => checkCertificate({ TLS_CERT: pem })).toThrow('TLS_CERT')
  writeFileSync(pem, '-----BEGIN CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----')
  expect(() => checkCertificate({ TLS_CERT: pem })).not.toThrow()
})

test('TLS_CERT=none says on purpose that no TLS is spoken', () => {
  const env = { TLS_CERT: 'none', TLS_BIND: '*:443' }

  expect(() => checkCertificate(env)).not.toThrow()
  expect(boardUrl(8080, env)).toBe('http://127.0.0.1:8080')
  expect(publishedNatively(env)).toBe('')
  expect(unusedSettings('native', env)).toEqual(['TLS_BIND is not used without TLS_CERT.'])
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

test('sockets stand where their paths are short and plain', () => {
  const spaced = join(temporaryFolder(), 'with space')
  mkdirSync(spaced)
  const folders = [makeRuntime('/nowhere/to/be/found'), makeRuntime(spaced)]
  for (const folder of folders) rmdirSync(folder)

  for (const folder of folders) expect(folder).toMatch(/^\/tmp\/agora-/)
})

test('up says in one line that a board which others reach shall not be open, and starts nothing', async () => {
  const data = join(temporaryFolder(), 'data')
  const env = { HTTP_BIND: `*:${await freePort()}`, ACTS_API: 'open' }

  const { code, output } = await runAgora(['up', '--native', '--data', data], env)

  expect(code).toBe(1)
  expect(output).toMatch(
    /^agora: ACTS_API=open while others reach the board \(\*:\d+\): .* OPEN_IN_PUBLIC=ACTS_API\n$/,
  )
}, 60_000)

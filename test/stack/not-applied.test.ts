import { expect, test } from 'bun:test'
import { firstStart } from '../../stack/database/config.ts'
import { boardUrl } from '../../stack/edge-settings.ts'
import { notApplied, settingsNow } from '../../stack/not-applied.ts'
import { sizeText } from '../../stack/status.ts'
import { unusedSettings } from '../../stack/unused-settings.ts'

const runs = { port: 8080, replicas: 2, autoscale: true, settings: { LIKES: 'open' } }
const question = { port: 8080, replicas: 2, autoscale: true, typed: [] }

test('a start of what runs already names each option and setting that it did not apply', () => {
  const typed = ['--port', '--replicas', '--no-autoscale'] as const
  const other = { port: 9_000, replicas: 4, autoscale: false, typed: [...typed] }

  expect(notApplied(other, runs, { LIKES: 'once', CURRENCY: 'CHF' })).toBe(
    'Not applied, because it runs: --port 9000 (it is 8080), --replicas 4 (it is 2), --no-autoscale, ' +
      'LIKES=once (it is open), CURRENCY=CHF (it is unset). ./agora down, then up, applies them.',
  )
})

test('it names each once, and of a secret nothing but its name', () => {
  const secret = { SMTP_URL: 'smtp://a:very-secret@b', OIDC_CLIENT_SECRET: 'very-secret' }
  const started = (env: Record<string, string>) => ({ ...runs, settings: settingsNow(env) })
  const typed = { ...question, typed: [] }

  expect(notApplied(typed, started({}), { ...secret, DATABASE_CONNECTIONS: '3' })).toBe(
    'Not applied, because it runs: OIDC_CLIENT_SECRET (it is unset), ' +
      'DATABASE_CONNECTIONS=3 (it is unset), SMTP_URL (it is unset). ./agora down, then up, applies them.',
  )
  expect(notApplied(typed, started(secret), { ...secret, SMTP_URL: 'smtp://c' })).toBe(
    'Not applied, because it runs: SMTP_URL (it is another). ./agora down, then up, applies them.',
  )
  expect(notApplied(typed, started(secret), secret)).toBeUndefined()
  expect(JSON.stringify(started(secret))).not.toContain('very-secret')
})

test('it is silent about what is so, what nobody typed, and what nobody knows', () => {
  expect(notApplied({ ...question, typed: ['--port'] }, runs, { LIKES: 'open' })).toBeUndefined()
  expect(notApplied({ ...question, port: 9_000 }, runs, {})).toBeUndefined()
  expect(notApplied({ ...question, port: 9_000, typed: ['--port'] }, {}, { LIKES: 'once' })).toBeUndefined()
})

test('settings that change nothing are named', () => {
  expect(unusedSettings('native', {})).toEqual([])
  expect(unusedSettings('native', { BATCHERS: 'http://a', TLS_PORT: '443', LIKES: 'once' })).toEqual([
    'BATCHERS is not used by ./agora up --native, see docs/configuration.md.',
    'TLS_PORT is not used by ./agora up --native, see docs/configuration.md.',
  ])
  expect(unusedSettings('docker', { TLS_BIND: '*:443', TLS_AT: ':8443', SCALE_STEP: '3' })).toEqual([
    'TLS_BIND is not used by ./agora up --docker, see docs/configuration.md.',
    'TLS_AT is not used without TLS_CERT.',
    'SCALE_STEP is not used without SCALE_POLICY=requests.',
  ])
  expect(unusedSettings('native', { RATE_LIMITS: 'off', RATE_LIKES: '9' })).toEqual([
    'RATE_LIKES is not used with RATE_LIMITS=off.',
  ])
})

test('with a certificate the board is where TLS is spoken', () => {
  expect(boardUrl(8080, {})).toBe('http://127.0.0.1:8080')
  expect(boardUrl(8080, { TLS_CERT: 'a.pem' })).toBe('https://127.0.0.1:8443')
  expect(boardUrl(8080, { TLS_CERT: 'a.pem', HTTP_BIND: '*:80', TLS_BIND: '*:443' })).toBe(
    'https://127.0.0.1',
  )
})

test('a new board has the sample or not, and its admin, as the options say', () => {
  expect(firstStart({}, 'on')).toEqual({ sample: true, adminName: 'admin', adminPassword: undefined })
  expect(firstStart({ SAMPLE: 'off', ADMIN_NAME: 'ana', ADMIN_PASSWORD: 'let me in' }, 'on')).toEqual({
    sample: false,
    adminName: 'ana',
    adminPassword: 'let me in',
  })
  expect(() => firstStart({ SAMPLE: 'no' }, 'on')).toThrow('SAMPLE')
})

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [30_208, '30 kB'],
  [1_234_567, '1.2 MB'],
  [45_600_000_000, '46 GB'],
])('%d bytes are %s', (bytes, said) => {
  expect(sizeText(bytes)).toBe(said)
})

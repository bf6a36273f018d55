import { expect, test } from 'bun:test'
import { inherited } from '../../../stack/process/program.ts'

test('processes are given the environment of the command, but for what one alone may know', () => {
  const env = { LIKES: 'once', SMTP_URL: 'smtp://a:secret@b', OIDC_CLIENT_SECRET: 'secret', TZ: undefined }

  expect(inherited(env)).toEqual({ LIKES: 'once', MIMALLOC_PURGE_DELAY: '1000' })
})

test('how often memory is given back is a setting', () => {
  expect(inherited({ MIMALLOC_PURGE_DELAY: '10' }).MIMALLOC_PURGE_DELAY).toBe('10')
})

import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { type MailSettings, mailSettings } from '../../stack/mail-settings.ts'
import { temporaryFolder } from '../support/servers/reaper.ts'
import { runAgora } from '../support/servers/stack.ts'

const boardUrl = 'http://127.0.0.1:8080'
const local = { boardUrl, published: '' }
const published = { boardUrl, published: '*:80' }
const smtp = { SMTP_URL: 'smtp://localhost', SITE_URL: 'https://board.example', MAIL_FROM: 'b@board.example' }
const off: MailSettings = { MAIL: 'off' }

describe('mail', () => {
  test('becomes files where this machine alone reaches the board, and is off elsewhere', () => {
    const files = { MAIL: 'folder', SITE_URL: boardUrl, MAIL_FROM: 'board@localhost' } as const

    expect(mailSettings(local, {})).toEqual(files)
    expect(mailSettings(published, {})).toEqual(off)
    expect(mailSettings(local, { TRUSTED_PROXIES: '10.0.0.1' })).toEqual(off)
    expect(mailSettings(local, { MAIL: 'off' })).toEqual(off)
  })

  test('is sent where there is a server, and what it is sent with', () => {
    const sent = { MAIL: 'smtp', SITE_URL: 'https://board.example', MAIL_FROM: 'b@board.example' } as const

    expect(mailSettings(published, smtp)).toEqual(sent)
    expect(mailSettings(local, { ...smtp, SITE_URL: 'https://board.example/' })).toEqual(sent)
    expect(mailSettings(local, { ...smtp, MAIL: 'off' })).toEqual(off)
  })

  test.each([
    [{ ...smtp, SITE_URL: '' }, 'SITE_URL is not set'],
    [{ ...smtp, MAIL_FROM: '' }, 'MAIL_FROM is not set'],
    [{ ...smtp, SMTP_URL: '', MAIL: 'smtp' }, 'SMTP_URL is not set'],
    [
      { ...smtp, SMTP_URL: 'https://mail' },
      'SMTP_URL must be an address that starts with smtp:// or smtps://',
    ],
    [{ MAIL: 'pigeon' }, 'MAIL must be off or folder or smtp, not "pigeon"'],
    [{ MAIL: 'folder', SITE_URL: '' }, 'MAIL_FROM is not set'],
  ])('stops the start where a setting is missing or wrong: %p', (env, says) => {
    expect(() => mailSettings(published, env)).toThrow(says)
  })
})

test('./agora up with a wrong address of a mail server ends with one line, and starts nothing', async () => {
  const data = join(temporaryFolder(), 'data')

  const { code, output } = await runAgora(['up', '--native', '--detach', '--data', data], {
    ...smtp,
    SMTP_URL: 'mail.example.org',
  })

  expect(code).toBe(1)
  expect(output).toBe('agora: SMTP_URL must be an address that starts with smtp:// or smtps://\n')
})

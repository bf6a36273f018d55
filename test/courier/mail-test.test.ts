import { expect, setDefaultTimeout, test } from 'bun:test'
import { startMailSink } from '../support/servers/mail-sink.ts'
import { freePort } from '../support/servers/services.ts'
import { runAgora } from '../support/servers/stack.ts'

setDefaultTimeout(60_000)

const tryMail = (SMTP_URL: string | undefined, address = 'ana@board.example') =>
  runAgora(['mail-test', address], { SMTP_URL, MAIL_FROM: 'board@board.example' })

test('mail-test says what is sent and what the server answers, and never the password', async () => {
  const sink = await startMailSink({ tls: 'offered', password: 'a-secret' })

  const { code, printed } = await tryMail(sink.url)

  expect(code).toBe(0)
  for (const line of ['< 220 ', '> STARTTLS', '> AUTH PLAIN', '< 235 ', '> RCPT TO:<ana@board.example>']) {
    expect(printed).toContain(line)
  }
  expect(printed).toContain('The server took the mail.')
  expect(printed).not.toContain('a-secret')
  expect(printed).not.toContain(Buffer.from('\0board\0a-secret').toString('base64'))
  expect(sink.received.map(({ to }) => to)).toEqual(['ana@board.example'])
})

test('mail-test says at which stage and why no mail was sent', async () => {
  const sink = await startMailSink()
  sink.fault = { at: 'recipient', does: '550 5.7.1 Not for you' }

  const refused = await tryMail(sink.url)
  const away = await tryMail(`smtp://127.0.0.1:${await freePort()}`)

  expect([refused.code, away.code]).toEqual([1, 1])
  expect(refused.printed).toContain('< 550 5.7.1 Not for you')
  expect(away.printed).toContain('No mail was sent: connect ECONNREFUSED')
})

test('mail-test says what it is missing', async () => {
  expect((await tryMail(undefined)).output).toContain('SMTP_URL is not set')
  expect((await tryMail('smtp://127.0.0.1', 'a@b, c@d')).output).toContain('mail-test wants an address')
})

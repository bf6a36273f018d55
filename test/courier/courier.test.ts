import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { join } from 'node:path'
import { openCourier, usualPace } from '../../courier/courier.ts'
import type { FailpointName } from '../../courier/failpoint.ts'
import { openSender } from '../../courier/sender.ts'
import { type MailConfig, smtpServer } from '../../src/platform/config.ts'
import { openDb } from '../../src/platform/db.ts'
import { openLog } from '../../src/platform/log.ts'
import { killCouriers, mailsThat, outboxOf, putMails, startCourier } from '../support/servers/courier.ts'
import { freshDatabase, type TestDatabase } from '../support/servers/database.ts'
import { startMailSink } from '../support/servers/mail-sink.ts'
import { temporaryFolder } from '../support/servers/reaper.ts'
import { freePort } from '../support/servers/services.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

let database: TestDatabase
beforeEach(async () => {
  database = await freshDatabase()
})
afterEach(killCouriers)

const allSent = (count: number) => until(async () => (await mailsThat(database, 'sent')) === count)

describe('a mail', () => {
  test('arrives once, with a text, a page, and headers that say where it comes from', async () => {
    const sink = await startMailSink()
    await startCourier(database, sink.url)

    await putMails(database, 1)
    await allSent(1)

    const [mail, ...more] = sink.received
    expect(more).toEqual([])
    expect(mail?.to).toBe('bo+0@board.example')
    expect(mail?.id).toMatch(/^[a-z\d]+\.1@board\.example$/)
    for (const line of [
      'From: The board <board@board.example>',
      'To: bo+0@board.example',
      'Subject: A test mail from board.example',
      'Auto-Submitted: auto-generated',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Type: text/html; charset=utf-8',
    ]) {
      expect(mail?.text).toContain(`${line}\r\n`)
    }
    expect(await outboxOf(database)).toMatchObject([{ state: 'sent', tries: 1, address: null }])
  })

  test('goes over TLS with a password, at once or by STARTTLS', async () => {
    const sinks = [
      await startMailSink({ tls: 'at once', password: 'a password: 50%' }),
      await startMailSink({ tls: 'offered', password: 'a password: 50%' }),
    ]

    for (const [at, sink] of sinks.entries()) {
      const courier = await startCourier(database, sink.url)
      await putMails(database, 1)
      await allSent(at + 1)
      await courier.stop()
    }

    expect(sinks.map(({ received }) => received.length)).toEqual([1, 1])
  })

  test('is a file where mail goes into a folder, which holds each once', async () => {
    const folder = join(temporaryFolder(), 'mail')
    const env = { MAIL: 'folder', MAIL_FOLDER: folder }
    const died = await startCourier(database, '', { env, diesAt: 'after sending' })
    await putMails(database, 3)
    await died.running.exited

    await startCourier(database, '', { env })
    await allSent(3)

    const files = readdirSync(folder)
    expect(files.length).toBe(3)
    expect(readFileSync(join(folder, files[0]!), 'utf8')).toContain('To: bo+')
  })
})

describe('a server', () => {
  test.each([
    ['connect', '421 4.3.2 Not now'],
    ['connect', 'cut'],
    ['sender', '451 4.3.0 Later'],
    ['sender', '550 5.7.1 Not this sender'],
    ['recipient', '450 4.2.1 Come back'],
    ['recipient', '554 5.7.1 Relay access denied'],
    ['recipient', 'cut'],
    ['end', '452 4.3.1 No room'],
  ] as const)('that at %s says %s gets the mail later', async (at, does) => {
    const sink = await startMailSink()
    sink.fault = { at, does }
    const met = sink.met()
    await startCourier(database, sink.url)
    await putMails(database, 1)

    await met
    sink.fault = undefined
    await allSent(1)

    expect(sink.received.length).toBe(1)
  })

  test('that is away for a while gets all mails, and most of them are tried once', async () => {
    const sink = await startMailSink()
    await sink.stop()
    await putMails(database, 40)
    await startCourier(database, sink.url, { pace: { rest: 0.3 } })
    await until(async () => (await outboxOf(database)).filter(({ tries }) => tries > 0).length > 4)

    await sink.start()
    await allSent(40)

    expect(sink.received.length).toBe(40)
    expect((await outboxOf(database)).filter(({ tries }) => tries === 1).length).toBeGreaterThan(10)
  })

  test('that hangs is left, and the mail arrives by another way', async () => {
    const sink = await startMailSink()
    sink.fault = { at: 'recipient', does: 'hang' }
    const met = sink.met()
    await startCourier(database, sink.url, { pace: { silence: 0.3 } })
    await putMails(database, 1)

    await met
    sink.fault = undefined
    await allSent(1)

    expect(sink.received.length).toBe(1)
  })

  test('that is cut off after the mail was there gets it again under the same Message-ID', async () => {
    const sink = await startMailSink()
    sink.fault = { at: 'end', does: 'cut' }
    const met = sink.met()
    await startCourier(database, sink.url)
    await putMails(database, 1)

    await met
    sink.fault = undefined
    await allSent(1)

    expect(new Set(sink.received.map(({ id }) => id)).size).toBe(1)
  })

  test.each([
    ['recipient', '550 5.1.1 <BO+0@board.example>: no such user', '550 5.1.1 <…>: no such user'],
    ['end', '554 5.6.0 We read this as spam', '554 5.6.0 We read this as spam'],
  ] as const)('that at %s refuses for good is not asked again', async (at, does, answer) => {
    const sink = await startMailSink()
    sink.fault = { at, does }
    const courier = await startCourier(database, sink.url)
    await putMails(database, 1)

    await until(async () => (await mailsThat(database, 'failed')) === 1)

    expect(await outboxOf(database)).toMatchObject([{ tries: 1, answer }])
    expect(courier.running.output()).not.toContain('bo+0')
  })

  test('whose password went wrong holds all mails up, and loses none', async () => {
    const sink = await startMailSink({ password: 'right' })
    await putMails(database, 3)
    const courier = await startCourier(database, sink.url.replace('right', 'wrong'))
    await until(async () => (await outboxOf(database)).some(({ tries }) => tries > 1))
    await courier.stop()

    await startCourier(database, sink.url)
    await allSent(3)
  })
})

test('a mail that is tried for too long fails', async () => {
  const port = await freePort()
  await startCourier(database, `smtp://127.0.0.1:${port}`, { pace: { giveUp: 3 } })
  await putMails(database, 1)

  await until(async () => (await mailsThat(database, 'failed')) === 1)

  const [mail] = await outboxOf(database)
  expect(mail?.tries).toBeGreaterThan(1)
  expect(mail?.answer).toContain('ECONNREFUSED')
})

describe('a courier that is killed', () => {
  const points: FailpointName[] = [
    'before taking',
    'after taking',
    'before sending',
    'after sending',
    'after commit',
  ]
  test.each(points)('%s loses no mail', async (point) => {
    const sink = await startMailSink()
    await putMails(database, 20)
    const died = await startCourier(database, sink.url, { diesAt: point, isAwaited: false })
    await died.running.exited

    await startCourier(database, sink.url)
    await allSent(20)

    const copies = sink.received.length
    expect(new Set(sink.received.map(({ id }) => id)).size).toBe(20)
    if (point === 'after sending') expect(copies).toBeGreaterThan(20)
    // Others may be anywhere while one is at this point.
    else expect(copies).toBeLessThanOrEqual(23)
  })

  test.each(['connect', 'sender', 'recipient'] as const)(
    'while the server hangs at %s loses no mail and sends no copy',
    async (at) => {
      const sink = await startMailSink()
      sink.fault = { at, does: 'hang' }
      const met = sink.met()
      const died = await startCourier(database, sink.url)
      await putMails(database, 3)
      await met
      await died.running.kill()

      sink.fault = undefined
      await startCourier(database, sink.url)
      await allSent(3)

      expect(sink.received.length).toBe(3)
    },
  )
})

test('a courier gives way where processors are short', async () => {
  const { niceness } = usualPace
  const { running } = await startCourier(database, 'smtp://127.0.0.1:1', { pace: { niceness } })

  expect(niceness).toBeGreaterThan(0)
  expect(getPriority(running.pid)).toBe(niceness)
  // As the supervisor starts it, in a session of its own: among sessions this value alone counts.
  const session = `/proc/${running.pid}/autogroup`
  if (existsSync(session)) expect(readFileSync(session, 'utf8').trim()).toEndWith(`nice ${niceness}`)
})

test('where processors are short, mails go one by one, those that somebody waits for first', async () => {
  const sink = await startMailSink({ takesMs: 20 })
  await putMails(database, 5, 'news')
  await database.write('UPDATE outbox SET is_bulk = 1')
  await putMails(database, 2, 'link')
  const stopping = new AbortController()
  const db = openDb({ url: database.urls.courier, connections: 2 })
  const mail: MailConfig = {
    siteUrl: 'https://board.example',
    from: { name: '', address: 'board@board.example' },
    way: { is: 'smtp', server: smtpServer({ SMTP_URL: sink.url }) },
  }
  const courier = openCourier({
    name: 'courier-1',
    mail,
    db,
    sender: openSender(mail, 60),
    log: openLog('courier-1', 'error'),
    failpoint: () => {},
    pace: { ...usualPace, look: 0.02, spare: 0.01 },
    areProcessorsShort: () => true,
  })

  const running = courier.run(stopping.signal)
  await allSent(7)
  stopping.abort()
  await running
  await db.close()

  const names = sink.received.map(({ to }) => to.replace(/@.*/, ''))
  expect(names).toEqual(['link+0', 'link+1', 'news+0', 'news+1', 'news+2', 'news+3', 'news+4'])
})

test('a courier that takes too much memory ends, and what is on its way arrives once', async () => {
  const sink = await startMailSink({ takesMs: 1_500 })
  await putMails(database, 6)
  const large = await startCourier(database, sink.url, { env: { COURIER_MAX_MB: '1' } })

  expect(await large.running.exited).toBe(0)
  expect(large.running.output()).toContain('takes too much memory')
  const sent = await mailsThat(database, 'sent')
  expect(sent).toBeLessThan(6)
  expect((await outboxOf(database)).filter(({ tries }) => tries > 0).length).toBe(sent)

  await startCourier(database, sink.url)
  await allSent(6)
  expect(sink.received.length).toBe(6)
})

test('two couriers send each mail once', async () => {
  const sink = await startMailSink()
  await putMails(database, 200)

  await Promise.all(
    ['courier-1', 'courier-2'].map((name) =>
      startCourier(database, sink.url, { env: { COURIER_NAME: name } }),
    ),
  )
  await allSent(200)

  expect(sink.received.length).toBe(200)
})

test('a wrong setting ends the start with a line that names it', async () => {
  for (const [env, says] of [
    [{ SMTP_URL: 'mail.example.org' }, 'SMTP_URL must be an address that starts with smtp:// or smtps://'],
    [{ SMTP_URL: 'smtp://h/?x=y' }, 'SMTP_URL must be like smtp://user:password@mail.example.org:587'],
    [{ SITE_URL: '' }, 'SITE_URL is not set'],
    [{ SITE_URL: 'https://board.example/board' }, "SITE_URL must be the board's address alone"],
    [{ MAIL_FROM: 'board' }, 'MAIL_FROM must be an address such as board@example.org'],
    [{ MAIL_FROM: 'a@b.example\nBcc: c@d.example' }, 'MAIL_FROM must be an address'],
  ] as const) {
    const { running } = await startCourier(database, 'smtp://127.0.0.1', { env, isAwaited: false })

    expect(await running.exited).toBe(1)
    expect(running.output()).toStartWith(`agora courier: ${says}`)
    expect(running.output().trimEnd().split('\n').length).toBe(1)
  }
})

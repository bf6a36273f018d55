import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { FailpointName } from '../../courier/failpoint.ts'
import { killCouriers, mailsThat, outboxOf, putMails, startCourier } from '../support/servers/courier.ts'
import { freshDatabase, type TestDatabase } from '../support/servers/database.ts'
import { startPostfix } from '../support/servers/postfix.ts'
import { openReplica } from '../support/servers/replica.ts'
import { newMember } from '../support/site/members.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

let database: TestDatabase
beforeEach(async () => {
  database = await freshDatabase()
})
afterEach(killCouriers)

const allSent = (count: number, there = database) =>
  until(async () => (await mailsThat(there, 'sent')) === count)
const tried = () => until(async () => (await outboxOf(database)).some(({ tries }) => tries > 1))
const idsIn = (mails: string[]) => new Set(mails.map((mail) => /^Message-ID: <(.*)>/im.exec(mail)?.[1]))

describe('a postfix', () => {
  test.each([
    ['none', false],
    ['offered', true],
    ['required', true],
  ] as const)('with STARTTLS %s has the mail in its mailbox, by TLS: %p', async (starttls, isByTls) => {
    const postfix = await startPostfix(starttls)
    await startCourier(database, `smtp://127.0.0.1:${postfix.port}`)

    await putMails(database, 1)
    const [mail = ''] = await until(() => postfix.mailbox().length > 0 && postfix.mailbox())

    expect(/^\s+\(using TLSv1\.\d /m.test(mail)).toBe(isByTls)
    expect(mail).toContain('Subject: A test mail from board.example')
    await allSent(1)
    expect(await outboxOf(database)).toMatchObject([{ tries: 1, address: null }])
  })

  test('that refuses STARTTLS gets no mail in the clear, and all of them once it is mended', async () => {
    const postfix = await startPostfix('refused')
    await startCourier(database, `smtp://127.0.0.1:${postfix.port}`)
    await putMails(database, 5)

    await tried()
    const answers = (await outboxOf(database)).map(({ answer }) => answer).filter(Boolean)
    await postfix.stop()
    await postfix.start('required')
    await allSent(5)

    expect(answers.length).toBeGreaterThan(0)
    for (const answer of answers) expect(answer).toStartWith('454 4.7.0 ')
    await until(() => postfix.mailbox().length === 5)
    for (const mail of postfix.mailbox()) expect(mail).toContain('using TLSv1.')
  })

  test('elsewhere has to prove who it is, unless that is not asked for', async () => {
    const postfix = await startPostfix()
    // Not named as this machine.
    const url = `smtp://0.0.0.0:${postfix.port}`
    const doubted = await startCourier(database, url)
    await putMails(database, 1)
    await tried()
    await doubted.stop()

    const trusting = await startCourier(database, url, { env: { NODE_EXTRA_CA_CERTS: postfix.certificate } })
    await allSent(1)
    await trusting.stop()
    const [{ tries = 0 } = {}] = await outboxOf(database)
    await putMails(database, 1)
    await startCourier(database, `${url}/?verify=off`)
    await allSent(2)

    expect(tries).toBeGreaterThan(2)
    await until(() => postfix.mailbox().length === 2)
    for (const mail of postfix.mailbox()) expect(mail).toContain('using TLSv1.')
  })

  test('says that there is no such mailbox, and is not asked again', async () => {
    const postfix = await startPostfix()
    await startCourier(database, `smtp://127.0.0.1:${postfix.port}`)
    await putMails(database, 1, 'cem')

    await until(async () => (await mailsThat(database, 'failed')) === 1)

    const [mail] = await outboxOf(database)
    expect(mail).toMatchObject({ tries: 1, answer: expect.stringContaining('550 5.1.1 <…>') })
  })

  test('that is away for the whole backoff gets what an admin sends again', async () => {
    const web = await openReplica()
    const postfix = await startPostfix()
    await postfix.stop()
    await putMails(web.database, 20)
    await startCourier(web.database, `smtp://127.0.0.1:${postfix.port}`, { pace: { giveUp: 1 } })
    await until(async () => (await mailsThat(web.database, 'failed')) === 20)
    const admin = (await web.as('admin')).visitor()
    for (const [key, value] of (await newMember(web, 'ana', 'admin')).cookies) admin.cookies.set(key, value)

    const page = await (await admin.get('/admin/mail')).text()
    await postfix.start()
    await admin.post('/admin/mail/send')
    await allSent(20, web.database)

    expect(page).toContain('ECONNREFUSED')
    await until(() => postfix.mailbox().length === 20)
    expect(idsIn(postfix.mailbox()).size).toBe(20)
  })
})

describe('a courier that is killed', () => {
  const points: FailpointName[] = [
    'before taking',
    'after taking',
    'before sending',
    'after sending',
    'after commit',
  ]
  test.each(points)('%s loses no mail that goes to postfix', async (point) => {
    const postfix = await startPostfix()
    const url = `smtp://127.0.0.1:${postfix.port}`
    await putMails(database, 20)
    const died = await startCourier(database, url, { diesAt: point, isAwaited: false })
    await died.running.exited

    await startCourier(database, url)
    await allSent(20)
    await until(() => idsIn(postfix.mailbox()).size === 20)

    // Those that it had handed over when it died.
    expect(postfix.mailbox().length).toBeLessThanOrEqual(24)
  })
})

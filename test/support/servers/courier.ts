import { join } from 'node:path'
import { type Pace, usualPace } from '../../../courier/courier.ts'
import type { FailpointName } from '../../../courier/failpoint.ts'
import { addressIn } from '../../../src/mail/address.ts'
import { putMail } from '../../../src/mail/queries.ts'
import { openDb } from '../../../src/platform/db.ts'
import { until } from '../until.ts'
import { closeAfterTests } from './cleanup.ts'
import type { TestDatabase } from './database.ts'
import { type Running, startProcess } from './processes.ts'
import { root } from './reaper.ts'
import { freePort } from './services.ts'

/** As patient as a test is, also where many tests want the processors. */
const testPace: Pace = {
  ...usualPace,
  ...{ look: 0.02, linger: 0.005, spare: 0.005, first: 0.05, longest: 0.2, rest: 0.05, niceness: 0 },
  push: { look: 0.02, first: 0.05, longest: 0.2, lease: 2 },
}

export type TestCourier = { url: string; running: Running; stop(): Promise<void> }

export type CourierOptions = {
  pace?: Partial<Pace>
  /** Where it kills itself. */
  diesAt?: FailpointName
  /** How often it comes there until it does; the first time by default. */
  diesAfter?: number
  env?: Record<string, string>
  /** Until it answers. Not where it is to die at once. */
  isAwaited?: boolean
}

/** A real courier process on a database, which sends to `smtp`, or where `env` says. */
export async function startCourier(
  database: Pick<TestDatabase, 'urls'>,
  smtp: string,
  { pace = {}, diesAt, diesAfter = 1, env = {}, isAwaited = true }: CourierOptions = {},
): Promise<TestCourier> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const program = join(root, 'test/support/servers/stopping-courier.ts')
  const running = startProcess(
    [process.execPath, program, JSON.stringify({ ...testPace, ...pace }), diesAt ?? 'never', `${diesAfter}`],
    {
      env: {
        COURIER_NAME: 'courier-1',
        HOST: '127.0.0.1',
        PORT: `${port}`,
        DATABASE_URL: database.urls.courier,
        SITE_URL: 'https://board.example',
        SMTP_URL: smtp,
        MAIL_FROM: 'The board <board@board.example>',
        ...env,
      },
    },
  )
  if (isAwaited) {
    await until(async () => !running.isRunning() || (await fetch(`${url}/up`)).ok)
    if (!running.isRunning()) throw new Error(running.output())
  }
  started.push(running)
  return closeAfterTests({ url, running, stop: () => running.stop() }, killCouriers)
}

const started: Running[] = []

/** For after each test: every courier asks its database many times a second. */
export async function killCouriers(): Promise<void> {
  await Promise.all(started.splice(0).map((running) => running.kill()))
}

/** Writes so many mails into the outbox, as an admin does who tries whether mail arrives. */
export async function putMails(database: TestDatabase, count: number, to = 'bo'): Promise<void> {
  const db = openDb({ url: database.urls.admin, connections: 4 })
  // One after the other: a busy machine sends writes away that wait for long.
  for (let at = 0; at < count; at++) {
    const address = addressIn(`${to}+${at}@board.example`)!
    await putMail(db, { kind: 'test', by: 'ana', address, language: 'en' })
  }
  await db.close()
}

export type OutboxRow = { state: string; tries: number; answer: string; address: string | null }

export const outboxOf = (database: TestDatabase) =>
  database.rows<OutboxRow>('SELECT state, tries, answer, address FROM outbox ORDER BY id')

/** How many mails are in a state. */
export async function mailsThat(database: TestDatabase, state: 'waiting' | 'sent' | 'failed') {
  return (await outboxOf(database)).filter((each) => each.state === state).length
}

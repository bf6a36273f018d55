import { startMailSink } from '../test/support/servers/mail-sink.ts'
import { whole } from './figures.ts'
import type { PrivateStack } from './private-stack.ts'
import { addMails, mailsWaiting } from './queries.ts'

/** As a server elsewhere may be: the courier, which has four on the way, sends 40 a second all the time. */
const takesMs = 100

type WaitingMails = {
  /** What the stack has to be started with. */
  env: Record<string, string>
  begin(stack: PrivateStack): Promise<void>
  /** Undefined where there are none to wait. */
  report(stack: PrivateStack): Promise<MailsReport | undefined>
}

type MailsReport = { mails: number; waiting: number }

/**
 * Beside what is measured, a courier works through so many mails, whose server takes them slowly. Without
 * any, a stack is as it always is: its courier has nothing to do.
 */
export async function openWaitingMails(mails: number): Promise<WaitingMails> {
  if (mails === 0) return { env: {}, begin: async () => {}, report: async () => undefined }
  const { url } = await startMailSink({ takesMs })
  return {
    env: { SMTP_URL: url, SITE_URL: 'https://board.example', MAIL_FROM: 'board@board.example' },
    begin: async (stack) => void (await stack.sql(addMails(mails))),
    report: async (stack) => {
      const [[waiting = ''] = []] = await stack.sql(mailsWaiting)
      return { mails, waiting: Number(waiting) }
    },
  }
}

export const mailsText = ({ mails, waiting }: MailsReport) =>
  `Of ${whole(mails)} mails ${whole(mails - waiting)} were sent meanwhile, ${whole(waiting)} wait still.` +
  (waiting === 0 ? ' None was left before the end: more are needed.' : '')

/** Whether there were mails to send until the end; without them a measurement says nothing. */
export const lasted = (report: MailsReport | undefined) => report === undefined || report.waiting > 0

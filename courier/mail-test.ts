import { format } from 'node:util'
import { createTransport } from 'nodemailer'
import type { MailAddress } from '../src/mail/address.ts'
import { type Environment, mailSender, smtpServer } from '../src/platform/config.ts'
import { connectionTo } from './sender.ts'

type Say = (line: string) => void

/** An administrator waits for it at a terminal. */
const silenceSeconds = 30

/**
 * Sends a mail to an address as a courier does, and says line by line what was sent and what the server
 * answered. Resolves with whether the server took it. Throws a ConfigError that names the variable.
 */
export async function tryMail(to: MailAddress, env: Environment, say: Say): Promise<boolean> {
  const server = smtpServer(env)
  const from = mailSender(env)
  say(`${server.host}, port ${server.port}${server.isTls ? ', TLS at once' : ''}`)
  const transport = createTransport({
    ...connectionTo(server, env.SITE_URL, silenceSeconds),
    ...(server.login && { auth: server.login }),
    logger: loggerTo(say),
    transactionLog: true,
  })
  try {
    await transport.sendMail({
      from,
      to: { name: '', address: to },
      subject: 'A test mail',
      text: `Mail from ${from.address} arrives. ./agora mail-test sent this; there is nothing to do.\n`,
      headers: { 'Auto-Submitted': 'auto-generated' },
      disableFileAccess: true,
      disableUrlAccess: true,
    })
    say('The server took the mail. Whether it arrives, its log or that mailbox says.')
    return true
  } catch (error) {
    say(`No mail was sent: ${error instanceof Error ? error.message : error}`)
    return false
  } finally {
    transport.close()
  }
}

type Entry = { tnx?: string }

const marks: Record<string, string> = { client: '>', server: '<', network: '-', smtp: '-' }

/** Of what the driver tells, the words of both sides. It leaves passwords out. */
function loggerTo(say: Say) {
  const tell = ({ tnx = '' }: Entry, ...words: unknown[]) => {
    const mark = marks[tnx]
    if (!mark) return
    for (const line of format(...words).split(/\r?\n/)) say(`${mark} ${line}`)
  }
  return { trace: tell, debug: tell, info: tell, warn: tell, error: tell, fatal: tell, level: () => {} }
}

import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { createTransport, type SendMailOptions } from 'nodemailer'
import type { MailAddress } from '../src/mail/address.ts'
import type { MailConfig, MailSender, SmtpServer } from '../src/platform/config.ts'

/** A mail as it is handed to the server. */
export type Message = {
  /** The same at every try: who gets a second copy can tell. */
  id: string
  to: MailAddress
  subject: string
  text: string
  html: string
  /** Where the recipient ends mails of this kind. */
  unsubscribe?: string
  file?: { name: string; type: string; text: string }
}

/** Resolves with the server's words when it has taken a mail. Throws a SendError. */
export type Sender = { send(message: Message): Promise<string>; close(): void }

/**
 * A mail was not taken. `unreachable`: it is not about this mail; no other would have been taken.
 * `recipient`: there is no such mailbox. `refused`: the server will not have this mail. `later`: it may have
 * it another time.
 */
export class SendError extends Error {
  override name = 'SendError'

  constructor(
    readonly is: 'unreachable' | 'recipient' | 'refused' | 'later',
    /** What the server said, or why it could not. */
    readonly answer: string,
  ) {
    super(answer)
  }
}

/** Mails that are on their way to the server at a time. */
export const atOnce = 4

/** `silence`: in seconds, how long a server may say nothing. */
export function openSender({ way, from, siteUrl }: MailConfig, silence: number): Sender {
  return way.is === 'folder' ? toFolder(way.folder, from) : toServer(way.server, from, siteUrl, silence)
}

/**
 * RFC 5321, 4.5.3.2: a server may take ten minutes to say that it has the mail, and one that is left before
 * is sent it twice.
 */
export const usualSilence = 600

/** How the server is spoken to: the password goes over the wire in TLS only. */
export const connectionTo = (
  { host, port, isTls, isVerified, login }: SmtpServer,
  siteUrl: string | undefined,
  silence: number,
) => ({
  host,
  port,
  secure: isTls,
  requireTLS: login !== undefined && isVerified,
  tls: { rejectUnauthorized: isVerified },
  ...nameFrom(siteUrl),
  connectionTimeout: Math.min(30, silence) * 1_000,
  greetingTimeout: Math.min(60, silence) * 1_000,
  socketTimeout: silence * 1_000,
})

/** The name in EHLO, unless the board has none: then this machine says its own. */
function nameFrom(siteUrl: string | undefined): { name?: string } {
  if (!siteUrl || !URL.canParse(siteUrl)) return {}
  const { hostname } = new URL(siteUrl)
  return isIP(hostname.replace(/^\[|\]$/g, '')) === 0 ? { name: hostname } : {}
}

function toServer(server: SmtpServer, from: MailSender, siteUrl: string, silence: number): Sender {
  const transport = createTransport({
    ...connectionTo(server, siteUrl, silence),
    ...(server.login && { auth: server.login }),
    pool: true,
    maxConnections: atOnce,
    maxMessages: 100,
    // By itself it would send what was cut off again, and only we know when to.
    maxRequeues: 0,
  })
  return {
    async send(message) {
      try {
        return (await transport.sendMail(withHeaders(message, from))).response
      } catch (error) {
        throw asSendError(error)
      }
    },
    close: () => transport.close(),
  }
}

/** A file for each mail, whole when it has its name: sent again it takes the place of the one before. */
function toFolder(folder: string, from: MailSender): Sender {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' })
  return {
    async send(message) {
      const { message: bytes } = await transport.sendMail(withHeaders(message, from))
      const path = join(folder, `${message.id.replace(/@.*/, '')}.eml`)
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 })
        const file = openSync(`${path}.part`, 'w', 0o600)
        writeSync(file, bytes as Buffer)
        fsyncSync(file)
        closeSync(file)
        renameSync(`${path}.part`, path)
      } catch (error) {
        throw new SendError('unreachable', error instanceof Error ? error.message : String(error))
      }
      return path
    },
    close: () => transport.close(),
  }
}

function withHeaders(
  { id, to, subject, text, html, unsubscribe, file }: Message,
  from: MailSender,
): SendMailOptions {
  return {
    messageId: `<${id}>`,
    from,
    // As an object it is one address, whatever stands in it.
    to: { name: '', address: to },
    subject,
    text,
    html,
    ...(file && { attachments: [{ filename: file.name, contentType: file.type, content: file.text }] }),
    // RFC 3834: no "I am on holiday" comes back.
    headers: {
      'Auto-Submitted': 'auto-generated',
      // RFC 8058: by one press, and nobody has to sign in.
      ...(unsubscribe && {
        'List-Unsubscribe': { prepared: true, value: `<${unsubscribe}>` },
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      }),
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

/** Of the driver's errors, as far as they are used. */
type Failure = { code?: string; command?: string; responseCode?: number; response?: string; message: string }

const ofTheMail = ['MAIL FROM', 'RCPT TO', 'DATA']

/**
 * Returns what went wrong, by RFC 5321 and the enhanced codes of RFC 3463: 5.1.x and 5.2.x are about a
 * mailbox, 5.7.x is about what we may do, which an operator can mend.
 */
function asSendError(error: unknown): SendError {
  const {
    command = '',
    responseCode = 0,
    response,
    message,
  }: Failure = error instanceof Error ? error : { message: String(error) }
  const answer = response ?? message
  if (!ofTheMail.includes(command) || responseCode === 421) return new SendError('unreachable', answer)
  const isFinal = responseCode >= 500
  const [, subject = ''] = /^\d{3}[ -]5\.(\d+)\.\d+/.exec(answer) ?? []
  const isMailbox = subject ? ['1', '2'].includes(subject) : [550, 551, 553].includes(responseCode)
  if (command === 'RCPT TO' && isFinal && isMailbox) return new SendError('recipient', answer)
  if (command === 'DATA' && isFinal) return new SendError('refused', answer)
  return new SendError('later', answer)
}

import {
  type Environment,
  environment,
  mailKind,
  mailSender,
  siteUrl,
  smtpServer,
} from '../src/platform/config.ts'

/** What replicas and courier are given of the settings of mail. */
export type MailSettings = { MAIL: 'off' } | { MAIL: 'folder' | 'smtp'; SITE_URL: string; MAIL_FROM: string }

/**
 * Whether this stack sends mail, how, and with which addresses in it. Where this machine alone reaches the
 * board and nobody said otherwise, mails become files, so that all that is done by mail can be tried. Throws
 * a ConfigError that names the variable.
 */
export function mailSettings(
  { boardUrl, published }: { boardUrl: string; published: string },
  env: Environment = environment,
): MailSettings {
  const isPlayground = published === '' && !env.TRUSTED_PROXIES
  const kind = env.MAIL || env.SMTP_URL || !isPlayground ? mailKind(env) : 'folder'
  if (kind === 'off') return { MAIL: 'off' }
  const local = kind === 'folder' && isPlayground ? { SITE_URL: boardUrl, MAIL_FROM: 'board@localhost' } : {}
  const given = { SITE_URL: env.SITE_URL || local.SITE_URL, MAIL_FROM: env.MAIL_FROM || local.MAIL_FROM }
  mailSender(given)
  if (kind === 'smtp') smtpServer(env)
  return { MAIL: kind, SITE_URL: siteUrl(given), MAIL_FROM: given.MAIL_FROM ?? '' }
}

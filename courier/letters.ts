import type { MailContent } from '../src/mail/queries.ts'
import { type Letter, testLetter } from '../views/letters.tsx'

/** What a mail of the outbox says, in the language spoken. Throws when this version knows no such kind. */
export function letterOf(mail: MailContent, siteUrl: string): Letter {
  switch (mail.kind) {
    case 'test':
      return testLetter({ siteUrl, by: mail.by })
    default:
      throw new Error(`no mail is of the kind ${(mail as { kind: string }).kind}`)
  }
}

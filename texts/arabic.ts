import { accounts } from './arabic/accounts.ts'
import { admin } from './arabic/admin.ts'
import { audit } from './arabic/audit.ts'
import { board } from './arabic/board.ts'
import { mail } from './arabic/mail.ts'
import { market } from './arabic/market.ts'
import { moderation } from './arabic/moderation.ts'
import { offers } from './arabic/offers.ts'
import { payments } from './arabic/payments.ts'
import { site } from './arabic/site.ts'
import { status } from './arabic/status.ts'
import { talk } from './arabic/talk.ts'
import { windows } from './arabic/windows.ts'

/** Every sentence of the site in Arabic, by its English text. */
export const arabic = {
  ...moderation,
  ...{ ...site, ...board, ...talk, ...status, ...market, ...offers },
  ...{ ...accounts, ...admin, ...audit, ...mail, ...windows, ...payments },
}

export type Sentence = keyof typeof arabic

import type { Sentence } from './arabic.ts'
import { accounts } from './german/accounts.ts'
import { admin } from './german/admin.ts'
import { audit } from './german/audit.ts'
import { board } from './german/board.ts'
import { mail } from './german/mail.ts'
import { market } from './german/market.ts'
import { moderation } from './german/moderation.ts'
import { offers } from './german/offers.ts'
import { payments } from './german/payments.ts'
import { site } from './german/site.ts'
import { status } from './german/status.ts'
import { talk } from './german/talk.ts'
import { windows } from './german/windows.ts'

/** Every sentence of the site in German, by its English text. */
export const german: Record<Sentence, string> = {
  ...moderation,
  ...{ ...site, ...board, ...talk, ...status, ...market, ...offers },
  ...{ ...accounts, ...admin, ...audit, ...mail, ...windows, ...payments },
}

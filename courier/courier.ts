import { constants } from 'node:os'
import { pause } from '../src/platform/async.ts'
import { steadyClock } from '../src/platform/clock.ts'
import type { MailConfig } from '../src/platform/config.ts'
import type { Db } from '../src/platform/db.ts'
import type { Log } from '../src/platform/log.ts'
import { speaking } from '../texts/say.ts'
import { LetterPage, letterText } from '../views/letters.tsx'
import type { Failpoint } from './failpoint.ts'
import { letterOf } from './letters.ts'
import type { Outbox, Tries } from './metrics.ts'
import { type PushPace, usualPushPace } from './push/push.ts'
import {
  dueMails,
  markDropped,
  markFailed,
  markRefused,
  markSent,
  outboxNow,
  postponeMail,
  releaseMails,
  sweepMails,
  type TakenMail,
  takeMails,
} from './queries.ts'
import { atOnce, type Message, SendError, type Sender, usualSilence } from './sender.ts'

/** How long a courier waits for what, in seconds, and for a processor. */
export type Pace = {
  /** Between two looks into an empty outbox. */
  look: number
  /** Before mails are taken, so that what has room by then is taken in one transaction. */
  linger: number
  /** The same while processors are short, and then mails are taken one by one. */
  spare: number
  /** Before a mail is tried a second time; each further pause is twice as long. */
  first: number
  longest: number
  /** After the first try nothing is tried any more. */
  giveUp: number
  /** When the server is out of reach, before the next mail is tried. */
  rest: number
  /** How long a server may say nothing. */
  silence: number
  /** Longer than any try takes. Only then is a mail taken again whose courier is gone for good. */
  lease: number
  /** Its nice value: the higher, the longer it waits for a processor. At 0 it takes its share. */
  niceness: number
  push: PushPace
}

export const usualPace: Pace = {
  look: 1,
  linger: 0.02,
  spare: 0.5,
  first: 60,
  longest: 12 * 3_600,
  giveUp: 3 * 24 * 3_600,
  rest: 60,
  silence: usualSilence,
  lease: 1_800,
  niceness: constants.priority.PRIORITY_BELOW_NORMAL,
  push: usualPushPace,
}

const sweepEveryMs = 600_000
const countEveryMs = 10_000
const sweptAtOnce = 1_000

export type Courier = {
  /** Resolves when it has stopped; what is on its way may arrive until then. */
  run(stopping: AbortSignal): Promise<void>
  tries: Tries
  outbox(): Outbox
}

type Parts = {
  name: string
  mail: MailConfig
  db: Db
  sender: Sender
  log: Log
  failpoint: Failpoint
  pace: Pace
  areProcessorsShort(): boolean
}

/**
 * Carries mails from the outbox to the server, each at least once.
 *
 * A mail is a row, written by the transaction of its cause. The courier takes it, which is a commit by
 * itself: from then on no other courier does. It sends it, and when the server has answered 250 it commits
 * that it is sent. What is killed before, at whatever moment, leaves a row that waits: the courier of the
 * same name takes it again when it starts, any other when the lease is over. So none is lost, and a second
 * copy leaves only when a courier is killed between the server's having the mail and our commit, or when the
 * answer was lost on the way. Both copies have one `Message-ID`, made of what the row was from the beginning.
 *
 * Mails can wait, whoever reads and likes does not: while processors are short it sends two a second, and
 * always those first that somebody waits for, such as the link to a new password.
 *
 * A server that is out of reach is not the fault of a mail: all of them rest, and one is tried now and then.
 * What the server says of a mail by itself postpones that one alone.
 */
export function openCourier({
  name,
  mail: { siteUrl, from },
  db,
  sender,
  log,
  failpoint,
  pace,
  areProcessorsShort,
}: Parts): Courier {
  const tries: Tries = { sent: 0, later: 0, unreachable: 0, recipient: 0, refused: 0 }
  /** Those that are on their way. */
  const busy = new Map<number, Promise<void>>()
  let outbox: Outbox = { waiting: 0, failed: 0, oldestSeconds: 0 }
  let isReached = true
  let restsUntilMs = 0

  return { run, tries, outbox: () => outbox }

  async function run(stopping: AbortSignal): Promise<void> {
    const counting = every(countEveryMs, count)
    const sweeping = every(sweepEveryMs, sweep)
    await untilReleased(stopping)
    while (!stopping.aborted) {
      const begun = await begin().catch((error) => {
        log.warn('the outbox could not be read', { error })
        return 0
      })
      if (begun === 0) await Promise.race([pause(pace.look * 1_000, stopping), ...busy.values()])
      await pause((areProcessorsShort() ? pace.spare : pace.linger) * 1_000, stopping)
    }
    clearInterval(counting)
    clearInterval(sweeping)
    await Promise.all(busy.values())
  }

  /**
   * Frees the mails that a courier of this name had when it was killed. Resolves when that is done, or at
   * `stopping`.
   */
  async function untilReleased(stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      const isDone = await releaseMails(db, name).then(
        () => true,
        (error) => {
          log.warn('the outbox could not be read', { error })
          return false
        },
      )
      if (isDone) return
      await pause(pace.look * 1_000, stopping)
    }
  }

  /** Begins to send as many mails as are due and have room. Returns how many. */
  async function begin(): Promise<number> {
    const room = (isReached && !areProcessorsShort() ? atOnce : 1) - busy.size
    if (room <= 0 || steadyClock() < restsUntilMs) return 0
    failpoint('before taking')
    const taken = await db.transaction(async (sql) => {
      const mails = await dueMails(sql, room)
      if (mails.length > 0) {
        const ids = mails.map(({ id }) => id)
        await takeMails(sql, ids, name, pace.lease)
      }
      return mails
    })
    for (const mail of taken) {
      failpoint('after taking')
      // One that takes longer than a lease is still on its way.
      if (busy.has(mail.id)) continue
      const work = carry(mail)
        // It waits for the end of its lease.
        .catch((error) => log.error('what became of a mail could not be written', { mail: mail.id, error }))
        .finally(() => busy.delete(mail.id))
      busy.set(mail.id, work)
    }
    return taken.length
  }

  async function carry(mail: TakenMail): Promise<void> {
    try {
      const message = await drawn(mail)
      if (!message) {
        await insist(() => markDropped(db, mail.id))
        return
      }
      failpoint('before sending')
      const answer = await sender.send(message)
      failpoint('after sending')
      isReached = true
      tries.sent++
      await insist(() => markSent(db, mail.id, shortened(answer, mail)))
      failpoint('after commit')
    } catch (error) {
      if (!(error instanceof SendError)) throw error
      await failed(mail, error)
    }
  }

  /** Undefined when nobody wants it any more. A kind that only a newer version knows waits for that. */
  async function drawn(mail: TakenMail): Promise<Message | undefined> {
    try {
      return await draw(mail)
    } catch (error) {
      log.error('a mail could not be drawn', { mail: mail.id, error })
      throw new SendError('later', 'This mail could not be drawn, see the log of the courier.')
    }
  }

  async function draw(mail: TakenMail): Promise<Message | undefined> {
    const { id, createdAt, language } = mail
    return speaking(language, async () => {
      const addressed = await letterOf(db, mail, siteUrl)
      if (!addressed) return undefined
      const { letter, to } = addressed
      return {
        id: `${Date.parse(createdAt).toString(36)}.${id}@${from.address.replace(/.*@/, '')}`,
        to,
        subject: letter.subject,
        text: letterText(letter),
        html: String(LetterPage({ letter })),
        ...(letter.unsubscribe && { unsubscribe: letter.unsubscribe }),
        ...(letter.file && { file: letter.file }),
      }
    })
  }

  async function failed(mail: TakenMail, error: SendError): Promise<void> {
    tries[error.is]++
    isReached = error.is !== 'unreachable'
    if (!isReached) restsUntilMs = steadyClock() + pace.rest * 1_000
    const answer = shortened(error.answer, mail)
    // The server's words may hold the address; its code does not.
    log.warn('a mail was not taken', { mail: mail.id, kind: mail.kind, is: error.is, code: codeOf(answer) })
    if (error.is === 'recipient') await insist(() => markRefused(db, mail))
    if (error.is === 'recipient' || error.is === 'refused') {
      await insist(() => markFailed(db, mail.id, answer))
      return
    }
    const seconds = Math.min(pace.longest, pace.first * 2 ** mail.tries)
    await insist(() => postponeMail(db, mail.id, { answer, seconds, giveUpSeconds: pace.giveUp }))
  }

  /**
   * Repeats `write` while the database is away, for half a lease: nobody else knows what happened to the
   * mail.
   */
  async function insist(write: () => Promise<unknown>): Promise<void> {
    const untilMs = steadyClock() + (pace.lease * 1_000) / 2
    for (;;) {
      try {
        await write()
        return
      } catch (error) {
        if (steadyClock() > untilMs) throw error
        await pause(pace.look * 1_000)
      }
    }
  }

  async function count(): Promise<void> {
    const states = await outboxNow(db)
    const of = (state: string) => states.find((each) => each.state === state)
    outbox = {
      waiting: of('waiting')?.mails ?? 0,
      failed: of('failed')?.mails ?? 0,
      oldestSeconds: of('waiting')?.oldestSeconds ?? 0,
    }
  }

  async function sweep(): Promise<void> {
    while ((await sweepMails(db, sweptAtOnce)) === sweptAtOnce) await pause(100)
  }

  /** Does it now, and regularly from then on. */
  function every(ms: number, work: () => Promise<void>): NodeJS.Timeout {
    const once = () => void work().catch((error) => log.warn('the outbox could not be read', { error }))
    once()
    return setInterval(once, ms)
  }
}

/** It is shown to admins, who need not know whose address it was. */
function shortened(answer: string, { address }: TakenMail): string {
  const plain = answer.replace(/\p{Cc}+/gu, ' ')
  return plain.replaceAll(new RegExp(RegExp.escape(address), 'gi'), '…').slice(0, 500)
}

/** Such as `550 5.1.1`. */
const codeOf = (answer: string) => /^\d{3}(?:[ -]\d\.\d+\.\d+)?/.exec(answer)?.[0]

import type { Sentence } from '../../texts/arabic.ts'
import { Unavailable } from './errors.ts'

/**
 * What MySQL and MariaDB answer when they can't do now what they could a moment before or after, and what a
 * visitor reads then. Whatever is not here is wrong with the statement. Sources: the server error reference
 * of MySQL, MariaDB's list of error codes (18xx and 19xx differ), and 3, 20 and 28, which come from the
 * system below either.
 */
const cannotNow = {
  'Nothing can be changed at the moment, only read. Please try again in a while.': [1290, 1792, 1836],
  'There is no room for anything new at the moment. Please try again later.': [
    3, 20, 28, 1021, 1026, 1114, 1180, 1197, 1534, 1598,
  ],
  'Very many people want this at the moment. Please try again soon.': [
    1020, 1037, 1038, 1040, 1041, 1135, 1203, 1205, 1206, 1213, 1226, 1467, 3101, 3572,
  ],
  'This took too long and was stopped. Please try again, or ask for less.': [1317, 1969, 3024],
  'A part of the site is restarting. Please try again in a moment.': [
    1053, 1077, 1079, 1129, 1152, 1158, 1159, 1160, 1161, 1184, 1927, 3032, 3100, 3168, 4031,
  ],
} as const satisfies Partial<Record<Sentence, number[]>>

type Reason = keyof typeof cannotNow

const reasons = new Map<number, Reason>(
  (Object.keys(cannotNow) as Reason[]).flatMap((reason) =>
    cannotNow[reason].map((errno) => [errno, reason] as const),
  ),
)

/**
 * A statement whose answer is not waited for any more, and its connection with it. `SILENT`: the server does
 * not answer, or knows nothing of it. `STOPPED`: it took too long, or nobody wants the answer.
 */
export class Ended extends Error {
  override name = 'Ended'

  /** `over`: when the server has really ended it, which may be some time after it was told to. */
  constructor(
    readonly code: 'SILENT' | 'STOPPED',
    public over?: Promise<void>,
  ) {
    super(code === 'SILENT' ? 'MySQL did not answer' : 'the statement was stopped')
  }
}

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : '')
const errnoOf = (error: unknown) => (error instanceof Error && 'errno' in error ? Number(error.errno) : 0)

/** A server that has no room says 1030 as well, with the system's reason in its text. */
const hasNoRoom = (error: unknown) =>
  errnoOf(error) === 1030 && error instanceof Error && /\b28\b|no space/i.test(error.message)

/** Returns what is thrown instead of the driver's error: `Unavailable` for what may work a moment later. */
export function inTermsOfStores(cause: unknown): unknown {
  const reason = reasonOf(cause)
  const over = cause instanceof Ended ? cause.over : undefined
  return reason || isUnreachable(cause) ? new Unavailable('mysql', { cause, reason, over }) : cause
}

/** Why it cannot be done now, where that is worth telling. */
export function reasonOf(error: unknown): Reason | undefined {
  if (codeOf(error) === 'STOPPED') return reasons.get(3024)
  return hasNoRoom(error) ? reasons.get(1021) : reasons.get(errnoOf(error))
}

/** Nothing was answered at all, as by a server that hangs. */
export const isSilence = (error: unknown) => ['SILENT', 'ETIMEDOUT'].includes(codeOf(error))

/** The connection is gone, so nothing can be rolled back by it. */
export const isLost = (error: unknown) => isUnreachable(error) || isHungUp(error)

/** A store is away because of its server, not of what was asked of it, and another one might do it. */
export function isAway(error: unknown): boolean {
  const cause = error instanceof Unavailable ? error.cause : undefined
  return isSpent(cause) && codeOf(cause) !== 'STOPPED'
}

/** The connection leads nowhere any more, or to a server that is not the one to write to. */
export const isSpent = (error: unknown) => isLost(error) || isReadOnly(error)

/** The row or name is there already. */
export const isDuplicate = (error: unknown) => codeOf(error) === 'ER_DUP_ENTRY'

/** A row that this one refers to is gone. */
export const isMissingParent = (error: unknown) => codeOf(error).startsWith('ER_NO_REFERENCED_ROW')

/** A value is longer than its column or than what the server takes at once. */
export const isTooLong = (error: unknown) =>
  ['ER_DATA_TOO_LONG', 'ER_NET_PACKET_TOO_LARGE'].includes(codeOf(error))

/**
 * Another transaction was in the way; the same work may succeed at once. 1020 is MariaDB's, from 11.6 on.
 * 1467, "Failed to read auto-increment value", is what MariaDB calls a deadlock over the lock that an INSERT
 * ... SELECT takes for the number of its row; the transaction is rolled back, as ever.
 */
export const isDeadlock = (error: unknown) => [1213, 1020, 1467, 3101].includes(errnoOf(error))

/** A lock was waited for as long as the session allows. */
export const isLockedOut = (error: unknown) => errnoOf(error) === 1205

/** After a failover another server is at the address, to which only a new connection leads. */
export const isReadOnly = (error: unknown) => [1290, 1792, 1836, 3032, 3100].includes(errnoOf(error))

const unreachableCodes =
  /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOST|ENETUNREACH|PROTOCOL_|ERR_SOCKET|SILENT$|STOPPED$)/

/** The server is going, or has closed this connection. */
const closing = new Set([1053, 1077, 1079, 1152, 1158, 1159, 1160, 1161, 1184, 1927, 3168, 4031])

/** The server answers so and then closes the connection, which would fail whoever is given it next. */
const isHungUp = (error: unknown) => codeOf(error) === 'ER_NET_PACKET_TOO_LARGE'

/** The server could not be asked, or the connection is lost; whether the statement ran is not known. */
const isUnreachable = (error: unknown) =>
  unreachableCodes.test(codeOf(error)) ||
  closing.has(errnoOf(error)) ||
  (error instanceof Error && /closed state/.test(error.message))

import { timingSafeEqual } from 'node:crypto'
import { authorized } from '../src/likes/protocol.ts'
import type { Clock } from '../src/platform/clock.ts'
import type { Ledger } from './ledger/ledger.ts'

const openMs = 60 * 60 * 1_000

type Parts = { secret: string | undefined; ledger: Pick<Ledger, 'isGuarded' | 'guard'>; clock: Clock }

/**
 * Allows requests with the secret that replicas have, too. Releases before there was one send none. So on a
 * journal that such a release wrote, requests without any are allowed for the first hour, in which a deploy
 * replaces its replicas; the journal keeps that this hour is over. A wrong secret is never allowed.
 *
 * Without a secret every request is allowed, as before.
 */
export function openGuard({ secret, ledger, clock }: Parts) {
  const expected = secret === undefined ? undefined : digestOf(authorized(secret).authorization ?? '')
  const openUntil = clock() + openMs
  let isOpen = !ledger.isGuarded()

  return { allows, closeIfDue }

  function allows({ headers }: Request): boolean {
    if (!expected) return true
    const given = headers.get('authorization')
    return given === null ? isOpen : timingSafeEqual(digestOf(given), expected)
  }

  /** To be called once a second. */
  function closeIfDue() {
    if (!expected || !isOpen || clock() < openUntil) return
    isOpen = false
    ledger.guard()
  }
}

export type Guard = ReturnType<typeof openGuard>

/** Of one length, whatever is given. */
const digestOf = (text: string) => Bun.SHA256.hash(text) as Uint8Array<ArrayBuffer>

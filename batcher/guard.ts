import { timingSafeEqual } from 'node:crypto'
import { authorized } from '../src/likes/protocol.ts'
import type { Clock } from '../src/platform/clock.ts'
import type { Journal } from './ledger/journal.ts'

const openMs = 60 * 60 * 1_000

/**
 * Who may talk to the batcher: whoever has the secret that replicas have, too. Releases before there was one send none.
 * So on a journal that such a release wrote, requests without any are served for the first hour, in which a deploy
 * replaces its replicas; the journal keeps that this hour is over. A wrong secret is never served.
 *
 * Without a secret everybody is served, as before.
 */
export function openGuard({ secret, journal, clock }: Parts) {
  const wanted = secret === undefined ? undefined : digestOf(authorized(secret).authorization ?? '')
  const openUntil = clock() + openMs
  let isOpen = !journal.isGuarded()

  return {
    lets({ headers }: Request): boolean {
      if (!wanted) return true
      const given = headers.get('authorization')
      return given === null ? isOpen : timingSafeEqual(digestOf(given), wanted)
    },

    /** To be called once a second. */
    tidy() {
      if (!wanted || !isOpen || clock() < openUntil) return
      isOpen = false
      journal.guard()
    },
  }
}

export type Guard = ReturnType<typeof openGuard>

type Parts = { secret: string | undefined; journal: Journal; clock: Clock }

/** Of one length, whatever is given. */
const digestOf = (text: string) => Bun.SHA256.hash(text) as Uint8Array<ArrayBuffer>

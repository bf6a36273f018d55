import { closedBecause } from '../../src/likes/protocol.ts'
import { Refusal } from '../../src/platform/errors.ts'
import type { Log } from '../../src/platform/log.ts'
import { isFullDisk, StandsBy } from '../ledger/journal.ts'
import type { Admission, Ledger } from '../ledger/ledger.ts'
import type { Totals } from '../publish/totals.ts'
import { openGroupCommit } from './commit-timing.ts'
import type { ParsedLike } from './parse.ts'

type Parts = {
  name: string
  ledger: Ledger
  totals: Totals
  log: Log
  /** Returns those posts of the likes that don't exist, when all is known that the ledger needs. */
  prepare: (likes: ParsedLike[]) => Set<number> | Promise<Set<number>>
  /** Whether no like may be accepted now. */
  isClosed: () => boolean
}

type Request = {
  likes: ParsedLike[]
  gone: Set<number>
  answer: (body: string) => void
  fail: (error: unknown) => void
}

const refusals: Record<Exclude<Admission, 'accepted'>, [status: number, error: string]> = {
  'other post': [409, 'This id was used for another like.'],
  gone: [404, 'This post is gone.'],
  closed: [503, closedBecause.parted],
  full: [503, 'Too many likes are waiting for the database.'],
  unknown: [503, 'The post could not be looked up.'],
}

/**
 * Accepts likes: all that came during one turn of the event loop, or a little longer under load, are admitted
 * to the ledger, journaled by one commit, shown to readers, and only then answered.
 */
export function openIntake({ name, ledger, totals, log, prepare, isClosed }: Parts) {
  const beginning = `{"batcher":${JSON.stringify(name)},"likes":[`
  const groupCommit = openGroupCommit(commit)
  let queue: Request[] = []
  let refused = 0
  let isDiskFull = false

  return { accept, refused: () => refused }

  /** Resolves to the body of the answer when every like in it is on the disk and in sight of every reader. */
  async function accept(likes: ParsedLike[]): Promise<string> {
    const gone = await prepare(likes)
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    queue.push({ likes, gone, answer: resolve, fail: reject })
    groupCommit.requestCame(likes.find(({ producer }) => producer !== undefined)?.producer)
    return promise
  }

  function commit() {
    const requests = queue
    queue = []
    const failAll = (error: unknown) => {
      for (const request of requests) request.fail(error)
    }
    try {
      const bodies = requests.map(admit)
      const changed = totals.asOfNow(ledger.commit())
      if (isDiskFull) log.info('the journal keeps likes again')
      isDiskFull = false
      const answer = () => {
        for (const [index, request] of requests.entries()) request.answer(bodies[index] ?? '')
      }
      const show = () => {
        const shown = totals.show(changed)
        if (shown) shown.then(answer)
        else answer()
      }
      const kept = ledger.kept()
      if (kept) kept.then(show, failAll)
      else show()
    } catch (error) {
      ledger.rollback()
      failAll(error instanceof StandsBy ? error : refusalFor(error))
    }
  }

  /** Logs a full disk once, not for each of all the tries that follow: the log may be on it, too. */
  function refusalFor(error: unknown): Refusal {
    const isFull = isFullDisk(error)
    if (!isFull || !isDiskFull) log.error('the journal could not keep likes', { error })
    isDiskFull = isFull
    return new Refusal(503, isFull ? closedBecause.full : 'The like could not be kept.')
  }

  /** Returns the body of the answer. */
  function admit({ likes, gone }: Request): string {
    ledger.beginRequest(likes)
    let body = beginning
    for (const [index, like] of likes.entries()) body += (index === 0 ? '' : ',') + resultOf(like, gone)
    const flawed = likes.find(({ flaw }) => flaw !== undefined)
    if (flawed) log.warn('likes made no sense', { first: flawed.flaw, id: flawed.id, post: flawed.post })
    return `${body}]}`
  }

  function resultOf(like: ParsedLike, gone: Set<number>): string {
    if (like.flaw !== undefined) {
      refused++
      return refusal(like, 400, like.flaw)
    }
    const objection = gone.has(like.post) ? 'gone' : isClosed() ? 'closed' : undefined
    const admission = ledger.admit(like, objection)
    if (admission === 'accepted') return accepted(like)
    if (admission !== 'other post') refused++
    return refusal(like, ...refusals[admission])
  }

  function accepted({ id, post, user, wants }: ParsedLike): string {
    // The version is that of the commit under way.
    const version = ledger.version() + 1
    const total = ledger.totalOf(post)
    const known = `{"id":${JSON.stringify(id)},"post":${post},"total":${total},"version":${version}`
    const liked = wants === undefined ? undefined : (ledger.isLiked(post, user) ?? wants)
    // Nobody knows it for a like that came before, after a restart with MySQL away: only what it asked for.
    return typeof liked === 'boolean' ? `${known},"liked":${liked}}` : `${known}}`
  }

  function refusal({ id, post }: ParsedLike, status: number, error: string): string {
    return JSON.stringify({ id, post, error, status })
  }
}

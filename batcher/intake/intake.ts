import { closedBecause } from '../../src/likes/protocol.ts'
import type { Clock } from '../../src/platform/clock.ts'
import { Refusal } from '../../src/platform/errors.ts'
import type { Log } from '../../src/platform/log.ts'
import type { Dedupe } from '../ledger/dedupe.ts'
import { isFullDisk, type Journal } from '../ledger/journal.ts'
import type { MemberLikes } from '../ledger/member-likes.ts'
import { goneTotal, type PostTable } from '../ledger/post-table.ts'
import type { Totals } from '../publish/totals.ts'
import { openGroupCommit } from './commit-timing.ts'
import type { ParsedLike } from './parse.ts'
import type { Lookup } from './post-lookup.ts'

type Tally = { answered: number; version: number; commits: number; refused: number }

type Parts = {
  name: string
  journal: Journal
  posts: PostTable
  ids: Dedupe
  choices: MemberLikes
  totals: Totals
  lookup: Lookup
  log: Log
  maxWaiting: number
  clock: Clock
  /** Why no like may be taken now, if so. */
  closed: () => string | undefined
  /** Called with each row of which likes were taken. */
  onTaken: (row: number) => void
  /** Called with how long each commit to the journal took. */
  onCommitted: (seconds: number) => void
}

type Request = {
  presses: ParsedLike[]
  gone: Set<number>
  answer: (body: string) => void
  fail: (error: unknown) => void
}

/**
 * Takes presses: all that came during one turn of the event loop, or a little longer under load, are judged, kept by
 * one commit of the journal, shown to readers, and only then answered.
 */
export function openIntake(parts: Parts) {
  const { name, journal, posts, ids, choices, totals, lookup, log, maxWaiting, clock, closed } = parts
  const { onTaken, onCommitted } = parts
  const { answered, version } = journal.state()
  const tally: Tally = { answered, version, commits: 0, refused: 0 }
  const beginning = `{"batcher":${JSON.stringify(name)},"likes":[`
  let queue: Request[] = []
  let touched: number[] = []
  let counted = 0
  let isDiskFull = false
  const groupCommit = openGroupCommit(commit)

  return { take, tally }

  /** Resolves to the body of the answer when every like in it is on the disk and in sight of every reader. */
  async function take(presses: ParsedLike[]): Promise<string> {
    const gone = await lookup.prepare(presses)
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    queue.push({ presses, gone, answer: resolve, fail: reject })
    groupCommit.arrived(presses.find(({ producer }) => producer !== undefined)?.producer)
    return promise
  }

  function commit() {
    const requests = queue
    queue = []
    try {
      const bodies = requests.map(judge)
      const rows = keep()
      if (isDiskFull) log.info('the journal keeps likes again')
      isDiskFull = false
      const shown = totals.show(rows, tally.version)
      const answer = () => {
        for (const [at, request] of requests.entries()) request.answer(bodies[at] ?? '')
      }
      if (shown) shown.then(answer)
      else answer()
    } catch (error) {
      discard()
      const refusal = unkept(error)
      for (const request of requests) request.fail(refusal)
    }
  }

  /** A full disk is told once, not for each of all the tries that follow: the log may be on it, too. */
  function unkept(error: unknown): Refusal {
    const isFull = isFullDisk(error)
    if (!isFull || !isDiskFull) log.error('the journal could not keep likes', { error })
    isDiskFull = isFull
    return new Refusal(503, isFull ? closedBecause.full : 'The like could not be kept.')
  }

  function judge({ presses, gone }: Request): string {
    const numbered = presses.find((each) => each.producer !== undefined)
    if (numbered) ids.begin(numbered)
    let body = beginning
    for (const [at, press] of presses.entries()) body += (at === 0 ? '' : ',') + judgeOne(press, gone)
    tell(presses)
    return `${body}]}`
  }

  function tell(presses: ParsedLike[]) {
    const first = presses.find(({ flaw }) => flaw !== undefined)
    if (first) log.warn('presses made no sense', { first: first.flaw, id: first.id, post: first.post })
  }

  function judgeOne(press: ParsedLike, gone: Set<number>): string {
    if (press.flaw !== undefined) {
      tally.refused++
      return refusal(press, 400, press.flaw)
    }
    const row = posts.find(press.post)
    const verdict = ids.check(press)
    if (verdict === 'other') return refusal(press, 409, 'This id was used for another post.')
    const isGone = gone.has(press.post) || (row >= 0 && posts.total(row) === goneTotal)
    if (verdict === 'seen' && row >= 0 && !isGone) return taken(press, row)

    const isFull = posts.waitingLikes + counted >= maxWaiting
    const isKnown = row >= 0 && isStateKnown(press)
    const why = closed()
    const isCounted = verdict === 'new' && !isGone && isKnown && !isFull && why === undefined
    if (verdict === 'new') ids.note(press, isCounted)
    if (isCounted) return count(press, row)

    tally.refused++
    if (isGone) return refusal(press, 404, 'This post is gone.')
    if (why !== undefined) return refusal(press, 503, why)
    if (isFull) return refusal(press, 503, 'Too many likes are waiting for the database.')
    return refusal(press, 503, 'The post could not be looked up.')
  }

  function isStateKnown({ post, user, wants }: ParsedLike): boolean {
    return wants === undefined || choices.isLiked(post, user) !== undefined
  }

  function count(press: ParsedLike, row: number): string {
    const { post, user, wants } = press
    counted++
    if (wants === undefined) {
      begin(row, 1)
    } else {
      const isLiked = choices.isLiked(post, user) === true
      const willLike = wants === 'opposite' ? !isLiked : wants
      if (willLike !== isLiked) {
        choices.begin(post, user, willLike)
        begin(row, willLike ? 1 : -1)
      }
    }
    return taken(press, row)
  }

  function begin(row: number, by: number) {
    if (posts.pending(row) === 0) touched.push(row)
    posts.setPending(row, posts.pending(row) + by)
  }

  function taken({ id, post, user, wants }: ParsedLike, row: number): string {
    const total = posts.total(row) + posts.pending(row)
    // That of the commit under way.
    const version = tally.version + 1
    const known = `{"id":${JSON.stringify(id)},"post":${post},"total":${total},"version":${version}`
    const liked = wants === undefined ? undefined : (choices.isLiked(post, user) ?? wants)
    // Nobody knows it for a press that came before, after a restart with MySQL away: only what it asked for.
    return typeof liked === 'boolean' ? `${known},"liked":${liked}}` : `${known}}`
  }

  function refusal({ id, post }: ParsedLike, status: number, error: string): string {
    return JSON.stringify({ id, post, error, status })
  }

  /** One commit for all that is pending; then, and only then, memory follows. Returns the rows that changed. */
  function keep(): number[] {
    const { senders, keys } = ids.pending()
    if (counted === 0 && senders.size === 0) return []
    const now = clock()
    const rows = [...new Set(touched)]
    const wanted = choices.pending()
    // Under LIKES=once a choice that takes back another leaves less to write, not more.
    const isOnce = wanted.choices.length > 0
    const waitingOf = (row: number) =>
      posts.waiting(row) + (isOnce ? (wanted.counts.get(posts.post(row)) ?? 0) : posts.pending(row))

    const startedAt = performance.now()
    journal.keep({
      posts: rows.map((row) => ({
        post: posts.post(row),
        total: posts.total(row) + posts.pending(row),
        waiting: waitingOf(row) + posts.inFlight(row),
        since: posts.waiting(row) > 0 ? posts.since(row) : now,
      })),
      senders,
      keys,
      memberLikes: wanted.choices,
      answered: tally.answered + counted,
      added: rows.reduce((sum, row) => sum + posts.pending(row), 0),
      version: tally.version + 1,
    })
    onCommitted((performance.now() - startedAt) / 1_000)

    for (const row of rows) {
      const waiting = waitingOf(row)
      posts.setTotal(row, posts.total(row) + posts.pending(row))
      posts.setPending(row, 0)
      posts.setWaiting(row, waiting, now)
      if (waiting === 0) posts.commit(row, now)
    }
    tally.answered += counted
    tally.version++
    tally.commits++
    choices.commit()
    ids.commit()
    touched = []
    counted = 0
    for (const row of rows) onTaken(row)
    return rows
  }

  function discard() {
    for (const row of touched) posts.setPending(row, 0)
    touched = []
    counted = 0
    choices.rollback()
    ids.rollback()
  }
}

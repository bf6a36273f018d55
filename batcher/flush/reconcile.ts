import type { Clock } from '../../src/platform/clock.ts'
import type { Db } from '../../src/platform/db.ts'
import { chunks } from '../intake/post-lookup.ts'
import type { Journal } from '../ledger/journal.ts'
import type { MemberLikes } from '../ledger/member-likes.ts'
import { goneTotal, type PostTable } from '../ledger/post-table.ts'
import type { Batch } from '../ledger/records.ts'
import type { Newest } from './agreement.ts'
import { formBatch, inputOf } from './batch.ts'
import { likesOfPosts } from './queries.ts'

/**
 * What becomes of the likes that wait when the journal takes MySQL's history for its own: `send` adds them to it,
 * `drop` takes them to be in it already.
 */
export type Decision = 'send' | 'drop'

const askedAtOnce = 1_000

type Parts = { name: string; db: Db; journal: Journal; posts: PostTable; choices: MemberLikes; clock: Clock }

/** MySQL has lost these batches: they are queued again. Returns the rows of their posts, whose totals are set anew. */
export async function takeBack(
  { db, journal, posts, choices, clock }: Parts,
  lost: Batch[],
): Promise<number[]> {
  const affected = [...new Set(lost.flatMap(({ entries }) => entries.map(([post]) => post)))]
  const stored = await storedTotals(db, affected)
  const queue = [...lost, ...journal.batches()]
  const added = addedByPost(queue)
  const again = waitingByPost(lost)
  const rowOf = (post: number) => posts.find(post)
  const changed = affected.map((post) => {
    const waiting = rowOf(post) < 0 ? 0 : netWaiting(posts, choices, rowOf(post))
    const total = (stored.get(post) ?? 0) + (added.get(post) ?? 0) + waiting
    return { post, total, waiting: again.get(post) ?? 0 }
  })
  journal.takeBack(lost, changed, clock())

  return changed.map(({ post, total, waiting }) => {
    const row = posts.add(post, total)
    posts.setTotal(row, stored.has(post) ? total : goneTotal)
    posts.setInFlight(row, posts.inFlight(row) + waiting)
    posts.release(row)
    return row
  })
}

/** Takes MySQL's history up to `newest` for the journal's own. Memory has to be loaded from the journal afterwards. */
export async function followMysql(
  { name, db, journal, posts, choices }: Parts,
  newest: Newest,
  decision: Decision,
): Promise<void> {
  const queue = journal.batches()
  if (decision === 'drop') {
    const applied =
      posts.waitingLikes + [...waitingByPost(queue).values()].reduce((sum, each) => sum + each, 0)
    return journal.follow({ newest, batches: [], posts: [], areMemberLikesDropped: true, applied })
  }
  const batches: Batch[] = []
  for (const batch of queue) batches.push(formBatch(name, batches.at(-1) ?? newest, inputOf(batch)))
  const inFlight = waitingByPost(queue)
  const wanted = [...new Set([...waitingRows(posts).map((row) => posts.post(row)), ...inFlight.keys()])]
  const stored = await storedTotals(db, wanted)
  const added = addedByPost(queue)
  const rows = wanted.map((post) => {
    const row = posts.find(post)
    const total = (stored.get(post) ?? 0) + (added.get(post) ?? 0) + netWaiting(posts, choices, row)
    return { post, total, waiting: posts.waiting(row) + (inFlight.get(post) ?? 0), since: posts.since(row) }
  })
  journal.follow({ newest, batches, posts: rows, areMemberLikesDropped: false, applied: 0 })
}

async function storedTotals(db: Db, list: number[]): Promise<Map<number, number>> {
  const stored = new Map<number, number>()
  for (const some of chunks(list, askedAtOnce)) {
    for (const { id, likes } of await likesOfPosts(db, some)) stored.set(id, likes)
  }
  return stored
}

const waitingRows = (posts: PostTable): number[] => {
  const rows: number[] = []
  for (let row = posts.first('waiting'); row >= 0; row = posts.after(row)) rows.push(row)
  return rows
}

/** By how much what waits in no batch changes a post's total. */
function netWaiting(posts: PostTable, choices: MemberLikes, row: number): number {
  const own = choices.of([posts.post(row)])
  return posts.waiting(row) - 2 * own.filter(([, , liked]) => !liked).length
}

function addedByPost(batches: Batch[]): Map<number, number> {
  const added = new Map<number, number>()
  for (const [post, each] of batches.flatMap(({ entries }) => entries))
    added.set(post, (added.get(post) ?? 0) + each)
  return added
}

function waitingByPost(batches: Batch[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const { post, waiting } of batches.flatMap(inputOf))
    counts.set(post, (counts.get(post) ?? 0) + waiting)
  return counts
}

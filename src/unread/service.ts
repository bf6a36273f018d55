import { endUnread, type Viewer } from '../accounts/queries.ts'
import { forgetViewer } from '../accounts/sessions.ts'
import type { Context } from '../context.ts'
import { beside } from '../platform/beside.ts'
import { type NewInThread, newInCategories, newInThreads, putThreadRead } from './queries.ts'

/** What is new in the threads of a list, by the ids of their posts. */
export type NewInThreads = Map<number, Pick<NewInThread, 'comments' | 'first'>>

/** Threads of which one statement asks. */
const askedAtOnce = 100

type ListedPost = { id: number; newestComment: number | null }

/** Found for rows of a list by who asked and from where: a row is another object once its thread changes. */
const foundBefore = new WeakMap<ListedPost, Map<string, NewInThread | undefined>>()

/**
 * What is new to a member in the threads of these posts, which are the rows of a list as it is cached. It is
 * asked only of threads whose newest comment is behind what they have read, and once of each row. Empty for
 * strangers and programs, and where it cannot be read now, as a page goes without.
 */
export async function newInThreadsOf(
  { db, log }: Context,
  viewer: Viewer | undefined,
  posts: ListedPost[],
): Promise<NewInThreads> {
  const since = viewer?.since
  if (!since) return new Map()
  const threads = posts
    .map((row) => ({ row, post: row.id, behind: Math.max(since.comment, since.read[row.id] ?? 0) }))
    .filter(({ row, behind }) => (row.newestComment ?? 0) > behind)
    .slice(0, askedAtOnce)
    .map((thread) => ({ ...thread, by: `${viewer.id} ${thread.behind}`, before: beforeOf(thread.row) }))
  const unknown = threads.filter(({ before, by }) => !before.has(by))
  const known = threads.flatMap(({ before, by }) => before.get(by) ?? [])
  try {
    const found = unknown.length === 0 ? [] : await newInThreads(db, viewer.id, unknown)
    const foundOf = new Map(found.map((thread) => [thread.post, thread]))
    for (const { before, by, post } of unknown) before.set(by, foundOf.get(post))
    return new Map([...known, ...found].map((thread) => [thread.post, thread]))
  } catch (error) {
    log.warn('what is new could not be read', { error })
    return new Map()
  }
}

/** Members of whom is known what is new in one row. */
const mostKnown = 1_000

function beforeOf(row: ListedPost) {
  const before = foundBefore.get(row) ?? new Map<string, NewInThread | undefined>()
  if (before.size >= mostKnown) before.clear()
  foundBefore.set(row, before)
  return before
}

/** How many posts of each category are new to a member. */
export async function newInCategoriesOf(
  { db }: Context,
  viewer: Viewer | undefined,
): Promise<Map<number, number>> {
  if (!viewer?.since) return new Map()
  const found = await newInCategories(
    db,
    viewer.id,
    viewer.since.post,
    Object.keys(viewer.since.read).map(Number),
  )
  return new Map(found.map(({ category, posts }) => [category, posts]))
}

/** Each page that they ask for takes them along. Of one visit more are not noted, and stay new. */
const mostThreadsRead = 1_000

/**
 * Notes that a member has read a thread up to a comment, where something of it was new; on their other
 * devices and on the next page it is not any more. Nobody waits for it.
 */
export function noteRead(context: Context, viewer: Viewer | undefined, post: number, newest: number): void {
  if (!viewer?.since) return
  const { since, id } = viewer
  const read = since.read[post]
  const isNew = newest > Math.max(since.comment, read ?? 0) || (post > since.post && read === undefined)
  const isFull = read === undefined && Object.keys(since.read).length >= mostThreadsRead
  if (!isNew || isFull) return
  beside(context, 'what a member has read was not stored', async () => {
    await putThreadRead(context.db, id, post, newest)
    await forgetViewer(context, id)
  })
}

/** Nothing of what is there is new to a member any more. */
export async function markAllRead(context: Context, { id }: Viewer): Promise<void> {
  await endUnread(context.db, id)
  await forgetViewer(context, id)
}

import type { Sql } from '../../../src/platform/db.ts'
import { compare } from '../../flush/agreement.ts'
import { lastBatch, likesOfChain } from '../../flush/queries.ts'
import { addedByPost, type Batch, formBatch, inputOf, netLikes, waitingByPost } from '../batch.ts'
import { goneTotal } from '../post-table.ts'
import type { JournalPost, KeyBlock } from '../records.ts'
import {
  likeKeys,
  likeSenders,
  type StateRow,
  stateOf,
  waitingBatches,
  waitingChoices,
  waitingLikes,
} from './queries.ts'

const rowsPerPage = 10_000
const blocksPerPage = 1_000

export type Loaded = {
  state: StateRow
  posts: JournalPost[]
  producers: { producer: string; highWaterMark: number; refused: string }[]
  memberLikes: { post: number; user: number; liked: number }[]
  batches: Batch[]
  keyBlocks: KeyBlock[]
  newestKeys: number
  /** Where `state` and `batches` are others than what was read: the numbers that batches had. */
  rebased: number[] | undefined
}

/**
 * Reads the journal of this generation. Resolves to undefined when there is a later one. A total is what
 * MySQL has of a post and what waits for it, so it is right whatever became of the post meanwhile.
 *
 * Nothing but this journal and the table of batches could disagree, and only if somebody else wrote batches
 * of this name, such as a batcher whose journal was a file. What waits here is in none of those, so it is
 * sent behind them.
 */
export async function loadJournal(sql: Sql, name: string, generation: number): Promise<Loaded | undefined> {
  const state = await stateOf(sql, name, generation)
  if (!state) return undefined
  const queue = (await waitingBatches(sql, name)).map(
    ({ entries, choices, ...batch }): Batch => ({
      ...batch,
      entries: JSON.parse(entries),
      memberLikes: JSON.parse(choices),
    }),
  )
  const choices = await waitingChoices(sql, name)
  const posts = await allPosts(sql, name, queue, choices)
  const producers = (await likeSenders(sql, name)).map(({ sender, high, refused }) => ({
    producer: sender.toString(),
    highWaterMark: high,
    refused,
  }))
  const memberLikes = choices.map(({ post_id, user_id, liked }) => ({ post: post_id, user: user_id, liked }))
  const { keyBlocks, newestKeys } = await allKeys(sql, name)
  const rebased = await rebase(sql, name, state, queue, posts, choices)
  return { state, batches: queue, ...rebased, posts, producers, memberLikes, keyBlocks, newestKeys }
}

type Choices = Awaited<ReturnType<typeof waitingChoices>>

async function allPosts(sql: Sql, name: string, queue: Batch[], choices: Choices): Promise<JournalPost[]> {
  const own = Map.groupBy(choices, ({ post_id }) => post_id)
  const added = addedByPost(queue)
  const inFlight = waitingByPost(queue)
  const posts: JournalPost[] = []
  for (let page = await waitingLikes(sql, name, 0, rowsPerPage); page.length > 0; ) {
    for (const { post_id: post, waiting, since, likes } of page) {
      const net = netLikes(waiting, membersOf(own.get(post) ?? [])) + (added.get(post) ?? 0)
      const total = likes === null ? goneTotal : likes + net
      posts.push({ post, total, waiting: waiting + (inFlight.get(post) ?? 0), since })
    }
    page = await waitingLikes(sql, name, page.at(-1)?.post_id ?? 0, rowsPerPage)
  }
  return posts.sort((a, b) => a.since - b.since)
}

const membersOf = (choices: Choices) =>
  choices.map(({ post_id, user_id, liked }): [number, number, boolean] => [post_id, user_id, liked === 1])

async function allKeys(sql: Sql, name: string) {
  const keyBlocks: KeyBlock[] = []
  let newestKeys = 0
  for (let page = await likeKeys(sql, name, 0, blocksPerPage); page.length > 0; ) {
    for (const { number, period, hour, entries } of page) {
      keyBlocks.push({ period, hour, entries: new Uint8Array(entries) })
      newestKeys = number
    }
    page = await likeKeys(sql, name, newestKeys, blocksPerPage)
  }
  return { keyBlocks, newestKeys }
}

async function rebase(
  sql: Sql,
  name: string,
  state: StateRow,
  queue: Batch[],
  posts: JournalPost[],
  choices: Choices,
): Promise<Pick<Loaded, 'rebased'> & Partial<Pick<Loaded, 'state' | 'batches'>>> {
  const stored = await lastBatch(sql, name)
  const own = { newest: () => ({ number: state.number, hash: state.hash }), queue: () => queue }
  if (compare(name, { ...own, deliveredAfter: () => [] }, stored).is === 'agreed')
    return { rebased: undefined }
  const batches: Batch[] = []
  for (const batch of queue) batches.push(formBatch(name, batches.at(-1) ?? stored, inputOf(batch)))
  const { number, hash } = batches.at(-1) ?? stored
  const waiting = posts.reduce((sum, each) => sum + each.waiting, 0)
  const unlikes = [...membersOf(choices), ...queue.flatMap(({ memberLikes }) => memberLikes)].filter(
    ([, , liked]) => !liked,
  ).length
  const counted = (await likesOfChain(sql, name, stored.number)) + waiting - 2 * unlikes
  return { rebased: queue.map((batch) => batch.number), state: { ...state, number, hash, counted }, batches }
}

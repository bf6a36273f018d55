import type { Batch, MemberLike } from '../ledger/records.ts'

export const firstHash = '0'.repeat(64)

/** The formula stands in sql/schema.sql, at `like_batches`. */
export function hashOf(previous: string, batcher: string, number: number, entries: Batch['entries']): string {
  const text = `${previous}|${batcher}|${number}|${JSON.stringify(entries)}`
  return new Bun.CryptoHasher('sha256').update(text).digest('hex')
}

/** What waits for one post: `waiting` presses in all, `choices` of them by members whose names are kept. */
export type BatchInput = { post: number; waiting: number; choices: MemberLike[] }

/** Puts what waits for some posts into the batch that follows `previous`. */
export function formBatch(
  batcher: string,
  previous: { number: number; hash: string },
  input: BatchInput[],
): Batch {
  const entries = input
    .map(({ post, waiting, choices }): [number, number] => [post, waiting - choices.length + net(choices)])
    .sort(([a], [b]) => a - b)
  const number = previous.number + 1
  return {
    number,
    entries,
    likes: entries.reduce((sum, [, added]) => sum + added, 0),
    choices: input.flatMap(({ choices }) => choices),
    hash: hashOf(previous.hash, batcher, number, entries),
  }
}

/** The reverse of `formBatch`. */
export function inputOf({ entries, choices }: Batch): BatchInput[] {
  const byPost = Map.groupBy(choices, ([post]) => post)
  return entries.map(([post, added]) => {
    const own = byPost.get(post) ?? []
    return { post, waiting: added - net(own) + own.length, choices: own }
  })
}

const net = (choices: MemberLike[]) => choices.reduce((sum, [, , liked]) => sum + (liked ? 1 : -1), 0)

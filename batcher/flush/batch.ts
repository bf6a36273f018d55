import type { Batch, Choice } from '../ledger/records.ts'

export const firstHash = '0'.repeat(64)

/** The formula stands in sql/schema.sql, at `like_batches`. */
export function hashOf(previous: string, batcher: string, number: number, entries: Batch['entries']): string {
  const text = `${previous}|${batcher}|${number}|${JSON.stringify(entries)}`
  return new Bun.CryptoHasher('sha256').update(text).digest('hex')
}

/** What waits for one post: `waiting` presses in all, `choices` of them by members whose names are kept. */
export type Gathered = { post: number; waiting: number; choices: Choice[] }

/** Puts what waits for some posts into the batch that follows `previous`. */
export function formBatch(
  batcher: string,
  previous: { number: number; hash: string },
  gathered: Gathered[],
): Batch {
  const entries = gathered
    .map(({ post, waiting, choices }): [number, number] => [post, waiting - choices.length + net(choices)])
    .sort(([a], [b]) => a - b)
  const number = previous.number + 1
  return {
    number,
    entries,
    likes: entries.reduce((sum, [, added]) => sum + added, 0),
    choices: gathered.flatMap(({ choices }) => choices),
    hash: hashOf(previous.hash, batcher, number, entries),
  }
}

/** The reverse of `formBatch`. */
export function gatheredIn({ entries, choices }: Batch): Gathered[] {
  const byPost = Map.groupBy(choices, ([post]) => post)
  return entries.map(([post, added]) => {
    const own = byPost.get(post) ?? []
    return { post, waiting: added - net(own) + own.length, choices: own }
  })
}

const net = (choices: Choice[]) => choices.reduce((sum, [, , liked]) => sum + (liked ? 1 : -1), 0)

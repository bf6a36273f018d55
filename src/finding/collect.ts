import type { Context } from '../context.ts'
import { whatIsHidden } from '../removal/hidden.ts'
import { type Extent, mostRanked, type Place, type Question } from './protocol.ts'
import type { Sought } from './question.ts'

/** A row that was found, in the order of the hits, and where it stood among them. */
type FoundRow<Row> = Row & { place: number }

type Criteria = Sought & Pick<Question, 'kind' | 'sort' | 'limit'> & { behind?: Place | undefined }

const mostRounds = 5

/** Returns the ids of the newest hits, for orders that the index does not have. */
export async function newestIds(
  context: Context,
  criteria: Omit<Criteria, 'sort' | 'limit'>,
  signal?: AbortSignal,
): Promise<{ ids: number[]; extent: Extent }> {
  const { authors, categories } = await whatIsHidden(context)
  const asked = { ...criteria, hidden: { authors, categories }, sort: 'new' as const, limit: mostRanked }
  const { hits, ...extent } = await context.bulkheads.search(() => context.search.find(asked, signal), signal)
  return { ids: hits.map(({ id }) => id), extent }
}

/**
 * Returns the rows of a page of hits. The index answers ids, and may be a moment behind: `load` reads from
 * the database those that are still there, so what is removed is not shown, and where some are gone those
 * behind them follow.
 */
export function collect<Row extends { id: number }>(
  context: Context,
  criteria: Criteria,
  load: (ids: number[]) => Promise<Row[]>,
  signal?: AbortSignal,
): Promise<Collected<Row>> {
  return context.bulkheads.search(() => collected(context, criteria, load, signal), signal)
}

export type Collected<Row> = { rows: FoundRow<Row>[]; extent: Extent }

async function collected<Row extends { id: number }>(
  context: Context,
  { limit, behind: from, ...criteria }: Criteria,
  load: (ids: number[]) => Promise<Row[]>,
  signal: AbortSignal | undefined,
): Promise<Collected<Row>> {
  const { authors, categories } = await whatIsHidden(context)
  const rows: FoundRow<Row>[] = []
  let behind = from
  for (let round = 1; ; round++) {
    const asked = { ...criteria, hidden: { authors, categories }, behind, limit: limit - rows.length }
    const { hits, ...extent } = await context.search.find(asked, signal)
    const found = hits.length > 0 ? await load(hits.map(({ id }) => id)) : []
    const byId = new Map(found.map((row) => [row.id, row]))
    for (const { id, score } of hits) {
      const row = byId.get(id)
      if (row) rows.push({ ...row, place: criteria.sort === 'best' ? score : id })
    }
    if (rows.length === limit || hits.length < asked.limit || round === mostRounds) return { rows, extent }
    behind = hits.at(-1)
  }
}

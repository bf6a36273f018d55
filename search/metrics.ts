import type { SearchState } from '../src/finding/protocol.ts'
import { openMetrics } from '../src/platform/metrics.ts'

const findBuckets = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1]

export function openSearchMetrics(read: () => SearchState) {
  const metrics = openMetrics()
  metrics.gauge('agora_search_built', 'How much of the board is in the index: 1 is all.', () => read().built)
  metrics.gauge('agora_search_behind_seconds', 'Age of the newest change that may be missing.', () => {
    const { asOf } = read()
    return asOf === null ? Number.NaN : Math.max(0, (Date.now() - Date.parse(asOf)) / 1_000)
  })
  metrics.gauge('agora_search_texts', 'Texts in the index.', () => read().texts, 'kind')
  return {
    ...metrics,
    found: metrics.timings(
      'agora_search_duration_seconds',
      'Searches in the index, by the order of their hits.',
      ['sort'],
      findBuckets,
    ),
    queried: metrics.timings(
      'agora_mysql_query_duration_seconds',
      "From sending a statement to its answer, by the statement's name.",
      ['query'],
    ),
  }
}

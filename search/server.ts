import { type Answer, kinds, mostRanked, type Question, type SearchState } from '../src/finding/protocol.ts'
import { asFields } from '../src/platform/fields.ts'
import type { Log } from '../src/platform/log.ts'
import type { Metrics } from '../src/platform/metrics.ts'

/** What requests can ask of a process that searches. */
type Operations = {
  name: string
  find(question: Question): Answer
  extent(): SearchState
  metrics: Pick<Metrics, 'text' | 'contentType'>
}

const longestBodyBytes = 256 * 1024
const mostTerms = 100

/**
 * HTTP for replicas only. It answers ids of what everybody may read, and changes nothing. Errors are
 * `{"error": "..."}` with 400 (a question that makes no sense), 404 or 500.
 */
export function serve(search: Operations, { host, port, log }: { host: string; port: number; log: Log }) {
  return Bun.serve({
    hostname: host,
    port,
    reusePort: false,
    maxRequestBodySize: longestBodyBytes,
    routes: {
      '/find': {
        POST: async (request) => {
          const question = questionIn(await request.json().catch(() => undefined))
          if (!question) return Response.json({ error: 'this is no question' }, { status: 400 })
          return Response.json(search.find(question))
        },
      },
      '/extent': { GET: () => Response.json({ search: search.name, ...search.extent() }) },
      '/up': { GET: () => Response.json({ search: search.name }) },
      '/metrics': {
        GET: async () =>
          new Response(await search.metrics.text(), {
            headers: { 'content-type': search.metrics.contentType },
          }),
      },
    },
    fetch: () => Response.json({ error: 'No such address.' }, { status: 404 }),
    error(error) {
      log.error('a search failed', { error })
      return Response.json({ error: 'The search failed.' }, { status: 500 })
    },
  })
}

function questionIn(body: unknown): Question | undefined {
  const { kind, terms, categories, authors, hidden, from, until, sort, behind, limit } = asFields(body)
  const { categories: hiddenCategories, authors: hiddenAuthors } = asFields(hidden)
  const lists = [categories, authors, hiddenCategories, hiddenAuthors]
  const isRight =
    kinds.some((each) => each === kind) &&
    Array.isArray(terms) &&
    terms.length <= mostTerms &&
    terms.every((term) => typeof asFields(term).text === 'string') &&
    lists.every((ids) => Array.isArray(ids) && ids.every(Number.isSafeInteger)) &&
    [from, until].every((second) => second === undefined || Number.isFinite(second)) &&
    (sort === 'new' || sort === 'best') &&
    (behind === undefined || Number.isSafeInteger(asFields(behind).id)) &&
    Number.isSafeInteger(limit) &&
    Number(limit) >= 0 &&
    Number(limit) <= mostRanked
  return isRight ? (body as Question) : undefined
}

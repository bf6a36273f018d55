import { Unavailable } from '../platform/errors.ts'
import { requestId } from '../platform/trace.ts'
import type { Answer, Question, SearchState } from './protocol.ts'

export type SearchClient = {
  /** Resolves to the ids of a page of hits. Throws Unavailable with a sentence when nothing searches. */
  find(question: Question, signal?: AbortSignal): Promise<Answer>
  /** How far the index is; undefined while nobody answers. */
  state(): Promise<SearchState | undefined>
}

const withinMs = 2_000

/** A replica's side of search. `url` is where the process that searches listens; without it there is none. */
export function openSearch(url: string | undefined): SearchClient {
  return {
    find: (question, signal) =>
      ask<Answer>('/find', { method: 'POST', body: JSON.stringify(question) }, signal),
    state: () => ask<SearchState>('/extent').catch(() => undefined),
  }

  async function ask<T>(path: string, options: RequestInit = {}, signal?: AbortSignal): Promise<T> {
    const limit = AbortSignal.timeout(withinMs)
    try {
      if (url === undefined) throw new Error('SEARCH names nobody to ask')
      const id = requestId()
      const response = await fetch(`${url}${path}`, {
        ...options,
        ...(id !== undefined && { headers: { 'x-request-id': id } }),
        signal: signal ? AbortSignal.any([limit, signal]) : limit,
      })
      if (!response.ok) throw new Error(`${path} was answered ${response.status}`)
      return (await response.json()) as T
    } catch (cause) {
      throw new Unavailable('search', {
        cause,
        reason: 'Search is away at the moment, everything else is there. Please try again in a while.',
      })
    }
  }
}

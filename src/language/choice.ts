import { LRUCache } from 'lru-cache'
import Negotiator from 'negotiator'
import { defaultLanguage, type Language, languages } from '../../texts/languages.ts'
import { language, speaking } from '../../texts/say.ts'

/**
 * Which language a visitor is answered in: the one they chose, else the first that their browser asks for and
 * we have.
 */
export function languageOf({ headers }: Request): Language {
  const chosen = /(?:^|;\s*)language=(\w+)/.exec(headers.get('cookie') ?? '')?.[1]
  if (isLanguage(chosen)) return chosen
  const accepted = headers.get('accept-language')
  // Nobody else reads another one: HAProxy, which keeps English pages, tells them apart in the same way.
  return accepted && mayBeAnother.test(accepted) ? known.memo(accepted) : defaultLanguage
}

const mayBeAnother = new RegExp(
  Object.keys(languages)
    .filter((each) => each !== defaultLanguage)
    .join('|'),
  'i',
)

export const isLanguage = (text: unknown): text is Language =>
  typeof text === 'string' && Object.hasOwn(languages, text)

/** Wraps a server's handler: pages are drawn in the visitor's language. Programs are answered in English. */
export const inLanguage =
  <Rest extends unknown[], Answer>(handle: (request: Request, ...rest: Rest) => Answer) =>
  (request: Request, ...rest: Rest): Answer =>
    isForPrograms(request.url)
      ? handle(request, ...rest)
      : speaking(languageOf(request), () => handle(request, ...rest))

/**
 * Returns the headers about a page's language. Caches on the way keep only those that most visitors read:
 * they know no languages.
 */
export const languageHeaders = (headers: Record<string, unknown>) => ({
  'content-language': language(),
  ...(language() === defaultLanguage
    ? {}
    : { 'cache-control': headers['cache-control'] ?? 'private, no-cache' }),
})

function isForPrograms(url: string): boolean {
  const path = url.indexOf('/', url.indexOf('//') + 2)
  return url.startsWith('/api/', path) && !url.startsWith('/api/docs', path)
}

/** The headers that browsers send are few, and telling them apart costs more than a page's context. */
const known = new LRUCache<string, Language>({ max: 1_000, memoMethod: firstOf })

function firstOf(accepted: string): Language {
  const [first] = new Negotiator({ headers: { 'accept-language': accepted } }).languages(
    Object.keys(languages),
  )
  return isLanguage(first) ? first : defaultLanguage
}

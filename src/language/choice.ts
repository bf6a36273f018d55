import { LRUCache } from 'lru-cache'
import Negotiator from 'negotiator'
import { defaultLanguage, isLanguage, type Language, languages } from '../../texts/languages.ts'
import { language, speaking } from '../../texts/say.ts'
import { isSecure } from '../http/secure.ts'

/**
 * Which language a visitor is answered in: the one they chose, else the first that their browser asks for and
 * we have.
 */
export function languageOf(request: Request): Language {
  const chosen = chosenLanguage(request)
  if (chosen) return chosen
  const accepted = request.headers.get('accept-language')
  // Nobody else reads another one: HAProxy, which keeps English pages, tells them apart in the same way.
  return accepted && mayBeAnother.test(accepted) ? known.memo(accepted) : defaultLanguage
}

/** The language that was chosen in this browser. */
export function chosenLanguage({ headers }: Request): Language | undefined {
  const chosen = /(?:^|;\s*)language=(\w+)/.exec(headers.get('cookie') ?? '')?.[1]
  return isLanguage(chosen) ? chosen : undefined
}

const year = 365 * 24 * 60 * 60

/** The cookie that keeps a choice in a browser; null ends it. */
export function languageCookie(request: Request, chosen: Language | null): string {
  const secure = isSecure(request) ? '; Secure' : ''
  const kept =
    chosen === null ? 'language=; Path=/; Max-Age=0' : `language=${chosen}; Path=/; Max-Age=${year}`
  return `${kept}; HttpOnly; SameSite=Lax${secure}`
}

const mayBeAnother = new RegExp(
  Object.keys(languages)
    .filter((each) => each !== defaultLanguage)
    .join('|'),
  'i',
)

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

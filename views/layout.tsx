import type { PropsWithChildren } from '@elysiajs/html'
import type { PageContext } from '../src/http/page-context.ts'
import type { Look } from '../src/settings/look.ts'
import type { Sentence } from '../texts/arabic.ts'
import { calm } from '../texts/calm.ts'
import { languages } from '../texts/languages.ts'
import { formsOf } from '../texts/numbers.ts'
import { direction, language, say } from '../texts/say.ts'
import { Clock } from './byline.tsx'
import { cachedFragment, Html, staticFragment } from './html.ts'
import { memberAt, shownName } from './names.ts'
import { count, LinkTo, Phrase } from './phrase.tsx'

/** The preview of a page that somebody links to, with absolute addresses. https://ogp.me */
type Share = { url: string; image?: string; imageAlt?: string }

type LayoutProps = PropsWithChildren<{
  pageContext: PageContext
  title: string
  description?: string
  /** The address of the Atom feed of what the page shows. */
  feed?: string
  share?: Share
  /** The path of a list whose other orders and further pages are no pages of their own to search engines. */
  at?: string | undefined
  /** What search engines read: https://schema.org */
  data?: object
  /** What was searched for. */
  q?: string
  /** It is a page of admins or of programmers, with the stylesheet that these share. */
  isTool?: boolean
  /** Somebody may write a text here, with mentions. */
  isWritten?: boolean
}>

/** The page around every page. */
export const Layout = ({
  pageContext,
  title,
  description,
  feed,
  share,
  at,
  data,
  q,
  isTool,
  isWritten,
  children,
}: LayoutProps) => (
  <>
    {'<!doctype html>'}
    <html lang={language()} data-reader={readerOf(pageContext)} dir={direction()}>
      <head>
        {metas() as 'safe'}
        <meta
          name="description"
          content={description ?? say('A community board where every like counts exactly once.')}
        />
        <title>
          {Html.escapeHtml(calm(title)) as 'safe'}
          {ofBoard(pageContext.look) as 'safe'}
        </title>
        {feed ? <link rel="alternate" type="application/atom+xml" title={title} href={feed} /> : ''}
        {data ? (structured(data) as 'safe') : ''}
        {at === undefined ? (
          ''
        ) : (
          <List at={`${pageContext.site}${at}`} board={pageContext.look.name} title={title} />
        )}
        {share ? (
          <OpenGraph
            board={pageContext.look.name}
            title={title}
            description={description ?? title}
            {...share}
          />
        ) : (
          ''
        )}
        {iconOf(pageContext) as 'safe'}
        {files(pageContext.assets) as 'safe'}
        {isTool ? <link rel="stylesheet" href={pageContext.assets.tools} /> : ''}
        {isWritten ? <script src={pageContext.assets.mentions} type="module"></script> : ''}
        {pageContext.look.theme ? <link rel="stylesheet" href={pageContext.look.theme} /> : ''}
      </head>
      <body>
        {skip() as 'safe'}
        <Header pageContext={pageContext} q={q} />
        {pageContext.isOld?.() ? (oldPage() as 'safe') : ''}
        {pageContext.isForMemory ? <Remembered /> : ''}
        <main id="content" tabindex="-1">
          {children as 'safe'}
        </main>
        {endOf(isShutTo(pageContext), pageContext.look) as 'safe'}
        {isShutTo(pageContext) ? '' : <Bar pageContext={pageContext} />}
      </body>
    </html>
  </>
)

/** Whose page it is, for public/worker/worker.js. */
const readerOf = ({ viewer, isViewerUnknown }: PageContext) =>
  viewer ? `${viewer.id}` : isViewerUnknown ? 'unknown' : undefined

const ofBoard = cachedFragment(({ name }: Look) => ` &#183; ${Html.escapeHtml(name)}`)

const metas = staticFragment(() => (
  <>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
  </>
))

const iconOf = ({ assets, look: { icon } }: PageContext) =>
  icon ? (
    <link rel="icon" href={`/logos/${icon}-48.png`} type="image/png" />
  ) : (
    <link rel="icon" href={assets.icon} type="image/svg+xml" />
  )

const files = cachedFragment(({ style, htmx, script }: PageContext['assets']) => (
  <>
    <link rel="manifest" href="/manifest.webmanifest" />
    <link rel="stylesheet" href={style} />
    <script src={htmx} defer></script>
    <script src={script} type="module"></script>
  </>
))

const skip = staticFragment(() => (
  <a class="skip" href="#content" safe>
    {say('Skip to content')}
  </a>
))

/** A stranger before a closed board, for whom nothing but the way in is there. */
export const isShutTo = ({ isClosed, viewer }: PageContext) => isClosed === true && !viewer

const endOf = (isShut: boolean, { imprint, contact }: Look) =>
  end(`${isShut ? 'shut' : 'open'}${imprint || contact ? ' imprint' : ''}`)

const end = staticFragment((kind: `${'shut' | 'open'}${'' | ' imprint'}`) => (
  <End isShut={kind.startsWith('shut')} hasImprint={kind.endsWith('imprint')} />
))

const End = ({ isShut, hasImprint }: { isShut: boolean; hasImprint: boolean }) => (
  <>
    <div id="flash" role="status" aria-live="polite" {...whatScriptsSay()}></div>
    <div id="said" class="unseen" role="status" aria-live="polite"></div>
    <footer>
      <p>
        {isShut ? '' : <Ways />}
        <LinkTo to="/rules" says="Rules" />
        {hasImprint ? ' · ' : ''}
        {hasImprint ? <LinkTo to="/imprint" says="Imprint" /> : ''}
      </p>
      <LanguageForm />
    </footer>
  </>
)

const Ways = () => (
  <>
    <span safe>{say('Every like counts exactly once.')}</span>{' '}
    <a href="/audit" safe>
      {say('Check the count')}
    </a>
    {' · '}
    <a href="/api/docs" safe>
      {say('API')}
    </a>
    {' · '}
  </>
)

/** Each language in its own words, for those who don't read the one they see. */
const LanguageForm = () => (
  <form class="languages" method="post" action="/language" aria-label={say('Language')}>
    {Object.entries(languages).map(([code, name]) => (
      <button
        class="quiet"
        type="submit"
        name="language"
        value={code}
        lang={code}
        aria-current={code === language() ? 'true' : undefined}
      >
        {name}
      </button>
    ))}
  </form>
)

/** Sentences for public/*.js, where they are filled in and shown. */
const whatScriptsSay = () => ({
  'data-unreachable': say('This did not get through: the site cannot be reached.'),
  ...formsOf('againIn', 'again-in-'),
  'data-again': say('Try again'),
  'data-like': say('Like, {count} so far'),
  'data-liked': say('Likes: {count}'),
})

/** A block of data, which no browser runs; nothing in it ends it. */
const structured = (data: object) =>
  `<script type="application/ld+json">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>`

const List = ({ at, board, title }: { at: string; board: string; title: string }) => (
  <>
    <link rel="canonical" href={at} />
    <meta property="og:type" content="website" />
    <meta property="og:site_name" content={board} />
    <meta property="og:title" content={title} />
    <meta property="og:url" content={at} />
  </>
)

const OpenGraph = ({
  board,
  title,
  description,
  url,
  image,
  imageAlt,
}: Share & { board: string; title: string; description: string }) => (
  <>
    <link rel="canonical" href={url} />
    <meta property="og:type" content="article" />
    <meta property="og:site_name" content={board} />
    <meta property="og:title" content={title} />
    <meta property="og:description" content={description} />
    <meta property="og:url" content={url} />
    {image ? <meta property="og:image" content={image} /> : ''}
    {image && imageAlt ? <meta property="og:image:alt" content={imageAlt} /> : ''}
    <meta name="twitter:card" content={image ? 'summary_large_image' : 'summary'} />
  </>
)

const Header = ({ pageContext, q }: { pageContext: PageContext; q: string | undefined }) => (
  <header class="top">
    {pageContext.servedBy === undefined ? (
      ''
    ) : (
      <p class="served-by" title={say('The server that drew this page')} safe>
        {pageContext.servedBy}
      </p>
    )}
    <nav aria-label={say('Site')}>
      {brand(pageContext.look) as 'safe'}
      {isShutTo(pageContext) ? '' : <MarketLink />}
      {pageContext.viewer?.role === 'admin' || pageContext.viewer?.lacksFactor ? (
        <a href="/admin/overview" safe>
          {say('Admin')}
        </a>
      ) : (
        ''
      )}
      {isShutTo(pageContext) ? '' : q === undefined ? (emptySearch() as 'safe') : <Search q={q} isAsked />}
      <Account pageContext={pageContext} />
    </nav>
  </header>
)

const brand = cachedFragment((look: Look) =>
  look.logo ? (
    <a class="brand" href="/" dir="auto">
      <Logo look={look} />
    </a>
  ) : (
    <a class="brand" href="/" dir="auto" safe>
      {look.name}
    </a>
  ),
)

/** As high as a line of the header, and no wider than a phone has room for; the name stands for it. */
const Logo = ({ look: { logo, logoDark, logoAlt, name } }: { look: Look }) => (
  <picture>
    {logoDark ? <source srcset={`/logos/${logoDark}.webp`} media="(prefers-color-scheme: dark)" /> : ''}
    <img src={`/logos/${logo}.webp`} alt={logoAlt || name} {...shownSize(logo)} />
  </picture>
)

function shownSize(logo: string): { width: number; height: number } {
  const [, width = 0, height = 0] = /-(\d+)x(\d+)$/.exec(logo)?.map(Number) ?? []
  const scale = Math.min(32 / height, 190 / width)
  return { width: Math.round(width * scale), height: Math.round(height * scale) }
}

const MarketLink = () => (
  <a href="/market" safe>
    {say('Market')}
  </a>
)

const oldPage = staticFragment(() => (
  <p class="old-page" role="status" safe>
    {say('A part of the site is away. This page shows what was known last; it may be out of date.')}
  </p>
))

/** From when it is, for those who read it later. */
const Remembered = () => (
  <p class="old-page">
    <Phrase
      of="As of {time}. Much of this site has been read from your network. {sign_in} to read it as it is now."
      parts={{
        time: <Clock at={new Date().toISOString()} />,
        sign_in: <LinkTo to="/login" says="Sign in" />,
      }}
    />
  </p>
)

/** On a phone it shows only on the page of search, which the bar leads to: `isAsked`. */
const Search = ({ q, isAsked }: { q: string; isAsked?: boolean }) => (
  <search class={isAsked ? 'is-asked' : undefined}>
    <form class="find" action="/search">
      <input
        type="search"
        name="q"
        value={q}
        maxlength="500"
        placeholder={say('Search')}
        aria-label={say('Search')}
      />
    </form>
  </search>
)

const emptySearch = staticFragment(() => <Search q="" />)

const icons = {
  Home: 'M4 11 12 4l8 7v9h-6v-5h-4v5H4z',
  Search: 'M16 10.5a5.5 5.5 0 1 1-11 0 5.5 5.5 0 0 1 11 0ZM15 15l5 5',
  Write: 'M4 20l1-4L16 5l3 3L8 19zM14 7l3 3',
  Market: 'M4 9l1-4h14l1 4-2 2-2-2-2 2-2-2-2 2-2-2-2 2zM6 12v8h12v-8',
  You: 'M16 8a4 4 0 1 1-8 0 4 4 0 0 1 8 0ZM4 20a8 7 0 0 1 16 0',
} as const

type BarLink = { to: string; icon: keyof typeof icons; says?: Sentence }

const BarLink = ({ to, icon, says = icon }: BarLink) => (
  <a href={to}>
    <svg class="icon" viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
      <path d={icons[icon]} />
    </svg>
    <span safe>{say(says)}</span>
  </a>
)

const firstInBar = staticFragment(() => (
  <>
    <BarLink to="/" icon="Home" />
    <BarLink to="/search" icon="Search" />
    <BarLink to="/#new-post" icon="Write" />
    <BarLink to="/market" icon="Market" />
  </>
))

const signInInBar = staticFragment(() => <BarLink to="/login" icon="You" says="Sign in" />)

/** On a phone, at its lower edge: where one goes most. */
const Bar = ({ pageContext: { viewer, isViewerUnknown } }: { pageContext: PageContext }) => (
  <nav class="bar" aria-label={say('Shortcuts')}>
    {firstInBar() as 'safe'}
    {viewer ? <BarLink to={memberAt(viewer.name, viewer.id)} icon="You" /> : ''}
    {viewer || isViewerUnknown ? '' : (signInInBar() as 'safe')}
  </nav>
)

/** A bell, with the number that public/live.js follows. */
const Notices = ({ unread }: { unread: number | undefined }) => (
  <a href="/notices" title={say('Notices')}>
    {bell() as 'safe'}{' '}
    <b id="unread" hidden={!unread}>
      {count(Math.min(unread ?? 0, 999))}
      {(unread ?? 0) > 999 ? '+' : ''}
    </b>
  </a>
)

const bell = staticFragment(() => (
  <>
    <svg width="20" height="16" viewBox="0 0 20 18" fill="none" stroke="currentColor" aria-hidden="true">
      <path d="M3 14h14l-2-3V8A5 5 0 0 0 5 8v3zm5 2a2 2 0 0 0 4 0" stroke-width="1.6" />
    </svg>
    <span class="unseen" safe>
      {say('Notices')}
    </span>
  </>
))

const Account = ({ pageContext: { viewer, isViewerUnknown } }: { pageContext: PageContext }) =>
  isViewerUnknown ? (
    <div class="account" safe>
      {say('Your account cannot be looked up now.')}
    </div>
  ) : viewer ? (
    <div class="account">
      <Notices unread={viewer.unread} />
      <a href={memberAt(viewer.name, viewer.id)} dir="auto" safe>
        {shownName(viewer.name)}
      </a>
      <form method="post" action="/session/end">
        <button class="quiet" type="submit" safe>
          {say('Sign out')}
        </button>
      </form>
    </div>
  ) : (
    <div class="account">
      <a href="/login" safe>
        {say('Sign in')}
      </a>
      <a class="button" href="/signup" safe>
        {say('Join')}
      </a>
    </div>
  )

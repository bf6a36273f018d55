import { Html, type PropsWithChildren } from '@elysiajs/html'
import type { Frame } from '../src/frame.ts'
import { direction, language, languages, say } from '../texts/say.ts'

type LayoutProps = PropsWithChildren<{ frame: Frame; title: string; description?: string }>

/** The page around every page. */
export const Layout = ({ frame, title, description, children }: LayoutProps) => (
  <>
    {'<!doctype html>'}
    <html lang={language()} dir={direction()}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta
          name="description"
          content={description ?? say('A community board where every like counts exactly once.')}
        />
        <title safe>{`${title} · Agora`}</title>
        <link rel="icon" href={frame.assets.icon} type="image/svg+xml" />
        {frame.assets.styles.map((style) => (
          <link rel="stylesheet" href={style} />
        ))}
        <script src={frame.assets.htmx} defer></script>
      </head>
      <body>
        <a class="skip" href="#content" safe>
          {say('Skip to content')}
        </a>
        <Header frame={frame} />
        <main id="content" tabindex="-1">
          {children as 'safe'}
        </main>
        <div id="flash" role="status" aria-live="polite"></div>
        <Footer />
      </body>
    </html>
  </>
)

const Footer = () => (
  <footer>
    <p>
      <span safe>{say('Every like counts exactly once.')}</span>{' '}
      <a href="/audit" safe>
        {say('Check the count')}
      </a>
      {' · '}
      <a href="/api/docs" safe>
        {say('API')}
      </a>
    </p>
    <LanguageForm />
  </footer>
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

const Header = ({ frame }: { frame: Frame }) => (
  <header class="top">
    <p class="served-by" title={say('The server that drew this page')} safe>
      {frame.servedBy}
    </p>
    <nav aria-label={say('Site')}>
      <a class="brand" href="/">
        Agora
      </a>
      <a href="/market" safe>
        {say('Market')}
      </a>
      {frame.viewer?.role === 'admin' ? (
        <a href="/admin" safe>
          {say('Admin')}
        </a>
      ) : (
        ''
      )}
      <Account frame={frame} />
    </nav>
  </header>
)

const Account = ({ frame: { viewer } }: { frame: Frame }) =>
  viewer ? (
    <div class="account">
      <a href={`/users/${encodeURIComponent(viewer.name)}`} dir="auto" safe>
        {viewer.name}
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

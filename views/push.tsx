import type { PageContext } from '../src/http/page-context.ts'
import { say } from '../texts/say.ts'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { LinkTo } from './phrase.tsx'

type Props = {
  pageContext: PageContext
  /** The key by which push services know the board; without one it pushes nothing. */
  key: string | undefined
  /** So many of the member's browsers get their notices, and whether this one does. */
  browsers: number
  isThis: boolean
}

/** Which browsers of a member get their notices by web push. */
export const PushPage = ({ pageContext, key, browsers, isThis }: Props) => (
  <Layout pageContext={pageContext} title={say('Notices in this browser')}>
    <section class="narrow">
      <h1 safe>{say('Notices in this browser')}</h1>
      <p safe>{say('Your device shows you what is new, also while no page of this site is open.')}</p>
      {isThis ? (
        <Off says={say('Switch it off in this browser')} />
      ) : key === undefined ? (
        <p safe>{say('This board sends nothing by web push.')}</p>
      ) : (
        <On pageContext={pageContext} boardKey={key} />
      )}
      {browsers > (isThis ? 1 : 0) ? <Off says={say('Switch it off everywhere')} isEverywhere /> : ''}
      <p class="hint" safe>
        {say('It ends when you sign out. What you have read here by then is not shown.')}
      </p>
      <p class="hint">
        <LinkTo to="/notices" says="All your notices" />
      </p>
    </section>
  </Layout>
)

/** The form shows where public/push/push.js can fill it in. */
const On = ({ pageContext, boardKey }: { pageContext: PageContext; boardKey: string }) => (
  <>
    <p id="push-away" class="hint" safe>
      {say('Your browser cannot do that here. It needs scripts, and an address that begins with https.')}
    </p>
    <form id="push" class="stack" method="post" action="/notices/push" data-key={boardKey} hidden>
      <input type="hidden" name="endpoint" />
      <input type="hidden" name="p256dh" />
      <input type="hidden" name="auth" />
      <button class="primary" type="submit" safe>
        {say('Switch it on in this browser')}
      </button>
      <p id="push-refused" class="error" role="alert" hidden safe>
        {say('Your browser does not let this site show notices. Its settings may allow it.')}
      </p>
    </form>
    <script src={pageContext.assets.push} type="module"></script>
  </>
)

const Off = ({ says, isEverywhere = false }: { says: string; isEverywhere?: boolean }) => (
  <form class="stack" method="post" action="/notices/push/remove">
    {isEverywhere ? <input type="hidden" name="everywhere" value="yes" /> : ''}
    <button class="button" type="submit" safe>
      {says}
    </button>
  </form>
)

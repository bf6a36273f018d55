import type { PageContext } from '../src/http/page-context.ts'
import { say } from '../texts/say.ts'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'

type Props = { pageContext: PageContext; html: string; contact: string }

/** Who runs the board, and how they are reached. */
export const ImprintPage = ({ pageContext, html, contact }: Props) => (
  <Layout pageContext={pageContext} title={say('Imprint')}>
    <section class="narrow">
      <h1 safe>{say('Imprint')}</h1>
      <div class="body">{html as 'safe'}</div>
      {contact === '' ? (
        ''
      ) : (
        <p>
          <a href={contact.startsWith('https://') ? contact : `mailto:${contact}`} dir="ltr" safe>
            {contact}
          </a>
        </p>
      )}
    </section>
  </Layout>
)

import type { PageContext } from '../src/http/page-context.ts'
import { say } from '../texts/say.ts'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'

/**
 * What a browser shows when it reaches nobody. public/worker/worker.js fills in the list, and takes the first
 * paragraph for pages that it has kept.
 */
export const OfflinePage = ({ pageContext }: { pageContext: PageContext }) => (
  <Layout pageContext={pageContext} title={say('You are offline')}>
    <section class="narrow">
      <p class="old-page" role="status" safe>
        {say('You are offline. This is what you have read here before, as it was then.')}
      </p>
      <h1 safe>{say('You are offline')}</h1>
      <ul id="kept"></ul>
    </section>
  </Layout>
)

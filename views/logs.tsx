import type { PageContext } from '../src/http/page-context.ts'
import { sayCount } from '../texts/numbers.ts'
import { say } from '../texts/say.ts'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { Phrase } from './phrase.tsx'

type Pairs = [string, string][]
type Logs = { requests: Pairs; db_accesses: Pairs; db_access_count: number }

/** The log for people. It renews itself, and finds what is typed as it is typed. */
export const LogsPage = ({
  pageContext,
  logs,
  filter,
}: {
  pageContext: PageContext
  logs: Logs
  filter: string
}) => (
  <Layout
    isTool
    pageContext={pageContext}
    title={say('Log')}
    description={say('What all replicas were asked, and asked of the database.')}
  >
    <h1 safe>{say('Log')}</h1>
    <search>
      <form
        class="log-filter"
        method="get"
        action="/logs"
        hx-get="/logs"
        hx-trigger="input delay:200ms, submit, every 2s"
        hx-target="#log-rows"
        hx-swap="outerHTML"
      >
        <label>
          <Phrase of="Find" />
          <input name="filter" type="search" value={filter} placeholder="POST /posts" autocomplete="off" />
        </label>
        <button class="button" type="submit" safe>
          {say('Show')}
        </button>
      </form>
    </search>
    <LogRows logs={logs} />
  </Layout>
)

/** Both lists, the newest on top. */
export const LogRows = ({ logs }: { logs: Logs }) => (
  <div id="log-rows" class="log">
    <LogList title={say('Calls')} pairs={logs.requests} />
    <LogList title={sayCount('databaseAccesses', logs.db_access_count)} pairs={logs.db_accesses} />
  </div>
)

const LogList = ({ title, pairs }: { title: string; pairs: Pairs }) => (
  <section>
    <h2 safe>{title}</h2>
    <ol class="log-list" dir="ltr">
      {pairs.toReversed().map(([first, second]) => (
        <li>
          <code>
            <strong safe>{first}</strong> <span safe>{second}</span>
          </code>
        </li>
      ))}
    </ol>
    {pairs.length === 0 ? (
      <p class="hint" safe>
        {say('Nothing.')}
      </p>
    ) : (
      ''
    )}
  </section>
)

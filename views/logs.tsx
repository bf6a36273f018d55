import { Html } from '@elysiajs/html'
import type { Frame } from '../src/frame.ts'
import { Layout } from './layout.tsx'

type Pairs = [string, string][]
type Logs = { requests: Pairs; db_accesses: Pairs; db_access_count: number }

/** The log for people. It renews itself, and finds what is typed as it is typed. */
export const LogsPage = ({ frame, logs, filter }: { frame: Frame; logs: Logs; filter: string }) => (
  <Layout frame={frame} title="Log" description="What all replicas were asked, and asked of the database.">
    <h1>Log</h1>
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
          Find
          <input name="filter" type="search" value={filter} placeholder="POST /posts" autocomplete="off" />
        </label>
        <button class="button" type="submit">
          Show
        </button>
      </form>
    </search>
    <LogRows logs={logs} />
  </Layout>
)

/** Both lists, the newest on top. */
export const LogRows = ({ logs }: { logs: Logs }) => (
  <div id="log-rows" class="log">
    <LogList title="Calls" pairs={logs.requests} />
    <LogList
      title={`Database accesses, ${counted.format(logs.db_access_count)} in all`}
      pairs={logs.db_accesses}
    />
  </div>
)

const counted = new Intl.NumberFormat('en')

const LogList = ({ title, pairs }: { title: string; pairs: Pairs }) => (
  <section>
    <h2 safe>{title}</h2>
    <ol class="log-list">
      {pairs.toReversed().map(([first, second]) => (
        <li>
          <code>
            <strong safe>{first}</strong> <span safe>{second}</span>
          </code>
        </li>
      ))}
    </ol>
    {pairs.length === 0 ? <p class="hint">Nothing.</p> : ''}
  </section>
)

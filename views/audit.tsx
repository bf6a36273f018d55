import { Html } from '@elysiajs/html'
import type { Addition } from '../src/audit/queries.ts'
import type { Audit } from '../src/audit/service.ts'
import type { Post } from '../src/board/queries.ts'
import type { Frame } from '../src/frame.ts'
import { Layout } from './layout.tsx'
import { Moment } from './time.tsx'

const counted = new Intl.NumberFormat('en')

/** The promise and its proof: every like that was answered, counted once more. */
export const AuditPage = ({ frame, audit }: { frame: Frame; audit: Audit }) => (
  <Layout frame={frame} title="The count">
    <section class="narrow">
      <h1>The count</h1>
      <p class="hint">
        A like that was answered is in the database exactly once. Each batch of likes is kept with a hash over
        it and the one before; here they are all added up again and compared with the numbers on the board.
      </p>
      <Verdict audit={audit} />
      <Figures audit={audit} />
      <form method="post" action="/audit/recount">
        <button class="button" type="submit">
          Count again
        </button>
      </form>
      <Flaws audit={audit} />
      <Batchers audit={audit} />
    </section>
  </Layout>
)

const Verdict = ({ audit: { recount, silent } }: { audit: Audit }) => {
  const isRight = recount.drift === 0 && recount.flaws.length === 0
  return (
    <p class={isRight ? 'verdict' : 'verdict wrong'} role="status">
      {isRight ? 'Every number is right.' : 'Something does not add up.'}
      {silent > 0 ? ` ${silent} of the batchers did not answer, so what waits there is not shown.` : ''}
    </p>
  )
}

const Figures = ({ audit }: { audit: Audit }) => (
  <dl class="facts">
    <dt>Answered</dt>
    <dd id="answered" safe>
      {counted.format(audit.answered)}
    </dd>
    <dt>Waiting for the database</dt>
    <dd id="waiting" safe>
      {counted.format(audit.waiting)}
    </dd>
    <dt>In the database</dt>
    <dd id="applied" safe>
      {counted.format(audit.applied)}
    </dd>
    {audit.recount.imported > 0 ? (
      <>
        <dt>Came with the sample board</dt>
        <dd safe>{counted.format(audit.recount.imported)}</dd>
      </>
    ) : (
      ''
    )}
    <dt>Batches</dt>
    <dd safe>{counted.format(audit.batches)}</dd>
    <dt>Drift</dt>
    <dd id="drift" safe>
      {counted.format(audit.drift)}
    </dd>
    <dt>Last hash</dt>
    <dd class="hash" safe>
      {audit.lastBatch?.hash ?? 'none yet'}
    </dd>
    <dt>Counted</dt>
    <dd>
      <Moment at={audit.recount.at} />
      <span safe>{`, ${counted.format(audit.recount.posts)} posts in ${audit.recount.tookMs} ms`}</span>
    </dd>
  </dl>
)

const Flaws = ({ audit: { recount } }: { audit: Audit }) => (
  <>
    {recount.drifted.map(({ post, likes, counted: expected }) => (
      <p class="error">
        <a href={`/audit/posts/${post}`}>Post {post}</a>
        <span
          safe
        >{` shows ${counted.format(likes)}, its batches add up to ${counted.format(expected)}.`}</span>
      </p>
    ))}
    {recount.flaws.map(({ batcher, number, wrong }) => (
      <p class="error" safe>{`Batch ${number} of ${batcher}: ${wrong}.`}</p>
    ))}
  </>
)

const Batchers = ({ audit }: { audit: Audit }) => (
  <div class="scroll">
    <table>
      <caption>Batchers</caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Answered</th>
          <th scope="col">Waiting</th>
          <th scope="col">Oldest, s</th>
        </tr>
      </thead>
      <tbody>
        {audit.batchers.map(({ name, answered, waiting, oldestSeconds }) => (
          <tr>
            <th scope="row" safe>
              {name}
            </th>
            <td safe>{counted.format(answered)}</td>
            <td safe>{counted.format(waiting)}</td>
            <td safe>{oldestSeconds.toFixed(1)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

/** Which batches a post's likes came with. */
export const HistoryPage = ({ frame, post, history }: { frame: Frame; post: Post; history: Addition[] }) => (
  <Layout frame={frame} title={`Likes of ${post.title}`}>
    <section class="narrow">
      <h1>Where its likes came from</h1>
      <p class="hint">
        <a href={`/posts/${post.id}`} safe>
          {post.title}
        </a>
        <span safe>{`, ${counted.format(post.likes)} likes now. Newest batches first.`}</span>
      </p>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Batcher</th>
              <th scope="col">Batch</th>
              <th scope="col">Added</th>
            </tr>
          </thead>
          <tbody>
            {history.map(({ batcher, number, added, appliedAt }) => (
              <tr>
                <td>
                  <Moment at={appliedAt} />
                </td>
                <td safe>{batcher}</td>
                <td>{number}</td>
                <td safe>{counted.format(added)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  </Layout>
)

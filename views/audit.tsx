import type { Audit, History } from '../src/audit/service.ts'
import type { PageContext } from '../src/http/page-context.ts'
import type { Post } from '../src/posts/queries.ts'
import { sayCount, sayNumber } from '../texts/numbers.ts'
import { say, translated } from '../texts/say.ts'
import { Moment } from './byline.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { Columns } from './list.tsx'
import { shownTitle } from './names.ts'
import { Phrase } from './phrase.tsx'

/** The promise and its proof: every like that was answered, counted once more. */
export const AuditPage = ({ pageContext, audit }: { pageContext: PageContext; audit: Audit }) => (
  <Layout pageContext={pageContext} title={say('The count')}>
    <section class="narrow">
      <h1 safe>{say('The count')}</h1>
      <p class="hint" safe>
        {say(
          'A like that was answered is in the database exactly once. Each batch of likes is kept with a hash over it and the one before; here they are all added up again and compared with the numbers on the board.',
        )}
      </p>
      <Verdict audit={audit} />
      <Figures audit={audit} />
      <form method="post" action="/audit/recount">
        <button class="button" type="submit" safe>
          {say('Count again')}
        </button>
      </form>
      <Flaws audit={audit} />
      <Batchers audit={audit} />
    </section>
  </Layout>
)

const Verdict = ({ audit: { recount, silent, batchers } }: { audit: Audit }) => {
  const isAgreed = batchers.every(({ parted }) => !parted)
  const isRight =
    recount.drift === 0 && recount.flaws.length === 0 && recount.moderation.broken === null && isAgreed
  return (
    <p class={isRight ? 'verdict' : 'verdict wrong'} role="status">
      <span safe>{isRight ? say('Every number is right.') : say('Something does not add up.')}</span>
      {silent > 0 ? <span safe> {sayCount('silentBatchers', silent)}</span> : ''}
    </p>
  )
}

const Figures = ({ audit }: { audit: Audit }) => (
  <dl class="facts">
    <dt safe>{say('Answered')}</dt>
    <dd id="answered" safe>
      {sayNumber(audit.answered)}
    </dd>
    <dt safe>{say('Waiting for the database')}</dt>
    <dd id="waiting" safe>
      {sayNumber(audit.waiting)}
    </dd>
    <dt safe>{say('In the database')}</dt>
    <dd id="applied" safe>
      {sayNumber(audit.applied)}
    </dd>
    {audit.recount.imported > 0 ? (
      <>
        <dt safe>{say('Came with the sample board or an import')}</dt>
        <dd safe>{sayNumber(audit.recount.imported)}</dd>
      </>
    ) : (
      ''
    )}
    <dt safe>{say('Batches')}</dt>
    <dd safe>{sayNumber(audit.batches)}</dd>
    <dt safe>{say('Drift')}</dt>
    <dd id="drift" safe>
      {sayNumber(audit.drift)}
    </dd>
    <dt safe>{say('Last hash')}</dt>
    <dd class="hash" dir="auto" safe>
      {audit.lastBatch?.hash ?? say('none yet')}
    </dd>
    <dt safe>{say('Counted')}</dt>
    <dd>
      <Phrase
        of="{moment}: {posts} in {ms} ms"
        parts={{
          moment: <Moment at={audit.recount.at} />,
          posts: <span safe>{sayCount('posts', audit.recount.posts)}</span>,
          ms: <span safe>{sayNumber(audit.recount.tookMs)}</span>,
        }}
      />
    </dd>
  </dl>
)

const Flaws = ({ audit: { recount, batchers } }: { audit: Audit }) => (
  <>
    {batchers
      .filter(({ parted }) => parted)
      .map(({ name }) => (
        <PartedLine batcher={name} />
      ))}
    {recount.moderation.broken === null ? (
      ''
    ) : (
      <p class="error" safe>
        {say('Entry {n} of the moderation log is not as it was written.', {
          n: sayNumber(recount.moderation.broken),
        })}
      </p>
    )}
    {recount.unaccounted.map(({ batcher, likes }) => (
      <p class="error" safe>
        {likes > 0
          ? say('{n} likes that {batcher} answered neither wait nor are in the database.', {
              n: sayNumber(likes),
              batcher,
            })
          : say('The database has {n} likes more than {batcher} answered.', {
              n: sayNumber(-likes),
              batcher,
            })}
      </p>
    ))}
    {recount.drifted.map(({ post, likes, counted }) => (
      <p class="error">
        <Phrase
          of="{post} shows {likes}, its batches add up to {counted}."
          parts={{
            post: <PostLink id={post} />,
            likes: <span safe>{sayNumber(likes)}</span>,
            counted: <span safe>{sayNumber(counted)}</span>,
          }}
        />
      </p>
    ))}
    {recount.flaws.map(({ batcher, number, wrong }) => (
      <p class="error" safe>
        {say('Batch {number} of {batcher}: {wrong}.', { number, batcher, wrong: translated(wrong) })}
      </p>
    ))}
  </>
)

/** Also on the page of the site's state. */
export const PartedLine = ({ batcher }: { batcher: string }) => (
  <p class="error" safe>
    {say(
      'The journal of {batcher} and the database do not go on from each other, so no likes are taken until somebody decides: ./agora reconcile.',
      { batcher },
    )}
  </p>
)

const PostLink = ({ id }: { id: number }) => (
  <a href={`/audit/posts/${id}`} safe>
    {say('Post {number}', { number: id })}
  </a>
)

const Batchers = ({ audit }: { audit: Audit }) => (
  <section class="scroll" tabindex="0" aria-label={say('Batchers')}>
    <table>
      <caption safe>{say('Batchers')}</caption>
      <Columns of={['Name', 'Answered', 'Waiting', 'Oldest, s']} />
      <tbody>
        {audit.batchers.map(({ name, answered, waiting, oldestSeconds }) => (
          <tr>
            <th scope="row">
              <bdi safe>{name}</bdi>
            </th>
            <td safe>{sayNumber(answered)}</td>
            <td safe>{sayNumber(waiting)}</td>
            <td safe>{oldestSeconds.toFixed(1)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </section>
)

/** Which batches a post's likes came with. */
export const HistoryPage = ({
  pageContext,
  post,
  history,
}: {
  pageContext: PageContext
  post: Pick<Post, 'id' | 'title' | 'likes'>
  history: History
}) => (
  <Layout pageContext={pageContext} title={say('Likes of {title}', { title: shownTitle(post.title) })}>
    <section class="narrow">
      <h1 safe>{say('Where its likes came from')}</h1>
      <p class="hint">
        <Phrase
          of="{post}: {likes} now. Newest batches first."
          parts={{
            post: (
              <a href={`/posts/${post.id}`} dir="auto" safe>
                {shownTitle(post.title)}
              </a>
            ),
            likes: <span safe>{sayCount('likes', post.likes)}</span>,
          }}
        />
      </p>
      <section class="scroll" tabindex="0" aria-label={say('Where its likes came from')}>
        <table>
          <Columns of={['When', 'Batcher', 'Batch', 'Added']} />
          <tbody>
            {history.additions.map(({ batcher, number, added, appliedAt }) => (
              <tr>
                <td>
                  <Moment at={appliedAt} />
                </td>
                <td>
                  <bdi safe>{batcher}</bdi>
                </td>
                <td>{number}</td>
                <td safe>{sayNumber(added)}</td>
              </tr>
            ))}
            {history.folded.map(({ batcher, number, added }) => (
              <tr>
                <td safe>{say('earlier')}</td>
                <td>
                  <bdi safe>{batcher}</bdi>
                </td>
                <td>1–{number}</td>
                <td safe>{sayNumber(added)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  </Layout>
)

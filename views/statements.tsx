import type { PageContext } from '../src/http/page-context.ts'
import type { Statement } from '../src/statements/queries.ts'
import { say, translated } from '../texts/say.ts'
import { When } from './byline.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { Empty } from './list.tsx'
import { shownTitle } from './names.ts'
import { LinkTo, Phrase } from './phrase.tsx'

type Props = { pageContext: PageContext; statements: Statement[] }

/** What moderators hide of a member's, and why. */
export const StatementsPage = ({ pageContext, statements }: Props) => (
  <Layout pageContext={pageContext} title={say('What is hidden of yours')}>
    <section class="narrow">
      <h1 safe>{say('What is hidden of yours')}</h1>
      <p class="hint">
        <Phrase
          of="Moderators hid this, nobody but you and they can read it, and it can be brought back. {log}"
          parts={{ log: <LinkTo to="/moderation" says="All that they did" /> }}
        />
      </p>
      {statements.length === 0 ? <Empty says={say('Nothing of yours is hidden.')} /> : ''}
      {statements.map((statement) => (
        <StatementCard statement={statement} />
      ))}
    </section>
  </Layout>
)

const StatementCard = ({ statement }: { statement: Statement }) => {
  const { kind, id, title, body, reason, hiddenAt } = statement
  return (
    <article class="card" id={`${kind}-${id}`}>
      <h2>
        <Phrase
          of={kind === 'post' ? 'Your post “{title}”' : 'Your comment on “{title}”'}
          parts={{ title: <bdi safe>{shownTitle(title)}</bdi> }}
        />
      </h2>
      <p class="byline">
        <When at={hiddenAt} />
      </p>
      <p>
        <Phrase of="Why: {reason}" parts={{ reason: <bdi safe>{translated(reason)}</bdi> }} />
      </p>
      <p class="excerpt" dir="auto" safe>
        {body}
      </p>
    </article>
  )
}

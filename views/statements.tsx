import type { PageContext } from '../src/http/page-context.ts'
import type { Statement } from '../src/statements/queries.ts'
import type { Sentence } from '../texts/arabic.ts'
import { say, translated } from '../texts/say.ts'
import { When } from './byline.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { Empty } from './list.tsx'
import { shownTitle } from './names.ts'
import { LinkTo, Phrase } from './phrase.tsx'

type Props = { pageContext: PageContext; statements: Statement[] }

/** What moderators did to what is a member's, and why. */
export const StatementsPage = ({ pageContext, statements }: Props) => (
  <Layout pageContext={pageContext} title={say('What moderators decided about you')}>
    <section class="narrow">
      <h1 safe>{say('What moderators decided about you')}</h1>
      <p class="hint">
        <Phrase
          of="Nobody but you and they can read this, and it can be undone. {log} {rules}"
          parts={{
            log: <LinkTo to="/moderation" says="All that they did" />,
            rules: <LinkTo to="/rules" says="The rules of this board" />,
          }}
        />
      </p>
      {statements.length === 0 ? <Empty says={say('They decided nothing.')} /> : ''}
      {statements.map((statement) => (
        <StatementCard statement={statement} />
      ))}
    </section>
  </Layout>
)

const StatementCard = ({ statement }: { statement: Statement }) => {
  const { number, act, kind, title, body, rule, reason, doneAt, isUndone } = statement
  return (
    <article class="card" id={`action-${number}`}>
      <h2>
        <Phrase
          of={kind === 'post' ? 'Your post “{title}”' : 'Your comment on “{title}”'}
          parts={{ title: <bdi safe>{shownTitle(title ?? '')}</bdi> }}
        />
      </h2>
      <p class="byline">
        <span safe>{say(isUndone ? 'It was undone.' : done[act])}</span> · <When at={doneAt} />
      </p>
      {rule === null ? (
        ''
      ) : (
        <p>
          <Phrase of="Rule: {rule}" parts={{ rule: <bdi safe>{rule}</bdi> }} />
        </p>
      )}
      <p>
        <Phrase of="Why: {reason}" parts={{ reason: <bdi safe>{translated(reason)}</bdi> }} />
      </p>
      <p class="excerpt" dir="auto" safe>
        {body ?? ''}
      </p>
    </article>
  )
}

const done: Record<Statement['act'], Sentence> = {
  hide: 'It is hidden.',
  show: 'It was brought back.',
}

import type { PageContext } from '../src/http/page-context.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import type { Statement } from '../src/statements/queries.ts'
import type { Sentence } from '../texts/arabic.ts'
import { say, translated } from '../texts/say.ts'
import { When } from './byline.tsx'
import { FieldError, invalid } from './form.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { Empty } from './list.tsx'
import { shownTitle } from './names.ts'
import { LinkTo, Phrase } from './phrase.tsx'

/** An appeal that was refused, as it was typed. */
type RefusedAppeal = { number: number; text: string; errors: FieldErrors }

type Props = { pageContext: PageContext; statements: Statement[]; refused?: RefusedAppeal | undefined }

/** What moderators did to what is a member's, and why. */
export const StatementsPage = ({ pageContext, statements, refused }: Props) => (
  <Layout pageContext={pageContext} title={say('What moderators decided about you')}>
    <section class="narrow">
      <h1 safe>{say('What moderators decided about you')}</h1>
      <p class="hint">
        <Phrase
          of="Nobody but you and they can read this, and it can be undone. {log} · {rules}"
          parts={{
            log: <LinkTo to="/moderation" says="All that they did" />,
            rules: <LinkTo to="/rules" says="The rules of this board" />,
          }}
        />
      </p>
      {statements.length === 0 ? <Empty says={say('They decided nothing.')} /> : ''}
      {statements.map((statement) => (
        <StatementCard
          statement={statement}
          refused={refused?.number === statement.number ? refused : undefined}
        />
      ))}
    </section>
  </Layout>
)

type CardProps = { statement: Statement; refused: RefusedAppeal | undefined }

const StatementCard = ({ statement, refused }: CardProps) => {
  const { number, act, kind, title, body, rule, reason, until, doneAt, isUndone } = statement
  return (
    <article class="card" id={`action-${number}`}>
      <h2>
        <Phrase of={headings[kind]} parts={{ title: <bdi safe>{shownTitle(title ?? '')}</bdi> }} />
      </h2>
      <p class="byline">
        <span safe>{say(isUndone ? 'It was undone.' : decided[act])}</span> · <When at={doneAt} />
      </p>
      {until === null ? (
        ''
      ) : (
        <p>
          <Phrase of="Until {day}" parts={{ day: <When at={until} /> }} />
        </p>
      )}
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
      {body ? (
        <p class="excerpt" dir="auto" safe>
          {body}
        </p>
      ) : (
        ''
      )}
      <Appealing statement={statement} refused={refused} />
    </article>
  )
}

const Appealing = ({ statement: { number, isUndone, isAppealed, answer }, refused }: CardProps) =>
  answer !== null ? (
    <p>
      <Phrase of="Answer to your appeal: {answer}" parts={{ answer: <bdi safe>{answer}</bdi> }} />
    </p>
  ) : isAppealed ? (
    <p safe>{say('You have appealed. Somebody else than who decided it will look at it.')}</p>
  ) : isUndone ? (
    ''
  ) : (
    <details open={refused !== undefined}>
      <summary safe>{say('Appeal')}</summary>
      <form class="stack" method="post" action={`/statements/${number}/appeal`}>
        <label>
          <span safe>{say('Why it is wrong')}</span>
          <textarea
            name="text"
            rows="4"
            maxlength="1000"
            required
            dir="auto"
            {...invalid('text', refused?.errors.text)}
            safe
          >
            {`\n${refused?.text ?? ''}`}
          </textarea>
          <FieldError of="text" error={refused?.errors.text} />
        </label>
        <button class="button" type="submit" safe>
          {say('Send the appeal')}
        </button>
      </form>
    </details>
  )

const headings: Record<Statement['kind'], Sentence> = {
  post: 'Your post “{title}”',
  comment: 'Your comment on “{title}”',
  item: 'Your account',
  member: 'Your account',
}

const decided: Record<Statement['act'], Sentence> = {
  hide: 'It is hidden.',
  show: 'It was brought back.',
  lock: 'Its discussion is closed.',
  unlock: 'Its discussion is open.',
  move: 'It was moved to another category.',
  return: 'It was moved back.',
  merge: 'It was merged into another post.',
  split: 'It was undone.',
  pin: 'It was pinned.',
  unpin: 'It was undone.',
  warn: 'This is a warning.',
  withdraw: 'It was undone.',
  silence: 'You write neither posts nor comments.',
  unsilence: 'It was undone.',
  suspend: 'You can read, and do nothing else.',
  unsuspend: 'It was undone.',
  refuse: 'A text of yours was not taken.',
  await: 'It was undone.',
  appeal: 'You have appealed.',
  uphold: 'It stays as it is.',
}

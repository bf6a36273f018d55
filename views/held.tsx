import type { Held } from '../src/held/queries.ts'
import type { PageContext } from '../src/http/page-context.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import type { TypedGrounds } from '../src/rules/grounds.ts'
import type { Rule } from '../src/rules/queries.ts'
import type { Sentence } from '../texts/arabic.ts'
import { say } from '../texts/say.ts'
import { GroundsFields } from './admin-posts.tsx'
import { Author, Moment } from './byline.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { Empty } from './list.tsx'
import { Money } from './money.tsx'
import { shownName, shownTitle } from './names.ts'
import { Marks } from './offers.tsx'
import { LinkTo, Phrase } from './phrase.tsx'

type Refused = { id: number; typed: TypedGrounds; errors: FieldErrors }

type Props = {
  pageContext: PageContext
  own: Held[]
  /** What waits for who looks at it; undefined for who decides about nothing. */
  waiting: Held[] | undefined
  rules: Rule[]
  currency: string
  refused?: Refused | undefined
}

/** Texts that wait: one's own, and those that one decides about. */
export const HeldPage = ({ pageContext, own, waiting, ...more }: Props) => (
  <Layout pageContext={pageContext} title={say('Waiting texts')} isTool>
    <section class="narrow">
      <h1 safe>{say('Waiting texts')}</h1>
      {waiting === undefined ? (
        ''
      ) : (
        <>
          <p>
            <LinkTo to="/moderation/queue" says="All reports" />
          </p>
          <HeldForModerators waiting={waiting} {...more} />
        </>
      )}
      {waiting !== undefined && own.length === 0 ? '' : <OwnTexts own={own} currency={more.currency} />}
    </section>
  </Layout>
)

const OwnTexts = ({ own, currency }: { own: Held[]; currency: string }) => (
  <>
    <h2 safe>{say('What you wrote')}</h2>
    <p class="hint" safe>
      {say('Nobody but you and moderators sees this.')}
    </p>
    {own.length === 0 ? <Empty says={say('Nothing of yours waits.')} /> : ''}
    {own.map((text) => (
      <article class="card" id={`own-${text.id}`}>
        <Heading text={text} />
        <p class="byline">
          <b class="tag" safe>
            {say(text.refusedAt === null ? 'waiting' : 'not taken')}
          </b>{' '}
          · <Moment at={text.createdAt} />
        </p>
        {text.refusedAt === null ? '' : <Why text={text} />}
        <Offered text={text} currency={currency} />
        <Text of={text} />
        <form method="post" action={`/held/${text.id}/remove`}>
          <button class="quiet" type="submit" safe>
            {say('Take it back')}
          </button>
        </form>
      </article>
    ))}
  </>
)

const Why = ({ text: { rule, reason } }: { text: Held }) => (
  <>
    {rule === null ? (
      ''
    ) : (
      <p>
        <Phrase of="Rule: {rule}" parts={{ rule: <bdi safe>{rule}</bdi> }} />
      </p>
    )}
    <p>
      <Phrase of="Why: {reason}" parts={{ reason: <bdi safe>{reason}</bdi> }} />{' '}
      <LinkTo to="/statements" says="What moderators decided about you" />
    </p>
  </>
)

type ForModerators = { waiting: Held[]; rules: Rule[]; currency: string; refused?: Refused | undefined }

/** Texts that a moderator decides about, each with both ways. */
export const HeldForModerators = ({ waiting, rules, currency, refused }: ForModerators) => (
  <>
    <h2 id="waiting" safe>
      {say('Texts that wait for you')}
    </h2>
    {waiting.length === 0 ? <Empty says={say('No text waits.')} /> : ''}
    {waiting.map((text) => (
      <HeldCard
        text={text}
        {...{ rules, currency }}
        refused={refused?.id === text.id ? refused : undefined}
      />
    ))}
  </>
)

const causes: Record<Held['cause'], Sentence> = {
  first: 'One of their first texts',
  words: 'Words or a place of a list',
}

type CardProps = Omit<ForModerators, 'waiting'> & { text: Held }

const HeldCard = ({ text, rules, currency, refused }: CardProps) => (
  <article class="card" id={`held-${text.id}`}>
    <Heading text={text} />
    <p class="byline">
      <Author name={text.author} id={text.authorId} /> · <bdi safe>{shownName(text.category)}</bdi> ·{' '}
      <span safe>{say(causes[text.cause])}</span> · <Moment at={text.createdAt} />
    </p>
    <Offered text={text} currency={currency} />
    <Text of={text} />
    <form method="post" action={`/held/${text.id}`}>
      <button class="primary" type="submit" name="decision" value="approve" safe>
        {say('Put it on the board')}
      </button>
    </form>
    <details open={refused !== undefined}>
      <summary safe>{say('Do not take it')}</summary>
      <form class="stack" method="post" action={`/held/${text.id}`}>
        <GroundsFields
          rules={rules}
          isRequired={false}
          typed={refused?.typed}
          errors={refused?.errors ?? {}}
        />
        <button class="button" type="submit" name="decision" value="refuse" safe>
          {say('Do not take it')}
        </button>
      </form>
    </details>
  </article>
)

const Heading = ({ text: { postId, title } }: { text: Held }) => (
  <h3>
    <Phrase
      of={postId === null ? 'Post “{name}”' : 'Comment on “{name}”'}
      parts={{ name: <bdi safe>{shownTitle(title)}</bdi> }}
    />
  </h3>
)

/** What it offers beside its text. */
const Offered = ({ text: { offer, price, place }, currency }: { text: Held; currency: string }) =>
  offer === null ? (
    ''
  ) : (
    <p>
      <Marks offer={{ kind: offer, state: 'open' }} />
      {price === null ? '' : <Money amount={price} currency={currency} />} <bdi safe>{place ?? ''}</bdi>
    </p>
  )

const Text = ({ of: { body } }: { of: Held }) => (
  <p class="excerpt" dir="auto" safe>
    {body}
  </p>
)

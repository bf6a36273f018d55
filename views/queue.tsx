import type { HashedEntry, Kind } from '../src/action-log/queries.ts'
import type { Category } from '../src/categories/queries.ts'
import type { Held } from '../src/held/queries.ts'
import type { PageContext } from '../src/http/page-context.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import type { ModeratorAct, Wanted } from '../src/queue/act.ts'
import type { RefusedDecision } from '../src/queue/decide.ts'
import type { Appeal, Deed, Note, Report, Sanction, Thing, Waiting } from '../src/queue/queries.ts'
import type { Rule } from '../src/rules/queries.ts'
import type { Sentence } from '../texts/arabic.ts'
import { say, translated } from '../texts/say.ts'
import { Tabs } from './admin.tsx'
import { ApplicationsWaiting } from './admin-joining.tsx'
import { GroundsFields } from './admin-posts.tsx'
import { Author, Moment, When } from './byline.tsx'
import { FieldError, invalid } from './form.tsx'
import { HeldForModerators } from './held.tsx'
import { Html } from './html.ts'
import { keepsOrderIn } from './keeps-order.ts'
import { Layout } from './layout.tsx'
import { Empty, Pager } from './list.tsx'
import { actSentence } from './moderation.tsx'
import { shownName, shownTitle } from './names.ts'
import { count, LinkTo, Phrase } from './phrase.tsx'
import { reasonNames } from './reports.tsx'

type QueueProps = {
  pageContext: PageContext
  waiting: Waiting[]
  next: number | undefined
  isFirstPage: boolean
  appeals: Appeal[]
  refused: RefusedDecision | undefined
  /** Texts that are not on the board until somebody says so. */
  held: Held[]
  rules: Rule[]
  /** Applications that wait, for who decides about them; else 0. */
  applications: number
  currency: string
}

/** What waits for a moderator, what waits longest first. */
export const QueuePage = ({
  pageContext,
  waiting,
  next,
  isFirstPage,
  appeals,
  refused,
  held,
  rules,
  applications,
  currency,
}: QueueProps) => (
  <Layout pageContext={pageContext} title={say('Reports')} isTool>
    {pageContext.viewer?.role === 'admin' ? <Tabs tab="Reports" /> : ''}
    <section class="narrow">
      <h1 safe>{say('Reports')}</h1>
      {applications === 0 ? '' : <ApplicationsWaiting waiting={applications} />}
      {waiting.length === 0 ? (
        <Empty
          says={say('Nothing waits for you.')}
          firstPage={isFirstPage ? undefined : '/moderation/queue'}
        />
      ) : (
        <ul class="lines">
          {waiting.map((each) => (
            <WaitingLine waiting={each} />
          ))}
        </ul>
      )}
      <Pager next={next ? `?after=${next}` : undefined} says="More reports" />
      {held.length === 0 ? '' : <HeldForModerators waiting={held} rules={rules} currency={currency} />}
      <h2 id="appeals" safe>
        {say('Appeals')}
      </h2>
      {appeals.length === 0 ? (
        <p class="hint" safe>
          {say('Nobody appeals.')}
        </p>
      ) : (
        ''
      )}
      {appeals.map((appeal) => (
        <AppealCard appeal={appeal} refused={refused?.number === appeal.number ? refused : undefined} />
      ))}
    </section>
  </Layout>
)

const kindNames: Record<Kind, Sentence> = {
  post: 'Post “{name}”',
  comment: 'Comment on “{name}”',
  item: 'Item “{name}”',
  member: 'Member “{name}”',
}

const nameOf = (kind: Kind, name: string) =>
  kind === 'post' || kind === 'comment' ? shownTitle(name) : shownName(name)

const WaitingLine = ({ waiting }: { waiting: Waiting }) => {
  const { kind, subject, name, category, reports, since } = waiting
  return (
    <li id={`${kind}-${subject}`}>
      <a href={`/moderation/queue/${kind}/${subject}`}>
        <Phrase of={kindNames[kind]} parts={{ name: <bdi safe>{nameOf(kind, name ?? '')}</bdi> }} />
      </a>
      <span class="byline">
        <Phrase of="Reports: {n}" parts={{ n: <>{count(reports)}</> }} /> · <Moment at={since} />
        {category === null ? (
          ''
        ) : (
          <>
            {' '}
            · <bdi safe>{shownName(category)}</bdi>
          </>
        )}
      </span>
    </li>
  )
}

const AppealCard = ({ appeal, refused }: { appeal: Appeal; refused: RefusedDecision | undefined }) => (
  <article class="card" id={`appeal-${appeal.number}`}>
    <h3>
      <DeedSaid deed={appeal} />
    </h3>
    <p class="byline">
      <bdi safe>{shownName(appeal.appellant ?? '')}</bdi> · <When at={appeal.appealedAt} />
    </p>
    <p class="excerpt" dir="auto" safe>
      {appeal.body}
    </p>
    {appeal.isOwn ? (
      <p class="hint" safe>
        {say('Somebody else has to decide about what you did.')}
      </p>
    ) : (
      <form class="stack" method="post" action={`/moderation/queue/appeals/${appeal.number}`}>
        <label>
          <span safe>{say('Your answer')}</span>
          <input
            name="answer"
            maxlength="380"
            required
            value={refused?.answer ?? ''}
            {...invalid('answer', refused?.errors.answer)}
          />
          <FieldError of="answer" error={refused?.errors.answer} />
        </label>
        <div class="actions">
          <button class="primary" type="submit" name="decision" value="undo" safe>
            {say('Undo it')}
          </button>
          <button class="button" type="submit" name="decision" value="keep" safe>
            {say('Leave it as it is')}
          </button>
        </div>
      </form>
    )}
  </article>
)

type ThingProps = {
  pageContext: PageContext
  kind: Kind
  thing: Thing
  reports: Report[]
  deeds: Deed[]
  notes: Note[]
  others: string[]
  history: Deed[]
  sanctions: { kind: Sanction; until: string }[]
  acts: ModeratorAct[]
  rules: Rule[]
  categories: Category[]
  /** An act that was refused, as it was typed, and why. */
  wanted?: Wanted
  errors?: FieldErrors
  says?: string
}

const wholeBoard = 0

/** One thing that moderators look at: itself, what was reported and done, and what they may do. */
export const ThingPage = ({ pageContext, kind, thing, ...rest }: ThingProps) => {
  const elsewhere = rest.history.filter((deed) => deed.kind !== kind || deed.subject !== thing.id)
  return (
    <Layout pageContext={pageContext} title={say('Reports')} isTool>
      <section class="narrow">
        <p>
          <LinkTo to="/moderation/queue" says="All reports" />
        </p>
        <h1>
          <Phrase of={kindNames[kind]} parts={{ name: <bdi safe>{nameOf(kind, thing.name)}</bdi> }} />
        </h1>
        <Looking kind={kind} id={thing.id} others={rest.others} />
        <p class="byline">
          {thing.authorId === null ? (
            ''
          ) : (
            <>
              <Author name={thing.author} id={thing.authorId} />
              {kind !== 'member' && pageContext.viewer && keepsOrderIn(pageContext.viewer, wholeBoard) ? (
                <>
                  {' · '}
                  <LinkTo to={`/moderation/queue/member/${thing.authorId}`} says="Silence or suspend" />
                </>
              ) : (
                ''
              )}
              {kind === 'member' ? '' : ' · '}
            </>
          )}
          {kind === 'member' || kind === 'item' ? (
            ''
          ) : (
            <LinkTo to={`/${kind}s/${thing.id}`} says="To its place" />
          )}
        </p>
        {thing.isHidden ? (
          <p class="hint" safe>
            {say('It is hidden.')}
          </p>
        ) : (
          ''
        )}
        {rest.sanctions.map((sanction) => (
          <p class="hint">
            <Phrase
              of={sanction.kind === 'silence' ? 'Writes nothing until {day}' : 'Is suspended until {day}'}
              parts={{ day: <When at={sanction.until} /> }}
            />
          </p>
        ))}
        {thing.body === '' ? (
          ''
        ) : (
          <p class="excerpt" dir="auto" safe>
            {thing.body}
          </p>
        )}
        <Reports reports={rest.reports} />
        <ActForm kind={kind} id={thing.id} {...rest} />
        <Deeds of="What was done about it" deeds={rest.deeds} />
        {kind === 'member' ? '' : <Deeds of="What was done about its author" deeds={elsewhere} />}
        <Notes kind={kind} id={thing.id} notes={rest.notes} />
      </section>
    </Layout>
  )
}

/** Who else looks at it now; with htmx it follows. */
export const Looking = ({ kind, id, others }: { kind: Kind; id: number; others: string[] }) => (
  <p
    id="looking"
    class="hint"
    role="status"
    hx-get={`/moderation/queue/${kind}/${id}/looks`}
    hx-trigger="every 10s"
    hx-swap="outerHTML"
  >
    {others.length === 0 ? (
      ''
    ) : (
      <Phrase
        of="Looks at it, too: {names}"
        parts={{ names: <bdi safe>{others.map((name) => shownName(name)).join(', ')}</bdi> }}
      />
    )}
  </p>
)

const Reports = ({ reports }: { reports: Report[] }) => (
  <>
    <h2 safe>{say('What was reported')}</h2>
    {reports.length === 0 ? (
      <p class="hint" safe>
        {say('Nobody reports it now.')}
      </p>
    ) : (
      ''
    )}
    <ul class="lines">
      {reports.map(({ id, reason, text, reporter, createdAt }) => (
        <li id={`report-${id}`}>
          <span>
            <b safe>{say(reasonNames[reason])}</b>: <bdi safe>{text}</bdi>
          </span>
          <span class="byline">
            <bdi safe>{reporter === null ? say('without an account') : shownName(reporter)}</bdi> ·{' '}
            <Moment at={createdAt} />
          </span>
        </li>
      ))}
    </ul>
  </>
)

const actNames: Record<ModeratorAct, Sentence> = {
  dismiss: 'Answer the reports, and do nothing',
  warn: 'Warn its author',
  hide: 'Hide it',
  show: 'Bring it back',
  lock: 'Close its discussion',
  unlock: 'Open its discussion again',
  move: 'Move it to another category',
  merge: 'Merge it into another post',
  split: 'Undo the merge',
  pin: 'Pin it, so that it stays on top',
  unpin: 'Pin it no longer',
  silence: 'They write neither posts nor comments until a day',
  unsilence: 'They may write again',
  suspend: 'They do nothing but read until a day',
  unsuspend: 'They are no longer suspended',
}

type ActProps = Pick<ThingProps, 'kind' | 'deeds' | 'acts' | 'rules' | 'categories' | 'wanted' | 'says'> & {
  id: number
  errors?: FieldErrors
}

const ActForm = ({ kind, id, deeds, acts, rules, categories, wanted, errors = {}, says }: ActProps) => (
  <form class="card stack acting" method="post" action={`/moderation/queue/${kind}/${id}`}>
    <h2 safe>{say('What to do')}</h2>
    {says === undefined ? (
      ''
    ) : (
      <p class="error banner" role="alert" safe>
        {translated(says)}
      </p>
    )}
    <input type="hidden" name="seen" value={`${deeds[0]?.number ?? 0}`} />
    <label>
      <span safe>{say('Act')}</span>
      <select name="act" required>
        <option value="" safe>
          {say('Choose one')}
        </option>
        {acts.map((act) => (
          <option value={act} selected={act === wanted?.act} safe>
            {say(actNames[act])}
          </option>
        ))}
      </select>
    </label>
    <div class="stack for-grounds">
      <GroundsFields rules={rules} isRequired={false} typed={wanted?.typed} errors={errors} />
    </div>
    {acts.includes('pin') ? <PostFields wanted={wanted} errors={errors} /> : ''}
    {kind === 'member' || acts.includes('pin') ? (
      <label class="for-day">
        <span safe>
          {say(acts.includes('pin') ? 'Until which day, if a pin ends by itself' : 'Until which day')}
        </span>
        <input type="date" name="until" value={wanted?.until ?? ''} {...invalid('until', errors.until)} />
        <FieldError of="until" error={errors.until} />
      </label>
    ) : (
      ''
    )}
    {acts.includes('move') ? (
      <label class="for-move">
        <span safe>{say('Where to, if it is moved')}</span>
        <select name="category" {...invalid('category', errors.category)}>
          <option value="" safe>
            {say('Choose one')}
          </option>
          {categories.map((category) => (
            <option value={`${category.id}`} selected={`${category.id}` === wanted?.category} dir="auto" safe>
              {shownName(category.name)}
            </option>
          ))}
        </select>
        <FieldError of="category" error={errors.category} />
      </label>
    ) : (
      ''
    )}
    <button class="primary" type="submit" safe>
      {say('Do it')}
    </button>
  </form>
)

/** What merging and pinning need to know. */
const PostFields = ({ wanted, errors }: { wanted: Wanted | undefined; errors: FieldErrors }) => (
  <>
    <label class="for-merge">
      <span safe>{say('Into which post, if it is merged')}</span>
      <input
        name="into"
        dir="ltr"
        autocomplete="off"
        maxlength="300"
        value={wanted?.into ?? ''}
        {...invalid('into', errors.into)}
      />
      <FieldError of="into" error={errors.into} />
    </label>
    <label class="for-pin">
      <span safe>{say('Where it stays on top, if it is pinned')}</span>
      <select name="place">
        <option value="category" safe>
          {say('In its category')}
        </option>
        <option value="front" selected={wanted?.isOnFront} safe>
          {say('On the front page, too')}
        </option>
      </select>
    </label>
    <label class="check for-pin">
      <input type="checkbox" name="asks" checked={wanted?.asks} />
      <span safe>{say('Members are asked to confirm that they read it, if it is pinned')}</span>
    </label>
  </>
)

const Deeds = ({ of, deeds }: { of: Sentence; deeds: Deed[] }) =>
  deeds.length === 0 ? (
    ''
  ) : (
    <>
      <h2 safe>{say(of)}</h2>
      <ul class="lines">
        {deeds.map((deed) => (
          <li>
            <DeedSaid deed={deed} />
            <span class="byline">
              <bdi safe>{deed.by === null ? say('a deleted account') : shownName(deed.by)}</bdi> ·{' '}
              <Moment at={deed.doneAt} />
            </span>
          </li>
        ))}
      </ul>
    </>
  )

const numbered: Record<HashedEntry['kind'], Sentence> = {
  post: 'Post {n}',
  comment: 'Comment {n}',
  item: 'Item {n}',
  member: 'Member {n}',
}

const DeedSaid = ({ deed: { act, kind, subject, rule, reason, until } }: { deed: Deed }) => (
  <span>
    <Phrase
      of={actSentence({ act, kind })}
      parts={{
        what: (
          <a href={`/moderation/queue/${kind}/${subject}`} safe>
            {say(numbered[kind], { n: `${subject}` })}
          </a>
        ),
      }}
    />
    {until === null ? (
      ''
    ) : (
      <>
        {' '}
        <Phrase of="until {day}" parts={{ day: <When at={until} /> }} />
      </>
    )}
    {rule === null ? '' : <Said says={rule} />}
    {reason === '' ? '' : <Said says={translated(reason)} />}
  </span>
)

const Said = ({ says }: { says: string }) => (
  <>
    : <bdi safe>{says}</bdi>
  </>
)

const Notes = ({ kind, id, notes }: { kind: Kind; id: number; notes: Note[] }) => (
  <section id="notes">
    <h2 safe>{say('Notes of moderators')}</h2>
    <ul class="lines">
      {notes.map(({ author, body, createdAt }) => (
        <li>
          <bdi safe>{body}</bdi>
          <span class="byline">
            <bdi safe>{author === null ? say('a deleted account') : shownName(author)}</bdi> ·{' '}
            <Moment at={createdAt} />
          </span>
        </li>
      ))}
    </ul>
    <form class="stack" method="post" action={`/moderation/queue/${kind}/${id}/notes`}>
      <label>
        <span safe>{say('A note for other moderators')}</span>
        <textarea name="text" rows="2" maxlength="1000" required dir="auto"></textarea>
      </label>
      <button class="button" type="submit" safe>
        {say('Add')}
      </button>
    </form>
  </section>
)

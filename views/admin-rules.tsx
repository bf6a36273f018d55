import type { PageContext } from '../src/http/page-context.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import type { Rule } from '../src/rules/queries.ts'
import type { RuleDraft } from '../src/rules/service.ts'
import { say } from '../texts/say.ts'
import { AdminPage } from './admin.tsx'
import { FieldError, invalid } from './form.tsx'
import { Html } from './html.ts'
import { LinkTo, Phrase } from './phrase.tsx'

/** A form that was refused, as it was typed. */
type Refused = { typed: RuleDraft; errors: FieldErrors }

/** With what stands in its form for its texts. */
type Versioned = Rule & { version: string }

type Props = {
  pageContext: PageContext
  rules: Versioned[]
  adding?: Refused
  changing?: Refused & { id: number }
}

/** Where admins write the rules. */
export const AdminRulesPage = ({ pageContext, rules, adding, changing }: Props) => (
  <AdminPage pageContext={pageContext} tab="Rules">
    <form class="card stack" method="post" action="/admin/rules">
      <h2 safe>{say('Add a rule')}</h2>
      <Fields of="new" {...(adding ?? { typed: { title: '', body: '' }, errors: {} })} />
      <button class="primary" type="submit" safe>
        {say('Add')}
      </button>
    </form>
    <p class="hint">
      <Phrase
        of="Moderators name the rule when they do something. {rules}"
        parts={{ rules: <LinkTo to="/rules" says="As everybody reads them" /> }}
      />
    </p>
    {rules.map((rule, index) => (
      <RuleCard
        rule={rule}
        isFirst={index === 0}
        isLast={index === rules.length - 1}
        refused={changing?.id === rule.id ? changing : undefined}
      />
    ))}
  </AdminPage>
)

type CardProps = { rule: Versioned; isFirst: boolean; isLast: boolean; refused: Refused | undefined }

const RuleCard = ({ rule, isFirst, isLast, refused }: CardProps) => (
  <section class="card" id={`rule-${rule.id}`}>
    <h2 dir="auto" safe>
      {rule.title}
    </h2>
    <p class="excerpt" dir="auto" safe>
      {rule.body}
    </p>
    <form class="actions" method="post" action={`/admin/rules/${rule.id}/move`}>
      {isFirst ? '' : <Move way="up" rule={rule} />}
      {isLast ? '' : <Move way="down" rule={rule} />}
    </form>
    <details open={refused !== undefined}>
      <summary aria-label={say('Change {what}', { what: rule.title })} safe>
        {say('Change')}
      </summary>
      <form class="stack" method="post" action={`/admin/rules/${rule.id}`}>
        <input type="hidden" name="version" value={rule.version} />
        <Fields of={`${rule.id}`} {...(refused ?? { typed: rule, errors: {} })} />
        <button class="button" type="submit" safe>
          {say('Save')}
        </button>
      </form>
      <form method="post" action={`/admin/rules/${rule.id}/remove`}>
        <button class="danger" type="submit" safe>
          {say('Remove')}
        </button>
      </form>
    </details>
  </section>
)

const Move = ({ way, rule }: { way: 'up' | 'down'; rule: Rule }) => (
  <button
    class="quiet"
    type="submit"
    name="way"
    value={way}
    aria-label={say(way === 'up' ? 'Move {what} up' : 'Move {what} down', { what: rule.title })}
    safe
  >
    {say(way === 'up' ? 'Up' : 'Down')}
  </button>
)

const Fields = ({ of, typed, errors }: Refused & { of: string }) => (
  <>
    <label>
      <span safe>{say('Title')}</span>
      <input
        name="title"
        required
        maxlength="100"
        dir="auto"
        value={typed.title}
        {...invalid(`title-${of}`, errors.title)}
      />
      <FieldError of={`title-${of}`} error={errors.title} />
    </label>
    <label>
      <span safe>{say('What it means')}</span>
      <textarea name="body" rows="4" maxlength="2000" dir="auto" {...invalid(`body-${of}`, errors.body)} safe>
        {`\n${typed.body}`}
      </textarea>
      <FieldError of={`body-${of}`} error={errors.body} />
    </label>
  </>
)

import type { PageContext } from '../src/http/page-context.ts'
import type { Rule } from '../src/rules/queries.ts'
import { say } from '../texts/say.ts'
import { FieldError, invalid } from './form.tsx'
import { Html } from './html.ts'
import { isShutTo, Layout } from './layout.tsx'
import { Empty } from './list.tsx'
import { LinkTo, Phrase } from './phrase.tsx'

type Props = { pageContext: PageContext; rules: Rule[] }

/** What the board asks of those who write here. */
export const RulesPage = ({ pageContext, rules }: Props) => (
  <Layout pageContext={pageContext} title={say('Rules')}>
    <section class="narrow">
      <h1 safe>{say('Rules')}</h1>
      {rules.length === 0 ? (
        <Empty says={say('This board has no rules yet.')} />
      ) : (
        <ol>
          {rules.map(({ id, title, body }) => (
            <li id={`rule-${id}`}>
              <h2 dir="auto" safe>
                {title}
              </h2>
              <p class="excerpt" dir="auto" safe>
                {body}
              </p>
            </li>
          ))}
        </ol>
      )}
      {isShutTo(pageContext) ? (
        ''
      ) : (
        <p class="hint">
          <Phrase
            of="Moderators name the rule when they do something. {log}"
            parts={{ log: <LinkTo to="/moderation" says="All that they did" /> }}
          />
        </p>
      )}
    </section>
  </Layout>
)

/** Which rule something is about; nothing where the board has none. */
export const RuleField = ({
  rules,
  chosen,
  error,
  isRequired = true,
}: {
  rules: Rule[]
  chosen: string
  error: string | undefined
  isRequired?: boolean
}) =>
  rules.length === 0 ? (
    ''
  ) : (
    <label>
      <span safe>{say('Rule')}</span>
      <select name="rule" required={isRequired} {...invalid('rule', error)}>
        <option value="" safe>
          {say('Choose one')}
        </option>
        {rules.map(({ id, title }) => (
          <option value={`${id}`} selected={`${id}` === chosen} dir="auto" safe>
            {title}
          </option>
        ))}
      </select>
      <FieldError of="rule" error={error} />
    </label>
  )

import type { PageContext } from '../src/http/page-context.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import type { Reportable, ReportReason } from '../src/reports/queries.ts'
import type { Reported, TypedReport } from '../src/reports/service.ts'
import type { Sentence } from '../texts/arabic.ts'
import { say } from '../texts/say.ts'
import { AddressField, FieldError, invalid } from './form.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { LinkTo, Phrase } from './phrase.tsx'

/** Leads to where something is reported. */
export const ReportLink = ({ kind, id }: { kind: Reportable; id: number }) => (
  <a href={`/reports/${kind}/${id}`} rel="nofollow" safe>
    {say('Report')}
  </a>
)

const titles: Record<Reportable, Sentence> = {
  post: 'Report the post “{name}”',
  comment: 'Report a comment on “{name}”',
  item: 'Report the item “{name}”',
  member: 'Report the member “{name}”',
}

export const reasonNames: Record<ReportReason, Sentence> = {
  rule: 'It breaks a rule of this board',
  illegal: 'It is against the law',
  spam: 'It is spam',
  other: 'Something else',
}

type Props = {
  pageContext: PageContext
  reported: Reported
  /** For the form to report. */
  once: string
  /** The board sends mail, so whoever has no account may be answered. */
  hasMail: boolean
  typed?: TypedReport
  errors?: FieldErrors
}

/** Where something is reported to moderators. */
export const ReportPage = ({
  pageContext,
  reported: { kind, id, name, place, hasPicture },
  once,
  hasMail,
  typed = { reason: '', text: '', address: '', of: '' },
  errors = {},
}: Props) => (
  <Layout pageContext={pageContext} title={say('Report')}>
    <form class="card stack narrow" method="post" action={`/reports/${kind}/${id}`}>
      <h1>
        <Phrase of={titles[kind]} parts={{ name: <bdi safe>{name}</bdi> }} />
      </h1>
      <p class="hint">
        <Phrase
          of="Moderators read this, and whom it is about does not. {rules}"
          parts={{ rules: <LinkTo to="/rules" says="The rules of this board" /> }}
        />
      </p>
      <input type="hidden" name="once" value={once} />
      <label>
        <span safe>{say('What is wrong with it')}</span>
        <select name="reason" required {...invalid('reason', errors.reason)}>
          <option value="" safe>
            {say('Choose one')}
          </option>
          {Object.entries(reasonNames).map(([value, says]) => (
            <option value={value} selected={value === typed.reason} safe>
              {say(says)}
            </option>
          ))}
        </select>
        <FieldError of="reason" error={errors.reason} />
      </label>
      <label>
        <span safe>{say('In a sentence')}</span>
        <textarea
          name="text"
          rows="4"
          maxlength="1000"
          required
          dir="auto"
          {...invalid('text', errors.text)}
          safe
        >
          {`\n${typed.text}`}
        </textarea>
        <FieldError of="text" error={errors.text} />
      </label>
      {hasPicture ? (
        <label class="check">
          <input type="checkbox" name="of" value="picture" checked={typed.of === 'picture'} />
          <span safe>{say('It is about the picture alone')}</span>
        </label>
      ) : (
        ''
      )}
      {hasMail && !pageContext.viewer ? (
        <AddressField
          label={say('Your address, if you want an answer')}
          address={typed.address}
          hint={say('It is deleted when you have been answered.')}
          error={errors.address}
        />
      ) : (
        ''
      )}
      <div class="actions">
        <button class="primary" type="submit" safe>
          {say('Report')}
        </button>
        <a class="button" href={place} safe>
          {say('Go back')}
        </a>
      </div>
    </form>
  </Layout>
)

/** What is said to who reported something. */
export const ReportedPage = ({ pageContext, reported }: Pick<Props, 'pageContext' | 'reported'>) => (
  <Layout pageContext={pageContext} title={say('Report')}>
    <section class="narrow">
      <h1 safe>{say('Thank you')}</h1>
      <p safe>{say('Moderators will look at it. What they do stands in their log.')}</p>
      <p class="actions">
        <a class="button" href={reported.place} safe>
          {say('Go back')}
        </a>{' '}
        <a class="button" href="/moderation" safe>
          {say('Moderation')}
        </a>
      </p>
    </section>
  </Layout>
)

import type { PageContext } from '../src/http/page-context.ts'
import type { Moderated } from '../src/moderation/queries.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import type { Post } from '../src/posts/queries.ts'
import type { TypedGrounds } from '../src/rules/grounds.ts'
import type { Rule } from '../src/rules/queries.ts'
import { say, translated } from '../texts/say.ts'
import { AdminPage } from './admin.tsx'
import { When } from './byline.tsx'
import { RestoreForm } from './comments.tsx'
import { FieldError, invalid } from './form.tsx'
import { Html } from './html.ts'
import { Grid, Pager } from './list.tsx'
import { shownName, shownTitle } from './names.ts'
import { count, Phrase } from './phrase.tsx'
import { RuleField } from './rules.tsx'

type Props = {
  pageContext: PageContext
  posts: Post[]
  nextCursor: string | undefined
  moderated: Moderated[]
}

export const AdminPostsPage = ({ pageContext, posts, nextCursor, moderated }: Props) => (
  <AdminPage pageContext={pageContext} tab="Posts">
    <h2 safe>{say('Newest posts')}</h2>
    <Grid
      of={['Title', 'Author', 'Written', { name: 'Likes', is: 'number' }, { name: 'Actions', is: 'unseen' }]}
    >
      {posts.map((post) => (
        <PostRow post={post} />
      ))}
    </Grid>
    <Pager next={nextCursor ? `?before=${nextCursor}` : undefined} says="Older posts" />
    <Lately moderated={moderated} />
  </AdminPage>
)

const PostRow = ({ post }: { post: Post }) => (
  <tr id={`post-${post.id}`}>
    <th scope="row">
      <a href={`/posts/${post.id}`} dir="auto" safe>
        {shownTitle(post.title)}
      </a>
    </th>
    <td data-label={say('Author')} safe>
      {post.author === null ? say('a deleted account') : shownName(post.author)}
    </td>
    <td data-label={say('Written')}>
      <When at={post.createdAt} />
    </td>
    <td class="number" data-label={say('Likes')}>
      {count(post.likes)}
    </td>
    <td class="actions">
      <a
        class="button"
        href={`/admin/posts/${post.id}/remove`}
        aria-label={say('Remove {what}', { what: shownTitle(post.title) })}
        safe
      >
        {say('Remove')}
      </a>
    </td>
  </tr>
)

const Lately = ({ moderated }: { moderated: Moderated[] }) =>
  moderated.length === 0 ? (
    ''
  ) : (
    <section class="removals" aria-labelledby="removals-title">
      <h2 id="removals-title" safe>
        {say('Done lately')}
      </h2>
      <ul class="lines">
        {moderated.map(({ what, subject, detail, admin, isOpen, doneAt, restorable }) => (
          <li>
            <span>
              <b>
                <bdi safe>{ofPosts.has(what) ? shownTitle(subject) : shownName(subject)}</bdi>
              </b>
              : <bdi safe>{saidOf(what, detail ?? '')}</bdi>
            </span>
            <span class="byline">
              <bdi safe>
                {admin === null ? say(isOpen ? 'the open /api/v1' : 'a deleted account') : shownName(admin)}
              </bdi>{' '}
              · <When at={doneAt} />
            </span>
            {restorable === null ? '' : <RestoreForm to={`/admin/posts/${restorable}/restore`} />}
          </li>
        ))}
      </ul>
    </section>
  )

function saidOf(what: Moderated['what'], detail: string): string {
  if (what === 'post') return translated(detail)
  if (what === 'moved') return say('It was moved to {category}.', { category: shownName(detail) })
  if (what === 'unpaid') return say('It is not paid after all: {reason}', { reason: detail })
  if (what === 'setting') return say('It was set to {value}.', { value: detail })
  return say(done[what])
}

/** Their subject is a title, else a name. */
const ofPosts = new Set<Moderated['what']>([
  ...(['post', 'moved', 'offer-open', 'offer-reserved', 'offer-gone'] as const),
])

const done = {
  paid: 'It was noted as paid.',
  category: 'The category was removed.',
  account: 'The account was removed.',
  'password-link': 'A link for a new password was made.',
  'make-admin': 'Became an admin.',
  'make-member': 'Is no admin any more.',
  'make-moderator': 'Became a moderator.',
  'end-moderator': 'Is no moderator any more.',
  disable: 'The account was shut.',
  enable: 'The account was opened again.',
  'let-in': 'The application was accepted.',
  'turned-away': 'The application was not accepted.',
  invite: 'An invitation was made.',
  'add-group': 'The group was made.',
  'remove-group': 'The group was removed.',
  'put-in-group': 'Was put into a group.',
  'take-out-of-group': 'Was taken out of a group.',
  'set-door': 'Others read or write there now.',
  'offer-open': 'The offer is available again.',
  'offer-reserved': 'The offer was reserved.',
  'offer-gone': 'The offer was set to gone.',
} as const

type RemoveProps = { post: Post } & ReasonForm

export const RemovePage = ({ pageContext, ...form }: RemoveProps & { pageContext: PageContext }) => (
  <AdminPage pageContext={pageContext} tab="Posts">
    <RemoveForm {...form} />
  </AdminPage>
)

/** Asks for the reason, which stands where the post was. */
export const RemoveForm = ({ post, ...form }: RemoveProps) => (
  <form
    id="remove-post"
    class="card stack"
    method="post"
    action={`/admin/posts/${post.id}/remove`}
    hx-post={`/admin/posts/${post.id}/remove`}
    hx-swap="outerHTML"
    hx-disable="find button"
  >
    <h2>
      <Phrase of="Remove “{title}”" parts={{ title: <bdi safe>{shownTitle(post.title)}</bdi> }} />
    </h2>
    <p class="excerpt" dir="auto" safe>
      {post.body}
    </p>
    <ReasonFields {...form} back="/admin/posts" />
  </form>
)

/** The rules of the board, and what was typed and refused. */
export type ReasonForm = { rules: Rule[]; typed?: TypedGrounds; errors?: FieldErrors }

/** Why something is taken off the board, and the way to do it or not. */
export const ReasonFields = ({ back, ...form }: ReasonForm & { back: string }) => (
  <>
    <GroundsFields {...form} />
    <div class="actions">
      <button class="primary" type="submit" safe>
        {say('Remove')}
      </button>
      <a class="button" href={back} safe>
        {say('Keep')}
      </a>
    </div>
  </>
)

type GroundsProps = {
  rules: Rule[]
  typed?: TypedGrounds | undefined
  errors?: FieldErrors
  /** Whatever is chosen needs them. */
  isRequired?: boolean
}

/** Which rule it is about, and a sentence. */
export const GroundsFields = ({
  rules,
  typed = { rule: '', reason: '' },
  errors = {},
  isRequired = true,
}: GroundsProps) => (
  <>
    <RuleField rules={rules} chosen={typed.rule} error={errors.rule} isRequired={isRequired} />
    <label>
      <Phrase of="Reason" />
      <input
        name="reason"
        maxlength="380"
        required={isRequired}
        value={typed.reason}
        {...invalid('reason', errors.reason)}
      />
      <FieldError of="reason" error={errors.reason} />
    </label>
  </>
)

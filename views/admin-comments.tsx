import type { ShownComment } from '../src/comments/threads.ts'
import type { PageContext } from '../src/http/page-context.ts'
import { say } from '../texts/say.ts'
import { AdminPage } from './admin.tsx'
import { ReasonFields, type ReasonForm } from './admin-posts.tsx'
import { Html } from './html.ts'

type RemoveProps = { comment: ShownComment } & ReasonForm

export const RemoveCommentPage = ({ pageContext, ...form }: RemoveProps & { pageContext: PageContext }) => (
  <AdminPage pageContext={pageContext} tab="Posts">
    <RemoveCommentForm {...form} />
  </AdminPage>
)

/** Asks for the reason, which stands where the comment was. */
export const RemoveCommentForm = ({ comment, ...form }: RemoveProps) => (
  <form
    id="remove-comment"
    class="card stack"
    method="post"
    action={`/admin/comments/${comment.id}/remove`}
    hx-post={`/admin/comments/${comment.id}/remove`}
    hx-swap="outerHTML"
    hx-disable="find button"
  >
    <h2 safe>{say('Remove this comment')}</h2>
    <p class="excerpt" dir="auto" safe>
      {comment.body}
    </p>
    <ReasonFields {...form} back={`/comments/${comment.id}`} />
  </form>
)

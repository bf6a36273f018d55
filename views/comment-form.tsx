import type { FieldErrors } from '../src/platform/errors.ts'
import { say } from '../texts/say.ts'
import { FieldError, invalid } from './form.tsx'
import { Html } from './html.ts'
import { TextHelp } from './post-form.tsx'

/** `once` is a key that makes a form which is sent twice count once. */
export type FormProps = { post: number; parent?: number; once: string; body?: string; errors?: FieldErrors }

/** The form for a comment on a post, or with `parent` for a reply. */
export const CommentForm = ({ post, parent, once, body = '', errors = {} }: FormProps) => (
  <form
    id={parent ? `reply-${parent}` : 'new-comment'}
    class="stack"
    method="post"
    action={`/posts/${post}/comments`}
    hx-post={`/posts/${post}/comments`}
    hx-target={parent ? `#replies-${parent}` : '#threads'}
    hx-swap="beforeend"
    hx-disable="find button"
    data-draft={!parent}
  >
    <input type="hidden" name="once" value={once} />
    {parent ? <input type="hidden" name="parent" value={`${parent}`} /> : ''}
    <TextField
      of={`body-${parent ?? 'new'}`}
      label={parent ? say('Your reply') : say('Your comment')}
      body={body}
      errors={errors}
      isAskedFor={parent !== undefined}
    />
    <TextHelp />
    {parent ? (
      <Buttons send={say('Reply')} comment={parent} />
    ) : (
      <button class="primary" type="submit" safe>
        {say('Comment')}
      </button>
    )}
  </form>
)

/** `isAskedFor`: somebody pressed for this form, and types on in it. */
type FieldProps = { of: string; label: string; body: string; errors: FieldErrors; isAskedFor?: boolean }

export const TextField = ({ of, label, body, errors, isAskedFor }: FieldProps) => (
  <label>
    <span safe>{label}</span>
    <textarea
      name="body"
      rows="3"
      maxlength="5000"
      dir="auto"
      required
      autofocus={isAskedFor}
      {...invalid(of, errors.body)}
      safe
    >
      {`\n${body}`}
    </textarea>
    <FieldError of={of} error={errors.body} />
  </label>
)

/** A form that came below a comment is closed by the same link that otherwise leads back to it. */
export const Buttons = ({ send, comment }: { send: string; comment: number }) => (
  <div class="actions">
    <button class="primary" type="submit" safe>
      {send}
    </button>
    <a class="button" href={`/comments/${comment}`} data-closes safe>
      {say('Cancel')}
    </a>
  </div>
)

import { Elysia } from 'elysia'
import { EditPostPage } from '../../views/post-form.tsx'
import { memberOf, refuseAllButAuthor } from '../accounts/access.ts'
import { categories, categoryInForm } from '../categories/service.ts'
import type { Context } from '../context.ts'
import { overtakenErrors, refuseOvertaken, versionOf } from '../http/form-version.ts'
import { pageContextFor, seeOther } from '../http/page-context.ts'
import { refuseChange } from '../newcomers/service.ts'
import { Refusal } from '../platform/errors.ts'
import { asFields, textOf } from '../platform/fields.ts'
import { formBodyOf, goesOn, isStartOf, type Patch, readPost } from './draft.ts'
import type { Post } from './queries.ts'
import { changePost, postAt } from './service.ts'

/** Changing a post of one's own. */
export const postEditing = (context: Context) => {
  const ownPost = async (request: Request, id: string) => {
    const viewer = await memberOf(context, request)
    const { post } = await postAt(context, id)
    refuseAllButAuthor(viewer, post.authorId)
    return { post, viewer }
  }

  return new Elysia({ name: 'post-editing' })
    .get('/posts/:id/edit', async ({ params: { id }, request }) => {
      const { post, viewer } = await ownPost(request, id)
      // Its own form has the price, too, and says when it is gone.
      if (post.offer) return seeOther(`/offers/${post.id}/edit`)
      const pageContext = await pageContextFor(context, request)
      const { category, title } = post
      return EditPostPage({
        pageContext,
        post,
        categories: context.doors.writable(await categories(context), viewer),
        typed: { category, title, body: formBodyOf(post) },
        version: versionOfPost(post),
        goesOn: goesOn(post),
      })
    })

    .post('/posts/:id/edit', async ({ params: { id }, body, request, set }) => {
      const { post, viewer } = await ownPost(request, id)
      const writable = context.doors.writable(await categories(context), viewer)
      const { typed, errors, draft } = readPost(body, await ownCategory(context, body, post))
      const form = { post, categories: writable, typed, goesOn: goesOn(post) }
      const draw = async (form: Omit<Parameters<typeof EditPostPage>[0], 'pageContext'>) =>
        EditPostPage({ pageContext: await pageContextFor(context, request), ...form })
      if (!draft) {
        set.status = 422
        return draw({ ...form, version: textOf(asFields(body).version), errors })
      }
      try {
        await refuseChange(context, viewer, draft)
        const expected = (now: Post) => refuseOvertaken(body, versionOfPost(now))
        await changePost(context, post, changeOf(draft, post), { by: viewer, expected })
        return seeOther(`/posts/${post.id}`)
      } catch (error) {
        if (error instanceof Refusal && error.status === 422 && error.fields.body) {
          set.status = 422
          return await draw({ ...form, version: textOf(asFields(body).version), errors: error.fields })
        }
        const overtaken = overtakenErrors(error)
        if (!overtaken) throw error
        set.status = 409
        const { post: now } = await postAt(context, id)
        return draw({ ...form, version: versionOfPost(now), errors: overtaken, now, goesOn: goesOn(now) })
      }
    })
}

/**
 * Returns what the form changes. The text stays where the form has no more than the start of it, as it came.
 */
function changeOf({ body, ...patch }: Patch & { body: string }, post: Post): Patch {
  return isStartOf(post, body) ? patch : { ...patch, body }
}

/** The category that the form names; the post's own, however long its name is. */
const ownCategory = (context: Context, body: unknown, { category, categoryId }: Post) =>
  categoryInForm(context, textOf(asFields(body).category), { id: categoryId, name: category })

const versionOfPost = ({ category, title, body }: Post) => versionOf(category, title, body)

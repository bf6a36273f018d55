import { Elysia } from 'elysia'
import { EditPostPage } from '../../views/post-form.tsx'
import { memberOf, refuseOthers } from '../accounts/access.ts'
import type { Context } from '../context.ts'
import { frameFor, seeOther } from '../frame.ts'
import { readPost } from './draft.ts'
import { postAt } from './post-page.ts'
import { categories, changePost } from './service.ts'

/** Changing a post of one's own. */
export const editing = (context: Context) => {
  const ownPost = async (request: Request, id: string) => {
    const viewer = await memberOf(context, request)
    const { post } = await postAt(context, id)
    refuseOthers(viewer, post.authorId)
    return post
  }

  return new Elysia({ name: 'editing' })
    .get('/posts/:id/edit', async ({ params: { id }, request }) => {
      const post = await ownPost(request, id)
      const frame = await frameFor(context, request)
      const { category, title, body } = post
      return EditPostPage({
        frame,
        post,
        categories: await categories(context),
        typed: { category, title, body },
      })
    })

    .post('/posts/:id/edit', async ({ params: { id }, body, request, set }) => {
      const post = await ownPost(request, id)
      const all = await categories(context)
      const { typed, errors, draft } = readPost(body, all)
      if (draft) {
        await changePost(context, post, draft)
        return seeOther(`/posts/${post.id}`)
      }
      set.status = 422
      return EditPostPage({ frame: await frameFor(context, request), post, categories: all, typed, errors })
    })
}

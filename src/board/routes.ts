import { Elysia } from 'elysia'
import { BoardPage, PostAdded, PostPage, UserPage } from '../../views/board.tsx'
import { NewPostForm } from '../../views/post-form.tsx'
import { memberOf, refuseOthers } from '../accounts/access.ts'
import type { Viewer } from '../accounts/queries.ts'
import { memberOrRefuse } from '../accounts/service.ts'
import { onceFromForm } from '../api/once.ts'
import type { Context } from '../context.ts'
import { type Frame, frameFor, isFragmentRequest, seeOther } from '../frame.ts'
import { likedByNames, withMine } from '../likes/service.ts'
import { readPicture } from '../pictures/service.ts'
import { Refusal } from '../platform/errors.ts'
import { isId } from '../platform/fields.ts'
import { type ReadPost, readPost } from './draft.ts'
import type { Category, Post } from './queries.ts'
import { removePost } from './removal.ts'
import {
  categories,
  categoryNamed,
  contentOf,
  newest,
  newestBy,
  newestIn,
  postAdded,
  postOrRefuse,
  storePost,
} from './service.ts'

/** The board: lists of posts, a post, a member, and writing a post. */
export const board = (context: Context) => {
  const listPage = async (request: Request, asked: Promise<Frame>, wrong?: Wrong) => {
    const [{ posts, older, source }, all, frame] = await Promise.all([
      newest(context, beforeIn(request)),
      categories(context),
      asked,
    ])
    const shown = await withMine(context, frame.viewer, posts)
    const page = BoardPage({
      frame,
      categories: all,
      posts: shown,
      older,
      once: crypto.randomUUID(),
      ...wrong,
    })
    return { page, source }
  }

  return new Elysia({ name: 'board' })
    .get('/', async ({ request, set }) => {
      const { page, source } = await listPage(request, frameFor(context, request))
      set.headers['x-source'] = source
      return page
    })

    .get('/c/:category', async ({ params, request, set }) => {
      const [category, all, frame] = await Promise.all([
        categoryNamed(context, params.category),
        categories(context),
        frameFor(context, request),
      ])
      const { posts, older, source } = await newestIn(context, category.id, beforeIn(request))
      const shown = await withMine(context, frame.viewer, posts)

      set.headers['x-source'] = source
      return BoardPage({ frame, categories: all, category, posts: shown, older, once: crypto.randomUUID() })
    })

    .get('/posts/:id', async ({ params: { id }, request, set }) => {
      if (!isId(id)) throw new Refusal(404, 'There is no such post.')
      const [found, frame] = await Promise.all([postOrRefuse(context, id), frameFor(context, request)])
      const [post = found.post] = await withMine(context, frame.viewer, [found.post])

      set.headers['x-source'] = found.source
      return PostPage({ frame, post, likedBy: await likedByNames(context, frame.viewer, post) })
    })

    .get('/users/:name', async ({ params: { name }, request, set }) => {
      const [{ member, source }, frame] = await Promise.all([
        memberOrRefuse(context, name),
        frameFor(context, request),
      ])
      const { posts, older } = await newestBy(context, member.id, beforeIn(request))
      const shown = await withMine(context, frame.viewer, posts)

      set.headers['x-source'] = source
      return UserPage({ frame, member, source, posts: shown, older })
    })

    .post('/posts', async ({ body, request, set }) => {
      const frame = await frameFor(context, request)
      if (!frame.viewer) throw new Refusal(401, 'Please sign in to write.')
      const all = await categories(context)
      const { typed, errors: wrong, draft } = readPost(body, all)
      const picture = draft ? await readPicture(context, body) : { errors: {} }
      const errors = { ...wrong, ...picture.errors }
      if (draft && Object.keys(errors).length === 0) {
        const post = { ...draft, authorId: frame.viewer.id }
        const asked = { by: frame.viewer.id, what: contentOf(post, picture.added) }
        const { made } = await onceFromForm(context, request, body, asked, (sql) =>
          storePost(sql, post, picture.added),
        )
        return added(context, request, all, await postAdded(context, made, post), frame.viewer)
      }

      set.status = 422
      if (!isFragmentRequest(request))
        return (await listPage(request, Promise.resolve(frame), { typed, errors })).page
      set.headers['hx-retarget'] = '#new-post'
      set.headers['hx-reswap'] = 'outerHTML'
      return NewPostForm({ categories: all, typed, errors, once: crypto.randomUUID() })
    })

    .post('/posts/:id/remove', async ({ params: { id }, request }) => {
      const viewer = await memberOf(context, request)
      if (!isId(id)) throw new Refusal(404, 'There is no such post.')
      const { post } = await postOrRefuse(context, id)
      refuseOthers(viewer, post.authorId)

      await removePost(context, post)
      return seeOther(`/c/${encodeURIComponent(post.category)}`)
    })
}

type Wrong = Pick<ReadPost, 'typed' | 'errors'>

async function added(context: Context, request: Request, all: Category[], added: Post, author: Viewer) {
  const [post = added] = await withMine(context, author, [added])
  return isFragmentRequest(request)
    ? PostAdded({ categories: all, post, once: crypto.randomUUID() })
    : seeOther(`/posts/${post.id}`)
}

/** The `before` of a list's address: where an earlier page ended. Anything but an id is the top. */
function beforeIn(request: Request): string | undefined {
  const before = new URL(request.url).searchParams.get('before') ?? ''
  return isId(before) ? before : undefined
}

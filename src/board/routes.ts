import { Elysia } from 'elysia'
import { BoardPage, TagPage } from '../../views/board.tsx'
import { NewPostForm, PostAdded } from '../../views/post-form.tsx'
import { memberOf, refuseOthers } from '../accounts/access.ts'
import type { Viewer } from '../accounts/queries.ts'
import { onceFromForm } from '../api/once.ts'
import type { Context } from '../context.ts'
import { type Frame, frameFor, isFragmentRequest, seeOther } from '../frame.ts'
import { withMine } from '../likes/service.ts'
import { topics } from '../live/news.ts'
import { readPicture } from '../pictures/service.ts'
import { Refusal } from '../platform/errors.ts'
import { tagNamed } from '../tags/service.ts'
import { foldedTag, tagAddress } from '../text/tags.ts'
import { type ReadPost, readPost } from './draft.ts'
import { drawPost, postAt } from './post-page.ts'
import type { Category, Post } from './queries.ts'
import { removePost } from './removal.ts'
import { asCards, categories, categoryNamed, contentOf, postAdded, storePost } from './service.ts'
import { type Asked, askedIn, liveAt, sortedPosts } from './sorted.ts'

/** The board: lists of posts, a post, and writing one. */
export const board = (context: Context) => {
  /** A page of posts with what the viewer likes, and which store it came from. */
  const listed = async (
    request: Request,
    asked: Promise<Frame>,
    place: Pick<Asked, 'category' | 'tag'> = {},
  ) => {
    const { sort, before } = askedIn(request)
    const [{ posts, older, source }, frame] = await Promise.all([
      sortedPosts(context, { sort, before, ...place }),
      asked,
    ])
    return { frame, list: { posts: await withMine(context, frame.viewer, posts), older, sort }, source }
  }
  const frontPage = async (request: Request, asked: Promise<Frame>, wrong?: Wrong) => {
    const [{ frame, list, source }, all] = await Promise.all([listed(request, asked), categories(context)])
    const live = liveAt(request, topics.posts, '/')
    const page = BoardPage({
      frame,
      categories: all,
      likes: context.config.likes,
      ...list,
      live,
      once: crypto.randomUUID(),
      ...wrong,
    })
    return { page, source }
  }

  return new Elysia({ name: 'board' })
    .get('/', async ({ request, set }) => {
      const { page, source } = await frontPage(request, frameFor(context, request))
      set.headers['x-source'] = source
      return page
    })

    .get('/c/:category', async ({ params, request, set }) => {
      const [category, all] = await Promise.all([
        categoryNamed(context, params.category),
        categories(context),
      ])
      const { frame, list, source } = await listed(request, frameFor(context, request), {
        category: category.id,
      })

      set.headers['x-source'] = source
      const live = liveAt(request, topics.category(category.id), `/c/${encodeURIComponent(category.name)}`)
      const { likes } = context.config
      return BoardPage({ frame, categories: all, category, likes, ...list, live, once: crypto.randomUUID() })
    })

    .get('/tags/:tag', async ({ params, request }) => {
      const { id, name } = await tagNamed(context, params.tag)
      if (params.tag !== foldedTag(params.tag)) return seeOther(tagAddress(name))
      const asked = frameFor(context, request)
      const none = { posts: [], older: undefined, sort: askedIn(request).sort }
      const list = id === undefined ? none : (await listed(request, asked, { tag: id })).list
      return TagPage({ frame: await asked, tag: name, ...list })
    })

    .get('/posts/:id', async ({ params: { id }, request, set }) => {
      const { page, source } = await drawPost(context, request, id)
      set.headers['x-source'] = source
      return page
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
        return (await frontPage(request, Promise.resolve(frame), { typed, errors })).page
      set.headers['hx-retarget'] = '#new-post'
      set.headers['hx-reswap'] = 'outerHTML'
      return NewPostForm({ categories: all, typed, errors, once: crypto.randomUUID() })
    })

    .post('/posts/:id/remove', async ({ params: { id }, request }) => {
      const viewer = await memberOf(context, request)
      const { post } = await postAt(context, id)
      refuseOthers(viewer, post.authorId)

      await removePost(context, post.id)
      return seeOther(`/c/${encodeURIComponent(post.category)}`)
    })
}

type Wrong = Pick<ReadPost, 'typed' | 'errors'>

async function added(context: Context, request: Request, all: Category[], added: Post, author: Viewer) {
  if (!isFragmentRequest(request)) return seeOther(`/posts/${added.id}`)
  const [post = added] = await withMine(context, author, await asCards([added]))
  return PostAdded({ categories: all, post, once: crypto.randomUUID() })
}
